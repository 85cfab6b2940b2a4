"""The source table: a document as pages, rows, cells and blocks, each with an id and its place.

Readers make it and judge nothing. A block is one paragraph or one bullet, its white space
folded to single spaces and its bullet sign left off. Ids say where a block stands and are what
corrections and provenance refer to:

======================  =====================================================================
``p0.x4``               the fourth line of text before the first table (the cover)
``p3.head``             the line directly above the third table
``p3.r0.c2.b1``         the third table's first row (its column headings), second cell
``p3.r1.c2.b4``         third table, first row below the headings, second cell, fourth block
``p3.x1``               the first line of loose text after the third table
======================  =====================================================================

Some documents say themselves what a block is: a spreadsheet whose columns are known, a document
that the tracker wrote. Their readers hand that on as the block's ``role``; nothing is guessed then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from plans.text.prose import words


class SourceError(ValueError):
    """A document that cannot be read.

    ``line`` is 1-based, or None when no line is to blame. ``where`` names the place in words
    where a document has no lines, such as “sheet Part I, row 7”.
    """

    def __init__(self, message: str, *, line: int | None = None, where: str = "") -> None:
        place = where or (f"line {line}" if line is not None else "")
        super().__init__(f"{place}: {message}" if place else message)
        self.line = line


class BlockKind(StrEnum):
    PARAGRAPH = "paragraph"
    BULLET = "bullet"


class BlockRole(StrEnum):
    """What a piece of text is."""

    AGENDA_ITEM = "agenda_item"
    TITLE = "title"
    PARAGRAPH = "paragraph"
    FOOTNOTE = "footnote"
    PLACE_DATE = "place_date"
    PART = "part"
    COLUMN = "column"
    ISSUE = "issue"
    CONTEXT = "context"
    GROUP_HEADING = "group_heading"
    LEAD_IN = "lead_in"
    ELEMENT = "element"
    TIME_FRAME = "time_frame"
    STATUS = "status"
    BOILERPLATE = "furniture"
    DUPLICATE = "duplicate"
    UNPLACED = "unplaced"


@dataclass(frozen=True, slots=True)
class SourceBlock:
    """One paragraph or bullet. ``signed`` tells that a bullet sign was printed before it.

    ``line`` counts lines of the source, or what stands for them: paragraphs and rows. ``role`` is
    what the document itself says that the block is, or None. A block of the role ``DUPLICATE``
    ``repeats`` the block of that id.
    """

    id: str
    kind: BlockKind
    text: str
    line: int
    signed: bool = False
    role: BlockRole | None = None
    repeats: str | None = None


@dataclass(frozen=True, slots=True)
class SourceCell:
    """``span`` is the number of rows over which the cell is merged, 0 where one above spans it.

    ``points_to`` is the id of the cell (such as ``p1.r4.c3``) that stands here too, for one that
    says “see I.1” or repeats it. ``category`` is that of the status in the cell, where the
    document states it.
    """

    blocks: tuple[SourceBlock, ...]
    span: int = 1
    points_to: str | None = None
    category: str | None = None

    @property
    def text(self) -> str:
        return " ".join(block.text for block in self.blocks)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """``number`` counts from 0 in its table; ``cells`` are as many as the table has columns.

    ``declared``: the document itself says what stands in the row, and every block has its role.
    ``missing``: the row is that of an element whose words are lost.
    """

    number: int
    line: int
    cells: tuple[SourceCell, ...]
    declared: bool = False
    missing: bool = False


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One table with the line above it and the loose text below it.

    Page 0 is what stands before the first table; it has neither head nor rows.
    """

    number: int
    head: SourceBlock | None
    rows: tuple[SourceRow, ...]
    loose: tuple[SourceBlock, ...]

    def blocks(self) -> Iterator[SourceBlock]:
        """Every block of the page, in the order of the source."""
        if self.head is not None:
            yield self.head
        for row in self.rows:
            for cell in row.cells:
                yield from cell.blocks
        yield from self.loose


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the file that its reader noticed and a person should know.

    ``repaired``: nothing is to be decided about it.
    """

    line: int
    message: str
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A document as its reader found it. ``pages[0]`` is the cover.

    ``raw_words`` are the words of every line as a second, simpler reading of the file gives
    them: what the blocks must add up to. ``line_names`` name the lines of a document that has
    none, such as “sheet Part I, row 7”. ``by_columns`` tells that it is a sheet with a row for each
    element, of which somebody or its headings said what the columns hold.
    """

    name: str
    sha256: str
    pages: tuple[SourcePage, ...]
    raw_words: tuple[tuple[int, tuple[str, ...]], ...]
    line_names: Mapping[int, str] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    by_columns: bool = False

    def where(self, line: int) -> str:
        """The place of ``line`` in words."""
        return self.line_names.get(line) or f"line {line}"

    def blocks(self) -> Iterator[SourceBlock]:
        for page in self.pages:
            yield from page.blocks()

    @property
    def word_count(self) -> int:
        return sum(len(words(block.text)) for block in self.blocks())


_ID = re.compile(
    r"p(?P<page>\d+)\."
    r"(?:(?P<head>head)|x(?P<loose>\d+)|r(?P<row>\d+)\.c(?P<cell>\d+)\.b(?P<block>\d+))"
    r"(?:#(?P<piece>\d+))?"
)


@dataclass(frozen=True, slots=True)
class BlockPlace:
    """A block id taken apart. Numbers are 1-based but for ``page`` 0, the cover, and ``row`` 0,
    the column headings. ``piece`` counts the pieces of a block that was split."""

    page: int
    row: int | None = None
    cell: int | None = None
    block: int | None = None
    loose: int | None = None
    piece: int | None = None


def place_of(block_id: str) -> BlockPlace | None:
    """Take a block id apart; None for an id that names no place in the source."""
    match = _ID.fullmatch(block_id)
    if match is None:
        return None
    numbers = {
        name: int(match[name]) if match[name] else None
        for name in ("row", "cell", "block", "loose", "piece")
    }
    return BlockPlace(page=int(match["page"]), **numbers)
