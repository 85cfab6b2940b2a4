"""Files that were changed where they should not be: every fault with its place."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from docx.document import Document
from openpyxl.worksheet.worksheet import Worksheet

from plans.reports.labels import labels_for
from plans.unit_files.reading import Fault, FaultKind
from tests.unit_files.fault_cases import DOCX, returned, sheet
from tests.unit_files.files import edited_document

KEY = labels_for("en").unit_file.headings["key"]


def faults_in(data: bytes) -> list[tuple[str, int | None, str, str, str]]:
    """Each fault: its kind, row, column, heading and what was found."""
    return [
        (fault.kind.value, fault.row, fault.column, fault.heading, fault.found)
        for fault in returned(data).faults
    ]


def document(edit: Callable[[Any], Any]) -> bytes:
    """The document after its table's element was edited."""
    return edited_document(DOCX, lambda opened: edit(opened.tables[0]._tbl))


def swap(table: Any, first: int, second: int) -> None:
    """Exchange two columns of a document's table."""
    for row in table.tr_lst:
        one, other = row.tc_lst[first], row.tc_lst[second]
        place = deepcopy(one)
        other.addprevious(place)
        one.getparent().replace(one, other)


def drop(table: Any, column: int) -> None:
    for row in table.tr_lst:
        cell = row.tc_lst[column]
        cell.getparent().remove(cell)


# Columns


def test_a_column_that_moved_is_told_with_where_it_stands() -> None:
    def move(page: Worksheet) -> None:
        for row in range(8, 13):
            page.cell(row, 6).value, page.cell(row, 7).value = (
                page.cell(row, 7).value,
                page.cell(row, 6).value,
            )

    assert faults_in(sheet(move)) == [
        ("column_moved", 8, "F", "How far has it come?", "G"),
        ("column_moved", 8, "G", "Status", "F"),
    ]
    assert faults_in(document(lambda table: swap(table, 5, 6))) == [
        ("column_moved", 1, "6", "How far has it come?", "7"),
        ("column_moved", 1, "7", "Status", "6"),
    ]


def test_a_column_that_is_gone_is_told_with_those_that_moved_up() -> None:
    def delete(page: Worksheet) -> None:
        for area in list(page.merged_cells.ranges):
            page.unmerge_cells(str(area))
        page.delete_cols(5)

    assert faults_in(sheet(delete)) == [
        ("column_missing", 8, "E", "Where it stands", ""),
        ("column_moved", 8, "F", "How far has it come?", "E"),
        ("column_moved", 8, "G", "Status", "F"),
        ("column_moved", 8, "H", KEY, "G"),
    ]
    assert faults_in(document(lambda table: drop(table, 4))) == [
        ("column_missing", 1, "5", "Where it stands", ""),
        ("column_moved", 1, "6", "How far has it come?", "5"),
        ("column_moved", 1, "7", "Status", "6"),
    ]


def test_a_column_that_was_renamed_is_told_with_its_new_name() -> None:
    def rename(page: Worksheet) -> None:
        page["G8"] = "Progress"

    assert faults_in(sheet(rename)) == [("column_renamed", 8, "G", "Status", "Progress")]

    def rename_in_document(table: Any) -> None:
        table.tr_lst[0].tc_lst[6].p_lst[0].r_lst[0].text = "Progress"

    assert faults_in(document(rename_in_document)) == [
        ("column_renamed", 1, "7", "Status", "Progress")
    ]


def test_a_column_that_was_added_is_told_with_its_name() -> None:
    def add(page: Worksheet) -> None:
        page["I8"] = "Remarks"

    assert faults_in(sheet(add)) == [("column_added", 8, "I", "", "Remarks")]

    def add_in_document(table: Any) -> None:
        for row in table.tr_lst:
            row.append(deepcopy(row.tc_lst[2]))

    assert faults_in(document(add_in_document)) == [("column_added", 1, "8", "", "Time-frame")]


def test_a_heading_in_other_capitals_and_with_more_spaces_is_the_same() -> None:
    def shout(page: Worksheet) -> None:
        page["G8"] = " STATUS "

    assert faults_in(sheet(shout)) == []


def test_a_file_without_the_table_is_told() -> None:
    def forget(opened: Document) -> None:
        table = opened.tables[0]._tbl
        table.getparent().remove(table)

    assert faults_in(sheet(lambda page: page.delete_rows(8))) == [("no_table", None, "", "", "")]
    assert faults_in(edited_document(DOCX, forget)) == [("no_table", None, "", "", "")]


def test_a_file_without_its_key_is_told() -> None:
    def forget(opened: Document) -> None:
        for paragraph in opened.paragraphs:
            if "rows1:" in paragraph.text:
                paragraph.clear()

    assert faults_in(sheet(lambda page: page.cell(1, 8, ""))) == [("no_file_key", None, "", "", "")]
    assert faults_in(edited_document(DOCX, forget)) == [("no_file_key", None, "", "", "")]


