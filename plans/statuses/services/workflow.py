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
from django.utils.translation import ngettext

from plans import permissions
from plans.models import (
    AuditEntry,
    ReportingRound,
    StatusRevision,
    StatusSnapshot,
    Unit,
    WorkingCopy,
)
from plans.statuses.queries.status import previous_status
from plans.text import prose
from plans.text.categories import Category
from plans.web.labels import day
from plans.web.refusals import (
    InvalidError,
    NotAllowedError,
    RoundClosedError,
    StaleRevisionError,
    WrongStateError,
)

State = StatusSnapshot.State
Action = StatusRevision.Action
_WRITABLE = {State.DRAFT, State.RETURNED}

MAX_NARRATIVE = 20_000
"""Characters of a narrative. The longest in print has about 800."""


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
            _check_complete(bool(clean), chosen)
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
        _check_complete(bool(snapshot.text) or snapshot.reaffirms_id is not None, snapshot.category)
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
        _check_clearing(snapshot, by)
        _check_state(snapshot, {State.SUBMITTED, State.CLEARED})
        _check_base(snapshot, base_revision)
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
        _check_clearing(snapshot, by)
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
    _check_state(snapshot, allowed)
    _check_base(snapshot, base_revision)
    return snapshot


def _clear(
    snapshot: StatusSnapshot,
    by: User,
    base_revision: int,
    text: str | None,
    category: str | None,
) -> StatusRevision:
    _check_clearing(snapshot, by)
    _check_state(snapshot, {State.SUBMITTED})
    _check_base(snapshot, base_revision)
    new_text = snapshot.text if text is None else clean_narrative(text)
    new_category = snapshot.category if category is None else clean_category(category)
    # Words of the secretariat's own end a reaffirmation.
    reaffirms = snapshot.reaffirms if not new_text else None
    if not new_text and reaffirms is None:
        raise InvalidError(_("There is nothing to clear: the status is empty."), field="text")
    if new_category == Category.NOT_REPORTED:
        raise InvalidError(_("Choose the progress."), field="category")
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
    AuditEntry.objects.create(
        action=logged,
        actor=by,
        round=snapshot.round,
        unit=on_behalf_of,
        subject=snapshot.subject,
        reason=comment,
        at=now,
    )
    if text is not None and action is not Action.REAFFIRMED and not keep_working_copy:
        # Their words are saved. Words that were not sent, such as those of somebody who chose
        # “no change” after all, stay as their working copy.
        WorkingCopy.objects.filter(snapshot=snapshot.pk, user=by.pk).delete()
    return revision


# -- Checks ---------------------------------------------------------------------------------------


def locked_snapshot(snapshot_id: int) -> StatusSnapshot:
    """The status with its round and version; the round is locked until the transaction ends.

    Everybody who changes anything in a round locks the round first: nobody can close it between
    the check and the save, and no two transactions wait for each other. Raises
    ReportingRound.DoesNotExist when there is no such status.
    """
    rounds = ReportingRound.objects.select_related("version").select_for_update(of=("self",))
    round_ = rounds.get(snapshots=snapshot_id)
    # A query of its own, after the lock: it reads what the transaction before has written.
    snapshot = StatusSnapshot.objects.get(pk=snapshot_id)
    snapshot.round = round_
    return snapshot


def check_manager(round_: ReportingRound, by: User) -> None:
    """Raise NotAllowedError for whoever may not clear, regroup, edit the cover, close or reopen."""
    if not permissions.can_manage_round(by, round_):
        raise NotAllowedError(_("Only the secretariat manages rounds."))


def check_open(round_: ReportingRound) -> None:
    """Raise RoundClosedError for a closed round."""
    if round_.is_closed:
        raise RoundClosedError(
            _("The round as at %(date)s is closed; nothing in it can be changed.")
            % {"date": day(round_.as_at)}
        )


def check_editor(snapshot: StatusSnapshot, by: User, on_behalf_of: Unit | None = None) -> None:
    """Raise NotAllowedError for whoever may not write this status, or not on behalf of that unit,
    and RoundClosedError when nobody may.
    """
    units = snapshot.covered_units
    seen = permissions.can_see_status(by, snapshot.round, units)
    if seen and snapshot.is_locked:
        check_open(snapshot.round)
    if not seen or not permissions.can_edit_snapshot(by, snapshot, units):
        raise NotAllowedError(_("These elements are another unit's to report on."))
    if on_behalf_of is not None and not permissions.is_secretariat(by):
        raise NotAllowedError(_("Only the secretariat enters a status on behalf of a unit."))


def _check_clearing(snapshot: StatusSnapshot, by: User) -> None:
    """Raise NotAllowedError, and RoundClosedError for a status that was not reopened."""
    check_manager(snapshot.round, by)
    if snapshot.is_locked:
        check_open(snapshot.round)


def _check_state(snapshot: StatusSnapshot, allowed: Collection[StatusSnapshot.State]) -> None:
    """Raise WrongStateError for a status that is in none of the states ``allowed``."""
    if snapshot.state not in allowed:
        raise WrongStateError(
            _("This status is %(state)s; that cannot be done with it now.")
            % {"state": snapshot.get_state_display()}
        )


def _check_base(snapshot: StatusSnapshot, base_revision: int) -> None:
    """Raise StaleRevisionError when somebody saved the status after ``base_revision``."""
    if base_revision == snapshot.revision:
        return
    raise StaleRevisionError(
        _("Somebody else saved this status while you were writing. Nothing was overwritten."),
        snapshot=snapshot,
        newest=snapshot.newest_revision(),
    )


def _check_complete(written: bool, category: str) -> None:
    """Raise InvalidError for what cannot be submitted: no words, or no category."""
    if not written:
        raise InvalidError(_("Write a status before you submit it."), field="text")
    if category == Category.NOT_REPORTED:
        raise InvalidError(_("Choose the progress."), field="category")


def check_length(text: str) -> None:
    """Raise InvalidError for a narrative of more than ``MAX_NARRATIVE`` characters.

    A line end is one character, whatever it is made of: browsers send two.
    """
    length = len(text.replace("\r\n", "\n"))
    if length > MAX_NARRATIVE:
        raise InvalidError(
            ngettext(
                "The text has %(count)d character; at most %(max)d can be saved. Shorten it.",
                "The text has %(count)d characters; at most %(max)d can be saved. Shorten it.",
                length,
            )
            % {"count": length, "max": MAX_NARRATIVE},
            field="text",
        )


def clean_narrative(text: str) -> str:
    """``text`` in paragraphs and bullets. Raises InvalidError for one that is too long."""
    check_length(text)
    return prose.clean(text)


def clean_category(value: str) -> str:
    """The value of a category. Raises InvalidError for one that there is not."""
    try:
        category = Category(value)
    except ValueError:
        raise InvalidError(_("Choose the progress from the list."), field="category") from None
    return category.value
