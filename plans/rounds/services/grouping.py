"""Which elements one status covers: splitting and joining the cells of an open round."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from plans.models import (
    ActionElement,
    AuditEntry,
    ReportingRound,
    StatusCover,
    StatusSnapshot,
    WorkingCopy,
)
from plans.statuses.services.workflow import check_manager, check_open, locked_snapshot
from plans.text.categories import Category
from plans.web.refusals import InvalidError


def split_status(*, snapshot_id: int, element_ids: Collection[int], by: User) -> StatusSnapshot:
    """Take some elements out of a status into a new, empty one. Returns the new one.

    The words stay with the status they were written for. Raises InvalidError when none or all of
    its elements are chosen.
    """
    with transaction.atomic():
        snapshot = _editable(snapshot_id, by)
        covers = StatusCover.objects.filter(snapshot=snapshot)
        moved = covers.filter(element__in=element_ids)
        if not 0 < moved.count() < covers.count():
            raise InvalidError(_("Choose some of the elements, but not all of them."))
        new = StatusSnapshot.objects.create(
            round=snapshot.round,
            ordinal=_next_ordinal(snapshot.round),
            category=Category.NOT_REPORTED,
        )
        moved.update(snapshot=new)
        _log(snapshot, by)
        _log(new, by)
        return new


def join_statuses(*, snapshot_ids: Collection[int], by: User) -> StatusSnapshot:
    """Make one status of several that stand next to each other, also across issues.

    The one that has been written keeps its words, its state and its place in the round; the
    others must still be empty, so that nothing is lost. Raises InvalidError when the issues that
    they cover are not neighbours, when more than one has been written, or when somebody is
    writing in one that would go.
    """
    with transaction.atomic():
        snapshots = [_editable(pk, by) for pk in sorted(set(snapshot_ids))]
        if len(snapshots) < 2:
            raise InvalidError(_("Choose two statuses at least."))
        if len({snapshot.round_id for snapshot in snapshots}) > 1:
            raise InvalidError(_("Choose statuses of one round."))
        written = [snapshot for snapshot in snapshots if snapshot.revision]
        if len(written) > 1:
            raise InvalidError(
                _("More than one of them has been written already; nothing was joined.")
            )
        _check_neighbours(snapshots)
        joined = written[0] if written else snapshots[0]
        others = [snapshot for snapshot in snapshots if snapshot.pk != joined.pk]
        if WorkingCopy.objects.filter(snapshot__in=others).exclude(text="").exists():
            raise InvalidError(
                _("Somebody has begun to write in one that would go; nothing was joined.")
            )
        for other in others:
            StatusCover.objects.filter(snapshot=other).update(snapshot=joined)
            other.delete()
        _log(joined, by)
        return joined


def uncovered(round_: ReportingRound) -> list[str]:
    """References of the elements that no status of ``round_`` covers, in plan order. One query."""
    return list(_uncovered(round_).values_list("reference", flat=True))


def cover_elements(*, round_id: int, by: User) -> int:
    """Give every element that no status covers an empty one of its own. Returns how many.

    Elements are left over where the plan's wording was mended while the round was open.
    """
    with transaction.atomic():
        round_ = ReportingRound.objects.locked().get(pk=round_id)
        check_manager(round_, by)
        check_open(round_)
        count = 0
        for element in _uncovered(round_):
            snapshot = StatusSnapshot.objects.create(
                round=round_, ordinal=_next_ordinal(round_), category=Category.NOT_REPORTED
            )
            StatusCover.objects.create(round=round_, snapshot=snapshot, element=element)
            _log(snapshot, by)
            count += 1
        return count


def _uncovered(round_: ReportingRound) -> QuerySet[ActionElement]:
    return (
        ActionElement.objects.filter(version=round_.version_id)
        .exclude(covers__round=round_)
        .order_by("issue__ordinal", "ordinal")
    )


def _editable(snapshot_id: int, by: User) -> StatusSnapshot:
    snapshot = locked_snapshot(snapshot_id)
    check_manager(snapshot.round, by)
    check_open(snapshot.round)
    return snapshot


def _check_neighbours(snapshots: Sequence[StatusSnapshot]) -> None:
    """Refuse statuses with an issue between them that none of them reaches.

    What counts is the stretch of issues from a status's first to its last: a status may cover
    elements further apart, because adopted documents have such. Issues without elements of
    their own stand between nothing.
    """
    ordinals = (
        ActionElement.objects.filter(version=snapshots[0].round.version_id)
        .order_by("issue__ordinal")
        .values_list("issue__ordinal", flat=True)
        .distinct()
    )
    position = {ordinal: index for index, ordinal in enumerate(ordinals)}
    covered: dict[int, list[int]] = {}
    for pk, ordinal in StatusCover.objects.filter(snapshot__in=snapshots).values_list(
        "snapshot_id", "element__issue__ordinal"
    ):
        covered.setdefault(pk, []).append(position[ordinal])
    stretches = sorted((min(places), max(places)) for places in covered.values())
    reach = stretches[0][1]
    for first, last in stretches[1:]:
        if first > reach + 1:
            raise InvalidError(
                _("Only elements of the same issue or of neighbouring issues can share a status.")
            )
        reach = max(reach, last)


def _next_ordinal(round_: ReportingRound) -> int:
    newest = round_.snapshots.aggregate(newest=Max("ordinal"))["newest"]
    return (newest or 0) + 1


def _log(snapshot: StatusSnapshot, by: User) -> None:
    AuditEntry.objects.create(
        action=AuditEntry.Action.GROUPING_CHANGED,
        actor=by,
        round=snapshot.round,
        subject=snapshot.subject,
    )
