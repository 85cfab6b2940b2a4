"""From the database, or from a closed round's record, to the report table.

The only module of ``plans.reports`` that knows the models. It reads each kind of row once for the
whole version, so that a report costs the same number of queries however large the plan is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

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
    StatusCell,
    TimeFrameCell,
    VersionHead,
)
from plans.text.categories import Category
from plans.text.timeframes import Rule, schedule_state


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

    A time-frame's id is ``tf-<issue reference>-<ordinal>``, a status's ``status-<ordinal>``; both
    stay the same while the round lives. A status stands in the Part of its first element. One
    that covers nothing has no place in the table and is left out.
    """
    version = round_.version
    rows = _read(version, round_)
    if seen_by is not None:
        rows.statuses = _only_visible(rows, version, round_, seen_by)
    status_of = {
        element_id: f"status-{snapshot.ordinal}"
        for snapshot, covered in rows.statuses
        for element_id in covered
    }
    return _table(round_, tuple(_part(part, rows, round_, status_of) for part in rows.parts))


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


@dataclass
class _Rows:
    """What was read, by where it stands. Elements are in the order of the plan."""

    parts: list[Part] = field(default_factory=list)
    issues: dict[int, list[Issue]] = field(default_factory=lambda: defaultdict(list))
    references: dict[int, str] = field(default_factory=dict)
    groups: dict[int, list[ElementGroup]] = field(default_factory=lambda: defaultdict(list))
    frames: dict[int, list[TimeFrame]] = field(default_factory=lambda: defaultdict(list))
    frame_ids: dict[int, str] = field(default_factory=dict)
    rules: dict[int, Rule] = field(default_factory=dict)
    elements: dict[int, ActionElement] = field(default_factory=dict)
    of_issue: dict[int, list[ActionElement]] = field(default_factory=lambda: defaultdict(list))
    of_group: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    of_frame: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    issue_notes: dict[int, list[NoteCell]] = field(default_factory=lambda: defaultdict(list))
    element_notes: dict[int, list[NoteCell]] = field(default_factory=lambda: defaultdict(list))
    statuses: list[tuple[StatusSnapshot, list[int]]] = field(default_factory=list)


def _read(version: PlanVersion, round_: ReportingRound) -> _Rows:
    rows = _Rows(parts=list(Part.objects.filter(version=version).order_by("ordinal")))
    for issue in Issue.objects.filter(version=version).order_by("ordinal"):
        rows.issues[issue.part_id].append(issue)
        rows.references[issue.pk] = issue.reference
    for group in ElementGroup.objects.filter(issue__version=version).order_by("ordinal"):
        rows.groups[group.issue_id].append(group)
    for frame in TimeFrame.objects.filter(issue__version=version).order_by("ordinal"):
        rows.frames[frame.issue_id].append(frame)
        rows.frame_ids[frame.pk] = f"tf-{rows.references[frame.issue_id]}-{frame.ordinal}"
        rows.rules[frame.pk] = frame.rule
    elements = ActionElement.objects.filter(version=version)
    for element in elements.order_by("issue__ordinal", "ordinal"):
        rows.elements[element.pk] = element
        rows.of_issue[element.issue_id].append(element)
        rows.of_group[element.group_id].append(element.reference)
        if element.time_frame_id is not None:
            rows.of_frame[element.time_frame_id].append(element.reference)
    for note in EditorialNote.objects.filter(version=version).order_by("ordinal"):
        cell = NoteCell(text=note.text, confidence=note.confidence)
        if note.issue_id is not None:
            rows.issue_notes[note.issue_id].append(cell)
        elif note.element_id is not None:
            rows.element_notes[note.element_id].append(cell)
    rows.statuses = _statuses(round_, rows.elements)
    return rows


def _statuses(
    round_: ReportingRound, elements: Mapping[int, ActionElement]
) -> list[tuple[StatusSnapshot, list[int]]]:
    """Every status with the elements it covers in plan order, by the first of them."""
    position = {pk: index for index, pk in enumerate(elements)}
    snapshots: dict[int, StatusSnapshot] = {}
    covered: dict[int, list[int]] = defaultdict(list)
    covers = StatusCover.objects.filter(round=round_).select_related("snapshot__reaffirms")
    for cover in covers:
        snapshots[cover.snapshot_id] = cover.snapshot
        covered[cover.snapshot_id].append(cover.element_id)
    for found in covered.values():
        found.sort(key=position.__getitem__)
    by_first = sorted(covered, key=lambda pk: position[covered[pk][0]])
    return [(snapshots[pk], covered[pk]) for pk in by_first]


