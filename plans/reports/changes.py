"""The values of a comparison of two reports: what became of every element, cell and word. Pure.

``plans.reports.compare`` makes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from plans.reports.table import (
    GroupCell,
    IssueCell,
    PartTable,
    ReportTable,
    StatusCell,
    TimeFrameCell,
)
from plans.text.categories import Category
from plans.text.differences import Change

WordChanges = tuple[Change, ...]
C = TypeVar("C", StatusCell, TimeFrameCell)


class Outcome(StrEnum):
    """What became of what is reported on an element. Each element has one.

    ``RECATEGORISED``: the words stay and the category is another one. ``AWAITED``: a round is
    still open and says nothing of the element yet, or nothing that whoever asks may see.
    """

    NEWLY_REPORTED = "new"
    REWORDED = "reworded"
    RECATEGORISED = "recategorised"
    NO_LONGER_REPORTED = "dropped"
    UNCHANGED = "unchanged"
    AWAITED = "awaited"
    NEVER_REPORTED = "never"


class Trait(StrEnum):
    """What else may have changed with an element; any number of these.

    ``GROUPING``: what is reported on it is reported together with other elements than before.
    ``WORDING``: its own words or those of its time-frame, or it came to the plan or left it.
    """

    CATEGORY = "category"
    SCHEDULE = "schedule"
    GROUPING = "grouping"
    WORDING = "wording"


class View(StrEnum):
    """Which elements are shown, beside those of one Outcome or Trait alone.

    ``CHANGES``: all of which anything changed but the schedule state, which time changes too.
    """

    CHANGES = "changes"
    ALL = "all"


Shown = View | Outcome | Trait


def shown_named(name: str) -> Shown | None:
    """The view, outcome or trait of this name; no two have the same. None when there is none."""
    return next((shown for kind in (View, Outcome, Trait) for shown in kind if shown == name), None)


_NEWS = frozenset(
    {
        Outcome.NEWLY_REPORTED,
        Outcome.REWORDED,
        Outcome.RECATEGORISED,
        Outcome.NO_LONGER_REPORTED,
    }
)


@dataclass(frozen=True, slots=True)
class FrameChange:
    """Two time-frames of the same elements, one of them perhaps None."""

    old: TimeFrameCell | None
    new: TimeFrameCell | None
    words: WordChanges


@dataclass(frozen=True, slots=True)
class StatusChange:
    """Two statuses of the same elements, one of them perhaps None.

    ``covers`` are the elements that both cover, in order. The words that are the same or removed
    make up the old status, those that are the same or added the new one.
    """

    old: StatusCell | None
    new: StatusCell | None
    covers: tuple[str, ...]
    words: WordChanges
    outcome: Outcome
    regrouped: bool

    @property
    def categories(self) -> tuple[str | None, str | None]:
        """The old and the new category; None where nothing was reported."""
        return _category(self.old), _category(self.new)

    @property
    def recategorised(self) -> bool:
        old, new = self.categories
        return None not in (old, new) and old != new

    def schedule(self, reference: str) -> tuple[str | None, str | None]:
        """The schedule state of an element that it covers, then and now; None for unknown."""
        return (
            self.old.schedule.get(reference) if self.old else None,
            self.new.schedule.get(reference) if self.new else None,
        )


@dataclass(frozen=True, slots=True)
class ElementChange:
    """What changed with one element. ``words`` are its own."""

    words: WordChanges
    outcome: Outcome
    traits: frozenset[Trait]

    @property
    def changed(self) -> bool:
        """Whether anything changed but its schedule state."""
        return self.outcome in _NEWS or not self.traits <= {Trait.SCHEDULE}

    def belongs_to(self, shown: Shown) -> bool:
        if isinstance(shown, View):
            return shown is View.ALL or self.changed
        return shown is self.outcome if isinstance(shown, Outcome) else shown in self.traits


@dataclass(frozen=True, slots=True)
class IssueChange:
    title: WordChanges
    context: WordChanges


@dataclass(frozen=True, slots=True)
class GroupChange:
    heading: WordChanges
    lead_in: WordChanges


@dataclass(frozen=True, slots=True)
class Counts:
    """How many elements there are, of each outcome and trait, and the words of the statuses."""

    elements: int
    changed: int
    outcomes: Mapping[Outcome, int]
    traits: Mapping[Trait, int]
    removed_words: int
    added_words: int

    def of(self, shown: Shown) -> int:
        """How many elements a view holds."""
        if isinstance(shown, View):
            return self.elements if shown is View.ALL else self.changed
        return self.outcomes[shown] if isinstance(shown, Outcome) else self.traits[shown]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two reports in one.

    ``parts`` are Parts of a report table, to be laid out as one. A status or time-frame in them
    stands for a StatusChange or FrameChange, by its id; issues and elements are looked up by their
    references, groups by themselves. ``counts`` are of all elements, whatever ``parts`` show.
    """

    old: ReportTable
    new: ReportTable
    shown: Shown
    parts: tuple[PartTable, ...]
    statuses: Mapping[str, StatusChange]
    time_frames: Mapping[str, FrameChange]
    elements: Mapping[str, ElementChange]
    issues: Mapping[str, IssueChange]
    groups: Mapping[GroupCell, GroupChange]
    counts: Counts


