"""A unit's rows as a workbook: one sheet, protected but for the cells to write in. Pure.

Every text is written as a text, and marked as one where it begins like a formula. The sign of
that mark is no part of the text, so nothing has to be taken off again when the file comes back.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

import xlsxwriter
from openpyxl.utils import get_column_letter

from plans.reading.readers.xlsx import Workbook, XlsxCell, XlsxRow, XlsxSheet, open_workbook
from plans.reading.source_table import SourceError
from plans.reports.labels import direction, labels_for
from plans.reports.writers import WriterError
from plans.reports.writers.csv import escape_formula
from plans.reports.writers.printed import repack_zip, xml_text
from plans.reports.writers.xlsx import FONT, HIGHEST, literal_options, text_height
from plans.text import prose
from plans.unit_files.cells import (
    EDITABLE,
    MAX_ROWS,
    XLSX_COLUMNS,
    RawRow,
    RawTable,
    UnitColumn,
    cell_text,
    cells_of,
    choices,
    folded_text,
    instructions,
    titles,
)
from plans.unit_files.sheet import RowKey, UnitRow, UnitSheet

WIDTHS = {
    UnitColumn.REFERENCES: 13,
    UnitColumn.SUBJECT: 44,
    UnitColumn.TIME_FRAME: 18,
    UnitColumn.BEFORE: 40,
    UnitColumn.STAGE: 16,
    UnitColumn.CATEGORY: 18,
    UnitColumn.STATUS: 60,
    UnitColumn.KEY: 24,
}
_SHOWN = len(XLSX_COLUMNS) - 1
_A4 = 9
# A cell that waits to be written in has room for some lines.
_LEAST_HEIGHT = 70.0
_TEXT = "@"
_BASE = FONT | {"text_wrap": True, "valign": "top"}
_CELL = {"border": 1, "border_color": "#8A94A0", "num_format": _TEXT}
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 13, "valign": "vcenter"},
    "plan": {"italic": True},
    "said": {},
    "column": _CELL | {"bold": True, "bg_color": "#E6EEF6", "bottom": 2, "valign": "vcenter"},
    "read": _CELL,
    "write": _CELL | {"bg_color": "#FFF6CC", "locked": False},
    "done": _CELL | {"bg_color": "#E4E7EB"},
    "key": {"num_format": _TEXT, "font_color": "#8A94A0", "font_size": 8},
}


def write(sheet: UnitSheet) -> bytes:
    """The rows as XLSX; the same rows give the same bytes.

    Raises WriterError for a draft that is longer than a cell can hold (32,767 UTF-16 units).
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, literal_options()) as workbook:
        workbook.set_properties(
            {
                "title": titles(sheet, labels_for(sheet.language).unit_file)[0][:255],
                "created": datetime.combine(sheet.as_at, time()),
            }
        )
        _SheetWriter(workbook, sheet).write()
    return repack_zip(stream.getvalue())


class _SheetWriter:
    def __init__(self, workbook: Any, sheet: UnitSheet) -> None:
        self._workbook = workbook
        self._sheet = sheet
        self._labels = labels_for(sheet.language).unit_file
        self._formats: dict[tuple[str, bool], Any] = {}
        self._page = workbook.add_worksheet(self._labels.sheet)

    def write(self) -> None:
        page = self._page
        page.set_paper(_A4)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.set_footer("&C&P")
        if direction(self._sheet.language) == "rtl":
            page.right_to_left()
        for index, column in enumerate(XLSX_COLUMNS):
            hidden = {"hidden": True} if column is UnitColumn.KEY else {}
            page.set_column(index, index, WIDTHS[column], None, hidden)
        head = self._head()
        page.repeat_rows(head)
        page.freeze_panes(head + 1, 1)
        for index, column in enumerate(XLSX_COLUMNS):
            self._put(head, index, self._labels.headings[column], "column")
        page.set_row(head, 32)
        for number, row in enumerate(self._sheet.rows, head + 1):
            self._row(number, row)
        if self._sheet.rows:
            self._choices(head + 1, head + len(self._sheet.rows))
        # Without a password: it stops mistakes, not people.
        page.protect("", {"format_rows": True, "format_columns": True})

    def _head(self) -> int:
        """What stands above the table; the number of the row with its headings."""
        title, plan = titles(self._sheet, self._labels)
        texts = instructions(self._sheet, self._labels, self._labels.typing_xlsx)
        styled = [(title, "title"), (plan, "plan"), *((text, "said") for text in texts)]
        width = sum(WIDTHS[column] for column in XLSX_COLUMNS[:_SHOWN])
        for number, (text, style) in enumerate(styled):
            self._page.merge_range(number, 0, number, _SHOWN - 1, "", self._format(style))
            self._put(number, 0, text, style)
            height = text_height(text, width)
            self._page.set_row(number, max(height, 24) if style == "title" else height)
        self._put(0, _SHOWN, str(self._sheet.key), "key")
        return len(styled)

    def _row(self, number: int, row: UnitRow) -> None:
        cells = cells_of(row, self._sheet.language, self._labels)
        height = _LEAST_HEIGHT if row.writable else 0.0
        for index, column in enumerate(XLSX_COLUMNS):
            if column is UnitColumn.KEY:
                key = RowKey(self._sheet.as_at, row.ordinal, row.revision)
                self._put(number, index, str(key), "key")
                continue
            style = ("write" if row.writable else "done") if column in EDITABLE else "read"
            if column is UnitColumn.STATUS:
                # In the form in which narratives are kept, so that it comes back to the letter.
                text = prose.clean(xml_text(row.text))
            else:
                text = cell_text(cells[column])
            self._put(number, index, text, style)
            height = max(height, text_height(text, WIDTHS[column]))
        self._page.set_row(number, min(HIGHEST, height))

    def _choices(self, first: int, last: int) -> None:
        column = XLSX_COLUMNS.index(UnitColumn.CATEGORY)
        self._page.data_validation(
            first,
            column,
            last,
            column,
            {
                "validate": "list",
                "source": list(choices(self._sheet.language)),
                "ignore_blank": True,
                "error_title": self._labels.choice_title,
                "error_message": self._labels.choice_error,
            },
        )

    def _put(self, row: int, column: int, text: str, style: str) -> None:
        form = self._format(style, escape_formula(text) != text)
        if not text:
            self._page.write_blank(row, column, None, form)
        elif self._page.write_string(row, column, text, form) != 0:
            raise WriterError(f"row {row + 1}: a text of more than 32,767 characters fits no cell")

    def _format(self, style: str, quote: bool = False) -> Any:
        if (style, quote) not in self._formats:
            # Without an alignment, the indent of a cell whose text stands at its top is vertical.
            align = "right" if direction(self._sheet.language) == "rtl" else "left"
            inside = {"indent": 1, "align": align} if "border" in _STYLES[style] else {}
            properties = _BASE | _STYLES[style] | inside | {"quote_prefix": quote}
            self._formats[style, quote] = self._workbook.add_format(properties)
        return self._formats[style, quote]


