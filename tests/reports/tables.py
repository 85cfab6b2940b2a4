"""Small reports, said in one line: what is reported on which elements of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from plans.reports.table import (
    ElementCell,
    GroupCell,
    IssueCell,
    PartTable,
    ReportTable,
    StatusCell,
    TimeFrameCell,
)
from plans.text.timeframes import read_rule
from tests.reports.samples import COLUMNS, sample


@dataclass(frozen=True)
class Said:
    """A status, all of whose elements are in the same schedule state."""

    text: str
    category: str = "in_progress"
    schedule: str = "on_schedule"


def report(
    said: Mapping[object, Said | None],
    *,
    state: str = "closed",
    as_at: date = date(2000, 8, 31),
    parent: str | None = None,
) -> ReportTable:
    """A report on the elements that ``said`` names, with what it says of them.

    A key is one element or a tuple of them: a number for an element of issue I.1, or a reference.
    None means that the element has no status. With ``parent``, I.1 is a sub-issue of that one.
    """
    status_of: dict[str, str | None] = {}
    statuses = []
    for number, (key, cell) in enumerate(said.items(), 1):
        covers = tuple(
            f"I.1.{name}" if isinstance(name, int) else str(name)
            for name in (key if isinstance(key, tuple) else (key,))
        )
        status_of |= dict.fromkeys(covers, f"status-{number}" if cell else None)
        if cell is not None:
            schedule = dict.fromkeys(covers, cell.schedule)
            statuses.append(
                StatusCell(f"status-{number}", cell.category, cell.text, covers, schedule)
            )
    numbers = sorted({name.partition(".")[0] for name in status_of})
    table = sample()
    sha256 = table.round.record_sha256 if state == "closed" else None
    return replace(
        table,
        plan=replace(table.plan, slug="technical-cooperation"),
        version=replace(table.version, slug="gb276-tc-2"),
        round=replace(table.round, as_at=as_at, state=state, record_sha256=sha256),
        parts=tuple(_part(number, status_of, statuses, parent) for number in numbers),
    )


def _part(
    number: str,
    status_of: Mapping[str, str | None],
    statuses: list[StatusCell],
    parent: str | None,
) -> PartTable:
    names = sorted(name for name in status_of if name.startswith(f"{number}."))
    issue = f"{number}.1"
    frame = TimeFrameCell(f"tf-{issue}-1", "By end 2000", tuple(names), read_rule("By end 2000"))
    issues = [
        IssueCell(
            reference=issue,
            number="1",
            parent=parent,
            title="Focus",
            context="There will be:",
            notes=(),
            groups=(GroupCell(None, "In parallel:", tuple(names)),),
        )
    ]
    if parent is not None:
        issues.insert(0, IssueCell(parent, "0", None, "A coherent programme", "", (), ()))
    return PartTable(
        number=number,
        title=f"Part {number}",
        columns=COLUMNS,
        issues=tuple(issues),
        elements=tuple(
            ElementCell(name, issue, f"words of {name};", False, (), (), frame.id, status_of[name])
            for name in names
        ),
        time_frames=(frame,),
        statuses=tuple(one for one in statuses if one.covers[0] in names),
    )
