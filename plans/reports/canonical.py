"""The canonical JSON of a report table, ``tracker.report/1``: written, hashed and read back.

The shape is a contract; other programs read it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

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
from plans.text.timeframes import Kind, Precision, Recurrence, Rule

SCHEMA = "tracker.report/1"

T = TypeVar("T")


class ReportTableError(ValueError):
    """JSON that is not a report table. The message names the place, such as ``parts[0].title``."""


def frozen(table: ReportTable) -> ReportTable:
    """The table as its closed round's record has it: closed, and carrying its own hash."""
    closed = replace(table, round=replace(table.round, state="closed", record_sha256=None))
    digest = sha256_of(canonical_json(closed))
    return replace(closed, round=replace(closed.round, record_sha256=digest))


def canonical_json(table: ReportTable) -> str:
    """The one text that stands for ``table``: sorted keys, no spare spaces, UTF-8 letters.

    ``record_sha256`` is always null in it, because the text is what the hash is taken of.
    """
    data = to_data(table)
    data["round"]["record_sha256"] = None
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sha256_of(text: str) -> str:
    """Hexadecimal SHA-256 of ``text`` in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def from_record(content: str, sha256: str) -> ReportTable:
    """Read back what a record froze.

    ``content`` is canonical JSON and ``sha256`` its hash, which the table then carries.
    Raises ReportTableError when the content is not a report table, or not what was hashed.
    """
    if sha256_of(content) != sha256:
        raise ReportTableError(f"not what the SHA-256 {sha256} was taken of")
    try:
        data = json.loads(content)
    except ValueError as error:
        raise ReportTableError(f"not JSON: {error}") from error
    table = from_data(data)
    return replace(table, round=replace(table.round, record_sha256=sha256))


def to_data(table: ReportTable) -> dict[str, Any]:
    """``table`` as the JSON object of schema ``tracker.report/1``, made of plain values."""
    return {
        "schema": SCHEMA,
        "plan": {"slug": table.plan.slug, "title": table.plan.title},
        "version": {
            "slug": table.version.slug,
            "symbol": table.version.symbol,
            "session": table.version.session,
            "date": table.version.date,
            "language": table.version.language,
        },
        "round": {
            "as_at": table.round.as_at.isoformat(),
            "label": table.round.label,
            "state": table.round.state,
            "symbol": table.round.symbol,
            "symbol_inferred": table.round.symbol_inferred,
            "session": table.round.session,
            "record_sha256": table.round.record_sha256,
        },
        "cover": {
            "agenda_item": table.cover.agenda_item,
            "title": table.cover.title,
            "paragraphs": [
                {"number": paragraph.number, "text": paragraph.text}
                for paragraph in table.cover.paragraphs
            ],
            "footnotes": [{"mark": note.mark, "text": note.text} for note in table.cover.footnotes],
            "place_date": table.cover.place_date,
        },
        "parts": [_part_data(part) for part in table.parts],
    }


def _part_data(part: PartTable) -> dict[str, Any]:
    return {
        "number": part.number,
        "title": part.title,
        "columns": list(part.columns),
        "issues": [
            {
                "reference": issue.reference,
                "number": issue.number,
                "parent": issue.parent,
                "title": issue.title,
                "context": issue.context,
                "notes": _notes_data(issue.notes),
                "groups": [
                    {
                        "heading": group.heading,
                        "lead_in": group.lead_in,
                        "elements": list(group.elements),
                    }
                    for group in issue.groups
                ],
            }
            for issue in part.issues
        ],
        "elements": [
            {
                "reference": element.reference,
                "issue": element.issue,
                "text": element.text,
                "missing_in_source": element.missing_in_source,
                "notes": _notes_data(element.notes),
                "source": list(element.source),
                "time_frame": element.time_frame,
                "status": element.status,
            }
            for element in part.elements
        ],
        "time_frames": [
            {
                "id": frame.id,
                "text": frame.text,
                "covers": list(frame.covers),
                "rule": rule_data(frame.rule),
            }
            for frame in part.time_frames
        ],
        "statuses": [
            {
                "id": status.id,
                "category": status.category,
                "text": status.text,
                "covers": list(status.covers),
                "schedule": dict(status.schedule),
            }
            for status in part.statuses
        ],
    }


def rule_data(rule: Rule) -> dict[str, str | None]:
    """A time-frame's rule as plain values: dates in ISO 8601, absent ones None."""
    return {
        "kind": rule.kind.value,
        "starts_on": rule.starts_on.isoformat() if rule.starts_on else None,
        "due_on": rule.due_on.isoformat() if rule.due_on else None,
        "recurrence": rule.recurrence.value if rule.recurrence else None,
        "precision": rule.precision.value if rule.precision else None,
        "qualifier": rule.qualifier,
    }


def _notes_data(notes: Sequence[NoteCell]) -> list[dict[str, str]]:
    return [{"text": note.text, "confidence": note.confidence} for note in notes]


