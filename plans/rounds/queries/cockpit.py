"""The secretariat's view of rounds: the list of them, and how far the reporting of one has come."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from plans import permissions
from plans.catalogue.queries.element_state import (
    ElementState,
    Tally,
    element_states,
    tally,
    with_category,
)
from plans.models import (
    ActionElement,
    Part,
    PlanVersion,
    Record,
    ReportingRound,
    StatusCover,
    StatusRevision,
    StatusSnapshot,
    Unit,
)
from plans.permissions import Person
from plans.statuses.queries.status import FoundStatus
from plans.statuses.queries.worklist import WorklistStage, stage_of
from plans.text.categories import Category
from plans.text.timeframes import ScheduleState

NAMED_AT_MOST = 50
"""How many statuses or elements a list of the cockpit names before it only counts."""

State = StatusSnapshot.State


@dataclass(frozen=True, slots=True)
class StageCounts:
    """How many statuses are in each stage. ``counts`` holds every member, zero where none is."""

    counts: Mapping[WorklistStage, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def reported(self) -> int:
        """How many the secretariat has a report on."""
        return sum(count for stage, count in self.counts.items() if stage.reported)


@dataclass(frozen=True, slots=True)
class RoundSummary:
    """A round of the list, and how far its statuses have come."""

    round: ReportingRound
    progress: StageCounts


@dataclass(frozen=True, slots=True)
class PartState:
    """A Part: the stages of the statuses that begin in it, and the states of its elements."""

    part: Part
    progress: StageCounts
    tally: Tally


@dataclass(frozen=True, slots=True)
class UnitState:
    """A unit (None: elements of no unit), its progress, and what it still has to report."""

    unit: Unit | None
    progress: StageCounts
    outstanding: Sequence[FoundStatus]


@dataclass(frozen=True, slots=True)
class NamedStatuses:
    """The first statuses of a list, and how many there are in all."""

    statuses: Sequence[FoundStatus]
    total: int


@dataclass(frozen=True, slots=True)
class ReturnedStatus:
    """A status that was sent back, and why."""

    found: FoundStatus
    comment: str


@dataclass(frozen=True, slots=True)
class Cockpit:
    """What the cockpit of a round shows.

    A status that covers elements of several units counts with each of them. ``overdue`` are the
    elements whose date has passed at the round's date, by what is known so far, the longest due
    first; ``overdue_total`` counts them all. ``uncovered`` are the references of elements that no
    status covers. ``records`` is newest first, without their content.
    """

    round: ReportingRound
    whole: StageCounts
    tally: Tally
    parts: Sequence[PartState]
    units: Sequence[UnitState]
    waiting: NamedStatuses
    returned: Sequence[ReturnedStatus]
    reopened: NamedStatuses
    overdue: Sequence[ActionElement]
    overdue_total: int
    uncovered: Sequence[str]
    records: Sequence[Record]


def managed_rounds(user: Person) -> list[RoundSummary]:
    """The rounds that ``user``, one of the secretariat, manages: open ones first, then by date.

    One query, and one for the person's roles.
    """
    silent = Q(snapshots__category=Category.NOT_REPORTED)
    cleared = Q(snapshots__state=State.CLEARED)
    stages = {
        WorklistStage.EMPTY: Q(snapshots__state=State.DRAFT, snapshots__revision=0),
        WorklistStage.DRAFT: Q(snapshots__state=State.DRAFT, snapshots__revision__gt=0),
        WorklistStage.RETURNED: Q(snapshots__state=State.RETURNED),
        WorklistStage.SUBMITTED: Q(snapshots__state=State.SUBMITTED),
        WorklistStage.CLEARED: cleared & ~silent,
        WorklistStage.NOT_REPORTED: cleared & silent,
    }
    rounds = (
        permissions.visible_rounds(user)
        .with_version()
        .without_cover()
        .annotate(
            **{f"in_{stage.value}": Count("snapshots", filter=q) for stage, q in stages.items()}
        )
        .order_by("-state", "-as_at", "version__plan__title")
    )
    return [
        RoundSummary(
            round_,
            StageCounts({stage: getattr(round_, f"in_{stage.value}") for stage in WorklistStage}),
        )
        for round_ in rounds
    ]


def find_managed_round(user: Person, round_id: int) -> ReportingRound | None:
    """The round with its version and plan, if it exists for ``user``. One query.

    It carries ``record_sha256``, the hash of its newest record, and ``previous``, the date of the
    newest closed round before it; None when there is none.
    """
    earlier = ReportingRound.objects.filter(
        version=OuterRef("version"), as_at__lt=OuterRef("as_at"), state=ReportingRound.State.CLOSED
    ).order_by("-as_at")
    records = Record.objects.filter(round=OuterRef("pk")).order_by("-number")
    return (
        permissions.visible_rounds(user)
        .filter(pk=round_id)
        .with_version()
        .annotate(
            record_sha256=Subquery(records.values("sha256")[:1]),
            previous=Subquery(earlier.values("as_at")[:1]),
        )
        .first()
    )


def versions_to_open(user: Person) -> QuerySet[PlanVersion]:
    """The versions on which ``user`` may open a round now: those without an open one."""
    return (
        permissions.visible_versions(user)
        .exclude(rounds__state=ReportingRound.State.OPEN)
        .select_related("plan")
        .order_by("plan__title", "-dated_on", "slug")
    )


def statuses_of(round_: ReportingRound) -> list[FoundStatus]:
    """Every status of ``round_`` that covers something, in plan order. Two queries.

    Elements come with their issue, Part, time-frame and units. ``round_`` comes with its version
    and plan.
    """
    covers = (
        StatusCover.objects.filter(round=round_)
        .with_elements()
        .select_related("element__issue__part", "snapshot__reaffirms", "snapshot__reopened_for")
    )
    snapshots: dict[int, StatusSnapshot] = {}
    elements: defaultdict[int, list[ActionElement]] = defaultdict(list)
    for cover in covers:
        snapshots.setdefault(cover.snapshot_id, cover.snapshot).round = round_
        cover.element.version = cover.element.issue.version = round_.version
        elements[cover.snapshot_id].append(cover.element)
    return [FoundStatus(snapshot, elements[pk]) for pk, snapshot in snapshots.items()]


def newest_revisions(snapshot_ids: Collection[int]) -> list[StatusRevision]:
    """The last revision of each of those statuses, with the status and its round. One query."""
    return list(
        StatusRevision.objects.newest()
        .filter(snapshot__in=snapshot_ids)
        .select_related("snapshot__round__version__plan", "by")
        .order_by("snapshot__ordinal")
    )


def cockpit(round_: ReportingRound) -> Cockpit:
    """How far the reporting of ``round_`` has come. At most eight queries.

    ``round_`` comes from ``find_managed_round``.
    """
    statuses = statuses_of(round_)
    found = element_states(_as_known(round_), {round_.version_id: round_.as_at})
    covered = {element.pk: element for status in statuses for element in status.elements}
    overdue = sorted(
        (row for row in found if row.schedule is ScheduleState.OVERDUE),
        key=lambda row: row.due_on or date.max,
    )
    return Cockpit(
        round=round_,
        whole=_progress(statuses),
        tally=tally(found),
        parts=_parts(round_.version, statuses, found),
        units=_by_unit(statuses),
        waiting=_named(status for status in statuses if _stage(status) is WorklistStage.SUBMITTED),
        returned=_with_comments(
            [status for status in statuses if _stage(status) is WorklistStage.RETURNED]
        ),
        reopened=_named(
            status for status in statuses if status.snapshot.reopened_for_id is not None
        ),
        overdue=[
            covered[row.element_id] for row in overdue[:NAMED_AT_MOST] if row.element_id in covered
        ],
        overdue_total=len(overdue),
        uncovered=_uncovered(round_.version, found, covered),
        records=list(
            round_.records.select_related("created_by").defer("content").order_by("-number")
        ),
    )


def _stage(status: FoundStatus) -> WorklistStage:
    return stage_of(status.snapshot)


def _as_known(round_: ReportingRound) -> QuerySet[ActionElement]:
    """The version's elements with their category in ``round_``, or else in the report before.

    What was completed is not overdue only because nobody has written so again.
    """
    before = (
        StatusCover.objects.filter(
            element=OuterRef("pk"),
            round__as_at__lt=round_.as_at,
            snapshot__state=State.CLEARED,
        )
        .exclude(snapshot__category=Category.NOT_REPORTED)
        .order_by("-round__as_at")
    )
    nothing = Value(Category.NOT_REPORTED.value)
    return (
        with_category(round_.version.elements.all(), [round_])
        .annotate(entered=F("category"))
        .annotate(
            category=Coalesce(
                NullIf(F("entered"), nothing),
                Subquery(before.values("snapshot__category")[:1]),
                nothing,
            )
        )
    )


def _progress(statuses: Iterable[FoundStatus]) -> StageCounts:
    counts = Counter(_stage(status) for status in statuses)
    return StageCounts({stage: counts[stage] for stage in WorklistStage})


def _parts(
    version: PlanVersion, statuses: Iterable[FoundStatus], found: Iterable[ElementState]
) -> list[PartState]:
    beginning: defaultdict[int, list[FoundStatus]] = defaultdict(list)
    for status in statuses:
        beginning[status.elements[0].issue.part_id].append(status)
    by_part: defaultdict[int, list[ElementState]] = defaultdict(list)
    for row in found:
        by_part[row.part_id].append(row)
    return [
        PartState(part, _progress(beginning[part.pk]), tally(by_part[part.pk]))
        for part in version.parts.order_by("ordinal")
    ]


def _by_unit(statuses: Iterable[FoundStatus]) -> list[UnitState]:
    """Units by name, and last those statuses for which no unit answers."""
    units: dict[int, Unit] = {}
    answering: defaultdict[int, list[FoundStatus]] = defaultdict(list)
    nobody: list[FoundStatus] = []
    for status in statuses:
        if not status.answering:
            nobody.append(status)
        for unit in status.answering:
            units[unit.pk] = unit
            answering[unit.pk].append(status)
    found = [
        _unit_state(unit, answering[unit.pk])
        for unit in sorted(units.values(), key=lambda unit: (unit.name, unit.slug))
    ]
    return [*found, _unit_state(None, nobody)] if nobody else found


def _unit_state(unit: Unit | None, statuses: Sequence[FoundStatus]) -> UnitState:
    return UnitState(
        unit=unit,
        progress=_progress(statuses),
        outstanding=[status for status in statuses if _stage(status).is_outstanding],
    )


def _named(statuses: Iterable[FoundStatus]) -> NamedStatuses:
    every = list(statuses)
    return NamedStatuses(every[:NAMED_AT_MOST], len(every))


def _with_comments(statuses: Sequence[FoundStatus]) -> list[ReturnedStatus]:
    """Returned statuses with what was written when they were returned. One query."""
    returned = StatusRevision.objects.newest().filter(
        snapshot__in=[status.snapshot for status in statuses]
    )
    comments = dict(returned.values_list("snapshot_id", "comment"))
    return [ReturnedStatus(status, comments.get(status.snapshot.pk, "")) for status in statuses]


def _uncovered(
    version: PlanVersion, found: Iterable[ElementState], covered: Mapping[int, ActionElement]
) -> list[str]:
    """References of the elements that no status covers; a query only where there are any."""
    left = [row.element_id for row in found if row.element_id not in covered]
    if not left:
        return []
    return list(
        version.elements.filter(pk__in=left)
        .order_by("issue__ordinal", "ordinal")
        .values_list("reference", flat=True)
    )
