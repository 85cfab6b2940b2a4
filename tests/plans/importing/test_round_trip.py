"""What the tracker writes, it reads back: the same outline, without a question."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from plans.importing.blocks import SourceError
from plans.importing.corrections import Corrections
from plans.importing.fixture import report_table_of
from plans.importing.pipeline import Parsed, parse_document
from plans.reports.table import ReportTable
from plans.reports.writers import FORMATS
from tests.plans.reports.printed import real_report
from tests.strategies import printed_tables, report_tables

WHOLE = ["docx"]


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


def cover_of(table: ReportTable) -> Any:
    """The cover. A footnote stands where its mark is met, so their order is not compared."""
    cover = table.cover
    notes = sorted((note.mark, note.text) for note in cover.footnotes)
    return (cover.agenda_item, cover.title, cover.paragraphs, notes, cover.place_date)


@pytest.mark.parametrize("format_", WHOLE)
def test_the_real_report_is_read_back_whole_and_without_a_question(format_: str) -> None:
    parsed = reread(real_report(), format_)
    found = report_table_of(parsed.outline, parsed.head)
    assert structure(found) == structure(real_report())
    assert cover_of(found) == cover_of(real_report())
    assert parsed.outline.anomalies == ()
    assert parsed.account.balances


@pytest.mark.parametrize("format_", WHOLE)
@settings(deadline=None, max_examples=30)
@given(table=printed_tables())
def test_a_report_is_read_back_whole_and_without_a_question(
    format_: str, table: ReportTable
) -> None:
    parsed = reread(table, format_)
    found = report_table_of(parsed.outline, parsed.head)
    assert structure(found) == structure(table)
    assert cover_of(found) == cover_of(table)
    assert parsed.outline.anomalies == ()
    assert parsed.account.balances


@pytest.mark.parametrize("format_", WHOLE)
@settings(deadline=None, max_examples=30)
@given(table=report_tables())
def test_of_any_report_every_word_is_accounted_for(format_: str, table: ReportTable) -> None:
    if not table.parts:
        with pytest.raises(SourceError, match="no table"):
            reread(table, format_)
        return
    account = reread(table, format_).account
    assert account.invented == ()
    assert account.read == (
        account.placed + account.furniture + account.duplicates + account.unplaced
    )
