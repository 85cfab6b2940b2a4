"""Lineage between versions, for tests."""

from __future__ import annotations

from plans.catalogue.queries.lineage import version_elements
from plans.models import ActionElement, Lineage, PlanVersion
from plans.reading.matching import Proposal, match


def link(version: PlanVersion) -> list[Lineage]:
    """Keep what is proposed between ``version`` and the version before it, as if accepted."""
    assert version.based_on is not None
    proposals = match(version_elements(version.based_on), version_elements(version))
    earlier = _by_reference(version.based_on)
    later = _by_reference(version)
    return Lineage.objects.bulk_create(
        Lineage(
            version=version,
            earlier=earlier[before] if before else None,
            later=later[after] if after else None,
            kind=proposal.kind,
        )
        for proposal in proposals
        for before, after in _pairs(proposal)
    )


def _pairs(proposal: Proposal) -> list[tuple[str, str]]:
    return [
        (before, after) for before in proposal.earlier or ("",) for after in proposal.later or ("",)
    ]


def _by_reference(version: PlanVersion) -> dict[str, ActionElement]:
    return {element.reference: element for element in version.elements.all()}
