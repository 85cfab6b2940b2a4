"""Reader of workbooks: the texts of their sheets, as a person sees them. Pure.

The sheets are read as a stream, and only cells with something in them are kept, so that a sheet
that is formatted to its last row costs nothing, whatever it says of its own size. Formulas are
never reckoned: the value that the spreadsheet program kept is read.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, Any

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

from plans.reading.progress import Step, Steps
from plans.reading.readers.office import OfficeKind, checked
from plans.reading.readers.sheets import MAX_COLUMNS, MAX_ROWS, Merged, Sheet, SheetRow
from plans.reading.source_table import SourceError

# -- Numbers and dates of a workbook's cells as the texts that a spreadsheet shows. ---------------


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


class Formats:
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


def number_text(value: str, code: str, formats: Formats) -> str:
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


def _date_text(number: float, code: str, formats: Formats) -> str:
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


def read_sheets(data: bytes) -> Steps[tuple[Sheet, ...]]:
    """The sheets of a workbook that hold anything, in their order, read one by one; hidden ones
    are left out.

    Raises SourceError for a file that may not be opened, cannot be understood, or holds nothing.
    """
    checked(data, OfficeKind.XLSX)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            workbook = _Workbook(archive)
            sheets = []
            for sheet in workbook.sheets():
                sheets.append(sheet)
                yield Step("sheet read", len(sheets), max(len(sheets), workbook.shown))
    except (KeyError, ValueError, etree.XMLSyntaxError, CellCoordinatesException) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(f"the workbook is damaged: {error}") from error
    if not sheets:
        raise SourceError("the workbook holds no text")
    return tuple(sheets)


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    part: str
    hidden: bool


class _Workbook:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = set(archive.namelist())
        root = _tree(archive.read(_WORKBOOK))
        properties = root.find(f"{_MAIN}workbookPr")
        self.dates_from_1904 = properties is not None and properties.get("date1904") in (
            "1",
            "true",
        )
        self.places = list(self._places(root))
        self.formats = Formats(self._part("xl/styles.xml"), from_1904=self.dates_from_1904)
        self.strings = list(self._strings())
        self.characters = 0

    @property
    def shown(self) -> int:
        """How many sheets there are that are not hidden."""
        return sum(not place.hidden for place in self.places)

    def sheets(self) -> Iterator[Sheet]:
        hidden = [place.name for place in self.places if place.hidden]
        for place in self.places:
            if place.hidden:
                continue
            sheet = self._sheet(place, hidden)
            if sheet.rows:
                hidden = []
                yield sheet

    def _part(self, name: str) -> bytes | None:
        return self.archive.read(name) if name in self.names else None

    def _places(self, root: Any) -> Iterator[_Place]:
        targets = self._targets(_WORKBOOK)
        for element in root.iter(f"{_MAIN}sheet"):
            part = targets.get(element.get(f"{_R}id", ""), "")
            if part in self.names:
                hidden = element.get("state", "visible") != "visible"
                yield _Place(element.get("name", ""), part, hidden)

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

    def _strings(self) -> Iterator[str]:
        content = self._part("xl/sharedStrings.xml")
        if content is not None:
            for element in _elements(io.BytesIO(content), f"{_MAIN}si"):
                yield _rich_text(element)

    def _sheet(self, place: _Place, hidden: list[str]) -> Sheet:
        rows: list[SheetRow] = []
        merged: list[Merged] = []
        links: dict[tuple[int, int], tuple[str, int, int]] = {}
        remarks: list[tuple[int, str]] = []
        hidden_rows = 0
        number = 0
        tags = (f"{_MAIN}row", f"{_MAIN}mergeCell", f"{_MAIN}hyperlink")
        with self.archive.open(place.part) as stream:
            for element in _elements(stream, *tags):
                if element.tag == tags[1]:
                    merged.append(_merged(element))
                    if len(merged) > _MAX_MERGED:
                        raise SourceError(f"sheet {place.name}: too many merged cells")
                elif element.tag == tags[2]:
                    links.update(_link(element, place.name))
                else:
                    number = int(element.get("r", number + 1))
                    texts = self._texts(element, place, number, remarks)
                    if texts:
                        rows.append(SheetRow(number, texts))
                        hidden_rows += element.get("hidden") in ("1", "true")
                    if len(rows) > MAX_ROWS:
                        raise SourceError(
                            f"more than {MAX_ROWS:,} rows", where=f"sheet {place.name}"
                        )
        if rows and hidden_rows:
            remarks.insert(0, (rows[0].number, f"{hidden_rows} hidden rows are read too"))
        if rows and hidden:
            names = ", ".join(hidden)
            remarks.insert(0, (rows[0].number, f"hidden sheets are not read: {names}"))
        return Sheet(place.name, rows, merged, links, remarks)

    def _texts(
        self, row: Any, place: _Place, number: int, remarks: list[tuple[int, str]]
    ) -> dict[int, str]:
        texts: dict[int, str] = {}
        column = -1
        for cell in row.iterchildren(f"{_MAIN}c"):
            reference = cell.get("r")
            column = _column(reference) if reference else column + 1
            text = self._text(cell)
            if text is None:
                remarks.append(
                    (
                        number,
                        f"the formula in column {column + 1} has no kept value; "
                        "open the file in a spreadsheet program and save it again",
                    )
                )
            elif text:
                if column >= MAX_COLUMNS:
                    raise SourceError(
                        f"more than {MAX_COLUMNS} columns",
                        where=f"sheet {place.name}, row {number}",
                    )
                texts[column] = text
                self.characters += len(text)
        if self.characters > _MAX_CHARACTERS:
            raise SourceError(
                "the workbook holds far more text than a plan", where=f"sheet {place.name}"
            )
        return texts

    def _text(self, cell: Any) -> str | None:
        """What the cell shows; None for a formula whose value was not kept."""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(f"{_MAIN}is")
            return _rich_text(inline).strip() if inline is not None else ""
        value = cell.findtext(f"{_MAIN}v")
        if value is None or value == "":
            return None if cell.find(f"{_MAIN}f") is not None and kind != "str" else ""
        if kind == "s":
            index = int(value)
            if not 0 <= index < len(self.strings):
                raise ValueError(f"cell {cell.get('r', '')} names a text that is not there")
            return self.strings[index].strip()
        if kind == "b":
            return "TRUE" if value.strip() in ("1", "true") else "FALSE"
        if kind == "n":
            return number_text(value.strip(), self.formats.of(int(cell.get("s", 0))), self.formats)
        return str(unescape(value)).strip()


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


def _merged(element: Any) -> Merged:
    first_column, first_row, last_column, last_row = _bounds(element.get("ref", ""))
    return Merged(first_row, last_row, first_column - 1, last_column - 1)


def _link(element: Any, sheet: str) -> dict[tuple[int, int], tuple[str, int, int]]:
    """Where a link within the workbook leads; nothing for any other."""
    location = element.get("location", "").lstrip("#")
    name, _, reference = location.rpartition("!")
    name = name.strip("'").replace("''", "'") or sheet
    try:
        column, row, *_ = _bounds(element.get("ref", ""))
        to_column, to_row, *_ = _bounds(reference)
    except ValueError:
        return {}
    return {(row, column - 1): (name, to_row, to_column - 1)}
