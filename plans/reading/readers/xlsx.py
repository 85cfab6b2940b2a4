"""Workbooks: their sheets, rows and cells, and the source table's sheets made of them. Pure.

Every reader of workbooks uses ``Workbook``; ``plans.reading.readers.office`` has checked the file
before. Texts are as a person sees them. The sheets are read as a stream, and only cells with
something in them are kept, so that a sheet that is formatted to its last row costs nothing,
whatever it says of its own size. Formulas are never reckoned: the value that the spreadsheet
program kept is read.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, Any, Literal

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.cell import (
    column_index_from_string,
    coordinate_from_string,
    range_boundaries,
)
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import CellCoordinatesException

from plans.reading.progress import Progress, no_progress
from plans.reading.readers.office import OfficeKind, check_office_file
from plans.reading.readers.sheets import MAX_COLUMNS, MAX_ROWS, MergedCell, Sheet, SheetRow
from plans.reading.source_table import SourceError

# -- Numbers and dates as a spreadsheet shows them ------------------------------------------------

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ISO = "yyyy-mm-dd"
# Formats that show a date as the reader's country does: here, as the standard does.
_LOCAL = frozenset({"mm-dd-yy", "m/d/yy", "m/d/yyyy", "dd/mm/yyyy", "mm/dd/yyyy", "d/m/yyyy"})
_TOKENS = re.compile(r'"[^"]*"|\\.|_.|\*.|y+|m+|d+|h+|s+|AM/PM|[^ymdhs"\\]', re.IGNORECASE)


class NumberFormats:
    """The number formats of a workbook's cells, from its part ``xl/styles.xml``."""

    def __init__(self, styles: bytes | None, *, from_1904: bool) -> None:
        self.epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
        self._codes: list[str] = []
        if styles is None:
            return
        root = etree.fromstring(styles, etree.XMLParser(resolve_entities=False, no_network=True))
        own = {
            element.get("numFmtId", ""): element.get("formatCode", "General")
            for element in root.iter(f"{_MAIN}numFmt")
        }
        cells = root.find(f"{_MAIN}cellXfs")
        for element in cells if cells is not None else ():
            number = element.get("numFmtId", "0")
            known: Mapping[int, str] = BUILTIN_FORMATS
            code = own.get(number) or known.get(int(number), "General")
            self._codes.append(code)

    def of(self, style: int) -> str:
        return self._codes[style] if 0 <= style < len(self._codes) else "General"


def number_text(value: str, code: str, formats: NumberFormats) -> str:
    """The number ``value`` as a cell of the format ``code`` shows it."""
    try:
        number = float(value)
    except ValueError:
        return value
    code = code.partition(";")[0]
    if is_date_format(code):
        return _date_text(number, re.sub(r"\[[^\]]*\]", "", code), formats)
    plain = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', "", code)
    if "%" in plain:
        return f"{number * 100:.{_decimals(plain)}f}%"
    if re.search(r"[0#]", plain) and "E" not in plain.upper():
        return f"{number:{',' if ',' in plain else ''}.{_decimals(plain)}f}"
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.11g}"


def _decimals(code: str) -> int:
    return min(15, len(re.match(r"[0#?]*", code.partition(".")[2])[0]))  # type: ignore[index]


def _date_text(number: float, code: str, formats: NumberFormats) -> str:
    try:
        moment = from_excel(number, formats.epoch)
    except (ValueError, OverflowError):
        return f"{number:g}"
    if isinstance(moment, timedelta):
        return str(moment)
    if isinstance(moment, time):
        return moment.isoformat(timespec="minutes")
    if not isinstance(moment, (date, datetime)):
        return f"{number:g}"
    if code.lower() in _LOCAL:
        code = _ISO
    if "h" in code.lower() and isinstance(moment, datetime):
        return moment.isoformat(sep=" ")[:16]
    return "".join(_token(token, moment) for token in _TOKENS.findall(code)).strip()


def _token(token: str, day: date) -> str:
    match token.lower():
        case "yyyy" | "yyy":
            return f"{day.year:04}"
        case "yy" | "y":
            return f"{day.year % 100:02}"
        case "mmmmm":
            return MONTHS[day.month - 1][0]
        case "mmmm":
            return MONTHS[day.month - 1]
        case "mmm":
            return MONTHS[day.month - 1][:3]
        case "mm":
            return f"{day.month:02}"
        case "m":
            return str(day.month)
        case "dddd":
            return _DAYS[day.weekday()]
        case "ddd":
            return _DAYS[day.weekday()][:3]
        case "dd":
            return f"{day.day:02}"
        case "d":
            return str(day.day)
    if token[0] in '"\\':
        return token[1:].rstrip('"') if token[0] == '"' else token[1:]
    return " " if token[0] in "_*" else token


_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_WORKBOOK = "xl/workbook.xml"
# All texts of a workbook together, shared ones counted as often as they are used.
_MAX_CHARACTERS = 50_000_000
_MAX_MERGED = 100_000