def _only_visible(
    rows: _Rows, version: PlanVersion, round_: ReportingRound, user: Person
) -> list[tuple[StatusSnapshot, list[int]]]:
    units: dict[int, set[int]] = defaultdict(set)
    assigned = ActionElement.units.through.objects.filter(actionelement__version=version)
    for element_id, unit_id in assigned.values_list("actionelement_id", "unit_id"):
        units[element_id].add(unit_id)
    no_units: Collection[int] = ()
    return [
        (snapshot, covered)
        for snapshot, covered in rows.statuses
        if permissions.can_see_status(user, round_, [units.get(pk, no_units) for pk in covered])
    ]


def _part(
    part: Part, rows: _Rows, round_: ReportingRound, status_of: Mapping[int, str]
) -> PartTable:
    issues = rows.issues[part.pk]
    elements = [element for issue in issues for element in rows.of_issue[issue.pk]]
    own = {element.pk for element in elements}
    return PartTable(
        number=part.number,
        title=part.title,
        columns=(
            part.issues_heading,
            part.elements_heading,
            part.time_frame_heading,
            round_.label,
        ),
        issues=tuple(_issue(issue, rows) for issue in issues),
        elements=tuple(_element(element, rows, status_of) for element in elements),
        time_frames=tuple(
            TimeFrameCell(
                id=rows.frame_ids[frame.pk],
                text=frame.text,
                covers=tuple(rows.of_frame[frame.pk]),
                rule=rows.rules[frame.pk],
            )
            for issue in issues
            for frame in rows.frames[issue.pk]
        ),
        statuses=tuple(
            _status(snapshot, [rows.elements[pk] for pk in covered], rows.rules, round_)
            for snapshot, covered in rows.statuses
            if covered[0] in own
        ),
    )


def _issue(issue: Issue, rows: _Rows) -> IssueCell:
    return IssueCell(
        reference=issue.reference,
        number=issue.number,
        parent=None if issue.parent_id is None else rows.references[issue.parent_id],
        title=issue.title,
        context=issue.context,
        notes=tuple(rows.issue_notes[issue.pk]),
        groups=tuple(
            GroupCell(
                heading=group.heading or None,
                lead_in=group.lead_in or None,
                elements=tuple(rows.of_group[group.pk]),
            )
            for group in rows.groups[issue.pk]
        ),
    )


def _element(element: ActionElement, rows: _Rows, status_of: Mapping[int, str]) -> ElementCell:
    frame_id = element.time_frame_id
    return ElementCell(
        reference=element.reference,
        issue=rows.references[element.issue_id],
        text=element.text,
        missing_in_source=element.missing_in_source,
        notes=tuple(rows.element_notes[element.pk]),
        source=tuple(element.sources),
        time_frame=None if frame_id is None else rows.frame_ids[frame_id],
        status=status_of.get(element.pk),
    )


def _status(
    snapshot: StatusSnapshot,
    elements: Sequence[ActionElement],
    frame_rules: Mapping[int, Rule],
    round_: ReportingRound,
) -> StatusCell:
    completed = Category(snapshot.category).completed
    return StatusCell(
        id=f"status-{snapshot.ordinal}",
        category=snapshot.category,
        text=snapshot.printed_text,
        covers=tuple(element.reference for element in elements),
        schedule={
            element.reference: schedule_state(
                None if element.time_frame_id is None else frame_rules[element.time_frame_id],
                completed=completed,
                as_at=round_.as_at,
            ).value
            for element in elements
        },
    )


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
        .defer("paragraphs", "footnotes")
        .order_by("-as_at", "-version__dated_on", "version__slug")
    )
    by_id = {version.pk: version for version in versions}
    for round_ in rounds:
        round_.version = by_id[round_.version_id]
    return rounds
