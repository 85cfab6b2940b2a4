"""Checking that the records say today what they said when they were made."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from plans import triggers
from plans.models import Record, ReportingRound
from plans.reports.canonical import ReportTableError, canonical_json, from_record, sha256_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """``rounds`` closed rounds and ``records`` records were checked; ``problems`` are one line
    each, and empty when all holds."""

    rounds: int
    records: int
    problems: tuple[str, ...]


def verify_records() -> Verdict:
    """Recompute what can be recomputed, and say what does not hold.

    Every record's SHA-256 and canonical form; that a round's records are numbered from 1 and
    chained; that every closed round has a record in force, which is a report of that round; that
    the triggers are installed. Reads one record at a time. Changes nothing.
    """
    problems: list[str] = []
    checked = 0
    rounds = list(
        ReportingRound.objects.select_related("version__plan")
        .defer("paragraphs", "footnotes")
        .order_by("version__plan__slug", "version__slug", "as_at")
    )
    for round_ in rounds:
        name = f"{round_.version.plan.slug} {round_.version.slug} {round_.as_at.isoformat()}"
        newest: Record | None = None
        for record in round_.records.order_by("number").iterator(chunk_size=1):
            checked += 1
            problems += (f"{name}, record {record.number}: {line}" for line in _of(record, newest))
            newest = record
        if round_.is_closed and newest is None:
            problems.append(f"{name}: the round is closed and has no record")
        elif newest is not None:
            problems += (
                f"{name}, record {newest.number}: {line}" for line in _says(newest, round_)
            )
    problems += (f"the trigger {name} is not installed" for name in missing_triggers())
    closed = sum(round_.is_closed for round_ in rounds)
    return Verdict(rounds=closed, records=checked, problems=tuple(problems))


def missing_triggers() -> list[str]:
    """The names of the triggers that the database should have and has not. One query."""
    with connection.cursor() as cursor:
        cursor.execute(triggers.listing(connection.vendor))
        installed = {name for (name,) in cursor.fetchall()}
    return [name for _table, name in triggers.names() if name not in installed]


def _of(record: Record, before: Record | None) -> list[str]:
    """What is wrong with a record in itself and beside the one before it."""
    found = []
    actual = sha256_of(record.content)
    if actual != record.sha256:
        found.append(f"its SHA-256 is {actual}, not {record.sha256} as recorded")
    if record.number != (before.number + 1 if before else 1):
        found.append("a record before it is missing")
    elif record.previous_sha256 != (before.sha256 if before else ""):
        found.append("it does not name the SHA-256 of the record before it")
    return found


def _says(record: Record, round_: ReportingRound) -> list[str]:
    """What is wrong with what the record in force says."""
    try:
        # That the hash is another one was said of the record in itself.
        table = from_record(record.content, sha256_of(record.content))
    except ReportTableError as error:
        return [f"it cannot be read as a report: {error}"]
    found = []
    if canonical_json(table) != record.content:
        found.append("its content is not in canonical form")
    if table.round.state != ReportingRound.State.CLOSED:
        found.append("it is the report of a round that was not closed")
    version = round_.version
    said = (table.plan.slug, table.version.slug, table.round.as_at)
    if said != (version.plan.slug, version.slug, round_.as_at):
        found.append(f"it is the report of {said[0]} {said[1]} {said[2].isoformat()}")
    return found
