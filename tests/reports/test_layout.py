"""Rows and spans of the report's table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given

from plans.reports.canonical import ReportTableError
from plans.reports.layout import CrossReference, IssueStart, LayoutRow, RowKind, Slot, lay_out
from plans.reports.table import (
    Cover,
    ElementCell,
    GroupCell,
    IssueCell,
    PartTable,
    PlanHead,
    ReportTable,
    RoundHead,
    StatusCell,
    TimeFrameCell,
    VersionHead,
)
from plans.text.timeframes import read_rule
from tests.factories import AS_AT
from tests.strategies import report_tables


def element(reference: str, *, frame: str | None = None, status: str | None = None) -> ElementCell:
    return ElementCell(
        reference=reference,
        issue=reference.rpartition(".")[0],
        text=f"text of {reference}",
        missing_in_source=False,
        notes=(),
        source=(),
        time_frame=frame,
        status=status,
    )


def issue(
    reference: str,
    *groups: GroupCell,
    context: str = "",
    parent: str | None = None,
) -> IssueCell:
    return IssueCell(
        reference=reference,
        number=reference.partition(".")[2],
        parent=parent,
        title=f"title of {reference}",
        context=context,
        notes=(),
        groups=groups,
    )


def group(
    *elements: ElementCell, heading: str | None = None, lead_in: str | None = None
) -> GroupCell:
    return GroupCell(heading, lead_in, tuple(element.reference for element in elements))


def part(number: str, issues: Sequence[IssueCell], elements: Sequence[ElementCell]) -> PartTable:
    """A Part that holds the cells which its elements name first, under texts equal to their ids.

    A status that an earlier Part holds must be taken out by the test.
    """
    frames = dict.fromkeys(e.time_frame for e in elements if e.time_frame)
    statuses = dict.fromkeys(e.status for e in elements if e.status)
    return PartTable(
        number=number,
        title=f"title of Part {number}",
        columns=("Issues", "Elements", "Time-frame", "Status"),
        issues=tuple(issues),
        elements=tuple(elements),
        time_frames=tuple(
            TimeFrameCell(
                id=name,
                text=name,
                covers=tuple(e.reference for e in elements if e.time_frame == name),
                rule=read_rule("By end 2000"),
            )
            for name in frames
        ),
        statuses=tuple(
            StatusCell(
                id=name,
                category="in_progress",
                text=name,
                covers=tuple(e.reference for e in elements if e.status == name),
                schedule={},
            )
            for name in statuses
        ),
    )


def table(*parts: PartTable) -> ReportTable:
    return ReportTable(
        plan=PlanHead("plan", "Plan"),
        version=VersionHead("version", "GB.1", "1st Session", None, "en"),
        round=RoundHead(AS_AT, "Status", "open", "", False, "", None),
        cover=Cover("", "", (), (), ""),
        parts=parts,
    )


def rows(*parts: PartTable) -> list[LayoutRow]:
    return [row for layout in lay_out(table(*parts)) for row in layout.rows]


def slot(value: Slot[TimeFrameCell] | Slot[StatusCell] | None) -> tuple[str, int] | None:
    """A slot as what is printed and how high: ``("", 1)`` is blank, None is spanned."""
    if value is None:
        return None
    printed = value.cell.text if value.cell else f"see {value.see.text}" if value.see else ""
    return printed, value.rowspan


def time_frames(*parts: PartTable) -> list[tuple[str, int] | None]:
    return [slot(row.time_frame) for row in rows(*parts)]


def statuses(*parts: PartTable) -> list[tuple[str, int] | None]:
    return [slot(row.status) for row in rows(*parts)]


def test_context_then_heading_and_lead_in_then_a_row_for_each_element() -> None:
    first, second = element("I.1.1"), element("I.1.2")
    one = issue(
        "I.1",
        group(first),
        group(second, heading="General", lead_in="In parallel:"),
        context="To be coherent:",
    )
    found = rows(part("I", [one], [first, second]))
    assert [(row.kind, row.text, row.element) for row in found] == [
        (RowKind.CONTEXT, "To be coherent:", None),
        (RowKind.ELEMENT, "", first),
        (RowKind.HEADING, "General", None),
        (RowKind.LEAD_IN, "In parallel:", None),
        (RowKind.ELEMENT, "", second),
    ]


def test_the_issue_s_cell_stands_once_beside_all_its_rows() -> None:
    first, second = element("I.1.1"), element("I.2.1")
    one, two = issue("I.1", group(first), context="Context"), issue("I.2", group(second))
    found = rows(part("I", [one, two], [first, second]))
    assert [row.start for row in found] == [
        IssueStart(one, rowspan=2, heads_next=False),
        None,
        IssueStart(two, rowspan=1, heads_next=False),
    ]


def test_a_parent_issue_s_title_stands_once_above_its_first_sub_issue() -> None:
    first, second = element("I.1(a).1"), element("I.1(b).1")
    parent = issue("I.1")
    one = issue("I.1(a)", group(first), parent="I.1")
    two = issue("I.1(b)", group(second), parent="I.1")
    found = rows(part("I", [parent, one, two], [first, second]))
    assert [(row.kind, row.start) for row in found] == [
        (RowKind.TITLE, IssueStart(parent, rowspan=1, heads_next=True)),
        (RowKind.ELEMENT, IssueStart(one, rowspan=1, heads_next=False)),
        (RowKind.ELEMENT, IssueStart(two, rowspan=1, heads_next=False)),
    ]


def test_an_issue_with_nothing_beside_it_and_no_sub_issue_has_a_row_for_its_title() -> None:
    (row,) = rows(part("I", [issue("I.1")], []))
    assert (row.kind, row.start) == (RowKind.TITLE, IssueStart(issue("I.1"), 1, heads_next=False))


def test_a_parent_with_a_context_of_its_own_is_an_issue_like_any_other() -> None:
    first = element("I.1(a).1")
    parent = issue("I.1", context="Context")
    one = issue("I.1(a)", group(first), parent="I.1")
    found = rows(part("I", [parent, one], [first]))
    assert found[0].start == IssueStart(parent, rowspan=1, heads_next=False)


def test_a_cover_of_consecutive_elements_is_one_cell_spanning_them() -> None:
    elements = [
        element("I.1.1", frame="By March", status="Begun."),
        element("I.1.2", frame="By March", status="Done."),
        element("I.1.3", frame="By May", status="Done."),
    ]
    one = part("I", [issue("I.1", group(*elements), context="Context")], elements)
    assert time_frames(one) == [("", 1), ("By March", 2), None, ("By May", 1)]
    assert statuses(one) == [("", 1), ("Begun.", 1), ("Done.", 2), None]


def test_a_cover_spans_the_headings_and_lead_ins_between_its_elements() -> None:
    elements = [element(f"I.1.{n}", frame="By March") for n in (1, 2, 3)]
    groups = [
        group(elements[0]),
        group(elements[1], heading="General", lead_in="In parallel:"),
        group(elements[2], heading="Further"),
    ]
    assert time_frames(part("I", [issue("I.1", *groups)], elements)) == [
        ("By March", 6),
        None,
        None,
        None,
        None,
        None,
    ]


def test_a_heading_after_the_last_element_of_a_cover_is_not_spanned() -> None:
    elements = [element("I.1.1", frame="By March"), element("I.1.2", frame="By May")]
    groups = [group(elements[0]), group(elements[1], heading="General")]
    assert time_frames(part("I", [issue("I.1", *groups)], elements)) == [
        ("By March", 1),
        ("", 1),
        ("By May", 1),
    ]


def test_elements_without_a_cell_have_a_blank_one() -> None:
    elements = [element("I.1.1"), element("I.1.2", frame="By May"), element("I.1.3")]
    one = part("I", [issue("I.1", group(*elements))], elements)
    assert time_frames(one) == [("", 1), ("By May", 1), ("", 1)]
    assert statuses(one) == [("", 1), ("", 1), ("", 1)]


def test_a_cover_with_a_gap_is_printed_at_its_first_run_and_the_others_see_its_element() -> None:
    elements = [
        element("I.1.1"),
        element("I.1.2", frame="By March"),
        element("I.1.3"),
        element("I.1.4", frame="By March"),
        element("I.1.5", frame="By March"),
    ]
    one = part("I", [issue("I.1", group(*elements))], elements)
    assert time_frames(one) == [("", 1), ("By March", 1), ("", 1), ("see I.1.2", 2), None]
    see = rows(one)[3].time_frame
    assert see is not None
    assert see.see == CrossReference(text="I.1.2", target="I.1.2")


def test_a_cover_beyond_its_issue_starts_anew_there_and_sees_the_issue_where_it_is_printed() -> (
    None
):
    elements = [
        element("I.1.1", status="Under way."),
        element("I.2.1", status="Under way."),
        element("I.2.2", status="Under way."),
    ]
    issues = [issue("I.1", group(elements[0])), issue("I.2", group(*elements[1:]))]
    one = part("I", issues, elements)
    assert statuses(one) == [("Under way.", 1), ("see I.1", 2), None]
    see = rows(one)[1].status
    assert see is not None
    assert see.see == CrossReference(text="I.1", target="I.1.1")


def test_a_status_over_two_parts_is_printed_in_the_first_and_the_second_sees_it() -> None:
    first, second = element("I.2.1", status="Both."), element("II.1.1", status="Both.")
    one = part("I", [issue("I.2", group(first))], [first])
    two = replace(part("II", [issue("II.1", group(second))], [second]), statuses=())
    assert statuses(one, two) == [("Both.", 1), ("see I.2", 1)]


def test_an_element_that_no_group_names_comes_after_the_groups() -> None:
    named, forgotten = element("I.1.2"), element("I.1.1")
    found = rows(part("I", [issue("I.1", group(named))], [forgotten, named]))
    assert [row.element for row in found] == [named, forgotten]


def test_an_element_named_by_two_groups_is_refused() -> None:
    one = element("I.1.1")
    with pytest.raises(ReportTableError, match=r"I\.1: names I\.1\.1 twice"):
        rows(part("I", [issue("I.1", group(one), group(one))], [one]))


def test_a_group_that_names_an_element_which_the_table_has_not_is_refused() -> None:
    with pytest.raises(ReportTableError, match=r"I\.1: names I\.1\.1 twice, or the table has it"):
        rows(part("I", [issue("I.1", group(element("I.1.1")))], []))


def test_an_element_of_an_issue_that_its_part_has_not_is_refused() -> None:
    with pytest.raises(ReportTableError, match=r"I\.9\.1: Part I has no such issue"):
        rows(part("I", [issue("I.1")], [element("I.9.1")]))


def test_an_element_that_stands_twice_is_refused() -> None:
    with pytest.raises(ReportTableError, match=r"I\.1\.1: stands in the table twice"):
        rows(part("I", [issue("I.1")], [element("I.1.1"), element("I.1.1")]))


def test_a_status_that_the_table_has_not_is_refused() -> None:
    one = element("I.1.1", status="status-7")
    without = replace(part("I", [issue("I.1", group(one))], [one]), statuses=())
    with pytest.raises(ReportTableError, match=r"I\.1\.1: the table has no cell 'status-7'"):
        rows(without)


def filled(column: Sequence[int | None]) -> list[int]:
    """How often each row of a column is filled, from the rowspans that start in its rows."""
    times = [0] * len(column)
    for index, height in enumerate(column):
        for reached in range(index, index + (height or 0)):
            times[reached] += 1  # an IndexError is a cell that reaches beyond the rows
    return times


@given(report_tables())
def test_every_row_has_each_column_filled_exactly_once(report: ReportTable) -> None:
    for layout in lay_out(report):
        ones = [1] * len(layout.rows)
        for column in (
            [row.start.rowspan if row.start else None for row in layout.rows],
            [row.time_frame.rowspan if row.time_frame else None for row in layout.rows],
            [row.status.rowspan if row.status else None for row in layout.rows],
        ):
            assert filled(column) == ones


@given(report_tables())
def test_no_cell_reaches_beyond_its_issue(report: ReportTable) -> None:
    for layout in lay_out(report):
        left = 0
        for row in layout.rows:
            left = row.start.rowspan if row.start else left
            assert row.time_frame is None or row.time_frame.rowspan <= left
            assert row.status is None or row.status.rowspan <= left
            left -= 1


@given(report_tables())
def test_every_element_and_every_cell_that_covers_one_is_printed_exactly_once(
    report: ReportTable,
) -> None:
    found = [row for layout in lay_out(report) for row in layout.rows]
    assert [row.element for row in found if row.element] == [
        one for each in report.parts for one in each.elements
    ]
    frames = [row.time_frame.cell for row in found if row.time_frame and row.time_frame.cell]
    assert sorted(frame.id for frame in frames) == sorted(
        frame.id for each in report.parts for frame in each.time_frames
    )
    printed = [row.status.cell for row in found if row.status and row.status.cell]
    assert sorted(status.id for status in printed) == sorted(
        status.id for each in report.parts for status in each.statuses
    )


@given(report_tables())
def test_every_see_points_to_the_element_where_the_cell_is_printed(report: ReportTable) -> None:
    found = [row for layout in lay_out(report) for row in layout.rows]
    cell_at = {
        row.element.reference: row.status.cell.id
        for row in found
        if row.element and row.status and row.status.cell
    }
    for row in found:
        if row.element and row.status and row.status.see:
            assert cell_at[row.status.see.target] == row.element.status
