"""The report table: the one value that every writer takes.

A report table holds one round of one plan version, whole: cover, Parts, issues, elements,
time-frames and statuses. It is frozen and knows nothing of the database. Texts are plain text.
Its JSON form is in ``plans.reports.canonical``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from plans.text.timeframes import Rule


@dataclass(frozen=True, slots=True)
class PlanHead:
    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class VersionHead:
    """``date`` is ISO 8601 as far as it is known: a day, a month, a year, or None."""

    slug: str
    symbol: str
    session: str
    date: str | None
    language: str


@dataclass(frozen=True, slots=True)
class RoundHead:
    """``state`` is "open" or "closed"; ``record_sha256`` is None while the round is open."""

    as_at: date
    label: str
    state: str
    symbol: str
    symbol_inferred: bool
    session: str
    record_sha256: str | None

    @property
    def stated_symbol(self) -> str:
        """The symbol that the document prints; "" where it was inferred, or there is none."""
        return "" if self.symbol_inferred else self.symbol


@dataclass(frozen=True, slots=True)
class CoverParagraph:
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Footnote:
    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Cover:
    agenda_item: str
    title: str
    paragraphs: tuple[CoverParagraph, ...]
    footnotes: tuple[Footnote, ...]
    place_date: str


@dataclass(frozen=True, slots=True)
class NoteCell:
    """An editorial note; ``confidence`` is "high", "medium" or "low"."""

    text: str
    confidence: str


@dataclass(frozen=True, slots=True)
class GroupCell:
    """``elements`` are references, in order."""

    heading: str | None
    lead_in: str | None
    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IssueCell:
    """``parent`` is the reference of the parent issue; ``context`` is "" where there is none."""

    reference: str
    number: str
    parent: str | None
    title: str
    context: str
    notes: tuple[NoteCell, ...]
    groups: tuple[GroupCell, ...]


@dataclass(frozen=True, slots=True)
class ElementCell:
    """``time_frame`` and ``status`` are ids of cells, perhaps (status) of an earlier Part."""

    reference: str
    issue: str
    text: str
    missing_in_source: bool
    notes: tuple[NoteCell, ...]
    source: tuple[str, ...]
    time_frame: str | None
    status: str | None


@dataclass(frozen=True, slots=True)
class TimeFrameCell:
    """``covers`` are element references, in order."""

    id: str
    text: str
    covers: tuple[str, ...]
    rule: Rule


@dataclass(frozen=True, slots=True)
class StatusCell:
    """``schedule`` maps each covered reference to its schedule state at the round's date."""

    id: str
    category: str
    text: str
    covers: tuple[str, ...]
    schedule: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PartTable:
    """``columns`` are the four headings, the last being the round's label."""

    number: str
    title: str
    columns: tuple[str, str, str, str]
    issues: tuple[IssueCell, ...]
    elements: tuple[ElementCell, ...]
    time_frames: tuple[TimeFrameCell, ...]
    statuses: tuple[StatusCell, ...]


@dataclass(frozen=True, slots=True)
class ReportTable:
    plan: PlanHead
    version: VersionHead
    round: RoundHead
    cover: Cover
    parts: tuple[PartTable, ...]

    @property
    def title(self) -> str:
        """The title on the cover, or else the plan's."""
        return self.cover.title or self.plan.title
