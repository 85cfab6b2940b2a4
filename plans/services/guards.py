"""What every change of a round or a status begins with: lock it, check the right and the state."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from plans import rules
from plans.models import ReportingRound, StatusSnapshot
from plans.services.errors import NotAllowedError, RoundClosedError


def locked_round(round_id: int) -> ReportingRound:
    """The round with its version and plan, locked until the transaction ends.

    Raises ReportingRound.DoesNotExist.
    """
    return (
        ReportingRound.objects.select_for_update(of=("self",))
        .select_related("version__plan")
        .get(pk=round_id)
    )


def check_keeper(round_: ReportingRound, by: User) -> None:
    """Raises NotAllowedError for whoever does not keep this round."""
    if not rules.can_manage_round(by, round_):
        raise NotAllowedError(_("Only the secretariat keeps rounds."))


def check_open(round_: ReportingRound) -> None:
    """Raises RoundClosedError for a closed round."""
    if round_.is_closed:
        raise RoundClosedError(
            _("The round as at %(date)s is closed; nothing in it can be changed.")
            % {"date": date_format(round_.as_at, "j F Y")}
        )


def locked(snapshot_id: int) -> StatusSnapshot:
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
