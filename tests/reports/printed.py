"""What stands in the cells of the printed table, for the tests of all formats of offices."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from plans.reports.canonical import from_record
from plans.reports.labels import labels_for
from plans.reports.layout import PartLayout, Slot
from plans.reports.table import ReportTable, StatusCell, TimeFrameCell
from plans.text import prose

_FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "technical-cooperation.json"


@cache
def real_report() -> ReportTable:
    """The real report, as the record of its closed round has it."""
    rows = json.loads(_FIXTURE.read_text(encoding="utf-8"))
    (record,) = [row["fields"] for row in rows if row["model"] == "plans.record"]
    return from_record(record["content"], record["sha256"])


def expected_cells(table: ReportTable, layout: PartLayout) -> list[tuple[int, str]]:
    """Column (1 to 4) and text of each cell of a Part that is not blank, row by row.

    A bullet begins with its sign; paragraphs and bullets are parted as in stored narratives.
    """
    see = labels_for(table.version.language).see
    found = []
    for row in layout.rows:
        if row.start is not None:
            issue = row.start.issue
            number = f"{issue.number}." if issue.number.isdecimal() else issue.number
            found.append((1, f"{number} {issue.title}"))
        if row.element is None:
            found.append((2, prose.render(prose.parse(row.text))))
        else:
            found.append((2, f"• {'[…]' if row.element.missing_in_source else row.element.text}"))
        found.append((3, _slot_text(row.time_frame, see)))
        found.append((4, _slot_text(row.status, see)))
    return [(column, text) for column, text in found if text]


def _slot_text(slot: Slot[TimeFrameCell] | Slot[StatusCell] | None, see: str) -> str:
    if slot is None:
        return ""
    if slot.see is not None:
        return f"{see} {slot.see.text}"
    return prose.render(prose.parse(slot.cell.text)) if slot.cell is not None else ""
