"""The life of a round: open, close, reopen; and reopening single statuses for a unit.

Opening and the cover are written in modules of their own and can be called from here.
"""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.exports.queries import build_from_database, report_table
from plans.exports.services import request_all_files
from plans.models import (
    ActionElement,
    AuditEntry,
    Record,
    ReportingRound,
    StatusCover,
    StatusRevision,
    StatusSnapshot,
    Unit,
)
from plans.people import services as audit
from plans.reports.canonical import canonical_json, sha256_of
from plans.reports.table import StatusCell
from plans.rounds.services.cover import edit_cover
from plans.rounds.services.opening import label_for, open_round
from plans.statuses.queries.status import previous_status, subject_of
from plans.statuses.services.checks import check_open, check_secretariat, locked_round
from plans.statuses.services.workflow import mark_not_reported
from plans.web.refusals import Gap, GapsError, InvalidError, WrongStateError

__all__ = [
    "amend_record",
    "close_round",
    "edit_cover",
    "gaps_of",
    "label_for",
    "open_round",
    "reopen_round",
    "reopen_statuses",
    "revoke_reopening",
]


def gaps_of(round_: ReportingRound) -> list[Gap]:
    """What stands in the way of closing ``round_``, in plan order. Two queries."""
    uncovered = (
        ActionElement.objects.filter(version=round_.version_id)
        .exclude(covers__round=round_)
        .order_by("issue__ordinal", "ordinal")
    )
    gaps = [
        Gap((reference,), None, _("No status covers this element."))
        for reference in uncovered.values_list("reference", flat=True)
    ]
    covers = (
        StatusCover.objects.filter(round=round_)
        .exclude(snapshot__state=StatusSnapshot.State.CLEARED)
        .select_related("snapshot", "element")
        .order_by("snapshot__ordinal", "element__issue__ordinal", "element__ordinal")
    )
    references: dict[int, list[str]] = {}
    snapshots: dict[int, StatusSnapshot] = {}
    for cover in covers:
        snapshots[cover.snapshot_id] = cover.snapshot
        references.setdefault(cover.snapshot_id, []).append(cover.element.reference)
    gaps += [
        Gap(tuple(references[pk]), snapshot, _problem(snapshot))
        for pk, snapshot in snapshots.items()
    ]
    return gaps


def close_round(*, round_id: int, by: User, not_reported: Collection[int] = ()) -> Record:
    """Close a round and freeze its report.

    ``not_reported`` are the primary keys of statuses that the secretariat says were not
    reported. It cannot say so of one that was submitted, which it clears or returns first. Raises
    GapsError when anything else is not cleared; nothing changes then.
    """
    with transaction.atomic():
        round_ = locked_round(round_id)
        check_secretariat(round_, by)
        check_open(round_)
        for gap in gaps_of(round_):
            snapshot = gap.snapshot
            if snapshot is None or snapshot.pk not in not_reported:
                continue
            if snapshot.state != StatusSnapshot.State.SUBMITTED:
                mark_not_reported(snapshot_id=snapshot.pk, by=by)
        gaps = gaps_of(round_)
        if gaps:
            raise GapsError(
                ngettext(
                    "The round cannot be closed: %(count)d gap is left.",
                    "The round cannot be closed: %(count)d gaps are left.",
                    len(gaps),
                )
                % {"count": len(gaps)},
                gaps,
            )
        round_.state = ReportingRound.State.CLOSED
        round_.closed_at = timezone.now()
        round_.closed_by = by
        round_.save(update_fields=["state", "closed_at", "closed_by"])
        record = _freeze(round_, by, reason=round_.reopening_reason)
        audit.record_audit(
            AuditEntry.Action.ROUND_CLOSED,
            actor=by,
            round_=round_,
            subject=record.sha256,
            reason=round_.reopening_reason,
        )
        return record


