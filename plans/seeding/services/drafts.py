"""Drafts of versions: begun with an upload, described, corrected step by step, and discarded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, cast

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from plans import permissions
from plans.jobs import files
from plans.jobs.services import enqueue
from plans.models import AuditEntry, Job, Plan, PlanVersion, SeedDraft, SeedStep, SourceDocument
from plans.reading.corrections import CorrectionError, Corrections, Operation, operation_of
from plans.reading.heads import truth_of
from plans.reading.pipeline import Parsed
from plans.reading.progress import Progress, no_progress
from plans.reading.readers import MappingNeededError
from plans.reading.readers.kinds import kind_of
from plans.reading.source_table import SourceError
from plans.seeding.queries.drafts import (
    corrections_of,
    document_section,
    is_long,
    operations_of,
    parsed,
    reading_key,
)
from plans.seeding.queries.matching import is_prepared
from plans.text import prose
from plans.web.refusals import InvalidError, NotAllowedError, StaleDraftError

MAX_NAME = 200


# -- Locking --------------------------------------------------------------------------------------


def check_seeder(by: User) -> None:
    """Raises NotAllowedError for whoever is no administrator."""
    if not permissions.can_seed(by):
        raise NotAllowedError(_("Only administrators seed versions."))


def draft_as_seen(draft_id: int, by: User, base_revision: int) -> SeedDraft:
    """The draft, if it is as ``by`` saw it. Not locked: for the checks that take time.

    Raises NotAllowedError, StaleDraftError and SeedDraft.DoesNotExist.
    """
    check_seeder(by)
    draft = _drafts().get(pk=draft_id)
    _check_as_seen(draft, base_revision)
    return draft


@contextmanager
def changing(draft_id: int, by: User, base_revision: int) -> Iterator[SeedDraft]:
    """A transaction in which the draft is locked, as ``by`` saw it; afterwards it is saved with
    its next revision.

    Raises NotAllowedError, StaleDraftError and SeedDraft.DoesNotExist.
    """
    check_seeder(by)
    with transaction.atomic():
        draft = _drafts().select_for_update(of=("self",)).get(pk=draft_id)
        _check_as_seen(draft, base_revision)
        yield draft
        draft.revision += 1
        draft.changed_at = timezone.now()
        draft.save()


def locked_version(version_id: int) -> PlanVersion:
    """The version with its plan, locked. Belongs in a transaction.

    Raises StaleDraftError when it was taken back in between.
    """
    versions = PlanVersion.objects.select_for_update(of=("self",)).select_related("plan")
    version = versions.filter(pk=version_id).first()
    if version is None:
        raise StaleDraftError(
            _("The version was taken back in another window or by somebody else.")
        )
    return version


def checked(
    draft: SeedDraft, corrections: Corrections, *, progress: Progress = no_progress
) -> Parsed:
    """The document of ``draft`` as it reads with ``corrections``.

    Raises InvalidError, whose sentence names the place, when it cannot be read or one does not
    fit.
    """
    try:
        return parsed(draft, corrections=corrections, progress=progress)
    except (CorrectionError, SourceError) as error:
        raise InvalidError(str(error)) from error


def note(
    action: AuditEntry.Action, draft: SeedDraft, by: User, *, what: str, why: str = ""
) -> None:
    """Write down what was done to a draft, in the transaction of the change."""
    subject = f"{draft.file_name}: {what}" if what else draft.file_name
    AuditEntry.objects.create(action=action, actor=by, subject=subject, reason=why)


def storable(value: Any) -> Any:
    """``value``, a piece of JSON, without what no database takes: NUL and halves of characters."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "ignore").decode()
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value


def _drafts() -> QuerySet[SeedDraft]:
    return SeedDraft.objects.select_related("document", "plan", "base").defer("document__content")


