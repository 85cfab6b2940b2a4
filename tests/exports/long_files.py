"""Asking for files that take long."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from plans.jobs.attempts import Attempt
from plans.models import Job, ReportingRound, Role, Unit
from tests.factories import make_plan, make_round, make_status, make_unit, make_user


def ask(client: Client, address: str) -> Job:
    """The job that asking for the file of this address leads to."""
    answer = client.get(address)
    assert answer.status_code == 302, (answer.status_code, address)
    return Job.objects.get(pk=int(answer["Location"].strip("/").rpartition("/")[2]))


def job_of(job: Job) -> Job:
    job.refresh_from_db()
    return job


def status_of(job: Job) -> str:
    return job_of(job).state


def signed_in(username: str, role: Role | None = None) -> Client:
    """Somebody's browser. An officer is of a unit that answers for nothing."""
    units: list[Unit] = [make_unit("finance")] if role is Role.OFFICER else []
    client = Client()
    client.force_login(make_user(username, role, units=units))
    return client


def officers_round(text: str) -> ReportingRound:
    """An open round whose only status is a draft of the unit ``evaluation``."""
    version = make_plan()
    element = version.elements.first()
    assert element is not None
    element.units.add(make_unit("evaluation"))
    round_ = make_round(version)
    make_status(round_, [element], text=text, state="draft")
    return round_


def save(round_: ReportingRound, text: str) -> None:
    round_.snapshots.filter(ordinal=1).update(text=text)


def make_instant(monkeypatch: pytest.MonkeyPatch, *, before: Callable[[], Any]) -> None:
    """Call ``before`` when the child process of a job would begin."""
    run_limited = Attempt.run_limited

    def instead(self: Attempt, target: str, payload: bytes) -> bytes:
        before()
        return run_limited(self, target, payload)

    monkeypatch.setattr(Attempt, "run_limited", instead)
