"""Make an installation ready to be used: tables, the plan, and the first accounts."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.utils import Error
from django.utils.translation import gettext_lazy as _

from plans.models import Plan, PlanVersion, ReportingRound, Role
from plans.people.services import Assigning, assign_elements, create_unit, set_members
from plans.rounds.services.opening import open_round

FIXTURE = "technical-cooperation.json"
READER = "reader"
NEXT_AS_AT = date(2001, 2, 28)
SAMPLE_UNIT = _("Sample unit")
# About 118 bits, in groups of four that can be read aloud; no letter looks like a digit.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LENGTH = 6, 4


class Command(BaseCommand):
    help = (
        "Makes an installation ready: makes or updates the tables, loads the plan when it is not "
        "there, and makes one account for each role when there are no accounts, with a reporting "
        "round to try them on. Safe to run again, and after having been stopped at any moment."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--address",
            default="",
            metavar="HOST:PORT",
            help="where the site will be, to be printed with the new accounts",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # The embedded database holds drafts and password hashes: for its owner's eyes only.
        os.umask(0o077)
        try:
            if _is_new_sqlite():
                self._say("Making the database…")
                with _built_aside():
                    self._prepare()
            else:
                self._prepare()
            self._people(options["address"])
        except Error as error:
            first = (str(error).splitlines() or [type(error).__name__])[0]
            raise CommandError(f"The database refused: {first}") from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error

    def _prepare(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        path = _fixture()
        slugs = _plans_in(path)
        with transaction.atomic():
            if Plan.objects.filter(slug__in=slugs).exists():
                return
            self._say("Loading the plan…")
            call_command("loaddata", str(path), verbosity=0)

    def _people(self, address: str) -> None:
        with transaction.atomic():
            # Whoever starts at the same moment waits here, and then finds the accounts made.
            groups = {group.name: group for group in Group.objects.select_for_update()}
            if User.objects.exists():
                self.stdout.write(
                    "Accounts exist. For a new password: .venv/bin/python manage.py "
                    "changepassword NAME"
                )
                return
            passwords = {name: _password() for name in (READER, *Role.values)}
            people = {}
            for name, password in passwords.items():
                people[name] = User.objects.create_user(
                    name, password=password, is_staff=name == Role.ADMINISTRATOR.value
                )
                if name != READER:
                    people[name].groups.add(groups[name])
            _give_work(people[Role.OFFICER.value], by=people[Role.ADMINISTRATOR.value])
            # Printed before the accounts are kept: stopped in between, there are no accounts, and
            # the next start prints new passwords. The other way round nobody would know them.
            self._print(passwords, address)

    def _print(self, passwords: dict[str, str], address: str) -> None:
        where = f"at http://{address}/ " if address else ""
        width = max(map(len, passwords))
        lines = [
            "",
            f"Sign in {where}as one of these. The passwords are shown this once:",
            "",
            *(f"  {name:<{width}}  {password}" for name, password in passwords.items()),
            "",
        ]
        self._say("\n".join(lines))

    def _say(self, text: str) -> None:
        # At once, also where the output is a pipe: what is printed says how far it has come.
        self.stdout.write(text)
        self.stdout.flush()


def _give_work(officer: User, *, by: User) -> None:
    """Open the next round on the plan, and let ``officer`` answer for one Part of it.

    So the first accounts can try the whole way of a status. The unit is a sample, as its name
    says. Does nothing when the plan is not as it was loaded.
    """
    loaded = _plans_in(_fixture())
    version = PlanVersion.objects.filter(plan__slug__in=loaded).select_related("plan").first()
    if version is None or version.rounds.filter(as_at__gte=NEXT_AS_AT).exists():
        return
    if version.rounds.filter(state=ReportingRound.State.OPEN).exists():
        return
    unit = create_unit(name=str(SAMPLE_UNIT), by=by)
    set_members(unit_id=unit.pk, user_ids=[officer.pk], by=by)
    part = version.parts.order_by("ordinal").first()
    elements = version.elements.filter(issue__part=part).values_list("pk", flat=True)
    if elements:
        assign_elements(
            version=version, element_ids=elements, unit_ids=[unit.pk], how=Assigning.ADD, by=by
        )
    open_round(version=version, by=by, as_at=NEXT_AS_AT)


def _password() -> str:
    return "-".join(
        "".join(secrets.choice(READABLE) for _index in range(GROUP_LENGTH))
        for _index in range(GROUPS)
    )


def _fixture() -> Path:
    path: Path = settings.BASE_DIR / "fixtures" / FIXTURE
    return path


def _plans_in(path: Path) -> list[str]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [row["fields"]["slug"] for row in rows if row["model"] == "plans.plan"]


def _is_new_sqlite() -> bool:
    return connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists()


@contextmanager
def _built_aside() -> Iterator[None]:
    """Build a new SQLite database in a file of its own, which takes its name when it is whole.

    A migration and the note that it ran are not one step in SQLite. Stopped in between, the tables
    would stand in the way of the next start. Here the next start finds no database at all.
    """
    target = Path(connection.settings_dict["NAME"])
    draft = target.with_name(f"{target.name}.new-{os.getpid()}")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for leftover in target.parent.glob(f"{target.name}.new-*"):
        if not _alive(leftover.name):
            leftover.unlink(missing_ok=True)
    connection.close()
    connection.settings_dict["NAME"] = draft
    try:
        yield
        connection.close()
        _fold_journal(draft)
        # Somebody else's start may have been quicker; theirs is as good.
        with suppress(FileExistsError):
            os.link(draft, target)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = target
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{draft}{suffix}").unlink(missing_ok=True)


def _alive(name: str) -> bool:
    """Whether the process whose number follows ``.new-`` in the file's name still runs."""
    number = name.rpartition(".new-")[2].partition("-")[0]
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def _fold_journal(path: Path) -> None:
    """Bring everything into the file itself: its journal has another name and stays behind."""
    database = sqlite3.connect(path)
    try:
        database.execute("PRAGMA journal_mode=DELETE")
    finally:
        database.close()
