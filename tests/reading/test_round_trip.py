"""What the tracker writes, it reads back: the same outline, without a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from plans.reading.corrections import Corrections
from plans.reading.fixture import report_table_of
from plans.reading.pipeline import Parsed, parse_document
from plans.reading.source_table import SourceError
from plans.reports.table import GroupCell, ReportTable
from plans.reports.writers import FORMATS
from tests.reports.printed import real_report
from tests.strategies import printed_tables, report_tables

WHOLE = ["docx", "xlsx", "html"]
# HTML says nothing of the category of a status, and so of none without words.
CATEGORIES = {"docx", "xlsx"}
# A workbook has no cover.
COVERED = {"docx", "html"}


def written(table: ReportTable, format_: str) -> bytes:
    styles = tuple("" for _ in FORMATS[format_].stylesheets)
    return FORMATS[format_].write(table, styles=styles)


def reread(table: ReportTable, format_: str) -> Parsed:
    document = {"as_at": table.round.as_at, "language": table.version.language}
    return parse_document(
        written(table, format_),
        name=f"report.{format_}",
        corrections=Corrections(document=document, operations=()),
    )


def structure(table: ReportTable, *, categories: bool = True) -> list[Any]:
    """The plan and its statuses, without what no printed table carries: rules, schedule states,
    editorial notes, places in the source, and ids."""
    return [
        (
            *(part.number, part.title, part.columns),
            [(i.reference, i.number, i.parent, i.title, i.context, i.groups) for i in part.issues],
            [(e.reference, e.issue, e.text, e.missing_in_source) for e in part.elements],
            [(frame.text, frame.covers) for frame in part.time_frames],
            [(s.text, s.category if categories else None, s.covers) for s in part.statuses],
        )
        for part in table.parts
    ]


def without_categories(table: ReportTable) -> ReportTable:
    parts = [
        replace(
            part,
            statuses=tuple(replace(s, category="") for s in part.statuses if s.text),
        )
        for part in table.parts
    ]
    return replace(table, parts=tuple(parts))


def cover_of(table: ReportTable) -> Any:
    """The cover. A footnote stands where its mark is met, so their order is not compared."""
    cover = table.cover
    notes = sorted((note.mark, note.text) for note in cover.footnotes)
    return (cover.agenda_item, cover.title, cover.paragraphs, notes, cover.place_date)


@pytest.mark.parametrize("format_", WHOLE)
def test_the_real_report_is_read_back_whole_and_without_a_question(format_: str) -> None:
    parsed = reread(real_report(), format_)
    found = report_table_of(parsed.outline, parsed.head)
    said = format_ in CATEGORIES
    assert structure(found, categories=said) == structure(real_report(), categories=said)
    if format_ in COVERED:
        assert cover_of(found) == cover_of(real_report())
    assert [str(a) for a in parsed.outline.anomalies if not a.repaired] == []
    assert parsed.account.balances


@pytest.mark.parametrize("format_", WHOLE)
@settings(max_examples=30)
@given(table=printed_tables())
def test_a_report_is_read_back_whole_and_without_a_question(
    format_: str, table: ReportTable
) -> None:
    parsed = reread(table, format_)
    found = report_table_of(parsed.outline, parsed.head)
    if format_ not in CATEGORIES:
        table, found = without_categories(table), without_categories(found)
    assert structure(found) == structure(table)
    if format_ in COVERED:
        assert cover_of(found) == cover_of(table)
    assert [str(a) for a in parsed.outline.anomalies if not a.repaired] == []
    assert parsed.account.balances


@pytest.mark.parametrize("format_", WHOLE)
@settings(max_examples=30)
@given(table=report_tables())
def test_of_any_report_every_word_is_accounted_for(format_: str, table: ReportTable) -> None:
    if not table.parts:
        with pytest.raises(SourceError, match=r"no (table|row with an element)"):
            reread(table, format_)
        return
    account = reread(table, format_).account
    assert account.invented == ()
    assert account.read == (
        account.placed + account.boilerplate + account.duplicates + account.unplaced
    )


# A sheet with one row for each element carries neither headings of columns nor issues without
# elements, apart from the titles of those that head others.


def of_rows(table: ReportTable) -> ReportTable:
    """What such a sheet carries of a report."""
    parts = []
    for part in table.parts:
        filled = {element.issue for element in part.elements}
        heading = {issue.parent for issue in part.issues if issue.reference in filled}
        issues = [
            replace(
                issue,
                context=issue.context if issue.reference in filled else "",
                groups=tuple(_groups(issue.groups)),
            )
            for issue in part.issues
            if issue.reference in filled | heading
        ]
        if filled:
            parts.append(replace(part, issues=tuple(issues), columns=("", "", "", "")))
    return replace(table, parts=tuple(parts))


def _groups(groups: Sequence[GroupCell]) -> list[GroupCell]:
    """Groups as rows tell them: a blank heading or lead-in is that of the row above."""
    found: list[GroupCell] = []
    heading = lead_in = None
    for group in groups:
        if not found or (group.heading and group.heading != heading):
            found.append(group)
            heading, lead_in = group.heading, group.lead_in
        elif group.lead_in and group.lead_in != lead_in:
            found.append(GroupCell(None, group.lead_in, group.elements))
            lead_in = group.lead_in
        else:
            last = found[-1]
            found[-1] = replace(last, elements=(*last.elements, *group.elements))
    return found


def reread_rows(table: ReportTable) -> Parsed:
    return reread(table, "csv")


def test_the_rows_of_the_real_report_are_read_back_without_a_question() -> None:
    parsed = reread_rows(real_report())
    found = report_table_of(parsed.outline, parsed.head)
    assert structure(of_rows(found)) == structure(of_rows(real_report()))
    assert parsed.outline.anomalies == ()
    assert parsed.account.balances


@settings(max_examples=30)
@given(table=printed_tables())
def test_rows_are_read_back_without_a_question(table: ReportTable) -> None:
    if not any(part.elements for part in table.parts):
        return
    parsed = reread_rows(table)
    found = report_table_of(parsed.outline, parsed.head)
    assert structure(of_rows(found)) == structure(of_rows(table))
    assert parsed.outline.anomalies == ()
    assert parsed.account.balances


@settings(max_examples=30)
@given(table=report_tables())
def test_of_any_rows_every_word_is_accounted_for(table: ReportTable) -> None:
    if not any(part.elements for part in table.parts):
        return
    account = reread_rows(table).account
    assert account.invented == ()
    assert account.read == (
        account.placed + account.boilerplate + account.duplicates + account.unplaced
    )
