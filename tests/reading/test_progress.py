"""Reading a document and matching two versions in steps."""

from __future__ import annotations

from pathlib import Path

import pytest

from plans.reading.matching import VersionElement, match, matching
from plans.reading.pipeline import NO_CORRECTIONS, classified, corrected
from plans.reading.progress import MATCHING, READING, Step, Steps, to_the_end
from plans.reading.readers import flat, gb_text, read_source, reading_source
from plans.reading.template import csv_template
from plans.reports.writers import FORMATS
from tests.reports.printed import real_report

FIXTURES = Path(__file__).parents[2] / "fixtures"
TEXT = (FIXTURES / "sources" / "gb279-progress-report.txt").read_bytes()


def told(steps: Steps[object]) -> list[Step]:
    return list(steps)


def test_what_came_of_it_follows_the_last_step() -> None:
    def work() -> Steps[str]:
        yield Step("row read", 1, 2)
        yield Step("row read", 2, 2)
        return "all"

    assert to_the_end(work()) == "all"
    assert told(work())[-1] == Step("row read", 2, 2)


def test_a_text_is_read_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gb_text, "_AT_ONCE", 100)
    lines = TEXT.count(b"\n") + 1
    expected = [Step("line read", done, lines) for done in (*range(100, lines, 100), lines)]
    assert told(reading_source(TEXT, name="report.txt")) == expected


def test_a_sheet_is_read_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flat, "_AT_ONCE", 2)
    rows = "".join(f"I,Work,1,Standards,,,,Element {n}.,2001,,,\r\n" for n in range(5))
    steps = told(reading_source(csv_template() + rows.encode(), name="plan.csv"))
    assert steps == [Step("row read", done, 5) for done in (2, 4, 5)]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("docx", ["row read"] * 3),
        ("xlsx", ["sheet read"] * 4 + ["row read"] * 3),
        ("html", ["line read"]),
    ],
)
def test_other_documents_are_read_table_by_table(kind: str, names: list[str]) -> None:
    data = FORMATS[kind].write(real_report())
    steps = told(reading_source(data, name=f"report.{kind}"))
    assert [step.name for step in steps] == names
    assert (steps[-1].done, steps[0].done > 0) == (steps[-1].of, True)


def test_a_document_is_understood_in_steps_that_are_all_known() -> None:
    source = read_source(TEXT, name="report.txt")
    steps = classified(source, language="en")
    names = [step.name for step in steps]
    names += [
        s.name for s in corrected(to_the_end(classified(source, language="en")), NO_CORRECTIONS)
    ]
    assert names == ["block told", "element found", "word placed"]
    assert set(names) < set(READING)


def test_versions_are_matched_in_steps_to_the_same_proposals() -> None:
    def version(*texts: str) -> tuple[VersionElement, ...]:
        return tuple(
            VersionElement(f"I.1.{n}", "I.1", "Work", text) for n, text in enumerate(texts, 1)
        )

    sides = (
        version("one review of all the work;", "two;", "three."),
        version("one review of the work;", "two;", "three."),
    )
    assert told(matching(*sides)) == [
        Step("element same", 2, 3),
        Step("pair compared", 1, 1),
        Step("element matched", 3, 3),
    ]
    assert to_the_end(matching(*sides)) == match(*sides)
    assert {step.name for step in matching(*sides)} == set(MATCHING)
