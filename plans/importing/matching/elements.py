"""The values that matching works with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from plans.importing.outline import Outline

_CLOSING = " \t\n.;,:"


@dataclass(frozen=True, slots=True)
class VersionElement:
    """An action element as matching sees it; its place is its place in the sequence.

    ``issue`` is the reference of its issue. ``text`` is "" where the words are missing in the
    source.
    """

    reference: str
    issue: str
    issue_title: str
    text: str

    @property
    def number(self) -> str:
        """The element's number in its issue: “2” of “I.1(a).2”."""
        return self.reference.rpartition(".")[2]

    @property
    def wording(self) -> str:
        """The words in comparable form: single spaces, without closing punctuation.

        A list's last bullet ends with a full stop and the others with a semicolon; that an
        element stands elsewhere in its list does not make it another.
        """
        return " ".join(self.text.split()).rstrip(_CLOSING)


class Kind(StrEnum):
    """What became of elements from one version to the next."""

    SAME = "same"
    REWORDED = "reworded"
    MOVED = "moved"
    SPLIT = "split"
    MERGED = "merged"
    NEW = "new"
    DROPPED = "dropped"


class Reason(StrEnum):
    """Why elements are proposed as belonging together."""

    SAME_WORDS = "same_words"
    SIMILAR_WORDS = "similar_words"
    WORDS_TOGETHER = "words_together"
    SAME_REFERENCE = "same_reference"
    SAME_ISSUE = "same_issue"
    OTHER_ISSUE = "other_issue"
    SAME_NEIGHBOURS = "same_neighbours"
    ONLY_RENUMBERED = "only_renumbered"
    NOTHING_SIMILAR = "nothing_similar"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What probably became of some elements.

    ``earlier`` and ``later`` are references, each in the order of its version. ``score`` is how
    far the words agree, from 0 to 100; of new and dropped elements it is 0.
    """

    kind: Kind
    earlier: tuple[str, ...]
    later: tuple[str, ...]
    score: int
    why: tuple[Reason, ...]


def kind_of(earlier: Sequence[VersionElement], later: Sequence[VersionElement]) -> Kind:
    """What it means that ``earlier`` became ``later``. Raises ValueError when both are empty.

    One element whose words are the same is the same where it kept its reference, and moved where
    it did not. Several that became several count as merged when they became fewer.
    """
    match len(earlier), len(later):
        case 0, 0:
            raise ValueError("nothing became of nothing")
        case 0, _:
            return Kind.NEW
        case _, 0:
            return Kind.DROPPED
        case 1, 1:
            if earlier[0].wording != later[0].wording:
                return Kind.REWORDED
            return Kind.SAME if earlier[0].reference == later[0].reference else Kind.MOVED
        case before, after:
            return Kind.MERGED if before > after else Kind.SPLIT


def fingerprint(earlier: Sequence[VersionElement], later: Sequence[VersionElement]) -> str:
    """Identifies these elements by their references and words, as 64 hexadecimal digits."""
    sides = [[(element.reference, element.text) for element in side] for side in (earlier, later)]
    return hashlib.sha256(json.dumps(sides).encode()).hexdigest()


def elements_of(outline: Outline) -> list[VersionElement]:
    """The elements of a document as it was read, in its order."""
    return [
        VersionElement(element.reference, issue.reference, issue.title, element.text)
        for issue in outline.issues()
        for element in issue.elements()
    ]
