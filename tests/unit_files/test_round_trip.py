"""What is written to a unit's file is what is read from it, in both formats."""

from __future__ import annotations

import io
from collections.abc import Callable

import docx
import openpyxl
import pytest
from hypothesis import given, settings

from plans.reading.readers.office import OfficeKind, check_office_file
from plans.reports.labels import labels_for
from plans.unit_files import docx as docx_writer
from plans.unit_files import xlsx as xlsx_writer
from plans.unit_files.cells import DOCX_COLUMNS, XLSX_COLUMNS, UnitColumn, cells_of, lines_text
from plans.unit_files.reading import ParsedFile, ReturnedRow, comparable_text, read
from plans.unit_files.sheet import FileKey, RowKey, UnitSheet, file_key, row_key
from tests.unit_files.samples import AS_AT, sample_row, sample_sheet
from tests.unit_files.strategies import unit_sheets

Write = Callable[[UnitSheet], bytes]
WRITERS: dict[OfficeKind, Write] = {
    OfficeKind.DOCX: docx_writer.write,
    OfficeKind.XLSX: xlsx_writer.write,
}
LONGEST = 20_000


@pytest.fixture(params=list(OfficeKind))
def kind(request: pytest.FixtureRequest) -> OfficeKind:
    found: OfficeKind = request.param
    return found


def returned(sheet: UnitSheet, kind: OfficeKind) -> ParsedFile:
    return read(WRITERS[kind](sheet), sheet.language, longest=LONGEST)


def answers(reading: ParsedFile) -> list[tuple[RowKey, tuple[str, ...], str, str]]:
    """What each row says: its key, references, category and narrative."""
    return [(row.key, row.references, row.category, row.text) for row in reading.rows]


def as_sent(sheet: UnitSheet) -> list[tuple[RowKey, tuple[str, ...], str, str]]:
    return [
        (RowKey(sheet.as_at, row.ordinal, row.revision), row.references, row.category, row.text)
        for row in sheet.rows
    ]


@settings(max_examples=25)
@given(sheet=unit_sheets())
def test_what_nobody_touched_comes_back_from_a_workbook_to_the_letter(sheet: UnitSheet) -> None:
    reading = returned(sheet, OfficeKind.XLSX)

    assert (reading.faults, reading.key) == ((), sheet.key)
    assert answers(reading) == as_sent(sheet)


@settings(max_examples=25)
@given(sheet=unit_sheets())
def test_what_nobody_touched_comes_back_from_a_document_to_the_letter(sheet: UnitSheet) -> None:
    reading = returned(sheet, OfficeKind.DOCX)

    assert (reading.faults, reading.key) == ((), sheet.key)
    assert answers(reading) == as_sent(sheet)


@settings(max_examples=25)
@given(sheet=unit_sheets())
def test_the_cells_to_be_read_come_back_as_they_are_compared(sheet: UnitSheet) -> None:
    words = labels_for(sheet.language).unit_file
    for kind in OfficeKind:
        for row, sent in zip(returned(sheet, kind).rows, sheet.rows, strict=True):
            cells = cells_of(sent, sheet.language, words)
            assert row.read == {
                column: comparable_text(lines_text(cells[column])) for column in row.read
            }


@settings(max_examples=25)
@given(sheet=unit_sheets())
def test_a_row_is_the_same_after_its_json(sheet: UnitSheet) -> None:
    rows = returned(sheet, OfficeKind.XLSX).rows

    assert tuple(ReturnedRow.from_json(row.as_json()) for row in rows) == rows


def test_the_same_rows_give_the_same_bytes(kind: OfficeKind) -> None:
    assert WRITERS[kind](sample_sheet()) == WRITERS[kind](sample_sheet())


def test_what_is_written_may_be_opened(kind: OfficeKind) -> None:
    data = WRITERS[kind](sample_sheet())

    assert check_office_file(data, kind) == data


def test_the_longest_narrative_comes_back(kind: OfficeKind) -> None:
    sheet = sample_sheet(sample_row(text="word " * 3_999 + "word."))

    assert answers(returned(sheet, kind)) == as_sent(sheet)


@pytest.mark.parametrize(
    ("ordinals", "ranges"),
    [((), "0"), ((3,), "3"), ((1, 2, 3, 4, 7), "1-4,7"), ((1, 3, 4), "1,3-4")],
)
def test_the_key_of_a_file_tells_its_rows_in_short(ordinals: tuple[int, ...], ranges: str) -> None:
    key = FileKey("a-plan", "v_2", AS_AT, "unit", ordinals)

    assert str(key) == f"rows1:a-plan/v_2/2001-02-28/unit/{ranges}"
    assert file_key(f"File: {key} ") == key


@pytest.mark.parametrize(
    "text",
    [
        "rows1:a/b/2001-02-30/c/1",
        "rows1:a/b/2001-02-28/c/4-1",
        "rows1:a/b/2001-02-28/c/1-999999",
        "rows1:a/b/2001-02-28/c/3,1",
        "rows1:a/b/2001-02-28/c",
    ],
)
def test_what_is_no_key_of_a_file_is_none(text: str) -> None:
    assert file_key(text) is None


@pytest.mark.parametrize("text", ["", "2001-02-30/1/1", "2001-02-28/1", "2001-02-28/1/1/1", "I.1"])
def test_what_is_no_key_of_a_row_is_none(text: str) -> None:
    assert row_key(text) is None


def test_only_the_cells_to_write_in_are_unlocked_and_coloured() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_writer.write(sample_sheet())))
    sheet = book.worksheets[0]

    assert sheet.protection.sheet
    unlocked = {
        cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked
    }
    # The last row is cleared already.
    assert unlocked == {"F9", "G9", "F10", "G10", "F11", "G11"}
    assert {sheet[place].fill.start_color.rgb for place in unlocked} == {"FFFFF6CC"}
    assert sheet["G12"].fill.start_color.rgb == "FFE4E7EB"
    assert sheet.column_dimensions["H"].hidden


def test_the_category_is_chosen_from_a_list() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_writer.write(sample_sheet())))
    (validation,) = book.worksheets[0].data_validations.dataValidation
    listed = "not started,in progress,continuing,completed,postponed"
    assert (str(validation.sqref), validation.formula1) == ("F9:F12", f'"{listed}"')

    body = docx.Document(io.BytesIO(docx_writer.write(sample_sheet()))).element.body
    items = body.xpath(".//w:dropDownList/w:listItem/@w:value")
    # The row that is cleared has none.
    assert ",".join(items) == ",".join([listed] * 3)


def test_a_text_that_begins_like_a_formula_is_a_text_for_good() -> None:
    sheet = sample_sheet(sample_row(text="=1+1"))
    book = openpyxl.load_workbook(io.BytesIO(xlsx_writer.write(sheet)))
    cell = book.worksheets[0]["G9"]

    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)
    # What is typed into the cells to write in is a text as well.
    assert cell.number_format == "@"


def test_both_formats_head_their_columns_alike() -> None:
    words = labels_for("fr").unit_file
    table = docx.Document(io.BytesIO(docx_writer.write(sample_sheet(language="fr")))).tables[0]
    book = openpyxl.load_workbook(io.BytesIO(xlsx_writer.write(sample_sheet(language="fr"))))

    assert [cell.text for cell in table.rows[0].cells] == [
        words.headings[column] for column in DOCX_COLUMNS
    ]
    assert [cell.value for cell in book.worksheets[0][8]] == [
        words.headings[column] for column in XLSX_COLUMNS
    ]
    assert words.headings[UnitColumn.STATUS] == "État d’avancement"
