"""Changing what became of elements after their version was made."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from plans import permissions
from plans.catalogue.queries.lineage import version_elements
from plans.models import ActionElement, AuditEntry, Lineage, PlanVersion
from plans.reading.matching import LineageKind, VersionElement, kind_of
from plans.seeding.queries.matching import Matching
from plans.seeding.services.matching import (
    chosen_elements,
    describe_match,
    stated_reason,
    undecided,
)
from plans.web.refusals import InvalidError, NotAllowedError, StaleDraftError, UndecidedError


def change_lineage(
    *,
    version_id: int,
    by: User,
    earlier: Collection[str],
    later: Collection[str],
    reason: str,
) -> LineageKind:
    """Say that the elements ``earlier`` of the version before became the elements ``later``.

    Both are references, as for ``plans.seeding.services.matching.decide``. Links that took any of
    them elsewhere go; an element that has none left was dropped, or is new. Raises
    NotAllowedError, InvalidError, and PlanVersion.DoesNotExist.
    """
    if not permissions.can_seed(by):
        raise NotAllowedError(_("Only administrators change what became of elements."))
    with transaction.atomic():
        version = (
            PlanVersion.objects.select_for_update(of=("self",))
            .select_related("plan", "based_on")
            .get(pk=version_id)
        )
        if version.based_on is None:
            raise InvalidError(_("This is the first version of its plan."))
        sides = chosen_elements(
            earlier, version_elements(version.based_on), later, version_elements(version)
        )
        clean = stated_reason(reason)
        kind = kind_of(*sides)
        before = _keys(version.based_on, [element.reference for element in sides[0]])
        after = _keys(version, [element.reference for element in sides[1]])
        _relink(version, before, after, kind, by, clean)
        AuditEntry.objects.create(
            action=AuditEntry.Action.LINEAGE_CHANGED,
            actor=by,
            subject=f"{version.plan} – {version.symbol}: {describe_match(kind, earlier, later)}",
            reason=clean,
        )
    return kind


def _relink(
    version: PlanVersion,
    before: list[int],
    after: list[int],
    kind: LineageKind,
    by: User,
    reason: str,
) -> None:
    """Put links between all of ``before`` and all of ``after`` in the place of those they had."""

    def link(earlier: int | None, later: int | None, kind: LineageKind) -> Lineage:
        return Lineage(
            version=version,
            earlier_id=earlier,
            later_id=later,
            kind=kind,
            reason=reason,
            decided_by=by,
            decided_at=timezone.now(),
        )

    old = Lineage.objects.filter(version=version).filter(Q(earlier__in=before) | Q(later__in=after))
    ends = list(old.values_list("earlier_id", "later_id"))
    old.delete()
    left = Lineage.objects.filter(version=version)
    lost_before = {end for end, _later in ends if end} - set(before)
    lost_after = {end for _earlier, end in ends if end} - set(after)
    kept = list(left.filter(Q(earlier__in=lost_before) | Q(later__in=lost_after)))
    _rename_lonely(left, kept)
    lost_before -= {one.earlier_id for one in kept if one.earlier_id}
    lost_after -= {one.later_id for one in kept if one.later_id}
    # Of what is new or was dropped there is one link, with an open end.
    earlier_ends: list[int | None] = [*before] or [None]
    later_ends: list[int | None] = [*after] or [None]
    Lineage.objects.bulk_create(
        [
            *(link(one, other, kind) for one in earlier_ends for other in later_ends),
            *(link(one, None, LineageKind.DROPPED) for one in sorted(lost_before)),
            *(link(None, other, LineageKind.NEW) for other in sorted(lost_after)),
        ]
    )


def _rename_lonely(links: QuerySet[Lineage], kept: Iterable[Lineage]) -> None:
    """Give links that were of a split or a merger, and are alone now, the kind that fits them."""
    for one in kept:
        if one.earlier is None or one.later is None:
            continue
        if links.filter(Q(earlier=one.earlier) | Q(later=one.later)).count() == 1:
            sides = ([_as_matched(end)] for end in (one.earlier, one.later))
            one.kind = kind_of(*sides)
            one.save(update_fields=["kind"])


def _as_matched(element: ActionElement) -> VersionElement:
    return VersionElement(element.reference, element.issue.reference, "", element.text)


def _keys(version: PlanVersion, references: Collection[str]) -> list[int]:
    elements = ActionElement.objects.filter(version=version, reference__in=references)
    return list(elements.order_by("issue__ordinal", "ordinal").values_list("pk", flat=True))


# -- What was decided of the elements of a draft, kept as the lineage of the version made o -------


def check_unchanged(matching: Matching) -> None:
    """That the version before still has the elements that ``matching`` is about. One query.

    A draft names its revision, so what was decided on it cannot have changed unseen; the version
    before can, by a corrigendum. Raises StaleDraftError.
    """
    if version_elements(matching.base) != list(matching.earlier):
        raise StaleDraftError(
            _(
                "The version before was changed in the meantime. Nothing was made: look at what "
                "became of its elements again."
            )
        )


def keep_lineage(matching: Matching, version: PlanVersion) -> int:
    """Keep what was decided as the lineage of ``version``, which was just made of the draft.

    Called inside the transaction that commits the draft; the number of links. The units that
    answered for an element answer for what it became. Raises UndecidedError while anything is
    undecided.
    """
    if matching.undecided:
        raise UndecidedError(undecided(matching), count=len(matching.undecided))
    before = _primary_keys(matching.base)
    after = _primary_keys(version)
    links = [
        Lineage(
            version=version,
            earlier_id=before[earlier] if earlier else None,
            later_id=after[later] if later else None,
            kind=row.kind,
            reason=row.decision.reason,
            decided_by_id=row.decision.decided_by_id,
            decided_at=row.decision.decided_at,
        )
        for row in matching.rows
        if row.decision is not None
        for earlier in row.row.proposal.earlier or ("",)
        for later in row.row.proposal.later or ("",)
    ]
    Lineage.objects.bulk_create(links, batch_size=500)
    _hand_down_units(version, links)
    return len(links)


def _hand_down_units(version: PlanVersion, links: Iterable[Lineage]) -> None:
    """Give the later elements the units of the earlier ones.

    Otherwise they would belong to no unit, and every officer would answer for them.
    """
    assigned = ActionElement.units.through
    pairs = [(link.earlier_id, link.later_id) for link in links if link.earlier_id]
    units: dict[int, list[int]] = {}
    for element, unit in assigned.objects.filter(
        actionelement__lineage_to_later__version=version
    ).values_list("actionelement_id", "unit_id"):
        units.setdefault(element, []).append(unit)
    handed = {(later, unit) for earlier, later in pairs if later for unit in units.get(earlier, ())}
    assigned.objects.bulk_create(
        (assigned(actionelement_id=later, unit_id=unit) for later, unit in sorted(handed)),
        batch_size=500,
    )


def _primary_keys(version: PlanVersion) -> dict[str, int]:
    elements = ActionElement.objects.filter(version=version)
    return dict(elements.values_list("reference", "pk"))
