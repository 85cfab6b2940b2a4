"""The rows of one unit in one open round, as a file sends them; and the files that came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet
from django.utils import translation

from plans import permissions
from plans.catalogue.queries.items import show_as_published
from plans.models import (
    ActionElement,
    ReportingRound,
    ReturnedFile,
    StatusCover,
    StatusRevision,
    StatusSnapshot,
    Unit,
    span,
)
from plans.permissions import Person
from plans.reports.labels import labels_for
from plans.statuses.queries.status import FoundStatus
from plans.statuses.queries.worklist import earlier_statuses, stage_of
from plans.text.categories import Category
from plans.unit_files.reading import (
    Answer,
    OverwrittenCell,
    ReturnedRow,
    RowState,
    overwritten_cells,
    state_of,
)
from plans.unit_files.sheet import Reported, RowElement, UnitRow, UnitSheet
from plans.web.labels import day


@dataclass(frozen=True, slots=True)
class UnitRows:
    """A unit's rows of a round, and by their ordinals the statuses that they are."""

    round: ReportingRound
    unit: Unit
    sheet: UnitSheet
    statuses: Mapping[int, FoundStatus]


@dataclass(frozen=True, slots=True)
class RoundUnit:
    """A unit that answers for ``total`` statuses of a round."""

    unit: Unit
    total: int


def find_shared_round(user: Person, round_id: int) -> ReportingRound | None:
    """The round with its version and plan, if ``user`` handles the rows of any unit. One query."""
    round_ = (
        permissions.visible_rounds(user).filter(pk=round_id).with_version().without_cover().first()
    )
    if round_ is None:
        return None
    may_exchange = permissions.is_secretariat(user) or any(
        permissions.can_exchange_files(user, round_, unit) for unit in permissions.unit_ids(user)
    )
    return round_ if may_exchange else None


def exchangeable_units(user: Person, round_: ReportingRound) -> list[RoundUnit]:
    """The units with rows in ``round_`` that ``user`` handles, by name. One query."""
    units: QuerySet[Unit] = Unit.objects.filter(elements__covers__round=round_)
    if not permissions.is_secretariat(user):
        units = units.filter(pk__in=permissions.unit_ids(user))
    counted = units.annotate(total=Count("elements__covers__snapshot", distinct=True))
    return [RoundUnit(unit, unit.total) for unit in counted]


def find_unit_rows(user: Person, round_: ReportingRound, slug: str) -> UnitRows | None:
    """The rows of a unit, if ``user`` handles them and there are any. Five queries.

    And one for each closed round before that is being mended. ``round_`` comes with its version
    and plan.
    """
    unit = Unit.objects.filter(slug=slug).first()
    if unit is None or not permissions.can_exchange_files(user, round_, unit.pk):
        return None
    rows = rows_of_unit(user, round_, unit)
    return rows if rows.sheet.rows else None


def rows_of_unit(user: Person, round_: ReportingRound, unit: Unit) -> UnitRows:
    """The rows of ``unit``, whoever handles them. Four queries, as ``find_unit_rows``."""
    statuses = _statuses(round_, unit)
    earlier = earlier_statuses([status.snapshot for status in statuses], with_texts=True)
    show_as_published(user, earlier.values())
    comments = _comments([status.snapshot for status in statuses])
    version = round_.version
    with translation.override(version.language):
        due = day(round_.reports_due_on) if round_.reports_due_on else ""
    sheet = UnitSheet(
        plan=version.plan.slug,
        plan_title=version.plan.title,
        version=version.slug,
        symbol=version.symbol,
        language=version.language,
        label=round_.label,
        as_at=round_.as_at,
        unit=unit.slug,
        unit_name=unit.name,
        due=due,
        rows=tuple(
            _row(status, _before(status, earlier), comments.get(status.snapshot.pk, ""))
            for status in statuses
        ),
    )
    return UnitRows(round_, unit, sheet, {status.snapshot.ordinal: status for status in statuses})


def _statuses(round_: ReportingRound, unit: Unit) -> list[FoundStatus]:
    """The statuses that cover an element of ``unit``, in plan order. Two queries."""
    covers = StatusCover.objects.with_issues().select_related("element__time_frame")
    ids = StatusCover.objects.filter(round=round_, element__units=unit).values("snapshot")
    snapshots = (
        StatusSnapshot.objects.filter(pk__in=ids).select_related("reaffirms").with_elements(covers)
    )
    statuses = []
    for snapshot in snapshots:
        snapshot.round = round_
        elements = [cover.element for cover in snapshot.covers.all()]
        for element in elements:
            element.version = element.issue.version = round_.version
        statuses.append(FoundStatus(snapshot, elements))
    return sorted(statuses, key=lambda status: _place(status.elements[0]))


