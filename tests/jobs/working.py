"""Doing jobs in tests: in this process, or by a worker of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from plans.jobs.attempts import Attempt, perform
from plans.jobs.services import begin, enqueue
from plans.models import Job

ROOT = Path(__file__).resolve().parents[2]
# Only a machine in trouble takes so long; no test waits for it to pass.
PATIENCE = 120.0


def asked(kind: str = "make_unit", key: str = "a key", **arguments: str) -> Job:
    """A job of a kind of ``tests.jobs.handlers``."""
    return enqueue(kind, key=key, arguments={"slug": "a-unit", **arguments})


def begun(job: Job) -> Attempt:
    """The attempt that a worker would begin now."""
    job.refresh_from_db()
    current = begin(job.pk, job.attempt)
    assert current is not None
    return Attempt(current)


def work_off() -> None:
    """Do every job that waits, in this process and without heartbeats."""
    while job := Job.objects.filter(state=Job.State.WAITING).order_by("pk").first():
        perform(begun(job))


def wait_until(happens: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """Whether a process runs; not one that has ended and is not waited for yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@contextmanager
def worker(command: str = "work", *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker on the database and files of this test, killed at the end."""
    with beside("manage.py", command, "--no-startup-delay", *options) as process:
        yield process


@contextmanager
def beside(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """This Python with ``arguments``, on the database and files of this test, killed at the end."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "tests.jobs.worker_settings",
            "TEST_DATABASE_NAME": str(connection.settings_dict["NAME"]),
            "TRACKER_FILES": str(settings.MEDIA_ROOT),
        }
        | environment,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
