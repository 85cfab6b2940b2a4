"""Where elements stand at a round's date: category, schedule state, and how many of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from plans.models import ActionElement, Record, ReportingRound, StatusCover, StatusRevision
from plans.text.categories import Category
from plans.text.timeframes import Kind, Rule, ScheduleState, schedule_state


@dataclass(frozen=True, slots=True)
class ElementState:
    """One element at one date.

    ``schedule`` is None where no round gives a date to judge by, ``due_on`` where the time-frame
    sets no end.
    """

    element_id: int
    version_id: int
    part_id: int
    issue_id: int
    category: Category
    schedule: ScheduleState | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many elements there are, and how many of each category and schedule state.

    Both mappings hold every member, in the order of its enumeration, zero where there is none.
    """

    total: int
    categories: Mapping[Category, int]
    schedule: Mapping[ScheduleState, int]


def with_category(
    elements: QuerySet[ActionElement], rounds: Collection[ReportingRound]
) -> QuerySet[ActionElement]:
    """``elements`` with the value ``category``: that of the status that covers each in ``rounds``.

    ``rounds`` holds at most one round of each version. An element that no status covers is
    "not reported".
    """
    covers = StatusCover.objects.filter(
        element=OuterRef("pk"), round__in=[round_.pk for round_ in rounds]
    ).annotate(
        published=Case(
            When(
                round__state=ReportingRound.State.CLOSED,
                snapshot__reopened_for__isnull=False,
                then=Coalesce(_recorded_category(), F("snapshot__category")),
            ),
            default=F("snapshot__category"),
        )
    )
    return elements.annotate(
        category=Coalesce(
            Subquery(covers.values("published")[:1]), Value(Category.NOT_REPORTED.value)
        )
    )


def _recorded_category() -> Subquery:
    """The category that the record in force has for the status of a cover.

    While a unit may change a status of a closed round, what it writes is not published.
    """
    recorded_at = Record.objects.filter(round=OuterRef("snapshot__round")).order_by("-number")
    return Subquery(
        StatusRevision.objects.filter(snapshot=OuterRef("snapshot"))
        .filter(
            Q(action=StatusRevision.Action.IMPORTED)
            | Q(
                action=StatusRevision.Action.CLEARED,
                at__lte=Subquery(recorded_at.values("created_at")[:1]),
            )
        )
        .order_by("-number")
        .values("category")[:1]
    )


def element_states(
    elements: QuerySet[ActionElement], as_at: Mapping[int, date]
) -> list[ElementState]:
    """Where ``elements``, which carry ``category``, stand; in the plan's order. One query.

    ``as_at`` maps the primary key of a version to the date at which it is judged; an element of
    a version that is not in it has no schedule state.
    """
    # The type checker does not know of annotations, such as "category".
    rows = elements.order_by("version", "issue__ordinal", "ordinal").values_list(  # type: ignore[misc]
        "pk",
        "version_id",
        "issue__part_id",
        "issue_id",
        "category",
        "time_frame__rule_kind",
        "time_frame__starts_on",
        "time_frame__due_on",
    )
    # Many elements share the same rule, and one version is judged at one date.
    seen: dict[tuple[object, ...], ScheduleState | None] = {}
    states = []
    for pk, version, part, issue, category_value, kind, starts_on, due_on in rows:
        category = Category(category_value)
        key = (version, category.completed, kind, starts_on, due_on)
        if key not in seen:
            rule = None if kind is None else Rule(Kind(kind), starts_on=starts_on, due_on=due_on)
            seen[key] = (
                schedule_state(rule, completed=category.completed, as_at=as_at[version])
                if version in as_at
                else None
            )
        states.append(ElementState(pk, version, part, issue, category, seen[key], due_on))
    return states


def tally(states: Iterable[ElementState]) -> Tally:
    """How many of ``states`` there are, and of each kind."""
    categories: Counter[Category] = Counter()
    schedule: Counter[ScheduleState | None] = Counter()
    for state in states:
        categories[state.category] += 1
        schedule[state.schedule] += 1
    return Tally(
        total=categories.total(),
        categories={category: categories[category] for category in Category},
        schedule={state: schedule[state] for state in ScheduleState},
    )
