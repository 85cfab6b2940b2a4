"""What changed between two reports on one plan version, row by row and word by word. Pure.

Statuses are matched by the elements that they cover: beside each element stands what the old
report says of it and what the new one says. Neighbouring elements of which both reports speak in
the same two cells share one cell here too. So a status that covered three elements, and that two
statuses replace, is compared with each of the two, beside the elements that those cover.

The plan's own words are compared as well, since a corrigendum may have changed them in between.
What only the old table has stands in its place (``plans.reports.weave``), so that the rows of both
are there, and ``plans.reports.layout`` can set them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Generic, TypeVar

from plans import prose
from plans.reports.changes import (
    Comparison,
    Counts,
    ElementChange,
    FrameChange,
    GroupChange,
    IssueChange,
    Outcome,
    StatusChange,
    Trait,
    View,
    Words,
    differ,
    reports,
)
from plans.reports.diff import Change, count_words, diff_words, smoothed
from plans.reports.table import (
    ElementCell,
    GroupCell,
    IssueCell,
    PartTable,
    ReportTable,
    StatusCell,
    TimeFrameCell,
)
from plans.reports.weave import Woven, WovenIssue, WovenPart, weave
from plans.reports.words import MISSING_MARK


def compare(old: ReportTable, new: ReportTable) -> Comparison:
    """Compare two reports on one plan version, ``old`` being the one to be read first.

    Never raises. That they are on one version is for the caller to know: a record keeps the names
    that plan and version had when it was made, and those may have changed.
    """
    return _Comparer(old, new).comparison()


def _words(old: str, new: str) -> Words:
    """What changed of a narrative, a context, a heading or a time-frame."""
    if old == new:
        text = prose.clean(new)
        return (Change("same", text),) if text else ()
    return smoothed(diff_words(old, new))


def _short_words(old: str, new: str) -> Words:
    """What changed of a title or an element, whose line breaks stay when nothing did."""
    if old == new:
        return (Change("same", new),) if new else ()
    return _words(old, new)


C = TypeVar("C", StatusCell, TimeFrameCell)
# What an element has in the fourth column, or in the third: a cell's id in the old table and in
# the new one, and in which tables the element is.
_Place = tuple[str | None, str | None, bool, bool]


class _Comparer:
    """Compares two tables. What is looked up by element is laid ready first."""

    def __init__(self, old: ReportTable, new: ReportTable) -> None:
        self._old, self._new = old, new
        self._parts = weave(old.parts, new.parts)
        self._elements = {
            element.shown.reference: element
            for part in self._parts
            for issue in part.issues
            for element in issue.elements
        }
        self._statuses = _Cells(
            {status.id: status for part in old.parts for status in part.statuses},
            {status.id: status for part in new.parts for status in part.statuses},
            {name: _place(one, _status_of) for name, one in self._elements.items()},
        )
        self._frames = _Cells(
            {frame.id: frame for part in old.parts for frame in part.time_frames},
            {frame.id: frame for part in new.parts for frame in part.time_frames},
            {name: _place(one, _frame_of) for name, one in self._elements.items()},
        )
        both = {name for name, element in self._elements.items() if element.old and element.new}
        self._covered_then = _covered(old, both)
        self._covered_now = _covered(new, both)

    def comparison(self) -> Comparison:
        statuses = {
            cell_id: self._status_change(place) for place, cell_id in self._statuses.ids.items()
        }
        frames = {cell_id: self._frame_change(place) for place, cell_id in self._frames.ids.items()}
        elements = {
            name: self._element_change(name, element, statuses, frames)
            for name, element in self._elements.items()
        }
        issues: dict[str, IssueChange] = {}
        groups: dict[GroupCell, GroupChange] = {}
        parts = tuple(self._part(part, issues, groups) for part in self._parts)
        return Comparison(
            old=self._old,
            new=self._new,
            shown=View.ALL,
            parts=parts,
            statuses=statuses,
            time_frames=frames,
            elements=elements,
            issues=issues,
            groups=groups,
            counts=_counts(elements.values(), statuses.values()),
        )

    def _status_change(self, place: _Place) -> StatusChange:
        old, new = self._statuses.of(place)
        words = _words(old.text if old else "", new.text if new else "")
        return StatusChange(
            old=old,
            new=new,
            covers=self._statuses.covers[place],
            words=words,
            outcome=self._outcome(old, new, words, place),
            regrouped=self._regrouped(old, new),
        )

    def _outcome(
        self, old: StatusCell | None, new: StatusCell | None, words: Words, place: _Place
    ) -> Outcome:
        before, after = old is not None and reports(old), new is not None and reports(new)
        if old is not None and new is not None and before and after:
            if differ(words):
                return Outcome.REWORDED
            same = old.category == new.category
            return Outcome.UNCHANGED if same else Outcome.RECATEGORISED
        _, _, was_there, is_there = place
        for table, there, says in (
            (self._old, was_there, before),
            (self._new, is_there, after),
        ):
            if table.round.state == "open" and there and not says:
                return Outcome.AWAITED
        if before or after:
            return Outcome.NEWLY_REPORTED if after else Outcome.NO_LONGER_REPORTED
        return Outcome.NEVER_REPORTED

    def _regrouped(self, old: StatusCell | None, new: StatusCell | None) -> bool:
        """Whether two statuses that say something cover other elements, of those in both tables."""
        if old is None or new is None or not (reports(old) and reports(new)):
            return False
        return self._covered_then[old.id] != self._covered_now[new.id]

    def _frame_change(self, place: _Place) -> FrameChange:
        old, new = self._frames.of(place)
        return FrameChange(old, new, _words(old.text if old else "", new.text if new else ""))

    def _element_change(
        self,
        name: str,
        element: Woven[ElementCell],
        statuses: Mapping[str, StatusChange],
        frames: Mapping[str, FrameChange],
    ) -> ElementChange:
        words = _short_words(_printed(element.old), _printed(element.new))
        status_id, frame_id = self._statuses.id_of(name), self._frames.id_of(name)
        frame = frames[frame_id] if frame_id is not None else None
        traits: set[Trait] = set()
        if differ(words) or not (element.old and element.new) or (frame and differ(frame.words)):
            traits.add(Trait.WORDING)
        if status_id is None:
            outcome = self._outcome(None, None, (), self._statuses.places[name])
        else:
            status = statuses[status_id]
            outcome = status.outcome
            then, now = status.schedule(name)
            if status.recategorised:
                traits.add(Trait.CATEGORY)
            if status.regrouped:
                traits.add(Trait.GROUPING)
            if outcome is not Outcome.AWAITED and then and now and then != now:
                traits.add(Trait.SCHEDULE)
        return ElementChange(words, outcome, frozenset(traits))

    def _part(
        self,
        part: WovenPart,
        issues: dict[str, IssueChange],
        groups: dict[GroupCell, GroupChange],
    ) -> PartTable:
        names = [one.shown.reference for issue in part.issues for one in issue.elements]
        shown = part.part.shown
        return PartTable(
            number=shown.number,
            title=shown.title,
            columns=shown.columns,
            issues=tuple(_issue(issue, issues, groups) for issue in part.issues),
            elements=tuple(
                _element(self._elements[name], self._frames.id_of(name), self._statuses.id_of(name))
                for name in names
            ),
            time_frames=tuple(
                TimeFrameCell(cell_id, cell.text, covers, cell.rule)
                for cell_id, cell, covers in self._frames.first_among(names)
            ),
            statuses=tuple(
                StatusCell(cell_id, cell.category, cell.text, covers, cell.schedule)
                for cell_id, cell, covers in self._statuses.first_among(names)
            ),
        )


class _Cells(Generic[C]):
    """The cells of one column in both tables, made into cells of the comparison.

    ``places`` says of each element, in order, which cells it has. Elements of one place share a
    cell; those that have none in either table have none here.
    """

    def __init__(
        self, old: Mapping[str, C], new: Mapping[str, C], places: Mapping[str, _Place]
    ) -> None:
        self._old: Mapping[str, C] = old
        self._new: Mapping[str, C] = new
        self.places = places
        found: defaultdict[_Place, list[str]] = defaultdict(list)
        for name, place in places.items():
            if place[:2] != (None, None):
                found[place].append(name)
        self.covers = {place: tuple(names) for place, names in found.items()}
        self.ids = {place: f"change-{number}" for number, place in enumerate(found, 1)}

    def of(self, place: _Place) -> tuple[C | None, C | None]:
        old, new, *_ = place
        return self._old.get(old or ""), self._new.get(new or "")

    def id_of(self, name: str) -> str | None:
        return self.ids.get(self.places[name])

    def first_among(self, names: Iterable[str]) -> Iterator[tuple[str, C, tuple[str, ...]]]:
        """The cells whose first element is among ``names``: id, the newest cell, and elements."""
        for name in names:
            place = self.places[name]
            if place in self.ids and self.covers[place][0] == name:
                old, new = self.of(place)
                cell = new if new is not None else old
                if cell is not None:
                    yield self.ids[place], cell, self.covers[place]


def _covered(table: ReportTable, among: set[str]) -> dict[str, frozenset[str]]:
    """Which of the elements ``among`` each status covers, by its id."""
    return {
        status.id: frozenset(among.intersection(status.covers))
        for part in table.parts
        for status in part.statuses
    }


def _place(element: Woven[ElementCell], cell_of: Callable[[ElementCell], str | None]) -> _Place:
    old, new = element.old, element.new
    return (
        cell_of(old) if old else None,
        cell_of(new) if new else None,
        old is not None,
        new is not None,
    )


def _status_of(element: ElementCell) -> str | None:
    return element.status


def _frame_of(element: ElementCell) -> str | None:
    return element.time_frame


def _printed(element: ElementCell | None) -> str:
    if element is None:
        return ""
    return MISSING_MARK if element.missing_in_source else element.text


def _element(
    element: Woven[ElementCell], frame_id: str | None, status_id: str | None
) -> ElementCell:
    return replace(element.shown, time_frame=frame_id, status=status_id)


def _issue(
    woven: WovenIssue, issues: dict[str, IssueChange], groups: dict[GroupCell, GroupChange]
) -> IssueCell:
    """The issue of both tables; what changed of it goes into ``issues`` and ``groups``."""
    old, new = woven.issue.old, woven.issue.new
    shown = woven.issue.shown
    issues[shown.reference] = IssueChange(
        title=_short_words(old.title if old else "", new.title if new else ""),
        context=_words(old.context if old else "", new.context if new else ""),
    )
    found = []
    for group in woven.groups:
        before, after = group.group.old, group.group.new
        heading = (before and before.heading) or "", (after and after.heading) or ""
        lead_in = (before and before.lead_in) or "", (after and after.lead_in) or ""
        # A row is there for what either table has.
        found.append(
            GroupCell(
                heading=heading[1] or heading[0] or None,
                lead_in=lead_in[1] or lead_in[0] or None,
                elements=group.members,
            )
        )
        groups[found[-1]] = GroupChange(_words(*heading), _words(*lead_in))
    context = shown.context or (old.context if old else "")
    return replace(shown, context=context, groups=tuple(found))


def _counts(elements: Iterable[ElementChange], statuses: Iterable[StatusChange]) -> Counts:
    found = list(elements)
    outcomes = Counter(change.outcome for change in found)
    traits = Counter(trait for change in found for trait in change.traits)
    words = [
        count_words(status.words) for status in statuses if status.outcome is not Outcome.AWAITED
    ]
    return Counts(
        elements=len(found),
        changed=sum(change.changed for change in found),
        outcomes={outcome: outcomes[outcome] for outcome in Outcome},
        traits={trait: traits[trait] for trait in Trait},
        removed_words=sum(removed for removed, _ in words),
        added_words=sum(added for _, added in words),
    )
