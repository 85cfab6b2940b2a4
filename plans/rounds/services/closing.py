"""Closing a round and its record: what keeps it open, freezing the report, reopening, verifying.

A closed round can be reopened as a whole, or single statuses of it for one unit.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans import triggers
from plans.exports.queries import build_from_database, report_table
from plans.exports.services import elements_of, request_all_files, write
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
from plans.reports.canonical import ReportTableError, canonical_json, from_record, sha256_of
from plans.reports.table import StatusCell
from plans.reports.writers import FORMATS, UnfitTextError, WriterError
from plans.reports.writers.pdf import texts_of
from plans.statuses.queries.status import previous_status
from plans.statuses.services.workflow import (
    check_manager,
    check_open,
    mark_not_reported,
)
from plans.web.refusals import Gap, GapsError, InvalidError, WrongStateError


def gaps_of(round_: ReportingRound) -> list[Gap]:
    """What keeps ``round_`` from being closed, in plan order. Two queries."""
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
        round_ = ReportingRound.objects.locked().get(pk=round_id)
        check_manager(round_, by)
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
        AuditEntry.objects.create(
            action=AuditEntry.Action.ROUND_CLOSED,
            actor=by,
            round=round_,
            subject=record.sha256,
            reason=round_.reopening_reason,
        )
        return record


def reopen_round(*, round_id: int, by: User, reason: str) -> ReportingRound:
    """Open a closed round again. Its record stays; closing it again makes a further one.

    What had been reopened for one unit is then open to whoever answers for it.
    """
    with transaction.atomic():
        round_ = ReportingRound.objects.locked().get(pk=round_id)
        check_manager(round_, by)
        if not round_.is_closed:
            raise WrongStateError(_("The round is open already."))
        round_.reopening_reason = _required_reason(reason)
        round_.state = ReportingRound.State.OPEN
        round_.closed_at = None
        round_.closed_by = None
        round_.save(update_fields=["state", "closed_at", "closed_by", "reopening_reason"])
        round_.snapshots.filter(reopened_for__isnull=False).update(reopened_for=None)
        AuditEntry.objects.create(
            action=AuditEntry.Action.ROUND_REOPENED,
            actor=by,
            round=round_,
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
        round_ = ReportingRound.objects.locked().get(pk=round_id)
        check_manager(round_, by)
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
            AuditEntry.objects.create(
                action=AuditEntry.Action.STATUS_REOPENED,
                actor=by,
                round=round_,
                unit=unit,
                subject=snapshot.subject,
                reason=why,
            )
        return len(chosen)


def revoke_reopening(*, round_id: int, snapshot_ids: Collection[int], by: User, reason: str) -> int:
    """Take back the reopening of single statuses: each is again as the record in force has it.

    What the unit wrote in the meantime stays among the revisions. Statuses that are not reopened
    are passed over. Returns how many were taken back.
    """
    with transaction.atomic():
        round_ = ReportingRound.objects.locked().get(pk=round_id)
        check_manager(round_, by)
        if not round_.is_closed:
            raise WrongStateError(_("The round is open; no status of it is reopened."))
        why = _required_reason(reason)
        recorded = {cell.id: cell for part in report_table(round_).parts for cell in part.statuses}
        frozen_at = round_.records.order_by("-number").values_list("created_at", flat=True)[0]
        chosen = round_.snapshots.filter(pk__in=snapshot_ids, reopened_for__isnull=False)
        statuses = list(chosen.select_related("reaffirms", "reopened_for").order_by("ordinal"))
        for snapshot in statuses:
            cell = recorded[f"status-{snapshot.ordinal}"]
            _restore(snapshot, cell, frozen_at=frozen_at, by=by, reason=why)
        return len(statuses)


def amend_record(*, round_id: int, by: User, reason: str) -> Record:
    """End the reopening of single statuses: freeze the report anew, beside the record before.

    Raises GapsError while one of them is not cleared, and WrongStateError when none is reopened:
    nothing has changed then.
    """
    with transaction.atomic():
        round_ = ReportingRound.objects.locked().get(pk=round_id)
        check_manager(round_, by)
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
        AuditEntry.objects.create(
            action=AuditEntry.Action.ROUND_CLOSED,
            actor=by,
            round=round_,
            subject=record.sha256,
            reason=why,
        )
        return record


def _restore(
    snapshot: StatusSnapshot, cell: StatusCell, *, frozen_at: datetime | None, by: User, reason: str
) -> None:
    """Make a reopened status what its cell is in the record of ``frozen_at``, and lock it again.

    ``frozen_at`` is None for a record that came from a document: nothing was cleared for it.
    """
    unit = snapshot.reopened_for
    # It may have been cleared again since it was reopened: those words are not in force.
    cleared = (
        snapshot.revisions.filter(action=StatusRevision.Action.CLEARED, at__lte=frozen_at)
        .order_by("-number")
        .first()
        if frozen_at is not None
        else None
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
    AuditEntry.objects.create(
        action=AuditEntry.Action.REOPENING_REVOKED,
        actor=by,
        round=snapshot.round,
        unit=unit,
        subject=snapshot.subject,
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


# -- Warnings before closing ----------------------------------------------------------------------

# Latin letters and their punctuation, which every font has: nothing to try out.
_COMMON = re.compile("[\n\t -~\u00a0-\u024f\u2010-\u2027\u20ac]*")

# What the cover of a document of the Governing Body has. Footnotes it may do without.
_COVER = frozenset({"symbol", "session", "agenda_item", "title", "paragraphs", "place_date"})


@dataclass(frozen=True, slots=True)
class ClosingWarning:
    """Something to mend before a round is closed, which does not keep it from being closed.

    ``problem`` is a sentence without its full stop, ``detail`` what it ends with in English
    whatever the language, and ``advice`` whole sentences.
    """

    about: Literal["cover", "pdf"]
    problem: str
    advice: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{' '.join(filter(None, (self.problem, self.detail)))}. {self.advice}"


def warnings_of(round_: ReportingRound) -> tuple[ClosingWarning, ...]:
    """What the secretariat should know before it closes ``round_``; nothing of a closed round.

    It is made of the drafts too, so it is for the secretariat. The seven queries of
    ``report_table``, and one.
    """
    if round_.is_closed:
        return ()
    return tuple(filter(None, (_cover_warning(round_), _pdf_warning(round_))))


def _cover_warning(round_: ReportingRound) -> ClosingWarning | None:
    missing = [
        str(field.verbose_name)
        for field in ReportingRound._meta.fields
        if field.name in _COVER and not getattr(round_, field.name)
    ]
    if not missing:
        return None
    return ClosingWarning(
        "cover",
        _("The cover lacks: %(names)s") % {"names": ", ".join(missing)},
        _("A closed round is printed with the cover that it had when it was closed."),
    )


def _pdf_warning(round_: ReportingRound) -> ClosingWarning | None:
    """Which words keep the PDF from being made. A report that takes long to print is not tried."""
    pdf = FORMATS["pdf"]
    if elements_of(round_) > pdf.at_once:
        return None
    table = report_table(round_)
    if all(_COMMON.fullmatch(text) for _place, text in texts_of(table)):
        return None
    try:
        write(pdf, table)
    except UnfitTextError as error:
        return ClosingWarning(
            "pdf",
            _("As the draft report stands now, its PDF cannot be made:"),
            _(
                "Return that text or change it before you close the round; afterwards there will "
                "be no PDF of this report."
            ),
            str(error),
        )
    except WriterError:
        # Nothing that other words would mend; whoever asks for the file is told.
        return None
    return None


# -- Verifying the records ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verification:
    """``rounds`` closed rounds and ``records`` records were checked; ``problems`` are one line
    each, and empty when everything is right."""

    rounds: int
    records: int
    problems: tuple[str, ...]


def verify_records() -> Verification:
    """Check that the records say what they said when they were made.

    Every record's SHA-256 and canonical form; that a round's records are numbered from 1 and
    chained; that every closed round has a record in force, which is a report of that round; that
    the triggers are installed. Reads one record at a time. Changes nothing.
    """
    problems: list[str] = []
    checked = 0
    rounds = list(
        ReportingRound.objects.with_version()
        .without_cover()
        .order_by("version__plan__slug", "version__slug", "as_at")
    )
    for round_ in rounds:
        name = f"{round_.version.plan.slug} {round_.version.slug} {round_.as_at.isoformat()}"
        newest: Record | None = None
        for record in round_.records.order_by("number").iterator(chunk_size=1):
            checked += 1
            problems += (
                f"{name}, record {record.number}: {line}"
                for line in _record_problems(record, newest)
            )
            newest = record
        if round_.is_closed and newest is None:
            problems.append(f"{name}: the round is closed and has no record")
        elif newest is not None:
            problems += (
                f"{name}, record {newest.number}: {line}"
                for line in _report_problems(newest, round_)
            )
    problems += (f"the trigger {name} is not installed" for name in missing_triggers())
    closed = sum(round_.is_closed for round_ in rounds)
    return Verification(rounds=closed, records=checked, problems=tuple(problems))


def missing_triggers() -> list[str]:
    """The names of the triggers that the database should have and has not. One query."""
    with connection.cursor() as cursor:
        cursor.execute(triggers.listing(connection.vendor))
        installed = {name for (name,) in cursor.fetchall()}
    return [name for _table, name in triggers.names() if name not in installed]


def _record_problems(record: Record, before: Record | None) -> list[str]:
    """What is wrong with a record in itself and beside the one before it."""
    found = []
    actual = sha256_of(record.content)
    if actual != record.sha256:
        found.append(f"its SHA-256 is {actual}, not {record.sha256} as recorded")
    if record.number != (before.number + 1 if before else 1):
        found.append("a record before it is missing")
    elif record.previous_sha256 != (before.sha256 if before else ""):
        found.append("it does not name the SHA-256 of the record before it")
    return found


def _report_problems(record: Record, round_: ReportingRound) -> list[str]:
    """What is wrong with the report in the record in force."""
    try:
        # A wrong hash is a problem of the record, listed before.
        table = from_record(record.content, sha256_of(record.content))
    except ReportTableError as error:
        return [f"it cannot be read as a report: {error}"]
    found = []
    if canonical_json(table) != record.content:
        found.append("its content is not in canonical form")
    if table.round.state != ReportingRound.State.CLOSED:
        found.append("it is the report of a round that was not closed")
    version = round_.version
    named = (table.plan.slug, table.version.slug, table.round.as_at)
    if named != (version.plan.slug, version.slug, round_.as_at):
        found.append(f"it is the report of {named[0]} {named[1]} {named[2].isoformat()}")
    return found
