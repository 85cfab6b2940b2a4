"""A draft as it is reviewed: its document read with its corrections, and its steps."""

from __future__ import annotations

from dataclasses import dataclass

from plans.importing.corrections import Corrections
from plans.importing.review import Review
from plans.models import SeedDraft, SeedStep
from plans.selectors.seeding import document_section, operations_of, parsed


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies before an administrator. ``steps`` are those in force, in order; ``undone`` those
    that can be redone."""

    draft: SeedDraft
    review: Review
    steps: tuple[SeedStep, ...]
    undone: tuple[SeedStep, ...]

    @property
    def last_step(self) -> int:
        """The key of the last step in force, 0 for none: what a person has seen."""
        return self.steps[-1].pk if self.steps else 0

    def since(self, seen: int) -> tuple[SeedStep, ...]:
        """The steps in force that were made after the step ``seen``."""
        return tuple(step for step in self.steps if step.pk > seen)

    def is_in_force(self, seen: int) -> bool:
        """Whether the step ``seen`` still is; nothing seen is always so."""
        return not seen or any(step.pk == seen for step in self.steps)


def desk(draft: SeedDraft) -> Desk:
    """The draft with its steps and its document as these leave it.

    One query, for the steps; another for the document while the process does not remember it.
    Raises SourceError and CorrectionError as ``parsed`` does.
    """
    steps = tuple(draft.steps.select_related("by").order_by("number"))
    in_force = tuple(step for step in steps if step.number <= draft.position)
    corrections = Corrections(document_section(draft.head), operations_of(in_force))
    found = parsed(draft, corrections=corrections)
    return Desk(
        draft=draft,
        review=Review(found.source, found.draft, found.outline, found.account),
        steps=in_force,
        undone=tuple(step for step in steps if step.number > draft.position),
    )
