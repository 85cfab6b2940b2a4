"""How the rows of a Part become rows of a sheet that are high enough for their texts. Pure.

Spreadsheets do not make a row higher for a merged cell's sake, so heights are reckoned here. No
row of a sheet is higher than 409 points: a row of the report that needs more becomes several of
the sheet, its cells merged over them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from plans.reports.writers import printed

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
class SheetRow:
    """One row of a Part: of each column text, style and rowspan, or None where it is spanned.

    ``heads_next``: no rule is drawn below the row's issue. ``reference`` is that of the row's
    element; ``targets`` are those of the elements to which its cells point, by column.
    """

    cells: tuple[tuple[str, str, int] | None, ...]
    heads_next: bool
    hint: str = ""
    reference: str = ""
    targets: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cell:
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
    cells: tuple[Cell, ...]
    hint: str = ""
    reference: str = ""


def sheet_rows(
    rows: Sequence[SheetRow], widths: Sequence[int], *, first: int
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
    for index, row in enumerate(rows):
        rule = row.cells[0] is not None and not below_parent
        if row.cells[0] is not None:
            below_parent = row.heads_next
        cells = tuple(
            Cell(
                first_row=starts[index],
                last_row=starts[index + cell[2]] - 1,
                first_column=column,
                last_column=column,
                text=cell[0],
                style=cell[1],
                rule=rule,
                target=row.targets.get(column, ""),
            )
            for column, cell in enumerate(row.cells)
            if cell is not None
        )
        height = heights[index] / counts[index]
        yield PlacedRow(starts[index], height, cells, row.hint, row.reference)
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


def _heights(rows: Sequence[SheetRow], widths: Sequence[int]) -> list[float]:
    """The height of each row, so that every cell finds room in the rows that it spans."""
    heights = [_LINE + _PADDING] * len(rows)
    spans = [
        (cell[2], index, column, cell[0])
        for index, row in enumerate(rows)
        for column, cell in enumerate(row.cells)
        if cell is not None
    ]
    # The shorter spans first: what they need is then there for the longer ones.
    for span, index, column, text in sorted(spans, key=lambda found: found[:3]):
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