def from_data(data: object) -> ReportTable:
    """Read a report table from the JSON object that ``to_data`` makes.

    Raises ReportTableError that names the place where the object has another shape.
    """
    top = _Reader(data, "")
    if top.get("schema", _text) != SCHEMA:
        raise ReportTableError(f"schema: expected {SCHEMA!r}")
    plan, version = top.child("plan"), top.child("version")
    round_, cover = top.child("round"), top.child("cover")
    return ReportTable(
        plan=PlanHead(slug=plan.get("slug", _text), title=plan.get("title", _text)),
        version=VersionHead(
            slug=version.get("slug", _text),
            symbol=version.get("symbol", _text),
            session=version.get("session", _text),
            date=version.get("date", _text_or_none),
            language=version.get("language", _text),
        ),
        round=RoundHead(
            as_at=round_.get("as_at", _date),
            label=round_.get("label", _text),
            state=round_.get("state", _text),
            symbol=round_.get("symbol", _text),
            symbol_inferred=round_.get("symbol_inferred", _flag),
            session=round_.get("session", _text),
            record_sha256=round_.get("record_sha256", _text_or_none),
        ),
        cover=Cover(
            agenda_item=cover.get("agenda_item", _text),
            title=cover.get("title", _text),
            paragraphs=tuple(
                CoverParagraph(number=item.get("number", _text), text=item.get("text", _text))
                for item in cover.children("paragraphs")
            ),
            footnotes=tuple(
                Footnote(mark=item.get("mark", _text), text=item.get("text", _text))
                for item in cover.children("footnotes")
            ),
            place_date=cover.get("place_date", _text),
        ),
        parts=tuple(_part(part) for part in top.children("parts")),
    )


class _Reader:
    """Reads values out of a JSON object, and knows its place for the error message."""

    __slots__ = ("data", "place")

    def __init__(self, data: object, place: str) -> None:
        if not isinstance(data, dict):
            raise ReportTableError(f"{place or 'report'}: expected an object")
        self.data = data
        self.place = place

    def _at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def _value(self, key: str) -> object:
        try:
            return self.data[key]
        except KeyError:
            raise ReportTableError(f"{self._at(key)}: missing") from None

    def get(self, key: str, read: Callable[[object], T]) -> T:
        try:
            return read(self._value(key))
        except (TypeError, ValueError) as error:
            if isinstance(error, ReportTableError):
                raise
            raise ReportTableError(f"{self._at(key)}: {error}") from error

    def child(self, key: str) -> _Reader:
        return _Reader(self._value(key), self._at(key))

    def children(self, key: str) -> list[_Reader]:
        value = self._value(key)
        if not isinstance(value, list):
            raise ReportTableError(f"{self._at(key)}: expected a list")
        place = self._at(key)
        return [_Reader(item, f"{place}[{index}]") for index, item in enumerate(value)]


def _part(part: _Reader) -> PartTable:
    return PartTable(
        number=part.get("number", _text),
        title=part.get("title", _text),
        columns=part.get("columns", _four_texts),
        issues=tuple(_issue(issue) for issue in part.children("issues")),
        elements=tuple(
            ElementCell(
                reference=element.get("reference", _text),
                issue=element.get("issue", _text),
                text=element.get("text", _text),
                missing_in_source=element.get("missing_in_source", _flag),
                notes=_notes(element),
                source=element.get("source", _texts),
                time_frame=element.get("time_frame", _text_or_none),
                status=element.get("status", _text_or_none),
            )
            for element in part.children("elements")
        ),
        time_frames=tuple(
            TimeFrameCell(
                id=frame.get("id", _text),
                text=frame.get("text", _text),
                covers=frame.get("covers", _texts),
                rule=_rule(frame.child("rule")),
            )
            for frame in part.children("time_frames")
        ),
        statuses=tuple(
            StatusCell(
                id=status.get("id", _text),
                category=status.get("category", _text),
                text=status.get("text", _text),
                covers=status.get("covers", _texts),
                schedule=status.get("schedule", _text_map),
            )
            for status in part.children("statuses")
        ),
    )


def _issue(issue: _Reader) -> IssueCell:
    return IssueCell(
        reference=issue.get("reference", _text),
        number=issue.get("number", _text),
        parent=issue.get("parent", _text_or_none),
        title=issue.get("title", _text),
        context=issue.get("context", _text),
        notes=_notes(issue),
        groups=tuple(
            GroupCell(
                heading=group.get("heading", _text_or_none),
                lead_in=group.get("lead_in", _text_or_none),
                elements=group.get("elements", _texts),
            )
            for group in issue.children("groups")
        ),
    )


def _rule(rule: _Reader) -> Rule:
    return Rule(
        kind=rule.get("kind", lambda value: Kind(_text(value))),
        starts_on=rule.get("starts_on", _date_or_none),
        due_on=rule.get("due_on", _date_or_none),
        recurrence=rule.get("recurrence", lambda v: None if v is None else Recurrence(_text(v))),
        precision=rule.get("precision", lambda v: None if v is None else Precision(_text(v))),
        qualifier=rule.get("qualifier", _text),
    )


def _notes(holder: _Reader) -> tuple[NoteCell, ...]:
    return tuple(
        NoteCell(text=note.get("text", _text), confidence=note.get("confidence", _text))
        for note in holder.children("notes")
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("expected a text")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("expected true or false")
    return value


def _date(value: object) -> date:
    return date.fromisoformat(_text(value))


def _date_or_none(value: object) -> date | None:
    return None if value is None else _date(value)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("expected a list")
    return tuple(_text(item) for item in value)


def _four_texts(value: object) -> tuple[str, str, str, str]:
    texts = _texts(value)
    if len(texts) != 4:
        raise ValueError("expected four texts")
    return texts[0], texts[1], texts[2], texts[3]


def _text_map(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise TypeError("expected an object")
    return {_text(key): _text(item) for key, item in value.items()}
