"""One issue or one element, with its statuses in every round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import TypeVar

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise

from plans import permissions
from plans.catalogue.queries.lineage import HistoryStage, element_history
from plans.exports.queries import report_table
from plans.models import (
    AMENDABLE,
    ActionElement,
    Corrigendum,
    EditorialNote,
    ElementGroup,
    Issue,
    Part,
    PlanVersion,
    ReportingRound,
    StatusCover,
    StatusRevision,
    StatusSnapshot,
    TimeFrame,
)
from plans.permissions import Person
from plans.reports.table import StatusCell
from plans.text.categories import Category
from plans.text.timeframes import ScheduleState, schedule_state

Item = TypeVar("Item", ActionElement, Issue)


@dataclass(frozen=True, slots=True)
class ShownStatus:
    """One status, the elements that it covers in order.

    ``last_actions`` are the last revisions that wrote, submitted and cleared it, as far as there
    are any; empty for those who may not see its history.
    """

    snapshot: StatusSnapshot
    covers: Sequence[ActionElement]
    last_actions: Sequence[StatusRevision] = ()
    editable: bool = False


@dataclass(frozen=True, slots=True)
class RoundStatuses:
    """What one round says. ``schedule`` is the element's state then, None on an issue's page.

    ``since`` is the date of the newest closed round before it, None when there is none.
    """

    round: ReportingRound
    statuses: Sequence[ShownStatus]
    schedule: ScheduleState | None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class ElementPage:
    """What the page of an element shows; rounds newest first.

    ``earlier_rounds`` are those of earlier versions, with what was said of the elements that this
    one was then; ``history`` is what became of it, version by version.
    """

    element: ActionElement
    notes: Sequence[EditorialNote]
    rounds: Sequence[RoundStatuses]
    earlier_rounds: Sequence[RoundStatuses]
    history: Sequence[HistoryStage]


@dataclass(frozen=True, slots=True)
class IssuePage:
    """What the page of an issue shows. ``notes`` are those at the issue, then at its elements."""

    issue: Issue
    sub_issues: Sequence[Issue]
    groups: Sequence[tuple[ElementGroup, Sequence[ActionElement]]]
    notes: Sequence[EditorialNote]
    rounds: Sequence[RoundStatuses]


def find_item(version: PlanVersion, reference: str) -> ActionElement | Issue | None:
    """The element or else the issue of that reference. At most two queries.

    It carries ``previous_reference`` and ``next_reference``, those before and after it in the
    plan's order, None at its ends.
    """
    before = version.elements.filter(
        Q(issue__ordinal__lt=OuterRef("issue__ordinal"))
        | Q(issue=OuterRef("issue"), ordinal__lt=OuterRef("ordinal"))
    ).order_by("-issue__ordinal", "-ordinal")
    after = version.elements.filter(
        Q(issue__ordinal__gt=OuterRef("issue__ordinal"))
        | Q(issue=OuterRef("issue"), ordinal__gt=OuterRef("ordinal"))
    ).order_by("issue__ordinal", "ordinal")
    element = (
        version.elements.filter(reference=reference)
        .select_related("issue__part", "issue__parent", "group", "time_frame")
        .prefetch_related("units")
        .annotate(**_references(before, after))
        .first()
    )
    if element is not None:
        element.version = element.issue.version = version
        if element.issue.parent:
            element.issue.parent.version = version
        return element
    issue = (
        version.issues.filter(reference=reference)
        .select_related("part", "parent")
        .annotate(
            **_references(
                version.issues.filter(ordinal__lt=OuterRef("ordinal")).order_by("-ordinal"),
                version.issues.filter(ordinal__gt=OuterRef("ordinal")).order_by("ordinal"),
            )
        )
        .first()
    )
    if issue is not None:
        issue.version = version
        if issue.parent:
            issue.parent.version = version
    return issue


def _references(before: QuerySet[Item], after: QuerySet[Item]) -> dict[str, Subquery]:
    return {
        "previous_reference": Subquery(before.values("reference")[:1]),
        "next_reference": Subquery(after.values("reference")[:1]),
    }


def element_page(user: Person, element: ActionElement) -> ElementPage:
    """The page of an element that ``find_item`` returned. At most seven queries, and those of
    ``plans.catalogue.queries.lineage``."""
    version = element.version
    stages = element_history(user, element)
    past = _past(stages, version)
    rounds = _rounds(
        user, [version, *past], [element.pk, *(e.pk for es in past.values() for e in es)]
    )
    frame = element.time_frame
    return ElementPage(
        element=element,
        notes=list(element.notes.order_by("ordinal")),
        rounds=[
            RoundStatuses(
                round=round_,
                statuses=statuses,
                schedule=schedule_state(
                    frame.rule if frame else None,
                    completed=any(
                        Category(shown.snapshot.category).completed for shown in statuses
                    ),
                    as_at=round_.as_at,
                ),
                since=_closed_before(round_, rounds),
            )
            for round_, statuses in rounds
            if round_.version_id == version.pk
        ],
        earlier_rounds=[
            RoundStatuses(round_, statuses, None)
            for round_, statuses in rounds
            if round_.version_id != version.pk and statuses
        ],
        history=stages,
    )


def _past(
    stages: Sequence[HistoryStage], version: PlanVersion
) -> dict[PlanVersion, list[ActionElement]]:
    """The elements of the stages before ``version``, by their version."""
    before = takewhile(lambda stage: stage.version != version, stages)
    return {stage.version: list(stage.elements) for stage in before}


def issue_page(user: Person, issue: Issue) -> IssuePage:
    """The page of an issue that ``find_item`` returned. At most nine queries."""
    version = issue.version
    elements = list(
        issue.elements.select_related("group", "time_frame")
        .prefetch_related("units")
        .order_by("ordinal")
    )
    by_group: dict[int, list[ActionElement]] = {}
    for element in elements:
        element.version, element.issue = version, issue
        by_group.setdefault(element.group_id, []).append(element)
    by_id = {element.pk: element for element in elements}
    notes = list(
        version.notes.filter(Q(issue=issue) | Q(element__issue=issue)).order_by(
            F("element__ordinal").asc(nulls_first=True), "ordinal"
        )
    )
    for note in notes:
        if note.element_id is not None:
            note.element = by_id[note.element_id]
    sub_issues = list(issue.sub_issues.order_by("ordinal"))
    for sub_issue in sub_issues:
        sub_issue.version = version
    rounds = _rounds(user, [version], [element.pk for element in elements])
    return IssuePage(
        issue=issue,
        sub_issues=sub_issues,
        groups=[(members[0].group, members) for members in by_group.values()],
        notes=notes,
        rounds=[
            RoundStatuses(round_, statuses, None, _closed_before(round_, rounds))
            for round_, statuses in rounds
        ],
    )


def show_as_published(user: Person, snapshots: Iterable[StatusSnapshot]) -> None:
    """Put the words of the record in force in place of those that a reopening lets a unit write.

    So too where a closed round reaffirms a status that is under change itself. Changes
    ``snapshots``, which come with their round and with what they reaffirm and its round, and are
    not to be saved; for everybody but those who may write them. A query for each round that has
    any, otherwise none.
    """
    recorded: dict[int, dict[str, StatusCell]] = {}
    for snapshot in snapshots:
        if not snapshot.round.is_closed:
            continue
        reopened = snapshot.reopened_for_id is not None
        if reopened and permissions.can_edit_snapshot(user, snapshot, ()):
            continue
        if not reopened and not _under_change(snapshot.reaffirms):
            continue
        if snapshot.round_id not in recorded:
            table = report_table(snapshot.round)
            recorded[snapshot.round_id] = {
                cell.id: cell for part in table.parts for cell in part.statuses
            }
        cell = recorded[snapshot.round_id][f"status-{snapshot.ordinal}"]
        snapshot.reaffirms = None
        snapshot.text, snapshot.category = cell.text, cell.category
        snapshot.state = StatusSnapshot.State.CLEARED


def _under_change(reaffirmed: StatusSnapshot | None) -> bool:
    """Whether the words that a status reaffirms may be others now than when it was published."""
    return reaffirmed is not None and not reaffirmed.is_locked


def _rounds(
    user: Person, versions: Collection[PlanVersion], element_ids: Collection[int]
) -> list[tuple[ReportingRound, list[ShownStatus]]]:
    """Every round of the versions that ``user`` may see, newest first, with the statuses that
    cover the elements.

    At most five queries, and those for the roles and units of ``user``.
    """
    rounds = list(
        permissions.visible_rounds(user)
        .filter(version__in=versions)
        .without_cover()
        .order_by("-as_at", "-version__dated_on")
    )
    version_of = {version.pk: version for version in versions}
    covers = StatusCover.objects.with_issues()
    if permissions.can_report(user):
        # Drafts and histories are for those who answer for the elements; readers see neither.
        covers = covers.prefetch_related("element__units")
    snapshots = (
        StatusSnapshot.objects.filter(
            pk__in=StatusCover.objects.filter(round__in=rounds, element__in=element_ids).values(
                "snapshot"
            )
        )
        .select_related("reaffirms__round")
        .defer("reaffirms__round__paragraphs", "reaffirms__round__footnotes")
        .order_by("ordinal")
        .with_elements(covers)
    )
    by_round: defaultdict[int, list[ShownStatus]] = defaultdict(list)
    by_id = {round_.pk: round_ for round_ in rounds}
    for round_ in rounds:
        round_.version = version_of[round_.version_id]
    for snapshot in snapshots:
        snapshot.round = by_id[snapshot.round_id]
    show_as_published(user, snapshots)
    visible: list[tuple[StatusSnapshot, list[ActionElement], list[set[int]]]] = []
    for snapshot in snapshots:
        covered = [cover.element for cover in snapshot.covers.all()]
        for element in covered:
            element.version = snapshot.round.version
        units = (
            [{unit.pk for unit in element.units.all()} for element in covered]
            if permissions.can_report(user)
            else []
        )
        if permissions.can_see_status(user, snapshot.round, units):
            visible.append((snapshot, covered, units))
    last_actions = _last_actions(
        [snapshot for snapshot, _, units in visible if permissions.can_see_history(user, units)]
    )
    for snapshot, covered, units in visible:
        by_round[snapshot.round_id].append(
            ShownStatus(
                snapshot,
                covered,
                last_actions=last_actions.get(snapshot.pk, ()),
                editable=permissions.can_edit_snapshot(user, snapshot, units),
            )
        )
    return [(round_, by_round[round_.pk]) for round_ in rounds]


def _closed_before(
    round_: ReportingRound, rounds: Iterable[tuple[ReportingRound, list[ShownStatus]]]
) -> date | None:
    """The date of the newest closed round of the same version before ``round_``."""
    earlier = (
        other.as_at
        for other, _ in rounds
        if other.version_id == round_.version_id and other.is_closed
    )
    return max((as_at for as_at in earlier if as_at < round_.as_at), default=None)


def _last_actions(snapshots: Sequence[StatusSnapshot]) -> dict[int, list[StatusRevision]]:
    """Who wrote, submitted and cleared each status last, in the order of what happened.

    One query; none for no snapshots.
    """
    if not snapshots:
        return {}
    actions = (
        StatusRevision.Action.SAVED,
        StatusRevision.Action.REAFFIRMED,
        StatusRevision.Action.SUBMITTED,
        StatusRevision.Action.CLEARED,
    )
    last: defaultdict[int, dict[str, StatusRevision]] = defaultdict(dict)
    revisions = StatusRevision.objects.filter(snapshot__in=snapshots, action__in=actions)
    for revision in (
        revisions.select_related("by", "on_behalf_of").defer("text", "comment").order_by("number")
    ):
        # Out and in again, so that the order is that of the last time each was done.
        last[revision.snapshot_id].pop(revision.action, None)
        last[revision.snapshot_id][revision.action] = revision
    return {snapshot: list(found.values()) for snapshot, found in last.items()}


@dataclass(frozen=True, slots=True)
class AmendableText:
    """A text that a corrigendum can change: what holds it, its field, and its words now."""

    holder: str
    field: str
    at: Part | Issue | ElementGroup | TimeFrame | ActionElement
    words: str

    @property
    def name(self) -> str:
        """How a form names it: ``element.text``."""
        return f"{self.holder}.{self.field}"

    @property
    def label(self) -> Promise:
        return AMENDABLE[self.holder, self.field]


def corrigenda_of(item: ActionElement | Issue) -> Sequence[Corrigendum]:
    """The corrigenda that concern an element or an issue, newest first. One query.

    Those of an element's time-frame and group concern it too, and those of an issue's Part,
    groups, time-frames and elements that issue.
    """
    found = Corrigendum.objects.select_related("by", "element", "time_frame", "group", "issue")
    if isinstance(item, ActionElement):
        about = Q(element=item) | Q(group=item.group_id)
        if item.time_frame_id is not None:
            about |= Q(time_frame=item.time_frame_id)
    else:
        about = Q(issue=item) | Q(part=item.part_id) | Q(element__issue=item)
        about |= Q(group__issue=item) | Q(time_frame__issue=item)
    return list(found.filter(about, version=item.version).order_by("-number"))


def amendable_texts(item: ActionElement | Issue) -> Sequence[AmendableText]:
    """The texts on the page of an element or an issue that a corrigendum can change."""
    rows: list[tuple[str, Part | Issue | ElementGroup | TimeFrame | ActionElement]]
    if isinstance(item, ActionElement):
        rows = [("element", item), ("group", item.group)]
        if item.time_frame is not None:
            rows.insert(1, ("time_frame", item.time_frame))
    else:
        rows = [("issue", item), ("part", item.part)]
    return [
        AmendableText(holder, field, row, getattr(row, field))
        for holder, row in rows
        for of, field in AMENDABLE
        if of == holder
    ]
