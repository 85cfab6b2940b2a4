"""From tables with merged cells, of whatever format, to the pages of a source table. Pure.

A reader of documents finds paragraphs and tables; here tables become pages, their cells are sorted
into the three or four columns, and merged cells and cells that point to others are told. A row that
spans the whole table is the heading of a Part when it says so; one that does so in the middle of a
table begins a page of its own.

Rows of documents that the tracker wrote carry a hint of what they hold (``plans.reports.hints``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from plans.reading.classify import PART_HEADING
from plans.reading.source_table import (
    BlockKind,
    BlockRole,
    Remark,
    SourceBlock,
    SourceCell,
    SourceError,
    SourcePage,
    SourceRow,
)
from plans.reports.hints import Hint, RowHint

COLUMNS = (3, 4)
_CONTENT = {
    RowHint.TITLE: BlockRole.CONTEXT,
    RowHint.CONTEXT: BlockRole.CONTEXT,
    RowHint.HEADING: BlockRole.GROUP_HEADING,
    RowHint.LEAD_IN: BlockRole.LEAD_IN,
    RowHint.ELEMENT: BlockRole.ELEMENT,
    RowHint.MISSING: BlockRole.ELEMENT,
}
_ISSUE = re.compile(r"(\d{1,3}\.(?=\s)|\d{1,3}\([a-z]\)|\([a-z]\))\s+\S")


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph or bullet; ``signed`` tells that a sign stood before it."""

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    signed: bool = False
    role: BlockRole | None = None


@dataclass(slots=True)
class GridCell:
    """A cell as it starts in a row: its first column and how many it spans, in the table's own
    grid, and over how many rows. ``link`` is the anchor of the row that it points to."""

    start: int
    width: int
    texts: list[Text]
    rows: int = 1
    link: str | None = None


@dataclass(slots=True)
class GridRow:
    """``where`` names the row in words; ``anchors`` are names to which links lead."""

    line: int
    where: str
    cells: list[GridCell]
    hint: Hint | None = None
    anchors: tuple[str, ...] = ()


@dataclass(slots=True)
class Grid:
    """A table. ``where`` names it in words; ``width`` is the number of its grid's columns, and
    ``starts`` are those in which a column of the table begins, where that is known."""

    where: str
    rows: list[GridRow]
    width: int
    starts: tuple[int, ...] = ()


@dataclass(slots=True)
class Loose:
    """Paragraphs outside tables, each with its line."""

    texts: list[tuple[int, Text]] = field(default_factory=list)


def pages_of(parts: Sequence[Grid | Loose]) -> tuple[tuple[SourcePage, ...], tuple[Remark, ...]]:
    """The pages of a document whose parts stand in this order, and what is to be said of them.

    Page 0 is the cover. A table of one or two columns is text like any other. Raises SourceError
    for a table of more than four columns, and when there is none of three or four.
    """
    builder = _TablePages()
    remarks = []
    for part in parts:
        if isinstance(part, Loose):
            builder.loose += part.texts
            continue
        starts = _starts(part)
        if len(starts) < min(COLUMNS):
            cells = [(row.line, cell) for row in part.rows for cell in row.cells]
            found = [(line, text) for line, cell in cells for text in cell.texts]
            builder.loose += found
            if found:
                message = f"{part.where} has {len(starts)} columns; it is read as text"
                remarks.append(Remark(found[0][0], message))
            continue
        for head, line, rows in _pieces(part):
            builder.table(head, line, rows, starts, part.width)
    return builder.finished(), tuple(remarks)


def _pieces(grid: Grid) -> Iterator[tuple[Text | None, int, list[GridRow]]]:
    """A table cut before each row that is the heading of a Part: heading, its line, and rows."""
    head: Text | None = None
    line = 0
    rows: list[GridRow] = []
    for row in grid.rows:
        found = _heading(row, grid.width)
        if found is None:
            rows.append(row)
            continue
        if rows or head is not None:
            yield head, line, rows
        head, line, rows = found, row.line, []
    if rows or head is not None:
        yield head, line, rows


def _heading(row: GridRow, width: int) -> Text | None:
    """The heading of a Part that a row is, if it is one."""
    filled = [cell for cell in row.cells if cell.texts]
    if len(filled) != 1:
        return None
    text = " ".join(text.text for text in filled[0].texts)
    if row.hint is not None and row.hint.row is RowHint.PART:
        return Text(text, role=BlockRole.PART)
    spans = filled[0].width == width > 1 or len(row.cells) == 1
    return Text(text) if spans and PART_HEADING.fullmatch(text) else None


