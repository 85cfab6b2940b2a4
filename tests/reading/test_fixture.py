"""The committed fixture: reproducible, whole, and the same in the database."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from plans.exports.queries import build_from_database
from plans.models import (
    ActionElement,
    EditorialNote,
    PlanVersion,
    Record,
    ReportingRound,
    StatusCover,
    StatusRevision,
    StatusSnapshot,
    TimeFrame,
)
from plans.reading.corrections import read_corrections
from plans.reading.fixture import report_table_of
from plans.reading.pipeline import parse_document
from plans.reports.canonical import canonical_json, from_record, sha256_of, to_data
from plans.text.timeframes import Kind
from tests.reading.documents import bullets, table
from tests.reading.test_real_document import CORRECTIONS, FIXTURES, SOURCE

FIXTURE = FIXTURES / "technical-cooperation.json"


def counts() -> dict[str, int]:
    models = (ActionElement, TimeFrame, StatusSnapshot, StatusCover, StatusRevision, Record)
    return {model.__name__: model.objects.count() for model in models}


@pytest.fixture
def loaded(db: None) -> None:
    call_command("loaddata", "technical-cooperation", verbosity=0)


def test_the_fixture_is_what_source_and_corrections_give_byte_for_byte() -> None:
    parsed = parse_document(
        SOURCE.read_bytes(),
        name=SOURCE.name,
        corrections=read_corrections(CORRECTIONS.read_text()),
    )
    assert parsed.fixture() == FIXTURE.read_text()


@pytest.mark.usefixtures("loaded")
def test_loading_twice_changes_nothing() -> None:
    before = counts()
    call_command("loaddata", "technical-cooperation", verbosity=0)
    assert (
        counts()
        == before
        == {
            "ActionElement": 78,
            "TimeFrame": 59,
            "StatusSnapshot": 45,
            "StatusCover": 74,
            "StatusRevision": 45,
            "Record": 1,
        }
    )


@pytest.mark.usefixtures("loaded")
def test_the_round_is_closed_with_its_cover_and_symbol() -> None:
    round_ = ReportingRound.objects.get()
    assert round_.is_closed
    assert (round_.symbol, round_.symbol_inferred) == ("GB.279/TC/2", True)
    assert round_.label == "Status as at 31 August 2000"
    assert [paragraph["number"] for paragraph in round_.paragraphs] == ["1", "2", "3", "4", "5"]
    assert {s.state for s in round_.snapshots.all()} == {StatusSnapshot.State.CLEARED}


@pytest.mark.usefixtures("loaded")
def test_the_version_keeps_what_is_known_of_its_date() -> None:
    version = PlanVersion.objects.get()
    assert (version.symbol, version.iso_date, version.published) == ("GB.276/TC/2", "1999-11", True)
    assert version.source_name == "gb279-progress-report.txt"


@pytest.mark.usefixtures("loaded")
def test_a_time_frame_carries_the_rule_read_from_its_words() -> None:
    frame = ActionElement.objects.get(reference="I.1(a).1").time_frame
    assert frame is not None
    assert (frame.text, frame.rule.kind, frame.due_on.isoformat() if frame.due_on else "") == (
        "Completed by April 2000",
        Kind.DEADLINE,
        "2000-04-30",
    )


@pytest.mark.usefixtures("loaded")
def test_notes_stand_at_the_elements_they_are_about() -> None:
    note = EditorialNote.objects.get(element__reference="III.1(b).3")
    assert (note.text, note.confidence) == (
        "The source prints ditto marks, which repeat the time-frame of the element before.",
        "high",
    )


@pytest.mark.usefixtures("loaded")
def test_the_record_is_what_the_database_gives() -> None:
    round_ = ReportingRound.objects.get()
    record = Record.objects.get()
    built = build_from_database(round_)
    assert canonical_json(built) == record.content
    assert sha256_of(record.content) == record.sha256


@pytest.mark.usefixtures("loaded")
def test_the_record_reads_back_to_the_same_table() -> None:
    record = Record.objects.get()
    table_ = from_record(record.content, record.sha256)
    assert canonical_json(table_) == record.content
    assert to_data(table_)["round"]["record_sha256"] == record.sha256


def test_the_policy_statement_is_overdue_at_31_august_2000() -> None:
    parsed = parse_document(
        SOURCE.read_bytes(),
        name=SOURCE.name,
        corrections=read_corrections(CORRECTIONS.read_text()),
    )
    first = report_table_of(parsed.outline, parsed.head).parts[0].statuses[0]
    assert (first.category, dict(first.schedule)) == ("in_progress", {"I.1(a).1": "overdue"})


def test_a_document_without_a_status_column_gives_a_version_without_a_round() -> None:
    text = table(
        ("1. One", bullets("one."), "By May 2001"), headings=("Themes", "Measures", "Deadline")
    )
    models = {
        item["model"]
        for item in json.loads(parse_document(text.encode(), name="plan of 2001.txt").fixture())
    }
    assert "plans.reportinground" not in models
    assert "plans.actionelement" in models


@pytest.mark.django_db
def test_a_document_with_other_words_loads_too(tmp_path: Path) -> None:
    text = table(("1. One", bullets("one;", "two."), "By May 2001", "Work goes on."))
    parsed = parse_document(text.encode(), name="Other Plan.txt")
    assert (parsed.head.plan_slug, parsed.head.version_slug) == ("other-plan", "other-plan")
    path = tmp_path / "other.json"
    path.write_text(parsed.fixture())
    call_command("loaddata", path, verbosity=0, stdout=StringIO())
    assert ReportingRound.objects.get().as_at.isoformat() == "2001-05-01"
    assert ActionElement.objects.get(reference="I.1.2").text == "two."
