"""That records are checked: hashes, chain, content, triggers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from plans.models import Record, ReportingRound
from plans.reports.canonical import sha256_of
from plans.rounds.services.closing import close_round, reopen_round, verify_records
from tests.aside import triggers_aside
from tests.scenes import Scene, set_scene

pytestmark = pytest.mark.django_db

FIRST = "technical-cooperation gb276-tc-2 2000-08-31"
NEXT = "technical-cooperation gb276-tc-2 2001-02-28"


@pytest.fixture
def scene() -> Scene:
    """The second round closed, reopened and closed again: two records of it."""
    scene = set_scene()
    scene.clear_all()
    close_round(round_id=scene.round.pk, by=scene.secretary)
    reopen_round(round_id=scene.round.pk, by=scene.secretary, reason="A wrong figure.")
    close_round(round_id=scene.round.pk, by=scene.secretary)
    return scene


def tamper(statement: str, *values: object) -> None:
    """Change what may not be changed, as somebody could who owns the database."""
    with triggers_aside(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_records_that_hold_are_counted(scene: Scene) -> None:
    verdict = verify_records()
    assert (verdict.rounds, verdict.records, verdict.problems) == (2, 3, ())


def test_a_changed_content_is_found(scene: Scene) -> None:
    record = Record.objects.get(round=scene.earlier)
    content = record.content.replace("Status 1 in one", "Status 1 in two")
    tamper("UPDATE plans_record SET content = %s WHERE id = %s", content, record.pk)
    assert verify_records().problems == (
        f"{FIRST}, record 1: its SHA-256 is {sha256_of(content)}, not {record.sha256} as recorded",
    )


def test_a_changed_content_with_its_hash_is_found_by_the_chain(scene: Scene) -> None:
    record = Record.objects.get(round=scene.round, number=1)
    content = record.content.replace("Done.", "Undone.")
    tamper(
        "UPDATE plans_record SET content = %s, sha256 = %s WHERE id = %s",
        content,
        sha256_of(content),
        record.pk,
    )
    assert verify_records().problems == (
        f"{NEXT}, record 2: it does not name the SHA-256 of the record before it",
    )


def test_a_missing_record_in_the_chain_is_found(scene: Scene) -> None:
    tamper("DELETE FROM plans_record WHERE round_id = %s AND number = 1", scene.round.pk)
    assert verify_records().problems == (f"{NEXT}, record 2: a record before it is missing",)


def test_a_closed_round_without_a_record_is_found(scene: Scene) -> None:
    tamper("DELETE FROM plans_record WHERE round_id = %s", scene.round.pk)
    assert verify_records().problems == (f"{NEXT}: the round is closed and has no record",)


Change = Callable[[str], str]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda content: "{}", "it cannot be read as a report: "),
        (lambda content: content + " ", "its content is not in canonical form"),
        (
            lambda content: content.replace("2000-08-31", "2000-09-30"),
            "it is the report of technical-cooperation gb276-tc-2 2000-09-30",
        ),
        (
            lambda content: content.replace('"state":"closed"', '"state":"open"'),
            "it is the report of a round that was not closed",
        ),
    ],
)
def test_a_record_that_does_not_read_back_as_its_round_is_found(
    scene: Scene, change: Change, problem: str
) -> None:
    record = Record.objects.get(round=scene.earlier)
    content = change(record.content)
    assert content != record.content
    tamper(
        "UPDATE plans_record SET content = %s, sha256 = %s WHERE id = %s",
        content,
        sha256_of(content),
        record.pk,
    )
    (found,) = verify_records().problems
    assert found.startswith(f"{FIRST}, record 1: {problem}")


def test_the_record_of_a_reopened_round_is_verified_too(scene: Scene) -> None:
    reopen_round(round_id=scene.round.pk, by=scene.secretary, reason="Once more.")
    verdict = verify_records()
    assert (verdict.rounds, verdict.records, verdict.problems) == (1, 3, ())


def test_a_missing_trigger_is_named(scene: Scene) -> None:
    name = "plans_record_keep_delete"
    on = " ON plans_record" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{on}")
    assert verify_records().problems == (f"the trigger {name} is not installed",)


def test_an_installation_without_any_round_holds() -> None:
    assert not ReportingRound.objects.exists()
    verdict = verify_records()
    assert (verdict.rounds, verdict.records, verdict.problems) == (0, 0, ())
