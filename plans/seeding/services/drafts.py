"""Drafts of versions: begun with an upload, described, and discarded."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from plans.jobs import files
from plans.jobs.services import enqueue
from plans.models import AuditEntry, Job, Plan, PlanVersion, SeedDraft, SourceDocument
from plans.reading.corrections import CorrectionError, Corrections
from plans.reading.progress import Progress, no_progress
from plans.reading.readers import MappingNeededError
from plans.reading.readers.kinds import kind_of
from plans.reading.source_table import SourceError
from plans.seeding.queries.drafts import (
    corrections_of,
    document_section,
    is_long,
    parsed,
    reading_key,
)
from plans.seeding.queries.matching import is_prepared
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
    return keep_draft(read_draft(by=by, name=name, content=content, plan=plan, base=base), by=by)


def read_draft(
    *,
    by: User,
    name: str,
    content: bytes,
    plan: Plan | None = None,
    base: PlanVersion | None = None,
    progress: Progress = no_progress,
) -> SeedDraft:
    """Read an uploaded document, which the process then remembers; its draft, not saved.

    Raises as ``start_draft``.
    """
    check_seeder(by)
    if base is not None and (plan is None or base.plan_id != plan.pk):
        raise InvalidError(_("The version before is one of another plan."), field="base")
    document = SourceDocument(
        sha256=hashlib.sha256(content).hexdigest(), size=len(content), content=content
    )
    draft = SeedDraft(
        document=document, file_name=document_name(name), plan=plan, base=base, made_by=by
    )
    draft.head = _first_head(draft)
    try:
        document.kind = kind_of(content)
        # A sheet whose columns a person has to name, or a head that a person has to mend: the
        # draft's next steps.
        with suppress(MappingNeededError, CorrectionError):
            nothing = Corrections(document_section(draft.head), ())
            parsed(draft, corrections=nothing, progress=progress)
    except SourceError as error:
        raise InvalidError(str(error), field="document") from error
    return draft


def keep_draft(draft: SeedDraft, *, by: User) -> SeedDraft:
    """Save what ``read_draft`` gave, with the document.

    Raises StaleDraftError when the plan or version was taken back meanwhile.
    """
    document = draft.document
    with transaction.atomic():
        _check_there(draft.plan, draft.base)
        draft.document, _made = SourceDocument.objects.defer("content").get_or_create(
            sha256=document.sha256,
            defaults={
                "name": draft.file_name,
                "kind": document.kind,
                "size": document.size,
                "content": document.content,
                "uploaded_by": by,
            },
        )
        draft.save()
        note(AuditEntry.Action.SEED_STARTED, draft, by, what=document.sha256[:12])
    return draft


def request_upload(
    *,
    by: User,
    name: str,
    content: bytes,
    plan: Plan | None = None,
    base: PlanVersion | None = None,
) -> Job:
    """The job that begins a draft as ``start_draft`` does, for a long document.

    Raises NotAllowedError, and InvalidError for bytes that are no document.
    """
    check_seeder(by)
    try:
        kind_of(content)
    except SourceError as error:
        raise InvalidError(str(error), field="document") from error
    sha256 = hashlib.sha256(content).hexdigest()
    key = files.file_key(sha256, "upload")
    files.store(key, content)
    arguments = {
        "file": key,
        "name": document_name(name),
        "plan": plan.pk if plan else None,
        "base": base.pk if base else None,
    }
    return enqueue(
        "seed_upload",
        key=f"seed_upload:{by.pk}:{arguments['plan']}:{arguments['base']}:{sha256}",
        arguments=arguments,
        requested_by=by,
        size=len(content),
    )


def request_reading(
    draft: SeedDraft, *, by: User, next_url: str, with_matching: bool = False
) -> Job | None:
    """The job that reads the draft's long document before the page ``next_url`` is shown.

    With ``with_matching`` it matches it to the version before as well. None when it is short, or
    read already, or was tried in vain: then the page says why.
    """
    try:
        done = not is_long(draft) or is_prepared(draft, with_matching=with_matching)
    except (CorrectionError, SourceError):
        return None
    key = f"seed_reading:{draft.pk}:{draft.revision}:{reading_key(draft)}:{with_matching:d}"
    ended = [Job.State.SUCCEEDED, Job.State.FAILED]
    if done or Job.objects.filter(key=key, state__in=ended).exists():
        return None
    return enqueue(
        "seed_reading",
        key=key,
        arguments={"draft": draft.pk, "with_matching": with_matching},
        requested_by=by,
        next_url=next_url,
        variant="matching" if with_matching else "",
        size=draft.document.size,
    )


def document_name(name: str) -> str:
    """The name of an uploaded file, as it is kept."""
    return prose.one_line(storable(name))[-MAX_NAME:] or "document"


def _check_there(plan: Plan | None, base: PlanVersion | None) -> None:
    """Raise StaleDraftError when the plan or the version before is gone: reading takes time."""
    there = base is None or PlanVersion.objects.filter(pk=base.pk).exists()
    if not there or not (plan is None or Plan.objects.filter(pk=plan.pk).exists()):
        raise taken_back()


def taken_back() -> StaleDraftError:
    """The refusal of a document whose plan or version before is gone."""
    return StaleDraftError(
        _("What it comes after was taken back meanwhile. Choose again, and upload it.")
    )


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


def _first_head(draft: SeedDraft) -> dict[str, Any]:
    """What is known before anybody has said anything: the plan, and its language so far."""
    head = identity(draft)
    if draft.base is not None:
        head["language"] = draft.base.language
    return head