# -- Reading ---------------------------------------------------------------------------------------

# The head of the table stands below the instructions, of which there are few.
_HEAD_WITHIN = 60
_MOST_COLUMNS = 40
_STATUS = XLSX_COLUMNS.index(UnitColumn.STATUS)

_Row = tuple[str | None, ...]


def read_table(data: bytes, headings: Sequence[str]) -> RawTable | None:
    """The table with most of ``headings`` in one row; None when no sheet has any of them.

    Raises SourceError for a workbook that cannot be read, or has far too many rows.
    """
    with open_workbook(data) as workbook:
        sheets = [_rows(workbook, sheet) for sheet in workbook.sheets]
    wanted = {folded_text(heading) for heading in headings}
    likeness, head, rows = max(
        (
            (len({folded_text(cell) for cell in row if cell} & wanted), number, rows)
            for rows in sheets
            for number, row in enumerate(rows[:_HEAD_WITHIN], 1)
        ),
        key=lambda candidate: (candidate[0], -candidate[1]),
        default=(0, 0, []),
    )
    if not likeness:
        return None
    return RawTable(
        columns=XLSX_COLUMNS,
        names=[get_column_letter(index + 1) for index in range(_MOST_COLUMNS)],
        head_row=head,
        headings=tuple(cell or "" for cell in rows[head - 1]),
        rows=tuple(
            RawRow(number, _lines_apart(row)) for number, row in enumerate(rows[head:], head + 1)
        ),
        above="\n".join(cell for row in rows[: head - 1] for cell in row if cell),
    )


def _rows(workbook: Workbook, sheet: XlsxSheet) -> list[_Row]:
    """The sheet's rows from the first to the last, each up to its last cell.

    None is a cell that holds something else than a text.
    """
    rows: list[_Row] = []
    for row in workbook.contents(sheet):
        if not isinstance(row, XlsxRow) or not row.cells:
            continue
        if row.number > MAX_ROWS:
            raise SourceError(f"the sheet “{sheet.name}” has more than {MAX_ROWS} rows")
        if row.number <= len(rows):
            raise SourceError(f"the .xlsx file is damaged: row {row.number} of {sheet.name} twice")
        if max(row.cells) >= _MOST_COLUMNS:
            last = get_column_letter(_MOST_COLUMNS)
            raise SourceError(
                f"row {row.number} of the sheet “{sheet.name}” has cells beyond column {last}; "
                "delete what stands beside the table"
            )
        rows += [()] * (row.number - len(rows) - 1)
        rows.append(tuple(_text(row.cells.get(index)) for index in range(max(row.cells) + 1)))
    return rows


def _text(cell: XlsxCell | None) -> str | None:
    if cell is None:
        return ""
    return cell.text if cell.kind == "text" else None


def _lines_apart(row: _Row) -> _Row:
    """The row with a blank line between the lines of its status.

    In a cell each line is a paragraph or a bullet, because nobody leaves lines blank there; in a
    narrative a line goes on with the one before.
    """
    if len(row) <= _STATUS:
        return row
    status = row[_STATUS]
    if status is None:
        return row
    return (*row[:_STATUS], re.sub("\r\n?|\n", "\n\n", status), *row[_STATUS + 1 :])
