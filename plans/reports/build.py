"""The Parts of a report table, built from plain rows: of the database, or of a document. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from plans.reports.table import (
    ElementCell,
    IssueCell,
    PartTable,
    StatusCell,
    TimeFrameCell,
)
from plans.text.categories import Category
from plans.text.timeframes import Rule, schedule_state


@dataclass(frozen=True, slots=True)
class IssueRow:
    """An issue and what belongs to it, in order: elements that have no status yet, and time-frames
    that say nothing yet of what they cover."""

    cell: IssueCell
    elements: Sequence[ElementCell]
    time_frames: Sequence[TimeFrameCell]


@dataclass(frozen=True, slots=True)
class PartRow:
    """A Part; ``headings`` are those of its first three columns."""

    number: str
    title: str
    headings: tuple[str, str, str]
    issues: Sequence[IssueRow]


@dataclass(frozen=True, slots=True)
class StatusRow:
    """A status; ``ordinal`` is its place in the round, ``covers`` are references of elements."""

    ordinal: int
    category: Category
    text: str
    covers: Iterable[str]


def time_frame_id(issue: str, ordinal: int) -> str:
    """The id in a report table of the time-frame ``ordinal`` of the issue with this reference."""
    return f"tf-{issue}-{ordinal}"


def build_parts(
    parts: Sequence[PartRow], statuses: Iterable[StatusRow], *, label: str, as_at: date
) -> tuple[PartTable, ...]:
    """The Parts of a report with the round's ``label``, schedule states reckoned ``as_at`` a day.

    An element has at most one status. A status's id is ``status-<ordinal>``; it is in the Part of
    its first element, and left out when it covers none. Raises KeyError for a status that covers
    an element of no Part.
    """
    rules: dict[str, Rule] = {}
    covered: defaultdict[str, list[str]] = defaultdict(list)
    frame_of: dict[str, str | None] = {}
    for part in parts:
        for issue in part.issues:
            rules.update((frame.id, frame.rule) for frame in issue.time_frames)
            for element in issue.elements:
                frame_of[element.reference] = element.time_frame
                if element.time_frame is not None:
                    covered[element.time_frame].append(element.reference)
    position = {reference: index for index, reference in enumerate(frame_of)}
    starting: dict[str, StatusCell] = {}
    status_of: dict[str, str] = {}
    for status in statuses:
        covers = tuple(sorted(status.covers, key=position.__getitem__))
        if not covers:
            continue
        cell = StatusCell(
            id=f"status-{status.ordinal}",
            category=status.category.value,
            text=status.text,
            covers=covers,
            schedule={
                reference: schedule_state(
                    None if (frame := frame_of[reference]) is None else rules[frame],
                    completed=status.category.completed,
                    as_at=as_at,
                ).value
                for reference in covers
            },
        )
        starting[covers[0]] = cell
        status_of.update(dict.fromkeys(covers, cell.id))
    return tuple(
        PartTable(
            number=part.number,
            title=part.title,
            columns=(*part.headings, label),
            issues=tuple(issue.cell for issue in part.issues),
            elements=tuple(
                replace(element, status=status_of.get(element.reference))
                for issue in part.issues
                for element in issue.elements
            ),
            time_frames=tuple(
                replace(frame, covers=tuple(covered[frame.id]))
                for issue in part.issues
                for frame in issue.time_frames
            ),
            statuses=tuple(
                starting[element.reference]
                for issue in part.issues
                for element in issue.elements
                if element.reference in starting
            ),
        )
        for part in parts
    )
