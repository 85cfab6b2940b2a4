"""Reading a unit's file that came back: which rows, and what is written in them. Pure.

Nothing is guessed. What does not fit is a fault with its place, and all faults are told at once.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from plans.reading.readers.office import OfficeKind, check_office_file, office_kind
from plans.reading.source_table import SourceError
from plans.reports.labels import UnitFileLabels, labels_for
from plans.text import prose
from plans.text.categories import Category
from plans.unit_files.cells import (
    EDITABLE,
    READ_ONLY,
    RawRow,
    RawTable,
    UnitColumn,
    cells_of,
    choices,
    folded_text,
    lines_text,
)
from plans.unit_files.sheet import REPORTABLE, FileKey, RowKey, UnitRow, file_key, row_key

# -- Faults ----------------------------------------------------------------------------------------
# With their places. Sentences are made where the interface's languages are known.


class FaultKind(StrEnum):
    NO_TABLE = "no_table"
    NO_FILE_KEY = "no_file_key"
    OTHER_PLAN = "other_plan"
    OTHER_VERSION = "other_version"
    OTHER_ROUND = "other_round"
    OTHER_UNIT = "other_unit"
    COLUMN_MISSING = "column_missing"
    COLUMN_MOVED = "column_moved"
    COLUMN_RENAMED = "column_renamed"
    COLUMN_ADDED = "column_added"
    ROW_KEY = "row_key"
    ROW_OTHER_ROUND = "row_other_round"
    ROW_TWICE = "row_twice"
    ROW_UNKNOWN = "row_unknown"
    ROW_MISSING = "row_missing"
    REFERENCE_UNKNOWN = "reference_unknown"
    CATEGORY_UNKNOWN = "category_unknown"
    NOT_TEXT = "not_text"
    TOO_LONG = "too_long"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``row`` and ``column`` are as the program shows them: 12 and "G"; 5 and "7".

    ``heading`` is what the column is headed; ``found`` and ``expected`` are what is there and what
    should be, as far as that can be said.
    """

    kind: FaultKind
    row: int | None = None
    column: str = ""
    heading: str = ""
    found: str = ""
    expected: str = ""


# -- Reading ---------------------------------------------------------------------------------------

