"""What the secretariat has before it when it clears a round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plans.models import ReportingRound, StatusCover, StatusRevision, StatusSnapshot
from plans.rounds.queries.cockpit import statuses_of
from plans.statuses.queries.status import FoundStatus

State = StatusSnapshot.State
Action = StatusRevision.Action

# What a unit hands in; the words that were cleared are compared with those.
_HANDED_IN = (Action.SUBMITTED, Action.REAFFIRMED)


@dataclass(frozen=True, slots=True)
class WaitingStatus:
    """A submitted status, and the revision that handed it in."""

    found: FoundStatus
    submitted: StatusRevision | None


@dataclass(frozen=True, slots=True)
class ClearedStatus:
    """A cleared status: what was handed in, and what was cleared; None where neither was."""

    found: FoundStatus
    submitted: StatusRevision | None
    cleared: StatusRevision | None

    @property
    def edited(self) -> bool:
        """Whether the secretariat cleared other words, or another category."""
        if self.submitted is None or self.cleared is None:
            return False
        return (self.submitted.text, self.submitted.category) != (
            self.cleared.text,
            self.cleared.category,
        )


@dataclass(frozen=True, slots=True)
class ClearingQueue:
    """What waits for clearance and what has been cleared, each in plan order."""

    waiting: Sequence[WaitingStatus]
    cleared: Sequence[ClearedStatus]


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """The place of a status among those that wait: ``position`` of ``total``, counted from 1.

    ``position`` is None for a status that does not wait. ``previous`` and ``next`` are ordinals
    of the waiting statuses before and after it in plan order, None at the ends; ``first`` is that
    of the first one that waits, None when none does.
    """

    position: int | None
    total: int
    previous: int | None
    next: int | None
    first: int | None


def queue(round_: ReportingRound) -> ClearingQueue:
    """The clearing queue of ``round_``, which comes with its version and plan. Three queries."""
    statuses = [
        status
        for status in statuses_of(round_)
        if status.snapshot.state in (State.SUBMITTED, State.CLEARED)
    ]
    revisions = _last_of_each(statuses)
    waiting = []
    cleared = []
    for status in statuses:
        pk = status.snapshot.pk
        submitted = revisions.get((pk, True))
        if status.snapshot.state == State.SUBMITTED:
            waiting.append(WaitingStatus(status, submitted))
        else:
            cleared.append(ClearedStatus(status, submitted, revisions.get((pk, False))))
    return ClearingQueue(waiting, cleared)


def queue_place(round_: ReportingRound, snapshot: StatusSnapshot) -> QueuePlace:
    """The place of ``snapshot`` in the queue of ``round_``. One query."""
    rows = (
        StatusCover.objects.filter(round=round_)
        .in_plan_order()
        .values_list("snapshot_id", "snapshot__ordinal", "snapshot__state")
    )
    order: list[int] = []
    at: int | None = None
    waits = False
    seen: set[int] = set()
    for pk, ordinal, state in rows:
        if pk in seen:
            continue
        seen.add(pk)
        if pk == snapshot.pk:
            at, waits = len(order), state == State.SUBMITTED
        if state == State.SUBMITTED:
            order.append(ordinal)
    here = 0 if at is None else at
    after = here + 1 if waits else here
    return QueuePlace(
        position=here + 1 if waits else None,
        total=len(order),
        previous=order[here - 1] if here else None,
        next=order[after] if after < len(order) else None,
        first=order[0] if order else None,
    )


def clearance(found: FoundStatus) -> ClearedStatus:
    """What was handed in for a status last, and what was cleared of it. One query."""
    revisions = _last_of_each([found])
    pk = found.snapshot.pk
    cleared = revisions.get((pk, False)) if found.snapshot.state == State.CLEARED else None
    return ClearedStatus(found, revisions.get((pk, True)), cleared)


def _last_of_each(statuses: Sequence[FoundStatus]) -> Mapping[tuple[int, bool], StatusRevision]:
    """By status and whether it was handed in (or else cleared), the last such revision."""
    revisions = (
        StatusRevision.objects.filter(
            snapshot__in=[status.snapshot for status in statuses],
            action__in=(*_HANDED_IN, Action.CLEARED),
        )
        .with_people()
        .order_by("number")
    )
    return {
        (revision.snapshot_id, revision.action in _HANDED_IN): revision for revision in revisions
    }
