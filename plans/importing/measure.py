"""How much of a document the classifier placed right without a correction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from plans.importing.blocks import SourceTable
from plans.importing.draft import Draft
from plans.importing.outline import Outline

_Places = dict[str, set[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Measure:
    """``right`` of ``total`` blocks stand, before any correction, where they stand after all."""

    right: int
    total: int

    @property
    def percent(self) -> float:
        return 100 * self.right / self.total if self.total else 100.0

    def __str__(self) -> str:
        return f"{self.right} of {self.total} blocks ({self.percent:.1f} %)"


def measure(
    source: SourceTable,
    before: tuple[Draft, Outline],
    after: tuple[Draft, Outline],
) -> Measure:
    """Compare the classifier's own outline with the corrected one, block by block.

    A block is right when it was cut into the same pieces, each with the same words and role, in
    the same issue and, for a time-frame or status, covering the same elements.
    """
    first, last = _places(*before), _places(*after)
    ids = [block.id for block in source.blocks()]
    right = sum(first[name] == last[name] for name in ids)
    return Measure(right, len(ids))


def _places(draft: Draft, outline: Outline) -> _Places:
    """For every block, the pieces it is in, with their words, role and holders.

    Holders are named by pieces, not by references, which an element inserted before would shift.
    """
    name_of = {element.reference: element.piece for element in outline.elements()}
    name_of |= {issue.reference: issue.piece for issue in outline.issues()}
    places: _Places = defaultdict(set)
    for piece in draft:
        where = outline.placements.get(piece.id, (piece.role.value, "not placed"))
        holders = tuple(name_of.get(holder, holder) for holder in where[1:])
        for source in piece.sources:
            places[source].add(
                (piece.text, where[0], *holders, piece.duplicate_of or "", piece.ditto_of or "")
            )
    return places
