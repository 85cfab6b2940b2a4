"""The forms of the review: from what was chosen to the operation of a corrections file."""

from __future__ import annotations

from typing import Any

import pytest

from plans.reading.correcting import apply_corrections
from plans.reading.corrections import Corrections, operation_of
from plans.reading.draft import Draft
from plans.seeding.forms.review import FORMS
from plans.seeding.forms.steps import ChosenPieces, StepForm
from tests.reading.documents import bullets, table
from tests.reading.test_review import review_of

CONTEXT = "The Office will make its work better in many different ways, through:"
TEXT = table(
    (
        "1. One",
        f"<p>{CONTEXT}</p> " + bullets("first;", "second;", "third."),
        '<p>May 2000</p> <p>" " "</p>',
        "<p>Work goes on. Talks were held.</p> <p>Talks were held.</p>",
    ),
    ("2. Two", f"<p>{CONTEXT}</p> " + bullets("fourth."), "May 2000", "Talks were held."),
)


def choice(*names: str, section: int = 1) -> ChosenPieces:
    review = review_of(TEXT)
    return ChosenPieces(review, tuple(review.chosen(names)), section)


def form(op: str, *names: str, **data: Any) -> StepForm:
    sent = {"base_revision": "0", "reason": "as the editor says"} | data
    return FORMS[op](sent, choice=choice(*names))


def operation(op: str, *names: str, **data: Any) -> dict[str, Any]:
    """The operation of a form that was filled in, which fits the document."""
    filled = form(op, *names, **data)
    assert filled.errors == {}
    made = filled.operation
    assert made.pop("op") == op
    assert made.pop("reason") == "as the editor says"
    fitting = operation_of(1, {"op": op, "reason": "so", **made})
    apply_corrections(Draft(list(filled.choice.review.pieces)), Corrections({}, (fitting,)))
    return made


def complaints(filled: StepForm) -> list[str]:
    return [str(message) for messages in filled.errors.values() for message in messages]


def test_every_operation_of_the_format_has_its_form() -> None:
    assert sorted(FORMS) == [
        "accept",
        "assign",
        "category",
        "cover",
        "ditto",
        "drop",
        "join",
        "missing",
        "move",
        "note",
        "split",
    ]


def test_a_block_is_assigned_a_role() -> None:
    assert operation("assign", "p1.r1.c4.b2", role="furniture") == {
        "block": "p1.r1.c4.b2",
        "role": "furniture",
        "begins": "Talks were held.",
    }


def test_several_blocks_are_assigned_a_role_in_the_row_of_another() -> None:
    keys = operation("assign", "p1.r1.c4.b1", "p1.r1.c4.b2", role="status", beside="p1.r2.c2.b2")
    assert keys == {
        "blocks": ["p1.r1.c4.b1", "p1.r1.c4.b2"],
        "role": "status",
        "beside": "p1.r2.c2.b2",
        "begins": "Work goes on. Talks were held.",
    }


def test_a_block_is_split_before_a_word() -> None:
    assert operation("split", "p1.r1.c4.b1", cut=["3"]) == {
        "block": "p1.r1.c4.b1",
        "at": ["Talks were held."],
        "begins": "Work goes on. Talks were held.",
    }


def test_the_pieces_of_a_split_block_get_roles_and_keep_theirs_where_none_is_chosen() -> None:
    keys = operation("split", "p1.r1.c4.b1", cut=["3"], role_1="time_frame", role_3="issue")
    assert keys["roles"] == ["time_frame", "status"]


def test_blocks_are_joined_in_the_order_of_their_numbers() -> None:
    keys = operation("join", "p1.r1.c4.b1", "p1.r1.c4.b2", place_1="2", place_2="1")
    assert keys == {
        "blocks": ["p1.r1.c4.b2", "p1.r1.c4.b1"],
        "begins": "Talks were held.",
    }


def test_two_blocks_cannot_be_joined_in_the_same_place() -> None:
    filled = form("join", "p1.r1.c4.b1", "p1.r1.c4.b2", place_1="1", place_2="1")
    assert complaints(filled) == [
        "Two pieces have the same place: number them from 1 in the order of reading."
    ]


def test_a_block_is_moved_after_or_before_another() -> None:
    assert operation("move", "p1.r2.c3.b1", side="before", to="p1.r1.c2.b3") == {
        "block": "p1.r2.c3.b1",
        "before": "p1.r1.c2.b3",
        "begins": "May 2000",
    }


def test_a_place_further_away_is_named_by_its_id_or_reference() -> None:
    assert operation("move", "p1.r2.c3.b1", side="after", to_id="I.1.2")["after"] == "p1.r1.c2.b3"
    assert operation("move", "p1.r2.c3.b1", side="after", to_id="p1.r1.c2.b2")["after"] == (
        "p1.r1.c2.b2"
    )
    filled = form("move", "p1.r2.c3.b1", side="after", to_id="I.9.9")
    assert "There is neither a block nor an element “I.9.9”." in complaints(filled)


def test_a_move_needs_a_place() -> None:
    filled = form("move", "p1.r2.c3.b1", side="after")
    assert complaints(filled) == ["Choose the block after or before which it goes."]


