"""Remind officers of what they still have to report in a round."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from plans.management.arguments import PlanCommand, round_to_remind_of
from plans.statuses.services.reminders import Reminder, send_reminders
from plans.web.refusals import RefusedError

_EPILOG = """\
A round is named by its number, as in the address of its page /rounds/NUMBER/, or by its date.

examples:
  manage.py remind --dry-run
  manage.py remind --round 2001-02-28

Meant to be run once a day by a timer of the system. Who is named as having no e-mail address has to
be told in another way. E-mail goes where EMAIL_URL says, and to standard output by default.
"""


class Command(PlanCommand):
    """``manage.py remind``; see its ``--help``."""

    help = (
        "Send everybody who still owes a status in a round one e-mail that lists what was\n"
        "returned to them, what is overdue and what is due. Nobody gets two on one day. The exit\n"
        "status is 1 when a letter could not be sent; the others are sent all the same."
    )
    epilog = _EPILOG

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--round",
            metavar="NUMBER|DATE",
            default="",
            help="the round; without it the one that is open",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say who would get a letter, and send none"
        )

    def handle(self, *args: object, **options: Any) -> None:
        """Send the letters. Raises CommandError when there is no such round or one failed."""
        round_ = round_to_remind_of(options["round"])
        dry = options["dry_run"]
        try:
            outcome = send_reminders(round_, today=timezone.localdate(), dry_run=dry)
        except RefusedError as refused:
            raise CommandError(str(refused)) from refused
        for reminder in outcome.sent:
            verb = "would remind" if dry else "reminded"
            self.stdout.write(
                f"{verb} {_who(reminder)} <{reminder.person.email}>: {_what(reminder)}"
            )
        for reminder in outcome.before:
            self.stdout.write(f"reminded today already: {_who(reminder)}")
        for reminder in outcome.without_address:
            self.stdout.write(f"no e-mail address: {_who(reminder)}: {_what(reminder)}")
        for reminder, reason in outcome.failed:
            self.stderr.write(f"not sent to {_who(reminder)} <{reminder.person.email}>: {reason}")
        if not (outcome.sent or outcome.before or outcome.without_address or outcome.failed):
            self.stdout.write("nobody owes anything")
        if outcome.failed:
            count = len(outcome.failed)
            raise CommandError(f"{count} {'letter was' if count == 1 else 'letters were'} not sent")


def _who(reminder: Reminder) -> str:
    return reminder.person.get_username()


def _what(reminder: Reminder) -> str:
    counted = (
        (len(reminder.returned), "returned"),
        (len(reminder.overdue), "overdue"),
        (len(reminder.due), "due"),
    )
    return ", ".join(f"{count} {word}" for count, word in counted if count)
