"""The report as a workbook."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, datetime, time
from itertools import product
from zipfile import ZIP_STORED, ZipFile

import pytest
from hypothesis import given, settings
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from plans.reports.layout import lay_out
from plans.reports.table import ReportTable
from plans.reports.writers import WriterError
from plans.reports.writers.csv import COLUMNS, element_rows
from plans.reports.writers.xlsx import PlacedRow, SheetCell, page_breaks, text_height, write
from tests.reports.printed import expected_cells, real_report
from tests.reports.samples import sample
from tests.strategies import report_tables

DATES = ("Starts on", "Due on", "Status as at")


def opened(table: ReportTable) -> Workbook:
    return load_workbook(io.BytesIO(write(table)))


def at(year: int, month: int, day: int) -> datetime:
    """A day as the reader gives it: a moment without a time zone."""
    return datetime.combine(date(year, month, day), time())


def printed_cells(sheet: Worksheet) -> list[tuple[int, str, int]]:
    """The filled cells below the headings, row by row: column, text, and how many rows high."""
    heights = {(r.min_row, r.min_col): r.max_row - r.min_row + 1 for r in sheet.merged_cells.ranges}
    return [
        (cell.column, cell.value, heights.get((cell.row, cell.column), 1))
        for row in sheet.iter_rows(min_row=3)
        for cell in row[:4]
        if cell.value is not None
    ]


def texts(sheet: Worksheet) -> list[tuple[int, str]]:
    return [(column, text) for column, text, _ in printed_cells(sheet)]


def test_each_part_has_a_sheet_and_the_elements_have_one() -> None:
    assert opened(sample()).sheetnames == ["Part I", "Part II", "Elements"]


def test_a_part_s_sheet_begins_with_its_title_and_its_headings() -> None:
    sheet = opened(sample())["Part I"]
    title, *rest = [cell.value for cell in sheet[1]]
    assert (title, rest) == ("Part I – Relevance & effect", [None, None, None, "part"])
    assert [cell.value for cell in sheet[2]] == [*sample().parts[0].columns, "columns"]


def test_a_hidden_column_says_what_stands_in_each_row() -> None:
    sheet = opened(sample())["Part I"]
    assert sheet.column_dimensions["E"].hidden
    assert [cell.value for cell in sheet["E"][2:]] == [
        *("title", "context", "element_in_progress", "heading", "lead_in", "missing"),
    ]


def test_a_pointer_leads_to_the_element_that_it_names() -> None:
    cell = opened(sample())["Part II"]["D3"]
    assert (cell.value, cell.hyperlink.location) == ("see I.1(a)", "'Part I'!B5")


def test_a_part_s_sheet_is_the_printed_table() -> None:
    assert printed_cells(opened(sample())["Part I"]) == [
        (1, "1. A coherent programme", 1),
        (1, "1(a) Focus", 5),
        (2, "To be coherent, there will be:", 1),
        (2, "• a policy statement;", 1),
        (3, "Completed by April 2000", 4),
        (4, "Under discussion.\n\n• one;\n• two.", 1),
        (2, "General", 1),
        (2, "In parallel:", 1),
        (2, "• […]", 1),
    ]


def test_a_status_of_another_part_is_pointed_to() -> None:
    assert texts(opened(sample())["Part II"]) == [
        (1, "1. Structure"),
        (2, "• =1+1 offices"),
        (4, "see I.1(a)"),
    ]


def test_the_heads_are_frozen_and_repeated_on_paper() -> None:
    workbook = opened(sample())
    assert [(s.freeze_panes, s.print_title_rows) for s in workbook] == [
        ("A3", "$1:$2"),
        ("A3", "$1:$2"),
        ("A2", "$1:$1"),
    ]


def test_the_sheets_print_across_and_one_page_wide() -> None:
    a3, a4 = 8, 9
    assert [
        (
            sheet.title,
            sheet.page_setup.paperSize,
            sheet.page_setup.orientation,
            sheet.sheet_properties.pageSetUpPr.fitToPage,
            sheet.page_setup.fitToHeight,
        )
        for sheet in opened(sample())
    ] == [
        ("Part I", a4, "landscape", True, 0),
        ("Part II", a4, "landscape", True, 0),
        ("Elements", a3, "landscape", True, 0),
    ]


def test_the_elements_are_printed_between_lines_without_ids_and_large_enough_to_read() -> None:
    sheet = opened(sample())["Elements"]
    assert sheet.print_area == "'Elements'!$A$1:$V$4"
    assert sheet["V1"].value == "Status as at"
    assert sheet.print_options.gridLines is True
    # A digit of the ten-point type is half as wide as it is high; the paper is 16.5 inches wide.
    groups = [group for group in sheet.column_dimensions.values() if group.min <= 22]
    digits = sum(group.width * (min(group.max, 22) - group.min + 1) for group in groups)
    assert 10 * (16.5 - 2 * 0.5) * 72 / (5 * digits) > 5.5


def test_the_elements_can_be_filtered_by_every_column() -> None:
    assert opened(sample())["Elements"].auto_filter.ref == "A1:AB4"


def test_an_element_s_row_has_all_its_fields_with_real_dates() -> None:
    sheet = opened(sample())["Elements"]
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert dict(zip(COLUMNS, [cell.value for cell in sheet[2]], strict=True)) == {
        "Part": "I",
        "Part title": "Relevance & effect",
        "Issue reference": "I.1(a)",
        "Issue number": "1(a)",
        "Issue title": "Focus",
        "Context": "To be coherent, there will be:",
        "Group heading": None,
        "Lead-in": None,
        "Element reference": "I.1(a).1",
        "Element": "a policy statement;",
        "Missing in source": "no",
        "Time-frame": "Completed by April 2000",
        "Rule kind": "deadline",
        "Starts on": None,
        "Due on": at(2000, 4, 30),
        "Recurrence": None,
        "Precision": "month",
        "Qualifier": None,
        "Status category": "in_progress",
        "Status": "Under discussion.\n\n• one;\n• two.",
        "Schedule state": "overdue",
        "Status as at": at(2000, 8, 31),
        "Plan document": "GB.276/TC/2",
        "Round document": "GB.279/TC/2",
        "Parent issue number": "1",
        "Parent issue title": "A coherent programme",
        "Time-frame id": "tf-I.1(a)-1",
        "Status id": "status-1",
    }
    assert {sheet.cell(2, 1 + COLUMNS.index(n)).number_format for n in DATES[1:]} == {"yyyy-mm-dd"}


def test_a_date_that_spreadsheets_disagree_on_is_text() -> None:
    early = replace(sample(), round=replace(sample().round, as_at=date(1900, 2, 28)))
    cell = opened(early)["Elements"].cell(2, 1 + COLUMNS.index("Status as at"))
    assert (cell.value, cell.data_type) == ("1900-02-28", "s")


def with_title(title: str) -> ReportTable:
    part = sample().parts[1]
    issue = replace(part.issues[0], title=title)
    return replace(sample(), parts=(sample().parts[0], replace(part, issues=(issue,))))


@pytest.mark.parametrize(
    "text", ["=1+1", "+44 1", "-5", "@SUM(A1)", "{=1}", "http://example.org", "12", "TRUE", "\t=1"]
)
def test_a_text_is_never_a_formula_a_link_or_a_number(text: str) -> None:
    cell = opened(with_title(text))["Elements"].cell(4, 1 + COLUMNS.index("Issue title"))
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_a_text_that_begins_like_a_formula_stays_text_when_it_is_edited() -> None:
    sheet = opened(sample())["Elements"]
    column = 1 + COLUMNS.index("Element")
    assert [sheet.cell(row, column).quotePrefix for row in (2, 4)] == [False, True]


def test_the_workbook_holds_no_macro_and_no_link() -> None:
    with ZipFile(io.BytesIO(write(sample()))) as packed:
        names = packed.namelist()
        rels = b"".join(packed.read(name) for name in names if name.endswith(".rels"))
    assert [name for name in names if re.search(r"vba|external|hyperlink", name, re.I)] == []
    assert b"TargetMode" not in rels


def test_the_properties_state_the_report_and_its_record() -> None:
    workbook = opened(sample())
    found = workbook.properties
    assert (found.title, found.subject, found.creator, found.contentStatus, found.created) == (
        "Progress report",
        "Status as at 31 August 2000",
        None,
        "closed",
        at(2000, 8, 31),
    )
    assert workbook.custom_doc_props["record_sha256"].value == "ab" * 32


def test_a_symbol_that_was_inferred_is_not_printed() -> None:
    known = replace(sample(), round=replace(sample().round, symbol="A&B", symbol_inferred=False))
    assert opened(sample())["Part I"].oddHeader.right.text is None
    # The reader gives codes as they are written.
    assert opened(known)["Part I"].oddHeader.right.text == "A&&B"


def test_the_same_report_gives_the_same_bytes_on_another_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = write(sample())
    monkeypatch.setenv("TZ", "Pacific/Apia")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert write(sample()) == first


def test_no_member_is_compressed_because_compressors_differ() -> None:
    with ZipFile(io.BytesIO(write(sample()))) as packed:
        members = {(m.compress_type, m.date_time, m.create_system) for m in packed.infolist()}
    assert members == {(ZIP_STORED, (1980, 1, 1, 0, 0, 0), 3)}


def test_a_text_that_fits_no_cell_is_an_error_that_names_the_place() -> None:
    with pytest.raises(WriterError) as caught:
        write(with_title("x" * 32_768))
    assert str(caught.value) == "Part II, row 3: a text of more than 32,767 characters fits no cell"


def test_a_long_text_is_spread_over_rows_that_are_high_enough() -> None:
    sheet = opened(with_title("words " * 500))["Part II"]
    merged = [str(r) for r in sheet.merged_cells.ranges if r.min_row == 3 and r.min_col == 2]
    heights = [sheet.row_dimensions[row].height for row in range(3, sheet.max_row + 1)]
    assert merged == [f"B3:B{sheet.max_row}"]
    assert max(heights) <= 400
    assert sum(heights) > 500 * 6 / 25 * 12


def test_parts_of_one_name_have_sheets_of_different_names() -> None:
    part = sample().parts[1]
    numbers = ("I", "i", "a/b:c", "x" * 40, "x" * 41)
    parts = (replace(part, number=n, elements=(), issues=(), statuses=()) for n in numbers)
    assert opened(replace(sample(), parts=tuple(parts))).sheetnames == [
        "Part I",
        "Part i (2)",
        "Part a b c",
        "Part " + "x" * 26,
        "Part " + "x" * 22 + " (2)",
        "Elements",
    ]


def test_a_plan_in_arabic_has_its_sheets_from_right_to_left() -> None:
    arabic = replace(sample(), version=replace(sample().version, language="ar"))
    assert {sheet.sheet_view.rightToLeft for sheet in opened(arabic)} == {True}


def test_characters_that_xml_forbids_are_left_out() -> None:
    cell = opened(with_title("a\x00b\ud800c\uffff"))["Part II"]["A3"]
    assert cell.value == "1. abc"


def test_the_report_without_parts_has_a_sheet_of_headings_only() -> None:
    workbook = opened(replace(sample(), parts=()))
    assert (workbook.sheetnames, workbook["Elements"].max_row) == (["Elements"], 1)


@settings(max_examples=40)
@given(report_tables())
def test_every_cell_is_that_of_the_report_table(table: ReportTable) -> None:
    workbook = opened(table)
    for sheet, layout in zip(workbook.worksheets, lay_out(table), strict=False):
        assert texts(sheet) == expected_cells(table, layout)


@settings(max_examples=40)
@given(report_tables())
def test_merged_cells_never_overlap(table: ReportTable) -> None:
    for sheet in opened(table).worksheets:
        places = [
            place
            for r in sheet.merged_cells.ranges
            for place in product(range(r.min_row, r.max_row + 1), range(r.min_col, r.max_col + 1))
        ]
        assert len(places) == len(set(places))


@settings(max_examples=40)
@given(report_tables())
def test_every_field_of_every_element_is_found_again(table: ReportTable) -> None:
    found = [
        [value.date().isoformat() if isinstance(value, datetime) else value or "" for value in row]
        for row in opened(table)["Elements"].iter_rows(min_row=2, values_only=True)
    ]
    assert found == list(element_rows(table))


def test_the_real_report_s_cells_are_those_of_its_table() -> None:
    workbook = opened(real_report())
    assert workbook.sheetnames == ["Part I", "Part II", "Part III", "Elements"]
    found = [texts(sheet) for sheet in workbook.worksheets[:3]]
    assert found == [expected_cells(real_report(), layout) for layout in lay_out(real_report())]


def test_the_real_report_has_a_row_for_each_of_its_78_elements() -> None:
    sheet = opened(real_report())["Elements"]
    assert (sheet.max_row, sheet.auto_filter.ref) == (79, "A1:AB79")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", 1),
        ("three", 1),
        ("three words here", 3),
        ("one two three", 2),
        ("incomprehensibilities", 3),
        ("a\n\nb", 3),
        ("計画を実施する", 2),
    ],
)
def test_a_row_is_as_high_as_the_lines_that_whole_words_make(text: str, lines: int) -> None:
    # Nine letters stand in a column of ten digits, beside what is left empty.
    one, two = text_height("a", 10), text_height("a\nb", 10)
    assert text_height(text, 10) == pytest.approx(one + (lines - 1) * (two - one))


def placed(*rows: tuple[float, str, int]) -> list[PlacedRow]:
    """Rows of a sheet: of each its height, what stands in it, and how many rows its status has."""
    return [
        PlacedRow(
            index,
            height,
            (
                SheetCell(index, index + 9, 0, 0, "", "issue"),
                SheetCell(index, index + span - 1, 3, 3, "", ""),
            ),
            hint,
            f"I.{index}" if hint == "element" else "",
        )
        for index, (height, hint, span) in enumerate(rows, 2)
    ]


@pytest.mark.parametrize(
    ("rows", "begins"),
    [
        pytest.param([(40, "element", 1)] * 5, [4, 6], id="as many rows as have room"),
        pytest.param(
            [(40, "element", 1), (40, "element", 2), (40, "element", 0), (40, "element", 1)],
            [3, 5],
            id="a status is not cut",
        ),
        pytest.param(
            [(40, "element", 1), (20, "title", 1), (20, "heading", 1), (40, "element", 1)],
            [3],
            id="titles and headings are not left alone",
        ),
        pytest.param(
            [(40, "element", 1), (250, "context", 1), (10, "element", 1), (80, "element", 1)],
            [5],
            id="what is higher than a page goes on over several",
        ),
    ],
)
def test_a_page_of_a_sheet_begins_where_nothing_is_cut(
    rows: list[tuple[float, str, int]], begins: list[int]
) -> None:
    assert list(page_breaks(placed(*rows), room=100)) == begins


def test_the_pages_of_a_part_of_the_real_report_begin_at_rows_that_begin_something() -> None:
    for sheet in opened(real_report()).worksheets[:-1]:
        cut = {
            row
            for merged in sheet.merged_cells.ranges
            if merged.min_col > 1
            for row in range(merged.min_row + 1, merged.max_row + 1)
        }
        begins = [found.id + 1 for found in sheet.row_breaks.brk]
        assert begins
        assert not cut.intersection(begins)
        above = {str(sheet.cell(row - 1, 5).value).partition("_")[0] for row in begins}
        assert above == {"element"}
