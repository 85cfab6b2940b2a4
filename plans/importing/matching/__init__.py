"""Matching a version of the plan to the version before: what became of every element.

``match`` proposes; a person decides. See ``plans.importing.matching.proposals``.
"""

from plans.importing.matching.decided import Row, Settled, overlay
from plans.importing.matching.elements import (
    Kind,
    Proposal,
    Reason,
    VersionElement,
    elements_of,
    fingerprint,
    kind_of,
)
from plans.importing.matching.issues import counterparts
from plans.importing.matching.proposals import closest, match, matching
from plans.importing.matching.stated import MatchingFileError, Stated, read_stated, write_stated

__all__ = [
    "Kind",
    "MatchingFileError",
    "Proposal",
    "Reason",
    "Row",
    "Settled",
    "Stated",
    "VersionElement",
    "closest",
    "counterparts",
    "elements_of",
    "fingerprint",
    "kind_of",
    "match",
    "matching",
    "overlay",
    "read_stated",
    "write_stated",
]
