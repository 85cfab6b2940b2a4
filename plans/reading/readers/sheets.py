"""Sheets of texts, as the readers of CSV and of workbooks return them, and the reader of CSV. Pure.

The encoding and the delimiter of a CSV file are found from its content.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from plans.reading.readers.mapping import ColumnMapping, guess_mapping
from plans.reading.source_table import SourceError
from plans.reports.writers.csv import escape_formula

MAX_ROWS = 50_000
"""Rows with anything in them; a plan has hundreds."""
MAX_COLUMNS = 200
# Among which rows the headings are looked for.
_HEADER_ROWS = 15


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row with anything in it: its number, from 1, and its texts by column, from 0.

    Texts have no white space at their edges and are never "".
    """

    number: int
    texts: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class MergedCell:
    """A merged cell, its places as in ``SheetRow``; the text stands in its first row and column."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """``name`` is "" for a file that is one sheet. ``links`` lead from a cell (row, column) to
    another of the workbook: (sheet, row, column). ``remarks`` are (row, message)."""

    name: str
    rows: Sequence[SheetRow]
    merged: Sequence[MergedCell] = ()
    links: Mapping[tuple[int, int], tuple[str, int, int]] = field(default_factory=dict)
    remarks: Sequence[tuple[int, str]] = ()

    def where(self, number: int) -> str:
        """The place of a row in words."""
        return f"sheet {self.name}, row {number}" if self.name else f"row {number}"

    @property
    def columns(self) -> int:
        return max((max(row.texts) for row in self.rows), default=-1) + 1

    def headings(self, header: SheetRow) -> list[str]:
        return [header.texts.get(index, "") for index in range(max(header.texts) + 1)]

    def likeliest(self) -> ColumnMapping:
        """The mapping of the row that looks most like headings: the most columns known, and of
        several rows the first."""
        best = ColumnMapping({}, sheet=self.name)
        for row in self.rows[:_HEADER_ROWS]:
            found = guess_mapping(self.headings(row), sheet=self.name, header=row.number)
            if len(found.fields) > len(best.fields):
                best = found
        if best.header is None and self.rows:
            # Nothing is known: the first row that has the most texts of those looked at.
            fullest = max(self.rows[:_HEADER_ROWS], key=lambda row: len(row.texts))
            best = ColumnMapping({}, sheet=self.name, header=fullest.number)
        return best


# -- CSV ------------------------------------------------------------------------------------------

DELIMITERS = ",;\t|"
_SAMPLE = 200_000
_MAX_CELL = 1_000_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(data: bytes) -> tuple[str, str]:
    """The text of ``data`` and the name of its encoding.

    With a byte-order mark any of Unicode's; without one UTF-8, UTF-16 when every second byte is
    NUL, else Windows-1252, which is a guess. Raises SourceError for bytes that are no text.
    """
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), None)
    if encoding is None and b"\0" in data[:_SAMPLE]:
        half = len(data[:_SAMPLE]) // 2
        if data[1:_SAMPLE:2].count(0) > 0.6 * half:
            encoding = "utf-16-le"
        elif data[0:_SAMPLE:2].count(0) > 0.6 * half:
            encoding = "utf-16-be"
    for name in (encoding,) if encoding else ("utf-8", "windows-1252"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, name
    raise SourceError("these bytes are no text in any encoding that is known here")


def read_rows(data: bytes) -> Sheet:
    """The one sheet of a CSV file.

    An apostrophe that keeps a spreadsheet from taking a text for a formula is taken off. Raises
    SourceError for what is no CSV, with the row.
    """
    text, encoding = decoded(data)
    rows: list[SheetRow] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    csv.field_size_limit(_MAX_CELL)
    number = 0
    try:
        for number, record in enumerate(reader, 1):
            texts = {i: cell for i, raw in enumerate(record) if (cell := _undone(raw).strip())}
            if not texts:
                continue
            if max(texts) >= MAX_COLUMNS:
                raise SourceError(f"more than {MAX_COLUMNS} columns", where=f"row {number}")
            rows.append(SheetRow(number, texts))
            if len(rows) > MAX_ROWS:
                raise SourceError(f"more than {MAX_ROWS:,} rows", where=f"row {number}")
    except csv.Error as error:
        raise SourceError(f"not CSV: {error}", where=f"row {number + 1}") from error
    if not rows:
        raise SourceError("the file is empty")
    remarks = []
    if encoding == "windows-1252":
        remarks.append(
            (
                rows[0].number,
                "the file is not in UTF-8; it was read as Windows-1252, so look at its accents",
            )
        )
    return Sheet(name="", rows=rows, remarks=remarks)


def delimiter_of(text: str) -> str:
    """The delimiter of a CSV text: the one that cuts most records into the same number of cells."""
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        counts = cell_counts(text, delimiter)
        if not counts:
            continue
        columns, times = max(Counter(counts).items(), key=lambda found: (found[1], found[0]))
        score = (times / len(counts) if columns > 1 else 0.0, columns)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def cell_counts(text: str, delimiter: str) -> list[int]:
    """The number of cells of each of the first records that are not blank."""
    counts: list[int] = []
    sample = io.StringIO(text[:_SAMPLE], newline="")
    try:
        for record in csv.reader(sample, delimiter=delimiter):
            if any(cell.strip() for cell in record):
                counts.append(len(record))
            if len(counts) >= 50:
                break
    except csv.Error:
        return counts
    if len(text) > _SAMPLE and len(counts) > 1:
        # The sample may end within a record.
        counts.pop()
    return counts


def _undone(cell: str) -> str:
    rest = cell[1:]
    return rest if cell.startswith("'") and escape_formula(rest) == cell else cell
