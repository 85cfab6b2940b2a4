"""Rows, days and text files that a command line names. Each raises CommandError in one line."""

from __future__ import annotations

import os
import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import F, Q

from plans.models import Plan, PlanVersion, ReportingRound, Role
from plans.reading.corrections import CorrectionError, Corrections, read_corrections
from plans.reading.readers.kinds import MAX_BYTES
from plans.web.files import write_atomically
from plans.web.forms import parse_int


class PlanCommand(BaseCommand):
    """A command about a plan, in whose arguments ``--version`` is a version of the plan.

    Django's own option of that name would print the version of Django. ``epilog`` stands below
    the options, with its lines kept.
    """

    epilog = ""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name,
            subcommand,
            conflict_handler="resolve",
            epilog=self.epilog,
            formatter_class=RawDescriptionHelpFormatter,
            **kwargs,
        )


def add_plan(parser: CommandParser) -> None:
    """The argument ``PLAN``."""
    parser.add_argument("plan", metavar="PLAN", help="the plan, such as technical-cooperation")


def add_version(parser: CommandParser) -> None:
    """The option ``--version``, for ``version_named``."""
    parser.add_argument(
        "--version",
        metavar="V",
        default="",
        help="the version of the plan, such as gb276-tc-2; the newest one by default",
    )


def add_person(parser: CommandParser) -> None:
    """The option ``--by``, for ``person_named``."""
    parser.add_argument(
        "--by",
        metavar="USERNAME",
        default="",
        help="in whose name; the oldest administrator by default",
    )


def day_named(option: str, text: str) -> date:
    """The day that ``option`` was given."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{option} {text}: not a date such as 2000-08-31") from error


def version_named(plan_slug: str, version_slug: str = "") -> PlanVersion:
    """A version of a plan, with its plan; without its name the newest published one, or else
    the newest."""
    plan = Plan.objects.filter(slug=plan_slug).first()
    if plan is None:
        known = ", ".join(Plan.objects.order_by("slug").values_list("slug", flat=True))
        raise CommandError(f"no plan {plan_slug}; there is {known or 'none yet'}")
    versions = plan.versions.select_related("plan")
    if version_slug:
        found = versions.filter(slug=version_slug).first()
    else:
        found = versions.order_by(
            "-published", F("dated_on").desc(nulls_last=True), "-slug"
        ).first()
    if found is None:
        known = ", ".join(versions.order_by("slug").values_list("slug", flat=True))
        named = f" {version_slug}" if version_slug else ""
        raise CommandError(f"{plan_slug} has no version{named}; there is {known or 'none yet'}")
    return found


def round_named(version: PlanVersion, as_at: date | None) -> ReportingRound:
    """A round, with its version and plan; without a date the newest closed one, or else the
    newest."""
    rounds = version.rounds.with_version()
    if as_at is not None:
        found = rounds.filter(as_at=as_at).first()
    else:
        # "closed" sorts before "open".
        found = rounds.order_by("state", "-as_at").first()
    if found is None:
        days = rounds.order_by("as_at").values_list("as_at", flat=True)
        known = ", ".join(day.isoformat() for day in days)
        named = f" as at {as_at.isoformat()}" if as_at else ""
        raise CommandError(
            f"{version.plan.slug} {version.slug} has no round{named}; there is "
            f"{known or 'none yet'}"
        )
    return found


def round_to_remind_of(text: str) -> ReportingRound:
    """The round that ``--round`` names by its number or its date; "" for the only open one."""
    rounds = ReportingRound.objects.with_version().order_by("pk")
    if not text:
        found = list(rounds.filter(state=ReportingRound.State.OPEN))
        return _only(found, "no round is open", "several rounds are open")
    number = parse_int(text)
    if number is not None:
        return _only(list(rounds.filter(pk=number)), f"--round {text}: no such round", "")
    as_at = day_named("--round", text)
    return _only(
        list(rounds.filter(as_at=as_at)),
        f"--round {text}: no round is as at this date",
        f"--round {text}: several rounds are as at this date",
    )


def _only(found: Sequence[ReportingRound], none: str, several: str) -> ReportingRound:
    if not found:
        raise CommandError(none)
    if len(found) > 1:
        known = ", ".join(
            f"{round_.pk} ({round_.version.plan.slug} {round_.version.slug} {round_.as_at})"
            for round_ in found
        )
        raise CommandError(f"{several}; name one with --round: {known}")
    return found[0]


def person_named(username: str) -> User:
    """The active account of that name; without a name the oldest one that administrates."""
    active = User.objects.filter(is_active=True)
    if username:
        named = active.filter(username=username).first()
        if named is None:
            raise CommandError(f"--by {username}: there is no active account of this name")
        return named
    administrators = active.filter(Q(is_superuser=True) | Q(groups__name=Role.ADMINISTRATOR.value))
    found = administrators.order_by("pk").first()
    if found is None:
        raise CommandError("nobody is an administrator; say with --by in whose name")
    return found


def to_output(command: BaseCommand, name: str, content: bytes) -> None:
    """Put ``content`` into the file ``name``, or to standard output when it is "" or "-"."""
    if name in ("", "-"):
        _to_standard_output(command, content)
    else:
        _to_file(Path(name), content)


def _to_standard_output(command: BaseCommand, content: bytes) -> None:
    binary = getattr(command.stdout, "buffer", None)
    if binary is None:
        try:
            command.stdout.write(content.decode(), ending="")
        except UnicodeDecodeError as error:
            raise CommandError("this format is no text; name a file with --output") from error
        return
    try:
        binary.write(content)
        binary.flush()
    except BrokenPipeError as error:
        # Python would complain once more when it flushes standard output on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise CommandError("standard output was closed before the report ended") from error


def _to_file(path: Path, content: bytes) -> None:
    try:
        if path.exists() and not path.is_file():
            # A device or a pipe is written to, not replaced; a directory is an error.
            path.write_bytes(content)
        else:
            # Through a symbolic link, it is the file behind that is replaced.
            write_atomically(path.resolve(), content)
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror or error}") from error


# -- Text files -----------------------------------------------------------------------------------
# Each failure is a CommandError in one clear line that begins with the file's name, and ends the
# command with status 2.

BAD_INPUT = 2


def read_bytes(path: Path) -> bytes:
    """The file's bytes, but no more than a reader of documents takes and one."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", returncode=BAD_INPUT) from error


def corrections_in(path: Path) -> Corrections:
    """The corrections file."""
    try:
        return read_corrections(read_bytes(path).decode("utf-8-sig"))
    except (CorrectionError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}", returncode=BAD_INPUT) from error


def write_text(path: Path, text: str) -> None:
    """Write the whole file, or leave it as it was."""
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", returncode=BAD_INPUT) from error
