"""Corrections of a draft, one step at a time; undoing and redoing them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from plans.models import AuditEntry, SeedDraft, SeedStep
from plans.reading.corrections import CorrectionError, Corrections, Operation, operation_of
from plans.reading.heads import truth_of
from plans.seeding.queries.drafts import corrections_of, document_section, operations_of
from plans.seeding.services.guards import changing, checked, draft_as_seen, note, storable
from plans.web.refusals import InvalidError

MAX_STEPS = 5000


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
