"""Files of units that came back: received, applied as ordinary revisions, or thrown away."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans import permissions
from plans.models import (
    ActionElement,
    AuditEntry,
    ReportingRound,
    ReturnedFile,
    StatusRevision,
    Unit,
    span,
)
from plans.reading.readers.office import OfficeKind
from plans.reading.source_table import SourceError
from plans.reports.labels import labels_for
from plans.statuses.services.workflow import MAX_NARRATIVE, check_open, save_status
from plans.text import prose
from plans.unit_files.cells import UnitColumn
from plans.unit_files.queries import UnitRows, rows_of_unit
from plans.unit_files.reading import Fault, FaultKind, ParsedFile, ReturnedRow, read
from plans.unit_files.sheet import FileKey
from plans.web.labels import day
from plans.web.refusals import InvalidError, NotAllowedError, RefusedError, WrongStateError

# -- Messages of faults ---------------------------------------------------------------------------

_SENTENCES: dict[FaultKind, Promise] = {
    FaultKind.NO_TABLE: gettext_lazy(
        "The table with the rows is not in the file. Send the file that was sent to the unit, "
        "filled in."
    ),
    FaultKind.NO_FILE_KEY: gettext_lazy(
        "The file does not say which rows it holds: its key above the table is gone. Fill in a "
        "fresh copy."
    ),
    FaultKind.OTHER_PLAN: gettext_lazy(
        "The file holds rows of another plan (%(found)s). Upload it there."
    ),
    FaultKind.OTHER_VERSION: gettext_lazy(
        "The file holds rows of another version of the plan (%(found)s, not %(expected)s). Fill in "
        "a fresh copy."
    ),
    FaultKind.OTHER_ROUND: gettext_lazy(
        "The file holds rows of another round (as at %(found)s, not %(expected)s). Upload it "
        "there, or fill in a fresh copy."
    ),
    FaultKind.OTHER_UNIT: gettext_lazy(
        "The file holds the rows of another unit (%(found)s), for which you do not report."
    ),
    FaultKind.COLUMN_MISSING: gettext_lazy(
        "the column “%(heading)s” is missing. Put it back where it was."
    ),
    FaultKind.COLUMN_MOVED: gettext_lazy(
        "the column “%(heading)s” belongs here and stands in column %(found)s. Move it back."
    ),
    FaultKind.COLUMN_RENAMED: gettext_lazy(
        "the column is headed “%(found)s”; its heading is “%(heading)s”. Change it back."
    ),
    FaultKind.COLUMN_ADDED: gettext_lazy(
        "a column “%(found)s” was added. Move its words to the column they belong to, and delete "
        "it."
    ),
    FaultKind.ROW_KEY: gettext_lazy(
        "this row has no key that can be read (“%(found)s”). Only the rows that were sent can "
        "come back."
    ),
    FaultKind.ROW_OTHER_ROUND: gettext_lazy(
        "this row comes from a file of another round (as at %(found)s). Take it out."
    ),
    FaultKind.ROW_TWICE: gettext_lazy(
        "this row stands in row %(found)s already. Keep one of the two."
    ),
    FaultKind.ROW_UNKNOWN: gettext_lazy(
        "this row was not in the file that was sent (%(found)s). Take it out."
    ),
    FaultKind.ROW_MISSING: gettext_lazy(
        "The row of %(expected)s is missing. Put it back, unchanged if there is nothing new."
    ),
    FaultKind.REFERENCE_UNKNOWN: gettext_lazy(
        "there is no element %(found)s in this plan. Put back the references that stood there: "
        "%(expected)s."
    ),
    FaultKind.CATEGORY_UNKNOWN: gettext_lazy(
        "“%(found)s” is not in the list. Choose one of: %(expected)s."
    ),
    FaultKind.NOT_TEXT: gettext_lazy(
        "the cell holds no text but a number, a date or a formula, or is merged with another. "
        "Type its words as text."
    ),
    FaultKind.TOO_LONG: gettext_lazy(
        "the text has %(found)s characters; at most %(expected)s can be saved. Shorten it."
    ),
    FaultKind.OUTSIDE: gettext_lazy(
        "“%(found)s” stands outside of the table. Move it to the cell that it belongs to."
    ),
}


def sentence(fault: Fault, subjects: Mapping[int, str]) -> str:
    """The fault, with its place. ``subjects`` are the references of statuses by their ordinals."""
    found, expected = fault.found, fault.expected
    if fault.kind in (FaultKind.OTHER_ROUND, FaultKind.ROW_OTHER_ROUND):
        found, expected = _day(found), _day(expected)
    elif fault.kind is FaultKind.ROW_MISSING:
        ordinal = int(expected)
        expected = subjects.get(ordinal) or _("status no. %(ordinal)s") % {"ordinal": ordinal}
    fault_text = str(_SENTENCES[fault.kind]) % {
        "heading": fault.heading,
        "found": found,
        "expected": expected,
    }
    place = _place(fault)
    return _("%(place)s: %(said)s") % {"place": place, "said": fault_text} if place else fault_text


def _day(written: str) -> str:
    """The day of a round in words; what is no date, as it was found."""
    try:
        return day(date.fromisoformat(written))
    except ValueError:
        return written


def _place(fault: Fault) -> str:
    if fault.row is None:
        return ""
    values = {"row": fault.row, "column": fault.column, "heading": fault.heading}
    if fault.heading and fault.kind not in (
        FaultKind.COLUMN_MISSING,
        FaultKind.COLUMN_MOVED,
        FaultKind.COLUMN_RENAMED,
    ):
        return _("Row %(row)s, column %(column)s (“%(heading)s”)") % values
    return _("Row %(row)s, column %(column)s") % values


# -- Returned files -------------------------------------------------------------------------------

MAX_NAME = 200
MOST_FAULTS = 200
"""How many faults are told one by one; a file with more of them is another file altogether."""


class FaultyFileError(InvalidError):
    """A file that cannot be taken. ``faults`` says in sentences all that is wrong with it."""

    def __init__(self, message: str, faults: Sequence[str]) -> None:
        super().__init__(message, field="file")
        self.faults = tuple(faults)


class NotAppliedError(RefusedError):
    """Nothing was applied, because of some rows. ``refusals`` says why, by their ordinals.

    Its status code is the highest of theirs.
    """

    def __init__(self, message: str, refusals: Mapping[int, RefusedError]) -> None:
        super().__init__(message)
        self.refusals = dict(refusals)
        self.status_code = max(refusal.status_code for refusal in refusals.values())


def receive(*, round_id: int, by: User, name: str, content: bytes) -> ReturnedFile:
    """Read a unit's file that came back, and keep it until it is decided on.

    The file tells itself whose rows it holds. The same file that waits already is not kept twice.
    Nothing of it is applied yet. Raises ReportingRound.DoesNotExist, NotAllowedError,
    RoundClosedError, and FaultyFileError with everything that is wrong with the file.
    """
    round_ = ReportingRound.objects.with_version().get(pk=round_id)
    if not permissions.can_see_round(by, round_):
        raise NotAllowedError(_("This round is not yours to report in."))
    check_open(round_)
    try:
        reading = read(content, round_.version.language, longest=MAX_NARRATIVE)
    except SourceError as error:
        raise _faulty([_sentence_of(error)]) from error
    unit = _unit_of(reading, round_, by)
    unit_rows = rows_of_unit(by, round_, unit)
    faults = [*reading.faults, *_unknown_references(reading, round_, unit_rows)]
    if faults:
        # In the order of the file; what has no row comes last.
        faults.sort(key=lambda fault: (fault.row is None, fault.row))
        subjects = {row.ordinal: span(row.references) for row in unit_rows.sheet.rows}
        raise _faulty([sentence(fault, subjects) for fault in faults])
    return _stored_file(reading, round_, unit, by, name, content)


def discard(*, file_id: int, by: User) -> None:
    """Throw a file that waits away. Raises NotAllowedError and WrongStateError."""
    with transaction.atomic():
        file = _locked_file(file_id, by)
        _note(AuditEntry.Action.FILE_DISCARDED, file, by)
        file.delete()


def apply(
    *, file_id: int, by: User, accepted: Mapping[int, int], submit: bool = False
) -> list[StatusRevision]:
    """Save the accepted rows of a file as revisions, all or none, in the order of the file.

    ``accepted`` maps the ordinals of statuses to the revisions that the person saw beside the rows.
    The secretariat saves on behalf of the unit, an officer of the unit as themself. With
    ``submit`` the statuses are handed in as well. Raises NotAllowedError, RoundClosedError,
    WrongStateError (the file was applied by somebody else), InvalidError when nothing is accepted,
    and NotAppliedError when any row cannot be saved as it was seen.
    """
    if not accepted:
        raise InvalidError(_("Choose one row at least."))
    with transaction.atomic():
        file = _locked_file(file_id, by)
        check_open(file.round)
        unit_rows = rows_of_unit(by, file.round, file.unit)
        revisions: list[StatusRevision] = []
        refusals: dict[int, RefusedError] = {}
        for row in _accepted(file, accepted):
            ordinal = row.key.ordinal
            try:
                revisions.append(
                    _save(row, unit_rows, file, by, base=accepted[ordinal], submit=submit)
                )
            except RefusedError as refusal:
                refusals[ordinal] = refusal
        if refusals:
            raise NotAppliedError(
                _(
                    "No row was saved, because some of the ticked ones cannot be. Untick those, or "
                    "fix them in the file and upload it again."
                ),
                refusals,
            )
        file.state = ReturnedFile.State.APPLIED
        file.applied_by, file.applied_at = by, timezone.now()
        file.save(update_fields=["state", "applied_by", "applied_at"])
        _note(AuditEntry.Action.FILE_APPLIED, file, by, what=f"{_subjects(file, accepted)}\n")
        return revisions


def _accepted(file: ReturnedFile, accepted: Mapping[int, int]) -> list[ReturnedRow]:
    rows = [ReturnedRow.from_json(row) for row in file.rows]
    known = {row.key.ordinal for row in rows}
    if not known.issuperset(accepted):
        raise InvalidError(_("A row was chosen that is not in the file. Open the page again."))
    return [row for row in rows if row.key.ordinal in accepted]


def _save(
    row: ReturnedRow, unit_rows: UnitRows, file: ReturnedFile, by: User, *, base: int, submit: bool
) -> StatusRevision:
    status = unit_rows.statuses.get(row.key.ordinal)
    if status is None or row.references != tuple(e.reference for e in status.elements):
        raise WrongStateError(
            _("These elements are grouped otherwise now, or are another unit's to report on.")
        )
    return save_status(
        snapshot_id=status.snapshot.pk,
        by=by,
        text=row.text,
        category=row.category,
        base_revision=base,
        on_behalf_of=file.unit if permissions.is_secretariat(by) else None,
        comment=_("From the file “%(name)s” (SHA-256 %(hash)s…), row %(row)d.")
        % {"name": file.name, "hash": file.sha256[:12], "row": row.number},
        submit=submit,
        keep_working_copy=True,
    )


def _subjects(file: ReturnedFile, accepted: Mapping[int, int]) -> str:
    return ", ".join(span(row.references) for row in _accepted(file, accepted))


def _note(action: AuditEntry.Action, file: ReturnedFile, by: User, *, what: str = "") -> None:
    """Write down what was done with a file, and which one it was."""
    AuditEntry.objects.create(
        action=action,
        actor=by,
        round=file.round,
        unit=file.unit,
        subject=file.name,
        reason=f"{what}SHA-256 {file.sha256}",
    )


def _locked_file(file_id: int, by: User) -> ReturnedFile:
    """The file with its round, if it waits and the person handles its unit.

    The round is locked, as by everybody who changes anything in it or in its files. Raises
    ReturnedFile.DoesNotExist, NotAllowedError and WrongStateError.
    """
    round_id = ReturnedFile.objects.values_list("round", flat=True).get(pk=file_id)
    round_ = ReportingRound.objects.locked().get(pk=round_id)
    file = ReturnedFile.objects.select_related("unit").defer("content").get(pk=file_id)
    file.round = round_
    if not permissions.can_exchange_files(by, round_, file.unit_id):
        raise NotAllowedError(_("These elements are another unit's to report on."))
    if file.state != ReturnedFile.State.PENDING:
        raise WrongStateError(_("This file has been applied already."))
    return file


def _stored_file(
    reading: ParsedFile, round_: ReportingRound, unit: Unit, by: User, name: str, content: bytes
) -> ReturnedFile:
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        check_open(ReportingRound.objects.locked().get(pk=round_.pk))
        waiting = ReturnedFile.objects.filter(
            round=round_, unit=unit, sha256=sha256, state=ReturnedFile.State.PENDING
        ).first()
        if waiting is not None:
            return waiting
        file = ReturnedFile.objects.create(
            round=round_,
            unit=unit,
            name=prose.one_line(name)[-MAX_NAME:] or f"{unit.slug}.{reading.kind}",
            kind=reading.kind.value,
            sha256=sha256,
            size=len(content),
            content=content,
            rows=[row.as_json() for row in reading.rows],
            uploaded_by=by,
        )
        _note(AuditEntry.Action.FILE_RECEIVED, file, by)
        return file


def _unit_of(reading: ParsedFile, round_: ReportingRound, by: User) -> Unit:
    """The unit whose rows the file holds. Raises FaultyFileError for a file of something else."""
    key = reading.key
    if key is None:
        raise _faulty([sentence(fault, {}) for fault in reading.faults])
    fault = _elsewhere(key, round_)
    if fault is not None:
        raise _faulty([sentence(fault, {})])
    unit = Unit.objects.filter(slug=key.unit).first()
    if unit is None or not permissions.can_exchange_files(by, round_, unit.pk):
        raise _faulty([sentence(Fault(FaultKind.OTHER_UNIT, found=key.unit), {})])
    return unit


def _elsewhere(key: FileKey, round_: ReportingRound) -> Fault | None:
    version = round_.version
    if key.plan != version.plan.slug:
        return Fault(FaultKind.OTHER_PLAN, found=key.plan)
    if key.version != version.slug:
        return Fault(FaultKind.OTHER_VERSION, found=key.version, expected=version.slug)
    if key.as_at != round_.as_at:
        return Fault(
            FaultKind.OTHER_ROUND,
            found=key.as_at.isoformat(),
            expected=round_.as_at.isoformat(),
        )
    return None


def _unknown_references(
    reading: ParsedFile, round_: ReportingRound, unit_rows: UnitRows
) -> Iterator[Fault]:
    """Rows with a reference that no element has. One query at most."""
    asked = {reference for row in reading.rows for reference in row.references}
    known = {
        element.reference for status in unit_rows.statuses.values() for element in status.elements
    }
    if asked - known:
        elements = ActionElement.objects.filter(
            version=round_.version_id, reference__in=asked - known
        )
        known.update(elements.values_list("reference", flat=True))
    labels = labels_for(round_.version.language).unit_file
    for row in reading.rows:
        unknown = [reference for reference in row.references if reference not in known]
        status = unit_rows.statuses.get(row.key.ordinal)
        if unknown or not row.references:
            yield Fault(
                FaultKind.REFERENCE_UNKNOWN,
                row=row.number,
                column="A" if reading.kind is OfficeKind.XLSX else "1",
                heading=labels.headings[UnitColumn.REFERENCES],
                found=", ".join(unknown) or "–",
                expected=", ".join(element.reference for element in status.elements)
                if status
                else "–",
            )


def _sentence_of(error: SourceError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."


def _faulty(faults: Sequence[str]) -> FaultyFileError:
    sentences = list(faults[:MOST_FAULTS])
    if len(faults) > MOST_FAULTS:
        sentences.append(_("And %(count)d more.") % {"count": len(faults) - MOST_FAULTS})
    return FaultyFileError(_("The file cannot be taken, and nothing was applied."), sentences)
