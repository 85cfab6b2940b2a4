"""The progress report of the real plan, as its record has it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from plans.reports.canonical import canonical_json, from_record, sha256_of
from plans.reports.layout import LayoutRow, RowKind, lay_out
from plans.reports.table import ReportTable
from plans.reports.writers import FORMATS
from plans.reports.writers.html import body
from tests.reading.test_real_document import PARTS

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "technical-cooperation.json"


@pytest.fixture(scope="module")
def table() -> ReportTable:
    rows = json.loads(FIXTURE.read_text(encoding="utf-8"))
    (record,) = [row["fields"] for row in rows if row["model"] == "plans.record"]
    return from_record(record["content"], record["sha256"])


@pytest.fixture(scope="module")
def rows(table: ReportTable) -> list[LayoutRow]:
    return [row for layout in lay_out(table) for row in layout.rows]


def of_issue(rows: list[LayoutRow], reference: str) -> list[LayoutRow]:
    starts = [index for index, row in enumerate(rows) if row.start]
    (first,) = [
        index
        for index in starts
        if (start := rows[index].start) and start.issue.reference == reference
    ]
    start = rows[first].start
    assert start is not None
    return rows[first : first + start.rowspan]


def test_the_record_s_hash_is_that_of_its_content(table: ReportTable) -> None:
    assert table.round.record_sha256 == sha256_of(canonical_json(table))


def test_each_part_has_its_title_and_the_headings_of_its_own_columns(table: ReportTable) -> None:
    assert [(part.number, part.title, part.columns[1]) for part in table.parts] == PARTS
    assert {(part.columns[0], *part.columns[2:]) for part in table.parts} == {
        ("Issues to be addressed", "Time-frame", "Status as at 31 August 2000")
    }


def test_parents_stand_once_as_a_title_above_their_first_sub_issue(rows: list[LayoutRow]) -> None:
    titles = [row.start.issue for row in rows if row.kind is RowKind.TITLE and row.start]
    assert [(issue.reference, issue.title) for issue in titles] == [
        ("I.1", "A coherent programme"),
        ("I.2", "A relevant programme"),
        ("I.3", "International labour standards and technical cooperation"),
        ("I.4", "Cross-cutting issues"),
    ]
    after = [rows[rows.index(row) + 1] for row in rows if row.kind is RowKind.TITLE]
    assert [row.start.issue.reference for row in after if row.start] == [
        "I.1(a)",
        "I.2(a)",
        "I.3(a)",
        "I.4(a)",
    ]


def test_the_status_on_the_field_structure_stands_once_and_the_next_issue_sees_it(
    rows: list[LayoutRow],
) -> None:
    first = of_issue(rows, "II.1")[1].status
    assert first is not None
    assert first.cell is not None
    assert first.cell.text.startswith("To address most of the issues opposite and below")
    assert first.rowspan == 3
    pointers = [
        (row.element.reference, row.status.see.text, row.status.rowspan)
        for row in rows
        if row.element and row.status and row.status.see
    ]
    assert pointers == [("II.2.1", "II.1", 5), ("II.2.6", "II.1", 2)]


def test_the_pointer_spans_the_lead_in_between_its_elements(rows: list[LayoutRow]) -> None:
    kinds = [(row.kind, row.status is None) for row in of_issue(rows, "II.2")]
    assert kinds == [
        (RowKind.CONTEXT, False),
        (RowKind.ELEMENT, False),
        (RowKind.ELEMENT, True),
        (RowKind.ELEMENT, True),
        (RowKind.LEAD_IN, True),
        (RowKind.ELEMENT, True),
        (RowKind.ELEMENT, False),
        (RowKind.ELEMENT, False),
        (RowKind.ELEMENT, True),
    ]


def test_the_evaluation_issue_has_its_headings_and_long_spans(rows: list[LayoutRow]) -> None:
    found = of_issue(rows, "II.4")
    assert [row.text for row in found if row.kind is RowKind.HEADING] == [
        "Improving current arrangements and developing new approaches",
        "Learning from experience",
    ]
    assert [row.time_frame.rowspan for row in found if row.time_frame] == [1, 1, 5, 1, 2, 1, 1]


def test_the_policy_statement_is_overdue(table: ReportTable) -> None:
    (status,) = [s for s in table.parts[0].statuses if "I.1(a).1" in s.covers]
    assert status.schedule == {"I.1(a).1": "overdue"}


def test_the_csv_has_a_row_for_each_of_the_78_elements(table: ReportTable) -> None:
    content = FORMATS["csv"].write(table).decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(content, newline="")))
    assert len(found) == 78
    assert found[0]["Element"] == (
        "a policy statement on technical cooperation, communicating the guiding principles for "
        "technical cooperation, which will be disseminated throughout the Office;"
    )
    assert (found[0]["Time-frame"], found[0]["Due on"], found[0]["Schedule state"]) == (
        "Completed by April 2000",
        "2000-04-30",
        "overdue",
    )


def test_the_cover_links_its_four_footnotes(table: ReportTable) -> None:
    markup = body(table)
    for number, mark, text in (
        (1, "¹", "GB.276/TC/2."),
        (2, "²", "GB.279/PFA/8."),
        (3, "³", "GB.279/TC/1."),
        (4, "⁴", "GB.279/PFA/6."),
    ):
        assert (
            f'<p id="footnote-{number}"><a class="footnote-mark" href="#footnote-mark-{number}">'
            f"{mark}</a> {text}</p>"
        ) in markup


def test_the_printed_page_does_not_state_the_symbol_that_was_inferred(table: ReportTable) -> None:
    assert table.round.symbol == "GB.279/TC/2"
    assert "GB.279/TC/2" not in body(table)
    assert "GB.279/TC/2" in body(table, extras=True)
