"""Telling people by e-mail what the secretariat did with their statuses.

Called after the change, by whoever called its service. The letters go out once the transaction is
committed; a mail server that fails is logged and breaks nothing, because what was saved is saved
and is on the worklist as well.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence

from django.contrib.auth.models import User
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from plans.models import ReturnedFile, StatusRevision
from plans.web.labels import day
from plans.web.mail import absolute_url, build_message

logger = logging.getLogger(__name__)


def notify_returned(revision: StatusRevision) -> bool:
    """Tell a status's officers that the secretariat returned it, and why; whether there are any.

    They are the members of the units that answer for its elements (of the unit that it was
    reopened for, where there is one), and whoever submitted it last; not whoever returned it.
    """
    _tell(
        revision,
        _concerned_by_return,
        subject=lambda what: _("Returned to you: %(what)s") % {"what": what},
        template="returned",
    )
    return _reachable(_concerned_by_return(revision), but=revision.by_id).exists()


def notify_entered_on_behalf(revision: StatusRevision) -> None:
    """Tell the members of ``revision.on_behalf_of`` what was entered for their unit.

    Does nothing for a revision that was entered on nobody's behalf.
    """
    if revision.on_behalf_of_id is None:
        return
    _tell(
        revision,
        lambda entered: Q(units=entered.on_behalf_of_id),
        subject=lambda what: _("Entered on your behalf: %(what)s") % {"what": what},
        template="on_behalf",
    )


def notify_entered_from_file(file: ReturnedFile, revisions: Sequence[StatusRevision]) -> bool:
    """Tell the members of a unit, in one message, what was entered for it from a file it sent.

    Returns whether there is anybody to be told. Those of ``revisions`` that were entered on
    nobody's behalf are left out.
    """
    entered = [revision for revision in revisions if revision.on_behalf_of_id is not None]
    people = list(_reachable(Q(units=file.unit_id), but=entered[0].by_id)) if entered else []
    if people:
        transaction.on_commit(lambda: _send_from_file(file, entered, people), robust=True)
    return bool(people)


def _concerned_by_return(revision: StatusRevision) -> Q:
    snapshot = revision.snapshot
    submitted = snapshot.revisions.filter(
        number__lt=revision.number,
        action__in=(StatusRevision.Action.SUBMITTED, StatusRevision.Action.REAFFIRMED),
    ).order_by("-number")
    submitter = Q(pk__in=submitted.values("by")[:1])
    if snapshot.reopened_for_id is not None:
        return submitter | Q(units=snapshot.reopened_for_id)
    return submitter | Q(units__elements__covers__snapshot=snapshot)


def _tell(
    revision: StatusRevision,
    concerned: Callable[[StatusRevision], Q],
    *,
    subject: Callable[[str], str],
    template: str,
) -> None:
    def send() -> None:
        people = _reachable(concerned(revision), but=revision.by_id)
        if people:
            _send(revision, people, subject, template)

    # Robust: whatever fails in it is logged by Django and reaches nobody's save.
    transaction.on_commit(send, robust=True)


def _reachable(concerned: Q, *, but: int | None) -> QuerySet[User]:
    found = User.objects.filter(concerned, is_active=True).exclude(email="")
    if but is not None:
        found = found.exclude(pk=but)
    return found.distinct().order_by("pk")


def _send(
    revision: StatusRevision,
    people: Iterable[User],
    subject: Callable[[str], str],
    template: str,
) -> None:
    snapshot = revision.snapshot
    what = snapshot.subject
    context = {
        "revision": revision,
        "snapshot": snapshot,
        "what": what,
        "round": snapshot.round,
        "elements": list(snapshot.elements.order_by("issue__ordinal", "ordinal")),
        "address": absolute_url("plans:status", snapshot.round_id, snapshot.ordinal),
    }
    title = _("%(what)s (status as at %(day)s)") % {
        "what": what,
        "day": day(snapshot.round.as_at),
    }
    _send_letters(people, subject=subject(title), template=template, context=context, what=what)


def _send_from_file(
    file: ReturnedFile, revisions: Sequence[StatusRevision], people: Iterable[User]
) -> None:
    context = {
        "file": file,
        "round": file.round,
        "by": revisions[0].by,
        "entered": [
            (
                revision.snapshot.subject,
                revision,
                absolute_url("plans:status", file.round_id, revision.snapshot.ordinal),
            )
            for revision in revisions
        ],
    }
    subject = _("Entered on your behalf from “%(name)s” (status as at %(day)s)") % {
        "name": file.name,
        "day": day(file.round.as_at),
    }
    _send_letters(
        people, subject=subject, template="on_behalf_file", context=context, what=file.name
    )


def _send_letters(
    people: Iterable[User],
    *,
    subject: str,
    template: str,
    context: Mapping[str, object],
    what: str,
) -> None:
    """One message to each; whatever keeps one back is logged."""
    try:
        with get_connection() as connection:
            for person in people:
                _hand_over(
                    connection,
                    build_message(person, subject=subject, template=template, context=context),
                    f"{what} to {person.get_username()}",
                )
    except OSError:
        logger.exception("The mail server cannot be reached; nobody was told about %s", what)


def _hand_over(connection: BaseEmailBackend, message: EmailMessage, about: str) -> None:
    """Send one message; what keeps it back keeps back no other."""
    try:
        connection.send_messages([message])
    except (OSError, ValueError):
        # Every failure of SMTP is an OSError; a ValueError is an address that cannot be written.
        logger.exception("The mail server took no notice about %s", about)
