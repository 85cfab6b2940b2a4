"""Drafts of versions: begun with an upload, described, and discarded."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from plans.models import AuditEntry, Plan, PlanVersion, SeedDraft, SourceDocument
from plans.reading.corrections import CorrectionError, Corrections
from plans.reading.progress import Steps, to_the_end
from plans.reading.readers import MappingNeededError
from plans.reading.readers.kinds import kind_of
from plans.reading.source_table import SourceError
from plans.seeding.queries.drafts import corrections_of, document_section, parsing
from plans.seeding.services.guards import (
    changing,
    check_seeder,
    checked,
    draft_as_seen,
    note,
    storable,
)
from plans.seeding.services.steps import identity
from plans.text import prose
from plans.web.refusals import InvalidError, StaleDraftError

MAX_NAME = 200


def start_draft(
    *,
    by: User,
    name: str,
    content: bytes,
    plan: Plan | None = None,
    base: PlanVersion | None = None,
) -> SeedDraft:
    """Keep an uploaded document and begin the draft of a version of ``plan``.

    ``base`` is the version of that plan that came before; without a ``plan`` the document is the
    first of a new one. Raises NotAllowedError, InvalidError for a document that cannot be read,
    and StaleDraftError when the plan or version was taken back while it was.
    """
    return to_the_end(starting(by=by, name=name, content=content, plan=plan, base=base))


def starting(
    *,
    by: User,
    name: str,
    content: bytes,
    plan: Plan | None = None,
    base: PlanVersion | None = None,
) -> Steps[SeedDraft]:
    """``start_draft`` in steps. Given up before the last of them, nothing is kept."""
    draft = yield from reading_ahead(by=by, name=name, content=content, plan=plan, base=base)
    with transaction.atomic():
        _check_there(plan, base)
        draft.document = _kept(content, draft.file_name, draft.document.kind, by)
        draft.save()
        note(AuditEntry.Action.SEED_STARTED, draft, by, what=draft.document.sha256[:12])
        return draft


def reading_ahead(
    *,
    by: User,
    name: str,
    content: bytes,
    plan: Plan | None = None,
    base: PlanVersion | None = None,
) -> Steps[SeedDraft]:
    """What ``starting`` does before it keeps anything, in steps: the draft, which is not saved.

    What it read is remembered. Raises as ``start_draft``.
    """
    check_seeder(by)
    if base is not None and (plan is None or base.plan_id != plan.pk):
        raise InvalidError(_("The version before is one of another plan."), field="base")
    file_name = prose.one_line(storable(name))[-MAX_NAME:] or "document"
    document = SourceDocument(sha256=hashlib.sha256(content).hexdigest())
    draft = SeedDraft(document=document, file_name=file_name, plan=plan, base=base, made_by=by)
    draft.head = _first_head(draft)
    try:
        document.kind = kind_of(content)
        yield from _read(draft, content)
    except SourceError as error:
        raise InvalidError(str(error), field="document") from error
    return draft


def _check_there(plan: Plan | None, base: PlanVersion | None) -> None:
    """Raise StaleDraftError when the plan or the version before is gone: reading takes time."""
    there = base is None or PlanVersion.objects.filter(pk=base.pk).exists()
    if not there or not (plan is None or Plan.objects.filter(pk=plan.pk).exists()):
        raise StaleDraftError(
            _("What it comes after was taken back meanwhile. Choose again, and upload it.")
        )


def _read(draft: SeedDraft, content: bytes) -> Steps[None]:
    """Read the document, as the pages of the draft will show it and then remember it.

    Raises SourceError.
    """
    nothing = Corrections(document_section(draft.head), ())
    # A sheet whose columns a person has to name, or a head that a person has to mend: the draft's
    # next steps.
    with suppress(MappingNeededError, CorrectionError):
        yield from parsing(draft, corrections=nothing, content=content)


def set_mapping(
    *, draft_id: int, by: User, base_revision: int, mapping: Mapping[str, Any]
) -> SeedDraft:
    """Say which column of a sheet is which.

    Raises NotAllowedError, StaleDraftError, and InvalidError when the document cannot be read so,
    or a correction does not fit any more.
    """
    draft = draft_as_seen(draft_id, by, base_revision)
    draft.mapping = storable(dict(mapping))
    checked(draft, corrections_of(draft))
    with changing(draft_id, by, base_revision) as draft:
        draft.mapping = storable(dict(mapping))
        note(AuditEntry.Action.SEED_DESCRIBED, draft, by, what=_("columns"))
        return draft


def set_head(
    *,
    draft_id: int,
    by: User,
    base_revision: int,
    head: Mapping[str, Any],
    with_round: bool | None = None,
) -> SeedDraft:
    """Say what the document does not print about itself, in place of what was said before.

    ``head`` has the keys of a ``[document]`` section, ``as_at`` in ISO 8601; empty ones are left
    out. A plan that there is keeps its short name and title. ``with_round`` says whether the
    status column becomes a closed round; None leaves that as it is. Raises NotAllowedError,
    StaleDraftError, and
    InvalidError for a value that cannot be.
    """
    draft = draft_as_seen(draft_id, by, base_revision)
    clean = {key: value for key, value in storable(dict(head)).items() if value not in ("", None)}
    clean |= identity(draft)
    operations = corrections_of(draft).operations
    try:
        section = document_section(clean)
    except CorrectionError as error:
        raise InvalidError(str(error), field="as_at") from error
    checked(draft, Corrections(section, operations))
    with changing(draft_id, by, base_revision) as draft:
        draft.head = clean
        if with_round is not None:
            draft.with_round = with_round
        note(
            AuditEntry.Action.SEED_DESCRIBED,
            draft,
            by,
            what=str(clean.get("version_symbol", "")),
        )
        return draft


def discard(*, draft_id: int, by: User, base_revision: int) -> SeedDraft:
    """Give a draft up. It stays to be looked at, and so does its document.

    Raises NotAllowedError and StaleDraftError.
    """
    with changing(draft_id, by, base_revision) as draft:
        draft.state = SeedDraft.State.DISCARDED
        note(AuditEntry.Action.SEED_DISCARDED, draft, by, what="")
        return draft


def _kept(content: bytes, name: str, kind: str, by: User) -> SourceDocument:
    sha256 = hashlib.sha256(content).hexdigest()
    document, _made = SourceDocument.objects.defer("content").get_or_create(
        sha256=sha256,
        defaults={
            "name": name,
            "kind": kind,
            "size": len(content),
            "content": content,
            "uploaded_by": by,
        },
    )
    return document


def _first_head(draft: SeedDraft) -> dict[str, Any]:
    """What is known before anybody has said anything: the plan, and its language so far."""
    head = identity(draft)
    if draft.base is not None:
        head["language"] = draft.base.language
    return head
