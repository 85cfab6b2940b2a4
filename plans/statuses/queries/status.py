"""One status as the people who write it see it: its elements, what was said before, its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from plans import permissions
from plans.catalogue.queries.items import show_as_published
from plans.catalogue.queries.lineage import ancestors, direct_ancestors
from plans.models import (
    ActionElement,
    PlanVersion,
    ReportingRound,
    StatusCover,
    StatusRevision,
    StatusSnapshot,
    Unit,
    WorkingCopy,
    span,
)
from plans.permissions import Person
from plans.text.categories import Category
from plans.text.timeframes import ScheduleState, schedule_state


def previous_status(snapshot: StatusSnapshot) -> StatusSnapshot | None:
    """The status that covered these elements in the newest earlier round that has one.

    Also in a closed round of an earlier version, where each of them was one element then too
    (``plans.catalogue.queries.lineage``). A reaffirmation is followed to the words that it
    reaffirmed.
    """
    round_ = snapshot.round
    asked = Q(element__covers__snapshot=snapshot, round__version=round_.version_id)
    if round_.version.based_on_id is not None:
        own = StatusCover.objects.filter(snapshot=snapshot).values_list("element_id", flat=True)
        direct = direct_ancestors(round_.version, [list(own)])
        asked |= (
            Q(element__in={pk for pks in direct.values() for pk in pks}) & of_earlier_versions()
        )
    covers = (
        StatusCover.objects.filter(
            asked,
            round__as_at__lt=round_.as_at,
            # A round that was reopened may hold drafts, which nobody can rely on.
            snapshot__state=StatusSnapshot.State.CLEARED,
        )
        .exclude(snapshot__category=Category.NOT_REPORTED)
        .select_related("snapshot__reaffirms", "snapshot__round")
        .order_by("-round__as_at", "element__issue__ordinal", "element__ordinal")
    )
    cover = covers.first()
    if cover is None:
        return None
    return cover.snapshot.reaffirms or cover.snapshot


def of_earlier_versions() -> Q:
    """What of rounds of earlier versions may be looked at: what everybody may."""
    return Q(round__version__published=True, round__state=ReportingRound.State.CLOSED)


@dataclass(frozen=True, slots=True)
class FoundStatus:
    """A status that the person may see, with the elements that it covers in plan order.

    ``snapshot`` comes with its round, version, plan and the status that it reaffirms; elements
    with issue, group, time-frame and units.
    """

    snapshot: StatusSnapshot
    elements: Sequence[ActionElement]

    @property
    def units(self) -> list[set[int]]:
        """For every element, the primary keys of its units; see ``plans.permissions``."""
        return [{unit.pk for unit in element.units.all()} for element in self.elements]

    @property
    def answering(self) -> list[Unit]:
        """The units that answer for any of the elements, by name."""
        found = {unit.pk: unit for element in self.elements for unit in element.units.all()}
        return sorted(found.values(), key=lambda unit: (unit.name, unit.slug))

    @property
    def subject(self) -> str:
        """The references covered, in short, as ``span`` has it."""
        return span([element.reference for element in self.elements])


@dataclass(frozen=True, slots=True)
class ScheduledElement:
    """An element and its schedule state at the round's date."""

    element: ActionElement
    schedule: ScheduleState


@dataclass(frozen=True, slots=True)
class EarlierStatus:
    """What an earlier round says of these elements, or of what they were in an earlier version.

    ``references`` are those that it shares, as its version has them; ``version`` is None where it
    is that of the elements. ``holds`` says that it may be said again of all of them as it is.
    """

    snapshot: StatusSnapshot
    references: Sequence[str]
    version: PlanVersion | None = None
    holds: bool = True


@dataclass(frozen=True, slots=True)
class StatusPage:
    """What the edit page shows beside the form. ``earlier`` is newest first.

    ``newest`` is the last revision, ``returned`` the one that sent the status back while it is
    returned, ``copy`` what the person typed and did not save.
    """

    found: FoundStatus
    elements: Sequence[ScheduledElement]
    earlier: Sequence[EarlierStatus]
    newest: StatusRevision | None
    copy: WorkingCopy | None

    @property
    def returned(self) -> StatusRevision | None:
        state = self.found.snapshot.state
        return self.newest if state == StatusSnapshot.State.RETURNED else None

    @property
    def reaffirmable(self) -> EarlierStatus | None:
        """What “no change since the last report” would mean, None when nothing was reported."""
        return next(
            (
                status
                for status in self.earlier
                if status.holds and status.snapshot.category != Category.NOT_REPORTED
            ),
            None,
        )


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A revision, and the one before it, which its text is compared with; None for the first."""

    revision: StatusRevision
    before: StatusRevision | None

    @property
    def text_changed(self) -> bool:
        return self.revision.text != (self.before.text if self.before else "")


def answering_units(snapshot_id: int) -> list[Unit]:
    """The units that answer for any of a status's elements, by name. One query."""
    return list(Unit.objects.filter(elements__covers__snapshot=snapshot_id).distinct())