def reopen_round(*, round_id: int, by: User, reason: str) -> ReportingRound:
    """Open a closed round again. Its record stays; closing it again makes a further one.

    What had been reopened for one unit is then open to whoever answers for it.
    """
    with transaction.atomic():
        round_ = locked_round(round_id)
        check_secretariat(round_, by)
        if not round_.is_closed:
            raise WrongStateError(_("The round is open already."))
        round_.reopening_reason = _required_reason(reason)
        round_.state = ReportingRound.State.OPEN
        round_.closed_at = None
        round_.closed_by = None
        round_.save(update_fields=["state", "closed_at", "closed_by", "reopening_reason"])
        round_.snapshots.filter(reopened_for__isnull=False).update(reopened_for=None)
        audit.record_audit(
            AuditEntry.Action.ROUND_REOPENED,
            actor=by,
            round_=round_,
            subject=round_.label,
            reason=round_.reopening_reason,
        )
        return round_


def reopen_statuses(
    *, round_id: int, snapshot_ids: Collection[int], unit: Unit, by: User, reason: str
) -> int:
    """Let one unit change single statuses of a closed round, which stays closed.

    Readers go on seeing the record in force until ``amend_record`` makes a new one. Returns how
    many statuses were reopened. Raises InvalidError when none is chosen, or one that is reopened
    already.
    """
    with transaction.atomic():
        round_ = locked_round(round_id)
        check_secretariat(round_, by)
        if not round_.is_closed:
            raise WrongStateError(_("The round is open; return the status instead."))
        why = _required_reason(reason)
        chosen = list(round_.snapshots.filter(pk__in=snapshot_ids).order_by("ordinal"))
        if not chosen:
            raise InvalidError(_("Choose one status at least."), field="snapshots")
        if any(snapshot.reopened_for_id is not None for snapshot in chosen):
            raise InvalidError(
                _("One of them is reopened already; revoke that first."), field="snapshots"
            )
        for snapshot in chosen:
            snapshot.reopened_for = unit
            snapshot.state = StatusSnapshot.State.RETURNED
            snapshot.revision += 1
            snapshot.cleared_at = None
            snapshot.save(update_fields=["reopened_for", "state", "revision", "cleared_at"])
            StatusRevision.objects.create(
                snapshot=snapshot,
                number=snapshot.revision,
                action=StatusRevision.Action.RETURNED,
                category=snapshot.category,
                text=snapshot.text,
                comment=why,
                by=by,
            )
            audit.record_audit(
                AuditEntry.Action.STATUS_REOPENED,
                actor=by,
                round_=round_,
                unit=unit,
                subject=subject_of(snapshot),
                reason=why,
            )
        return len(chosen)


def revoke_reopening(*, round_id: int, snapshot_ids: Collection[int], by: User, reason: str) -> int:
    """Take back the reopening of single statuses: each is again as the record in force has it.

    What the unit wrote in the meantime stays among the revisions. Statuses that are not reopened
    are passed over. Returns how many were taken back.
    """
    with transaction.atomic():
        round_ = locked_round(round_id)
        check_secretariat(round_, by)
        if not round_.is_closed:
            raise WrongStateError(_("The round is open; no status of it is reopened."))
        why = _required_reason(reason)
        recorded = {cell.id: cell for part in report_table(round_).parts for cell in part.statuses}
        chosen = round_.snapshots.filter(pk__in=snapshot_ids, reopened_for__isnull=False)
        statuses = list(chosen.select_related("reaffirms", "reopened_for").order_by("ordinal"))
        for snapshot in statuses:
            _restore(snapshot, recorded[f"status-{snapshot.ordinal}"], by=by, reason=why)
        return len(statuses)


