"""The outline: the plan and, where the document has one, its round, as frozen values.

Every text carries the ids of the blocks it came from. ``outlining`` builds them of a draft.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from plans.reading.draft import Anomaly, Note, Piece


@dataclass(frozen=True, slots=True)
class OutlineElement:
    reference: str
    text: str
    missing: bool
    piece: str
    sources: tuple[str, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class OutlineGroup:
    """``heading`` and ``lead_in`` are "" where there are none."""

    heading: str
    lead_in: str
    elements: tuple[OutlineElement, ...]


@dataclass(frozen=True, slots=True)
class OutlineTimeFrame:
    """``covers`` are references of elements of one issue."""

    text: str
    covers: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutlineIssue:
    """``printed_number`` is as printed, ``number`` the same without a final full stop; ``parent``
    is a reference or None; ``piece`` is the id of the heading."""

    reference: str
    piece: str
    number: str
    printed_number: str
    parent: str | None
    title: str
    context: str
    sources: tuple[str, ...]
    notes: tuple[Note, ...]
    groups: tuple[OutlineGroup, ...]
    time_frames: tuple[OutlineTimeFrame, ...]

    def elements(self) -> Iterable[OutlineElement]:
        for group in self.groups:
            yield from group.elements


@dataclass(frozen=True, slots=True)
class OutlinePart:
    """``columns`` are the three or four column headings; ``printed_heading`` is the whole line
    from which number and title were read."""

    number: str
    title: str
    printed_heading: str
    columns: tuple[str, ...]
    issues: tuple[OutlineIssue, ...]


@dataclass(frozen=True, slots=True)
class OutlineStatus:
    """``text`` is a narrative in the plain text of ``plans.text.prose``; ``category`` is None where
    nobody has set one."""

    text: str
    category: str | None
    covers: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutlineCover:
    """``paragraphs`` are (number, text), the number without its full stop; ``footnotes`` are
    (mark, text)."""

    agenda_item: str
    title: str
    paragraphs: tuple[tuple[str, str], ...]
    footnotes: tuple[tuple[str, str], ...]
    place_date: str


@dataclass(frozen=True, slots=True)
class Outline:
    """``placements`` tells for every placed piece what holds it: its role and references."""

    cover: OutlineCover
    parts: tuple[OutlinePart, ...]
    statuses: tuple[OutlineStatus, ...]
    anomalies: tuple[Anomaly, ...]
    unplaced: tuple[Piece, ...]
    placements: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def has_round(self) -> bool:
        """True when the document has a status column."""
        return any(len(part.columns) > 3 for part in self.parts)

    @property
    def round_label(self) -> str:
        """The heading of the status column, "" where there is none."""
        return next((part.columns[3] for part in self.parts if len(part.columns) > 3), "")

    def issues(self) -> Iterable[OutlineIssue]:
        for part in self.parts:
            yield from part.issues

    def elements(self) -> Iterable[OutlineElement]:
        for issue in self.issues():
            yield from issue.elements()
