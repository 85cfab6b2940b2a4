"""Reminding officers of what is outstanding in a round: one message each, once a day."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans import permissions
from plans.models import ReportingRound, SentReminder
from plans.statuses.queries.worklist import (
    OutstandingStatus,
    officers,
    outstanding_by_officer,
    outstanding_statuses,
)
from plans.web.labels import day
from plans.web.mail import absolute_url, build_message
from plans.web.refusals import WrongStateError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reminder:
    """What one person has to report: each status in one of the three lists, in plan order."""

    person: User
    returned: Sequence[OutstandingStatus]
    overdue: Sequence[OutstandingStatus]
    due: Sequence[OutstandingStatus]

    @property
    def total(self) -> int:
        return len(self.returned) + len(self.overdue) + len(self.due)


@dataclass(slots=True)
class RemindersSent:
    """Who was (or would be) reminded, who had been today, who has no address, and whose message
    the mail server did not take, with its answer."""

    sent: list[Reminder] = field(default_factory=list)
    before: list[Reminder] = field(default_factory=list)
    without_address: list[Reminder] = field(default_factory=list)
    failed: list[tuple[Reminder, str]] = field(default_factory=list)


def reminders(round_: ReportingRound) -> list[Reminder]:
    """A reminder for everybody who has something to report in ``round_``.

    ``round_`` comes with its version and plan. Six queries, however many people there are. Raises
    WrongStateError for a closed round in which nothing was reopened.
    """
    statuses = outstanding_statuses(round_)
    if round_.is_closed and not statuses:
        raise WrongStateError(
            _("The round as at %(day)s is closed; nobody owes a report.")
            % {"day": day(round_.as_at)}
        )
    found = []
    for officer in officers():
        _cache_roles(officer)
        outstanding = outstanding_by_officer(officer, statuses)
        if outstanding:
            found.append(
                Reminder(
                    person=officer,
                    returned=[one for one in outstanding if one.returned],
                    overdue=[
                        status for status in outstanding if status.overdue and not status.returned
                    ],
                    due=[
                        status for status in outstanding if not (status.overdue or status.returned)
                    ],
                )
            )
    return found


def send_reminders(round_: ReportingRound, *, today: date, dry_run: bool = False) -> RemindersSent:
    """Send one message to everybody in ``reminders`` who has had none ``today``.

    One failure does not keep the others from theirs. With ``dry_run`` nothing is sent and nothing
    written. Raises as ``reminders``.
    """
    result = RemindersSent()
    had_one = set(round_.reminders.filter(sent_on=today).values_list("user_id", flat=True))
    for reminder in reminders(round_):
        if not reminder.person.email:
            result.without_address.append(reminder)
        elif reminder.person.pk in had_one:
            result.before.append(reminder)
        elif dry_run:
            result.sent.append(reminder)
        else:
            _send(round_, reminder, today, result)
    return result


def compose(round_: ReportingRound, reminder: Reminder) -> EmailMultiAlternatives:
    """The message."""
    subject = ngettext(
        "%(count)d status to report as at %(day)s",
        "%(count)d statuses to report as at %(day)s",
        reminder.total,
    ) % {"count": reminder.total, "day": day(round_.as_at)}
    if round_.reports_due_on:
        subject += _(", due on %(day)s") % {"day": day(round_.reports_due_on)}
    groups = [
        (_("Returned to you, with a comment"), reminder.returned),
        (_("Overdue by the plan's own time-frame, and not reported yet"), reminder.overdue),
        (_("Not reported yet"), reminder.due),
    ]
    return build_message(
        reminder.person,
        subject=subject,
        template="reminder",
        context={
            "round": round_,
            "reminder": reminder,
            "groups": [(title, statuses) for title, statuses in groups if statuses],
            "address": absolute_url("plans:worklist"),
        },
    )


def _send(round_: ReportingRound, reminder: Reminder, today: date, result: RemindersSent) -> None:
    # Written down first: two runs at once send one message, and a run that is killed between the
    # two sends none, rather than one again. No transaction stays open while the server is asked.
    try:
        with transaction.atomic():
            note = SentReminder.objects.create(round=round_, user=reminder.person, sent_on=today)
    except IntegrityError:
        result.before.append(reminder)
        return
    try:
        get_connection().send_messages([compose(round_, reminder)])
    except (OSError, ValueError) as error:
        # ValueError: an address or a header that cannot be written into a message.
        note.delete()
        logger.exception("No reminder to %s", reminder.person.get_username())
        reason = " ".join(str(error).split()) or type(error).__name__
        result.failed.append((reminder, reason))
    else:
        result.sent.append(reminder)


def _cache_roles(officer: User) -> None:
    """Let the permissions use the groups and units that were read for everybody at once."""
    permissions.cache_roles(
        officer,
        groups=[group.name for group in officer.groups.all()],
        units=[unit.pk for unit in officer.units.all()],
    )
