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
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from plans.prose import words


class SourceError(ValueError):
    """A document that cannot be read. ``line`` is 1-based, or None when no line is to blame."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(f"line {line}: {message}" if line is not None else message)
        self.line = line


class BlockKind(StrEnum):
    PARAGRAPH = "paragraph"
    BULLET = "bullet"


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph or bullet. ``signed`` tells that a bullet sign was printed before it."""

    id: str
    kind: BlockKind
    text: str
    line: int
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        return " ".join(block.text for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` counts from 0 in its table; ``cells`` are as many as the table has columns."""

    number: int
    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One table with the line above it and the loose text below it.

    Page 0 is what stands before the first table; it has neither head nor rows.
    """

    number: int
    head: Block | None
    rows: tuple[Row, ...]
    loose: tuple[Block, ...]

    def blocks(self) -> Iterator[Block]:
        """Every block of the page, in the order of the source."""
        if self.head is not None:
            yield self.head
        for row in self.rows:
            for cell in row.cells:
                yield from cell.blocks
        yield from self.loose


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A document as its reader found it. ``pages[0]`` is the cover.

    ``raw_words`` are the words of every line as a second, simpler reading of the file gives
    them: what the blocks must add up to.
    """

    name: str
    sha256: str
    pages: tuple[Page, ...]
    raw_words: tuple[tuple[int, tuple[str, ...]], ...]

    def blocks(self) -> Iterator[Block]:
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
