"""From an outline to a Django fixture, byte for byte the same each time.

Objects refer to each other by natural keys, so that a fixture loads into any database and
loading it twice changes nothing. A round that was read from a document is closed, and its
record is made here from the same report table that the tracker builds from the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from plans.reading.draft import Note
from plans.reading.heads import DocumentHead, day_in
from plans.reading.outline import Outline, OutlineIssue, OutlinePart
from plans.reports.build import (
    IssueRow,
    PartRow,
    StatusRow,
    build_parts,
    time_frame_id,
)
from plans.reports.canonical import canonical_json, closed_table
from plans.reports.table import (
    Cover,
    CoverParagraph,
    ElementCell,
    Footnote,
    GroupCell,
    IssueCell,
    NoteCell,
    PlanHead,
    ReportTable,
    RoundHead,
    TimeFrameCell,
    VersionHead,
)
from plans.text.categories import Category, propose_category
from plans.text.timeframes import Rule, read_rule

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file that a version was read from."""

    name: str
    sha256: str


def fixture_text(objects: list[Object]) -> str:
    """The fixture as it is written to a file."""
    return json.dumps(objects, ensure_ascii=False, indent=1) + "\n"


def fixture_objects(outline: Outline, head: DocumentHead, source: SourceFile) -> list[Object]:
    """The fixture's objects in an order in which they load.

    The round is left out when ``head.as_at`` is None.
    """
    return list(_Fixture(outline, head, source).objects())


def report_table_of(outline: Outline, head: DocumentHead) -> ReportTable:
    """The report table of an outline that has a round, frozen as its record has it.

    Raises ValueError when the document has no round or no as-at date.
    """
    if head.as_at is None:
        raise ValueError("the document has no reporting round")
    return closed_table(_report_table(outline, head, head.as_at))


def _category(text: str, category: str | None) -> Category:
    return Category(category) if category else propose_category(text)


class _Fixture:
    def __init__(self, outline: Outline, head: DocumentHead, source: SourceFile) -> None:
        self.outline = outline
        self.head = head
        self.source = source
        self.plan_key = [head.plan_slug]
        self.version_key = [head.plan_slug, head.version_slug]

    def objects(self) -> Iterator[Object]:
        head = self.head
        yield _object("plan", slug=head.plan_slug, title=head.plan_title)
        dated_on = head.version_dated_on
        yield _object(
            "planversion",
            plan=self.plan_key,
            slug=head.version_slug,
            symbol=head.version_symbol,
            session=head.version_session,
            dated_on=dated_on.isoformat() if dated_on else None,
            date_precision=head.version_date_precision,
            language=head.language,
            published=True,
            source_name=self.source.name,
            source_sha256=self.source.sha256,
        )
        for ordinal, part in enumerate(self.outline.parts, 1):
            headings = _headings(part)
            yield _object(
                "part",
                version=self.version_key,
                ordinal=ordinal,
                number=part.number,
                title=part.title,
                issues_heading=headings[0],
                elements_heading=headings[1],
                time_frame_heading=headings[2],
            )
        yield from self._issues()
        yield from self._notes()
        if head.as_at is not None:
            yield from self._round(head.as_at)

    def _issues(self) -> Iterator[Object]:
        ordinal = 0
        for part in self.outline.parts:
            for issue in part.issues:
                ordinal += 1
                yield _object(
                    "issue",
                    version=self.version_key,
                    part=[*self.version_key, part.number],
                    parent=[*self.version_key, issue.parent] if issue.parent else None,
                    ordinal=ordinal,
                    number=issue.number,
                    reference=issue.reference,
                    title=issue.title,
                    context=issue.context,
                    sources=list(issue.sources),
                )
                yield from self._inside(issue)

    def _inside(self, issue: OutlineIssue) -> Iterator[Object]:
        issue_key = [*self.version_key, issue.reference]
        frame_of: dict[str, list[Any]] = {}
        for number, frame in enumerate(issue.time_frames, 1):
            rule = read_rule(frame.text, language=self.head.language)
            yield _object(
                "timeframe",
                issue=issue_key,
                ordinal=number,
                text=frame.text,
                sources=list(frame.sources),
                **_rule_fields(rule),
            )
            frame_of |= {key: [*issue_key, number] for key in frame.covers}
        count = 0
        for number, group in enumerate(issue.groups, 1):
            yield _object(
                "elementgroup",
                issue=issue_key,
                ordinal=number,
                heading=group.heading,
                lead_in=group.lead_in,
            )
            for element in group.elements:
                count += 1
                yield _object(
                    "actionelement",
                    version=self.version_key,
                    issue=issue_key,
                    group=[*issue_key, number],
                    time_frame=frame_of.get(element.reference),
                    ordinal=count,
                    reference=element.reference,
                    text=element.text,
                    missing_in_source=element.missing,
                    sources=list(element.sources),
                )

    def _notes(self) -> Iterator[Object]:
        ordinal = 0
        for issue in self.outline.issues():
            holders = [("issue", issue.reference, issue.notes)]
            holders += [("element", e.reference, e.notes) for e in issue.elements()]
            for holder, reference, notes in holders:
                for note in notes:
                    ordinal += 1
                    yield _object(
                        "editorialnote",
                        version=self.version_key,
                        ordinal=ordinal,
                        **{holder: [*self.version_key, reference]},
                        text=note.text,
                        confidence=note.confidence.value,
                    )

    def _round(self, as_at: date) -> Iterator[Object]:
        cover, head = self.outline.cover, self.head
        key = [*self.version_key, as_at.isoformat()]
        yield _object(
            "reportinground",
            version=self.version_key,
            as_at=as_at.isoformat(),
            label=self.outline.round_label,
            state="closed",
            symbol=head.round_symbol,
            symbol_inferred=head.round_symbol_inferred,
            session=head.round_session,
            agenda_item=cover.agenda_item,
            title=cover.title,
            paragraphs=[{"number": n, "text": text} for n, text in cover.paragraphs],
            footnotes=[{"mark": mark, "text": text} for mark, text in cover.footnotes],
            place_date=cover.place_date,
        )
        dated = day_in(cover.place_date, language=head.language) or as_at
        for ordinal, status in enumerate(self.outline.statuses, 1):
            category = _category(status.text, status.category).value
            yield _object(
                "statussnapshot",
                round=key,
                ordinal=ordinal,
                category=category,
                text=status.text,
                state="cleared",
                revision=1,
                sources=list(status.sources),
            )
            for reference in status.covers:
                yield _object(
                    "statuscover",
                    round=key,
                    snapshot=[*key, ordinal],
                    element=[*self.version_key, reference],
                )
            yield _object(
                "statusrevision",
                snapshot=[*key, ordinal],
                number=1,
                action="imported",
                category=category,
                text=status.text,
                at=f"{dated.isoformat()}T00:00:00Z",
            )
        table = report_table_of(self.outline, head)
        yield _object(
            "record",
            round=key,
            number=1,
            content=canonical_json(table),
            sha256=table.round.record_sha256,
        )


