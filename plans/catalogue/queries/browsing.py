"""The plan as a list of elements that filters narrow, by Part and issue."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, QuerySet, Subquery

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
    ElementGroup,
    Issue,
    Part,
    PlanVersion,
    ReportingRound,
    StatusCover,
)
from plans.permissions import Person
from plans.text.timeframes import ScheduleState

ELEMENTS_A_PAGE = 200


@dataclass(frozen=True, slots=True)
class ElementRow:
    """One element of the list. ``group`` is set where a heading or lead-in begins with it.

    ``writable`` is the round and ordinal of its status, where the person may write that.
    """

    element: ActionElement
    state: ElementState
    group: ElementGroup | None
    writable: tuple[int, int] | None = None


@dataclass(slots=True)
class IssueRows:
    """An issue with those of its elements that stand on this page; ``count`` is of all pages."""

    issue: Issue
    count: int
    rows: list[ElementRow] = field(default_factory=list)


@dataclass(slots=True)
class PartRows:
    """A Part with those of its issues that stand on this page; ``count`` is of all pages."""

    part: Part
    count: int
    issues: list[IssueRows] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Listing:
    """The result of the filters: ``found.total`` of ``total`` elements, one page of them."""

    total: int
    found: Tally
    page: Page[ElementState]
    parts: Sequence[PartRows]


def fold(text: str) -> str:
    """``text`` without accents and capitals, as search compares it. Keeps its length.

    A character whose folded form is longer than one is kept as it is.
    """
    folded = []
    for character in text:
        plain = unicodedata.normalize("NFKD", character)[0].casefold()
        folded.append(plain if len(plain) == 1 else character)
    return "".join(folded)


def filterable_elements(
    version: PlanVersion, newest: ReportingRound | None
) -> QuerySet[ActionElement]:
    """The version's elements with their ``category`` in the newest closed round."""
    return with_category(version.elements.all(), [newest] if newest else [])


def listing(
    version: PlanVersion,
    elements: QuerySet[ActionElement],
    newest: ReportingRound | None,
    *,
    schedule: ScheduleState | None = None,
    words: Sequence[str] = (),
    page: str | int = 1,
    writer: Person | None = None,
) -> Listing:
    """List ``elements``, which come from ``filterable_elements``. At most five queries.

    ``schedule`` keeps only elements in that state at the newest round's date, and ``words``
    only those in whose texts every word occurs, accents and capitals aside. A ``page`` that
    does not exist is the nearest one that does. With ``writer``, rows tell where that person
    may write the element's status.
    """
    found = matching_states(version, elements, newest, schedule=schedule, words=words)
    shown = Paginator(found, ELEMENTS_A_PAGE).get_page(page)
    return Listing(
        total=version.elements.count(),
        found=tally(found),
        page=shown,
        parts=_rows(version, shown.object_list, found, writer),
    )


def matching_states(
    version: PlanVersion,
    elements: QuerySet[ActionElement],
    newest: ReportingRound | None,
    *,
    schedule: ScheduleState | None = None,
    words: Sequence[str] = (),
) -> list[ElementState]:
    """Where those of ``elements`` stand that ``listing`` finds, on all pages. Two queries."""
    states = element_states(elements, {version.pk: newest.as_at} if newest else {})
    if schedule is not None:
        states = [row for row in states if row.schedule is schedule]
    if words:
        containing = _elements_containing(elements, words)
        states = [row for row in states if row.element_id in containing]
    return states


def _elements_containing(elements: QuerySet[ActionElement], words: Sequence[str]) -> set[int]:
    """Primary keys of the elements in whose texts every one of ``words`` occurs.

    Compared here rather than by the database, so that "education" finds "éducation" on either.
    """
    texts = elements.order_by().values_list(
        "pk",
        "reference",
        "text",
        "issue__title",
        "group__heading",
        "group__lead_in",
        "time_frame__text",
    )
    wanted = [fold(word) for word in words]
    # Issues and groups repeat with every element of theirs: each text is folded once.
    folded: dict[str | None, str] = {None: ""}
    containing = set()
    for pk, *parts in texts:
        for part in parts:
            if part not in folded:
                folded[part] = fold(part)
        text = "\n".join(folded[part] for part in parts)
        if all(word in text for word in wanted):
            containing.add(pk)
    return containing


def _rows(
    version: PlanVersion,
    shown: Iterable[ElementState],
    found: Iterable[ElementState],
    writer: Person | None,
) -> list[PartRows]:
    of_part: Counter[int] = Counter()
    of_issue: Counter[int] = Counter()
    for row in found:
        of_part[row.part_id] += 1
        of_issue[row.issue_id] += 1
    shown = list(shown)
    elements = (
        _with_writable(writer)
        .filter(pk__in=[row.element_id for row in shown])
        .select_related("issue__part", "issue__parent", "group", "time_frame")
        .prefetch_related("units")
        .defer("issue__context", "issue__parent__context")
        .in_bulk()
    )
    parts: list[PartRows] = []
    group_id = None
    for state in shown:
        element = elements[state.element_id]
        issue = element.issue
        element.version = issue.version = version
        if issue.parent:
            issue.parent.version = version
        if not parts or parts[-1].part.pk != state.part_id:
            parts.append(PartRows(issue.part, of_part[state.part_id]))
        if not parts[-1].issues or parts[-1].issues[-1].issue.pk != state.issue_id:
            parts[-1].issues.append(IssueRows(issue, of_issue[state.issue_id]))
        begins = element.group_id != group_id
        group_id = element.group_id
        parts[-1].issues[-1].rows.append(
            ElementRow(element, state, element.group if begins else None, _writable(element))
        )
    return parts


def _with_writable(writer: Person | None) -> QuerySet[ActionElement]:
    """Elements that carry the round and ordinal of the status that ``writer`` may write, if any.

    Part of the query that reads the elements, so that it costs none of its own.
    """
    elements = ActionElement.objects.all()
    if writer is None or not permissions.can_report(writer):
        return elements
    covers = StatusCover.objects.filter(
        element=OuterRef("pk"),
        round__state=ReportingRound.State.OPEN,
        snapshot__in=permissions.writable_statuses(writer),
    ).order_by("-round__as_at")
    return elements.annotate(
        writable_round=Subquery(covers.values("round")[:1]),
        writable_ordinal=Subquery(covers.values("snapshot__ordinal")[:1]),
    )


def _writable(element: ActionElement) -> tuple[int, int] | None:
    round_id = getattr(element, "writable_round", None)
    return None if round_id is None else (round_id, getattr(element, "writable_ordinal", 0))
