"""Take a version back that is not published."""

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
from plans.seeding.services.publish import take_back
from plans.web.refusals import RefusedError


class Command(PlanCommand):
    """``manage.py take_back_version PLAN VERSION``; see its ``--help``."""

    help = (
        "Take back a version that was seeded and is not published. Its document becomes a draft\n"
        "again, under /seed/, with every correction and decision as it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_plan(parser)
        parser.add_argument("version", metavar="VERSION", help="its version, such as gb276-tc-2")
        parser.add_argument("--reason", required=True, help="why; the audit keeps it")
        add_person(parser)

    def handle(self, *args: object, **options: Any) -> None:
        """Take it back. Raises CommandError, and changes nothing, when it is refused."""
        version = version_named(options["plan"], options["version"])
        by = person_named(options["by"])
        try:
            draft = take_back(version_id=version.pk, by=by, reason=options["reason"])
        except RefusedError as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"{options['plan']} {options['version']} is taken back; its document "
            f"{draft.file_name} is draft {draft.pk} again."
        )
