"""Versions being seeded: what is in work, and how its document reads with its corrections."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from plans import permissions
from plans.models import SeedDraft, SeedStep, SourceDocument
from plans.permissions import Person
from plans.reading.corrections import (
    CorrectionError,
    Corrections,
    Operation,
    operation_of,
    read_corrections,
    write_corrections,
)
from plans.reading.heads import language_of
from plans.reading.pipeline import Classified, Parsed, classified, corrected
from plans.reading.progress import Steps, to_the_end
from plans.reading.readers import reading_source
from plans.reading.readers.mapping import mapping_from
from plans.reading.review import Review
from plans.web.caching import LRUCache

_KEPT_READINGS = 4
"""How many documents a process keeps as read: those that somebody is at work on."""


def visible_drafts(user: Person) -> QuerySet[SeedDraft]:
    """The drafts that exist for ``user``: for an administrator all, for anybody else none."""
    drafts = SeedDraft.objects.select_related("document", "plan", "base__plan", "version__plan")
    # The bytes of a document are read when it is parsed, never for a list.
    drafts = drafts.defer("document__content")
    return drafts if permissions.can_seed(user) else drafts.none()


def find_draft(user: Person, draft_id: int) -> SeedDraft | None:
    """The draft with its document (its content left out), plan and versions; None when there is
    none for ``user``. One query."""
    return visible_drafts(user).filter(pk=draft_id).first()


def drafts_in_work(user: Person) -> QuerySet[SeedDraft]:
    """The drafts that exist for ``user``, those in work first, each with ``step_count``, the
    number of its steps in force. One query."""
    in_force = Count("steps", filter=Q(steps__number__lte=F("position")))
    last = Case(
        When(state=SeedDraft.State.DRAFT, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return (
        visible_drafts(user)
        .annotate(step_count=in_force)
        .select_related("made_by")
        .order_by(last, "-changed_at", "-pk")
    )


def steps_in_force(draft: SeedDraft) -> list[SeedStep]:
    """The steps up to the draft's position, in order. One query."""
    return list(draft.steps.filter(number__lte=draft.position).order_by("number"))


def operations_of(steps: Iterable[SeedStep]) -> tuple[Operation, ...]:
    """The operations of steps, numbered as the steps are.

    Raises CorrectionError for a step that holds none; a service lets no such step in.
    """
    return tuple(operation_of(step.number, step.operation) for step in steps)


def corrections_of(draft: SeedDraft) -> Corrections:
    """The corrections of a draft, as its corrections file holds them. One query."""
    return Corrections(
        document_section(draft.head),
        operations_of(steps_in_force(draft)),
        mapping_from(draft.mapping) if draft.mapping else None,
    )


def corrections_file(draft: SeedDraft) -> str:
    """The corrections file of a draft: with it, its document reads everywhere as it does here.

    One query.
    """
    found = corrections_of(draft)
    left_out = {} if draft.with_round else {"with_round": False}
    return write_corrections({**found.document, **left_out}, found.operations, found.columns)


def document_section(head: Mapping[str, Any]) -> dict[str, Any]:
    """A draft's ``head`` as the ``[document]`` section of a corrections file.

    Raises CorrectionError when ``as_at`` is no date.
    """
    section = {key: value for key, value in head.items() if value not in ("", None)}
    if "as_at" in section:
        try:
            section["as_at"] = date.fromisoformat(section["as_at"])
        except (TypeError, ValueError) as error:
            raise CorrectionError("[document] as_at: write a date such as 2000-08-31") from error
    return section


def parsed(draft: SeedDraft, *, corrections: Corrections | None = None) -> Parsed:
    """The document of ``draft`` read, classified and corrected.

    ``corrections`` is for trying out others than those in force. The document is read and
    classified once for as long as the process remembers it; then this costs the one query for the
    steps, and one more for the content otherwise. Raises SourceError for a document that cannot
    be read, and CorrectionError, which names the operation, when a correction does not fit.
    """
    return to_the_end(parsing(draft, corrections=corrections))


def parsing(
    draft: SeedDraft, *, corrections: Corrections | None = None, content: bytes | None = None
) -> Steps[Parsed]:
    """``parsed`` in steps, of which there are none while it is remembered.

    ``content`` are the bytes of a document that is not kept yet.
    """
    if corrections is None:
        corrections = corrections_of(draft)
    key = _key(draft, language_of(corrections.document))
    # A corrections file says all that a draft says, and unlike its parts it can be a key. Databases
    # give the parts back in an order of their own.
    text = write_corrections(
        dict(sorted(corrections.document.items())),
        (replace(one, keys=dict(sorted(one.keys.items()))) for one in corrections.operations),
    )
    return (yield from _CORRECTED.steps((key, text), content=content))


def reading(draft: SeedDraft, *, language: str) -> Classified:
    """The document of ``draft`` as read and classified, before any correction.

    Raises SourceError.
    """
    return _READINGS(_key(draft, language))


@dataclass(frozen=True, slots=True)
class _Reading:
    """All that the reading of a document depends on."""

    sha256: str
    name: str
    mapping: str
    language: str


def _key(draft: SeedDraft, language: str) -> _Reading:
    return _Reading(
        sha256=draft.document.sha256,
        name=draft.file_name,
        mapping=json.dumps(draft.mapping, sort_keys=True),
        language=language,
    )


def _read(key: _Reading, content: bytes | None = None) -> Steps[Classified]:
    # A hash names its content for ever, so what was read of it is never out of date.
    said = json.loads(key.mapping)
    source = yield from reading_source(
        content_of(key.sha256) if content is None else content,
        name=key.name,
        mapping=mapping_from(said) if said else None,
    )
    return (yield from classified(source, language=key.language))


def _correct(key: tuple[_Reading, str], content: bytes | None = None) -> Steps[Parsed]:
    reading, corrections = key
    before = yield from _READINGS.steps(reading, content=content)
    return (yield from corrected(before, read_corrections(corrections)))


_READINGS: LRUCache[_Reading, Classified] = LRUCache(_read, most=_KEPT_READINGS)
_CORRECTED: LRUCache[tuple[_Reading, str], Parsed] = LRUCache(_correct, most=_KEPT_READINGS)


def content_of(sha256: str) -> bytes:
    """The bytes of the kept document of that hash. One query."""
    return bytes(SourceDocument.objects.values_list("content", flat=True).get(sha256=sha256))


# -- A draft as it is reviewed: its document read with its corrections, and its steps -------------


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
