"""Proposing what became of every element from one version of the plan to the next.

Elements whose words are the same belong together. The rest are compared where they share rare
words, stand in the same issue, or stand between the same neighbours; the best agreement is taken
first. A number of comparisons bounded for each element keeps the time near linear.

The answer is the same every time, and the same when the two versions change places: then split
and merged, new and dropped change places too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from rapidfuzz import process
from rapidfuzz.distance import Indel, LCSseq

from plans.reading.matching.candidates import (
    Elements,
    Pairs,
    counterparts,
    exact_pairs,
    gaps,
    in_order,
    sharing_words,
    side_by_side,
    words_of,
)
from plans.reading.matching.elements import (
    LineageKind,
    Proposal,
    Reason,
    VersionElement,
    kind_of,
    plan_order,
)
from plans.reading.progress import Progress, no_progress

# How far words must agree, from 0 to 1, for one to be the other reworded: anywhere in the plan, in
# the same issue, there with the same neighbours or reference, and there when both stand alone
# between the same neighbours. Of the real plan's 78 elements no two that differ agree further
# than 0.53.
_ANYWHERE = 0.6
_SAME_ISSUE = 0.45
_SAME_PLACE = 0.35
_ALONE = 0.2
# What the place adds when several would do.
_ISSUE_WEIGHT = 0.1
_PLACE_WEIGHT = 0.05
# How much of a piece must be found in the whole for it to be a piece of it; how much of the whole
# each piece must add; how much of the whole the pieces must cover.
_PIECE_FOUND = 0.7
_PIECE_ADDS = 0.1
_COVERED = 0.6
_PIECES = 6
_SPLIT_COSTS = 0.03
# Comparisons between two reports of progress: some tenths of a second.
_AT_ONCE = 5_000


def match(
    earlier: Elements, later: Elements, *, progress: Progress = no_progress
) -> tuple[Proposal, ...]:
    """What probably became of every element, in the order of the later version.

    What was dropped stands after what came before it. Every reference is in exactly one proposal.
    References are unique in each version.
    """
    return _Matcher(earlier, later).proposals(progress)


def closest(
    element: VersionElement, others: Sequence[VersionElement], *, limit: int = 8
) -> list[VersionElement]:
    """Those of ``others`` whose words agree most with ``element``, the closest first."""
    found = process.extract(
        words_of(element.text),
        [words_of(other.text) for other in others],
        scorer=Indel.normalized_similarity,
        processor=None,
        limit=limit,
    )
    return [others[place] for _, _, place in found]


_Group: TypeAlias = tuple[tuple[int, ...], tuple[int, ...], float]


@dataclass(frozen=True, slots=True)
class _Guess:
    """That some elements became others, by their places. ``weight`` decides between guesses."""

    earlier: tuple[int, ...]
    later: tuple[int, ...]
    agreement: float
    weight: float

    def rank(self) -> tuple[float, int, float, float]:
        """Sorts the better guess first; the same when the versions change places."""
        here = sum(self.earlier) / len(self.earlier)
        there = sum(self.later) / len(self.later)
        return -self.weight, -len(self.earlier + self.later), abs(here - there), here + there


class _Matcher:
    def __init__(self, earlier: Elements, later: Elements) -> None:
        self.earlier, self.later = earlier, later
        self.exact: Pairs = exact_pairs(earlier, later)
        self.became = counterparts(earlier, later, self.exact.items())
        self.in_order = in_order(earlier, later, self.exact, self.became)
        self.gap_before, self.gap_after = gaps(earlier, later, self.exact)
        self.words_before = {place: words_of(earlier[place].text) for place in self.gap_before}
        self.words_after = {place: words_of(later[place].text) for place in self.gap_after}
        count = Counter(self.gap_before.values()), Counter(self.gap_after.values())
        self.alone = {gap for gap in count[0] if count[0][gap] == count[1][gap] == 1}

    def proposals(self, progress: Progress) -> tuple[Proposal, ...]:
        progress("same", len(self.exact), len(self.later))
        guesses = self._guesses(progress)
        groups: list[_Group] = [((here,), (there,), 1.0) for here, there in self.exact.items()]
        groups += [(guess.earlier, guess.later, guess.agreement) for guess in guesses]
        gone = set(range(len(self.earlier))).difference(*(before for before, _, _ in groups))
        come = set(range(len(self.later))).difference(*(after for _, after, _ in groups))
        groups += [((place,), (), 0.0) for place in gone]
        groups += [((), (place,), 0.0) for place in come]
        ordered = plan_order(groups, lambda group: (group[0], group[1]))
        found = tuple(self._proposal(*group) for group in ordered)
        progress("matched", len(self.later), len(self.later))
        return found

    # Which elements to compare, and what they have in common

    def _compared(self) -> list[tuple[int, int]]:
        """Places of elements worth comparing, each pair once."""
        reference = {self.later[place].reference: place for place in self.gap_after}
        before, after = sorted(self.gap_before), sorted(self.gap_after)
        found = sharing_words(self.words_before, self.words_after)
        found.update(
            side_by_side(
                ((place, self.became.get(self.earlier[place].issue)) for place in before),
                ((place, self.later[place].issue) for place in after),
            ),
            side_by_side(
                ((place, self.gap_before[place]) for place in before),
                ((place, self.gap_after[place]) for place in after),
            ),
            (
                (place, reference[self.earlier[place].reference])
                for place in before
                if self.earlier[place].reference in reference
            ),
        )
        return sorted(found)

    def _same_issue(self, here: int, there: int) -> bool:
        return self.became.get(self.earlier[here].issue) == self.later[there].issue

    def _same_gap(self, here: int, there: int) -> bool:
        gap = self.gap_before.get(here)
        # Where no element at all has kept its words, every element has these neighbours.
        return gap is not None and gap == self.gap_after.get(there) and gap != (None, None)

    def _same_place(self, here: int, there: int) -> bool:
        same_reference = self.earlier[here].reference == self.later[there].reference
        return same_reference or self._same_gap(here, there)

    # Guesses, and the choice between them

    def _guesses(self, progress: Progress) -> list[_Guess]:
        """The best guesses that do not contradict each other."""
        compared = self._compared()
        guesses: list[_Guess] = []
        for start in range(0, len(compared), _AT_ONCE):
            some = compared[start : start + _AT_ONCE]
            guesses += self._one_to_one(some)
            progress("pairs", start + len(some), len(compared))
        guesses += self._splits(compared)
        guesses += self._merges(compared)
        return list(self._chosen(guesses))

    def _chosen(self, guesses: Iterable[_Guess]) -> Iterator[_Guess]:
        taken_before: set[int] = set()
        taken_after: set[int] = set()
        for _, equals in groupby(sorted(guesses, key=_Guess.rank), key=_Guess.rank):
            free = [
                guess
                for guess in equals
                if taken_before.isdisjoint(guess.earlier) and taken_after.isdisjoint(guess.later)
            ]
            uses = (
                Counter(place for guess in free for place in guess.earlier),
                Counter(place for guess in free for place in guess.later),
            )
            for guess in free:
                # Of guesses that are equal in all, and contradict each other, none is taken.
                once = all(uses[0][place] == 1 for place in guess.earlier)
                if once and all(uses[1][place] == 1 for place in guess.later):
                    taken_before.update(guess.earlier)
                    taken_after.update(guess.later)
                    yield guess

    def _one_to_one(self, compared: Iterable[tuple[int, int]]) -> Iterator[_Guess]:
        for here, there in compared:
            agreement = Indel.normalized_similarity(
                self.words_before[here], self.words_after[there]
            )
            same_issue, same_place = self._same_issue(here, there), self._same_place(here, there)
            if agreement >= self._needed(here, there, same_issue, same_place):
                weight = agreement + self._place_weight(same_issue, same_place)
                yield _Guess((here,), (there,), agreement, weight)

    def _needed(self, here: int, there: int, same_issue: bool, same_place: bool) -> float:
        if not same_issue:
            return _ANYWHERE
        alone = self._same_gap(here, there) and self.gap_before[here] in self.alone
        if alone and not (self.words_before[here] and self.words_after[there]):
            # Words that were missing in one of the sources stand there in the other.
            return 0.0
        return _ALONE if alone else _SAME_PLACE if same_place else _SAME_ISSUE

    def _place_weight(self, same_issue: bool, same_place: bool) -> float:
        return _ISSUE_WEIGHT * same_issue + _PLACE_WEIGHT * (same_issue and same_place)

    def _splits(self, compared: Iterable[tuple[int, int]]) -> Iterator[_Guess]:
        for whole, pieces in _composed(compared, self.words_before, self.words_after):
            same_issue = all(self._same_issue(whole, place) for place in pieces.places)
            weight = pieces.agreement - _SPLIT_COSTS + self._place_weight(same_issue, False)
            yield _Guess((whole,), pieces.places, pieces.agreement, weight)

    def _merges(self, compared: Iterable[tuple[int, int]]) -> Iterator[_Guess]:
        turned = ((there, here) for here, there in compared)
        for whole, pieces in _composed(turned, self.words_after, self.words_before):
            same_issue = all(self._same_issue(place, whole) for place in pieces.places)
            weight = pieces.agreement - _SPLIT_COSTS + self._place_weight(same_issue, False)
            yield _Guess(pieces.places, (whole,), pieces.agreement, weight)

    # What comes out

    def _proposal(
        self, before: tuple[int, ...], after: tuple[int, ...], agreement: float
    ) -> Proposal:
        earlier = [self.earlier[place] for place in before]
        later = [self.later[place] for place in after]
        kind = kind_of(earlier, later)
        return Proposal(
            kind=kind,
            earlier=tuple(element.reference for element in earlier),
            later=tuple(element.reference for element in later),
            score=round(agreement * 100),
            why=tuple(self._why(kind, before, after, agreement)),
        )

    def _why(
        self, kind: LineageKind, before: tuple[int, ...], after: tuple[int, ...], agreement: float
    ) -> Iterator[Reason]:
        if kind in (LineageKind.NEW, LineageKind.DROPPED):
            yield Reason.NOTHING_SIMILAR
            return
        if kind in (LineageKind.SPLIT, LineageKind.MERGED):
            yield Reason.WORDS_TOGETHER
        elif kind is LineageKind.REWORDED:
            if agreement >= _SAME_PLACE:
                yield Reason.SIMILAR_WORDS
        elif self.earlier[before[0]].text:
            yield Reason.SAME_WORDS
        if kind is LineageKind.MOVED and before[0] in self.in_order:
            yield Reason.ONLY_RENUMBERED
        pairs = [(here, there) for here in before for there in after]
        if len(pairs) == 1 and self._same_gap(*pairs[0]):
            yield Reason.SAME_NEIGHBOURS
        if any(self.earlier[h].reference == self.later[t].reference for h, t in pairs):
            yield Reason.SAME_REFERENCE
        same_issue = all(self._same_issue(*pair) for pair in pairs)
        yield Reason.SAME_ISSUE if same_issue else Reason.OTHER_ISSUE


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Elements that together make up another. ``agreement`` goes from 0 to 1."""

    places: tuple[int, ...]
    agreement: float


