"""Which elements and issues are worth comparing.

A bounded number for each, so that time grows in proportion to them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TypeAlias

from plans.reading.matching.elements import VersionElement

# Of each element's words so many are looked up, the rarest first…
_RARE_WORDS = 8
# …each in at most so many elements, those that stand nearest…
_NEAREST = 40
# …and of the elements found so many are compared, which share the most.
_COMPARED = 12
_WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """The words of a text in comparable form."""
    return _WORD.findall(text.casefold())


def sharing_words(
    left: Mapping[int, Sequence[str]], right: Mapping[int, Sequence[str]]
) -> set[tuple[int, int]]:
    """Pairs of places that share rare words. Both sides give place to words."""
    common = Counter(word for side in (left, right) for words in side.values() for word in {*words})
    size = 1 + max((*left, *right), default=0)
    return {
        *_found(left, right, common, size),
        *((here, there) for there, here in _found(right, left, common, size)),
    }


def _found(
    asking: Mapping[int, Sequence[str]],
    asked: Mapping[int, Sequence[str]],
    common: Counter[str],
    size: int,
) -> Iterator[tuple[int, int]]:
    postings: defaultdict[str, list[int]] = defaultdict(list)
    for place in sorted(asked):
        for word in {*asked[place]}:
            postings[word].append(place)
    for place, words in asking.items():
        rarest = sorted(
            (word for word in {*words} if word in postings), key=lambda word: (common[word], word)
        )
        shared: Counter[int] = Counter()
        for word in rarest[:_RARE_WORDS]:
            for other in _nearest(postings[word], place):
                # Whole numbers, so that the sum does not depend on its order.
                shared[other] += size * 2 // common[word]
        best = sorted(shared, key=lambda other: (-shared[other], abs(place - other), other))
        yield from ((place, other) for other in best[:_COMPARED])


def _nearest(places: Sequence[int], here: int) -> Sequence[int]:
    if len(places) <= _NEAREST:
        return places
    middle = bisect_left(places, here)
    start = min(max(0, middle - _NEAREST // 2), len(places) - _NEAREST)
    return places[start : start + _NEAREST]


def side_by_side(
    left: Iterable[tuple[int, Hashable]], right: Iterable[tuple[int, Hashable]]
) -> Iterator[tuple[int, int]]:
    """Pairs of places whose key is the same, in long runs only those at about the same height.

    Both sides give (place, key) in order; a key of None goes with nothing.
    """
    before, after = _by_key(left), _by_key(right)
    yield from _level(before, after)
    yield from ((here, there) for there, here in _level(after, before))


def _level(
    asking: Mapping[Hashable, Sequence[int]], asked: Mapping[Hashable, Sequence[int]]
) -> Iterator[tuple[int, int]]:
    width = _NEAREST // 2
    for key, here in asking.items():
        there = asked.get(key, ())
        for number, place in enumerate(here):
            middle = number * len(there) // len(here)
            start = max(0, middle - width)
            yield from ((place, other) for other in there[start : middle + width + 1])


def _by_key(side: Iterable[tuple[int, Hashable]]) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = {}
    for place, key in side:
        if key is not None:
            found.setdefault(key, []).append(place)
    return found


# -- Issues ---------------------------------------------------------------------------------------

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


# -- Elements with the same words -----------------------------------------------------------------

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
