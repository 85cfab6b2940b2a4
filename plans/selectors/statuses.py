"""Reads about one status: what was reported before, what it covers, whose it is."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from plans.categories import Category
from plans.models import ActionElement, ReportingRound, StatusCover, StatusSnapshot
from plans.selectors.lineage import direct_forebears


def previous_status(snapshot: StatusSnapshot) -> StatusSnapshot | None:
    """The status that covered these elements in the newest earlier round that has one.

    Also in a closed round of an earlier version, where each of them was one element then too
    (``plans.selectors.lineage``). A reaffirmation is followed to the words that it reaffirmed.
    """
    round_ = snapshot.round
    told = Q(element__covers__snapshot=snapshot, round__version=round_.version_id)
    if round_.version.based_on_id is not None:
        own = StatusCover.objects.filter(snapshot=snapshot).values_list("element_id", flat=True)
        direct = direct_forebears(round_.version, [list(own)])
        told |= Q(element__in={pk for pks in direct.values() for pk in pks}) & of_earlier_versions()
    covers = (
        StatusCover.objects.filter(
            told,
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


def span(references: Sequence[str]) -> str:
    """References in plan order, in short: “II.1.1–II.2.4”, “I.1(a).2”, or "" for none."""
    if len(references) < 2:
        return "".join(references)
    return f"{references[0]}–{references[-1]}"


def subject_of(snapshot: StatusSnapshot) -> str:
    """The references that a status covers, in short: “II.1.1–II.2.4” or “I.1(a).2”."""
    references = list(
        ActionElement.objects.filter(covers__snapshot=snapshot)
        .order_by("issue__ordinal", "ordinal")
        .values_list("reference", flat=True)
    )
    return span(references)


def covered_units(snapshot: StatusSnapshot) -> list[set[int]]:
    """For every element that the status covers, the primary keys of its units."""
    found: dict[int, set[int]] = {}
    rows = StatusCover.objects.filter(snapshot=snapshot).values_list("element_id", "element__units")
    for element, unit in rows:
        found.setdefault(element, set()).update(() if unit is None else (unit,))
    return list(found.values())