def _check_as_seen(draft: SeedDraft, base_revision: int) -> None:
    if draft.state == SeedDraft.State.COMMITTED:
        raise StaleDraftError(
            _("This document has become a plan version already; the draft is closed.")
        )
    if draft.state == SeedDraft.State.DISCARDED:
        raise StaleDraftError(_("This draft was discarded."))
    if draft.revision != base_revision:
        raise StaleDraftError(
            _(
                "The draft was changed in another window or by somebody else. Nothing was "
                "overwritten: look at what it is now, and do your change again."
            )
        )


# -- Uploading, describing and discarding ---------------------------------------------------------


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
    return store_draft(read_draft(by=by, name=name, content=content, plan=plan, base=base), by=by)


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


def store_draft(draft: SeedDraft, *, by: User) -> SeedDraft:
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


MAX_STEPS = 5000


# -- Corrections ----------------------------------------------------------------------------------


def add_step(
    *, draft_id: int, by: User, base_revision: int, operation: Mapping[str, Any]
) -> SeedStep:
    """Add a correction after those in force; those that were undone are dropped.

    ``operation`` is what an ``[[operation]]`` of a corrections file holds: ``op``, ``reason`` and
    the keys of its kind. Raises NotAllowedError, StaleDraftError, and InvalidError, whose
    sentence names the operation and the place, for one that does not fit the document.
    """
    draft = draft_as_seen(draft_id, by, base_revision)
    before = corrections_of(draft)
    number = draft.position + 1
    if number > MAX_STEPS:
        raise InvalidError(_("A document takes %(count)d corrections.") % {"count": MAX_STEPS})
    new = _operation(number, operation)
    checked(draft, Corrections(before.document, (*before.operations, new)))
    with changing(draft_id, by, base_revision) as draft:
        draft.steps.filter(number__gt=draft.position).delete()
        step = SeedStep.objects.create(draft=draft, number=number, operation=new.item(), by=by)
        draft.position = number
        note(
            AuditEntry.Action.SEED_CORRECTED,
            draft,
            by,
            what=describe_operation(new),
            why=new.reason,
        )
        return step


def undo(*, draft_id: int, by: User, base_revision: int) -> Operation:
    """Take back the last step in force, which can be redone; the operation that was undone.

    Raises NotAllowedError, StaleDraftError, and InvalidError when there is none, or when one
    before it does not fit without it.
    """
    draft = draft_as_seen(draft_id, by, base_revision)
    undone = _step(draft, draft.position, _("There is no correction to undo."))
    before = corrections_of(draft)
    checked(draft, Corrections(before.document, before.operations[:-1]))
    with changing(draft_id, by, base_revision) as draft:
        draft.position -= 1
        note(AuditEntry.Action.SEED_UNDONE, draft, by, what=f"−{describe_operation(undone)}")
        return undone


def redo(*, draft_id: int, by: User, base_revision: int) -> Operation:
    """Carry out again the step that was undone last; its operation.

    Raises NotAllowedError, StaleDraftError, and InvalidError when there is none or it no longer
    fits.
    """
    draft = draft_as_seen(draft_id, by, base_revision)
    again = _step(draft, draft.position + 1, _("There is no correction to redo."))
    before = corrections_of(draft)
    checked(draft, Corrections(before.document, (*before.operations, again)))
    with changing(draft_id, by, base_revision) as draft:
        draft.position += 1
        note(AuditEntry.Action.SEED_UNDONE, draft, by, what=f"+{describe_operation(again)}")
        return again


def go_to(*, draft_id: int, by: User, base_revision: int, position: int) -> SeedDraft:
    """Undo, or redo, so many steps that the first ``position`` are in force.

    Raises NotAllowedError, StaleDraftError, and InvalidError when there are not so many or one
    no longer fits.
    """
    draft = draft_as_seen(draft_id, by, base_revision)
    wanted = list(draft.steps.filter(number__lte=position).order_by("number"))
    if len(wanted) != position:
        raise InvalidError(_("There is no correction %(number)d.") % {"number": position})
    checked(draft, Corrections(corrections_of(draft).document, operations_of(wanted)))
    with changing(draft_id, by, base_revision) as draft:
        what = _("corrections in force: %(count)d") % {"count": position}
        note(AuditEntry.Action.SEED_UNDONE, draft, by, what=what)
        draft.position = position
        return draft


