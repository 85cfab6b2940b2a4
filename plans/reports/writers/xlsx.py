"""The report as a workbook: the table of each Part, and one sheet with a row for each element.

The sheets of the Parts look like the printed table, cells merged where they span several rows.
The last sheet, ``Elements``, has the fields of the CSV, its headings the same in every language,
because other programs read them; its dates are dates.

A hidden column of those sheets says what stands in each row, so that they are read back without
guessing; a cell that points to an element leads there.

Texts are written as texts, whatever they begin with: nothing becomes a formula, a link or a number.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from math import ceil
from typing import Any

import xlsxwriter

from plans.reports.hints import Hint, RowHint, hint_for
from plans.reports.labels import direction, labels_for
from plans.reports.layout import LayoutRow, PartLayout, RowKind, Slot, lay_out
from plans.reports.table import ReportTable, StatusCell, TimeFrameCell
from plans.reports.writers import Progress, ProgressCounter, UnfitTextError, no_progress, printed
from plans.reports.writers.csv import COLUMNS, element_rows, escape_formula
from plans.reports.writers.printed import repack_zip
from plans.text import prose

# -- Heights of rows -------------------------------------------------------------------------------
# Spreadsheets do not make a row higher for a merged cell's sake, so heights are reckoned here. No
# row of a sheet is higher than 409 points: a row of the report that needs more becomes several of
# the sheet, its cells merged over them.

# In points. A line of ten-point type, the space around a cell's text, and the highest row,
# a little less than there can be.
_LINE = 12.8
_PADDING = 5.0
HIGHEST = 400.0
# Letters of ten-point type that fill one width of a digit of the default font, a little less than
# they truly are, so that a line that breaks early still finds its place.
_LETTERS = 1.15
FONT = {"font_name": "Times New Roman", "font_size": 10}
# What is left empty beside a text, in widths of a digit.
_INDENT = 2
# The letters of the first column, which are bold, fill this much more.
_BOLD = 1.2


def literal_options() -> dict[str, Any]:
    """Options of a workbook in which a text stays a text, whatever it begins with.

    Its default font is ``FONT``, in digits of which the widths of columns are reckoned.
    """
    return {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        # A copy, because the library changes what it is given.
        "default_format_properties": dict(FONT),
    }


@dataclass(frozen=True, slots=True)
class CellText:
    """What a cell of the table shows; ``target`` is the element to which it points, if any."""

    text: str
    style: str
    rowspan: int
    target: str = ""


# A row of the table, and the texts of its cells by column; None where a cell is spanned.
_RowTexts = tuple[LayoutRow, tuple[CellText | None, ...]]


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell of a sheet, its places counted from 0; ``rule`` asks for a line above it, ``target``
    names the element to which it points."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int
    text: str
    style: str
    rule: bool = False
    target: str = ""


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row of a sheet, ``height`` in points, and the cells that start in it.

    ``hint`` and ``reference`` are those of the row of the report that starts in it.
    """

    index: int
    height: float
    cells: tuple[SheetCell, ...]
    hint: str = ""
    reference: str = ""


def sheet_rows(
    rows: Sequence[_RowTexts], widths: Sequence[int], *, first: int
) -> Iterator[PlacedRow]:
    """The rows of a sheet that hold ``rows``, beginning at the row ``first``.

    ``widths`` are the columns' widths in digits of the default font.
    """
    heights = _heights(rows, widths)
    counts = [ceil(height / HIGHEST) for height in heights]
    starts = [first]
    for count in counts:
        starts.append(starts[-1] + count)
    # Nor is there a rule below the headings of the columns, which have one of their own.
    below_parent = True
    for index, (row, texts) in enumerate(rows):
        rule = row.start is not None and not below_parent
        if row.start is not None:
            below_parent = row.start.heads_next
        cells = tuple(
            SheetCell(
                first_row=starts[index],
                last_row=starts[index + cell.rowspan] - 1,
                first_column=column,
                last_column=column,
                text=cell.text,
                style=cell.style,
                rule=rule,
                target=cell.target,
            )
            for column, cell in enumerate(texts)
            if cell is not None
        )
        height = heights[index] / counts[index]
        reference = row.element.reference if row.element is not None else ""
        yield PlacedRow(starts[index], height, cells, str(hint_for(row)), reference)
        for extra in range(1, counts[index]):
            yield PlacedRow(starts[index] + extra, height, ())


