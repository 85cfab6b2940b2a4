"""The report as CSV: one row for each action element, for spreadsheets.

UTF-8 with a byte-order mark, without which Excel breaks accents; commas, CRLF, quotes where they
are needed. Line breaks inside a cell are kept. The column headings are the same in every language,
because other programs read them. Rows with the same id of a time-frame or status share it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from plans.reports.canonical import rule_data
from plans.reports.layout import lay_out
from plans.reports.table import (
    ElementCell,
    GroupCell,
    IssueCell,
    PartTable,
    ReportTable,
    StatusCell,
    TimeFrameCell,
)
from plans.text.timeframes import Rule

COLUMNS = (
    "Part",
    "Part title",
    "Issue reference",
    "Issue number",
    "Issue title",
    "Context",
    "Group heading",
    "Lead-in",
    "Element reference",
    "Element",
    "Missing in source",
    "Time-frame",
    "Rule kind",
    "Starts on",
    "Due on",
    "Recurrence",
    "Precision",
    "Qualifier",
    "Status category",
    "Status",
    "Schedule state",
    "Status as at",
    "Plan document",
    "Round document",
    "Parent issue number",
    "Parent issue title",
    "Time-frame id",
    "Status id",
)

_RULE_FIELDS = ("kind", "starts_on", "due_on", "recurrence", "precision", "qualifier")
_NO_GROUP = GroupCell(None, None, ())
# A cell that begins with one of these is a formula to a spreadsheet; the wide forms too.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠")


def write(table: ReportTable) -> bytes:
    """The report as CSV, its first row being ``COLUMNS``.

    Raises ReportTableError, as ``lay_out`` does, for a table at odds with itself.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([escape_formula(cell) for cell in row] for row in element_rows(table))
    return buffer.getvalue().encode("utf-8-sig")


def escape_formula(cell: str) -> str:
    """``cell`` as text that no spreadsheet takes for a formula.

    An apostrophe goes before what begins like one, with or without spaces before it.
    """
    if cell.startswith(_FORMULA_STARTS) or cell.lstrip().startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell


def element_rows(table: ReportTable) -> Iterator[list[str]]:
    """The fields of each action element, in the order of ``COLUMNS``, not yet defused.

    Dates are in ISO 8601; what is absent is "". Raises ReportTableError, as ``lay_out`` does.
    """
    frames = {frame.id: frame for part in table.parts for frame in part.time_frames}
    statuses = {status.id: status for part in table.parts for status in part.statuses}
    for layout in lay_out(table):
        part = layout.part
        issues = {issue.reference: issue for issue in part.issues}
        groups = {
            reference: group
            for issue in part.issues
            for group in issue.groups
            for reference in group.elements
        }
        for row in layout.rows:
            element = row.element
            if element is not None:
                yield [
                    *_place(part, issues[element.issue], groups.get(element.reference, _NO_GROUP)),
                    element.reference,
                    element.text,
                    "yes" if element.missing_in_source else "no",
                    *_time_frame(frames[element.time_frame] if element.time_frame else None),
                    *_status(element, statuses[element.status] if element.status else None),
                    table.round.as_at.isoformat(),
                    table.version.symbol,
                    table.round.symbol,
                    *_parent(issues.get(issues[element.issue].parent or "")),
                    element.time_frame or "",
                    element.status or "",
                ]


def _place(part: PartTable, issue: IssueCell, group: GroupCell) -> list[str]:
    return [
        part.number,
        part.title,
        issue.reference,
        issue.number,
        issue.title,
        issue.context,
        group.heading or "",
        group.lead_in or "",
    ]


def _parent(issue: IssueCell | None) -> list[str]:
    return [issue.number, issue.title] if issue is not None else ["", ""]


def _time_frame(frame: TimeFrameCell | None) -> list[str]:
    if frame is None:
        return ["", *_rule(None)]
    return [frame.text, *_rule(frame.rule)]


def _rule(rule: Rule | None) -> list[str]:
    if rule is None:
        return [""] * len(_RULE_FIELDS)
    data = rule_data(rule)
    return [data[name] or "" for name in _RULE_FIELDS]


def _status(element: ElementCell, status: StatusCell | None) -> list[str]:
    if status is None:
        return ["", "", ""]
    return [status.category, status.text, status.schedule.get(element.reference, "")]