def filter_comparison(comparison: Comparison, shown: Shown) -> Comparison:
    """The comparison with those elements only that belong to ``shown``.

    Their issues stay, and the headings and contexts without which they could not be understood;
    where wording is shown, so does an issue or group of which only the own words changed.
    """
    if shown is View.ALL:
        return replace(comparison, shown=shown)
    return _Filter(comparison, shown).filtered()


class _Filter:
    def __init__(self, comparison: Comparison, shown: Shown) -> None:
        self._whole = comparison
        self._shown = shown
        self._own_words = shown in (View.CHANGES, Trait.WORDING)
        self._shown_elements = {
            reference
            for reference, change in comparison.elements.items()
            if change.belongs_to(shown)
        }
        self._groups: dict[GroupCell, GroupChange] = {}
        parts = comparison.parts
        # The cells that have no place yet: a cell stands in the Part of its first element.
        self._statuses = {cell.id: cell for part in parts for cell in part.statuses}
        self._frames = {cell.id: cell for part in parts for cell in part.time_frames}

    def filtered(self) -> Comparison:
        parts = tuple(
            filtered for part in self._whole.parts if (filtered := self._part(part)).issues
        )
        return replace(self._whole, shown=self._shown, parts=parts, groups=self._groups)

    def _part(self, part: PartTable) -> PartTable:
        elements = tuple(
            element for element in part.elements if element.reference in self._shown_elements
        )
        filled = {element.issue for element in elements}
        shown_issues: dict[str, IssueCell] = {}
        headed: set[str | None] = set()
        # A parent stands before its sub-issues, so they are met first from the end.
        for issue in reversed(part.issues):
            groups = self._of(issue)
            own = self._whole.issues[issue.reference]
            if groups or issue.reference in filled or self._reworded(own.title, own.context):
                shown_issues[issue.reference] = replace(issue, groups=groups)
            elif issue.reference in headed:
                shown_issues[issue.reference] = replace(issue, context="", groups=())
            else:
                continue
            headed.add(issue.parent)
        return replace(
            part,
            issues=tuple(reversed(shown_issues.values())),
            elements=elements,
            statuses=_taken(self._statuses, [element.status for element in elements]),
            time_frames=_taken(self._frames, [element.time_frame for element in elements]),
        )

    def _of(self, issue: IssueCell) -> tuple[GroupCell, ...]:
        groups = []
        for group in issue.groups:
            change = self._whole.groups[group]
            members = tuple(name for name in group.elements if name in self._shown_elements)
            if members or self._reworded(change.heading, change.lead_in):
                groups.append(replace(group, elements=members))
                self._groups[groups[-1]] = change
        return tuple(groups)

    def _reworded(self, *texts: WordChanges) -> bool:
        return self._own_words and any(differ(words) for words in texts)


def _taken(cells: dict[str, C], ids: Iterable[str | None]) -> tuple[C, ...]:
    """Those of ``cells`` that ``ids`` name, in that order, taken out of them."""
    return tuple(cells.pop(name) for name in ids if name is not None and name in cells)


def differ(words: WordChanges) -> bool:
    """Whether any word came or went."""
    return any(change.kind != "same" for change in words)


def _category(status: StatusCell | None) -> str | None:
    return status.category if status is not None and has_report(status) else None


def has_report(status: StatusCell) -> bool:
    """Whether a status says anything: an empty one of a round may stand for “not reported”."""
    return bool(status.text.strip()) or status.category != Category.NOT_REPORTED
