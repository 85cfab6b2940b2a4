"""How the report table is set: rows, and which cell stands beside which of them.

All writers print these rows, so that the table looks the same in every format. Pure.

The invariant: in every issue's rows, each of the four columns is filled exactly once. A row's
second column always has its own cell. The issue's cell, in the first column, starts at its first
row and spans all of them. In the third and fourth columns every row either starts a cell, perhaps
a blank one, or is spanned by one that a row above it started; no cell reaches beyond its issue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Generic, TypeVar

from plans.reports.canonical import ReportTableError
from plans.reports.table import (
    ElementCell,
    GroupCell,
    IssueCell,
    PartTable,
    ReportTable,
    StatusCell,
    TimeFrameCell,
)

C = TypeVar("C", TimeFrameCell, StatusCell)


class RowKind(StrEnum):
    """What stands in a row's second column.

    ``TITLE``: nothing. An issue that has neither context nor groups needs a row for its title;
    this is how a parent issue's title stands once above its first sub-issue.
    """

    TITLE = "title"
    CONTEXT = "context"
    HEADING = "heading"
    LEAD_IN = "lead_in"
    ELEMENT = "element"


@dataclass(frozen=True, slots=True)
class IssueStart:
    """The cell of the first column, at an issue's first row.

    ``rowspan`` is the number of all its rows. ``heads_next`` tells that the issue is only a
    title above sub-issues, so that no rule is drawn below it.
    """

    issue: IssueCell
    rowspan: int
    heads_next: bool


@dataclass(frozen=True, slots=True)
class CrossReference:
    """A pointer to where a cell is printed: “see ``text``”; ``target`` is an element's reference.

    ``text`` is the reference of the element when it is in the same issue, else of its issue.
    """

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Slot(Generic[C]):
    """A cell of the third or fourth column, ``rowspan`` rows high.

    It holds a time-frame or status, or points to one, or (both None) is blank.
    """

    cell: C | None
    see: CrossReference | None
    rowspan: int


@dataclass(frozen=True, slots=True)
class LayoutRow:
    """One row of a Part's table.

    ``text`` is the context, heading or lead-in; "" in other rows. ``group`` is set in the rows of
    headings and lead-ins only, ``element`` in element rows only, and ``start`` in an issue's first
    row only. ``time_frame`` and ``status`` are None where a cell started further up spans the row.
    """

    kind: RowKind
    text: str
    group: GroupCell | None
    start: IssueStart | None
    element: ElementCell | None
    time_frame: Slot[TimeFrameCell] | None
    status: Slot[StatusCell] | None


@dataclass(frozen=True, slots=True)
class PartLayout:
    part: PartTable
    rows: tuple[LayoutRow, ...]


def lay_out(table: ReportTable) -> tuple[PartLayout, ...]:
    """Set the whole report, Part by Part.

    Elements that no group of their issue names come after its groups, so that nothing is lost.
    A time-frame or status is printed beside the first run of elements without a gap that it
    covers, in the order of the table; each further run points there.

    Raises ReportTableError when an element is named twice or not at all, stands under an issue
    that its Part has not, or has a time-frame or status that the table has not.
    """
    parts = [(part, _lines_of(part)) for part in table.parts]
    elements = [
        line.element
        for _, issues in parts
        for _, lines in issues
        for line in lines
        if line.element is not None
    ]
    frames = _CellColumn(
        (frame for part in table.parts for frame in part.time_frames),
        elements,
        attrgetter("time_frame"),
    )
    statuses = _CellColumn(
        (status for part in table.parts for status in part.statuses),
        elements,
        attrgetter("status"),
    )
    parents = {issue.parent for part in table.parts for issue in part.issues}
    return tuple(
        PartLayout(
            part,
            tuple(
                row
                for issue, lines in issues
                for row in _rows(issue, lines, frames, statuses, issue.reference in parents)
            ),
        )
        for part, issues in parts
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """A row's second column."""

    kind: RowKind
    text: str = ""
    group: GroupCell | None = None
    element: ElementCell | None = None


