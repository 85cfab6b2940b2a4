"""Elements whose words are the same, and where the others stand between them."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import TypeAlias

from plans.importing.matching.elements import VersionElement
from plans.importing.matching.issues import counterparts

Elements: TypeAlias = Sequence[VersionElement]
Pairs: TypeAlias = dict[int, int]
Key: TypeAlias = Callable[[VersionElement], Hashable]
Gap: TypeAlias = tuple[int | None, int | None]


def exact_pairs(earlier: Elements, later: Elements) -> Pairs:
    """Elements whose words are the same, as places in ``earlier`` to places in ``later``.

    Words that stand once in both versions belong together. Where they stand several times, their
    place in the issue goes first, then the issue, then the reference, then their order. Elements
    whose words are missing are told apart by issue and reference alone.
    """
    left = _by_wording(earlier)
    right = _by_wording(later)
    shared = [wording for wording in left if wording in right]
    pairs: Pairs = {}
    several: list[str] = []
    for wording in shared:
        if wording and len(left[wording]) == len(right[wording]) == 1:
            pairs[left[wording][0]] = right[wording][0]
        else:
            several.append(wording)
    became = counterparts(earlier, later, pairs.items())
    keys: list[tuple[Key, Key]] = [
        (
            lambda element: (became.get(element.issue), element.number),
            lambda element: (element.issue, element.number),
        ),
        (lambda element: became.get(element.issue), lambda element: element.issue),
        (lambda element: element.reference, lambda element: element.reference),
        (lambda element: element.wording or None, lambda element: element.wording),
    ]
    for wording in several:
        before, after = left[wording], right[wording]
        for key_before, key_after in keys:
            found = _in_order(
                ((key_before(earlier[place]), place) for place in before),
                ((key_after(later[place]), place) for place in after),
            )
            pairs |= found
            taken = set(found.values())
            before = [place for place in before if place not in found]
            after = [place for place in after if place not in taken]
    return pairs


def _by_wording(elements: Elements) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, element in enumerate(elements):
        found.setdefault(element.wording, []).append(place)
    return found


def _in_order(
    before: Iterable[tuple[Hashable, int]], after: Iterable[tuple[Hashable, int]]
) -> Pairs:
    """Places that have the same key, the first with the first; a key of None goes with nothing."""
    waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for key, place in after:
        waiting[key].append(place)
    return {
        place: waiting[key].popleft() for key, place in before if key is not None and waiting[key]
    }


def gaps(earlier: Elements, later: Elements, pairs: Pairs) -> tuple[dict[int, Gap], dict[int, Gap]]:
    """Between which paired elements each of the others stands, in ``earlier`` and in ``later``.

    A gap is named by the places in ``later`` of the paired elements before and after it, None at
    the ends; so elements of both versions that have the same neighbours have the same gap.
    """
    partners = set(pairs.values())
    return (
        _gaps([pairs.get(place) for place in range(len(earlier))]),
        _gaps([place if place in partners else None for place in range(len(later))]),
    )


def _gaps(paired: Sequence[int | None]) -> dict[int, Gap]:
    before: list[int | None] = []
    newest: int | None = None
    for partner in paired:
        before.append(newest)
        newest = newest if partner is None else partner
    found: dict[int, Gap] = {}
    following: int | None = None
    for place in range(len(paired) - 1, -1, -1):
        partner = paired[place]
        if partner is None:
            found[place] = (before[place], following)
        else:
            following = partner
    return found


def in_order(
    earlier: Elements, later: Elements, pairs: Pairs, became: Mapping[str, str]
) -> set[int]:
    """Places in ``earlier`` of the paired elements that no other of their issue has overtaken.

    Only elements that are still in their issue, as ``became`` has it.
    """
    by_issue: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for here, there in sorted(pairs.items()):
        issue = earlier[here].issue
        if became.get(issue) == later[there].issue:
            by_issue[issue].append((here, there))
    found: set[int] = set()
    for issue_pairs in by_issue.values():
        partners = [there for _, there in issue_pairs]
        highest = [-1, *accumulate(partners, max)]
        lowest = [*reversed([*accumulate(reversed(partners), min)]), len(later)]
        for number, (here, there) in enumerate(issue_pairs):
            if highest[number] < there < lowest[number + 1]:
                found.add(here)
    return found