def replace_steps(
    *, draft_id: int, by: User, base_revision: int, corrections: Corrections
) -> SeedDraft:
    """Put a corrections file in the place of all corrections so far.

    What its ``[document]`` section says goes over what was said; what it leaves out stays. Its
    ``[columns]`` take the place of those that were named. Raises NotAllowedError, StaleDraftError,
    and InvalidError, whose sentence names the operation, when one does not fit: then nothing is
    changed.
    """
    draft = draft_as_seen(draft_id, by, base_revision)
    if len(corrections.operations) > MAX_STEPS:
        raise InvalidError(_("A document takes %(count)d corrections.") % {"count": MAX_STEPS})
    operations = tuple(
        _operation(number, operation.item())
        for number, operation in enumerate(corrections.operations, 1)
    )
    with_round = _truth(corrections.document, "with_round", otherwise=draft.with_round)
    head = draft.head | head_of_section(corrections.document) | identity(draft)
    head.pop("with_round", None)
    mapping = _columns(draft, corrections)
    draft.mapping = mapping
    checked(draft, Corrections(_section(head), operations))
    with changing(draft_id, by, base_revision) as draft:
        draft.steps.all().delete()
        SeedStep.objects.bulk_create(
            SeedStep(draft=draft, number=operation.number, operation=operation.item(), by=by)
            for operation in operations
        )
        draft.position = len(operations)
        draft.head = head
        draft.mapping = mapping
        draft.with_round = with_round
        note(
            AuditEntry.Action.SEED_CORRECTED,
            draft,
            by,
            what=_("%(count)d corrections from a file") % {"count": len(operations)},
        )
        return draft


def identity(draft: SeedDraft) -> dict[str, Any]:
    """What the ``head`` of a draft says of its plan, when it is of one that there is."""
    if draft.plan is None:
        return {}
    return {"plan_slug": draft.plan.slug, "plan_title": draft.plan.title}


def head_of_section(document: Mapping[str, Any]) -> dict[str, Any]:
    """A ``[document]`` section as a draft keeps it: dates in ISO 8601."""
    return {
        key: value.isoformat() if hasattr(value, "isoformat") else storable(value)
        for key, value in document.items()
    }


def describe_operation(operation: Operation) -> str:
    """The operation in a line: its number, its name and the blocks that it is about."""
    named = operation.keys.get("block") or operation.keys.get("blocks") or operation.keys.get("id")
    blocks = ", ".join(named) if isinstance(named, list | tuple) else str(named or "")
    return f"{operation.number}. {operation.op} {blocks}".rstrip()


def _operation(number: int, item: Mapping[str, Any]) -> Operation:
    try:
        return operation_of(number, storable(dict(item)))
    except CorrectionError as error:
        raise InvalidError(str(error)) from error


def _truth(document: Mapping[str, Any], key: str, *, otherwise: bool) -> bool:
    try:
        return truth_of(document, key, otherwise=otherwise)
    except CorrectionError as error:
        raise InvalidError(str(error)) from error


def _columns(draft: SeedDraft, corrections: Corrections) -> dict[str, Any]:
    """The ``mapping`` of the draft with these corrections."""
    if corrections.columns is None:
        return cast(dict[str, Any], draft.mapping)
    if not draft.has_columns:
        raise InvalidError(_("[columns]: the document is no sheet with columns to be named."))
    return cast(dict[str, Any], storable(corrections.columns.as_data()))


def _section(head: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return document_section(head)
    except CorrectionError as error:
        raise InvalidError(str(error)) from error


def _step(draft: SeedDraft, number: int, none: str) -> Operation:
    step = draft.steps.filter(number=number).first()
    if step is None:
        raise InvalidError(none)
    return operations_of([step])[0]
