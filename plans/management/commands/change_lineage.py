"""Say anew what became of elements from one plan version to the next."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from plans.management.arguments import (
    PlanCommand,
    add_person,
    add_plan,
    person_named,
    version_named,
)
from plans.seeding.services.matching import change_lineage
from plans.web.refusals import RefusedError

_EPILOG = """\
examples:
  manage.py change_lineage technical-cooperation gb282-tc-3 --earlier I.1.2 \\
      --later I.1.2 I.1.3 --reason "The bullet was split."
  manage.py change_lineage technical-cooperation gb282-tc-3 --later II.4.1 \\
      --reason "It is new; it was taken for a reworded element."

Leave --earlier out for what is new, --later for what was dropped.
"""


class Command(PlanCommand):
    """``manage.py change_lineage PLAN VERSION``; see its ``--help``."""

    help = (
        "Change what became of elements of the version before, after the version was made. Links\n"
        "that took any of the elements elsewhere go. The reason is kept in the audit."
    )
    epilog = _EPILOG

    def add_arguments(self, parser: CommandParser) -> None:
        add_plan(parser)
        parser.add_argument("version", metavar="VERSION", help="the later version of the two")
        parser.add_argument(
            "--earlier",
            metavar="REFERENCE",
            nargs="+",
            default=[],
            help="elements of the version before, such as I.1(a).2",
        )
        parser.add_argument(
            "--later",
            metavar="REFERENCE",
            nargs="+",
            default=[],
            help="elements of this version that they became",
        )
        parser.add_argument("--reason", required=True, help="why; it is kept")
        add_person(parser)

    def handle(self, *args: object, **options: Any) -> None:
        """Change the links. Raises CommandError, and changes nothing, when it is refused."""
        version = version_named(options["plan"], options["version"])
        by = person_named(options["by"])
        earlier, later = options["earlier"], options["later"]
        try:
            kind = change_lineage(
                version_id=version.pk,
                by=by,
                earlier=earlier,
                later=later,
                reason=options["reason"],
            )
        except RefusedError as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"{', '.join(earlier) or '–'} → {', '.join(later) or '–'}: {kind.value}, "
            f"in the name of {by.get_username()}"
        )
