"""The report as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given

from plans.reports.layout import lay_out
from plans.reports.table import ReportTable
from plans.reports.writers.csv import COLUMNS, escape_formula, write
from tests.reports.samples import sample
from tests.strategies import report_tables


def rows(table: ReportTable) -> list[list[str]]:
    return list(csv.reader(io.StringIO(write(table).decode("utf-8-sig"), newline="")))


def test_each_element_is_one_row_below_the_headings() -> None:
    common = ["2000-08-31", "GB.276/TC/2", "GB.279/TC/2"]
    rule = ["deadline", "", "2000-04-30", "", "month", ""]
    text = "Under discussion.\n\n• one;\n• two."
    assert rows(sample()) == [
        list(COLUMNS),
        [
            *("I", "Relevance & effect", "I.1(a)", "1(a)", "Focus"),
            *("To be coherent, there will be:", "", ""),
            *("I.1(a).1", "a policy statement;", "no"),
            *("Completed by April 2000", *rule, "in_progress", text, "overdue"),
            *(*common, "1", "A coherent programme", "tf-I.1(a)-1", "status-1"),
        ],
        [
            *("I", "Relevance & effect", "I.1(a)", "1(a)", "Focus"),
            *("To be coherent, there will be:", "General", "In parallel:"),
            *("I.1(a).2", "", "yes"),
            *("Completed by April 2000", *rule, "", "", ""),
            *(*common, "1", "A coherent programme", "tf-I.1(a)-1", ""),
        ],
        [
            *("II", "Quality", "II.1", "1", "Structure", "", "", ""),
            *("II.1.1", "'=1+1 offices", "no"),
            *("", *[""] * 6, "in_progress", text, "not_datable"),
            *(*common, "", "", "", "status-1"),
        ],
    ]


def test_the_file_begins_with_a_byte_order_mark_and_its_lines_end_in_crlf() -> None:
    content = write(replace(sample(), parts=()))
    assert content == b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+44 1", "'+44 1"),
        ("-5 per cent", "'-5 per cent"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        (" =1", "' =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("＝1+1", "'＝1+1"),
        ("|calc", "'|calc"),
        ("a=1", "a=1"),
        ("– a dash", "– a dash"),
        ("• a bullet", "• a bullet"),
        ("", ""),
    ],
)
def test_what_a_spreadsheet_would_take_for_a_formula_is_defused(cell: str, expected: str) -> None:
    assert escape_formula(cell) == expected


@given(report_tables())
def test_every_element_is_found_again_in_a_row_of_its_own(table: ReportTable) -> None:
    ordered = [row.element for layout in lay_out(table) for row in layout.rows if row.element]
    found = rows(table)[1:]
    assert [row[8:10] for row in found] == [
        [escape_formula(element.reference), escape_formula(element.text)] for element in ordered
    ]


@given(report_tables())
def test_no_cell_begins_like_a_formula(table: ReportTable) -> None:
    for row in rows(table):
        assert [cell for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))] == []
