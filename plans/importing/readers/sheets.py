"""Sheets of texts, from a CSV file or a workbook: what both readers hand on. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from plans.importing.readers.mapping import ColumnMapping, guess_mapping

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
class Merged:
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
    merged: Sequence[Merged] = ()
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