@dataclass
class _TablePages:
    """Collects tables and the text between them into pages."""

    pages: list[SourcePage] = field(default_factory=list)
    loose: list[tuple[int, Text]] = field(default_factory=list)
    head: SourceBlock | None = None
    rows: tuple[SourceRow, ...] = ()
    anchors: dict[str, tuple[int, int]] = field(default_factory=dict)
    links: list[tuple[int, int, int, str]] = field(default_factory=list)

    def table(
        self,
        head: Text | None,
        line: int,
        rows: Sequence[GridRow],
        starts: Sequence[int],
        width: int,
    ) -> None:
        if head is None and self.loose:
            # The line that says so, or that which stands directly above.
            headings = [
                index
                for index, (_, text) in enumerate(self.loose)
                if PART_HEADING.fullmatch(text.text)
            ]
            line, head = self.loose.pop(headings[-1] if headings else -1)
        self._end_page()
        page = len(self.pages)
        if head is not None:
            self.head = SourceBlock(
                f"p{page}.head", head.kind, head.text, line, head.signed, role=head.role
            )
        self.rows = tuple(self._rows(page, rows, starts, width))

    def finished(self) -> tuple[SourcePage, ...]:
        self._end_page()
        if len(self.pages) == 1:
            raise SourceError("no table found; expected one of three or four columns")
        return tuple(self._with_pointers(page) for page in self.pages)

    def _end_page(self) -> None:
        page = len(self.pages)
        loose = (
            SourceBlock(
                f"p{page}.x{index}", text.kind, text.text, line, text.signed, role=text.role
            )
            for index, (line, text) in enumerate(self.loose, 1)
        )
        self.pages.append(SourcePage(page, self.head, self.rows, tuple(loose)))
        self.head, self.rows, self.loose = None, (), []

    def _rows(
        self, page: int, rows: Sequence[GridRow], starts: Sequence[int], width: int
    ) -> Iterator[SourceRow]:
        # How many rows more the cell above spans, by column.
        spanned = [0] * len(starts)
        for number, row in enumerate(rows):
            slots: list[list[GridCell]] = [[] for _ in starts]
            for cell in row.cells:
                slots[_column(cell, row, starts, width)].append(cell)
            cells = []
            for column, found in enumerate(slots):
                texts = [text for cell in found for text in cell.texts]
                span = max((cell.rows for cell in found), default=0)
                span = min(span, len(rows) - number)
                if spanned[column] > 0 and not texts:
                    spanned[column] -= 1
                    cells.append(SourceCell((), span=0))
                    continue
                spanned[column] = max(span, 1) - 1
                prefix = f"p{page}.r{number}.c{column + 1}"
                link = next((cell.link for cell in found if cell.link), None)
                if link is not None:
                    self.links.append((page, number, column + 1, link))
                blocks = tuple(_blocks(texts, row, column, prefix))
                category = row.hint.category if row.hint and column == 3 else None
                cells.append(SourceCell(blocks, span=max(span, 1), category=category))
            for anchor in row.anchors:
                self.anchors.setdefault(anchor, (page, number))
            yield SourceRow(
                number,
                row.line,
                tuple(cells),
                declared=row.hint is not None,
                missing=row.hint is not None and row.hint.row is RowHint.MISSING,
            )

    def _with_pointers(self, page: SourcePage) -> SourcePage:
        """The page, its cells that point to others saying to which."""
        homes = {
            (row, column): self._home(anchor, column)
            for number, row, column, anchor in self.links
            if number == page.number
        }
        if not homes:
            return page
        rows = tuple(
            SourceRow(
                row.number,
                row.line,
                tuple(
                    _pointing(cell, homes[row.number, column])
                    if (row.number, column) in homes
                    else cell
                    for column, cell in enumerate(row.cells, 1)
                ),
                row.declared,
                row.missing,
            )
            for row in page.rows
        )
        return SourcePage(page.number, page.head, rows, page.loose)

    def _home(self, anchor: str, column: int) -> str | None:
        """The id of the cell that stands in ``column`` beside the row of ``anchor``; None when
        the document has no such row."""
        if anchor not in self.anchors:
            return None
        page, row = self.anchors[anchor]
        rows = self.pages[page].rows
        while row > 0 and rows[row].cells[column - 1].span == 0:
            row -= 1
        return f"p{page}.r{row}.c{column}"


def _pointing(cell: SourceCell, home: str | None) -> SourceCell:
    """A cell that says “see …”; one that leads nowhere has no place in the plan."""
    role = BlockRole.UNPLACED if home is None else BlockRole.BOILERPLATE
    blocks = tuple(
        SourceBlock(b.id, b.kind, b.text, b.line, b.signed, role=role) for b in cell.blocks
    )
    return SourceCell(blocks, cell.span, points_to=home, category=None)


def _starts(grid: Grid) -> list[int]:
    """Where the columns of the table begin in its grid: as in the row that has the most cells.

    Raises SourceError for more than there can be.
    """
    if grid.starts:
        return list(grid.starts)
    fullest = max(grid.rows, key=lambda row: len(row.cells), default=None)
    starts = [cell.start for cell in fullest.cells] if fullest is not None else []
    if fullest is not None and len(starts) > max(COLUMNS):
        raise SourceError(
            f"a table of {len(starts)} columns; expected three or four: issues, elements for "
            "action, time-frame and, in a progress report, status",
            where=fullest.where,
        )
    return starts


def _column(cell: GridCell, row: GridRow, starts: Sequence[int], width: int) -> int:
    """Which of the table's columns a cell stands in."""
    if len(row.cells) == 1 and cell.width >= width > 1:
        # A row of one cell is an issue's heading, or one inside an issue.
        text = cell.texts[0].text if cell.texts else ""
        return 0 if _ISSUE.match(text) else 1
    return max(index for index, start in enumerate(starts) if start <= max(cell.start, starts[0]))


def _blocks(texts: Iterable[Text], row: GridRow, column: int, prefix: str) -> Iterator[SourceBlock]:
    role = _role(row.hint, column)
    for index, text in enumerate(texts, 1):
        yield SourceBlock(
            f"{prefix}.b{index}",
            text.kind,
            text.text,
            row.line,
            text.signed,
            role=text.role or role,
        )


def _role(hint: Hint | None, column: int) -> BlockRole | None:
    if hint is None:
        return None
    if hint.row is RowHint.COLUMNS:
        return BlockRole.COLUMN
    if hint.row is RowHint.PART:
        return BlockRole.BOILERPLATE
    return (BlockRole.ISSUE, _CONTENT[hint.row], BlockRole.TIME_FRAME, BlockRole.STATUS)[
        min(column, 3)
    ]
