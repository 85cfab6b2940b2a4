"""What reading a document and matching two versions report of their progress."""

from __future__ import annotations

from pathlib import Path

import pytest

from plans.reading.matching import VersionElement, match
from plans.reading.pipeline import NO_CORRECTIONS, classified, corrected
from plans.reading.progress import MATCHING, READING
from plans.reading.readers import flat, gb_text, read_source
from plans.reading.template import csv_template
from plans.reports.writers import FORMATS
from tests.reports.printed import real_report

FIXTURES = Path(__file__).parents[2] / "fixtures"
TEXT = (FIXTURES / "sources" / "gb279-progress-report.txt").read_bytes()


class Reports(list[tuple[str, int, int]]):
    """What was reported: the stage, how many are done, of how many."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        self.append((stage, done, total))


def test_a_text_is_read_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gb_text, "_AT_ONCE", 100)
    lines = TEXT.count(b"\n") + 1
    reports = Reports()
    read_source(TEXT, name="report.txt", progress=reports)
    assert reports == [("lines", done, lines) for done in (*range(100, lines, 100), lines)]


def test_a_sheet_is_read_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flat, "_AT_ONCE", 2)
    rows = "".join(f"I,Work,1,Standards,,,,Element {n}.,2001,,,\r\n" for n in range(5))
    reports = Reports()
    read_source(csv_template() + rows.encode(), name="plan.csv", progress=reports)
    assert reports == [("rows", done, 5) for done in (2, 4, 5)]


@pytest.mark.parametrize(
    ("kind", "stages"),
    [("docx", ["rows"] * 3), ("xlsx", ["sheets"] * 4 + ["rows"] * 3), ("html", ["lines"])],
)
def test_other_documents_are_read_table_by_table(kind: str, stages: list[str]) -> None:
    data = FORMATS[kind].write(real_report())
    reports = Reports()
    read_source(data, name=f"report.{kind}", progress=reports)
    assert [stage for stage, _done, _total in reports] == stages
    assert (reports[-1][1], reports[0][1] > 0) == (reports[-1][2], True)


def test_a_document_is_understood_in_stages_that_are_all_known() -> None:
    reports = Reports()
    source = read_source(TEXT, name="report.txt")
    corrected(classified(source, language="en", progress=reports), NO_CORRECTIONS, progress=reports)
    stages = [stage for stage, _done, _total in reports]
    assert stages == ["blocks", "elements", "words"]
    assert set(stages) < set(READING)


@pytest.mark.parametrize("stage", ["lines", "blocks"])
def test_work_ends_with_what_its_progress_raises(stage: str) -> None:
    def stop(reported: str, _done: int, _total: int) -> None:
        if reported == stage:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        classified(
            read_source(TEXT, name="report.txt", progress=stop), language="en", progress=stop
        )


def test_versions_are_matched_in_stages_that_are_all_known() -> None:
    def version(*texts: str) -> tuple[VersionElement, ...]:
        return tuple(
            VersionElement(f"I.1.{n}", "I.1", "Work", text) for n, text in enumerate(texts, 1)
        )

    sides = (
        version("one review of all the work;", "two;", "three."),
        version("one review of the work;", "two;", "three."),
    )
    reports = Reports()
    assert match(*sides, progress=reports) == match(*sides)
    assert reports == [("same", 2, 3), ("pairs", 1, 1), ("matched", 3, 3)]
    assert {stage for stage, _done, _total in reports} == set(MATCHING)
