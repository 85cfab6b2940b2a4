"""Versions being seeded: what is in work, and how its document reads with its corrections."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from plans import permissions
from plans.jobs import files
from plans.models import SeedDraft, SeedStep, SourceDocument
from plans.permissions import Person
from plans.reading.corrections import (
    CorrectionError,
    Corrections,
    Operation,
    operation_of,
    write_corrections,
)
from plans.reading.heads import language_of, truth_of
from plans.reading.pipeline import Classified, Parsed, classified, corrected
from plans.reading.progress import Progress, no_progress
from plans.reading.readers import read_source
from plans.reading.readers.mapping import mapping_from
from plans.reading.review import DocumentReview


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

    Raises CorrectionError when ``as_at`` is no date, and for a truth value that is none: 1 would
    equal the True of what is cached.
    """
    section = {key: value for key, value in head.items() if value not in ("", None)}
    truth_of(section, "round_symbol_inferred", otherwise=False)
    if "as_at" in section:
        try:
            section["as_at"] = date.fromisoformat(section["as_at"])
        except (TypeError, ValueError) as error:
            raise CorrectionError("[document] as_at: write a date such as 2000-08-31") from error
    return section


# -- Reading the document of a draft --------------------------------------------------------------

LONG_DOCUMENT = 250_000
"""In bytes. Reading a longer one takes a second or more, so a job does it, which stores it."""
_CACHED_DOCUMENTS = 4
"""How many documents a process remembers as read: those that somebody is at work on."""


def takes_long(size: int) -> bool:
    """Whether a document of so many bytes is read by a job."""
    return size > LONG_DOCUMENT


def is_long(draft: SeedDraft) -> bool:
    """Whether the draft's document is read by a job."""
    return takes_long(draft.document.size)


def parsed(
    draft: SeedDraft,
    *,
    corrections: Corrections | None = None,
    progress: Progress = no_progress,
) -> Parsed:
    """The document of ``draft`` read, classified and corrected.

    ``corrections`` is for trying out others than those in force. The document is read and
    classified once for as long as the process remembers it; then this costs the one query for the
    steps, and one more for the content otherwise. Raises SourceError for a document that cannot be
    read, and CorrectionError, which names the operation, when a correction does not fit.
    """
    if corrections is None:
        corrections = corrections_of(draft)
    reading = _reading(draft, language_of(corrections.document), progress)
    # What they say of columns is in the reading.
    return _corrected(reading, Corrections(corrections.document, corrections.operations))


def classified_document(
    draft: SeedDraft, *, language: str, progress: Progress = no_progress
) -> Classified:
    """The document of ``draft`` as read and classified, before any correction.

    Raises SourceError.
    """
    return _classified(_reading(draft, language, progress))


def reading_key(draft: SeedDraft) -> str:
    """The key under which a job stores how a long document reads, before any correction.

    Raises CorrectionError when what the draft says of the document is at fault.
    """
    return _reading(draft, language_of(document_section(draft.head))).key


@dataclass(frozen=True, slots=True)
class _ReadingKey:
    """All that the reading of a document depends on.

    For whoever is the first to ask for it: the ``content`` of a document that is not saved yet,
    and their ``progress``.
    """

    sha256: str
    name: str
    mapping: str
    language: str
    is_long: bool
    content: bytes | None = field(compare=False, repr=False)
    progress: Progress = field(compare=False, repr=False)

    @property
    def key(self) -> str:
        return files.value_key("reading", (self.sha256, self.name, self.mapping, self.language))


def _reading(draft: SeedDraft, language: str, progress: Progress = no_progress) -> _ReadingKey:
    return _ReadingKey(
        sha256=draft.document.sha256,
        name=draft.file_name,
        mapping=json.dumps(draft.mapping, sort_keys=True),
        language=language,
        is_long=is_long(draft),
        content=draft.document.content if draft.document.pk is None else None,
        progress=progress,
    )


@lru_cache(maxsize=_CACHED_DOCUMENTS)
def _classified(reading: _ReadingKey) -> Classified:
    # A hash names its content for ever, so what was read of it is never out of date.
    if reading.is_long:
        stored = files.stored_value(reading.key, Classified)
        if stored is not None:
            return stored
    mapping = json.loads(reading.mapping)
    source = read_source(
        content_of(reading.sha256) if reading.content is None else reading.content,
        name=reading.name,
        mapping=mapping_from(mapping) if mapping else None,
        progress=reading.progress,
    )
    return classified(source, language=reading.language, progress=reading.progress)


@lru_cache(maxsize=_CACHED_DOCUMENTS)
def _corrected(reading: _ReadingKey, corrections: Corrections) -> Parsed:
    return corrected(_classified(reading), corrections, progress=reading.progress)


def content_of(sha256: str) -> bytes:
    """The bytes of the kept document of that hash. One query."""
    return bytes(SourceDocument.objects.values_list("content", flat=True).get(sha256=sha256))


# -- The review of a draft ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """What lies before an administrator. ``steps`` are those in force, in order; ``undone`` those
    that can be redone."""

    draft: SeedDraft
    review: DocumentReview
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


def review_page(draft: SeedDraft) -> ReviewPage:
    """The draft with its steps and its document as these leave it.

    One query, for the steps; another for the document while the process does not remember it.
    Raises SourceError and CorrectionError as ``parsed`` does.
    """
    steps = tuple(draft.steps.select_related("by").order_by("number"))
    in_force = tuple(step for step in steps if step.number <= draft.position)
    corrections = Corrections(document_section(draft.head), operations_of(in_force))
    found = parsed(draft, corrections=corrections)
    return ReviewPage(
        draft=draft,
        review=DocumentReview(found.source, found.draft, found.outline, found.account),
        steps=in_force,
        undone=tuple(step for step in steps if step.number > draft.position),
    )