def amend_record(*, round_id: int, by: User, reason: str) -> Record:
    """End the reopening of single statuses: freeze the report anew, beside the record before.

    Raises GapsError while one of them is not cleared, and WrongStateError when none is reopened:
    nothing has changed then.
    """
    with transaction.atomic():
        round_ = locked_round(round_id)
        check_secretariat(round_, by)
        if not round_.is_closed:
            raise WrongStateError(_("The round is open; close it instead."))
        if not round_.snapshots.filter(reopened_for__isnull=False).exists():
            raise WrongStateError(_("No status of this round is reopened."))
        why = _required_reason(reason)
        gaps = gaps_of(round_)
        if gaps:
            raise GapsError(_("Not every reopened status is cleared."), gaps)
        record = _freeze(round_, by, reason=why)
        round_.snapshots.filter(reopened_for__isnull=False).update(reopened_for=None)
        audit.record_audit(
            AuditEntry.Action.ROUND_CLOSED,
            actor=by,
            round_=round_,
            subject=record.sha256,
            reason=why,
        )
        return record


# Inside a transaction


def _restore(snapshot: StatusSnapshot, cell: StatusCell, *, by: User, reason: str) -> None:
    """Make a reopened status what its cell in the record is, and lock it again."""
    unit = snapshot.reopened_for
    cleared = (
        snapshot.revisions.filter(action=StatusRevision.Action.CLEARED).order_by("-number").first()
    )
    entered = (
        snapshot.revisions.filter(
            number__lt=cleared.number,
            action__in=(StatusRevision.Action.SAVED, StatusRevision.Action.REAFFIRMED),
        )
        .order_by("-number")
        .first()
        if cleared is not None
        else None
    )
    # A reaffirmation was cleared without words of its own; they are those of the earlier status.
    earlier = snapshot.reaffirms or previous_status(snapshot)
    repeated = cleared is not None and not cleared.text and cell.text != ""
    repeats = earlier if repeated and earlier and earlier.text == cell.text else None
    text = "" if repeats else cell.text
    revision = StatusRevision.objects.create(
        snapshot=snapshot,
        number=snapshot.revision + 1,
        action=StatusRevision.Action.CLEARED,
        category=cell.category,
        text=text,
        comment=reason,
        by=by,
    )
    # Not by ``save``, which refuses what is locked; until here the status was not.
    StatusSnapshot.objects.filter(pk=snapshot.pk).update(
        state=StatusSnapshot.State.CLEARED,
        revision=revision.number,
        category=cell.category,
        text=text,
        reaffirms=repeats,
        # The dates are those of the words that are in force again.
        entered_at=entered.at if entered is not None else None,
        cleared_at=cleared.at if cleared is not None else None,
        reopened_for=None,
    )
    audit.record_audit(
        AuditEntry.Action.REOPENING_REVOKED,
        actor=by,
        round_=snapshot.round,
        unit=unit,
        subject=subject_of(snapshot),
        reason=reason,
    )


def _freeze(round_: ReportingRound, by: User, *, reason: str) -> Record:
    """Write the record of a closed round, chained to the one before it, and have its files made."""
    newest = round_.records.order_by("-number").first()
    content = canonical_json(build_from_database(round_))
    sha256 = sha256_of(content)
    request_all_files(round_, sha256, by=by)
    return Record.objects.create(
        round=round_,
        number=newest.number + 1 if newest else 1,
        content=content,
        sha256=sha256,
        previous_sha256=newest.sha256 if newest else "",
        reason=reason,
        created_at=timezone.now(),
        created_by=by,
    )


def _problem(snapshot: StatusSnapshot) -> str:
    return {
        StatusSnapshot.State.DRAFT: _("Not submitted.")
        if snapshot.revision
        else _("Nothing has been reported."),
        StatusSnapshot.State.SUBMITTED: _("Waits for clearance."),
        StatusSnapshot.State.RETURNED: _("Returned to the unit, and not submitted again."),
    }[StatusSnapshot.State(snapshot.state)]


def _required_reason(reason: str) -> str:
    clean = " ".join(reason.split())
    if not clean:
        raise InvalidError(_("Give a reason; it is kept with the record."), field="reason")
    return clean
