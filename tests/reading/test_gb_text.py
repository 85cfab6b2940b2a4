"""The reader of the Governing Body text dialect."""

from __future__ import annotations

import pytest

from plans.reading.readers.gb_text import MAX_BYTES, raw_words, read
from plans.reading.source_table import BlockKind, BlockPlace, SourceBlock, SourceError, place_of
from tests.reading.documents import HEADINGS, bullets, table


def blocks_of(text: str) -> dict[str, SourceBlock]:
    return {block.id: block for block in read(text.encode(), name="plan.txt").blocks()}


def cell_texts(cell: str) -> list[tuple[str, str]]:
    """The blocks of one cell, as (kind, text)."""
    source = read(table(("1. Title", cell, "", "")).encode(), name="plan.txt")
    return [(b.kind.value, b.text) for b in source.pages[1].rows[1].cells[1].blocks]


def test_every_block_has_an_id_that_tells_its_place() -> None:
    text = "Cover\n\n" + table(("1. Title", "<p>Why:</p> " + bullets("one;", "two."), "May", ""))
    text += "\n- torn out\n"
    assert [(name, block.text) for name, block in blocks_of(text).items()] == [
        ("p0.x1", "Cover"),
        ("p1.head", "Part I – Work"),
        ("p1.r0.c1.b1", "Issues"),
        ("p1.r0.c2.b1", "Elements for action"),
        ("p1.r0.c3.b1", "Time-frame"),
        ("p1.r0.c4.b1", "Status as at 1 May 2001"),
        ("p1.r1.c1.b1", "1. Title"),
        ("p1.r1.c2.b1", "Why:"),
        ("p1.r1.c2.b2", "one;"),
        ("p1.r1.c2.b3", "two."),
        ("p1.r1.c3.b1", "May"),
        ("p1.x1", "torn out"),
    ]


def test_a_block_knows_its_line() -> None:
    assert blocks_of("Cover\n\n" + table(("1. Title", "", "", "")))["p1.r1.c1.b1"].line == 6


def test_a_second_table_begins_a_page_with_its_own_head() -> None:
    blocks = blocks_of(table(("1. A", "", "", "")) + "\n" + table(("2. B", "", "", "")))
    assert blocks["p2.head"].text == "Part I – Work"
    assert blocks["p2.r1.c1.b1"].text == "2. B"


def test_bullets_are_told_by_their_sign_and_by_the_list_they_stand_in() -> None:
    assert cell_texts("<p>Why:</p> <ul> • one; • two. <p>Then:</p> <ul> three") == [
        ("paragraph", "Why:"),
        ("bullet", "one;"),
        ("bullet", "two."),
        ("paragraph", "Then:"),
        ("bullet", "three"),
    ]


def test_a_signed_paragraph_inside_a_list_is_a_bullet() -> None:
    assert cell_texts("<ul> • one; <p>• two;</p> <p>General</p>") == [
        ("bullet", "one;"),
        ("bullet", "two;"),
        ("paragraph", "General"),
    ]


def test_only_tags_of_the_dialect_are_markup() -> None:
    assert cell_texts("if a < b <script>alert(1)</script> <!-- kept --> <Geneva> x<y") == [
        ("paragraph", "if a < b <script>alert(1)</script> <!-- kept --> <Geneva> x<y")
    ]


def test_entities_are_read_and_inline_markup_is_left_off() -> None:
    assert cell_texts("<p>Programme &amp; <b>Budget</b>&nbsp;2000</p>") == [
        ("paragraph", "Programme & Budget 2000")
    ]


def test_a_row_with_cells_missing_at_its_end_is_filled_up() -> None:
    source = read(table(("1. Title", "Why:")).encode(), name="plan.txt")
    assert [cell.text for cell in source.pages[1].rows[1].cells] == ["1. Title", "Why:", "", ""]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = table(("1. Title", "Why:", "May", ""))
    plain = read(text.encode(), name="x")
    windows = read(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), name="x")
    assert list(plain.blocks()) == list(windows.blocks())
    assert plain.raw_words == windows.raw_words


def test_the_raw_words_of_a_line_leave_off_tags_and_signs() -> None:
    line = '1. A\t<p>B &amp; C</p> <ul style="x: y"> • d e\t\t'
    assert raw_words(line) == ("1.", "A", "B", "&", "C", "d", "e")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b" \n\t\n ", "the file is empty"),
        (b"a\n\0b\tc\td\n", "line 2: a NUL byte: this is not a text file"),
        (
            "A\tB\tC\nCafé\n".encode("latin-1"),
            "line 2: not UTF-8 text (byte 10); save the document as UTF-8 text",
        ),
        (
            "A\tB\tC\n".encode("utf-16"),
            "line 1: not UTF-8 text (byte 1); save the document as UTF-8 text",
        ),
        (
            b"Only text\nwithout a table\n",
            "no table found; expected rows of three or four cells separated by tabs",
        ),
        (
            b"A\tB\nc\td\n",
            (
                "line 1: a table of 2 columns; expected three or four: issues, "
                "elements for action, time-frame and, in a progress report, status"
            ),
        ),
        (
            b"Head\nA\tB\tC\tD\tE\n",
            (
                "line 2: a table of 5 columns; expected three or four: issues, "
                "elements for action, time-frame and, in a progress report, status"
            ),
        ),
        (b"A\tB\tC\na\tb\tc\td\n", "line 2: a row of 4 cells in a table of 3 columns"),
        (b"A\tB\tC\na\t<p>b\tc\n", "line 2: cell 2: the tag <p> is never closed"),
        (b"A\tB\tC\na\t<p>b<p>c</p>\tc\n", "line 2: cell 2: the tag <p> is never closed"),
        (b"A\tB\tC\na\tb\t<ul style=\n", "line 2: cell 3: the tag <ul style= is never closed"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(data: bytes, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(data, name="plan.txt")
    assert str(caught.value) == message


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(SourceError, match="larger than 20 MB"):
        read(b"x" * (MAX_BYTES + 1), name="plan.txt")


def test_a_line_that_is_too_long_is_refused() -> None:
    with pytest.raises(SourceError, match="line 2: a line of more than 1,000,000 characters"):
        read(b"A\tB\tC\n" + b"x" * 1_000_001, name="plan.txt")


def test_headings_are_read_as_the_row_of_number_zero() -> None:
    blocks = blocks_of(table(("1. A", "", "", "")))
    assert tuple(blocks[f"p1.r0.c{cell}.b1"].text for cell in range(1, 5)) == HEADINGS


@pytest.mark.parametrize(
    ("block_id", "place"),
    [
        ("p3.r1.c2.b4", BlockPlace(page=3, row=1, cell=2, block=4)),
        ("p3.r1.c2.b4#2", BlockPlace(page=3, row=1, cell=2, block=4, piece=2)),
        ("p0.x7", BlockPlace(page=0, loose=7)),
        ("p2.head", BlockPlace(page=2)),
        ("missing.I.4(b)", None),
    ],
)
def test_an_id_can_be_taken_apart(block_id: str, place: BlockPlace | None) -> None:
    assert place_of(block_id) == place


def test_a_bullet_sign_is_no_part_of_the_text() -> None:
    block = blocks_of(table(("1. A", bullets("one;"), "", "")))["p1.r1.c2.b1"]
    assert (block.kind, block.text, block.signed) == (BlockKind.BULLET, "one;", True)
