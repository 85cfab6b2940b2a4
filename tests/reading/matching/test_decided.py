"""Decisions laid over proposals."""

from __future__ import annotations

from dataclasses import replace

from plans.reading.matching import (
    LineageKind,
    MatchingRow,
    Settled,
    VersionElement,
    fingerprint,
    match,
    overlay,
)
from tests.second_version import first_elements, second_elements

EARLIER, LATER = first_elements(), second_elements()


def settled(key: int, earlier: tuple[str, ...], later: tuple[str, ...]) -> Settled:
    before = [e for e in EARLIER if e.reference in earlier]
    after = [e for e in LATER if e.reference in later]
    return Settled(key, earlier, later, fingerprint(before, after))


def rows_of(
    *decisions: Settled, later: list[VersionElement] = LATER
) -> tuple[list[MatchingRow], list[Settled]]:
    return overlay(EARLIER, later, match(EARLIER, later), decisions)


def outcome(row: MatchingRow) -> tuple[LineageKind, tuple[str, ...], tuple[str, ...], bool]:
    proposal = row.proposal
    return proposal.kind, proposal.earlier, proposal.later, row.settled is not None


def test_without_decisions_the_rows_are_the_proposals_in_their_order() -> None:
    rows, stale = rows_of()

    assert [row.proposal for row in rows] == list(match(EARLIER, LATER))
    assert stale == []


def test_an_accepted_proposal_is_settled_and_changes_nothing_else() -> None:
    decision = settled(7, ("I.2(a).2",), ("I.2(a).2", "I.2(a).3"))

    rows, stale = rows_of(decision)

    assert [row.proposal for row in rows] == list(match(EARLIER, LATER))
    assert [row.settled for row in rows if row.settled] == [decision]
    assert stale == []


def test_elements_that_a_decision_leaves_behind_are_proposed_anew() -> None:
    rows, _ = rows_of(settled(1, ("I.2(a).2",), ("I.2(a).2",)))

    around = [outcome(row) for row in rows if "I.2(a)" in str(row.proposal)]
    assert around == [
        (LineageKind.SAME, ("I.2(a).1",), ("I.2(a).1",), False),
        (LineageKind.REWORDED, ("I.2(a).2",), ("I.2(a).2",), True),
        (LineageKind.NEW, (), ("I.2(a).3",), False),
        (LineageKind.MOVED, ("I.2(a).3",), ("I.2(a).4",), False),
    ]


def test_a_decision_falls_when_its_words_change_and_the_others_stand() -> None:
    kept = settled(1, ("I.1(a).2",), ("I.1(a).2",))
    touched = settled(2, ("I.1(a).1",), ("I.1(a).1",))
    mended = [replace(LATER[0], text=f"{LATER[0].text} And more."), *LATER[1:]]

    rows, stale = rows_of(kept, touched, later=mended)

    assert [row.settled for row in rows if row.settled] == [kept]
    assert stale == [touched]


def test_a_decision_on_an_element_that_is_gone_falls() -> None:
    decision = settled(1, ("II.3.2",), ("II.2.8",))

    rows, stale = rows_of(decision, later=[e for e in LATER if e.reference != "II.2.8"])

    assert stale == [decision]
    assert (LineageKind.DROPPED, ("II.3.2",), (), False) in [outcome(row) for row in rows]


def test_of_two_decisions_on_one_element_the_first_stands() -> None:
    first = settled(1, ("II.3.2",), ())
    second = settled(2, ("II.3.2",), ("II.2.8",))

    assert rows_of(first, second)[1] == [second]


def test_every_element_is_in_exactly_one_row() -> None:
    rows, _ = rows_of(
        settled(1, ("II.3.2",), ("II.2.8",)),
        settled(2, ("I.2(c).3",), ("I.2(c).3",)),
        settled(3, (), ("III.1.6",)),
    )

    assert sorted(r for row in rows for r in row.proposal.earlier) == sorted(
        e.reference for e in EARLIER
    )
    assert sorted(r for row in rows for r in row.proposal.later) == sorted(
        e.reference for e in LATER
    )
