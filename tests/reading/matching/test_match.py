"""What is proposed when two versions are matched."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.reading.matching import LineageKind, Proposal, Reason, VersionElement, closest, match
from tests.second_version import BECAME, first_elements, second_elements

WORDS = [
    *("review", "training", "guidelines", "evaluation", "donors", "field", "offices", "standards"),
    *("gender", "database", "manual", "recruitment", "strategy", "regional", "consultation"),
    *("partners", "briefing", "methods", "enterprise", "the", "of", "and", "for"),
]


def texts(least: int) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(WORDS), min_size=least, max_size=9).map(" ".join)


@st.composite
def versions(draw: st.DrawFn, *, least: int = 0) -> list[VersionElement]:
    """A version of up to four issues; words may stand twice, or with ``least`` 0 be missing."""
    return [
        VersionElement(f"{part}.{number}", part, f"Issue {part}", draw(texts(least)))
        for part in ("I.1", "I.2", "II.1", "II.2")[: draw(st.integers(0, 4))]
        for number in range(1, draw(st.integers(0, 4)) + 1)
    ]


def element(reference: str, text: str) -> VersionElement:
    issue = reference.rpartition(".")[0]
    return VersionElement(reference, issue, f"Title of {issue}", text)


def outcomes(
    proposals: tuple[Proposal, ...],
) -> list[tuple[LineageKind, tuple[str, ...], tuple[str, ...]]]:
    return [(proposal.kind, proposal.earlier, proposal.later) for proposal in proposals]


# -- A realistic version ---------------------------------------------------------------------------


def test_a_realistic_second_version_is_matched_as_a_careful_reader_would() -> None:
    found = outcomes(match(first_elements(), second_elements()))

    assert [row for row in found if row[0] is not LineageKind.SAME] == list(BECAME)
    assert len(found) == 78


def test_the_real_plan_is_the_same_as_itself() -> None:
    proposals = match(first_elements(), first_elements())

    assert Counter(proposal.kind for proposal in proposals) == {LineageKind.SAME: 78}


def test_a_proposal_says_how_far_the_words_agree_and_why() -> None:
    by_later = {p.later: p for p in match(first_elements(), second_elements())}

    assert by_later["I.1(a).1",].score == 85
    assert by_later["I.1(a).1",].why == (
        Reason.SIMILAR_WORDS,
        Reason.SAME_NEIGHBOURS,
        Reason.SAME_REFERENCE,
        Reason.SAME_ISSUE,
    )
    assert by_later["I.3(a).3",].why == (Reason.SAME_WORDS, Reason.OTHER_ISSUE)
    assert by_later["II.1.2",].why == (
        Reason.SAME_WORDS,
        Reason.ONLY_RENUMBERED,
        Reason.SAME_ISSUE,
    )
    assert by_later["I.1(b).1",].why == (Reason.SAME_WORDS, Reason.SAME_ISSUE)
    assert by_later["II.2.8",].why == (Reason.NOTHING_SIMILAR,)


# -- Small cases -----------------------------------------------------------------------------------


def test_the_sign_that_closes_a_bullet_does_not_make_it_another() -> None:
    assert outcomes(match([element("I.1.1", "a review;")], [element("I.1.1", "a  review.")])) == [
        (LineageKind.SAME, ("I.1.1",), ("I.1.1",))
    ]


def test_small_and_capital_letters_are_a_rewording() -> None:
    found = match([element("I.1.1", "the Office")], [element("I.1.1", "the office")])

    assert outcomes(found) == [(LineageKind.REWORDED, ("I.1.1",), ("I.1.1",))]


def test_words_that_stand_twice_are_told_apart_by_their_issue() -> None:
    earlier = [
        element("I.1.1", "a review of the strategy"),
        element("I.1.2", "training of staff"),
        element("I.2.1", "guidelines for donors"),
        element("I.2.2", "training of staff"),
    ]
    later = [element("I.2.1", "guidelines for donors"), element("I.2.2", "training of staff")]

    assert outcomes(match(earlier, later)) == [
        (LineageKind.DROPPED, ("I.1.1",), ()),
        (LineageKind.DROPPED, ("I.1.2",), ()),
        (LineageKind.SAME, ("I.2.1",), ("I.2.1",)),
        (LineageKind.SAME, ("I.2.2",), ("I.2.2",)),
    ]


def test_elements_without_words_are_told_apart_by_their_place() -> None:
    earlier = [element("I.1.1", "a review"), element("I.1.2", ""), element("I.1.3", "")]

    assert outcomes(match(earlier, [*earlier[:1], earlier[2]])) == [
        (LineageKind.SAME, ("I.1.1",), ("I.1.1",)),
        (LineageKind.DROPPED, ("I.1.2",), ()),
        (LineageKind.SAME, ("I.1.3",), ("I.1.3",)),
    ]


def test_an_empty_version_is_all_dropped_or_all_new() -> None:
    one = [element("I.1.1", "a review")]

    assert outcomes(match(one, [])) == [(LineageKind.DROPPED, ("I.1.1",), ())]
    assert outcomes(match([], one)) == [(LineageKind.NEW, (), ("I.1.1",))]
    assert match([], []) == ()


def test_an_element_that_lost_a_few_words_to_no_other_is_reworded_not_split() -> None:
    earlier = [
        element("I.1.1", "a review of the training methods, with donors and field offices"),
        element("I.1.2", "a manual for recruitment"),
    ]
    later = [
        element("I.1.1", "a review of the training methods, with donors"),
        element("I.1.2", "a manual for recruitment"),
    ]

    assert outcomes(match(earlier, later))[0] == (LineageKind.REWORDED, ("I.1.1",), ("I.1.1",))


def test_the_closest_elements_come_first() -> None:
    plan = first_elements()
    edited = replace(plan[9], text=plan[9].text.replace("evaluating", "assessing"))

    assert closest(edited, plan, limit=1) == [plan[9]]


# -- For all versions ------------------------------------------------------------------------------


@given(versions())
def test_a_version_is_the_same_as_itself(version: list[VersionElement]) -> None:
    found = outcomes(match(version, version))

    assert found == [(LineageKind.SAME, (e.reference,), (e.reference,)) for e in version]


@given(versions(least=1))
def test_renumbered_elements_are_moved(version: list[VersionElement]) -> None:
    renumbered = [replace(e, reference=f"X{e.reference}", issue=f"X{e.issue}") for e in version]

    assert outcomes(match(version, renumbered)) == [
        (LineageKind.MOVED, (e.reference,), (f"X{e.reference}",)) for e in version
    ]


@given(versions(), versions())
def test_every_element_is_in_exactly_one_proposal(
    earlier: list[VersionElement], later: list[VersionElement]
) -> None:
    proposals = match(earlier, later)

    assert sorted(r for p in proposals for r in p.earlier) == sorted(e.reference for e in earlier)
    assert sorted(r for p in proposals for r in p.later) == sorted(e.reference for e in later)


SWAPPED = {
    LineageKind.SPLIT: LineageKind.MERGED,
    LineageKind.MERGED: LineageKind.SPLIT,
    LineageKind.NEW: LineageKind.DROPPED,
    LineageKind.DROPPED: LineageKind.NEW,
}


@given(versions(), versions())
def test_it_is_the_same_the_other_way_round(
    earlier: list[VersionElement], later: list[VersionElement]
) -> None:
    there = {(p.kind, p.earlier, p.later, p.score, p.why) for p in match(earlier, later)}
    back = {
        (SWAPPED.get(p.kind, p.kind), p.later, p.earlier, p.score, p.why)
        for p in match(later, earlier)
    }

    assert there == back


@given(st.permutations(range(12)))
def test_in_whatever_order_they_stand_elements_keep_their_words(order: list[int]) -> None:
    words = [element(f"I.1.{n}", text) for n, text in enumerate(_distinct(12), 1)]
    shuffled = [
        replace(words[place], reference=f"I.1.{number}") for number, place in enumerate(order, 1)
    ]
    by_text = {e.text: e.reference for e in shuffled}

    assert {(p.earlier, p.later) for p in match(words, shuffled)} == {
        ((e.reference,), (by_text[e.text],)) for e in words
    }


@given(st.integers(0, 77), st.data())
def test_an_edit_of_one_word_is_found_wherever_it_is(place: int, data: st.DataObject) -> None:
    plan = first_elements()
    words = plan[place].text.split()
    if len(words) < 3:
        return
    words[data.draw(st.integers(0, len(words) - 1))] = "something-else"
    edited = [*plan]
    edited[place] = replace(plan[place], text=" ".join(words))

    found = [row for row in outcomes(match(plan, edited)) if row[0] is not LineageKind.SAME]

    reference = (plan[place].reference,)
    assert found == [(LineageKind.REWORDED, reference, reference)]


@given(st.integers(0, 77), st.data())
def test_a_split_is_found_and_the_other_way_round_a_merge(place: int, data: st.DataObject) -> None:
    plan = first_elements()
    words = plan[place].text.split()
    if len(words) < 10:
        return
    middle = data.draw(st.integers(len(words) // 3, len(words) * 2 // 3))
    first, second = " ".join(words[:middle]), " ".join(words[middle:])
    reference = plan[place].reference
    split = [*plan]
    split[place : place + 1] = [
        replace(plan[place], text=first),
        replace(plan[place], reference=f"{reference}-2", text=second),
    ]

    there = [row for row in outcomes(match(plan, split)) if row[0] is not LineageKind.SAME]
    back = [row for row in outcomes(match(split, plan)) if row[0] is not LineageKind.SAME]

    assert there == [(LineageKind.SPLIT, (reference,), (reference, f"{reference}-2"))]
    assert back == [(LineageKind.MERGED, (reference, f"{reference}-2"), (reference,))]


@pytest.mark.parametrize("turn", [1, -1])
def test_a_version_of_nothing_but_equal_words_is_matched_in_order(turn: int) -> None:
    sides = ([element(f"I.1.{n}", "the same words") for n in range(1, 2001)], [])
    later = [replace(e, reference=f"II.{e.reference}", issue="II.1") for e in sides[0][:1500]]

    found = Counter(p.kind for p in match(*(sides[0], later)[::turn]))

    rest = LineageKind.DROPPED if turn == 1 else LineageKind.NEW
    assert found == {LineageKind.MOVED: 1500, rest: 500}


def _distinct(count: int) -> list[str]:
    return [" ".join(WORDS[(start + step * 7) % 20] for step in range(6)) for start in range(count)]