def _lines_of(part: PartTable) -> list[tuple[IssueCell, list[_Line]]]:
    """The second column of a Part, issue by issue."""
    waiting: dict[str, dict[str, ElementCell]] = {issue.reference: {} for issue in part.issues}
    for element in part.elements:
        if element.issue not in waiting:
            raise ReportTableError(f"{element.reference}: Part {part.number} has no such issue")
        if element.reference in waiting[element.issue]:
            raise ReportTableError(f"{element.reference}: stands in the table twice")
        waiting[element.issue][element.reference] = element
    return [(issue, _lines(issue, waiting[issue.reference])) for issue in part.issues]


def _lines(issue: IssueCell, waiting: dict[str, ElementCell]) -> list[_Line]:
    lines = []
    if issue.context:
        lines.append(_Line(RowKind.CONTEXT, issue.context))
    for group in issue.groups:
        if group.heading:
            lines.append(_Line(RowKind.HEADING, group.heading, group))
        if group.lead_in:
            lines.append(_Line(RowKind.LEAD_IN, group.lead_in, group))
        for reference in group.elements:
            element = waiting.pop(reference, None)
            if element is None:
                raise ReportTableError(
                    f"{issue.reference}: names {reference} twice, or the table has it not"
                )
            lines.append(_Line(RowKind.ELEMENT, element=element))
    lines += (_Line(RowKind.ELEMENT, element=element) for element in waiting.values())
    return lines or [_Line(RowKind.TITLE)]


class _CellColumn(Generic[C]):
    """The third or the fourth column: its cells by id, and the element where each is printed.

    ``id_of`` gives the id of an element's cell.
    """

    def __init__(
        self,
        cells: Iterable[C],
        elements: Iterable[ElementCell],
        id_of: Callable[[ElementCell], str | None],
    ) -> None:
        self._cells: Mapping[str, C] = {cell.id: cell for cell in cells}
        self._id_of = id_of
        self._printed_at: dict[str, ElementCell] = {}
        for element in elements:
            cell_id = id_of(element)
            if cell_id is None:
                continue
            if cell_id not in self._cells:
                raise ReportTableError(f"{element.reference}: the table has no cell {cell_id!r}")
            self._printed_at.setdefault(cell_id, element)

    def slots(self, lines: Sequence[_Line]) -> list[Slot[C] | None]:
        """Set this column beside the ``lines`` of one issue."""
        slots: list[Slot[C] | None] = [Slot(None, None, 1) for _ in lines]
        start, last, previous = 0, 0, None
        for index, line in enumerate(lines):
            if line.element is None:
                continue
            cell_id = self._id_of(line.element)
            if cell_id is not None and cell_id == previous:
                # The run goes on, over any heading or lead-in since its last element.
                slots[last + 1 : index + 1] = [None] * (index - last)
            else:
                start, previous = index, cell_id
            last = index
            if cell_id is not None:
                slots[start] = self._slot(cell_id, lines[start].element, index - start + 1)
        return slots

    def _slot(self, cell_id: str, first: ElementCell | None, rowspan: int) -> Slot[C]:
        printed_at = self._printed_at[cell_id]
        if first is printed_at:
            return Slot(self._cells[cell_id], None, rowspan)
        same_issue = first is not None and first.issue == printed_at.issue
        text = printed_at.reference if same_issue else printed_at.issue
        return Slot(None, CrossReference(text, printed_at.reference), rowspan)


def _rows(
    issue: IssueCell,
    lines: Sequence[_Line],
    frames: _CellColumn[TimeFrameCell],
    statuses: _CellColumn[StatusCell],
    is_parent: bool,
) -> list[LayoutRow]:
    start = IssueStart(
        issue=issue,
        rowspan=len(lines),
        heads_next=is_parent and lines[0].kind is RowKind.TITLE,
    )
    return [
        LayoutRow(
            kind=line.kind,
            text=line.text,
            group=line.group,
            start=None if index else start,
            element=line.element,
            time_frame=time_frame,
            status=status,
        )
        for index, (line, time_frame, status) in enumerate(
            zip(lines, frames.slots(lines), statuses.slots(lines), strict=True)
        )
    ]
