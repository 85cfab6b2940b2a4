"""What is still to be reported in a round, and by whom: for reminders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from plans import permissions
from plans.models import (
    ActionElement,
    ReportingRound,
    Role,
    StatusCover,
    StatusRevision,
    StatusSnapshot,
)
from plans.text.categories import Category
from plans.text.timeframes import ScheduleState, schedule_state


@dataclass(frozen=True, slots=True)
class OutstandingStatus:
    """A status that a unit has not submitted yet, with the elements that it covers in order.

    ``overdue`` tells that one of them is, at the round's date; ``comment`` is why it was returned,
    "" when it was not.
    """

    snapshot: StatusSnapshot
    elements: Sequence[ActionElement]
    overdue: bool
    comment: str

    @property
    def returned(self) -> bool:
        return self.snapshot.state == StatusSnapshot.State.RETURNED


def outstanding_statuses(round_: ReportingRound) -> list[OutstandingStatus]:
    """Every status of ``round_`` that waits for its unit, in plan order. Three queries.

    In a closed round those that were reopened. ``round_`` comes with its version and plan.
    """
    comments = (
        StatusRevision.objects.filter(
            snapshot=OuterRef("pk"), action=StatusRevision.Action.RETURNED
        )
        .order_by("-number")
        .values("comment")
    )
    covers = (
        StatusCover.objects.select_related("element__time_frame", "element__issue")
        .prefetch_related("element__units")
        .order_by("element__issue__ordinal", "element__ordinal")
    )
    snapshots = (
        round_.snapshots.filter(
            state__in=(StatusSnapshot.State.DRAFT, StatusSnapshot.State.RETURNED)
        )
        .annotate(returned_because=Subquery(comments[:1]))
        .prefetch_related(Prefetch("covers", queryset=covers))
        .order_by("ordinal")
    )
    if round_.is_closed:
        snapshots = snapshots.filter(reopened_for__isnull=False)
    found = []
    for snapshot in snapshots:
        snapshot.round = round_
        elements = [cover.element for cover in snapshot.covers.all()]
        if elements:
            returned = snapshot.state == StatusSnapshot.State.RETURNED
            found.append(
                OutstandingStatus(
                    snapshot=snapshot,
                    elements=elements,
                    overdue=_overdue(snapshot, elements),
                    comment=(snapshot.returned_because or "") if returned else "",
                )
            )
    return sorted(found, key=lambda owed: _place(owed.elements[0]))


def officers() -> QuerySet[User]:
    """Everybody who may report, in the order of their accounts, roles and units read already."""
    return (
        User.objects.filter(is_active=True, groups__name=Role.OFFICER.value)
        .prefetch_related("groups", "units")
        .order_by("pk")
    )


def outstanding_by_officer(
    officer: User, statuses: Sequence[OutstandingStatus]
) -> list[OutstandingStatus]:
    """Those of ``statuses``, from ``outstanding_statuses``, that ``officer`` may write."""
    return [
        owed
        for owed in statuses
        if permissions.can_edit_snapshot(
            officer,
            owed.snapshot,
            [[unit.pk for unit in element.units.all()] for element in owed.elements],
        )
    ]


def _overdue(snapshot: StatusSnapshot, elements: Sequence[ActionElement]) -> bool:
    completed = Category(snapshot.category).completed
    return any(
        schedule_state(
            element.time_frame.rule if element.time_frame else None,
            completed=completed,
            as_at=snapshot.round.as_at,
        )
        is ScheduleState.OVERDUE
        for element in elements
    )


def _place(element: ActionElement) -> tuple[int, int]:
    return element.issue.ordinal, element.ordinal