def page_breaks(rows: Iterable[PlacedRow], *, room: float) -> Iterator[int]:
    """The rows of a sheet with which a page is to begin, ``room`` being its height in points.

    Left alone, spreadsheets cut through the words of a cell that spans two pages, and leave a
    heading at the foot of one. So no page begins inside a cell beside the first column, or below
    what introduces a row, unless a page is too small for what is then held together.
    """
    held: list[tuple[int, float]] = []
    last = -1
    for row in rows:
        if row.index > last:
            held.append((row.index, 0.0))
        held[-1] = (held[-1][0], held[-1][1] + row.height)
        introduces = row.hint and not row.reference
        last = max(last, row.index + 1 if introduces else row.index)
        last = max([last, *(cell.last_row for cell in row.cells if cell.first_column > 0)])
    used = 0.0
    for index, height in held:
        if used + height > room and used and height <= room:
            yield index
            used = 0.0
        used += height
        # What is higher than a page goes on over as many as it takes.
        used -= room * max(0, ceil(used / room) - 1)


def _heights(rows: Sequence[_RowTexts], widths: Sequence[int]) -> list[float]:
    """The height of each row, so that every cell finds room in the rows that it spans."""
    heights = [_LINE + _PADDING] * len(rows)
    spans = [
        (cell.rowspan, index, column, cell.text)
        for index, (_, texts) in enumerate(rows)
        for column, cell in enumerate(texts)
        if cell is not None
    ]
    # The shorter spans first: what they need is then there for the longer ones.
    for span, index, column, text in sorted(spans, key=lambda span: span[:3]):
        width = widths[column] if column else widths[column] / _BOLD
        missing = text_height(text, width) - sum(heights[index : index + span])
        if missing > 0:
            heights[index + span - 1] += missing
    return heights


def text_height(text: str, width: float) -> float:
    """The points that ``text`` takes in a column of ``width`` digits, with the space around it."""
    letters = (width - _INDENT) * _LETTERS
    lines = sum(_lines(line, letters) for line in text.split("\n"))
    return lines * _LINE + _PADDING


def _lines(text: str, letters: float) -> int:
    """On how many lines of so many letters the words of ``text`` stand."""
    if printed.room(text) <= letters:
        return 1
    count, used = 1, 0.0
    for word in text.split(" "):
        room = printed.room(word)
        if used and used + 1 + room > letters:
            count, used = count + 1, 0.0
        used += room + bool(used)
        # A word that is longer than a line is broken.
        broken = ceil(used / letters) - 1 if used else 0
        count, used = count + broken, used - broken * letters
    return count


# -- Workbook --------------------------------------------------------------------------------------

ELEMENTS = "Elements"

# Of each column, in widths of a digit: 18 : 42 : 14 : 26. Together they are as wide as the page.
WIDTHS = (26, 61, 20, 38)
_FLAT_WIDTHS = {
    "Part": 6,
    "Part title": 16,
    "Issue title": 20,
    "Context": 40,
    "Group heading": 14,
    "Lead-in": 18,
    "Element": 42,
    "Time-frame": 18,
    "Qualifier": 14,
    "Status category": 13,
    "Status": 56,
    "Parent issue title": 20,
}
_FLAT_WIDTH = 11
# The last column on paper, where the names of documents and the ids behind it are of no use.
_LAST_PRINTED = COLUMNS.index("Status as at")
_DATE_COLUMNS = frozenset({"Starts on", "Due on", "Status as at"})
# Before it, spreadsheets disagree on what day a number is.
_FIRST_DAY = date(1900, 3, 1)
_DATE_FORMAT = "yyyy-mm-dd"

# The hidden column beside the table.
HINTS = len(WIDTHS)
# A sheet can have no more.
_MOST_LINKS = 65_000

_A3, _A4 = 8, 9
# Of the lines between cells, which are hidden on paper unless they are asked for.
_NONE = 0
# In inches.
_SIDE, _TOP = 0.5, 0.75
# The points that rows have on a page of A4 that lies across, below the headings of the columns.
_ROOM = 595.0 - 2 * _TOP * 72 - 40
# A sheet can have no more.
_MOST_BREAKS = 1_023
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\s\x00-\x1f]+")
_LONGEST_NAME = 31
_LONGEST_HEADER = 200
_BASE = FONT | {"text_wrap": True, "valign": "top"}
_STYLES: dict[str, dict[str, Any]] = {
    "part": {"indent": 1, "bold": True, "font_size": 13, "top": 5, "valign": "vcenter"},
    "column": {"indent": 1, "italic": True, "bottom": 2, "valign": "bottom"},
    "issue": {"indent": 1, "bold": True},
    "heading": {"indent": 1, "italic": True},
    "text": {"indent": 1},
    "see": {"indent": 1, "font_size": 8},
    "flat-head": {"bold": True, "bottom": 2},
    "flat": {},
    "date": {"num_format": _DATE_FORMAT, "align": "left"},
}


