"""What a person has decided, laid over what is proposed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from plans.importing.matching.elements import (
    Proposal,
    VersionElement,
    fingerprint,
    kind_of,
)
from plans.importing.matching.order import plan_order
from plans.importing.matching.proposals import match


@dataclass(frozen=True, slots=True)
class Settled:
    """A decision: that ``earlier`` became ``later``, by their references.

    ``fingerprint`` is that of the elements when it was taken; ``key`` is the caller's.
    """

    key: int
    earlier: tuple[str, ...]
    later: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Row:
    """What became of some elements: as decided where ``settled`` is given, else as proposed."""

    proposal: Proposal
    earlier: tuple[VersionElement, ...]
    later: tuple[VersionElement, ...]
    settled: Settled | None

    @property
    def fingerprint(self) -> str:
        """Identifies the row by the references and words of its elements."""
        return fingerprint(self.earlier, self.later)


def overlay(
    earlier: Sequence[VersionElement],
    later: Sequence[VersionElement],
    proposals: Sequence[Proposal],
    decisions: Iterable[Settled],
) -> tuple[list[Row], list[Settled]]:
    """The rows of both versions, and the decisions that fit them no longer.

    A decision fits while its elements have the references and words that they had. Every
    reference is in exactly one row. Elements that a decision takes out of a proposal leave the
    others of it behind; what became of those is proposed anew among themselves.
    """
    before = {element.reference: element for element in earlier}
    after = {element.reference: element for element in later}
    fitting, stale = _fitting(decisions, before, after)
    gone = {reference for settled in fitting for reference in settled.earlier}
    come = {reference for settled in fitting for reference in settled.later}
    kept = [
        proposal
        for proposal in proposals
        if gone.isdisjoint(proposal.earlier) and come.isdisjoint(proposal.later)
    ]
    gone.update(reference for proposal in kept for reference in proposal.earlier)
    come.update(reference for proposal in kept for reference in proposal.later)
    kept += match(
        [element for element in earlier if element.reference not in gone],
        [element for element in later if element.reference not in come],
    )
    as_proposed = {(proposal.earlier, proposal.later): proposal for proposal in proposals}
    rows = [_row(proposal, None, before, after) for proposal in kept]
    for settled in fitting:
        sides = (settled.earlier, settled.later)
        proposal = as_proposed.get(sides) or _decided(sides, before, after)
        rows.append(_row(proposal, settled, before, after))
    place_before = {element.reference: place for place, element in enumerate(earlier)}
    place_after = {element.reference: place for place, element in enumerate(later)}
    ordered = plan_order(
        rows,
        lambda row: (
            [place_before[reference] for reference in row.proposal.earlier],
            [place_after[reference] for reference in row.proposal.later],
        ),
    )
    return ordered, stale


def _fitting(
    decisions: Iterable[Settled],
    before: Mapping[str, VersionElement],
    after: Mapping[str, VersionElement],
) -> tuple[list[Settled], list[Settled]]:
    """The decisions whose elements are as they were, and the others."""
    fitting: list[Settled] = []
    stale: list[Settled] = []
    gone: set[str] = set()
    come: set[str] = set()
    for settled in decisions:
        known = before.keys() >= {*settled.earlier} and after.keys() >= {*settled.later}
        free = gone.isdisjoint(settled.earlier) and come.isdisjoint(settled.later)
        if (
            known
            and free
            and settled.fingerprint
            == fingerprint(
                [before[reference] for reference in settled.earlier],
                [after[reference] for reference in settled.later],
            )
        ):
            fitting.append(settled)
            gone.update(settled.earlier)
            come.update(settled.later)
        else:
            stale.append(settled)
    return fitting, stale


def _decided(
    sides: tuple[tuple[str, ...], tuple[str, ...]],
    before: Mapping[str, VersionElement],
    after: Mapping[str, VersionElement],
) -> Proposal:
    """A person's own decision in the form of a proposal."""
    earlier, later = sides
    kind = kind_of([before[name] for name in earlier], [after[name] for name in later])
    return Proposal(kind=kind, earlier=earlier, later=later, score=0, why=())


def _row(
    proposal: Proposal,
    settled: Settled | None,
    before: Mapping[str, VersionElement],
    after: Mapping[str, VersionElement],
) -> Row:
    return Row(
        proposal=proposal,
        earlier=tuple(before[reference] for reference in proposal.earlier),
        later=tuple(after[reference] for reference in proposal.later),
        settled=settled,
    )
