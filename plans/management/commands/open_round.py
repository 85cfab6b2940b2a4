"""Open a reporting round from the command line."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from plans.management.arguments import (
    PlanCommand,
    add_person,
    add_plan,
    add_version,
    day_named,
    person_named,
    version_named,
)
from plans.rounds.services.opening import open_round
from plans.web.refusals import RefusedError

_EPILOG = """\
examples:
  manage.py open_round technical-cooperation --as-at 2001-02-28
  manage.py open_round technical-cooperation --as-at 2001-02-28 --reports-due 2001-02-15 \\
      --symbol GB.280/TC/2 --session "280th Session" --by secretariat
"""


class Command(PlanCommand):
    """``manage.py open_round PLAN --as-at DATE``; see its ``--help``."""

    help = (
        "Open a reporting round on a plan: an empty status for every action element, grouped as\n"
        "in the round before. What may not be done in the browser is refused here too."
    )
    epilog = _EPILOG

    def add_arguments(self, parser: CommandParser) -> None:
        add_plan(parser)
        add_version(parser)
        parser.add_argument(
            "--as-at", metavar="DATE", required=True, help="the day that the statuses describe"
        )
        parser.add_argument(
            "--reports-due", metavar="DATE", default="", help="when reports are due"
        )
        parser.add_argument("--symbol", default="", help="the symbol of the report's document")
        parser.add_argument("--session", default="", help="the session that it is for")
        parser.add_argument("--agenda-item", default="", help="the agenda item that it is for")
        parser.add_argument(
            "--title", default="", help="its title; that of the round before by default"
        )
        add_person(parser)

    def handle(self, *args: object, **options: Any) -> None:
        """Open the round. Raises CommandError, and opens none, when it is refused."""
        as_at = day_named("--as-at", options["as_at"])
        due = options["reports_due"]
        by = person_named(options["by"])
        version = version_named(options["plan"], options["version"])
        try:
            round_ = open_round(
                version=version,
                by=by,
                as_at=as_at,
                symbol=options["symbol"],
                session=options["session"],
                agenda_item=options["agenda_item"],
                title=options["title"],
                reports_due_on=day_named("--reports-due", due) if due else None,
            )
        except RefusedError as refused:
            raise CommandError(str(refused)) from refused
        count = round_.snapshots.count()
        self.stdout.write(
            f"opened round {round_.pk} of {version.plan.slug} {version.slug} as at {as_at}, "
            f"with {count} {'status' if count == 1 else 'statuses'} to report, "
            f"in the name of {by.get_username()}"
        )