def read_sheets(data: bytes, progress: Progress = no_progress) -> tuple[Sheet, ...]:
    """The sheets of a workbook that hold anything, in their order, read one by one; hidden ones
    are left out.

    Raises SourceError for a file that may not be opened, cannot be understood, or holds nothing.
    """
    check_office_file(data, OfficeKind.XLSX)
    with open_workbook(data) as workbook:
        visible = sum(not sheet.hidden for sheet in workbook.sheets)
        hidden = [sheet.name for sheet in workbook.sheets if sheet.hidden]
        sheets: list[Sheet] = []
        for place in workbook.sheets:
            if not place.hidden and (sheet := _sheet(workbook, place, hidden)).rows:
                hidden = []
                sheets.append(sheet)
                progress("sheets", len(sheets), max(len(sheets), visible))
    if not sheets:
        raise SourceError("the workbook holds no text")
    return tuple(sheets)


def _sheet(workbook: Workbook, place: XlsxSheet, hidden: list[str]) -> Sheet:
    rows: list[SheetRow] = []
    merged: list[MergedCell] = []
    links: dict[tuple[int, int], tuple[str, int, int]] = {}
    remarks: list[tuple[int, str]] = []
    hidden_rows = 0
    for content in workbook.contents(place):
        if isinstance(content, MergedCell):
            merged.append(content)
        elif isinstance(content, XlsxLink):
            links[content.at] = content.target
        elif texts := _texts(content, place, remarks):
            rows.append(SheetRow(content.number, texts))
            hidden_rows += content.hidden
            if len(rows) > MAX_ROWS:
                raise SourceError(f"more than {MAX_ROWS:,} rows", where=f"sheet {place.name}")
    if rows and hidden_rows:
        remarks.insert(0, (rows[0].number, f"{hidden_rows} hidden rows are read too"))
    if rows and hidden:
        names = ", ".join(hidden)
        remarks.insert(0, (rows[0].number, f"hidden sheets are not read: {names}"))
    return Sheet(place.name, rows, merged, links, remarks)


def _texts(row: XlsxRow, place: XlsxSheet, remarks: list[tuple[int, str]]) -> dict[int, str]:
    texts: dict[int, str] = {}
    for column, cell in row.cells.items():
        if cell.text is None:
            remarks.append(
                (
                    row.number,
                    f"the formula in column {column + 1} has no kept value; "
                    "open the file in a spreadsheet program and save it again",
                )
            )
        elif text := cell.text.strip():
            if column >= MAX_COLUMNS:
                raise SourceError(
                    f"more than {MAX_COLUMNS} columns",
                    where=f"sheet {place.name}, row {row.number}",
                )
            texts[column] = text
    return texts


# -- Sheets, rows and cells -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class XlsxSheet:
    """A sheet of a workbook; ``part`` is the part of the file that holds it."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class XlsxCell:
    """A cell with something in it. ``text`` is what it shows, white space at its edges too; None
    for a formula whose value was not kept. A "value" is a number, date, truth value or error."""

    text: str | None
    kind: Literal["text", "value", "formula"]


@dataclass(frozen=True, slots=True)
class XlsxRow:
    """A row: its number, from 1, and its cells with something in them by column, from 0."""

    number: int
    hidden: bool
    cells: Mapping[int, XlsxCell]


@dataclass(frozen=True, slots=True)
class XlsxLink:
    """A link from a cell (row, column) to another of the workbook (sheet, row, column)."""

    at: tuple[int, int]
    target: tuple[str, int, int]


@contextmanager
def open_workbook(data: bytes) -> Iterator[Workbook]:
    """The workbook ``data``; within the block, what is at odds with itself raises SourceError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield Workbook(archive)
    except (KeyError, ValueError, etree.XMLSyntaxError, CellCoordinatesException) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(f"the workbook is damaged: {error}") from error


