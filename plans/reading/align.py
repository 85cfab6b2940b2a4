"""Align: which elements each time-frame and each status covers.

A row of the source table tells which elements, time-frames and statuses stand beside each other,
but not which covers which. One for all, or as many as there are elements, is plain; every other
count is taken in order and reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from plans.reading.draft import Draft, Piece
from plans.reading.source_table import BlockKind, BlockRole


@dataclass(frozen=True, slots=True)
class AlignedCell:
    """One printed cell: its pieces in order, and the ids of the elements that it covers."""

    pieces: tuple[Piece, ...]
    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """``unplaced`` are time-frames and statuses for which no element was found."""

    time_frames: tuple[AlignedCell, ...]
    statuses: tuple[AlignedCell, ...]
    unplaced: tuple[Piece, ...]


def align(draft: Draft) -> Alignment:
    """Find the elements of every time-frame and status of ``draft``.

    Pieces with ``covers`` say it themselves. No element gets two time-frames or two statuses.
    Ambiguities are added to ``draft.anomalies``.
    """
    return _Aligner(draft).result()


class _Aligner:
    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.order = {piece.id: index for index, piece in enumerate(draft.pieces)}
        self.issue_of: dict[str, str] = {}
        self.group_of: dict[str, int] = {}
        self.elements: dict[str, list[Piece]] = defaultdict(list)
        self.frames: dict[str, list[Piece]] = defaultdict(list)
        self.statuses: dict[str, list[Piece]] = defaultdict(list)
        self.source_rows: dict[str, None] = {}
        self._collect()
        self._hand_back()
        self.found_frames: list[AlignedCell] = []
        self.found_statuses: list[AlignedCell] = []
        self.unplaced: list[Piece] = []
        self.frame_of: dict[str, str] = {}
        self.status_of: dict[str, str] = {}

    def _collect(self) -> None:
        holders = {
            BlockRole.ELEMENT: self.elements,
            BlockRole.TIME_FRAME: self.frames,
            BlockRole.STATUS: self.statuses,
        }
        issue, group = "", 0
        for piece in self.draft.pieces:
            if piece.role is BlockRole.ISSUE:
                issue = piece.id
            if piece.role in (BlockRole.ISSUE, BlockRole.GROUP_HEADING, BlockRole.LEAD_IN):
                group += 1
            if piece.role not in holders:
                continue
            if piece.role is BlockRole.ELEMENT:
                self.issue_of[piece.id] = issue
                self.group_of[piece.id] = group
            holders[piece.role][piece.source_row].append(piece)
            self.source_rows[piece.source_row] = None

    def _hand_back(self) -> None:
        """Give time-frames beside a row without elements to the row above if it lacks some.

        In print the column of time-frames runs on; in the conversion its end slipped down
        beside the next issue's label and context.
        """
        for above, source_row in pairwise(list(self.source_rows)):
            slipped = [frame for frame in self.frames[source_row] if frame.covers is None]
            lacking = len(self.elements[above]) - len(self.frames[above])
            if self.elements[source_row] or not 0 < len(slipped) <= lacking:
                continue
            self.draft.anomaly(
                slipped[0], "stood beside no element; taken for those of the row above"
            )
            self.frames[above] += slipped
            self.frames[source_row] = []

    def result(self) -> Alignment:
        self._explicit()
        waiting: list[Piece] = []
        for source_row in self.source_rows:
            beside = [
                p
                for p in (*self.frames[source_row], *self.statuses[source_row])
                if p.covers is None
            ]
            if not self.elements[source_row]:
                waiting += beside
                continue
            if waiting:
                self.draft.anomaly(
                    waiting[0], "stood beside no element; taken for those of the next row"
                )
            self._source_row(self.elements[source_row], waiting + beside)
            waiting = []
        self.unplaced += waiting
        for piece in waiting:
            self.draft.anomaly(piece, "stands beside no element")
        return Alignment(
            time_frames=tuple(sorted(self.found_frames, key=self._place)),
            statuses=tuple(sorted(self.found_statuses, key=self._place)),
            unplaced=tuple(self.unplaced),
        )

    def _place(self, cover: AlignedCell) -> tuple[int, int]:
        return self.order[cover.elements[0]], self.order[cover.pieces[0].id]

    # What a correction or the classifier has already settled

    def _explicit(self) -> None:
        cells: dict[str, list[Piece]] = defaultdict(list)
        for piece in self.draft.pieces:
            if piece.covers is None or piece.role not in (BlockRole.TIME_FRAME, BlockRole.STATUS):
                continue
            cells[f"{piece.role}:{piece.cell or piece.id}"].append(piece)
        for pieces in cells.values():
            self._cover(pieces, pieces[0].covers or ())

    # One row

    def _source_row(self, elements: list[Piece], beside: list[Piece]) -> None:
        frames = [piece for piece in beside if piece.role is BlockRole.TIME_FRAME]
        statuses = [piece for piece in beside if piece.role is BlockRole.STATUS]
        free = [piece for piece in elements if piece.id not in self.frame_of]
        self._share([[frame] for frame in frames], free or elements)
        placed = set()
        for piece in statuses:
            covered = [e.id for e in elements if self.frame_of.get(e.id) == piece.pair]
            if piece.pair is not None and covered:
                self._cover([piece], covered)
                placed.add(piece.id)
        rest = [piece for piece in statuses if piece.id not in placed]
        free = [piece for piece in elements if piece.id not in self.status_of]
        self._share(_as_cells(rest), free or elements)

    def _share(self, cells: list[list[Piece]], elements: list[Piece]) -> None:
        """Share ``cells`` out to ``elements``, in order."""
        if not cells:
            return
        one_status = len(elements) == 1 and cells[0][0].role is BlockRole.STATUS
        if len(cells) == 1 or one_status:
            self._cover([p for cell in cells for p in cell], [e.id for e in elements])
            return
        groups = [list(group) for _, group in groupby(elements, lambda e: self.group_of[e.id])]
        if len(cells) == len(groups) != len(elements):
            for cell, group in zip(cells, groups, strict=True):
                self._cover(cell, [element.id for element in group])
            return
        if len(cells) != len(elements):
            what = "time-frames" if cells[0][0].role is BlockRole.TIME_FRAME else "statuses"
            self.draft.anomaly(
                cells[0][0], f"{len(cells)} {what} for {len(elements)} elements; taken in order"
            )
        last = min(len(cells), len(elements)) - 1
        for index in range(last):
            self._cover(cells[index], [elements[index].id])
        if len(cells) > len(elements) and cells[0][0].role is BlockRole.TIME_FRAME:
            self._cover(cells[last], [elements[last].id])
            for cell in cells[last + 1 :]:
                self.draft.anomaly(cell[0], "a time-frame for which there is no element")
                self.unplaced += cell
        else:
            self._cover(
                [piece for cell in cells[last:] for piece in cell],
                [element.id for element in elements[last:]],
            )

    def _cover(self, pieces: Sequence[Piece], elements: Sequence[str]) -> None:
        """Record one cell, for those of ``elements`` that are still free."""
        frames = pieces[0].role is BlockRole.TIME_FRAME
        taken = self.frame_of if frames else self.status_of
        free = [element for element in elements if element in self.issue_of]
        if frames:
            # A time-frame belongs to one issue.
            free = [e for e in free if self.issue_of[e] == self.issue_of[free[0]]]
        free = [element for element in free if element not in taken]
        if len(free) < len(elements):
            self.draft.anomaly(
                pieces[0], "covers an element that has one already, or is of another issue"
            )
        if not free:
            self.unplaced += pieces
            return
        for element in free:
            taken[element] = pieces[0].id
        cover = AlignedCell(tuple(pieces), tuple(sorted(free, key=self.order.__getitem__)))
        (self.found_frames if frames else self.found_statuses).append(cover)


def _as_cells(statuses: Iterable[Piece]) -> list[list[Piece]]:
    """Statuses as cells: bullets go with what stands before them in the same cell."""
    cells: list[list[Piece]] = []
    for piece in statuses:
        goes_on = piece.kind is BlockKind.BULLET and cells and _same_cell(cells[-1][-1], piece)
        if goes_on:
            cells[-1].append(piece)
        else:
            cells.append([piece])
    return cells


def _same_cell(one: Piece, other: Piece) -> bool:
    """``p3.r1.c4.b1`` and ``p3.r1.c4.b2`` stand in the same cell of the source."""
    return one.sources[0].rpartition(".")[0] == other.sources[0].rpartition(".")[0]
