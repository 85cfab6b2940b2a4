"""Operations of a corrections file, one by one, and what is refused."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.reading.correcting import apply_corrections
from plans.reading.corrections import (
    CorrectionError,
    Corrections,
    operation_of,
    read_corrections,
    write_corrections,
)
from plans.reading.draft import Chain, Confidence, Draft, Piece
from plans.reading.readers.mapping import ColumnField as F
from plans.reading.readers.mapping import ColumnMapping
from plans.reading.source_table import BlockKind, BlockRole
from tests.reading.documents import (
    bullets,
    draft_of,
    outline_of,
    statuses_of,
    table,
    texts_of,
    time_frames_of,
)

TEXT = table(
    (
        "1. One",
        "<p>The Office will make its work better in many ways, through:</p> "
        + bullets("first;", "second."),
        "<p>May 2000</p> <p>Ongoing</p>",
        "<p>Work goes on.</p> <p>Talks were held.</p>",
    ),
    ("2. Two", bullets("third."), '" "', "Talks were held."),
)


def operation(text: str) -> str:
    return "[[operation]]\n" + dedent(text).strip() + '\nreason = "as the editor says"\n'


def refusal(corrections: str) -> str:
    with pytest.raises(CorrectionError) as caught:
        outline_of(TEXT, corrections)
    return str(caught.value)


def test_assign_gives_a_block_another_role() -> None:
    draft = draft_of(
        TEXT,
        read_corrections(operation('op = "assign"\nblock = "p1.r1.c4.b1"\nrole = "furniture"')),
    )
    assert Chain(draft).get("p1.r1.c4.b1").role is BlockRole.BOILERPLATE


def test_assign_can_put_a_block_beside_another_row() -> None:
    outline = outline_of(
        TEXT,
        operation(
            """
            op = "assign"
            block = "p1.r1.c4.b2"
            role = "status"
            beside = "p1.r2.c2.b1"
            """
        ),
    )
    assert statuses_of(outline)["I.2.1"] == "Talks were held.\n\nTalks were held."


def test_split_cuts_a_block_and_gives_roles() -> None:
    outline = outline_of(
        TEXT,
        operation(
            """
            op = "split"
            block = "p1.r1.c4.b1"
            at = ["goes on."]
            roles = ["furniture", "status"]
            """
        ),
    )
    assert statuses_of(outline)["I.1.1"] == "goes on."


def test_join_makes_one_piece_with_all_its_sources() -> None:
    outline = outline_of(TEXT, operation('op = "join"\nblocks = ["p1.r1.c2.b2", "p1.r1.c2.b3"]'))
    element = next(iter(outline.elements()))
    assert (element.text, element.sources) == ("first; second.", ("p1.r1.c2.b2", "p1.r1.c2.b3"))


def test_move_puts_a_block_at_another_place_in_reading_order() -> None:
    outline = outline_of(
        TEXT, operation('op = "move"\nblock = "p1.r1.c2.b3"\nafter = "p1.r2.c2.b1"')
    )
    assert texts_of(outline) == {"I.1.1": "first;", "I.2.1": "third.", "I.2.2": "second."}


def test_drop_declares_a_duplicate_of_a_named_block() -> None:
    draft = draft_of(
        TEXT,
        read_corrections(
            operation('op = "drop"\nblock = "p1.r2.c4.b1"\nduplicate_of = "p1.r1.c4.b2"')
        ),
    )
    piece = Chain(draft).get("p1.r2.c4.b1")
    assert (piece.role, piece.duplicate_of) == (BlockRole.DUPLICATE, "p1.r1.c4.b2")


def test_cover_makes_blocks_one_status_of_several_elements() -> None:
    outline = outline_of(
        TEXT,
        operation(
            """
            op = "cover"
            blocks = ["p1.r1.c4.b1", "p1.r1.c4.b2"]
            elements = ["p1.r1.c2.b3", "p1.r1.c2.b2"]
            """
        ),
    )
    assert outline.statuses[0].text == "Work goes on.\n\nTalks were held."
    assert outline.statuses[0].covers == ("I.1.1", "I.1.2")


def test_ditto_stands_for_the_words_of_another_time_frame() -> None:
    outline = outline_of(TEXT, operation('op = "ditto"\nblock = "p1.r2.c3.b1"\nof = "p1.r1.c3.b1"'))
    assert time_frames_of(outline)["I.2.1"] == "May 2000"


def test_missing_makes_an_element_without_words_and_with_a_note() -> None:
    outline = outline_of(
        TEXT,
        operation(
            """
            op = "missing"
            id = "lost"
            after = "p1.r1.c2.b2"
            note = "A bullet is lost here."
            confidence = "low"
            """
        ),
    )
    lost = [element for element in outline.elements() if element.missing]
    assert [(e.reference, e.text, e.sources) for e in lost] == [("I.1.2", "", ())]
    assert [(n.text, n.confidence) for n in lost[0].notes] == [
        ("A bullet is lost here.", Confidence.LOW)
    ]


def test_category_is_kept_for_the_status() -> None:
    outline = outline_of(
        TEXT, operation('op = "category"\nblock = "p1.r1.c4.b1"\ncategory = "completed"')
    )
    assert outline.statuses[0].category == "completed"


def test_a_note_at_a_time_frame_goes_to_its_first_element() -> None:
    outline = outline_of(
        TEXT, operation('op = "note"\nblock = "p1.r1.c3.b2"\nnote = "Perhaps of both."')
    )
    second = list(outline.elements())[1]
    assert [note.text for note in second.notes] == ["Perhaps of both."]


def test_an_operation_settles_the_anomalies_of_its_block() -> None:
    text = table(("1. One", bullets("one;"), "", ""))
    assert outline_of(text).anomalies != ()
    settled = outline_of(text + "\nA stray remark.\n", operation('op = "drop"\nblock = "p1.x1"'))
    assert [a.place for a in settled.anomalies] == ["p1.r1.c1.b1"]


@pytest.mark.parametrize(
    ("corrections", "message"),
    [
        ("[[operation", "not a corrections file: "),
        ("[other]\nx = 1", "unknown section 'other'"),
        ('[[operation]]\nop = "paint"\nreason = "x"', "operation 1 (paint): unknown; use one of"),
        ('[[operation]]\nop = "drop"\nblock = "p1.x1"', "operation 1 (drop): give a 'reason'"),
        (
            operation('op = "drop"\nblock = "p1.x1"\ncolour = "red"'),
            "operation 1 (drop): does not know 'colour'",
        ),
        (
            operation('op = "drop"\nblock = "p9.x9"'),
            "operation 1 (drop): the source has no block 'p9.x9'",
        ),
        (
            operation('op = "drop"\nblock = "p1.r1.c4.b1"\nbegins = "Nothing"'),
            "operation 1 (drop): block p1.r1.c4.b1 begins with “Work goes on.”, not with “Nothing”",
        ),
        (
            operation('op = "drop"\nblock = "p1.r1.c4.b1"\nduplicate_of = "p1.r1.c4.b2"'),
            "operation 1 (drop): block p1.r1.c4.b1 says more than block p1.r1.c4.b2",
        ),
        (
            operation('op = "split"\nblock = "p1.r1.c4.b1"\nat = ["ork"]'),
            "operation 1 (split): “ork” is not in the rest of block p1.r1.c4.b1",
        ),
        (
            operation('op = "assign"\nblock = "p1.r1.c4.b1"\nrole = "king"'),
            "operation 1 (assign): unknown role 'king'; use one of",
        ),
        (
            operation('op = "cover"\nblock = "p1.r1.c4.b1"\nelements = ["p1.r1.c3.b1"]'),
            "operation 1 (cover): block p1.r1.c3.b1 is no action element",
        ),
        (
            operation('op = "cover"\nblock = "p1.r1.c2.b2"\nelements = ["p1.r1.c2.b2"]'),
            "operation 1 (cover): block p1.r1.c2.b2 is neither time-frame nor status",
        ),
        (
            operation('op = "ditto"\nblock = "p1.r1.c3.b1"\nof = "p1.r1.c3.b2"'),
            "operation 1 (ditto): block p1.r1.c3.b1 holds words, not a ditto mark",
        ),
        (
            operation('op = "missing"\nid = "lost"\nafter = "p1.r1.c2.b2"'),
            "operation 1 (missing): a missing element needs a 'note'",
        ),
        (
            operation('op = "move"\nblock = "p1.r1.c2.b2"'),
            "operation 1 (move): needs either 'after' or 'before'",
        ),
        (
            operation('op = "note"\nblock = "p1.r1.c2.b2"\nnote = "x"\nconfidence = "sure"'),
            "operation 1 (note): unknown confidence 'sure'; use high, medium or low",
        ),
        (
            operation('op = "category"\nblock = "p1.r1.c4.b1"\ncategory = "great"'),
            "operation 1 (category): unknown category 'great'",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_number_and_reason(corrections: str, message: str) -> None:
    assert refusal(corrections).startswith(message)


# -- Writing a corrections file ------------------------------------------------------------------

KEYS_OF = {
    "assign": ("block", "role", "beside"),
    "split": ("block", "at", "roles"),
    "join": ("blocks",),
    "move": ("block", "blocks", "after", "before"),
    "cover": ("blocks", "elements"),
    "ditto": ("block", "of"),
    "missing": ("id", "after"),
    "note": ("block",),
}
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
TEXT_LISTS = st.lists(NAMES, min_size=1, max_size=4)
OPERATIONS = st.builds(
    lambda op, reason, keys, more: {
        "op": op,
        "reason": reason,
        **{key: value for key, value in keys.items() if key in KEYS_OF[op]},
        **more,
    },
    st.sampled_from(sorted(KEYS_OF)),
    NAMES.filter(str.strip),
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(("block", "role", "beside", "after", "before", "of", "id"), NAMES)
        | dict.fromkeys(("blocks", "at", "roles", "elements"), TEXT_LISTS),
    ),
    st.fixed_dictionaries({}, optional={"begins": NAMES, "note": NAMES, "confidence": NAMES}),
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "plan_title": NAMES,
        "version_date": NAMES,
        "as_at": st.dates(),
        "round_symbol_inferred": st.booleans(),
    },
)


@given(DOCUMENTS, st.lists(OPERATIONS, max_size=6))
def test_what_is_written_reads_back_to_the_same(
    document: dict[str, Any], items: list[dict[str, Any]]
) -> None:
    operations = tuple(operation_of(number, item) for number, item in enumerate(items, 1))
    assert read_corrections(write_corrections(document, operations)) == Corrections(
        document, operations
    )


def test_a_corrections_file_is_written_one_operation_under_the_other() -> None:
    corrections = read_corrections(
        "[document]\nas_at = 2000-08-31\n"
        + operation('op = "note"\nblock = "p1.r1.c2.b1"\nnote = "Torn."')
        + operation('op = "drop"\nblocks = ["a", "b"]')
    )
    assert write_corrections(corrections.document, corrections.operations) == dedent(
        """\
        [document]
        as_at = 2000-08-31

        [[operation]]
        op = "note"
        block = "p1.r1.c2.b1"
        reason = "as the editor says"
        note = "Torn."

        [[operation]]
        op = "drop"
        blocks = [
            "a",
            "b",
        ]
        reason = "as the editor says"
        """
    )


def test_the_corrections_of_the_real_document_are_written_and_read_back() -> None:
    path = Path("fixtures/corrections/gb279-progress-report.toml")
    corrections = read_corrections(path.read_text(encoding="utf-8"))
    assert (
        read_corrections(write_corrections(corrections.document, corrections.operations))
        == corrections
    )


COLUMNS = """\
[columns]
sheet = "Plan"
header = 3
A = "issue-number"
C = "element"
AB = "time-frame"
"""


def test_the_columns_of_a_sheet_are_written_and_read_back() -> None:
    corrections = read_corrections(COLUMNS)
    fields = {0: F.ISSUE_NUMBER, 2: F.ELEMENT, 27: F.TIME_FRAME}
    assert corrections == Corrections({}, (), ColumnMapping(fields, sheet="Plan", header=3))
    assert write_corrections({}, (), corrections.columns) == COLUMNS


def test_a_column_is_said_in_the_words_of_the_page_as_well() -> None:
    columns = read_corrections('[columns]\na = "Number of the issue"\nb = "action element"').columns
    assert columns == ColumnMapping({0: F.ISSUE_NUMBER, 1: F.ELEMENT})


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("columns = 1", "write [columns] once, with the letters of the columns below it"),
        (
            "[columns]\nA1 = 'element'",
            "[columns] 'A1' is no column; write its letter, such as A or AB, or sheet or header",
        ),
        (
            "[columns]\nA = 'colour'",
            "[columns] 'colour' is nothing that a column holds; use one of part, part-title, ",
        ),
        (
            "[columns]\nA = 1",
            '[columns] column A: write what it holds, such as "issue-number"',
        ),
        ("[columns]\nA = 'part'\na = 'status'", "[columns] column A is named twice"),
        ("[columns]\nsheet = 1", "[columns] sheet: write the name of the sheet"),
        (
            "[columns]\nheader = 'two'",
            "[columns] header: write the number of the row with the headings",
        ),
    ],
)
def test_columns_that_are_none_are_refused(section: str, message: str) -> None:
    with pytest.raises(CorrectionError) as refused:
        read_corrections(section)
    assert str(refused.value).startswith(message)


class Watched(Piece):
    """A piece that counts whatever it is asked."""

    asked = 0

    def __getattribute__(self, name: str) -> Any:
        Watched.asked += 1
        return super().__getattribute__(name)


def asked(pieces: int, corrections: int) -> int:
    """How often pieces are asked for something while ``corrections`` times every kind of
    operation that finds, replaces, adds or takes out pieces is carried out, from the last on."""
    draft = Draft(
        [
            Watched(
                f"p{n}", f"words {n} more", BlockKind.BULLET, BlockRole.ELEMENT, n, "b", (f"p{n}",)
            )
            for n in range(1000, 1000 + pieces)
        ]
    )
    steps: list[dict[str, Any]] = []
    for last in range(999 + pieces, 999 + pieces - 9 * corrections, -9):
        block = [f"p{last - step}" for step in range(9)]
        steps += [
            {"op": "assign", "block": block[0], "role": "status", "beside": block[1]},
            {"op": "split", "block": block[0], "at": ["more"]},
            {"op": "join", "blocks": [block[2], block[3]]},
            {"op": "move", "block": block[4], "before": block[6]},
            {"op": "drop", "block": block[5], "duplicate_of": block[5]},
            {"op": "missing", "id": f"lost {last}", "after": block[6], "note": "Lost."},
            {"op": "note", "block": block[7], "note": "Noted."},
            {"op": "accept", "block": block[8], "odd": "this", "note": "Right."},
        ]
    operations = [operation_of(n, {**step, "reason": "so"}) for n, step in enumerate(steps, 1)]
    Watched.asked = 0
    apply_corrections(draft, Corrections({}, tuple(operations)))
    return Watched.asked


def test_a_correction_costs_the_same_however_many_pieces_and_corrections_there_are() -> None:
    among_few = asked(200, 10) - asked(200, 0)
    assert among_few > 0
    assert asked(400, 10) - asked(400, 0) == among_few
    assert asked(400, 20) - asked(400, 0) == 2 * among_few


def test_the_note_of_an_acceptance_stands_at_the_first_piece_in_reading_order() -> None:
    name = "p1.r1.c4.b1"
    draft = draft_of(
        TEXT,
        read_corrections(
            operation(f'op = "split"\nblock = "{name}"\nat = ["goes on."]')
            + operation(f'op = "move"\nblock = "{name}#2"\nbefore = "{name}#1"')
            + operation(f'op = "accept"\nblock = "{name}"\nodd = "so"\nnote = "Right."')
        ),
    )
    notes = {piece.id: [note.text for note in piece.notes] for piece in draft if piece.notes}
    assert notes == {f"{name}#2": ["Right."]}
