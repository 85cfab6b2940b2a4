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
from plans.reading.source_table import BlockKind, Cell, Page, Role, Row

# Of these, the blocks of one cell are one text.
_ONE_TEXT = frozenset({Role.ISSUE, Role.GROUP_HEADING, Role.LEAD_IN})
_BESIDE = {3: Role.TIME_FRAME, 4: Role.STATUS}


def told_pieces(row: Row, band: str) -> Iterator[Piece]:
    """The pieces of a told row, in order. Words of a missing element are furniture."""
    for column, cell in enumerate(row.cells, 1):
        pieces = [_piece(block_piece) for block_piece in _of_cell(cell, band)]
        if row.missing and column == 2:
            yield from _missing(pieces, row, band)
            continue
        if cell.category and not any(piece.role is Role.STATUS for piece in pieces):
            # A status of which nothing but its category is known.
            pieces.append(_blank(f"{band}.c{column}.b0", Role.STATUS, row, band))
        for piece in pieces:
            status = piece.role is Role.STATUS
            yield replace(piece, category=cell.category) if status else piece


def with_covers_of_spans(draft: Draft, pages: Iterable[Page]) -> None:
    """Let the time-frames and statuses of merged cells cover the elements beside those cells."""
    elements: dict[str, list[str]] = defaultdict(list)
    for piece in draft:
        if piece.role is Role.ELEMENT:
            elements[piece.band].append(piece.id)
    covered: dict[str, list[str]] = defaultdict(list)
    for page in pages:
        for row in page.rows:
            for column, cell in enumerate(row.cells, 1):
                if column not in _BESIDE or not (row.told or cell.span > 1):
                    continue
                home = cell.points_to or f"p{page.number}.r{row.number}.c{column}"
                for number in range(row.number, row.number + cell.span):
                    covered[home] += elements[f"p{page.number}.r{number}"]
    beside: dict[tuple[str, Role], list[int]] = defaultdict(list)
    for index, piece in enumerate(draft.pieces):
        cell_id = piece.id.partition("#")[0].rpartition(".")[0]
        if piece.role in _BESIDE.values() and piece.covers is None and covered.get(cell_id):
            beside[cell_id, piece.role].append(index)
    for (cell_id, role), indexes in beside.items():
        _cover(draft, indexes, covered[cell_id], role)


def _cover(draft: Draft, indexes: list[int], elements: list[str], role: Role) -> None:
    pieces = [draft.pieces[index] for index in indexes]
    if role is Role.TIME_FRAME and not pieces[0].told and len(pieces) == len(elements) > 1:
        covers: list[tuple[str, ...]] = [(element,) for element in elements]
        cells = [piece.id for piece in pieces]
    else:
        if role is Role.TIME_FRAME and not pieces[0].told and len(pieces) > 1:
            draft.anomaly(
                pieces[0],
                f"{len(pieces)} time-frames in a cell beside {len(elements)} elements; "
                "taken as one",
            )
        covers = [tuple(elements)] * len(pieces)
        cells = [pieces[0].id] * len(pieces)
    for index, piece, covered, cell in zip(indexes, pieces, covers, cells, strict=True):
        draft.pieces[index] = replace(piece, covers=covered, cell=cell, pair=None)


def _of_cell(cell: Cell, band: str) -> Iterator[Piece]:
    pieces = [piece_of(block, block.role or Role.UNPLACED, band=band) for block in cell.blocks]
    for role, run in groupby(pieces, lambda piece: piece.role):
        if role in _ONE_TEXT:
            yield joined(run)
        else:
            yield from run


def _piece(piece: Piece) -> Piece:
    return replace(piece, kind=BlockKind.BULLET) if piece.role is Role.ELEMENT else piece


def _missing(pieces: list[Piece], row: Row, band: str) -> Iterator[Piece]:
    for piece in pieces:
        told = piece.role is Role.ELEMENT
        yield replace(piece, role=Role.FURNITURE) if told else piece
    element = _blank(f"{band}.c2.b0", Role.ELEMENT, row, band)
    yield replace(element, kind=BlockKind.BULLET, missing=True)


def _blank(name: str, role: Role, row: Row, band: str) -> Piece:
    return Piece(
        id=name,
        text="",
        kind=BlockKind.PARAGRAPH,
        role=role,
        line=row.line,
        band=band,
        sources=(),
        told=True,
    )
