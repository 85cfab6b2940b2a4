"""What people still have to report: the rows of their worklist, and what reminders are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.contrib.auth.models import User
from django.db.models import OuterRef, Q, QuerySet, Subquery

from plans import permissions
from plans.catalogue.queries.browsing import fold
from plans.catalogue.queries.lineage import direct_ancestors
from plans.models import (
    ActionElement,
    PlanVersion,
    ReportingRound,
    Role,
    StatusCover,
    StatusRevision,
    StatusSnapshot,
    Unit,
    WorkingCopy,
)
from plans.models.rounds import StatusSnapshotQuerySet
from plans.permissions import Person
from plans.statuses.queries.status import FoundStatus, ScheduledElement, of_earlier_versions
from plans.text.categories import Category
from plans.text.timeframes import ScheduleState, schedule_state

State = StatusSnapshot.State

# The most pressing first; what was reported as done comes last.
_PRESSING = (
    ScheduleState.OVERDUE,
    ScheduleState.DUE_SOON,
    ScheduleState.ON_SCHEDULE,
    ScheduleState.OPEN_ENDED,
    ScheduleState.NOT_DATABLE,
    ScheduleState.DONE,
)


class WorklistStage(StrEnum):
    """How far a status is on its way to the secretariat, or that it was closed without a report."""

    RETURNED = "returned"
    EMPTY = "empty"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    CLEARED = "cleared"
    NOT_REPORTED = "not_reported"

    @property
    def reported(self) -> bool:
        """True once the secretariat has a report."""
        return self in (WorklistStage.SUBMITTED, WorklistStage.CLEARED)

    @property
    def is_outstanding(self) -> bool:
        """True while it is the officer's turn."""
        return self in (WorklistStage.RETURNED, WorklistStage.EMPTY, WorklistStage.DRAFT)


Place = tuple[int, date, int, int]


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """One status to report on.

    ``schedule`` is the most pressing state among its elements. ``newest`` is its last revision,
    ``earlier`` the status that “no change” would reaffirm, ``unsaved`` says that the person has
    typed something which is not saved. Rows sort by ``place``.
    """

    found: FoundStatus
    elements: Sequence[ScheduledElement]
    schedule: ScheduleState
    newest: StatusRevision | None
    earlier: StatusSnapshot | None
    unsaved: bool
    place: Place

    @property
    def snapshot(self) -> StatusSnapshot:
        return self.found.snapshot

    @property
    def stage(self) -> WorklistStage:
        return stage_of(self.snapshot)

    @property
    def comment(self) -> str:
        """What the secretariat said when it sent the status back."""
        return self.newest.comment if self.newest and self.stage is WorklistStage.RETURNED else ""

    @property
    def on_behalf_of(self) -> Unit | None:
        """The unit for which the secretariat would enter it, when there is only one."""
        units = self.found.answering
        return units[0] if len(units) == 1 else None


@dataclass(frozen=True, slots=True)
class WorklistProgress:
    """How much of what somebody has to report in one round is with the secretariat."""

    round: ReportingRound
    reported: int
    total: int


def stage_of(snapshot: StatusSnapshot) -> WorklistStage:
    """The stage that a status is in."""
    if snapshot.state == State.DRAFT:
        return WorklistStage.DRAFT if snapshot.revision else WorklistStage.EMPTY
    if snapshot.state == State.CLEARED and snapshot.category == Category.NOT_REPORTED:
        return WorklistStage.NOT_REPORTED
    return WorklistStage(snapshot.state)


def worklist_rows(user: Person, statuses: StatusSnapshotQuerySet) -> list[WorklistRow]:
    """The rows of ``statuses``, the most pressing first. Six queries, however many there are.

    Returned statuses come before all others.
    """
    snapshots = list(statuses.with_round().with_elements().order_by("round__as_at", "ordinal"))
    newest = _newest(snapshots)
    earlier = earlier_statuses(snapshots)
    unsaved = set(
        WorkingCopy.objects.filter(snapshot__in=snapshots, user=user.pk).values_list(
            "snapshot_id", flat=True
        )
    )
    rows = [
        _row(snapshot, newest.get(snapshot.pk), earlier, snapshot.pk in unsaved)
        for snapshot in snapshots
        if snapshot.covers.all()
    ]
    rows.sort(key=lambda row: (row.stage is not WorklistStage.RETURNED, row.place))
    return rows


