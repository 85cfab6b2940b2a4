"""From the database, or from a closed round's record, to the report table.

Each kind of row is read once for the whole version, so that a report costs the same number of
queries however large the plan is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from django.http import Http404

from plans import permissions
from plans.models import (
    ActionElement,
    EditorialNote,
    ElementGroup,
    Issue,
    Part,
    PlanVersion,
    ReportingRound,
    StatusCover,
    StatusSnapshot,
    TimeFrame,
)
from plans.permissions import Person
from plans.reports.build import (
    IssueRow,
    PartRow,
    StatusRow,
    build_parts,
    time_frame_id,
)
from plans.reports.canonical import from_record
from plans.reports.table import (
    Cover,
    CoverParagraph,
    ElementCell,
    Footnote,
    GroupCell,
    IssueCell,
    NoteCell,
    PartTable,
    PlanHead,
    ReportTable,
    RoundHead,
    TimeFrameCell,
    VersionHead,
)
from plans.text.categories import Category


class MissingRecordError(RuntimeError):
    """A closed round without a record: nothing may be made up in its place."""


def visible_report(user: Person, round_: ReportingRound) -> ReportTable:
    """The report of ``round_`` as far as ``user`` may see it.

    A closed round is its record, the same for everybody. In an open round the secretariat and
    administrators see every status; an officer sees those that cover an element which they
    answer for, and no other. For anybody else the open round does not exist: raises Http404.
    """
    if not permissions.can_see_round(user, round_):
        raise Http404(f"no report as at {round_.as_at.isoformat()}")
    if round_.is_closed or permissions.is_secretariat(user):
        return report_table(round_)
    return build_from_database(round_, seen_by=user)


def report_table(round_: ReportingRound) -> ReportTable:
    """The whole report of ``round_``, whoever asks: for commands, closing, and ``visible_report``.

    A closed round is read from its newest record, in one query, so that later edits of the plan
    cannot change what was published. Raises MissingRecordError when it has none, and
    ReportTableError when the record is not a report.
    """
    if not round_.is_closed:
        return build_from_database(round_)
    record = (
        round_.records.order_by("-number").values_list("content", "sha256").first()
    )  # the newest one is in force
    if record is None:
        raise MissingRecordError(f"the closed round {round_.pk} has no record")
    content, sha256 = record
    return from_record(content, sha256)


def build_from_database(round_: ReportingRound, *, seen_by: Person | None = None) -> ReportTable:
    """Build the report of ``round_`` from what the database holds now.

    Seven queries, when ``round_`` came with its version and plan (``select_related``). With
    ``seen_by``, statuses that this officer may not see are left out, and the elements that they
    cover stand without one; that costs one query more for the elements' units, and those that
    ``plans.permissions`` needs the first time it meets the person.

    The ids of time-frames and statuses (``plans.reports.build``) stay the same as long as the
    round exists.
    """
    version = round_.version
    parts, references = _part_rows(version)
    statuses = _covered(round_)
    if seen_by is not None:
        statuses = _only_visible(statuses, version, round_, seen_by)
    rows = [
        StatusRow(
            ordinal=snapshot.ordinal,
            category=Category(snapshot.category),
            text=snapshot.printed_text,
            covers=[references[pk] for pk in covered],
        )
        for snapshot, covered in statuses
    ]
    return _table(round_, build_parts(parts, rows, label=round_.label, as_at=round_.as_at))


def cover_table(round_: ReportingRound) -> ReportTable:
    """The report of ``round_`` without its appendix, for a preview of the cover. No query.

    ``round_`` comes with its version and plan, and may hold what is not saved.
    """
    return _table(round_, ())


def _table(round_: ReportingRound, parts: tuple[PartTable, ...]) -> ReportTable:
    version = round_.version
    return ReportTable(
        plan=PlanHead(slug=version.plan.slug, title=version.plan.title),
        version=VersionHead(
            slug=version.slug,
            symbol=version.symbol,
            session=version.session,
            date=version.iso_date,
            language=version.language,
        ),
        round=RoundHead(
            as_at=round_.as_at,
            label=round_.label,
            state=round_.state,
            symbol=round_.symbol,
            symbol_inferred=round_.symbol_inferred,
            session=round_.session,
            record_sha256=None,
        ),
        cover=_cover(round_),
        parts=parts,
    )


def _part_rows(version: PlanVersion) -> tuple[list[PartRow], dict[int, str]]:
    """The plan of ``version``, and the references of its elements by primary key; six queries."""
    parts = list(Part.objects.filter(version=version).order_by("ordinal"))
    issues = list(Issue.objects.filter(version=version).order_by("ordinal"))
    references = {issue.pk: issue.reference for issue in issues}
    groups: defaultdict[int, list[ElementGroup]] = defaultdict(list)
    for group in ElementGroup.objects.filter(issue__version=version).order_by("ordinal"):
        groups[group.issue_id].append(group)
    frames: defaultdict[int, list[TimeFrameCell]] = defaultdict(list)
    frame_ids: dict[int, str] = {}
    for frame in TimeFrame.objects.filter(issue__version=version).order_by("ordinal"):
        frame_ids[frame.pk] = time_frame_id(references[frame.issue_id], frame.ordinal)
        frames[frame.issue_id].append(
            TimeFrameCell(frame_ids[frame.pk], frame.text, (), frame.rule)
        )
    issue_notes: defaultdict[int, list[NoteCell]] = defaultdict(list)
    element_notes: defaultdict[int, list[NoteCell]] = defaultdict(list)
    for note in EditorialNote.objects.filter(version=version).order_by("ordinal"):
        cell = NoteCell(text=note.text, confidence=note.confidence)
        if note.issue_id is not None:
            issue_notes[note.issue_id].append(cell)
        elif note.element_id is not None:
            element_notes[note.element_id].append(cell)
    elements: defaultdict[int, list[ElementCell]] = defaultdict(list)
    grouped: defaultdict[int, list[str]] = defaultdict(list)
    element_references: dict[int, str] = {}
    for element in ActionElement.objects.filter(version=version).order_by(
        "issue__ordinal", "ordinal"
    ):
        element_references[element.pk] = element.reference
        grouped[element.group_id].append(element.reference)
        frame_id = element.time_frame_id
        elements[element.issue_id].append(
            ElementCell(
                reference=element.reference,
                issue=references[element.issue_id],
                text=element.text,
                missing_in_source=element.missing_in_source,
                notes=tuple(element_notes[element.pk]),
                source=tuple(element.sources),
                time_frame=None if frame_id is None else frame_ids[frame_id],
                status=None,
            )
        )
    rows: defaultdict[int, list[IssueRow]] = defaultdict(list)
    for issue in issues:
        issue_cell = IssueCell(
            reference=issue.reference,
            number=issue.number,
            parent=None if issue.parent_id is None else references[issue.parent_id],
            title=issue.title,
            context=issue.context,
            notes=tuple(issue_notes[issue.pk]),
            groups=tuple(
                GroupCell(group.heading or None, group.lead_in or None, tuple(grouped[group.pk]))
                for group in groups[issue.pk]
            ),
        )
        rows[issue.part_id].append(IssueRow(issue_cell, elements[issue.pk], frames[issue.pk]))
    return [
        PartRow(
            part.number,
            part.title,
            (part.issues_heading, part.elements_heading, part.time_frame_heading),
            rows[part.pk],
        )
        for part in parts
    ], element_references


_Covered = list[tuple[StatusSnapshot, list[int]]]


def _covered(round_: ReportingRound) -> _Covered:
    """Every status that covers an element, with the primary keys of those that it covers."""
    snapshots: dict[int, StatusSnapshot] = {}
    covered: defaultdict[int, list[int]] = defaultdict(list)
    for cover in StatusCover.objects.filter(round=round_).select_related("snapshot__reaffirms"):
        snapshots[cover.snapshot_id] = cover.snapshot
        covered[cover.snapshot_id].append(cover.element_id)
    return [(snapshots[pk], elements) for pk, elements in covered.items()]


def _only_visible(
    statuses: _Covered, version: PlanVersion, round_: ReportingRound, user: Person
) -> _Covered:
    units: defaultdict[int, set[int]] = defaultdict(set)
    assigned = ActionElement.units.through.objects.filter(actionelement__version=version)
    for element_id, unit_id in assigned.values_list("actionelement_id", "unit_id"):
        units[element_id].add(unit_id)
    no_units: Collection[int] = ()
    return [
        (snapshot, covered)
        for snapshot, covered in statuses
        if permissions.can_see_status(user, round_, [units.get(pk, no_units) for pk in covered])
    ]


def _cover(round_: ReportingRound) -> Cover:
    return Cover(
        agenda_item=round_.agenda_item,
        title=round_.title,
        paragraphs=tuple(
            CoverParagraph(number=paragraph["number"], text=paragraph["text"])
            for paragraph in round_.paragraphs
        ),
        footnotes=tuple(
            Footnote(mark=note["mark"], text=note["text"]) for note in round_.footnotes
        ),
        place_date=round_.place_date,
    )


def comparable_rounds(user: Person, version: PlanVersion) -> list[ReportingRound]:
    """The rounds of ``version`` that ``user`` may see, newest first. One query."""
    return visible_rounds_of(user, [version])


def visible_rounds_of(user: Person, versions: Sequence[PlanVersion]) -> list[ReportingRound]:
    """The rounds of ``versions`` that ``user`` may see, newest first. One query."""
    rounds = list(
        permissions.visible_rounds(user)
        .filter(version__in=versions)
        .without_cover()
        .order_by("-as_at", "-version__dated_on", "version__slug")
    )
    by_id = {version.pk: version for version in versions}
    for round_ in rounds:
        round_.version = by_id[round_.version_id]
    return rounds
