"""Reports on one plan version in two rounds, for the tests of comparisons."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from plans.reports.changes import Comparison
from plans.reports.table import PartTable, ReportTable, StatusCell
from plans.text.categories import Category
from plans.text.timeframes import ScheduleState
from tests.strategies import texts


def merged(comparison: Comparison) -> ReportTable:
    """The table of both reports, to be laid out."""
    return replace(comparison.new, parts=comparison.parts)


@st.composite
def later_report(draw: st.DrawFn, table: ReportTable) -> ReportTable:
    """A later round's report on the same plan: some statuses stay, others do not.

    Elements may be grouped anew, their words and an issue's may have been corrected, and one may
    have left the plan.
    """
    old = {status.id: status for part in table.parts for status in part.statuses}
    names = [element.reference for part in table.parts for element in part.elements]
    gone = draw(st.sets(st.sampled_from(names), max_size=1)) if names else set()
    ids = ["status-1", "status-2", "status-4"]
    status_of: dict[str, str | None] = {}
    covered: dict[str, list[str]] = defaultdict(list)
    for part in table.parts:
        for element in part.elements:
            if element.reference in gone:
                continue
            kept = element.status is None or draw(st.booleans())
            found = element.status if kept else draw(st.none() | st.sampled_from(ids))
            status_of[element.reference] = found
            if found is not None:
                covered[found].append(element.reference)
    statuses = {
        name: StatusCell(
            id=name,
            category=draw(st.sampled_from([category.value for category in Category])),
            text=old[name].text if name in old and draw(st.booleans()) else draw(texts),
            covers=tuple(references),
            schedule={
                reference: draw(st.sampled_from([state.value for state in ScheduleState]))
                for reference in references
            },
        )
        for name, references in covered.items()
    }

    def part_of(part: PartTable) -> PartTable:
        elements = tuple(
            replace(
                element,
                status=status_of[element.reference],
                text=element.text if draw(st.booleans()) else draw(texts),
            )
            for element in part.elements
            if element.reference not in gone
        )
        here = {element.reference for element in elements}
        return replace(
            part,
            elements=elements,
            issues=tuple(
                replace(
                    issue,
                    title=issue.title if draw(st.booleans()) else draw(texts),
                    groups=tuple(
                        replace(
                            group,
                            elements=tuple(name for name in group.elements if name not in gone),
                        )
                        for group in issue.groups
                    ),
                )
                for issue in part.issues
            ),
            time_frames=tuple(
                replace(frame, covers=tuple(name for name in frame.covers if name not in gone))
                for frame in part.time_frames
            ),
            statuses=tuple(one for one in statuses.values() if one.covers[0] in here),
        )

    return replace(
        table,
        round=replace(table.round, as_at=date(2200, 2, 28), label="Status as at 28 February 2200"),
        parts=tuple(part_of(part) for part in table.parts),
    )
