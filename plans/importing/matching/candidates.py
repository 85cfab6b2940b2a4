"""Which elements are worth comparing: a bounded number for each, so that time grows with them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

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
