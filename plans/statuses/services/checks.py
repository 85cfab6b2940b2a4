"""What is checked before a status changes: who asks, in which state it is, and what is sent in."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import User
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans import permissions
from plans.models import (
    ReportingRound,
    StatusSnapshot,
    Unit,
)
from plans.statuses.queries.status import covered_units
from plans.text import prose
from plans.text.categories import Category
from plans.web.labels import day
from plans.web.refusals import (
    InvalidError,
    NotAllowedError,
    RoundClosedError,
    StaleRevisionError,
    WrongStateError,
)

MAX_NARRATIVE = 20_000
"""Characters of a narrative. The longest in print has about 800."""


def _check_open(snapshot: StatusSnapshot) -> None:
    """Raise RoundClosedError for a status of a closed round."""
    if snapshot.is_locked:
        raise RoundClosedError(
            _("The round as at %(date)s is closed; nothing in it can be changed.")
            % {"date": day(snapshot.round.as_at)}
        )


def check_editor(snapshot: StatusSnapshot, by: User, on_behalf_of: Unit | None) -> None:
    """Raise NotAllowedError for whoever may not write this status, or not on behalf of that unit,
    and RoundClosedError when nobody may.
    """
    units = covered_units(snapshot)
    if not permissions.can_see_status(by, snapshot.round, units):
        raise NotAllowedError(_("These elements are another unit's to report on."))
    _check_open(snapshot)
    if not permissions.can_edit_snapshot(by, snapshot, units):
        raise NotAllowedError(_("These elements are another unit's to report on."))
    if on_behalf_of is not None and not permissions.is_secretariat(by):
        raise NotAllowedError(_("Only the secretariat enters a status on behalf of a unit."))


def check_clearing_right(snapshot: StatusSnapshot, by: User) -> None:
    """Raise NotAllowedError for whoever does not keep the round, and RoundClosedError."""
    if not permissions.can_manage_round(by, snapshot.round):
        raise NotAllowedError(_("Only the secretariat clears and returns statuses."))
    _check_open(snapshot)


def check_state(snapshot: StatusSnapshot, allowed: Collection[StatusSnapshot.State]) -> None:
    """Raise WrongStateError for a status that is in none of the states ``allowed``."""
    if snapshot.state not in allowed:
        raise WrongStateError(
            _("This status is %(state)s; that cannot be done with it now.")
            % {"state": snapshot.get_state_display()}
        )


def check_base(snapshot: StatusSnapshot, base_revision: int) -> None:
    """Raise StaleRevisionError when somebody saved the status after ``base_revision``."""
    if base_revision == snapshot.revision:
        return
    newest = snapshot.revisions.select_related("by").order_by("-number").first()
    raise StaleRevisionError(
        _("Somebody else saved this status while you were writing. Nothing was overwritten."),
        snapshot=snapshot,
        newest=newest,
    )


def check_complete(written: bool, category: str) -> None:
    """Raise InvalidError for what cannot be submitted: no words, or no category."""
    if not written:
        raise InvalidError(_("Write a status before you submit it."), field="text")
    if category == Category.NOT_REPORTED:
        raise InvalidError(_("Choose how far the work has come."), field="category")


def check_length(text: str) -> None:
    """Raise InvalidError for a narrative of more than ``MAX_NARRATIVE`` characters.

    A line end is one character, whatever it is made of: browsers send two.
    """
    length = len(text.replace("\r\n", "\n"))
    if length > MAX_NARRATIVE:
        raise InvalidError(
            ngettext(
                "The text has %(count)d character; at most %(max)d can be saved. Shorten it.",
                "The text has %(count)d characters; at most %(max)d can be saved. Shorten it.",
                length,
            )
            % {"count": length, "max": MAX_NARRATIVE},
            field="text",
        )


def clean_narrative(text: str) -> str:
    """``text`` in paragraphs and bullets. Raises InvalidError for one that is too long."""
    check_length(text)
    return prose.clean(text)


def clean_category(value: str) -> str:
    """The value of a category. Raises InvalidError for one that there is not."""
    try:
        category = Category(value)
    except ValueError:
        raise InvalidError(_("Choose a category from the list."), field="category") from None
    return category.value


def locked_round(round_id: int) -> ReportingRound:
    """The round with its version and plan, locked until the transaction ends.

    Raises ReportingRound.DoesNotExist.
    """
    return (
        ReportingRound.objects.select_for_update(of=("self",))
        .select_related("version__plan")
        .get(pk=round_id)
    )


def check_secretariat(round_: ReportingRound, by: User) -> None:
    """Raises NotAllowedError for whoever does not keep this round."""
    if not permissions.can_manage_round(by, round_):
        raise NotAllowedError(_("Only the secretariat keeps rounds."))


def check_open(round_: ReportingRound) -> None:
    """Raises RoundClosedError for a closed round."""
    if round_.is_closed:
        raise RoundClosedError(
            _("The round as at %(date)s is closed; nothing in it can be changed.")
            % {"date": date_format(round_.as_at, "j F Y")}
        )


def locked_snapshot(snapshot_id: int) -> StatusSnapshot:
    """The snapshot with its round, version and plan, locked until the transaction ends.

    The round is locked first, by everybody who changes anything in it: so nobody can close it
    between the check and the save, and no two transactions wait for each other. Raises
    StatusSnapshot.DoesNotExist.
    """
    round_ = (
        ReportingRound.objects.select_for_update(of=("self",))
        .select_related("version__plan")
        .filter(snapshots=snapshot_id)
        .order_by("pk")
        .first()
    )
    # Read after the lock was had, so that it shows what the transaction before has written.
    snapshot = StatusSnapshot.objects.get(pk=snapshot_id)
    if round_ is not None:
        snapshot.round = round_
    return snapshot
