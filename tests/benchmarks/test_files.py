"""What measures files, on files that are soon written."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from benchmarks import printing, writing
from plans.reports.canonical import canonical_json
from tests.reports.samples import sample


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "sample.record"
    path.write_text(canonical_json(sample()), encoding="utf-8")
    return path


def test_writing_a_file_says_what_it_costs(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    writing.main(["csv", str(record)])
    whole = json.loads(capsys.readouterr().out)
    writing.main(["csv", str(record), "empty"])
    empty = json.loads(capsys.readouterr().out)

    assert sorted(whole) == ["memory", "seconds", "size"]
    assert whole["size"] > empty["size"] > 0


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ModuleNotFoundError("weasyprint"), "it is not installed (requirements/bench.lock)"),
        (
            OSError("cannot load\n library"),
            "a library of the system is missing (cannot load library)",
        ),
    ],
)
def test_where_weasyprint_is_not_to_be_had_that_is_said(
    record: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    def imported(name: str) -> Any:
        if name == "weasyprint":
            raise error
        return import_module(name)

    monkeypatch.setattr(printing, "import_module", imported)

    assert list(printing.printing(record)) == [
        f"NOT MEASURED: WeasyPrint printing the page, because {reason}."
    ]