# Rows


def test_a_row_that_is_missing_is_told() -> None:
    missing = Fault(FaultKind.ROW_MISSING, expected="2")

    assert returned(sheet(lambda page: page.delete_rows(10))).faults == (missing,)
    assert returned(document(lambda table: table.remove(table.tr_lst[2]))).faults == (missing,)


def test_a_row_that_stands_twice_is_told_with_where_it_stands_already() -> None:
    def double(page: Worksheet) -> None:
        for column in range(1, 9):
            page.cell(13, column).value = page.cell(9, column).value

    assert faults_in(sheet(double)) == [("row_twice", 13, "H", KEY, "9")]

    def double_in_document(table: Any) -> None:
        table.append(deepcopy(table.tr_lst[1]))

    assert faults_in(document(double_in_document)) == [("row_twice", 6, "1", KEY, "2")]


@pytest.mark.parametrize(
    ("key", "kind", "found"),
    [
        ("", "row_key", ""),
        ("1/3", "row_key", "1/3"),
        ("2000-08-31/1/3", "row_other_round", "2000-08-31"),
        ("2001-02-28/4/3", "row_unknown", "2001-02-28/4/3"),
    ],
)
def test_a_row_that_was_not_sent_is_told(key: str, kind: str, found: str) -> None:
    data = sheet(lambda page: page.cell(9, 8, key or None))
    if not key:
        data = sheet(lambda page: setattr(page.cell(9, 8), "value", None))

    assert faults_in(data) == [
        (kind, 9, "H", KEY, found),
        ("row_missing", None, "", "", ""),
    ]


def test_rows_in_another_order_are_understood_by_their_keys() -> None:
    def turn(page: Worksheet) -> None:
        for column in range(1, 9):
            first, last = page.cell(9, column), page.cell(11, column)
            first.value, last.value = last.value, first.value

    reading = returned(sheet(turn))

    assert reading.faults == ()
    assert [(row.key.ordinal, row.text[:4]) for row in reading.rows] == [
        (3, "Soon"),
        (2, ""),
        (1, "The "),
        (5, "Done"),
    ]


# Cells


@pytest.mark.parametrize("value", ["=1+1", 37, 0.5, True, date(2001, 2, 28)])
def test_what_is_no_text_is_told(value: object) -> None:
    data = sheet(lambda page: page.cell(9, 7, value))

    assert faults_in(data) == [("not_text", 9, "G", "Status", "")]


def test_white_space_at_the_edges_of_a_cell_of_a_sheet_is_no_fault() -> None:
    reading = returned(sheet(lambda page: page.cell(9, 7, "\n Said. \n")))

    assert (reading.faults, reading.rows[0].text) == ((), "Said.")


def test_a_table_on_a_hidden_sheet_is_read() -> None:
    def hide(page: Worksheet) -> None:
        page.parent.create_sheet("Other")
        page.sheet_state = "hidden"

    assert faults_in(sheet(hide)) == []


def test_a_cell_of_a_document_that_was_merged_with_the_one_above_is_told() -> None:
    def merge(opened: Document) -> None:
        opened.tables[0].cell(1, 6).merge(opened.tables[0].cell(2, 6))

    assert faults_in(edited_document(DOCX, merge)) == [("not_text", 3, "7", "Status", "")]


def test_a_category_that_is_not_in_the_list_is_told_with_those_that_are() -> None:
    (fault,) = returned(sheet(lambda page: page.cell(9, 6, "done"))).faults

    assert fault == Fault(
        FaultKind.CATEGORY_UNKNOWN,
        row=9,
        column="F",
        heading="How far has it come?",
        found="done",
        expected="not started, in progress, continuing, completed, postponed",
    )


def test_a_text_that_is_too_long_is_told_with_its_length() -> None:
    (fault,) = returned(sheet(lambda page: page.cell(9, 7, "x" * 20_001))).faults

    assert (fault.kind, fault.row, fault.column) == (FaultKind.TOO_LONG, 9, "G")
    assert (fault.found, fault.expected) == ("20001", "20000")


def test_words_beside_and_below_the_table_are_told() -> None:
    assert faults_in(sheet(lambda page: page.cell(9, 10, "A remark"))) == [
        ("outside", 9, "J", "", "A remark")
    ]
    assert faults_in(sheet(lambda page: page.cell(14, 1, "A remark"))) == [
        ("row_key", 14, "H", KEY, "")
    ]


