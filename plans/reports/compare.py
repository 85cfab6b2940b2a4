"""What changed between two reports on one plan version, row by row and word by word. Pure.

Statuses are matched by the elements that they cover: beside each element stands what the old
report says of it and what the new one says. Neighbouring elements of which both reports speak in
the same two cells share one cell here too. So a status that covered three elements, and that two
statuses replace, is compared with each of the two, beside the elements that those cover.

The plan's own words are compared as well, since a corrigendum may have changed them in between.
What only the old table has stands in its place, so that the rows of both are there, and
``plans.reports.layout`` can set them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Generic, TypeVar

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
    WordChanges,
    differ,
    has_report,
)
from plans.reports.labels import MISSING_MARK
from plans.reports.table import (
    ElementCell,
    GroupCell,
    IssueCell,
    PartTable,
    ReportTable,
    StatusCell,
    TimeFrameCell,
)
from plans.text import prose
from plans.text.differences import Change, count_words, diff_words, smooth_changes

# -- Merging two tables ----------------------------------------------------------------------------
# Between two rounds a corrigendum may have changed the plan. So that nothing of either table is
# lost, the newer one gives the order, and what only the older one has stands where it stood: after
# that which it followed. What the two have in common is known by its reference.

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Merged(Generic[T]):
    """One thing as the old table has it and as the new one has it; None where it is not there."""

    old: T | None
    new: T | None

    @property
    def shown(self) -> T:
        """What the new table has, or else the old one."""
        item = self.new if self.new is not None else self.old
        if item is None:
            raise ValueError("in neither table")
        return item


@dataclass(frozen=True, slots=True)
class MergedIssue:
    """An issue, and what stands in it in either table, in order.

    Each of ``groups`` names in ``members`` the elements of both tables.
    """

    issue: Merged[IssueCell]
    groups: tuple[MergedGroup, ...]
    elements: tuple[Merged[ElementCell], ...]


@dataclass(frozen=True, slots=True)
class MergedGroup:
    group: Merged[GroupCell]
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MergedPart:
    part: Merged[PartTable]
    issues: tuple[MergedIssue, ...]


def merge_parts(old: Sequence[PartTable], new: Sequence[PartTable]) -> tuple[MergedPart, ...]:
    """The Parts of both tables, told apart by their numbers, with all that is in either."""
    before, after = _TableIndex(old), _TableIndex(new)
    return tuple(
        MergedPart(
            part,
            tuple(
                _merged_issue(issue.shown.reference, before, after)
                for issue in merge(
                    # What stands in another Part of the new table is merged in there.
                    [
                        issue
                        for issue in (part.old.issues if part.old else ())
                        if after.part_of.get(issue.reference, part.shown.number)
                        == part.shown.number
                    ],
                    part.new.issues if part.new else (),
                    lambda issue: issue.reference,
                )
            ),
        )
        for part in merge(old, new, lambda part: part.number)
    )


def merge(old: Sequence[T], new: Sequence[T], key: Callable[[T], Hashable]) -> list[Merged[T]]:
    """Both sequences in one: in the order of ``new``, with what only ``old`` has after that which
    it followed there. What has the same key is the same thing."""
    keys = {key(item) for item in new}
    lost: defaultdict[Hashable, list[T]] = defaultdict(list)
    partners: dict[Hashable, T] = {}
    anchor: Hashable = _FIRST
    for item in old:
        item_key = key(item)
        if item_key in keys:
            partners[item_key] = item
            anchor = item_key
        else:
            lost[anchor].append(item)
    result = [Merged(item, None) for item in lost[_FIRST]]
    for item in new:
        result.append(Merged(partners.get(key(item)), item))
        result += (Merged(item, None) for item in lost[key(item)])
    return result


_FIRST = object()


class _TableIndex:
    """What one table has, by reference."""

    def __init__(self, parts: Sequence[PartTable]) -> None:
        self.issues = {issue.reference: issue for part in parts for issue in part.issues}
        self.part_of = {issue.reference: part.number for part in parts for issue in part.issues}
        self.elements = {element.reference: element for part in parts for element in part.elements}
        self.in_issue: defaultdict[str, list[ElementCell]] = defaultdict(list)
        for element in self.elements.values():
            self.in_issue[element.issue].append(element)


def _merged_issue(reference: str, before: _TableIndex, after: _TableIndex) -> MergedIssue:
    issue = Merged(before.issues.get(reference), after.issues.get(reference))
    elements = merge(
        _not_elsewhere(before.in_issue[reference], reference, after),
        after.in_issue[reference],
        lambda element: element.reference,
    )
    return MergedIssue(
        issue=issue,
        groups=_groups(issue, {element.shown.reference for element in elements}),
        elements=tuple(
            # One that came from another issue has its old words there.
            replace(element, old=before.elements.get(element.shown.reference))
            for element in elements
        ),
    )


def _not_elsewhere(
    elements: Sequence[ElementCell], issue: str, after: _TableIndex
) -> list[ElementCell]:
    return [
        element
        for element in elements
        if (elsewhere := after.elements.get(element.reference)) is None or elsewhere.issue == issue
    ]


def _groups(issue: Merged[IssueCell], elements: set[str]) -> tuple[MergedGroup, ...]:
    """The groups of an issue: one of the new table is that of the old one from which the first of
    their common elements comes."""
    olds = issue.old.groups if issue.old else ()
    news = issue.new.groups if issue.new else ()
    old_of = {reference: index for index, group in enumerate(olds) for reference in group.elements}
    old_keys: dict[int, Hashable] = {}
    new_keys: dict[int, Hashable] = {}
    for index, group in enumerate(news):
        partner = next((old_of[name] for name in group.elements if name in old_of), None)
        if partner is None and not group.elements and index < len(olds):
            partner = None if olds[index].elements else index
        if partner is not None and partner not in old_keys:
            old_keys[partner] = new_keys[index] = ("both", partner)
    pairs = merge(
        [(old_keys.get(index, ("old", index)), group) for index, group in enumerate(olds)],
        [(new_keys.get(index, ("new", index)), group) for index, group in enumerate(news)],
        lambda pair: pair[0],
    )
    named = {reference for group in news for reference in group.elements}
    merged = []
    for pair in pairs:
        old, new = pair.old[1] if pair.old else None, pair.new[1] if pair.new else None
        here = set(new.elements) if new else set()
        lost = [
            reference
            for reference in (old.elements if old else ())
            if reference in elements and (reference in here or reference not in named)
        ]
        members = merge(lost, new.elements if new else (), lambda name: name)
        merged.append(MergedGroup(Merged(old, new), tuple(member.shown for member in members)))
    return tuple(merged)


# -- Comparing -------------------------------------------------------------------------------------


def compare(old: ReportTable, new: ReportTable) -> Comparison:
    """Compare two reports on one plan version, ``old`` being the one to be read first.

    Never raises. That they are on one version is for the caller to know: a record keeps the names
    that plan and version had when it was made, and those may have changed.
    """
    return _Comparer(old, new).comparison()


def _word_changes(old: str, new: str) -> WordChanges:
    """What changed of a narrative, a context, a heading or a time-frame."""
    if old == new:
        text = prose.clean(new)
        return (Change("same", text),) if text else ()
    return smooth_changes(diff_words(old, new))


def _title_changes(old: str, new: str) -> WordChanges:
    """What changed of a title or an element, whose line breaks stay when nothing did."""
    if old == new:
        return (Change("same", new),) if new else ()
    return _word_changes(old, new)


C = TypeVar("C", StatusCell, TimeFrameCell)
# What an element has in the fourth column, or in the third: a cell's id in the old table and in
# the new one, and in which tables the element is.
_Place = tuple[str | None, str | None, bool, bool]


class _Comparer:
    """Compares two tables. What is looked up by element is laid ready first."""

    def __init__(self, old: ReportTable, new: ReportTable) -> None:
        self._old, self._new = old, new
        self._parts = merge_parts(old.parts, new.parts)
        self._elements = {
            element.shown.reference: element
            for part in self._parts
            for issue in part.issues
            for element in issue.elements
        }
        self._statuses = _Cells(
            {status.id: status for part in old.parts for status in part.statuses},
            {status.id: status for part in new.parts for status in part.statuses},
            {name: _place(one, attrgetter("status")) for name, one in self._elements.items()},
        )
        self._frames = _Cells(
            {frame.id: frame for part in old.parts for frame in part.time_frames},
            {frame.id: frame for part in new.parts for frame in part.time_frames},
            {name: _place(one, attrgetter("time_frame")) for name, one in self._elements.items()},
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
        words = _word_changes(old.text if old else "", new.text if new else "")
        return StatusChange(
            old=old,
            new=new,
            covers=self._statuses.covers[place],
            words=words,
            outcome=self._outcome(old, new, words, place),
            regrouped=self._regrouped(old, new),
        )

    def _outcome(
        self, old: StatusCell | None, new: StatusCell | None, words: WordChanges, place: _Place
    ) -> Outcome:
        before, after = old is not None and has_report(old), new is not None and has_report(new)
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
        if old is None or new is None or not (has_report(old) and has_report(new)):
            return False
        return self._covered_then[old.id] != self._covered_now[new.id]

    def _frame_change(self, place: _Place) -> FrameChange:
        old, new = self._frames.of(place)
        return FrameChange(
            old, new, _word_changes(old.text if old else "", new.text if new else "")
        )

    def _element_change(
        self,
        name: str,
        element: Merged[ElementCell],
        statuses: Mapping[str, StatusChange],
        frames: Mapping[str, FrameChange],
    ) -> ElementChange:
        words = _title_changes(_printed(element.old), _printed(element.new))
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
        part: MergedPart,
        issues: dict[str, IssueChange],
        groups: dict[GroupCell, GroupChange],
    ) -> PartTable:
        names = [element.shown.reference for issue in part.issues for element in issue.elements]
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
        by_place: defaultdict[_Place, list[str]] = defaultdict(list)
        for name, place in places.items():
            if place[:2] != (None, None):
                by_place[place].append(name)
        self.covers = {place: tuple(names) for place, names in by_place.items()}
        self.ids = {place: f"change-{number}" for number, place in enumerate(by_place, 1)}

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


def _place(element: Merged[ElementCell], cell_of: Callable[[ElementCell], str | None]) -> _Place:
    old, new = element.old, element.new
    return (
        cell_of(old) if old else None,
        cell_of(new) if new else None,
        old is not None,
        new is not None,
    )


def _printed(element: ElementCell | None) -> str:
    if element is None:
        return ""
    return MISSING_MARK if element.missing_in_source else element.text


def _element(
    element: Merged[ElementCell], frame_id: str | None, status_id: str | None
) -> ElementCell:
    return replace(element.shown, time_frame=frame_id, status=status_id)


def _issue(
    merge: MergedIssue, issues: dict[str, IssueChange], groups: dict[GroupCell, GroupChange]
) -> IssueCell:
    """The issue of both tables; what changed of it goes into ``issues`` and ``groups``."""
    old, new = merge.issue.old, merge.issue.new
    shown = merge.issue.shown
    issues[shown.reference] = IssueChange(
        title=_title_changes(old.title if old else "", new.title if new else ""),
        context=_word_changes(old.context if old else "", new.context if new else ""),
    )
    merged_groups = []
    for group in merge.groups:
        before, after = group.group.old, group.group.new
        heading = (before and before.heading) or "", (after and after.heading) or ""
        lead_in = (before and before.lead_in) or "", (after and after.lead_in) or ""
        # A row is there for what either table has.
        merged_groups.append(
            GroupCell(
                heading=heading[1] or heading[0] or None,
                lead_in=lead_in[1] or lead_in[0] or None,
                elements=group.members,
            )
        )
        groups[merged_groups[-1]] = GroupChange(_word_changes(*heading), _word_changes(*lead_in))
    context = shown.context or (old.context if old else "")
    return replace(shown, context=context, groups=tuple(merged_groups))


def _counts(elements: Iterable[ElementChange], statuses: Iterable[StatusChange]) -> Counts:
    changes = list(elements)
    outcomes = Counter(change.outcome for change in changes)
    traits = Counter(trait for change in changes for trait in change.traits)
    words = [
        count_words(status.words) for status in statuses if status.outcome is not Outcome.AWAITED
    ]
    return Counts(
        elements=len(changes),
        changed=sum(change.changed for change in changes),
        outcomes={outcome: outcomes[outcome] for outcome in Outcome},
        traits={trait: traits[trait] for trait in Trait},
        removed_words=sum(removed for removed, _ in words),
        added_words=sum(added for _, added in words),
    )
