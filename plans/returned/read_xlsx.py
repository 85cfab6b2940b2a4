"""The table of a unit's workbook, as it stands in the file. Pure."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from plans.importing.blocks import SourceError
from plans.returned.layout import MAX_ROWS, RawRow, RawTable, folded
from plans.returned.words import XLSX_COLUMNS, Column

# The head of the table stands below the instructions, of which there are few.
_HEAD_WITHIN = 60
_MOST_COLUMNS = 40
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_STATUS = XLSX_COLUMNS.index(Column.STATUS)


def read_table(data: bytes, headings: Sequence[str]) -> RawTable | None:
    """The table with most of ``headings`` in one row; None when no sheet has any of them.

    Raises SourceError for a workbook that cannot be read, or has far too many rows.
    """
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(_whole(data)), read_only=True)
        sheets = [_grid(sheet) for sheet in workbook.worksheets]
    except (
        AttributeError,
        zipfile.BadZipFile,
        IndexError,
        InvalidFileException,
        KeyError,
        OSError,
        OverflowError,
        SyntaxError,
        TypeError,
        ValueError,
    ) as error:
        if isinstance(error, SourceError):
            raise
        # The library has no error of its own for a workbook at odds with itself; XML that is none
        # is a SyntaxError.
        raise SourceError(f"the .xlsx file is damaged: {error}") from error
    wanted = {folded(heading) for heading in headings}
    found = [(_likeness(row, wanted), -at, sheet) for sheet in sheets for at, row in _first(sheet)]
    best = max(found, key=lambda one: one[:2], default=None)
    if best is None or best[0] == 0:
        return None
    _, negative, grid = best
    head = -negative
    return RawTable(
        columns=XLSX_COLUMNS,
        names=[get_column_letter(index + 1) for index in range(_MOST_COLUMNS)],
        head_row=head,
        headings=tuple(cell or "" for cell in grid[head - 1]),
        rows=tuple(
            RawRow(number, _lines_apart(row)) for number, row in enumerate(grid[head:], head + 1)
        ),
        above="\n".join(cell for row in grid[: head - 1] for cell in row if cell),
    )


def _whole(data: bytes) -> bytes:
    """The workbook so that the library loses nothing of its texts.

    A file writes "_x000D_" for a carriage return, and "_x005F_x000D_" for just these letters. The
    library takes every "x005F_" out and leaves all else, so that the two cannot be told apart
    any more: here it is given twice what it takes.
    """
    whole = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name.casefold().endswith("sharedstrings.xml"):
                content = content.replace(b"x005F_", b"x005Fx005F__")
            target.writestr(name, content)
    return whole.getvalue()


_Grid = list[tuple[str | None, ...]]


def _grid(sheet: Any) -> _Grid:
    """The sheet's cells as texts, row by row; None for a cell that holds something else.

    The rows are read one after the other, so that no more is ever held than may be there.
    """
    # What a sheet says of its own size may be a lie.
    sheet.reset_dimensions()
    grid: _Grid = []
    for number, row in enumerate(sheet.iter_rows(), 1):
        if number > MAX_ROWS and row:
            raise SourceError(f"the sheet “{sheet.title}” has more than {MAX_ROWS} rows")
        if any(cell.value is not None for cell in row[_MOST_COLUMNS:]):
            last = get_column_letter(_MOST_COLUMNS)
            raise SourceError(
                f"row {number} of the sheet “{sheet.title}” has cells beyond column {last}; "
                "delete what stands beside the table"
            )
        if number <= MAX_ROWS:
            grid.append(tuple(_text(cell) for cell in row[:_MOST_COLUMNS]))
    return grid


def _text(cell: Any) -> str | None:
    if cell.value is None:
        return ""
    # A formula is a text too, but of another type.
    if cell.data_type != "s" or not isinstance(cell.value, str):
        return None
    # Carriage returns and the like, and what itself looks like one of these.
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell.value)


def _first(grid: _Grid) -> list[tuple[int, tuple[str | None, ...]]]:
    return list(enumerate(grid[:_HEAD_WITHIN], 1))


def _likeness(row: Sequence[str | None], wanted: set[str]) -> int:
    return len({folded(cell) for cell in row if cell} & wanted)


def _lines_apart(row: tuple[str | None, ...]) -> tuple[str | None, ...]:
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
