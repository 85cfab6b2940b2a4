"""Pieces of the rows of which the document itself says what stands in them.

Nothing is guessed here. A time-frame or status covers the elements of the rows over which its
cell is merged, and those of the rows whose cells point to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from plans.reading.draft import Draft, Piece, joined, piece_of
from plans.reading.source_table import BlockKind, BlockRole, SourceCell, SourcePage, SourceRow

# Of these, the blocks of one cell are one text.
_ONE_TEXT = frozenset({BlockRole.ISSUE, BlockRole.GROUP_HEADING, BlockRole.LEAD_IN})
_BESIDE = {3: BlockRole.TIME_FRAME, 4: BlockRole.STATUS}


def declared_pieces(row: SourceRow, source_row: str) -> Iterator[Piece]:
    """The pieces of a declared row, in order. Words of a missing element are boilerplate."""
    for column, cell in enumerate(row.cells, 1):
        pieces = [_piece(block_piece) for block_piece in _of_cell(cell, source_row)]
        if row.missing and column == 2:
            yield from _missing(pieces, row, source_row)
            continue
        if cell.category and not any(piece.role is BlockRole.STATUS for piece in pieces):
            # A status of which nothing but its category is known.
            pieces.append(_blank(f"{source_row}.c{column}.b0", BlockRole.STATUS, row, source_row))
        for piece in pieces:
            status = piece.role is BlockRole.STATUS
            yield replace(piece, category=cell.category) if status else piece


def with_covers_of_spans(draft: Draft, pages: Iterable[SourcePage]) -> None:
    """Let the time-frames and statuses of merged cells cover the elements beside those cells."""
    elements: dict[str, list[str]] = defaultdict(list)
    for piece in draft:
        if piece.role is BlockRole.ELEMENT:
            elements[piece.source_row].append(piece.id)
    covered: dict[str, list[str]] = defaultdict(list)
    for page in pages:
        for row in page.rows:
            for column, cell in enumerate(row.cells, 1):
                if column not in _BESIDE or not (row.declared or cell.span > 1):
                    continue
                home = cell.points_to or f"p{page.number}.r{row.number}.c{column}"
                for number in range(row.number, row.number + cell.span):
                    covered[home] += elements[f"p{page.number}.r{number}"]
    beside: dict[tuple[str, BlockRole], list[int]] = defaultdict(list)
    for index, piece in enumerate(draft.pieces):
        cell_id = piece.id.partition("#")[0].rpartition(".")[0]
        if piece.role in _BESIDE.values() and piece.covers is None and covered.get(cell_id):
            beside[cell_id, piece.role].append(index)
    for (cell_id, role), indexes in beside.items():
        _cover(draft, indexes, covered[cell_id], role)


def _cover(draft: Draft, indexes: list[int], elements: list[str], role: BlockRole) -> None:
    pieces = [draft.pieces[index] for index in indexes]
    if role is BlockRole.TIME_FRAME and not pieces[0].declared and len(pieces) == len(elements) > 1:
        covers: list[tuple[str, ...]] = [(element,) for element in elements]
        cells = [piece.id for piece in pieces]
    else:
        if role is BlockRole.TIME_FRAME and not pieces[0].declared and len(pieces) > 1:
            draft.anomaly(
                pieces[0],
                f"{len(pieces)} time-frames in a cell beside {len(elements)} elements; "
                "taken as one",
            )
        covers = [tuple(elements)] * len(pieces)
        cells = [pieces[0].id] * len(pieces)
    for index, piece, covered, cell in zip(indexes, pieces, covers, cells, strict=True):
        draft.pieces[index] = replace(piece, covers=covered, cell=cell, pair=None)


def _of_cell(cell: SourceCell, source_row: str) -> Iterator[Piece]:
    pieces = [
        piece_of(block, block.role or BlockRole.UNPLACED, source_row=source_row)
        for block in cell.blocks
    ]
    for role, run in groupby(pieces, lambda piece: piece.role):
        if role in _ONE_TEXT:
            yield joined(run)
        else:
            yield from run


def _piece(piece: Piece) -> Piece:
    return replace(piece, kind=BlockKind.BULLET) if piece.role is BlockRole.ELEMENT else piece


def _missing(pieces: list[Piece], row: SourceRow, source_row: str) -> Iterator[Piece]:
    for piece in pieces:
        is_element = piece.role is BlockRole.ELEMENT
        yield replace(piece, role=BlockRole.BOILERPLATE) if is_element else piece
    element = _blank(f"{source_row}.c2.b0", BlockRole.ELEMENT, row, source_row)
    yield replace(element, kind=BlockKind.BULLET, missing=True)


def _blank(name: str, role: BlockRole, row: SourceRow, source_row: str) -> Piece:
    return Piece(
        id=name,
        text="",
        kind=BlockKind.PARAGRAPH,
        role=role,
        line=row.line,
        source_row=source_row,
        sources=(),
        declared=True,
    )