MAX_BYTES = 5_000_000
"""Of the file. The rows of a large unit take a tenth of that."""
MAX_UNPACKED = 40_000_000
MAX_XML = 5_000_000
"""Of the parts of the file that are read. Those of 700 rows have half of that."""
_LONGEST_FOUND = 80
# Characters; less than what is written of such a cell at the most.
_COMPARED = 10_000


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """One row that came back. ``number`` is its place in the file, ``key`` what it answers.

    ``text`` is in the form in which narratives are kept. ``read`` holds the words of the cells
    that are only to be read, so that it can be told whether somebody wrote there.
    """

    number: int
    key: RowKey
    references: tuple[str, ...]
    category: str
    text: str
    read: Mapping[UnitColumn, str]

    def as_json(self) -> dict[str, Any]:
        """For a JSON field; ``from_json`` reads it back."""
        return {
            "number": self.number,
            "key": str(self.key),
            "references": list(self.references),
            "category": self.category,
            "text": self.text,
            "read": {column.value: text for column, text in self.read.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ReturnedRow:
        """What ``as_json`` made. Raises ValueError or KeyError for anything else."""
        key = row_key(data["key"])
        if key is None:
            raise ValueError(f"no key of a row: {data['key']!r}")
        return cls(
            number=data["number"],
            key=key,
            references=tuple(data["references"]),
            category=data["category"],
            text=data["text"],
            read={UnitColumn(name): text for name, text in data["read"].items()},
        )


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What was read: rows in the order of the file, and all that is wrong with it.

    ``key`` is None when the file has none, and then there are no rows.
    """

    kind: OfficeKind
    key: FileKey | None
    rows: tuple[ReturnedRow, ...] = ()
    faults: tuple[Fault, ...] = field(default=())


def read(data: bytes, language: str, *, longest: int) -> ParsedFile:
    """Read a file that was written in ``language``; narratives may have ``longest`` characters.

    Raises SourceError, in words for the person who sent it, for what is no office file, is too
    large, or may not be opened.
    """
    kind = _opened(data)
    if kind is OfficeKind.XLSX:
        from plans.unit_files.xlsx import read_table
    else:
        from plans.unit_files.docx import read_table
    labels = labels_for(language).unit_file
    table = read_table(data, tuple(labels.headings.values()))
    if table is None:
        return ParsedFile(kind, None, faults=(Fault(FaultKind.NO_TABLE),))
    key = file_key(table.above)
    if key is None:
        return ParsedFile(kind, None, faults=(Fault(FaultKind.NO_FILE_KEY),))
    wrong = tuple(_wrong_columns(table, labels))
    if wrong:
        return ParsedFile(kind, key, faults=wrong)
    return _RowReader(table, key, language, longest).reading(kind)


def _opened(data: bytes) -> OfficeKind:
    if not data:
        raise SourceError("the file is empty")
    if len(data) > MAX_BYTES:
        raise SourceError(
            f"the file is larger than {MAX_BYTES // 1_000_000} MB; the rows of a unit take far less"
        )
    kind = office_kind(data)
    if kind is None and not data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise SourceError("this is neither a .docx nor an .xlsx file, whatever its name says")
    check_office_file(data, kind or OfficeKind.XLSX)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        xml = sum(member.file_size for member in members if member.filename.endswith(".xml"))
        if xml > MAX_XML or sum(member.file_size for member in members) > MAX_UNPACKED:
            raise SourceError("the file unpacks to far more than the rows of a unit take")
    return kind or OfficeKind.XLSX


def comparable_text(text: str) -> str:
    """A cell that is only to be read, as far as it is compared with what was sent."""
    return prose.one_line(text)[:_COMPARED]


def _short(text: str) -> str:
    line = prose.one_line(text)
    return line if len(line) <= _LONGEST_FOUND else f"{line[:_LONGEST_FOUND]}…"


def _wrong_columns(table: RawTable, labels: UnitFileLabels) -> Iterator[Fault]:
    expected = [folded_text(labels.headings[column]) for column in table.columns]
    headings = [folded_text(heading) for heading in table.headings]
    for index, column in enumerate(table.columns):
        actual = headings[index] if index < len(headings) else ""
        if actual == expected[index]:
            continue
        kind, detail = FaultKind.COLUMN_MISSING, ""
        if expected[index] in headings:
            kind, detail = FaultKind.COLUMN_MOVED, table.name(headings.index(expected[index]))
        elif actual and actual not in expected:
            kind, detail = FaultKind.COLUMN_RENAMED, _short(table.headings[index])
        yield Fault(
            kind,
            row=table.head_row,
            column=table.name(index),
            heading=labels.headings[column],
            found=detail,
        )
    for index in range(len(table.columns), len(headings)):
        if headings[index]:
            yield Fault(
                FaultKind.COLUMN_ADDED,
                row=table.head_row,
                column=table.name(index),
                found=_short(table.headings[index]),
            )


class _RowReader:
    """Reads the rows of a table whose columns are where they belong."""

    def __init__(self, table: RawTable, key: FileKey, language: str, longest: int) -> None:
        self._table = table
        self._key = key
        self._labels = labels_for(language).unit_file
        self._longest = longest
        self._listed = ", ".join(choices(language))
        self._choices = {
            folded_text(word): category.value
            for word, category in zip(choices(language), REPORTABLE, strict=True)
        }
        self._faults: list[Fault] = []

    def reading(self, kind: OfficeKind) -> ParsedFile:
        rows = []
        seen: dict[int, int] = {}
        for raw in self._table.rows:
            if not any(cell is None or cell.strip() for cell in raw.cells):
                continue
            key = self._row_key(raw, seen)
            row = self._row(raw, key)
            if row is not None:
                rows.append(row)
        for line in self._table.below:
            self._faults.append(Fault(FaultKind.OUTSIDE, found=_short(line)))
        for ordinal in self._key.ordinals:
            if ordinal not in seen:
                self._faults.append(Fault(FaultKind.ROW_MISSING, expected=str(ordinal)))
        return ParsedFile(kind, self._key, tuple(rows), tuple(self._faults))

    def _row_key(self, raw: RawRow, seen: dict[int, int]) -> RowKey | None:
        text = self._cell(raw, UnitColumn.KEY)
        key = row_key(text or "")
        if key is None:
            self._fault(FaultKind.ROW_KEY, raw, UnitColumn.KEY, found=text or "")
            return None
        if key.as_at != self._key.as_at:
            self._fault(FaultKind.ROW_OTHER_ROUND, raw, UnitColumn.KEY, found=key.as_at.isoformat())
            return None
        if key.ordinal not in self._key.ordinals:
            self._fault(FaultKind.ROW_UNKNOWN, raw, UnitColumn.KEY, found=text or "")
            return None
        if key.ordinal in seen:
            self._fault(FaultKind.ROW_TWICE, raw, UnitColumn.KEY, found=str(seen[key.ordinal]))
            return None
        seen[key.ordinal] = raw.number
        return key

    def _row(self, raw: RawRow, key: RowKey | None) -> ReturnedRow | None:
        """The row; every fault in its cells is noted, also where its key is one."""
        for column in EDITABLE:
            if self._cell(raw, column) is None:
                self._fault(FaultKind.NOT_TEXT, raw, column)
        for index in range(len(self._table.columns), len(raw.cells)):
            cell = raw.cells[index]
            if cell is None or cell.strip():
                fault = Fault(
                    FaultKind.OUTSIDE,
                    row=raw.number,
                    column=self._table.name(index),
                    found=_short(cell or ""),
                )
                self._faults.append(fault)
        category = self._category(raw)
        text = prose.clean(self._cell(raw, UnitColumn.STATUS) or "")
        if len(text) > self._longest:
            self._fault(
                FaultKind.TOO_LONG,
                raw,
                UnitColumn.STATUS,
                found=str(len(text)),
                expected=str(self._longest),
            )
        if key is None:
            return None
        return ReturnedRow(
            number=raw.number,
            key=key,
            references=tuple((self._cell(raw, UnitColumn.REFERENCES) or "").split()),
            category=category,
            text=text,
            read={column: comparable_text(self._cell(raw, column) or "") for column in READ_ONLY},
        )

    def _category(self, raw: RawRow) -> str:
        text = self._cell(raw, UnitColumn.CATEGORY) or ""
        choice = folded_text(text)
        if choice in ("", folded_text(self._labels.choose)):
            return Category.NOT_REPORTED.value
        if choice not in self._choices:
            self._fault(
                FaultKind.CATEGORY_UNKNOWN,
                raw,
                UnitColumn.CATEGORY,
                found=_short(text),
                expected=self._listed,
            )
            return Category.NOT_REPORTED.value
        return self._choices[choice]

    def _cell(self, raw: RawRow, column: UnitColumn) -> str | None:
        index = self._table.columns.index(column)
        return raw.cells[index] if index < len(raw.cells) else ""

    def _fault(
        self,
        kind: FaultKind,
        raw: RawRow,
        column: UnitColumn,
        *,
        found: str = "",
        expected: str = "",
    ) -> None:
        index = self._table.columns.index(column)
        self._faults.append(
            Fault(
                kind,
                row=raw.number,
                column=self._table.name(index),
                heading=self._labels.headings[column],
                found=_short(found),
                expected=expected,
            )
        )


# -- Changes of a row -----------------------------------------------------------------------------


class RowState(StrEnum):
    """``UNTOUCHED``: the unit left it as it was sent, and the draft has changed since.

    ``CONFLICT``: the unit changed it, and so did somebody else. The last four cannot be applied.
    """

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    UNTOUCHED = "untouched"
    CONFLICT = "conflict"
    HANDED_IN = "handed_in"
    REGROUPED = "regrouped"
    NOT_THEIRS = "not_theirs"
    UNKNOWN_BASE = "unknown_base"

    @property
    def applicable(self) -> bool:
        return self in (RowState.CHANGED, RowState.CONFLICT)

    @property
    def refused(self) -> bool:
        """Whether the unit may have written something that cannot be applied."""
        return self in (
            RowState.HANDED_IN,
            RowState.REGROUPED,
            RowState.NOT_THEIRS,
            RowState.UNKNOWN_BASE,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A narrative and its category."""

    category: str
    text: str


def state_of(row: ReturnedRow, now: UnitRow | None, base: Answer | None) -> RowState:
    """What a row is, against the status ``now``, None where that is not the unit's any more.

    ``base`` is what stood in the revision that the row started from; it is asked for only where
    the draft has changed since, and None where there is no such revision.
    """
    written = Answer(row.category, row.text)
    if now is None:
        return RowState.NOT_THEIRS
    if row.references != now.references:
        return RowState.REGROUPED
    if written == Answer(now.category, now.text):
        return RowState.UNCHANGED
    if row.key.revision == now.revision:
        return RowState.CHANGED if now.writable else RowState.HANDED_IN
    if base is None:
        return RowState.UNKNOWN_BASE
    if written == base:
        return RowState.UNTOUCHED
    return RowState.CONFLICT if now.writable else RowState.HANDED_IN


@dataclass(frozen=True, slots=True)
class OverwrittenCell:
    """A cell to be read only in which somebody wrote: what was sent, and what came back."""

    column: UnitColumn
    sent: str
    found: str


def overwritten_cells(row: ReturnedRow, now: UnitRow, language: str) -> tuple[OverwrittenCell, ...]:
    """The cells to be read only in which somebody wrote all the same.

    Where the status stands is compared only while it stands where it stood.
    """
    cells = cells_of(now, language, labels_for(language).unit_file)
    written = []
    for column, text in row.read.items():
        sent = comparable_text(lines_text(cells[column]))
        moved = column is UnitColumn.STAGE and row.key.revision != now.revision
        if folded_text(text) != folded_text(sent) and not moved:
            written.append(OverwrittenCell(column, sent, text))
    return tuple(written)
