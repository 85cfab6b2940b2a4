"""Plans, their versions and rounds: what the first pages show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from plans import permissions
from plans.catalogue.queries.element_state import (
    ElementState,
    Tally,
    element_states,
    tally,
    with_category,
)
from plans.exports.queries import visible_rounds_of
from plans.models import ActionElement, Issue, Part, Plan, PlanVersion, ReportingRound, Unit
from plans.permissions import Person
from plans.text.timeframes import ScheduleState

LISTED_AT_MOST = 50
"""How many overdue or soon due elements a page names before it points to the full list."""


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """A plan on the first page. ``newest`` and ``tally`` stand for the newest closed round of its
    current version; ``earlier`` is that of its other versions, as long as there is no ``newest``.
    """

    plan: Plan
    current: PlanVersion
    newest: ReportingRound | None
    earlier: ReportingRound | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class PartProgress:
    part: Part
    tally: Tally


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The first elements of one schedule state, and how many there are of it in all."""

    elements: Sequence[ActionElement]
    total: int


@dataclass(frozen=True, slots=True)
class PlanOverview:
    """What the overview of a plan shows. ``rounds`` and ``versions`` are newest first.

    ``rounds`` are those of the current version, ``earlier_rounds`` those of the others.
    """

    plan: Plan
    current: PlanVersion
    versions: Sequence[PlanVersion]
    rounds: Sequence[ReportingRound]
    earlier_rounds: Sequence[ReportingRound]
    newest: ReportingRound | None
    whole: Tally
    parts: Sequence[PartProgress]
    overdue: Excerpt
    due_soon: Excerpt


@dataclass(frozen=True, slots=True)
class VersionChoices:
    """What the filters of a version may be set to. A Part without issues is not among them."""

    parts: Sequence[Part]
    issues: Sequence[Issue]
    units: Sequence[Unit]


def newest_closed_round(version: PlanVersion) -> ReportingRound | None:
    """The round at whose date the version is judged. One query."""
    return (
        version.rounds.filter(state=ReportingRound.State.CLOSED)
        .without_cover()
        .order_by("-as_at")
        .first()
    )


def choices_of(version: PlanVersion) -> VersionChoices:
    """What the version may be filtered by. Two queries."""
    issues = list(
        version.issues.select_related("part").defer("context", "sources").order_by("ordinal")
    )
    parts = {issue.part_id: issue.part for issue in issues}
    return VersionChoices(
        parts=sorted(parts.values(), key=lambda part: part.ordinal),
        issues=issues,
        units=list(Unit.objects.filter(elements__version=version).distinct()),
    )


def plan_summaries(user: Person) -> list[PlanSummary]:
    """Every plan that ``user`` may see, by its title. Three queries."""
    versions = list(
        permissions.visible_versions(user)
        .select_related("plan")
        .order_by("plan__title", "plan__slug", "dated_on", "slug")
    )
    current = _current_versions(versions)
    closed = _newest_closed(versions)
    newest = {version.pk: closed[version.pk] for version in current if version.pk in closed}
    last = {round_.version.plan_id: round_ for round_ in closed.values()}
    by_version: defaultdict[int, list[ElementState]] = defaultdict(list)
    for state in _element_states(current, newest):
        by_version[state.version_id].append(state)
    return [
        PlanSummary(
            plan=version.plan,
            current=version,
            newest=newest.get(version.pk),
            earlier=None if version.pk in newest else last.get(version.plan_id),
            tally=tally(by_version[version.pk]),
        )
        for version in current
    ]


def plan_overview(user: Person, slug: str) -> PlanOverview | None:
    """The overview of a plan's current version, or None when ``user`` may see no version of it.

    The current version is the newest published one. Five queries.
    """
    versions = list(
        permissions.visible_versions(user)
        .filter(plan__slug=slug)
        .select_related("plan", "based_on")
        .order_by("dated_on", "slug")
    )
    if not versions:
        return None
    (current,) = _current_versions(versions)
    every_round = visible_rounds_of(user, versions)
    rounds = [round_ for round_ in every_round if round_.version == current]
    newest = next((round_ for round_ in rounds if round_.is_closed), None)
    states = _element_states([current], {current.pk: newest} if newest else {})
    by_part: defaultdict[int, list[ElementState]] = defaultdict(list)
    for state in states:
        by_part[state.part_id].append(state)
    overdue, due_soon = _excerpts(current, states, (ScheduleState.OVERDUE, ScheduleState.DUE_SOON))
    return PlanOverview(
        plan=current.plan,
        current=current,
        versions=versions[::-1],
        rounds=rounds,
        earlier_rounds=[round_ for round_ in every_round if round_.version != current],
        newest=newest,
        whole=tally(states),
        parts=[
            PartProgress(part, tally(by_part[part.pk]))
            for part in current.parts.order_by("ordinal")
        ],
        overdue=overdue,
        due_soon=due_soon,
    )


def _current_versions(versions: Iterable[PlanVersion]) -> list[PlanVersion]:
    """The current version of each plan: the newest published one, or else the newest.

    ``versions`` come oldest first.
    """
    current: dict[int, PlanVersion] = {}
    for version in versions:
        held = current.get(version.plan_id)
        if held is None or version.published or not held.published:
            current[version.plan_id] = version
    return list(current.values())


def _newest_closed(versions: Sequence[PlanVersion]) -> dict[int, ReportingRound]:
    """The newest closed round of each version, the oldest of them first. One query."""
    rounds = ReportingRound.objects.filter(
        version__in=versions, state=ReportingRound.State.CLOSED
    ).without_cover()
    by_id = {version.pk: version for version in versions}
    newest: dict[int, ReportingRound] = {}
    for round_ in rounds.order_by("as_at"):
        round_.version = by_id[round_.version_id]
        newest.pop(round_.version_id, None)
        newest[round_.version_id] = round_
    return newest


def _element_states(
    versions: Sequence[PlanVersion], newest: dict[int, ReportingRound]
) -> list[ElementState]:
    elements = ActionElement.objects.filter(version__in=versions)
    return element_states(
        with_category(elements, newest.values()),
        {version: round_.as_at for version, round_ in newest.items()},
    )


def _excerpts(
    version: PlanVersion, states: Sequence[ElementState], wanted: Sequence[ScheduleState]
) -> list[Excerpt]:
    """The elements in each of the ``wanted`` states, the longest due first. One query."""
    rows = {
        state: sorted(
            (row for row in states if row.schedule is state),
            key=lambda row: row.due_on or date.max,
        )
        for state in wanted
    }
    first = {state: [row.element_id for row in rows[state][:LISTED_AT_MOST]] for state in wanted}
    elements = (
        ActionElement.objects.filter(pk__in=[pk for pks in first.values() for pk in pks])
        .select_related("issue", "time_frame")
        .defer("issue__context")
        .in_bulk()
    )
    for element in elements.values():
        element.version = version
    return [
        Excerpt(elements=[elements[pk] for pk in first[state]], total=len(rows[state]))
        for state in wanted
    ]
