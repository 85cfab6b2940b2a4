"""The life of a status: save, reaffirm, submit, withdraw, return, clear.

Draft → submitted → cleared; or returned with a comment, and edited again. Every save is a
revision. A change names the revision it started from; when another came in between, nothing is
overwritten.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from plans.models import AuditEntry, StatusRevision, StatusSnapshot, Unit
from plans.people import services as audit
from plans.statuses.queries.status import previous_status, subject_of
from plans.statuses.services.checks import (
    check_base,
    check_clearing_right,
    check_complete,
    check_editor,
    check_state,
    clean_category,
    clean_narrative,
    locked_snapshot,
)
from plans.text import prose
from plans.text.categories import Category
from plans.web.refusals import InvalidError

State = StatusSnapshot.State
Action = StatusRevision.Action
_WRITABLE = {State.DRAFT, State.RETURNED}


def save_status(
    *,
    snapshot_id: int,
    by: User,
    text: str,
    category: str,
    base_revision: int,
    on_behalf_of: Unit | None = None,
    comment: str = "",
    submit: bool = False,
    keep_working_copy: bool = False,
) -> StatusRevision:
    """Save a draft of a status, and with ``submit`` hand it to the secretariat in the same step.

    A status that was returned becomes a draft again. ``text`` is cleaned to paragraphs and
    bullets. The secretariat may enter it on behalf of a unit. A save that changes nothing is a
    revision all the same. What the person has typed and not saved goes, unless it is to be kept
    because ``text`` does not come from it. Raises NotAllowedError, RoundClosedError,
    WrongStateError (it is submitted or cleared), InvalidError (with ``submit`` also for what is
    not complete) and StaleRevisionError.
    """
    with transaction.atomic():
        snapshot = _locked_for_editor(snapshot_id, by, base_revision, _WRITABLE, on_behalf_of)
        clean = clean_narrative(text)
        chosen = clean_category(category)
        if submit:
            check_complete(bool(clean), chosen)
        return _write(
            snapshot,
            Action.SUBMITTED if submit else Action.SAVED,
            AuditEntry.Action.STATUS_SUBMITTED if submit else AuditEntry.Action.STATUS_SAVED,
            by=by,
            state=State.SUBMITTED if submit else State.DRAFT,
            text=clean,
            category=chosen,
            reaffirms=None,
            on_behalf_of=on_behalf_of,
            comment=comment,
            keep_working_copy=keep_working_copy,
        )


def reaffirm_status(
    *, snapshot_id: int, by: User, base_revision: int, on_behalf_of: Unit | None = None
) -> StatusRevision:
    """Say “no change since the last report”, and submit it.

    What is kept is that the earlier status was reaffirmed, not a copy of its words. Raises as
    ``save_status`` does; InvalidError when no earlier round has a status for these elements.
    """
    with transaction.atomic():
        snapshot = _locked_for_editor(snapshot_id, by, base_revision, _WRITABLE, on_behalf_of)
        earlier = previous_status(snapshot)
        if earlier is None:
            raise InvalidError(_("No earlier report has a status for these elements."))
        return _write(
            snapshot,
            Action.REAFFIRMED,
            AuditEntry.Action.STATUS_REAFFIRMED,
            by=by,
            state=State.SUBMITTED,
            text="",
            category=earlier.category,
            reaffirms=earlier,
            on_behalf_of=on_behalf_of,
        )


def submit_status(*, snapshot_id: int, by: User, base_revision: int) -> StatusRevision:
    """Hand a draft to the secretariat. Raises as ``save_status``; InvalidError for an empty one."""
    with transaction.atomic():
        snapshot = _locked_for_editor(snapshot_id, by, base_revision, _WRITABLE)
        check_complete(bool(snapshot.text) or snapshot.reaffirms_id is not None, snapshot.category)
        return _write(
            snapshot,
            Action.SUBMITTED,
            AuditEntry.Action.STATUS_SUBMITTED,
            by=by,
            state=State.SUBMITTED,
        )


def withdraw_status(*, snapshot_id: int, by: User, base_revision: int) -> StatusRevision:
    """Take a submitted status back to draft."""
    with transaction.atomic():
        snapshot = _locked_for_editor(snapshot_id, by, base_revision, {State.SUBMITTED})
        return _write(
            snapshot,
            Action.WITHDRAWN,
            AuditEntry.Action.STATUS_WITHDRAWN,
            by=by,
            state=State.DRAFT,
        )


def return_status(
    *, snapshot_id: int, by: User, base_revision: int, comment: str
) -> StatusRevision:
    """Send a submitted (or cleared) status back to its unit, with a comment that says why.

    Callers tell the officers; see ``plans.statuses.services.notices``.
    """
    with transaction.atomic():
        snapshot = locked_snapshot(snapshot_id)
        check_clearing_right(snapshot, by)
        check_state(snapshot, {State.SUBMITTED, State.CLEARED})
        check_base(snapshot, base_revision)
        clean = prose.clean(comment)
        if not clean:
            raise InvalidError(_("Say in a comment what should be changed."), field="comment")
        return _write(
            snapshot,
            Action.RETURNED,
            AuditEntry.Action.STATUS_RETURNED,
            by=by,
            state=State.RETURNED,
            comment=clean,
        )


def clear_status(
    *,
    snapshot_id: int,
    by: User,
    base_revision: int,
    text: str | None = None,
    category: str | None = None,
) -> StatusRevision:
    """Clear a submitted status, with the secretariat's edits when ``text`` is given.

    What was submitted stays as the revision before. Raises as ``save_status``.
    """
    with transaction.atomic():
        snapshot = locked_snapshot(snapshot_id)
        return _clear(snapshot, by, base_revision, text, category)


def clear_unedited(
    *,
    snapshot_ids: Collection[int],
    round_id: int,
    by: User,
    base_revisions: Mapping[int, int] | None = None,
) -> int:
    """Clear all of the submitted statuses among ``snapshot_ids`` as they stand; all or nothing.

    Those no longer submitted are passed over, and with ``base_revisions`` (primary key to the
    revision that was read) also those that changed since. Returns how many were cleared.
    """
    with transaction.atomic():
        chosen = StatusSnapshot.objects.filter(
            pk__in=snapshot_ids, round_id=round_id, state=State.SUBMITTED
        )
        cleared = 0
        for pk in chosen.order_by("pk").values_list("pk", flat=True):
            snapshot = locked_snapshot(pk)
            read = snapshot.revision if base_revisions is None else base_revisions.get(pk)
            if snapshot.state != State.SUBMITTED or snapshot.revision != read:
                continue
            _clear(snapshot, by, snapshot.revision, None, None)
            cleared += 1
        return cleared


def mark_not_reported(*, snapshot_id: int, by: User, reason: str = "") -> StatusRevision:
    """State that a unit did not report, and clear that. What was drafted stays as a revision."""
    with transaction.atomic():
        snapshot = locked_snapshot(snapshot_id)
        check_clearing_right(snapshot, by)
        return _write(
            snapshot,
            Action.CLEARED,
            AuditEntry.Action.STATUS_NOT_REPORTED,
            by=by,
            state=State.CLEARED,
            text="",
            category=Category.NOT_REPORTED.value,
            reaffirms=None,
            comment=reason,
        )


def _locked_for_editor(
    snapshot_id: int,
    by: User,
    base_revision: int,
    allowed: Collection[StatusSnapshot.State],
    on_behalf_of: Unit | None = None,
) -> StatusSnapshot:
    """The status, locked, when ``by`` may write it now and has seen its newest revision."""
    snapshot = locked_snapshot(snapshot_id)
    check_editor(snapshot, by, on_behalf_of)
    check_state(snapshot, allowed)
    check_base(snapshot, base_revision)
    return snapshot


def _clear(
    snapshot: StatusSnapshot,
    by: User,
    base_revision: int,
    text: str | None,
    category: str | None,
) -> StatusRevision:
    check_clearing_right(snapshot, by)
    check_state(snapshot, {State.SUBMITTED})
    check_base(snapshot, base_revision)
    new_text = snapshot.text if text is None else clean_narrative(text)
    new_category = snapshot.category if category is None else clean_category(category)
    # Words of the secretariat's own end a reaffirmation.
    reaffirms = snapshot.reaffirms if not new_text else None
    if not new_text and reaffirms is None:
        raise InvalidError(_("There is nothing to clear: the status is empty."), field="text")
    if new_category == Category.NOT_REPORTED:
        raise InvalidError(_("Choose how far the work has come."), field="category")
    return _write(
        snapshot,
        Action.CLEARED,
        AuditEntry.Action.STATUS_CLEARED,
        by=by,
        state=State.CLEARED,
        text=new_text,
        category=new_category,
        reaffirms=reaffirms,
    )


class _Unchanged:
    """Stands for a field that a change leaves as it is."""


_UNCHANGED = _Unchanged()


def _write(
    snapshot: StatusSnapshot,
    action: StatusRevision.Action,
    logged: AuditEntry.Action,
    *,
    by: User,
    state: StatusSnapshot.State,
    text: str | None = None,
    category: str | None = None,
    reaffirms: StatusSnapshot | _Unchanged | None = _UNCHANGED,
    on_behalf_of: Unit | None = None,
    comment: str = "",
    keep_working_copy: bool = False,
) -> StatusRevision:
    """The one place where a status changes: snapshot, revision and audit entry together."""
    now = timezone.now()
    snapshot.state = state
    snapshot.revision += 1
    if text is not None:
        snapshot.text = text
    if action in {Action.SAVED, Action.REAFFIRMED}:
        # Clearing is another date, also where the secretariat edits the words.
        snapshot.entered_at = now
    if category is not None:
        snapshot.category = category
    if not isinstance(reaffirms, _Unchanged):
        snapshot.reaffirms = reaffirms
    snapshot.cleared_at = now if state is State.CLEARED else None
    snapshot.save(
        update_fields=[
            "state",
            "revision",
            "text",
            "category",
            "reaffirms",
            "entered_at",
            "cleared_at",
        ]
    )
    revision = StatusRevision.objects.create(
        snapshot=snapshot,
        number=snapshot.revision,
        action=action,
        category=snapshot.category,
        text=snapshot.text,
        comment=comment,
        by=by,
        on_behalf_of=on_behalf_of,
        at=now,
    )
    audit.record_audit(
        logged,
        actor=by,
        round_=snapshot.round,
        unit=on_behalf_of,
        subject=subject_of(snapshot),
        reason=comment,
        at=now,
    )
    if text is not None and action is not Action.REAFFIRMED and not keep_working_copy:
        # Their words are saved. Words that were not sent, such as those of somebody who chose
        # “no change” after all, stay as their working copy.
        snapshot.working_copies.filter(user=by).delete()
    return revision
