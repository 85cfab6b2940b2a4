"""A small report whose every output can be written out in a test."""

from __future__ import annotations

from datetime import date

from plans.reports.table import (
    Cover,
    CoverParagraph,
    ElementCell,
    Footnote,
    GroupCell,
    IssueCell,
    NoteCell,
    PartTable,
    PlanHead,
    ReportTable,
    RoundHead,
    StatusCell,
    TimeFrameCell,
    VersionHead,
)
from plans.text.timeframes import read_rule

SHA256 = "ab" * 32

COLUMNS = (
    "Issues to be addressed",
    "Context and elements for action",
    "Time-frame",
    "Status as at 31 August 2000",
)


def sample() -> ReportTable:
    """Two Parts: a parent issue, a shared time-frame, a lost element, a status over both Parts."""
    return ReportTable(
        plan=PlanHead("technical-cooperation", "Technical cooperation"),
        version=VersionHead("gb276", "GB.276/TC/2", "276th Session", "1999-11", "en"),
        round=RoundHead(
            as_at=date(2000, 8, 31),
            label="Status as at 31 August 2000",
            state="closed",
            symbol="GB.279/TC/2",
            symbol_inferred=True,
            session="279th Session",
            record_sha256=SHA256,
        ),
        cover=Cover(
            agenda_item="SECOND ITEM ON THE AGENDA",
            title="Progress report",
            paragraphs=(CoverParagraph("1", "The plan¹ was adopted."),),
            footnotes=(Footnote("¹", "GB.276/TC/2."),),
            place_date="Geneva, 5 October 2000.",
        ),
        parts=(
            PartTable(
                number="I",
                title="Relevance & effect",
                columns=COLUMNS,
                issues=(
                    IssueCell("I.1", "1", None, "A coherent programme", "", (), ()),
                    IssueCell(
                        reference="I.1(a)",
                        number="1(a)",
                        parent="I.1",
                        title="Focus",
                        context="To be coherent, there will be:",
                        notes=(),
                        groups=(
                            GroupCell(None, None, ("I.1(a).1",)),
                            GroupCell("General", "In parallel:", ("I.1(a).2",)),
                        ),
                    ),
                ),
                elements=(
                    ElementCell(
                        reference="I.1(a).1",
                        issue="I.1(a)",
                        text="a policy statement;",
                        missing_in_source=False,
                        notes=(),
                        source=("p1.r1.c2.b2",),
                        time_frame="tf-I.1(a)-1",
                        status="status-1",
                    ),
                    ElementCell(
                        reference="I.1(a).2",
                        issue="I.1(a)",
                        text="",
                        missing_in_source=True,
                        notes=(NoteCell("The bullet is lost.", "low"),),
                        source=(),
                        time_frame="tf-I.1(a)-1",
                        status=None,
                    ),
                ),
                time_frames=(
                    TimeFrameCell(
                        id="tf-I.1(a)-1",
                        text="Completed by April 2000",
                        covers=("I.1(a).1", "I.1(a).2"),
                        rule=read_rule("Completed by April 2000"),
                    ),
                ),
                statuses=(
                    StatusCell(
                        id="status-1",
                        category="in_progress",
                        text="Under discussion.\n\n• one;\n• two.",
                        covers=("I.1(a).1", "II.1.1"),
                        schedule={"I.1(a).1": "overdue", "II.1.1": "not_datable"},
                    ),
                ),
            ),
            PartTable(
                number="II",
                title="Quality",
                columns=COLUMNS,
                issues=(
                    IssueCell(
                        reference="II.1",
                        number="1",
                        parent=None,
                        title="Structure",
                        context="",
                        notes=(),
                        groups=(GroupCell(None, None, ("II.1.1",)),),
                    ),
                ),
                elements=(
                    ElementCell(
                        reference="II.1.1",
                        issue="II.1",
                        text="=1+1 offices",
                        missing_in_source=False,
                        notes=(),
                        source=(),
                        time_frame=None,
                        status="status-1",
                    ),
                ),
                time_frames=(),
                statuses=(),
            ),
        ),
    )
