"""What is odd and right as it stands: kept with its reason, and never for longer than it is so."""

from __future__ import annotations

from typing import Any

import pytest

from plans.reading.corrections import (
    CorrectionError,
    Corrections,
    operation_of,
    read_corrections,
    write_corrections,
)
from plans.reading.draft import Anomaly
from plans.reading.pipeline import Parsed, parse_document
from tests.reading.documents import bullets, table

TWICE = "the number of I.1 stands twice"
JUMP = "the number 4 stands after 1"
NONE = "an issue without a number"
OTHER, FOUR, NAMELESS, ANOTHER = (f"p1.r{row}.c1.b1" for row in (2, 3, 4, 5))
TEXT = table(
    ("1. One", bullets("first."), "2001", ""),
    ("1. Other work", bullets("second."), "2001", ""),
    ("4. Four", bullets("third."), "2001", ""),
    ("Nameless", bullets("fourth."), "2001", ""),
    ("Another nameless", bullets("fifth."), "2001", ""),
)


def accept(odd: str, **keys: Any) -> dict[str, Any]:
    return {"op": "accept", "odd": odd, "reason": "It is printed so.", **keys}


def parsed(*items: dict[str, Any]) -> Parsed:
    found = tuple(operation_of(number, item) for number, item in enumerate(items, 1))
    return parse_document(
        TEXT.encode(), name="plan.txt", corrections=Corrections(document={}, operations=found)
    )


def odd(found: Parsed) -> list[tuple[str, str, str]]:
    """What is odd: where, how, and why it is accepted."""
    return sorted((one.place, one.message, one.accepted) for one in found.outline.anomalies)


def refusal(*items: dict[str, Any]) -> str:
    with pytest.raises(CorrectionError) as caught:
        parsed(*items)
    return str(caught.value)


def test_what_is_odd_is_accepted_with_its_reason_and_nothing_else_is() -> None:
    assert odd(parsed(accept(TWICE, block=OTHER))) == [
        (OTHER, TWICE, "It is printed so."),
        (FOUR, JUMP, ""),
        (NAMELESS, NONE, ""),
        (NAMELESS, "the number of I.4 stands twice", ""),
        (ANOTHER, NONE, ""),
    ]


def test_what_is_odd_alike_at_several_blocks_is_accepted_at_once() -> None:
    found = parsed(accept(NONE, blocks=[NAMELESS, ANOTHER], begins="Nameless"))
    left = [anomaly.place for anomaly in found.outline.anomalies if anomaly.is_open]
    assert sorted(left) == [OTHER, FOUR, NAMELESS]


def test_an_acceptance_changes_neither_the_outline_nor_the_account() -> None:
    before, after = parsed(), parsed(accept(JUMP, block=FOUR))
    assert after.outline.parts == before.outline.parts
    assert (after.account, after.measure) == (before.account, before.measure)


def test_an_acceptance_may_carry_an_editorial_note() -> None:
    noted = parsed(accept(JUMP, block=FOUR, note="2 and 3 are left out.", confidence="medium"))
    notes = {issue.reference: issue.notes for issue in noted.outline.issues()}
    assert [note.text for note in notes["I.4"]] == ["2 and 3 are left out."]


def test_an_acceptance_in_a_corrections_file_reads_back_to_the_same() -> None:
    text = write_corrections({}, [operation_of(1, accept(JUMP, block=FOUR, begins="4. Four"))])
    assert text == (
        '[[operation]]\nop = "accept"\nodd = "the number 4 stands after 1"\n'
        f'block = "{FOUR}"\nbegins = "4. Four"\nreason = "It is printed so."\n'
    )
    assert write_corrections({}, read_corrections(text).operations) == text


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (
            accept(NONE, block=FOUR),
            f"operation 1 (accept): nothing is odd at block {FOUR} like this: “{NONE}”",
        ),
        (
            accept(NONE, blocks=[NAMELESS, "p9.r1.c1.b1"]),
            f"operation 1 (accept): nothing is odd at block p9.r1.c1.b1 like this: “{NONE}”",
        ),
        (
            accept(JUMP, block=FOUR, begins="5. Five"),
            f"operation 1 (accept): block {FOUR} begins with “4. Four”, not with “5. Five”",
        ),
        ({"op": "accept", "block": FOUR, "reason": "So."}, "operation 1 (accept): needs 'odd'"),
        ({"op": "accept", "odd": JUMP, "reason": "So."}, "operation 1 (accept): needs 'blocks'"),
        (accept(JUMP, block=FOUR, role="issue"), "operation 1 (accept): does not know 'role'"),
        ({"op": "accept", "odd": JUMP, "block": FOUR}, "operation 1 (accept): give a 'reason'"),
    ],
)
def test_an_acceptance_that_does_not_fit_the_source_is_refused(
    item: dict[str, Any], message: str
) -> None:
    assert refusal(item).startswith(message)


MEND = {"op": "assign", "block": FOUR, "role": "context", "reason": "It is no issue."}


def test_what_a_later_correction_mends_needs_no_acceptance_any_more() -> None:
    found = parsed(accept(JUMP, block=FOUR), MEND)
    assert JUMP not in [anomaly.message for anomaly in found.outline.anomalies]


def test_what_was_mended_before_cannot_be_accepted() -> None:
    assert refusal(MEND, accept(JUMP, block=FOUR)).startswith(
        "operation 2 (accept): nothing is odd"
    )


def test_a_person_looks_anew_at_what_is_odd_still_after_a_correction_of_the_block() -> None:
    split = {"op": "split", "block": OTHER, "at": ["work"], "reason": "A title and a word."}
    found = parsed(accept(TWICE, block=OTHER), split | {"roles": ["issue", "context"]})
    assert [one for one in odd(found) if one[1] == TWICE] == [(f"{OTHER}#1", TWICE, "")]


def test_what_the_tracker_put_right_itself_is_not_for_accepting() -> None:
    anomaly = Anomaly("p1", 1, "the cell repeats the one before it", repaired=True)
    assert not anomaly.is_open
    repeated = "Work goes on, as people say."
    text = table(("1. One", bullets("first."), repeated, repeated))
    corrections = Corrections(
        document={},
        operations=(
            operation_of(1, accept("the cell repeats the one before it", block="p1.r1.c4.b1")),
        ),
    )
    with pytest.raises(CorrectionError, match="nothing is odd at block"):
        parse_document(text.encode(), name="plan.txt", corrections=corrections)
