"""What writers tell of how far they are, and what the process that writes leaves word of."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from plans.exports import export_process
from plans.exports.job_files import Done, Job, Jobs, Order
from plans.reports.canonical import canonical_json
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


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(tmp_path / "making")


@pytest.fixture
def job(jobs: Jobs) -> Job:
    """A job whose folder is there."""
    job = jobs.job("a" * 64)
    with jobs.locked(job):
        return job


def two_reports() -> list[ReportTable]:
    """Two reports on three elements, of which the status of one changed."""
    return [
        report({1: Said("Old."), 2: Said("Same."), 3: Said("Same too.")}),
        report({1: Said("New."), 2: Said("Same."), 3: Said("Same too.")}, as_at=date(2001, 2, 28)),
    ]


def told_by(name: str, tables: list[ReportTable], shown: Shown | None = None) -> list[int]:
    told: list[int] = []
    formats_of(shown)[name].write(document_of(tables, shown), progress=told.append)
    return told


def order(format_: str, *, reports: int, shown: Shown | None = None) -> Order:
    return Order(
        formats=[format_],
        template=None,
        records=[None] * reports,
        shown=None if shown is None else shown.value,
        kept_by=None,
        shelf="",
        release="",
        limit=0,
        seconds=60.0,
        memory=4 * 1024**3,
    )


# -- Writers --------------------------------------------------------------------------------------


def test_each_element_is_told_once_all_its_rows_are_done() -> None:
    told: list[int] = []
    count = ProgressCounter(told.append, rows=2)

    for _ in range(4):
        count.row()

    assert told == [0, 1, 1, 2]


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
    told = told_by(name, [real_report()])

    assert (told, told[-1]) == (sorted(told), 78)
    assert set(range(1, 79)) <= set(told)


@pytest.mark.parametrize(
    ("shown", "elements"), [(View.ALL, 3), (View.CHANGES, 1), (Trait.CATEGORY, 0)]
)
@pytest.mark.parametrize("name", ["docx", "pdf"])
def test_the_writer_of_a_comparison_tells_of_the_elements_that_it_shows(
    name: str, shown: Shown, elements: int
) -> None:
    tables = two_reports()

    told = told_by(name, tables, shown)

    assert (told, elements_in(document_of(tables, shown))) == (
        list(range(1, elements + 1)),
        elements,
    )


@pytest.mark.parametrize("name", TELLING)
def test_a_file_is_the_same_whether_or_not_anybody_is_told(name: str) -> None:
    table = real_report()

    assert FORMATS[name].write(table, progress=lambda _: None) == FORMATS[name].write(table)


# -- The process ----------------------------------------------------------------------------------


def test_word_is_left_now_and_then_and_when_all_is_done(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[Done] = []
    clock = iter([0.0, 0.1, 0.4, 0.6, 0.7, 1.0, 1.2])
    monkeypatch.setattr(export_process.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(Job, "tell", lambda _, done: found.append(done))

    told = export_process._Told(job, 6)
    for done in range(1, 7):
        told(done)

    assert found == [Done(0, 6), Done(3, 6), Done(6, 6)]


def test_a_file_is_written_even_if_no_word_can_be_left_of_how_far_it_is(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Job, "tell", full)

    export_process._Told(job, 6)(6)

    assert job.done() is None


def test_the_process_works_out_a_comparison_from_its_two_reports(jobs: Jobs, job: Job) -> None:
    tables = two_reports()
    reports = [canonical_json(table) for table in tables]
    job.begin(order("docx", reports=2, shown=View.CHANGES), reports, expected=None)
    command = [sys.executable, "-m", "plans.exports.export_process", str(jobs.folder), job.key]

    # Neither the settings nor the way to the database.
    done = subprocess.run(command, cwd=ROOT, env={"PATH": os.environ["PATH"]}, check=False)

    file = job.take_result()
    assert (done.returncode, job.failure(), job.done(), file is None) == (0, None, None, False)
    assert file is not None
    with file:
        content = file.read()
    # What comes without the hash of a record has none.
    without = [replace(one, round=replace(one.round, record_sha256=None)) for one in tables]
    expected = document_of(without, View.CHANGES)
    assert content == COMPARISON_FORMATS["docx"].write(expected)
    assert jobs.pace("docx-changes") is not None


def test_the_process_lets_others_go_first_with_all_of_its_session() -> None:
    code = (
        "import os; from pathlib import Path; from plans.exports import export_process;"
        "export_process._let_others_go_first();"
        "group = Path('/proc/self/autogroup');"
        "print(os.nice(0), group.read_text().split()[-1] if group.exists() else 10)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, start_new_session=True, capture_output=True
    )
    assert done.stdout.decode().split() == ["10", "10"]


def test_the_process_tells_what_it_writes_while_it_does(
    jobs: Jobs, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[Done] = []
    tables = two_reports()
    monkeypatch.setattr(Job, "tell", lambda _, done: found.append(done))

    export_process._write(
        jobs,
        job,
        order("docx", reports=2, shown=View.ALL),
        [canonical_json(table) for table in tables],
    )

    assert (found[0], found[-1]) == (Done(0, 3), Done(3, 3))