def write(table: ReportTable, *, progress: Progress = no_progress) -> bytes:
    """The report as XLSX; the same table gives the same bytes.

    ``progress`` is told how many elements are written: one whose row stands on the sheet of its
    Part alone is half written.

    Raises ReportTableError, as ``lay_out`` does, for a table at odds with itself, and
    UnfitTextError for a text that is longer than a cell can hold (32,767 UTF-16 units).
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, literal_options()) as workbook:
        _properties(workbook, table)
        writer = _WorkbookWriter(workbook, table, ProgressCounter(progress, rows=2))
        names = _sheet_names(table)
        for layout, name in zip(lay_out(table), names, strict=True):
            writer.part(layout, name)
        writer.elements()
    return repack_zip(stream.getvalue())


def _properties(workbook: Any, table: ReportTable) -> None:
    head = table.round
    moment = datetime.combine(head.as_at, time())
    workbook.set_properties(
        {
            "title": printed.xml_line(table.title)[:255],
            "subject": printed.xml_line(head.label)[:255],
            "status": head.state,
            "created": moment,
        }
    )
    if head.record_sha256 is not None:
        workbook.set_custom_property("record_sha256", head.record_sha256, "text")


def _sheet_names(table: ReportTable) -> list[str]:
    """A name for the sheet of each Part, as spreadsheets allow them, each unlike the others."""
    labels = labels_for(table.version.language)
    taken = {ELEMENTS.casefold()}
    names = []
    for part in table.parts:
        wanted = _NOT_IN_A_NAME.sub(" ", f"{labels.part} {printed.xml_text(part.number)}")
        wanted = wanted.strip(" '")
        name, count = wanted[:_LONGEST_NAME].rstrip(" '"), 1
        while name.casefold() in taken:
            count += 1
            suffix = f" ({count})"
            name = wanted[: _LONGEST_NAME - len(suffix)] + suffix
        taken.add(name.casefold())
        names.append(name)
    return names


class _WorkbookWriter:
    """Writes the sheets of one workbook."""

    def __init__(self, workbook: Any, table: ReportTable, count: ProgressCounter) -> None:
        self.workbook = workbook
        self._count = count
        self.table = table
        self.labels = labels_for(table.version.language)
        self.from_right = direction(table.version.language) == "rtl"
        self._formats: dict[tuple[str, bool, bool], Any] = {}
        # Where each element stands: its cell, as links name it.
        self._places: dict[str, str] = {}
        self._links = 0

    def part(self, layout: PartLayout, name: str) -> None:
        """The sheet of one Part: its title, the headings of its columns, and its rows."""
        sheet = self._sheet(name)
        sheet.hide_gridlines()
        sheet.freeze_panes(2, 0)
        sheet.repeat_rows(0, 1)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.set_column(HINTS, HINTS, None, None, {"hidden": True})
        part = layout.part
        title = printed.part_title(part, self.labels)
        self._put(sheet, SheetCell(0, 0, 0, 3, title, "part"))
        height = 20.0 * (1 + len(title) // 90)
        sheet.set_row(0, height)
        for column, heading in enumerate(part.columns):
            self._put(sheet, SheetCell(1, 1, column, column, printed.xml_text(heading), "column"))
        for index, hint in enumerate((RowHint.PART, RowHint.COLUMNS)):
            sheet.write_string(index, HINTS, str(Hint(hint)))
        self._links = 0
        quoted = name.replace("'", "''")
        texts = [self._texts(row) for row in layout.rows]
        rows = list(sheet_rows(texts, WIDTHS, first=2))
        breaks = page_breaks(rows, room=_ROOM - height)
        sheet.set_h_pagebreaks(list(islice(breaks, _MOST_BREAKS)))
        for row in rows:
            sheet.set_row(row.index, row.height)
            if row.hint:
                sheet.write_string(row.index, HINTS, row.hint)
            if row.reference:
                self._places[row.reference] = f"'{quoted}'!B{row.index + 1}"
            for cell in row.cells:
                self._put(sheet, cell)
            if row.reference:
                self._count.row()

    def elements(self) -> None:
        """The flat sheet, one row for each element, with a frozen head and filters."""
        sheet = self._sheet(ELEMENTS)
        # On the larger paper, on which so many columns can still be read.
        sheet.set_paper(_A3)
        sheet.hide_gridlines(_NONE)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        for column, name in enumerate(COLUMNS):
            sheet.set_column(column, column, _FLAT_WIDTHS.get(name, _FLAT_WIDTH))
            self._put(sheet, SheetCell(0, 0, column, column, name, "flat-head"))
        sheet.set_row(0, _row_height(COLUMNS))
        last = 0
        for last, fields in enumerate(element_rows(self.table), 1):
            for column, (name, value) in enumerate(zip(COLUMNS, fields, strict=True)):
                day = date.fromisoformat(value) if name in _DATE_COLUMNS and value else None
                if day is not None and day >= _FIRST_DAY:
                    sheet.write_datetime(last, column, day, self._format("date"))
                elif value:
                    text = printed.xml_text(value)
                    self._put(sheet, SheetCell(last, last, column, column, text, "flat"))
            sheet.set_row(last, _row_height(fields))
            self._count.row()
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
        sheet.print_area(0, 0, last, _LAST_PRINTED)

    def _texts(self, row: LayoutRow) -> _RowTexts:
        issue = None
        if row.start is not None:
            number = printed.issue_number(row.start.issue)
            title = printed.xml_text(row.start.issue.title)
            issue = CellText(f"{number} {title}", "issue", row.start.rowspan)
        if row.element is not None:
            content = CellText(f"{prose.BULLET} {printed.element_text(row.element)}", "text", 1)
        else:
            style = "heading" if row.kind is RowKind.HEADING else "text"
            content = CellText(prose.render(printed.text_blocks(row.text)), style, 1)
        return row, (issue, content, self._slot(row.time_frame), self._slot(row.status))

    def _slot(self, slot: Slot[TimeFrameCell] | Slot[StatusCell] | None) -> CellText | None:
        if slot is None:
            return None
        if slot.see is not None:
            text = printed.see_text(slot, self.labels)
            return CellText(text, "see", slot.rowspan, slot.see.target)
        return CellText(prose.render(printed.slot_blocks(slot)), "text", slot.rowspan)

    def _sheet(self, name: str) -> Any:
        sheet = self.workbook.add_worksheet(name)
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=_SIDE, right=_SIDE, top=_TOP, bottom=_TOP)
        sheet.set_footer("&C&P")
        if stated := self.table.round.stated_symbol:
            # An ampersand begins a code.
            symbol = printed.xml_line(stated)[: _LONGEST_HEADER // 2]
            sheet.set_header(f"&R{symbol.replace('&', '&&')}")
        if self.from_right:
            sheet.right_to_left()
        return sheet

    def _put(self, sheet: Any, cell: SheetCell) -> None:
        """Write a cell's text; one that begins like a formula is marked as a text for good."""
        style = self._format(cell.style, cell.rule, escape_formula(cell.text) != cell.text)
        if (cell.first_row, cell.first_column) != (cell.last_row, cell.last_column):
            sheet.merge_range(
                cell.first_row, cell.first_column, cell.last_row, cell.last_column, "", style
            )
        place = self._places.get(cell.target, "")
        if place and self._links < _MOST_LINKS:
            self._links += 1
            sheet.write_url(
                cell.first_row, cell.first_column, f"internal:{place}", style, cell.text
            )
        elif not cell.text:
            sheet.write_blank(cell.first_row, cell.first_column, None, style)
        elif sheet.write_string(cell.first_row, cell.first_column, cell.text, style) != 0:
            place = f"{sheet.get_name()}, row {cell.first_row + 1}"
            raise UnfitTextError(f"{place}: a text of more than 32,767 characters fits no cell")

    def _format(self, style: str, rule: bool = False, quote: bool = False) -> Any:
        key = (style, rule, quote)
        if key not in self._formats:
            properties = _BASE | _STYLES[style] | ({"top": 1} if rule else {})
            if "indent" in properties:
                # Without it, the indent of a cell whose text stands at its top is a vertical one.
                properties["align"] = "right" if self.from_right else "left"
            self._formats[key] = self.workbook.add_format(properties | {"quote_prefix": quote})
        return self._formats[key]


def _row_height(fields: Sequence[str]) -> float:
    """The points that a row of the flat sheet is high, as far as a row can be."""
    heights = (
        text_height(field, _FLAT_WIDTHS.get(name, _FLAT_WIDTH))
        for name, field in zip(COLUMNS, fields, strict=True)
    )
    return min(HIGHEST, max(heights))
