"""The order in which what became of elements is listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias, TypeVar

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
