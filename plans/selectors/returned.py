"""Files of units that came back: which wait, and row by row what each would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet

from plans import rules
from plans.categories import Category
from plans.models import ReportingRound, ReturnedFile, StatusRevision
from plans.returned.judging import Overwritten, RowState, Words, overwritten, state_of
from plans.returned.reading import ReturnedRow
from plans.returned.sheet import UnitRow
from plans.returned.words import sheet_words
from plans.rules import Person
from plans.selectors.editing import FoundStatus
from plans.selectors.statuses import span
from plans.selectors.unit_rows import UnitRows, rows_of_unit

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
    base: Words | None
    newest: StatusRevision | None
    overwritten: Mapping[str, Overwritten]

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
class Review:
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
    return files if rules.keeps_rounds(user) else files.filter(unit__in=rules.unit_ids(user))


def find_returned_file(user: Person, round_: ReportingRound, pk: int) -> ReturnedFile | None:
    """A file of ``round_``, if ``user`` may see it, without its content. One query."""
    found = returned_files(user, round_).filter(pk=pk).first()
    if found is not None:
        found.round = round_
    return found


def review(user: Person, file: ReturnedFile) -> Review:
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
    return Review(
        file=file,
        rows=[_row(row, now.get(row.key.ordinal), unit_rows, bases, newest) for row in rows],
        absent=[span(row.references) for row in unit_rows.sheet.rows if row.ordinal not in sent],
    )


def _row(
    row: ReturnedRow,
    now: UnitRow | None,
    unit_rows: UnitRows,
    bases: Mapping[int, Words],
    newest: Mapping[int, StatusRevision],
) -> ReviewRow:
    ordinal = row.key.ordinal
    language = unit_rows.sheet.language
    headings = sheet_words(language).headings
    base = bases.get(ordinal)
    state = state_of(row, now, base)
    touched: Sequence[Overwritten] = ()
    if now is not None and state is not RowState.REGROUPED:
        touched = overwritten(row, now, language)
    return ReviewRow(
        returned=row,
        now=now,
        found=unit_rows.statuses.get(ordinal),
        state=state,
        base=base,
        newest=newest.get(ordinal),
        overwritten={headings[cell.column]: cell for cell in touched},
    )


def _bases(rows: Sequence[ReturnedRow], unit_rows: UnitRows) -> dict[int, Words]:
    """What stood in the revisions that ``rows`` started from, by ordinal. One query at most."""
    found = {
        row.key.ordinal: Words(Category.NOT_REPORTED.value, "")
        for row in rows
        if row.key.revision == 0
    }
    asked = {
        (unit_rows.statuses[row.key.ordinal].snapshot.pk, row.key.revision)
        for row in rows
        if row.key.revision
    }
    if not asked:
        return found
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
        found[ordinal] = Words(revision.category, text)
    return found


def _newest(rows: Sequence[ReturnedRow], unit_rows: UnitRows) -> dict[int, StatusRevision]:
    """Who changed the drafts of ``rows`` last, by ordinal. One query at most."""
    snapshots = [unit_rows.statuses[row.key.ordinal].snapshot for row in rows]
    if not snapshots:
        return {}
    revisions = (
        StatusRevision.objects.filter(snapshot__in=snapshots, number=F("snapshot__revision"))
        .select_related("snapshot", "by", "on_behalf_of")
        .defer("text")
    )
    return {revision.snapshot.ordinal: revision for revision in revisions}
