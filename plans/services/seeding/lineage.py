"""What was decided of the elements of a draft, kept as the lineage of the version made of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from plans.models import ActionElement, Lineage, PlanVersion
from plans.selectors.matching import Matching, version_elements
from plans.services.errors import StaleDraftError, UndecidedError
from plans.services.seeding.matching import undecided


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