def test_a_block_is_dropped_as_the_duplicate_of_one_that_says_as_much() -> None:
    filled = form("drop", "p1.r1.c4.b2")
    offered = [value for value, _label in filled["of"].field.choices]  # type: ignore[attr-defined]
    assert offered == ["", "p1.r1.c4.b1", "p1.r2.c4.b1"]
    assert operation("drop", "p1.r1.c4.b2", what="duplicate", of="p1.r2.c4.b1") == {
        "block": "p1.r1.c4.b2",
        "duplicate_of": "p1.r2.c4.b1",
        "begins": "Talks were held.",
    }


def test_a_block_is_dropped_as_furniture() -> None:
    keys = operation("drop", "p1.r1.c4.b2", what="furniture", of="p1.r2.c4.b1")
    assert keys == {"block": "p1.r1.c4.b2", "begins": "Talks were held."}


def test_a_duplicate_needs_a_twin() -> None:
    assert complaints(form("drop", "p1.r1.c4.b2", what="duplicate")) == [
        "Choose the block that says the same."
    ]


def test_a_status_covers_elements_near_and_far_in_the_order_of_reading() -> None:
    keys = operation(
        "cover", "p1.r2.c4.b1", elements=["p1.r2.c2.b2", "p1.r1.c2.b3"], further="I.1.1"
    )
    assert keys["elements"] == ["p1.r1.c2.b2", "p1.r1.c2.b3", "p1.r2.c2.b2"]


def test_what_a_time_frame_covers_is_marked_to_begin_with() -> None:
    shown = FORMS["cover"](choice=choice("p1.r1.c3.b1"))
    assert shown.initial["elements"] == ["p1.r1.c2.b2"]


def test_a_cover_needs_elements() -> None:
    assert complaints(form("cover", "p1.r2.c4.b1")) == ["Choose the elements that it covers."]


def test_a_ditto_mark_most_likely_repeats_what_stands_above_it() -> None:
    shown = FORMS["ditto"](choice=choice("p1.r1.c3.b2"))
    assert shown.initial["of"] == "p1.r1.c3.b1"
    assert operation("ditto", "p1.r1.c3.b2", of="p1.r1.c3.b1") == {
        "block": "p1.r1.c3.b2",
        "of": "p1.r1.c3.b1",
        "begins": '" " "',
    }


def test_a_missing_element_gets_an_id_and_needs_a_note() -> None:
    shown = FORMS["missing"](choice=choice("p1.r1.c2.b4"))
    assert shown.initial["id"] == "missing.I.1.1"
    keys = operation("missing", "p1.r1.c2.b4", id="missing.I.1.1", side="after", note=" It  is. ")
    assert keys == {
        "id": "missing.I.1.1",
        "after": "p1.r1.c2.b4",
        "note": "It is.",
        "confidence": "medium",
    }
    filled = form("missing", "p1.r1.c2.b4", id="missing. I", side="after")
    assert complaints(filled) == [
        "Write the note that readers see in place of the element's words.",
        "Write “missing.” and what tells it apart, without spaces.",
    ]


def test_a_status_gets_a_category() -> None:
    keys = operation("category", "p1.r1.c4.b1", category="completed")
    assert keys == {
        "block": "p1.r1.c4.b1",
        "category": "completed",
        "begins": "Work goes on. Talks were held.",
    }


def test_every_step_may_carry_a_note_with_its_confidence() -> None:
    keys = operation("note", "p1.r1.c2.b2", note="The source is torn.", confidence="low")
    assert keys == {
        "block": "p1.r1.c2.b2",
        "begins": "first;",
        "note": "The source is torn.",
        "confidence": "low",
    }
    assert complaints(form("note", "p1.r1.c2.b2")) == ["Write the note."]


def test_a_reason_is_chosen_or_written_and_the_written_one_counts() -> None:
    def reason(**data: str) -> str:
        filled = form("assign", "p1.r1.c4.b2", role="status", **data)
        assert filled.is_valid()
        return str(filled.operation["reason"])

    assert reason(reason="", proposal="Its words say what it is.") == "Its words say what it is."
    assert reason(reason="So I say.", proposal="Its words say what it is.") == "So I say."
    filled = form("assign", "p1.r1.c4.b2", role="status", reason="")
    assert complaints(filled) == ["Give a reason: choose one, or write your own."]


@pytest.mark.parametrize(
    ("names", "operations"),
    [
        (
            ["p1.r1.c3.b1"],
            ["cover", "assign", "split", "move", "drop", "missing", "note", "accept"],
        ),
        (["p1.r1.c2.b2"], ["assign", "move", "drop", "missing", "note"]),
        (
            ["p1.r1.c3.b2"],
            ["ditto", "cover", "assign", "split", "move", "drop", "missing", "note"],
        ),
        (["p1.r1.c4.b1", "p1.r1.c4.b2"], ["cover", "assign", "join", "move", "drop"]),
        (["p1.r1.c2.b2", "p1.r1.c4.b2"], ["join", "assign", "move", "drop"]),
        ([], []),
    ],
)
def test_what_can_be_done_depends_on_what_is_chosen(
    names: list[str], operations: list[str]
) -> None:
    assert choice(*names).operations() == operations
