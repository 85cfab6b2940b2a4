"""The values that matching works with, and the order in which its results are listed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, TypeVar

from plans.reading.outline import Outline

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


class LineageKind(StrEnum):
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

    kind: LineageKind
    earlier: tuple[str, ...]
    later: tuple[str, ...]
    score: int
    why: tuple[Reason, ...]


def kind_of(earlier: Sequence[VersionElement], later: Sequence[VersionElement]) -> LineageKind:
    """What it means that ``earlier`` became ``later``. Raises ValueError when both are empty.

    One element whose words are the same is the same where it kept its reference, and moved where
    it did not. Several that became several count as merged when they became fewer.
    """
    match len(earlier), len(later):
        case 0, 0:
            raise ValueError("nothing became of nothing")
        case 0, _:
            return LineageKind.NEW
        case _, 0:
            return LineageKind.DROPPED
        case 1, 1:
            if earlier[0].wording != later[0].wording:
                return LineageKind.REWORDED
            return (
                LineageKind.SAME
                if earlier[0].reference == later[0].reference
                else LineageKind.MOVED
            )
        case before, after:
            return LineageKind.MERGED if before > after else LineageKind.SPLIT


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


# -- Order ----------------------------------------------------------------------------------------

Item = TypeVar("Item")
Places: TypeAlias = tuple[Sequence[int], Sequence[int]]


def plan_order(items: Iterable[Item], places_of: Callable[[Item], Places]) -> list[Item]:
    """``items`` in the order of the later version.

    ``places_of`` gives an item's places in the earlier and in the later version, each in order.
    What has none in the later one stands after what came just before it in the earlier one.
    """
    found = [(item, *places_of(item)) for item in items]
    later_of = {place: after[0] for _, before, after in found if after for place in before}
    reached: dict[int, int] = {}
    newest = -1
    for place in sorted(place for _, before, _ in found for place in before):
        newest = later_of.get(place, newest)
        reached[place] = newest

    def rank(entry: tuple[Item, Sequence[int], Sequence[int]]) -> tuple[int, int]:
        _, before, after = entry
        # What is new and what was dropped: its own place, or the end of what came before it.
        return (after[0], -1) if after else (reached[before[0]], before[0])

    return [item for item, _, _ in sorted(found, key=rank)]
