"""Publish a version that was seeded."""

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
from plans.seeding.services.publish import publish_version
from plans.web.refusals import RefusedError


class Command(PlanCommand):
    """``manage.py publish_version PLAN VERSION``; see its ``--help``."""

    help = (
        "Publish a version that was seeded: everybody can read it from then on, and its wording\n"
        "changes only through a corrigendum."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_plan(parser)
        parser.add_argument("version", metavar="VERSION", help="its version, such as gb276-tc-2")
        add_person(parser)

    def handle(self, *args: object, **options: Any) -> None:
        """Publish it. Raises CommandError when it is refused."""
        version = version_named(options["plan"], options["version"])
        try:
            publish_version(version_id=version.pk, by=person_named(options["by"]))
        except RefusedError as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{version.plan.slug} {version.slug} is published.")
