"""The first start of an installation, and every later one."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
from datetime import date
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from plans.management.commands.bootstrap import Command
from plans.models import (
    ActionElement,
    AuditEntry,
    Plan,
    PlanVersion,
    Record,
    ReportingRound,
    StatusCover,
)
from tests.factories import make_round
from tests.tracker.test_server import ROOT, command, environment

ACCOUNT = re.compile(r"^  (\w+) +((?:[a-z2-9]{4}-){5}[a-z2-9]{4})$", re.MULTILINE)
ADDRESS = "127.0.0.1:8000"


def bootstrap() -> str:
    out = StringIO()
    call_command("bootstrap", address=ADDRESS, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_it_loads_the_plan_with_its_record() -> None:
    bootstrap()

    assert (Plan.objects.get().slug, Record.objects.count()) == ("technical-cooperation", 1)


@pytest.mark.django_db
def test_it_makes_one_account_for_each_role_and_prints_where_to_use_it() -> None:
    out = bootstrap()

    names = [name for name, _ in ACCOUNT.findall(out)]
    assert names == ["reader", "officer", "secretariat", "administrator"]
    assert "Sign in at http://127.0.0.1:8000/ as one of these." in out


@pytest.mark.django_db
def test_the_printed_passwords_are_those_of_the_accounts() -> None:
    printed = dict(ACCOUNT.findall(bootstrap()))

    assert {
        name: User.objects.get(username=name).check_password(printed[name]) for name in printed
    } == {
        "reader": True,
        "officer": True,
        "secretariat": True,
        "administrator": True,
    }


@pytest.mark.django_db
def test_each_account_has_its_role_and_only_the_administrator_is_staff() -> None:
    bootstrap()

    rights = {
        user.username: (list(user.groups.values_list("name", flat=True)), user.is_staff)
        for user in User.objects.all()
    }
    assert rights == {
        "reader": ([], False),
        "officer": (["officer"], False),
        "secretariat": (["secretariat"], False),
        "administrator": (["administrator"], True),
    }


@pytest.mark.django_db
def test_a_later_start_changes_nothing_and_says_how_to_get_in() -> None:
    bootstrap()
    before = (ActionElement.objects.count(), list(User.objects.values_list("password", flat=True)))

    out = bootstrap()

    assert out == (
        "Accounts exist. For a new password: .venv/bin/python manage.py changepassword NAME\n"
    )
    assert before == (
        ActionElement.objects.count(),
        list(User.objects.values_list("password", flat=True)),
    )


@pytest.mark.django_db
def test_stopped_while_printing_it_leaves_no_account_that_nobody_can_use() -> None:
    with (
        patch.object(Command, "_print", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        bootstrap()

    assert User.objects.count() == 0


def start(place: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command("manage.py", "bootstrap", "--address", ADDRESS),
        cwd=ROOT,
        env=environment(place),
        stdout=subprocess.PIPE,
        text=True,
    )


def test_killed_in_the_first_load_it_leaves_nothing_and_the_next_start_succeeds(
    tmp_path: Path,
) -> None:
    first = start(tmp_path)
    assert first.stdout is not None
    assert first.stdout.readline() == "Making the database…\n"
    assert first.stdout.readline() == "Loading the plan…\n"
    first.send_signal(signal.SIGKILL)
    first.wait()
    first.stdout.close()
    left_by_first = (tmp_path / "db.sqlite3").exists()

    second = start(tmp_path)
    out, _ = second.communicate()

    assert (left_by_first, second.returncode, len(ACCOUNT.findall(out))) == (False, 0, 4)
    database = sqlite3.connect(tmp_path / "db.sqlite3")
    counts = [
        database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("plans_plan", "plans_record", "auth_user")
    ]
    database.close()
    assert counts == [1, 1, 4]


def test_nothing_but_the_database_and_its_key_is_left(tmp_path: Path) -> None:
    run = start(tmp_path)
    run.communicate()

    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"db.sqlite3": 0o600, "db.sqlite3.secret-key": 0o600}


def test_the_draft_of_a_start_that_still_runs_is_left_alone(tmp_path: Path) -> None:
    running = tmp_path / f"db.sqlite3.new-{os.getpid()}"
    running.touch()

    start(tmp_path).communicate()

    assert running.exists()


@pytest.mark.django_db
def test_the_officer_finds_work_in_an_open_round_on_the_plan() -> None:
    bootstrap()

    round_ = ReportingRound.objects.get(state="open")
    officer = User.objects.get(username="officer")
    assert (str(round_.as_at), round_.symbol, round_.reports_due_on) == ("2001-02-28", "", None)
    assert [unit.name for unit in officer.units.all()] == ["Sample unit"]
    own = ActionElement.objects.filter(units__members=officer)
    assert set(own.values_list("issue__part__number", flat=True)) == {"I"}
    assert own.count() == ActionElement.objects.filter(issue__part__number="I").count()
    assert StatusCover.objects.filter(round=round_).count() == ActionElement.objects.count()


@pytest.mark.django_db
def test_who_gave_the_first_work_is_in_the_audit() -> None:
    bootstrap()

    entries = AuditEntry.objects.order_by("pk").values_list("actor__username", "action")
    assert list(entries) == [
        ("administrator", "unit_named"),
        ("administrator", "members_changed"),
        ("administrator", "units_assigned"),
        ("administrator", "round_opened"),
    ]


@pytest.mark.django_db
def test_where_a_round_is_open_already_no_other_one_is_opened() -> None:
    call_command("loaddata", "technical-cooperation", verbosity=0)
    version = PlanVersion.objects.get()
    make_round(version, as_at=date(2001, 1, 31))

    bootstrap()

    assert list(version.rounds.order_by("as_at").values_list("as_at", "state")) == [
        (date(2000, 8, 31), "closed"),
        (date(2001, 1, 31), "open"),
    ]
