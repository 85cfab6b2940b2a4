"""The review of a document, section by section, and its outline as a tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from plans.reading import review as reviewing
from plans.reading.accounting import take_account
from plans.reading.classify import classify
from plans.reading.correcting import apply_corrections
from plans.reading.corrections import read_corrections
from plans.reading.outline import build_outline
from plans.reading.readers.gb_text import read
from plans.reading.review import DocumentReview, ReviewedPiece
from plans.reading.source_table import BlockRole
from tests.reading.documents import bullets, table

FIXTURES = Path(__file__).parents[2] / "fixtures"
CONTEXT = "The Office will make its work better in many different ways, through:"

TEXT = "\n".join(
    [
        "FIRST ITEM ON THE AGENDA",
        "",
        table(
            (
                "1. One",
                f"<p>{CONTEXT}</p> <p>General</p> " + bullets("first;", "second;", "third."),
                "<p>May 2000</p> <p>June 2000</p>",
                "Work goes on.",
            ),
            ("2. Two", f"<p>{CONTEXT}</p> " + bullets("fourth."), "May 2000", "Talks were held."),
        ),
        table(("3. Three", bullets("fifth."), "", "Nothing yet, as people say.")),
        "A line between tables that nobody knows the place of",
        "",
    ]
)


def review_of(text: str, corrections: str = "") -> DocumentReview:
    source = read(text.encode(), name="plan.txt")
    draft = apply_corrections(classify(source), read_corrections(corrections))
    outline = build_outline(draft)
    return DocumentReview(source, draft, outline, take_account(source, draft, outline))


def shown(pieces: tuple[ReviewedPiece, ...]) -> list[tuple[str, BlockRole, tuple[str, ...]]]:
    return [(one.piece.id, one.piece.role, one.references) for one in pieces]


def test_the_cover_and_each_table_are_a_section() -> None:
    sections = review_of(TEXT).sections
    assert [(s.number, s.page, s.part, s.first_row, s.last_row, s.whole) for s in sections] == [
        (0, 0, "", 0, 0, True),
        (1, 1, "I", 0, 2, True),
        (2, 2, "I", 0, 1, True),
    ]


def test_a_long_table_is_cut_into_sections_of_its_rows() -> None:
    rows = [(f"{n}. Issue", bullets(f"element {n}."), "", "") for n in range(1, 65)]
    review = review_of(table(*rows))
    assert [(s.first_row, s.last_row, s.whole) for s in review.sections[1:]] == [
        (0, 29, False),
        (30, 59, False),
        (60, 64, False),
    ]
    blocks = [b.block.id for s in review.sections for b in review.source(s.number).blocks()]
    assert len(blocks) == len(set(blocks)) == 1 + 4 + 2 * 64
    assert review.section_of("p1.r64.c2.b1") == 3


def test_a_table_is_also_cut_where_its_cells_are_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviewing, "BLOCKS_AT_MOST", 12)
    review = review_of(TEXT)
    assert [(s.page, s.first_row, s.last_row) for s in review.sections] == [
        (0, 0, 0),
        (1, 0, 0),
        (1, 1, 1),
        (1, 2, 2),
        (2, 0, 1),
    ]


def test_a_block_shows_what_it_was_taken_for_and_where_it_went() -> None:
    source = review_of(TEXT).source(1)
    assert source.head is not None
    assert shown(source.head.pieces) == [("p1.head", BlockRole.PART, ("I",))]
    cells = source.rows[1].cells
    assert [shown(block.pieces)[0] for block in cells[1]] == [
        ("p1.r1.c2.b1", BlockRole.CONTEXT, ("I.1",)),
        ("p1.r1.c2.b2", BlockRole.GROUP_HEADING, ("I.1",)),
        ("p1.r1.c2.b3", BlockRole.ELEMENT, ("I.1.1",)),
        ("p1.r1.c2.b4", BlockRole.ELEMENT, ("I.1.2",)),
        ("p1.r1.c2.b5", BlockRole.ELEMENT, ("I.1.3",)),
    ]


def test_a_time_frame_shows_the_elements_that_it_covers() -> None:
    source = review_of(TEXT).source(1)
    assert [shown(block.pieces)[0] for block in source.rows[1].cells[2]] == [
        ("p1.r1.c3.b1", BlockRole.TIME_FRAME, ("I.1.1",)),
        ("p1.r1.c3.b2", BlockRole.TIME_FRAME, ("I.1.2", "I.1.3")),
    ]


def test_a_split_block_shows_its_pieces_in_order() -> None:
    review = review_of(
        TEXT,
        """
        [[operation]]
        op = "split"
        block = "p1.r2.c4.b1"
        at = ["were held."]
        reason = "Two statuses ran together."
        """,
    )
    pieces = review.source(1).rows[2].cells[3][0].pieces
    assert [(one.piece.id, one.piece.text) for one in pieces] == [
        ("p1.r2.c4.b1#1", "Talks"),
        ("p1.r2.c4.b1#2", "were held."),
    ]
    assert [one.piece.id for one in review.chosen(["p1.r2.c4.b1"])] == [
        "p1.r2.c4.b1#1",
        "p1.r2.c4.b1#2",
    ]


def test_words_joined_to_a_piece_of_another_block_are_seen_in_both() -> None:
    review = review_of(
        TEXT,
        """
        [[operation]]
        op = "join"
        blocks = ["p1.r1.c4.b1", "p1.r2.c4.b1"]
        reason = "One status, torn in two."
        """,
    )
    (here,) = review.source(1).rows[1].cells[3][0].pieces
    (there,) = review.source(1).rows[2].cells[3][0].pieces
    assert (here.piece.id, here.home) == ("p1.r1.c4.b1", True)
    assert (there.piece.id, there.home) == ("p1.r1.c4.b1", False)


def test_what_is_to_be_looked_at_comes_in_the_order_of_the_source() -> None:
    review = review_of(TEXT)
    assert [(f.place, f.message, f.section) for f in review.findings] == [
        ("p1.r1.c3.b1", "2 time-frames for 3 elements; taken in order", 1),
        ("p2.x1", "a heading torn out of the table", 2),
    ]
    assert [section.findings for section in review.sections] == [0, 1, 1]
    (loose,) = review.source(2).loose
    assert (loose.pieces[0].placed, loose.pieces[0].to_look_at) == (False, True)


def test_words_without_a_place_are_to_be_looked_at_when_nothing_was_noticed() -> None:
    review = review_of(
        TEXT,
        """
        [[operation]]
        op = "assign"
        block = "p1.r2.c4.b1"
        role = "unplaced"
        reason = "Nobody knows."
        """,
    )
    assert ("p1.r2.c4.b1", "") in [(f.place, f.message) for f in review.findings]


def test_the_next_thing_to_look_at_comes_after_the_last_one() -> None:
    review = review_of(TEXT)
    first, second = review.findings
    assert review.neighbours("p1.r1.c3.b1", 1) == (second, second)
    assert review.neighbours("p1.r2.c3.b1", 1) == (first, second)
    assert review.neighbours("", 0) == (second, first)
    assert review.neighbours("", 2) == (first, second)


def test_nothing_is_next_where_nothing_is_left() -> None:
    review = review_of(table(("1. One", bullets("first."), "May 2000", "Work goes on.")))
    assert review.neighbours("", 0) == (None, None)


def test_the_tree_knows_the_pieces_of_every_text() -> None:
    (part,) = review_of(TEXT).tree(1).parts
    one, two = part.issues
    assert (part.part.number, part.piece) == ("I", "p1.head")
    assert [text.pieces for text in one.context] == [("p1.r1.c2.b1",)]
    (group,) = one.groups
    assert group.heading is not None
    assert (group.heading.text, group.heading.pieces) == ("General", ("p1.r1.c2.b2",))
    assert group.lead_in is None
    covers = [
        (one.element.reference, frame.pieces, frame.covers, frame.first)
        for one in group.elements
        if (frame := one.time_frame) is not None
    ]
    assert covers == [
        ("I.1.1", ("p1.r1.c3.b1",), ("I.1.1",), True),
        ("I.1.2", ("p1.r1.c3.b2",), ("I.1.2", "I.1.3"), True),
        ("I.1.3", ("p1.r1.c3.b2",), ("I.1.2", "I.1.3"), False),
    ]
    (fourth,) = two.elements()
    assert fourth.status is not None
    assert (fourth.status.text, fourth.status.pieces) == ("Talks were held.", ("p1.r2.c4.b1",))


def test_the_tree_of_a_section_has_the_issues_that_its_words_went_to() -> None:
    review = review_of(TEXT)
    assert [issue.issue.reference for issue in review.tree(2).issues()] == ["I.3"]
    assert [piece.text for piece in review.tree(0).cover] == ["FIRST ITEM ON THE AGENDA"]


def test_the_elements_near_a_section_begin_with_its_own() -> None:
    near = review_of(TEXT).elements_near(2)
    assert [one.reference for one in near] == ["I.3.1", "I.1.1", "I.1.2", "I.1.3", "I.2.1"]


def test_a_missing_element_is_found_with_the_piece_before_it() -> None:
    review = review_of(
        TEXT,
        """
        [[operation]]
        op = "missing"
        id = "missing.I.2.1"
        after = "p1.r2.c2.b2"
        note = "Lost."
        reason = "A status speaks of it."
        """,
    )
    assert review.section_of("missing.I.2.1") == 1
    assert [one.element.piece for one in review.tree(1).elements()][-1] == "missing.I.2.1"
    assert "missing.I.2.1" in [piece.id for piece in review.near(2)]


def test_every_word_of_the_real_document_stands_in_some_section_and_in_the_tree() -> None:
    name = "gb279-progress-report"
    source = read((FIXTURES / "sources" / f"{name}.txt").read_bytes(), name=f"{name}.txt")
    corrections = read_corrections((FIXTURES / "corrections" / f"{name}.toml").read_text())
    draft = apply_corrections(classify(source), corrections)
    outline = build_outline(draft)
    review = DocumentReview(source, draft, outline, take_account(source, draft, outline))

    blocks = [block.block.id for s in review.sections for block in review.source(s.number).blocks()]
    assert blocks == [block.id for block in source.blocks()]
    assert review.findings == ()
    in_tree: set[str] = set()
    for section in review.sections:
        tree = review.tree(section.number)
        in_tree |= {piece.id for piece in tree.cover} | {part.piece for part in tree.parts}
        for issue in tree.issues():
            in_tree |= {issue.issue.piece} | {one for text in issue.context for one in text.pieces}
            for group in issue.groups:
                for text in (group.heading, group.lead_in):
                    in_tree |= set(text.pieces if text else ())
            for element in issue.elements():
                in_tree.add(element.element.piece)
                for cover in (element.time_frame, element.status):
                    in_tree |= set(cover.pieces if cover else ())
    columns = {piece.id for piece in draft if piece.role is BlockRole.COLUMN}
    assert in_tree == set(outline.placements) - columns
