"""Close a reporting round from the command line."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from plans.management.arguments import (
    PlanCommand,
    add_person,
    add_plan,
    add_version,
    day_named,
    person_named,
    round_named,
    version_named,
)
from plans.rounds.services.closing import close_round, gaps_of, warnings_of
from plans.web.refusals import GapsError, RefusedError

_EPILOG = """\
examples:
  manage.py close_round technical-cooperation --as-at 2001-02-28 --dry-run
  manage.py close_round technical-cooperation --as-at 2001-02-28
  manage.py close_round technical-cooperation --as-at 2001-02-28 --not-reported-all
"""


class Command(PlanCommand):
    """``manage.py close_round PLAN --as-at DATE``; see its ``--help``."""

    help = (
        "Close a reporting round and freeze its report as a record, whose SHA-256 is printed.\n"
        "When anything is not cleared yet, each gap is listed, nothing changes, and the exit\n"
        "status is 1. What the page warns of, such as an empty cover, is listed too, and does\n"
        "not stand in the way; with --dry-run that is all that is done."
    )
    epilog = _EPILOG

    def add_arguments(self, parser: CommandParser) -> None:
        add_plan(parser)
        add_version(parser)
        parser.add_argument(
            "--as-at", metavar="DATE", required=True, help="the date of the round, as 2001-02-28"
        )
        parser.add_argument(
            "--not-reported-all",
            action="store_true",
            help="state that whatever was not submitted was not reported; what was submitted "
            "has to be cleared first",
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="list what stands in the way and what is warned of, and change nothing",
        )
        add_person(parser)

    def handle(self, *args: object, **options: Any) -> None:
        """Close the round. Raises CommandError, and changes nothing, when it is refused."""
        as_at = day_named("--as-at", options["as_at"])
        by = person_named(options["by"])
        round_ = round_named(version_named(options["plan"], options["version"]), as_at)
        for warning in warnings_of(round_):
            self.stderr.write(f"warning: {warning}")
        not_reported: set[int] = set()
        if options["not_reported_all"]:
            not_reported = {gap.snapshot.pk for gap in gaps_of(round_) if gap.snapshot is not None}
        try:
            with transaction.atomic():
                record = close_round(round_id=round_.pk, by=by, not_reported=not_reported)
                transaction.set_rollback(options["dry_run"])
        except GapsError as refused:
            for gap in refused.gaps:
                self.stderr.write(f"{', '.join(gap.references)}: {gap.problem}")
            raise CommandError(str(refused)) from refused
        except RefusedError as refused:
            raise CommandError(str(refused)) from refused
        named = f"round {round_.pk} of {round_.version.plan.slug} {round_.version.slug}"
        description = f"{named} as at {as_at} in the name of {by.get_username()}"
        if options["dry_run"]:
            self.stdout.write(f"would close {description}")
            return
        self.stdout.write(f"closed {description}\nrecord {record.number}, SHA-256 {record.sha256}")
