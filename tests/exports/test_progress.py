"""What writers tell of how far they are, and what the child process of a job reports of it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from plans.exports.writing import packed, write
from plans.jobs.limits import RefusalError
from plans.reports.canonical import closed_table
from plans.reports.changes import Shown, Trait, View
from plans.reports.table import ReportTable
from plans.reports.writers import (
    COMPARISON_FORMATS,
    FORMATS,
    ProgressCounter,
    document_of,
    elements_in,
    formats_of,
)
from tests.reports.printed import real_report
from tests.reports.tables import Said, report

ROOT = Path(__file__).resolve().parents[2]
TELLING = [name for name, format_ in FORMATS.items() if format_.counts != "nothing"]


def two_reports() -> list[ReportTable]:
    """Two reports on three elements, of which the status of one changed."""
    return [
        report({1: Said("Old."), 2: Said("Same."), 3: Said("Same too.")}),
        report({1: Said("New."), 2: Said("Same."), 3: Said("Same too.")}, as_at=date(2001, 2, 28)),
    ]


def counts_of(name: str, tables: list[ReportTable], shown: Shown | None = None) -> list[int]:
    counts: list[int] = []
    formats_of(shown)[name].write(document_of(tables, shown), progress=counts.append)
    return counts


# -- Writers --------------------------------------------------------------------------------------


def test_each_element_is_told_once_all_its_rows_are_done() -> None:
    counts: list[int] = []
    count = ProgressCounter(counts.append, rows=2)

    for _ in range(4):
        count.row()

    assert counts == [0, 1, 1, 2]


def test_the_formats_that_take_long_tell_how_far_they_are() -> None:
    assert {name: format_.counts for name, format_ in FORMATS.items()} == {
        "html": "nothing",
        "json": "nothing",
        "csv": "nothing",
        "pdf": "prepared",
        "docx": "written",
        "xlsx": "written",
        "akn": "written",
    }
    assert COMPARISON_FORMATS["docx"].counts == "written"


@pytest.mark.parametrize("name", TELLING)
def test_a_writer_tells_of_every_element_in_turn(name: str) -> None:
    counts = counts_of(name, [real_report()])

    assert (counts, counts[-1]) == (sorted(counts), 78)
    assert set(range(1, 79)) <= set(counts)


@pytest.mark.parametrize(
    ("shown", "elements"), [(View.ALL, 3), (View.CHANGES, 1), (Trait.CATEGORY, 0)]
)
@pytest.mark.parametrize("name", ["docx", "pdf"])
def test_the_writer_of_a_comparison_tells_of_the_elements_that_it_shows(
    name: str, shown: Shown, elements: int
) -> None:
    tables = two_reports()

    counts = counts_of(name, tables, shown)

    assert (counts, elements_in(document_of(tables, shown))) == (
        list(range(1, elements + 1)),
        elements,
    )


@pytest.mark.parametrize("name", TELLING)
def test_a_file_is_the_same_whether_or_not_anybody_is_told(name: str) -> None:
    table = real_report()

    assert FORMATS[name].write(table, progress=lambda _: None) == FORMATS[name].write(table)


# -- The child process of a job -------------------------------------------------------------------


def written(
    name: str, tables: list[ReportTable], shown: Shown | None = None
) -> tuple[bytes, list[tuple[str, int, int]]]:
    """The file that the child writes, and what it reports meanwhile."""
    reported: list[tuple[str, int, int]] = []
    payload = packed(tables, shown, formats_of(shown)[name], None)
    content = write(payload, lambda stage, done, total: reported.append((stage, done, total)))
    return content, reported


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "html"])
def test_the_child_writes_what_the_writer_writes(name: str) -> None:
    table = closed_table(real_report())

    content, _reported = written(name, [table])

    assert content == FORMATS[name].write(table)


@pytest.mark.parametrize("shown", [View.ALL, View.CHANGES, Trait.CATEGORY])
def test_the_child_works_out_a_comparison_from_its_two_reports(shown: Shown) -> None:
    tables = two_reports()

    content, _reported = written("docx", tables, shown)

    assert content == COMPARISON_FORMATS["docx"].write(document_of(tables, shown))


@pytest.mark.parametrize(
    ("name", "reports"),
    [
        ("csv", [("writing", 0, 0)]),
        ("docx", [("writing", 0, 3), ("writing", 1, 3), ("writing", 2, 3), ("packing", 0, 0)]),
        ("pdf", [("preparing", 0, 3), ("preparing", 1, 3), ("preparing", 2, 3), ("setting", 0, 0)]),
    ],
)
def test_the_child_reports_what_it_does_and_how_far_it_is(
    name: str, reports: list[tuple[str, int, int]]
) -> None:
    assert written(name, two_reports()[:1])[1] == reports


def test_of_a_comparison_the_elements_that_it_shows_are_counted() -> None:
    assert written("docx", two_reports(), View.CHANGES)[1] == [("writing", 0, 1), ("packing", 0, 0)]


def test_what_has_no_elements_is_at_its_last_stage_at_once() -> None:
    assert written("docx", two_reports(), Trait.CATEGORY)[1] == [("packing", 0, 0)]


def test_words_that_the_format_cannot_hold_are_a_refusal_that_names_them() -> None:
    with pytest.raises(RefusalError, match=r"U\+1F600"):
        written("pdf", [report({1: Said("\U0001f600")})])


def test_the_child_needs_neither_the_settings_nor_the_database() -> None:
    payload = packed(two_reports(), View.CHANGES, COMPARISON_FORMATS["docx"], None)
    code = (
        "import sys; from plans.exports.writing import write;"
        "write(sys.stdin.buffer.read(), lambda *_: None);"
        "assert 'django' not in sys.modules, 'Django was imported'"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={"PATH": os.environ["PATH"]}, input=payload
    )

    assert done.returncode == 0
