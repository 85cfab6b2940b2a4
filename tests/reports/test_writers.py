"""The registry of formats, and the fixed words of reports."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import translation

from plans.models import CATEGORY_LABELS
from plans.reports.labels import direction, labels_for
from plans.reports.writers import FORMATS, Format
from plans.text.categories import Category
from plans.text.timeframes import ScheduleState
from plans.unit_files.cells import UnitColumn
from plans.unit_files.sheet import WRITABLE_STAGES
from plans.web.labels import SCHEDULE_LABELS
from tests.reports.samples import sample

OFFICE = "application/vnd.openxmlformats-officedocument"
ROOT = Path(__file__).resolve().parents[2]


def test_formats_are_named_and_served_as_what_they_are() -> None:
    assert [(name, f.extension, f.content_type, f.label) for name, f in FORMATS.items()] == [
        ("html", "html", "text/html; charset=utf-8", "HTML"),
        ("json", "json", "application/json", "JSON"),
        ("csv", "csv", "text/csv; charset=utf-8", "CSV"),
        ("pdf", "pdf", "application/pdf", "PDF"),
        ("docx", "docx", f"{OFFICE}.wordprocessingml.document", "DOCX"),
        ("xlsx", "xlsx", f"{OFFICE}.spreadsheetml.sheet", "XLSX"),
        ("akn", "xml", "application/akn+xml", "Akoma Ntoso"),
    ]


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("html", b"<!DOCTYPE html>\n"),
        ("json", b'{"cover":'),
        ("csv", b"\xef\xbb\xbfPart,"),
        ("pdf", b"%PDF-1.7\n"),
        ("docx", b"PK\x03\x04"),
        ("xlsx", b"PK\x03\x04"),
        ("akn", b'<?xml version="1.0" encoding="UTF-8"?>\n<akomaNtoso '),
    ],
)
def test_each_format_writes_bytes(name: str, start: bytes) -> None:
    assert FORMATS[name].write(sample())[: len(start)] == start


def test_a_writer_that_does_not_give_bytes_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    writer = SimpleNamespace(write=lambda table: "text")
    monkeypatch.setitem(sys.modules, "plans.reports.writers.wrong", writer)
    with pytest.raises(TypeError, match="the writer of wrong gave str, not bytes"):
        Format("wrong", "txt", "text/plain", "Wrong", module="wrong").write(sample())


def test_the_registry_loads_no_writer_before_it_is_used() -> None:
    code = (
        "import sys, plans.reports.writers;"
        "print(sorted(m for m in sys.modules if m.startswith('plans.reports.writers.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_language_has_all_the_words(language: str) -> None:
    words = labels_for(language)
    assert set(words.categories) == {category.value for category in Category}
    assert set(words.schedule) == {state.value for state in ScheduleState}
    assert set(words.confidences) == {"high", "medium", "low"}
    assert set(words.unit_file.headings) == {column.value for column in UnitColumn}
    assert set(words.unit_file.stages) == {*WRITABLE_STAGES, "submitted", "cleared", "not_reported"}
    for table in (words, words.diff, words.unit_file):
        assert [field.name for field in fields(table) if not getattr(table, field.name)] == []


def test_the_english_words_are_those_of_the_pages() -> None:
    words = labels_for("en")
    with translation.override("en"):
        assert words.categories == {c.value: str(label) for c, label in CATEGORY_LABELS.items()}
        assert words.schedule == {s.value: str(label) for s, label in SCHEDULE_LABELS.items()}


@pytest.mark.parametrize(
    ("language", "see"), [("en", "see"), ("fr-CH", "voir"), ("ES", "véase"), ("ar", "see")]
)
def test_words_are_chosen_by_language_and_fall_back_to_english(language: str, see: str) -> None:
    assert labels_for(language).see == see


@pytest.mark.parametrize(("language", "expected"), [("en", "ltr"), ("ar", "rtl"), ("fa-IR", "rtl")])
def test_the_direction_of_writing_follows_the_language(language: str, expected: str) -> None:
    assert direction(language) == expected
