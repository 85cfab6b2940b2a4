"""Which issue of a version is which issue of the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from plans.importing.matching.elements import VersionElement

# An equal title says as much as this many elements with equal words.
_TITLE = 2


def counterparts(
    earlier: Sequence[VersionElement],
    later: Sequence[VersionElement],
    pairs: Iterable[tuple[int, int]],
) -> dict[str, str]:
    """Reference of an earlier issue to that of the issue which it became; each at most once.

    ``pairs`` are elements that belong together, as places in ``earlier`` and ``later``. They and
    equal titles decide; of equals, the issues that stand nearest to each other.
    """
    votes: Counter[tuple[str, str]] = Counter(
        (earlier[left].issue, later[right].issue) for left, right in pairs
    )
    order_before, titles_before = _issues(earlier)
    order_after, titles_after = _issues(later)
    for title, before in titles_before.items():
        after = titles_after.get(title, ())
        # A title that stands several times, such as "Other matters", tells nothing.
        if len(before) == len(after) == 1:
            votes[before[0], after[0]] += _TITLE

    def rank(item: tuple[tuple[str, str], int]) -> tuple[int, int, int]:
        (left, right), count = item
        here, there = order_before[left], order_after[right]
        return -count, abs(here - there), here + there

    found: dict[str, str] = {}
    taken: set[str] = set()
    for (left, right), _ in sorted(votes.items(), key=rank):
        if left not in found and right not in taken:
            found[left] = right
            taken.add(right)
    return found


def _issues(elements: Sequence[VersionElement]) -> tuple[dict[str, int], dict[str, list[str]]]:
    """The issues' order by reference, and their references by title."""
    order: dict[str, int] = {}
    titles: dict[str, list[str]] = {}
    for element in elements:
        if element.issue not in order:
            order[element.issue] = len(order)
            titles.setdefault(element.issue_title.casefold(), []).append(element.issue)
    return order, titles