class Workbook:
    """The sheets of one workbook, hidden ones too, and what they hold."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = set(archive.namelist())
        root = _tree(archive.read(_WORKBOOK))
        properties = root.find(f"{_MAIN}workbookPr")
        from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        self.sheets = list(self._sheets(root))
        self._formats = NumberFormats(self._part("xl/styles.xml"), from_1904=from_1904)
        self._strings = list(self._shared_strings())
        self._characters = 0

    def contents(self, sheet: XlsxSheet) -> Iterator[XlsxRow | MergedCell | XlsxLink]:
        """What is in a sheet, in the order of the file.

        Raises SourceError for far more text or merged cells than a workbook of a plan has.
        """
        tags = (f"{_MAIN}row", f"{_MAIN}mergeCell", f"{_MAIN}hyperlink")
        number = merged = 0
        with self._archive.open(sheet.part) as stream:
            for element in _elements(stream, *tags):
                if element.tag == tags[1]:
                    merged += 1
                    if merged > _MAX_MERGED:
                        raise SourceError(f"sheet {sheet.name}: too many merged cells")
                    yield _merged(element)
                elif element.tag == tags[2]:
                    link = _link(element, sheet.name)
                    if link is not None:
                        yield link
                else:
                    number = int(element.get("r", number + 1))
                    hidden = element.get("hidden") in ("1", "true")
                    yield XlsxRow(number, hidden, self._cells(element))
                if self._characters > _MAX_CHARACTERS:
                    raise SourceError(
                        "the workbook holds far more text than a plan", where=f"sheet {sheet.name}"
                    )

    def _part(self, name: str) -> bytes | None:
        return self._archive.read(name) if name in self._names else None

    def _sheets(self, root: Any) -> Iterator[XlsxSheet]:
        targets = self._targets(_WORKBOOK)
        for element in root.iter(f"{_MAIN}sheet"):
            part = targets.get(element.get(f"{_R}id", ""), "")
            if part in self._names:
                hidden = element.get("state", "visible") != "visible"
                yield XlsxSheet(element.get("name", ""), part, hidden)

    def _targets(self, part: str) -> Mapping[str, str]:
        """Where the relationships of a part lead, by their ids."""
        folder, name = posixpath.split(part)
        content = self._part(f"{folder}/_rels/{name}.rels")
        if content is None:
            return {}
        return {
            element.get("Id", ""): posixpath.normpath(
                posixpath.join("/", folder, element.get("Target", ""))
            ).lstrip("/")
            for element in _tree(content)
        }

    def _shared_strings(self) -> Iterator[str]:
        content = self._part("xl/sharedStrings.xml")
        if content is not None:
            for element in _elements(io.BytesIO(content), f"{_MAIN}si"):
                yield _rich_text(element)

    def _cells(self, row: Any) -> dict[int, XlsxCell]:
        cells: dict[int, XlsxCell] = {}
        column = -1
        for element in row.iterchildren(f"{_MAIN}c"):
            reference = element.get("r")
            column = _column(reference) if reference else column + 1
            text = self._text(element)
            if text != "":
                cells[column] = XlsxCell(text, _kind(element))
                self._characters += len(text or "")
        return cells

    def _text(self, cell: Any) -> str | None:
        """What the cell shows; None for a formula whose value was not kept."""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(f"{_MAIN}is")
            return _rich_text(inline) if inline is not None else ""
        value = cell.findtext(f"{_MAIN}v")
        if value is None or value == "":
            return None if cell.find(f"{_MAIN}f") is not None and kind != "str" else ""
        if kind == "s":
            index = int(value)
            if not 0 <= index < len(self._strings):
                raise ValueError(f"cell {cell.get('r', '')} names a text that is not there")
            return self._strings[index]
        if kind == "b":
            return "TRUE" if value.strip() in ("1", "true") else "FALSE"
        if kind == "n":
            return number_text(
                value.strip(), self._formats.of(int(cell.get("s", 0))), self._formats
            )
        return str(unescape(value))


def _kind(cell: Any) -> Literal["text", "value", "formula"]:
    if cell.find(f"{_MAIN}f") is not None:
        return "formula"
    return "text" if cell.get("t", "n") in ("s", "inlineStr", "str") else "value"


def _tree(content: bytes) -> Any:
    return etree.fromstring(_plain(content), _parser())


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)


def _plain(content: bytes) -> bytes:
    """Strict files name the same things otherwise."""
    return content.replace(_STRICT.encode(), _MAIN[1:-1].encode())


def _elements(stream: IO[bytes], *tags: str) -> Iterator[Any]:
    """The elements of these names, one after the other, each forgotten after use."""
    events = etree.iterparse(
        stream, events=("end",), tag=tags, resolve_entities=False, no_network=True
    )
    for _, element in events:
        yield element
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def _rich_text(element: Any) -> str:
    """The text of a string, without the pronunciation that East Asian ones may carry."""
    parts = [
        node.text or ""
        for node in element.iter(f"{_MAIN}t")
        if node.getparent().tag != f"{_MAIN}rPh"
    ]
    return str(unescape("".join(parts)))


def _column(reference: str) -> int:
    letters, _ = coordinate_from_string(reference)
    return int(column_index_from_string(letters)) - 1


def _bounds(reference: str) -> tuple[int, int, int, int]:
    """First column and row, last column and row, from 1. Raises ValueError for no such range."""
    first_column, first_row, last_column, last_row = range_boundaries(reference)
    if first_column is None or first_row is None or last_column is None or last_row is None:
        raise ValueError(f"{reference!r} is no range of cells")
    return first_column, first_row, last_column, last_row


def _merged(element: Any) -> MergedCell:
    first_column, first_row, last_column, last_row = _bounds(element.get("ref", ""))
    return MergedCell(first_row, last_row, first_column - 1, last_column - 1)


def _link(element: Any, sheet: str) -> XlsxLink | None:
    """A link within the workbook; None for any other."""
    location = element.get("location", "").lstrip("#")
    name, _, reference = location.rpartition("!")
    name = name.strip("'").replace("''", "'") or sheet
    try:
        column, row, *_ = _bounds(element.get("ref", ""))
        to_column, to_row, *_ = _bounds(reference)
    except ValueError:
        return None
    return XlsxLink((row, column - 1), (name, to_row, to_column - 1))
