"""Asking for files that take long, as the tests of the services do."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from django.conf import LazySettings
from django.contrib.auth.models import AnonymousUser, User

from plans.exports.long_exports import Progress, State, follow
from plans.exports.services import Document
from plans.models import ReportingRound, Role
from plans.permissions import Person
from plans.reports.changes import Shown
from plans.reports.writers import FORMATS, Format
from plans.web.shortcuts import find_report
from tests.factories import make_user

# Only a machine in trouble takes so long; no test waits for it to pass.
PATIENCE = 60.0
CSV = FORMATS["csv"]
SLEEPS = (sys.executable, "-c", "import time; time.sleep(60)")
NOBODY = AnonymousUser()


class Started(list[subprocess.Popen[bytes]]):
    """The processes that were started, in turn."""


def document(
    *rounds: ReportingRound, user: Person = NOBODY, shown: Shown | None = None
) -> Document:
    """The report of one round, or what changed between two, as ``user`` sees it."""
    heads = []
    for round_ in rounds:
        version = round_.version
        head = find_report(user, version.plan.slug, version.slug, round_.as_at)
        assert head is not None
        heads.append(head)
    return Document(tuple(heads), shown)


def ask(
    *rounds: ReportingRound,
    user: Person = NOBODY,
    format_: Format = CSV,
    shown: Shown | None = None,
    again: bool = False,
) -> Progress:
    return follow(
        user=user,
        document=document(*rounds, user=user, shown=shown),
        rounds=rounds,
        format_=format_,
        elements=2,
        again=again,
    )


def wait(
    *rounds: ReportingRound,
    user: Person = NOBODY,
    format_: Format = CSV,
    shown: Shown | None = None,
) -> Progress:
    """Ask until nobody is at work on it any more."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        progress = ask(*rounds, user=user, format_=format_, shown=shown)
        if progress.state in (State.READY, State.FAILED):
            return progress
        time.sleep(0.02)
    raise AssertionError(f"still {progress}")


def kept(settings: LazySettings) -> list[Path]:
    folder: Path = settings.TRACKER_FILES
    return [path for path in folder.iterdir() if path.is_file()]


def secretariat() -> User:
    return make_user("secretariat", Role.SECRETARIAT)