def test_words_below_the_table_of_a_document_are_told() -> None:
    def write_on(opened: Document) -> None:
        opened.add_paragraph("A remark")
        opened.add_paragraph(" ")

    assert faults_in(edited_document(DOCX, write_on)) == [("outside", None, "", "", "A remark")]


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    def spoil(page: Worksheet) -> None:
        page["F9"] = "done"
        page["G10"] = 5
        page["J11"] = "A remark"
        page.delete_rows(12)

    assert [(kind, row) for kind, row, *_ in faults_in(sheet(spoil))] == [
        ("category_unknown", 9),
        ("not_text", 10),
        ("outside", 11),
        ("row_missing", None),
    ]


# Words as word processors keep them


def in_status(markup: str) -> str:
    """What is read of a status whose cell of a document holds ``markup``."""
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

    def replace(table: Any) -> None:
        from lxml import etree

        cell = table.tr_lst[1].tc_lst[6]
        for child in list(cell):
            if not child.tag.endswith("}tcPr"):
                cell.remove(child)
        for child in etree.fromstring(f'<w:tc xmlns:w="{name}">{markup}</w:tc>'):
            cell.append(child)

    return returned(document(replace)).rows[0].text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<w:p><w:r><w:t>One</w:t></w:r><w:r><w:t> word</w:t></w:r></w:p>", "One word"),
        (
            '<w:p><w:ins w:id="1" w:author="a"><w:r><w:t>New</w:t></w:r></w:ins>'
            '<w:del w:id="2" w:author="a"><w:r><w:delText>Old</w:delText></w:r></w:del></w:p>',
            "New",
        ),
        (
            '<w:p><w:pPr><w:rPr><w:del w:id="1" w:author="a"/></w:rPr></w:pPr>'
            "<w:r><w:t>Joined</w:t></w:r></w:p><w:p><w:r><w:t>, both.</w:t></w:r></w:p>",
            "Joined, both.",
        ),
        (
            '<w:p><w:moveFrom w:id="1" w:author="a"><w:r><w:t>There</w:t></w:r></w:moveFrom>'
            '<w:moveTo w:id="2" w:author="a"><w:r><w:t>Here</w:t></w:r></w:moveTo></w:p>',
            "Here",
        ),
        (
            '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
            "<w:r><w:t>listed</w:t></w:r></w:p>",
            "• listed",
        ),
        (
            '<w:p><w:pPr><w:pStyle w:val="ListBullet"/><w:numPr><w:numId w:val="0"/></w:numPr>'
            "</w:pPr><w:r><w:t>no longer listed</w:t></w:r></w:p>",
            "no longer listed",
        ),
        (
            "<w:p><w:r><w:t>- typed</w:t><w:br/><w:t>- by hand</w:t></w:r></w:p>",
            "• typed\n• by hand",
        ),
        (
            "<w:p><w:r><w:t>well</w:t><w:noBreakHyphen/><w:t>known</w:t><w:tab/><w:t>x</w:t>"
            "</w:r></w:p>",
            "well‑known x",
        ),
        (
            "<w:p><w:hyperlink><w:r><w:t>A link</w:t></w:r></w:hyperlink><w:r><w:instrText>PAGE"
            "</w:instrText></w:r></w:p>",
            "A link",
        ),
        (
            "<w:sdt><w:sdtPr/><w:sdtContent><w:p><w:r><w:t>In a control.</w:t></w:r></w:p>"
            "</w:sdtContent></w:sdt>",
            "In a control.",
        ),
        (
            "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>In a table.</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
            "<w:p/>",
            "In a table.",
        ),
        (
            "<w:p><w:r><w:t>Before.</w:t><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p>"
            "</w:txbxContent></w:r><w:r><w:t> After.</w:t></w:r></w:p>",
            "Before. After.\n\nIn a box.",
        ),
        (
            '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/'
            '2006"><mc:Choice><w:p><w:r><w:t>Chosen.</w:t></w:r></w:p></mc:Choice><mc:Fallback>'
            "<w:p><w:r><w:t>Else.</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>",
            "Chosen.",
        ),
        ('<w:p><w:r><w:t>Noted</w:t><w:footnoteReference w:id="2"/></w:r></w:p>', "Noted"),
        ("<w:p/>", ""),
    ],
)
def test_a_status_is_read_as_it_is_seen(markup: str, text: str) -> None:
    assert in_status(markup) == text


def test_a_row_that_was_deleted_with_changes_tracked_is_missing() -> None:
    def strike(table: Any) -> None:
        from lxml import etree

        name = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
        properties = table.tr_lst[2].find(f"{name}trPr")
        properties.append(etree.Element(f"{name}del"))

    assert returned(document(strike)).faults == (Fault(FaultKind.ROW_MISSING, expected="2"),)


def test_in_a_cell_of_a_sheet_each_line_is_a_paragraph_or_a_bullet() -> None:
    reading = returned(
        sheet(lambda page: page.cell(9, 7, "One.\nTwo.\n- three;\n• four.\r\nFive."))
    )

    assert reading.rows[0].text == "One.\n\nTwo.\n\n• three;\n• four.\n\nFive."
