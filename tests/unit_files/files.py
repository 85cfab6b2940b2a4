"""Files as units send them back: filled in by hand, in a spreadsheet or a word processor."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import docx
import openpyxl
from docx.document import Document
from docx.table import _Cell
from openpyxl.worksheet.worksheet import Worksheet

from plans.models import ReportingRound, ReturnedFile, Role, Unit
from plans.unit_files import docx as docx_writer
from plans.unit_files import xlsx as xlsx_writer
from plans.unit_files.queries import rows_of_unit
from plans.unit_files.services import receive
from plans.unit_files.sheet import UnitSheet
from tests.factories import make_user

WRITERS: Mapping[str, Callable[[UnitSheet], bytes]] = {
    "xlsx": xlsx_writer.write,
    "docx": docx_writer.write,
}
# The row of a sheet below its headings, when the instructions have as many lines as in English.
FIRST_ROW = 9


def sheet_of(round_: ReportingRound, unit: Unit) -> UnitSheet:
    """The unit's rows as they stand now, as the secretariat sends them."""
    round_ = ReportingRound.objects.select_related("version__plan").get(pk=round_.pk)
    reader = make_user(f"reader-of-{ReturnedFile.objects.count()}", Role.SECRETARIAT)
    sheet = rows_of_unit(reader, round_, unit).sheet
    reader.delete()
    return sheet


def sent_to(round_: ReportingRound, unit: Unit, kind: str = "xlsx") -> bytes:
    """The unit's file as it is sent out now."""
    return WRITERS[kind](sheet_of(round_, unit))


def came_back(round_: ReportingRound, unit: Unit) -> ReturnedFile:
    """A file of ``unit`` that waits, with nothing changed in it."""
    secretariat = make_user("secretariat-of-files", Role.SECRETARIAT)
    content = sent_to(round_, unit)
    return receive(round_id=round_.pk, by=secretariat, name=f"{unit.slug}.xlsx", content=content)


def edited_sheet(data: bytes, edit: Callable[[Worksheet], Any]) -> bytes:
    """The workbook after ``edit`` was done to its sheet."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def edited_document(data: bytes, edit: Callable[[Document], Any]) -> bytes:
    """The document after ``edit`` was done to it."""
    document = docx.Document(io.BytesIO(data))
    edit(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def filled_in(data: bytes, kind: str, answers: Mapping[int, tuple[str, list[str]]]) -> bytes:
    """The file with ``answers``: by the number of the row, counted from 1, its category's words
    and the lines of its status, bullets with “• ” before them."""
    if kind == "xlsx":

        def write_cells(sheet: Worksheet) -> None:
            for number, (category, lines) in answers.items():
                sheet.cell(FIRST_ROW - 1 + number, 6).value = category
                sheet.cell(FIRST_ROW - 1 + number, 7).value = "\n".join(lines)

        return edited_sheet(data, write_cells)

    def write_rows(document: Document) -> None:
        for number, (category, lines) in answers.items():
            cells = [
                _Cell(tc, document.tables[0]) for tc in document.tables[0].rows[number]._tr.tc_lst
            ]
            type_into(cells[5], [category])
            type_into(cells[6], lines)

    return edited_document(data, write_rows)


def type_into(cell: _Cell, lines: list[str]) -> None:
    """Replace what stands in a cell of a document, bullets as a word processor makes them."""
    for child in list(cell._tc):
        if not child.tag.endswith("}tcPr"):
            cell._tc.remove(child)
    for line in lines:
        style = "List Bullet" if line.startswith("• ") else "Table Text"
        cell.add_paragraph(line.removeprefix("• "), style=style)