def _place(element: ActionElement) -> tuple[int, int]:
    return element.issue.ordinal, element.ordinal


def _comments(snapshots: Sequence[StatusSnapshot]) -> Mapping[int, str]:
    """Why statuses were returned, by their primary keys. One query."""
    returned = [
        snapshot.pk for snapshot in snapshots if snapshot.state == StatusSnapshot.State.RETURNED
    ]
    newest = StatusRevision.objects.filter(snapshot__in=returned, number=F("snapshot__revision"))
    return dict(newest.values_list("snapshot_id", "comment"))


def _before(
    status: FoundStatus, earlier: Mapping[tuple[int, int], StatusSnapshot]
) -> StatusSnapshot | None:
    """What was reported last on the first of the elements of which anything was."""
    keys = ((status.snapshot.round_id, element.pk) for element in status.elements)
    return next((earlier[key] for key in keys if key in earlier), None)


def _row(status: FoundStatus, before: StatusSnapshot | None, comment: str) -> UnitRow:
    snapshot = status.snapshot
    frames = {
        element.time_frame_id: element.time_frame.text
        for element in status.elements
        if element.time_frame
    }
    return UnitRow(
        ordinal=snapshot.ordinal,
        revision=snapshot.revision,
        elements=tuple(_element(element) for element in status.elements),
        time_frames=tuple(frames.values()),
        before=None
        if before is None
        else Reported(before.round.label, before.category, before.printed_text),
        stage=stage_of(snapshot).value,
        comment=comment,
        category=snapshot.category,
        text=snapshot.printed_text,
    )


def _element(element: ActionElement) -> RowElement:
    number = element.issue.number
    return RowElement(
        reference=element.reference,
        issue=f"{number}. {element.issue.title}"
        if number.isdecimal()
        else f"{number} {element.issue.title}",
        text=element.text,
        missing=element.missing_in_source,
    )


# -- Returned files -------------------------------------------------------------------------------