def find_status(user: Person, round_id: int, ordinal: int) -> FoundStatus | None:
    """The status of that place in the round, if ``user`` may see its text. Three queries.

    And those for the person's roles and units.
    """
    snapshot = (
        StatusSnapshot.objects.filter(round=round_id, ordinal=ordinal)
        .with_round()
        .select_related("reaffirms", "reopened_for")
        .first()
    )
    if snapshot is None or not permissions.can_see_round(user, snapshot.round):
        return None
    found = FoundStatus(snapshot, _covered(snapshot))
    return found if permissions.can_see_status(user, snapshot.round, found.units) else None


def _covered(snapshot: StatusSnapshot) -> list[ActionElement]:
    version = snapshot.round.version
    elements = list(
        ActionElement.objects.filter(covers__snapshot=snapshot)
        .select_related("issue", "issue__parent", "group", "time_frame")
        .prefetch_related("units")
        .order_by("issue__ordinal", "ordinal")
    )
    for element in elements:
        element.version = element.issue.version = version
        if element.issue.parent:
            element.issue.parent.version = version
    return elements


def may_edit(user: Person, found: FoundStatus) -> bool:
    """Whether ``user`` may write this status."""
    return permissions.can_edit_snapshot(user, found.snapshot, found.units)


def may_see_history(user: Person, found: FoundStatus) -> bool:
    """Whether ``user`` may see who wrote what, and what stood there before it was cleared."""
    return permissions.can_see_history(user, found.units)


def status_page(user: Person, found: FoundStatus) -> StatusPage:
    """What the page shows beside the form. Three queries."""
    snapshot = found.snapshot
    completed = Category(snapshot.category).completed
    return StatusPage(
        found=found,
        elements=[
            ScheduledElement(
                element,
                schedule_state(
                    element.time_frame.rule if element.time_frame else None,
                    completed=completed,
                    as_at=snapshot.round.as_at,
                ),
            )
            for element in found.elements
        ],
        earlier=_earlier(user, found),
        newest=snapshot.newest_revision(),
        copy=_unsaved(user, snapshot),
    )


def _unsaved(user: Person, snapshot: StatusSnapshot) -> WorkingCopy | None:
    """What ``user`` typed, unless it is what is saved. One query."""
    copy = WorkingCopy.objects.filter(snapshot=snapshot, user=user.pk).first()
    if copy is None or (copy.text, copy.category) == (snapshot.text, snapshot.category):
        return None
    return copy


def _earlier(user: Person, found: FoundStatus) -> list[EarlierStatus]:
    """What was reported on any of the elements before, the newest round first.

    Cleared statuses, and those of closed rounds as they were published; of earlier versions those
    of closed rounds, also where an element was split or merged since.
    """
    snapshot = found.snapshot
    round_ = snapshot.round
    own = [element.pk for element in found.elements]
    of_own = Q(element__in=own, round__version=round_.version_id) & (
        Q(snapshot__state=StatusSnapshot.State.CLEARED)
        | Q(round__state=ReportingRound.State.CLOSED)
    )
    before = {one.ancestor for one in ancestors(round_.version, own)}
    direct = {pk for pks in direct_ancestors(round_.version, [own]).values() for pk in pks}
    covers = (
        StatusCover.objects.filter(
            of_own | Q(element__in=before) & of_earlier_versions(),
            round__as_at__lt=round_.as_at,
        )
        .select_related("snapshot__reaffirms__round", "round__version", "element")
        .defer("round__paragraphs", "round__footnotes")
        .order_by("-round__as_at", "element__issue__ordinal", "element__ordinal")
    )
    statuses: dict[int, StatusSnapshot] = {}
    elements: dict[int, list[ActionElement]] = {}
    for cover in covers:
        cover.snapshot.round = cover.round
        statuses.setdefault(cover.snapshot_id, cover.snapshot)
        elements.setdefault(cover.snapshot_id, []).append(cover.element)
    show_as_published(user, statuses.values())
    return [
        EarlierStatus(
            snapshot=status,
            references=[element.reference for element in elements[pk]],
            version=status.round.version if status.round.version_id != round_.version_id else None,
            holds=any(element.pk in direct or element.pk in own for element in elements[pk]),
        )
        for pk, status in statuses.items()
    ]


def revision_history(found: FoundStatus) -> list[HistoryEntry]:
    """Every revision, newest first. One query."""
    revisions: list[StatusRevision] = list(
        found.snapshot.revisions.with_people().order_by("number")
    )
    befores: list[StatusRevision | None] = [None, *revisions]
    return [
        HistoryEntry(revision, before) for revision, before in zip(revisions, befores, strict=False)
    ][::-1]
