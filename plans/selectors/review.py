"""A draft as it is reviewed: its document read with its corrections, and its steps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from plans.importing.corrections import Corrections
from plans.importing.review import Review
from plans.models import SeedDraft, SeedStep
from plans.selectors.seeding import document_section, operations_of, parsed

_KEPT_REVIEWS = 4
"""How many documents a process keeps as they were read last: those that people are at."""


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
    return Desk(
        draft=draft,
        review=_review(_key(draft, in_force)),
        steps=in_force,
        undone=tuple(step for step in steps if step.number > draft.position),
    )


@dataclass(frozen=True, slots=True)
class _Key:
    """All that a review depends on, by which it is remembered; and where to read it from."""

    document: str
    name: str
    mapping: str
    head: str
    operations: str
    draft: SeedDraft = field(compare=False)
    steps: Sequence[SeedStep] = field(compare=False)


def _key(draft: SeedDraft, steps: Sequence[SeedStep]) -> _Key:
    return _Key(
        document=draft.document.sha256,
        name=draft.file_name,
        mapping=json.dumps(draft.mapping, sort_keys=True),
        head=json.dumps(draft.head, sort_keys=True),
        operations=json.dumps([step.operation for step in steps], sort_keys=True),
        draft=draft,
        steps=steps,
    )


@lru_cache(maxsize=_KEPT_REVIEWS)
def _review(key: _Key) -> Review:
    corrections = Corrections(document_section(key.draft.head), operations_of(key.steps))
    found = parsed(key.draft, corrections=corrections)
    return Review(found.source, found.draft, found.outline, found.account)