Action = StatusRevision.Action


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One row of a file beside the draft as it stands.

    ``now`` and ``found`` are None for a status that is not the unit's any more. ``base`` is what
    the row started from, where the draft has changed since, and ``newest`` who changed it last.
    ``overwritten`` are cells to be read only in which somebody wrote, by their columns' headings.
    """

    returned: ReturnedRow
    now: UnitRow | None
    found: FoundStatus | None
    state: RowState
    base: Answer | None
    newest: StatusRevision | None
    overwritten: Mapping[str, OverwrittenCell]

    @property
    def ordinal(self) -> int:
        return self.returned.key.ordinal

    @property
    def subject(self) -> str:
        return span(self.returned.references)

    @property
    def revision(self) -> int:
        """The newest revision, on which the row would be laid."""
        return self.now.revision if self.now is not None else 0

    @property
    def category_changed(self) -> bool:
        return self.now is not None and self.now.category != self.returned.category


@dataclass(frozen=True, slots=True)
class FileReview:
    """A file, row by row, in the order of the file.

    ``absent`` are the subjects of statuses that are the unit's now and were not when the file was
    written.
    """

    file: ReturnedFile
    rows: Sequence[ReviewRow]
    absent: Sequence[str]

    def in_state(self, *states: RowState) -> list[ReviewRow]:
        return [row for row in self.rows if row.state in states]

    @property
    def applicable(self) -> list[ReviewRow]:
        return [row for row in self.rows if row.state.applicable]

    @property
    def changed(self) -> list[ReviewRow]:
        return self.in_state(RowState.CHANGED)

    @property
    def conflicts(self) -> list[ReviewRow]:
        return self.in_state(RowState.CONFLICT)

    @property
    def left(self) -> int:
        """How many rows the unit left as they were sent, or as they stand."""
        return len(self.unchanged) + len(self.untouched)

    @property
    def overwritten(self) -> list[ReviewRow]:
        """The rows in which somebody wrote where one can only read."""
        return [row for row in self.rows if row.overwritten]

    @property
    def refused(self) -> list[ReviewRow]:
        return [row for row in self.rows if row.state.refused]

    @property
    def unchanged(self) -> list[ReviewRow]:
        return self.in_state(RowState.UNCHANGED)

    @property
    def untouched(self) -> list[ReviewRow]:
        return self.in_state(RowState.UNTOUCHED)


def returned_files(user: Person, round_: ReportingRound) -> QuerySet[ReturnedFile]:
    """The files of ``round_`` that ``user`` may see, without their content, the newest first."""
    files = (
        ReturnedFile.objects.filter(round=round_)
        .select_related("unit", "uploaded_by", "applied_by")
        .defer("content")
        .order_by("-uploaded_at", "-pk")
    )
    return (
        files
        if permissions.is_secretariat(user)
        else files.filter(unit__in=permissions.unit_ids(user))
    )


def find_returned_file(user: Person, round_: ReportingRound, pk: int) -> ReturnedFile | None:
    """A file of ``round_``, if ``user`` may see it, without its content. One query."""
    file = returned_files(user, round_).filter(pk=pk).first()
    if file is not None:
        file.round = round_
    return file


def review(user: Person, file: ReturnedFile) -> FileReview:
    """What ``file`` would change now. At most six queries.

    And one for each closed round before that is being mended. ``file`` comes from
    ``find_returned_file``.
    """
    rows = [ReturnedRow.from_json(row) for row in file.rows]
    unit_rows = rows_of_unit(user, file.round, file.unit)
    now = {row.ordinal: row for row in unit_rows.sheet.rows}
    stale = [
        row
        for row in rows
        if row.key.ordinal in now and now[row.key.ordinal].revision != row.key.revision
    ]
    bases = _bases(stale, unit_rows)
    newest = _newest(stale, unit_rows)
    sent = {row.key.ordinal for row in rows}
    return FileReview(
        file=file,
        rows=[
            _row_returned(row, now.get(row.key.ordinal), unit_rows, bases, newest) for row in rows
        ],
        absent=[span(row.references) for row in unit_rows.sheet.rows if row.ordinal not in sent],
    )


def _row_returned(
    row: ReturnedRow,
    now: UnitRow | None,
    unit_rows: UnitRows,
    bases: Mapping[int, Answer],
    newest: Mapping[int, StatusRevision],
) -> ReviewRow:
    ordinal = row.key.ordinal
    language = unit_rows.sheet.language
    headings = labels_for(language).unit_file.headings
    base = bases.get(ordinal)
    state = state_of(row, now, base)
    touched: Sequence[OverwrittenCell] = ()
    if now is not None and state is not RowState.REGROUPED:
        touched = overwritten_cells(row, now, language)
    return ReviewRow(
        returned=row,
        now=now,
        found=unit_rows.statuses.get(ordinal),
        state=state,
        base=base,
        newest=newest.get(ordinal),
        overwritten={headings[cell.column]: cell for cell in touched},
    )


def _bases(rows: Sequence[ReturnedRow], unit_rows: UnitRows) -> dict[int, Answer]:
    """What stood in the revisions that ``rows`` started from, by ordinal. One query at most."""
    answers = {
        row.key.ordinal: Answer(Category.NOT_REPORTED.value, "")
        for row in rows
        if row.key.revision == 0
    }
    asked = {
        (unit_rows.statuses[row.key.ordinal].snapshot.pk, row.key.revision)
        for row in rows
        if row.key.revision
    }
    if not asked:
        return answers
    before = {row.ordinal: row.before for row in unit_rows.sheet.rows}
    # Not one condition for each row: SQLite takes a thousand of them at the most.
    revisions = StatusRevision.objects.filter(
        snapshot__in={snapshot for snapshot, _ in asked}, number__in={number for _, number in asked}
    ).select_related("snapshot")
    for revision in revisions:
        if (revision.snapshot_id, revision.number) not in asked:
            continue
        ordinal = revision.snapshot.ordinal
        text = revision.text
        reported = before[ordinal]
        if not text and reported and revision.action not in (Action.SAVED, Action.IMPORTED):
            # “No change” was said, and then the words of the last report stood in the file.
            text = reported.text
        answers[ordinal] = Answer(revision.category, text)
    return answers


def _newest(rows: Sequence[ReturnedRow], unit_rows: UnitRows) -> dict[int, StatusRevision]:
    """Who changed the drafts of ``rows`` last, by ordinal. One query at most."""
    snapshots = [unit_rows.statuses[row.key.ordinal].snapshot for row in rows]
    if not snapshots:
        return {}
    revisions = (
        StatusRevision.objects.newest()
        .filter(snapshot__in=snapshots)
        .with_people()
        .select_related("snapshot")
        .defer("text")
    )
    return {revision.snapshot.ordinal: revision for revision in revisions}
