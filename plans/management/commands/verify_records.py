"""Check that the records of closed rounds say what they said when they were made."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from plans.rounds.services.closing import verify_records


class Command(BaseCommand):
    """``manage.py verify_records``; see its ``--help``."""

    help = (
        "Recompute the SHA-256 of every record and the chain of each round's records; check that "
        "every closed round has a record that reads back as its report, and that the triggers are "
        "installed which keep records and closed rounds from being changed. One line for each "
        "thing that does not hold, and exit status 1; else 0."
    )

    def handle(self, *args: object, **options: Any) -> None:
        """Say what was checked. Raises CommandError when anything does not hold."""
        verdict = verify_records()
        for problem in verdict.problems:
            self.stderr.write(problem)
        if verdict.problems:
            count = len(verdict.problems)
            raise CommandError(f"{count} {'thing does' if count == 1 else 'things do'} not hold")
        self.stdout.write(
            f"{verdict.records} record{'' if verdict.records == 1 else 's'} of "
            f"{verdict.rounds} closed round{'' if verdict.rounds == 1 else 's'} verified"
        )