def _composed(
    compared: Iterable[tuple[int, int]],
    wholes: Mapping[int, Sequence[str]],
    parts: Mapping[int, Sequence[str]],
) -> Iterator[tuple[int, _Pieces]]:
    """Places of wholes, each with the pieces that make it up, among those compared with it."""
    near: defaultdict[int, dict[int, Sequence[str]]] = defaultdict(dict)
    for whole, part in compared:
        near[whole][part] = parts[part]
    for whole, texts in near.items():
        pieces = _pieces(wholes[whole], texts)
        if pieces is not None:
            yield whole, pieces


def _pieces(whole: Sequence[str], texts: Mapping[int, Sequence[str]]) -> _Pieces | None:
    """Which of ``texts`` together make up ``whole``; None when no two or more do.

    They agree as far as the words of the whole are found in them, and theirs in the whole.
    """
    found: dict[int, set[int]] = {}
    for place, words in texts.items():
        places = _places_in(whole, words)
        if words and len(places) >= _PIECE_FOUND * len(words):
            found[place] = places
    least = max(2, _PIECE_ADDS * len(whole))
    covered: set[int] = set()
    chosen: dict[int, set[int]] = {}
    while found and len(chosen) < _PIECES:
        # Of pieces that add as much, the shorter one; of these, the one that stands first.
        place = max(found, key=lambda p: (len(found[p] - covered), -len(texts[p]), -p))
        if len(found[place] - covered) < least:
            break
        chosen[place] = found.pop(place)
        covered |= chosen[place]
    if len(chosen) < 2 or len(covered) < _COVERED * len(whole):
        return None
    share = len(covered) / len(whole)
    belonging = sum(map(len, chosen.values())) / sum(len(texts[place]) for place in chosen)
    return _Pieces(tuple(sorted(chosen)), 2 * share * belonging / (share + belonging))


def _places_in(whole: Sequence[str], words: Sequence[str]) -> set[int]:
    """The places in ``whole`` of the longest run of words, with gaps, that both have."""
    return {
        place
        for block in LCSseq.opcodes(whole, words)
        if block.tag == "equal"
        for place in range(block.src_start, block.src_end)
    }