def search_rows(rows: Iterable[WorklistRow], words: Sequence[str]) -> list[WorklistRow]:
    """The ``rows`` in whose texts every one of ``words`` occurs, accents and capitals aside."""
    wanted = [fold(word) for word in words]

    def matches(row: WorklistRow) -> bool:
        texts = [row.snapshot.text, row.comment]
        for entry in row.elements:
            element = entry.element
            texts += [element.reference, element.text, element.issue.title]
            if element.time_frame:
                texts.append(element.time_frame.text)
        folded = fold("\n".join(texts))
        return all(word in folded for word in wanted)

    return [row for row in rows if matches(row)]


def progress(rows: Iterable[WorklistRow]) -> list[WorklistProgress]:
    """How much of ``rows`` is reported, round by round."""
    by_round: dict[int, list[WorklistRow]] = {}
    for row in rows:
        by_round.setdefault(row.snapshot.round_id, []).append(row)
    return [
        WorklistProgress(
            round=members[0].snapshot.round,
            reported=sum(row.stage.reported for row in members),
            total=len(members),
        )
        for members in by_round.values()
    ]


def next_outstanding(
    rows: Sequence[WorklistRow], round_id: int, ordinal: int
) -> WorklistRow | None:
    """The row to go on with after that status: the next outstanding one.

    From the end it goes back to the start. None when nothing else is outstanding.
    """

    def is_it(row: WorklistRow) -> bool:
        return (row.snapshot.round_id, row.snapshot.ordinal) == (round_id, ordinal)

    outstanding = [row for row in rows if row.stage.is_outstanding and not is_it(row)]
    here = next((row.place for row in rows if is_it(row)), None)
    after = (row for row in outstanding if here is None or row.place > here)
    return next(after, outstanding[0] if outstanding else None)


def _row(
    snapshot: StatusSnapshot,
    newest: StatusRevision | None,
    earlier: Mapping[tuple[int, int], StatusSnapshot],
    unsaved: bool,
) -> WorklistRow:
    version = snapshot.round.version
    covered = [cover.element for cover in snapshot.covers.all()]
    before = [
        found for element in covered if (found := earlier.get((snapshot.round_id, element.pk)))
    ]
    entries = []
    for element in covered:
        element.version = element.issue.version = version
        reported = earlier.get((snapshot.round_id, element.pk))
        entries.append(ScheduledElement(element, _schedule(snapshot, element, reported)))
    schedule = min((entry.schedule for entry in entries), key=_PRESSING.index)
    due = [element.time_frame.due_on for element in covered if element.time_frame]
    place = (
        _PRESSING.index(_most_pressing_before(snapshot, covered, earlier)),
        min((day for day in due if day), default=date.max),
        snapshot.round_id,
        snapshot.ordinal,
    )
    return WorklistRow(
        found=FoundStatus(snapshot, covered),
        elements=entries,
        schedule=schedule,
        newest=newest,
        earlier=before[0] if before else None,
        unsaved=unsaved,
        place=place,
    )


def _schedule(
    snapshot: StatusSnapshot, element: ActionElement, reported: StatusSnapshot | None
) -> ScheduleState:
    """The schedule state of an element at the round's date.

    What an earlier report said was completed is not overdue only because this one is not written.
    """
    category = Category(snapshot.category)
    if category is Category.NOT_REPORTED and reported is not None:
        category = Category(reported.category)
    return schedule_state(
        element.time_frame.rule if element.time_frame else None,
        completed=category.completed,
        as_at=snapshot.round.as_at,
    )


