"""Matching a version of the plan to the version before: what became of every element.

``match`` proposes; a person decides. See ``plans.reading.matching.proposals``.
"""

from plans.reading.matching.candidates import counterparts
from plans.reading.matching.decisions import (
    MatchingFileError,
    MatchingRow,
    Settled,
    Stated,
    overlay,
    read_stated,
    write_stated,
)
from plans.reading.matching.elements import (
    LineageKind,
    Proposal,
    Reason,
    VersionElement,
    elements_of,
    fingerprint,
    kind_of,
)
from plans.reading.matching.proposals import closest, match

__all__ = [
    "LineageKind",
    "MatchingFileError",
    "MatchingRow",
    "Proposal",
    "Reason",
    "Settled",
    "Stated",
    "VersionElement",
    "closest",
    "counterparts",
    "elements_of",
    "fingerprint",
    "kind_of",
    "match",
    "overlay",
    "read_stated",
    "write_stated",
]
