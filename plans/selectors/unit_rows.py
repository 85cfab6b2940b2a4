"""The rows of one unit in one open round, as they are sent to it in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Prefetch, QuerySet
from django.utils import translation

from plans import rules
from plans.models import (
    ActionElement,
    ReportingRound,
    StatusCover,
    StatusRevision,
    StatusSnapshot,
    Unit,
)
from plans.returned.sheet import Reported, RowElement, UnitRow, UnitSheet
from plans.rules import Person
from plans.selectors.editing import FoundStatus
from plans.selectors.items import show_as_published
from plans.selectors.worklist import earlier_statuses, stage_of
from plans.wording import day


@dataclass(frozen=True, slots=True)
class UnitRows:
    """A unit's rows of a round, and by their ordinals the statuses that they are."""

    round: ReportingRound
    unit: Unit
    sheet: UnitSheet
    statuses: Mapping[int, FoundStatus]


@dataclass(frozen=True, slots=True)
class RoundUnit:
    """A unit that answers for ``total`` statuses of a round."""

    unit: Unit
    total: int


def find_shared_round(user: Person, round_id: int) -> ReportingRound | None:
    """The round with its version and plan, if ``user`` handles the rows of any unit. One query."""
    round_ = (
        rules.visible_rounds(user)
        .filter(pk=round_id)
        .select_related("version__plan")
        .defer("paragraphs", "footnotes")
        .first()
    )
    if round_ is None:
        return None
    handles = rules.keeps_rounds(user) or any(
        rules.handles_unit(user, round_, unit) for unit in rules.unit_ids(user)
    )
    return round_ if handles else None


def handled_units(user: Person, round_: ReportingRound) -> list[RoundUnit]:
    """The units with rows in ``round_`` that ``user`` handles, by name. One query."""
    units: QuerySet[Unit] = Unit.objects.filter(elements__covers__round=round_)
    if not rules.keeps_rounds(user):
        units = units.filter(pk__in=rules.unit_ids(user))
    counted = units.annotate(total=Count("elements__covers__snapshot", distinct=True))
    return [RoundUnit(unit, unit.total) for unit in counted]


def find_unit_rows(user: Person, round_: ReportingRound, slug: str) -> UnitRows | None:
    """The rows of a unit, if ``user`` handles them and there are any. Five queries.

    And one for each closed round before that is being mended. ``round_`` comes with its version
    and plan.
    """
    unit = Unit.objects.filter(slug=slug).first()
    if unit is None or not rules.handles_unit(user, round_, unit.pk):
        return None
    rows = rows_of_unit(user, round_, unit)
    return rows if rows.sheet.rows else None


def rows_of_unit(user: Person, round_: ReportingRound, unit: Unit) -> UnitRows:
    """The rows of ``unit``, whoever handles them. Four queries, as ``find_unit_rows``."""
    statuses = _statuses(round_, unit)
    earlier = earlier_statuses([found.snapshot for found in statuses], with_texts=True)
    show_as_published(user, earlier.values())
    comments = _comments([found.snapshot for found in statuses])
    version = round_.version
    with translation.override(version.language):
        due = day(round_.reports_due_on) if round_.reports_due_on else ""
    sheet = UnitSheet(
        plan=version.plan.slug,
        plan_title=version.plan.title,
        version=version.slug,
        symbol=version.symbol,
        language=version.language,
        label=round_.label,
        as_at=round_.as_at,
        unit=unit.slug,
        unit_name=unit.name,
        due=due,
        rows=tuple(
            _row(found, _before(found, earlier), comments.get(found.snapshot.pk, ""))
            for found in statuses
        ),
    )
    return UnitRows(round_, unit, sheet, {found.snapshot.ordinal: found for found in statuses})


def _statuses(round_: ReportingRound, unit: Unit) -> list[FoundStatus]:
    """The statuses that cover an element of ``unit``, in plan order. Two queries."""
    covers = (
        StatusCover.objects.select_related("element__issue", "element__time_frame")
        .defer("element__issue__context")
        .order_by("element__issue__ordinal", "element__ordinal")
    )
    ids = StatusCover.objects.filter(round=round_, element__units=unit).values("snapshot")
    snapshots = (
        StatusSnapshot.objects.filter(pk__in=ids)
        .select_related("reaffirms")
        .prefetch_related(Prefetch("covers", queryset=covers))
    )
    found = []
    for snapshot in snapshots:
        snapshot.round = round_
        elements = [cover.element for cover in snapshot.covers.all()]
        for element in elements:
            element.version = element.issue.version = round_.version
        found.append(FoundStatus(snapshot, elements))
    return sorted(found, key=lambda status: _place(status.elements[0]))


def _place(element: ActionElement) -> tuple[int, int]:
    return element.issue.ordinal, element.ordinal


def _comments(snapshots: Sequence[StatusSnapshot]) -> Mapping[int, str]:
    """Why statuses were returned, by their primary keys. One query."""
    returned = [
        snapshot.pk for snapshot in snapshots if snapshot.state == StatusSnapshot.State.RETURNED
    ]
    newest = StatusRevision.objects.filter(snapshot__in=returned, number=F("snapshot__revision"))
    return dict(newest.values_list("snapshot_id", "comment"))


def _before(
    found: FoundStatus, earlier: Mapping[tuple[int, int], StatusSnapshot]
) -> StatusSnapshot | None:
    """What was reported last on the first of the elements of which anything was."""
    keys = ((found.snapshot.round_id, element.pk) for element in found.elements)
    return next((earlier[key] for key in keys if key in earlier), None)


def _row(found: FoundStatus, before: StatusSnapshot | None, comment: str) -> UnitRow:
    snapshot = found.snapshot
    frames = {
        element.time_frame_id: element.time_frame.text
        for element in found.elements
        if element.time_frame
    }
    return UnitRow(
        ordinal=snapshot.ordinal,
        revision=snapshot.revision,
        elements=tuple(_element(element) for element in found.elements),
        time_frames=tuple(frames.values()),
        before=None
        if before is None
        else Reported(before.round.label, before.category, before.printed_text),
        stage=stage_of(snapshot).value,
        comment=comment,
        category=snapshot.category,
        text=snapshot.printed_text,
    )


def _element(element: ActionElement) -> RowElement:
    number = element.issue.number
    return RowElement(
        reference=element.reference,
        issue=f"{number}. {element.issue.title}"
        if number.isdecimal()
        else f"{number} {element.issue.title}",
        text=element.text,
        missing=element.missing_in_source,
    )