def _report_table(outline: Outline, head: DocumentHead, as_at: date) -> ReportTable:
    cover = outline.cover
    statuses = [
        StatusRow(ordinal, _category(status.text, status.category), status.text, status.covers)
        for ordinal, status in enumerate(outline.statuses, 1)
    ]
    parts = [_part_row(part, head.language) for part in outline.parts]
    return ReportTable(
        plan=PlanHead(head.plan_slug, head.plan_title),
        version=VersionHead(
            slug=head.version_slug,
            symbol=head.version_symbol,
            session=head.version_session,
            date=head.version_date or None,
            language=head.language,
        ),
        round=RoundHead(
            as_at=as_at,
            label=outline.round_label,
            state="closed",
            symbol=head.round_symbol,
            symbol_inferred=head.round_symbol_inferred,
            session=head.round_session,
            record_sha256=None,
        ),
        cover=Cover(
            agenda_item=cover.agenda_item,
            title=cover.title,
            paragraphs=tuple(CoverParagraph(n, text) for n, text in cover.paragraphs),
            footnotes=tuple(Footnote(mark, text) for mark, text in cover.footnotes),
            place_date=cover.place_date,
        ),
        parts=build_parts(parts, statuses, label=outline.round_label, as_at=as_at),
    )


def _part_row(part: OutlinePart, language: str) -> PartRow:
    return PartRow(
        part.number,
        part.title,
        _headings(part),
        [_issue_row(issue, language) for issue in part.issues],
    )


def _issue_row(issue: OutlineIssue, language: str) -> IssueRow:
    frames = [
        (time_frame_id(issue.reference, ordinal), frame)
        for ordinal, frame in enumerate(issue.time_frames, 1)
    ]
    frame_of = {reference: name for name, frame in frames for reference in frame.covers}
    return IssueRow(
        IssueCell(
            reference=issue.reference,
            number=issue.number,
            parent=issue.parent,
            title=issue.title,
            context=issue.context,
            notes=_note_cells(issue.notes),
            groups=tuple(
                GroupCell(
                    heading=group.heading or None,
                    lead_in=group.lead_in or None,
                    elements=tuple(element.reference for element in group.elements),
                )
                for group in issue.groups
            ),
        ),
        [
            ElementCell(
                reference=element.reference,
                issue=issue.reference,
                text=element.text,
                missing_in_source=element.missing,
                notes=_note_cells(element.notes),
                source=element.sources,
                time_frame=frame_of.get(element.reference),
                status=None,
            )
            for element in issue.elements()
        ],
        [
            TimeFrameCell(name, frame.text, (), read_rule(frame.text, language=language))
            for name, frame in frames
        ],
    )


def _note_cells(notes: Iterable[Note]) -> tuple[NoteCell, ...]:
    return tuple(NoteCell(note.text, note.confidence.value) for note in notes)


def _headings(part: OutlinePart) -> tuple[str, str, str]:
    """The headings of a Part's first three columns, "" where the document has none."""
    first, second, third, *_ = (*part.columns, "", "", "")
    return first, second, third


def _rule_fields(rule: Rule) -> Object:
    return {
        "rule_kind": rule.kind.value,
        "starts_on": rule.starts_on.isoformat() if rule.starts_on else None,
        "due_on": rule.due_on.isoformat() if rule.due_on else None,
        "recurrence": rule.recurrence.value if rule.recurrence else "",
        "precision": rule.precision.value if rule.precision else "",
        "qualifier": rule.qualifier,
    }


def _object(model: str, **fields: Any) -> Object:
    return {"model": f"plans.{model}", "fields": fields}