def _most_pressing_before(
    snapshot: StatusSnapshot,
    covered: Iterable[ActionElement],
    earlier: Mapping[tuple[int, int], StatusSnapshot],
) -> ScheduleState:
    """The most pressing state as the round began.

    Rows are ordered by it, so that writing a status does not move its row under one's hands.
    """
    states = []
    for element in covered:
        reported = earlier.get((snapshot.round_id, element.pk))
        states.append(
            schedule_state(
                element.time_frame.rule if element.time_frame else None,
                completed=reported is not None and Category(reported.category).completed,
                as_at=snapshot.round.as_at,
            )
        )
    return min(states, key=_PRESSING.index)


def _newest(snapshots: Collection[StatusSnapshot]) -> dict[int, StatusRevision]:
    """The last revision of each status that has one, with who made it. One query."""
    revisions = StatusRevision.objects.newest().with_people().filter(snapshot__in=snapshots)
    return {revision.snapshot_id: revision for revision in revisions.defer("text")}


def earlier_statuses(
    snapshots: Collection[StatusSnapshot], *, with_texts: bool = False
) -> dict[tuple[int, int], StatusSnapshot]:
    """By round and element, the newest cleared status before that round.

    As ``previous_status`` finds it for one status. ``snapshots`` come with their round, version and
    covers. ``with_texts`` reads what the statuses say, their rounds, and what they reaffirm. One
    query, and those of ``plans.catalogue.queries.lineage`` for each plan version.
    """
    by_version: defaultdict[PlanVersion, list[StatusSnapshot]] = defaultdict(list)
    for snapshot in snapshots:
        by_version[snapshot.round.version].append(snapshot)
    # What is asked of an element is answered by itself and by what it was in earlier versions.
    asking: defaultdict[int, list[int]] = defaultdict(list)
    for version, members in by_version.items():
        covered = [[cover.element_id for cover in one.covers.all()] for one in members]
        for elements in covered:
            for element in elements:
                asking[element].append(element)
        if version.based_on_id is not None:
            for element, direct in direct_ancestors(version, covered).items():
                for ancestor in direct:
                    asking[ancestor].append(element)
    rounds = {snapshot.round_id: snapshot.round for snapshot in snapshots}
    in_rounds: defaultdict[int, set[int]] = defaultdict(set)
    for snapshot in snapshots:
        for cover in snapshot.covers.all():
            in_rounds[cover.element_id].add(snapshot.round_id)
    covers = (
        StatusCover.objects.filter(
            Q(round__version__in=by_version) | of_earlier_versions(),
            element__in=asking,
            snapshot__state=State.CLEARED,
        )
        .exclude(snapshot__category=Category.NOT_REPORTED)
        .select_related("snapshot", "round")
        .defer("round__paragraphs", "round__footnotes")
        .order_by("round__as_at")
    )
    covers = (
        covers.select_related("snapshot__reaffirms__round")
        if with_texts
        else covers.defer("snapshot__text")
    )
    found: dict[tuple[int, int], StatusSnapshot] = {}
    for cover in covers:
        cover.snapshot.round = cover.round
        for element in asking[cover.element_id]:
            if element != cover.element_id and not cover.round.is_closed:
                continue
            for round_id in in_rounds[element]:
                if cover.round.as_at < rounds[round_id].as_at:
                    found[round_id, element] = cover.snapshot
    return found


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
    snapshots = (
        round_.snapshots.filter(
            state__in=(StatusSnapshot.State.DRAFT, StatusSnapshot.State.RETURNED)
        )
        .with_elements()
        .order_by("ordinal")
        .annotate(returned_because=Subquery(comments[:1]))
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
                    comment=getattr(snapshot, "returned_because", None) or "" if returned else "",
                )
            )
    return sorted(found, key=lambda status: _place(status.elements[0]))


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
        status
        for status in statuses
        if permissions.can_edit_snapshot(
            officer,
            status.snapshot,
            [[unit.pk for unit in element.units.all()] for element in status.elements],
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
