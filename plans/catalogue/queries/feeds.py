"""What the feeds tell: deadlines, closed rounds, cleared statuses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from plans import permissions
from plans.models import (
    ActionElement,
    AuditEntry,
    PlanVersion,
    Record,
    ReportingRound,
    StatusCover,
    StatusSnapshot,
    TimeFrame,
    Unit,
)
from plans.permissions import Person

NEWEST = 100
"""How many cleared statuses a feed holds at most."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time-frame with a due date, the elements that it covers in order, and its version."""

    time_frame: TimeFrame
    elements: Sequence[ActionElement]
    version: PlanVersion


@dataclass(frozen=True, slots=True)
class Deadlines:
    """What a calendar shows. ``rounds`` are those that say when reports are due; each carries
    ``revised_at``, when that was last written, None when nobody wrote it here."""

    deadlines: Sequence[Deadline]
    rounds: Sequence[ReportingRound]


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """A cleared status, the elements that it covers in order, and when it came out."""

    snapshot: StatusSnapshot
    elements: Sequence[ActionElement]
    at: datetime


@dataclass(frozen=True, slots=True)
class Changes:
    """What came out: rounds that were closed, and cleared statuses; each newest first."""

    rounds: Mapping[ReportingRound, datetime]
    statuses: Sequence[FeedStatus]


def plan_deadlines(user: Person, version: PlanVersion) -> Deadlines:
    """The deadlines of a version. Two queries."""
    return _deadlines(user, ActionElement.objects.filter(version=version))


def unit_deadlines(user: Person, unit: Unit) -> Deadlines:
    """The deadlines that a unit answers for, in the versions that ``user`` may see. Two queries."""
    versions = permissions.visible_versions(user).values("pk")
    return _deadlines(user, unit.elements.filter(version__in=versions))


def _deadlines(user: Person, elements: QuerySet[ActionElement]) -> Deadlines:
    dated = (
        elements.filter(time_frame__due_on__isnull=False)
        .select_related("time_frame", "issue", "version__plan")
        .defer("issue__context")
        .order_by("time_frame__due_on", "version", "issue__ordinal", "ordinal")
    )
    by_frame: defaultdict[int, list[ActionElement]] = defaultdict(list)
    for element in dated:
        if element.time_frame is not None:
            by_frame[element.time_frame.pk].append(element)
    written = (
        AuditEntry.objects.filter(
            round=OuterRef("pk"),
            action__in=(AuditEntry.Action.ROUND_OPENED, AuditEntry.Action.COVER_EDITED),
        )
        .order_by()
        .values("round")
        .annotate(newest=Max("at"))
        .values("newest")
    )
    rounds = (
        permissions.visible_rounds(user)
        .filter(reports_due_on__isnull=False, version__in=elements.values("version"))
        .with_version()
        .without_cover()
        .annotate(revised_at=Subquery(written))
        .order_by("reports_due_on", "pk")
    )
    return Deadlines(
        deadlines=[
            Deadline(found[0].time_frame, found, found[0].version)
            for found in by_frame.values()
            if found[0].time_frame is not None
        ],
        rounds=list(rounds),
    )


def plan_changes(user: Person, plan_slug: str) -> Changes:
    """What came out about a plan, as far as ``user`` may see it. Four queries.

    Everybody sees closed rounds as they were published, so a status that was reopened for a unit
    is left out until its round has a new record. Of an open round, the cleared statuses are told
    to those who may read them.
    """
    records = (
        Record.objects.filter(round=OuterRef("pk")).order_by("-number").values("created_at")[:1]
    )
    rounds = list(
        permissions.visible_rounds(user)
        .filter(version__plan__slug=plan_slug)
        .with_version()
        .without_cover()
        .annotate(recorded_at=Subquery(records))
        .order_by("-as_at", "-pk")
    )
    by_id = {round_.pk: round_ for round_ in rounds}
    covers = StatusCover.objects.with_issues().prefetch_related("element__units")
    snapshots = (
        StatusSnapshot.objects.filter(
            # What is reaffirmed may be under change itself, and its new words are not out yet.
            Q(reaffirms__isnull=True)
            | Q(
                reaffirms__state=StatusSnapshot.State.CLEARED,
                reaffirms__reopened_for__isnull=True,
                reaffirms__round__state=ReportingRound.State.CLOSED,
            ),
            round__in=by_id,
            state=StatusSnapshot.State.CLEARED,
            reopened_for__isnull=True,
        )
        .select_related("reaffirms")
        .with_elements(covers)
        .order_by("-round__as_at", "-cleared_at", "ordinal")[:NEWEST]
    )
    statuses = []
    for snapshot in snapshots:
        snapshot.round = by_id[snapshot.round_id]
        elements = [cover.element for cover in snapshot.covers.all()]
        units = [[unit.pk for unit in element.units.all()] for element in elements]
        if elements and permissions.can_see_status(user, snapshot.round, units):
            for element in elements:
                element.version = snapshot.round.version
            at = snapshot.cleared_at or _came_out(snapshot.round)
            statuses.append(FeedStatus(snapshot, elements, at))
    closed = {round_: _came_out(round_) for round_ in rounds if round_.is_closed}
    return Changes(
        rounds=dict(sorted(closed.items(), key=lambda pair: pair[1], reverse=True)),
        statuses=sorted(statuses, key=lambda status: status.at, reverse=True),
    )


def _came_out(round_: ReportingRound) -> datetime:
    """When a round's record was made; for one read from a document, the day that it describes."""
    recorded: datetime | None = getattr(round_, "recorded_at", None)
    return recorded or round_.closed_at or datetime.combine(round_.as_at, time(), UTC)
