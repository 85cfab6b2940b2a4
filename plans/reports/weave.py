"""Two report tables of one plan version woven into one structure. Pure.

Between two rounds a corrigendum may have changed the plan. So that nothing of either table is
lost, the newer one gives the order, and what only the older one has stands where it stood: after
that which it followed. What the two have in common is told by references.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from plans.reports.table import ElementCell, GroupCell, IssueCell, PartTable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Woven(Generic[T]):
    """One thing as the old table has it and as the new one has it; None where it is not there."""

    old: T | None
    new: T | None

    @property
    def shown(self) -> T:
        """What the new table has, or else the old one."""
        found = self.new if self.new is not None else self.old
        if found is None:
            raise ValueError("in neither table")
        return found


@dataclass(frozen=True, slots=True)
class WovenIssue:
    """An issue, and what stands in it in either table, in order.

    Each of ``groups`` names in ``members`` the elements of both tables.
    """

    issue: Woven[IssueCell]
    groups: tuple[WovenGroup, ...]
    elements: tuple[Woven[ElementCell], ...]


@dataclass(frozen=True, slots=True)
class WovenGroup:
    group: Woven[GroupCell]
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WovenPart:
    part: Woven[PartTable]
    issues: tuple[WovenIssue, ...]


def weave(old: Sequence[PartTable], new: Sequence[PartTable]) -> tuple[WovenPart, ...]:
    """The Parts of both tables, told apart by their numbers, with all that is in either."""
    before, after = _Index(old), _Index(new)
    return tuple(
        WovenPart(
            part,
            tuple(
                _issue(issue.shown.reference, before, after)
                for issue in woven(
                    # What stands in another Part of the new table is woven in there.
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
        for part in woven(old, new, lambda part: part.number)
    )


def woven(old: Sequence[T], new: Sequence[T], key: Callable[[T], Hashable]) -> list[Woven[T]]:
    """Both sequences in one: in the order of ``new``, with what only ``old`` has after that which
    it followed there. What has the same key is the same thing."""
    keys = {key(item) for item in new}
    lost: defaultdict[Hashable, list[T]] = defaultdict(list)
    partners: dict[Hashable, T] = {}
    anchor: Hashable = _FIRST
    for item in old:
        found = key(item)
        if found in keys:
            partners[found] = item
            anchor = found
        else:
            lost[anchor].append(item)
    result = [Woven(item, None) for item in lost[_FIRST]]
    for item in new:
        result.append(Woven(partners.get(key(item)), item))
        result += (Woven(item, None) for item in lost[key(item)])
    return result


_FIRST = object()


class _Index:
    """What one table has, by reference."""

    def __init__(self, parts: Sequence[PartTable]) -> None:
        self.issues = {issue.reference: issue for part in parts for issue in part.issues}
        self.part_of = {issue.reference: part.number for part in parts for issue in part.issues}
        self.elements = {element.reference: element for part in parts for element in part.elements}
        self.in_issue: defaultdict[str, list[ElementCell]] = defaultdict(list)
        for element in self.elements.values():
            self.in_issue[element.issue].append(element)


def _issue(reference: str, before: _Index, after: _Index) -> WovenIssue:
    issue = Woven(before.issues.get(reference), after.issues.get(reference))
    elements = woven(
        _not_elsewhere(before.in_issue[reference], reference, after),
        after.in_issue[reference],
        lambda element: element.reference,
    )
    return WovenIssue(
        issue=issue,
        groups=_groups(issue, {element.shown.reference for element in elements}),
        elements=tuple(
            # One that came from another issue has its old words there.
            replace(element, old=before.elements.get(element.shown.reference))
            for element in elements
        ),
    )


def _not_elsewhere(elements: Sequence[ElementCell], issue: str, after: _Index) -> list[ElementCell]:
    return [
        element
        for element in elements
        if (found := after.elements.get(element.reference)) is None or found.issue == issue
    ]


def _groups(issue: Woven[IssueCell], elements: set[str]) -> tuple[WovenGroup, ...]:
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
    pairs = woven(
        [(old_keys.get(index, ("old", index)), group) for index, group in enumerate(olds)],
        [(new_keys.get(index, ("new", index)), group) for index, group in enumerate(news)],
        lambda pair: pair[0],
    )
    named = {reference for group in news for reference in group.elements}
    found = []
    for pair in pairs:
        old, new = pair.old[1] if pair.old else None, pair.new[1] if pair.new else None
        here = set(new.elements) if new else set()
        lost = [
            reference
            for reference in (old.elements if old else ())
            if reference in elements and (reference in here or reference not in named)
        ]
        members = woven(lost, new.elements if new else (), lambda name: name)
        found.append(WovenGroup(Woven(old, new), tuple(member.shown for member in members)))
    return tuple(found)
