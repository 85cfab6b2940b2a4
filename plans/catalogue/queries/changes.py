"""What changed from one version of a plan to another, element by element."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from plans.catalogue.queries.lineage import proposals
from plans.models import ActionElement, Issue, Lineage, Plan, PlanVersion
from plans.reading.matching import LineageKind, VersionElement, counterparts, kind_of
from plans.reading.matching.candidates import in_order
from plans.reading.matching.elements import plan_order

Groups = list[tuple[tuple[int, ...], tuple[int, ...]]]
"""What became what, as places in the earlier and in the later version."""


class RowsShown(StrEnum):
    """Which rows are shown, beside those of one kind alone."""

    CHANGES = "changes"
    ALL = "all"
    RENUMBERED = "renumbered"
    TIME_FRAMES = "time_frames"


@dataclass(frozen=True, slots=True)
class IssueSection:
    """An issue and what it became; one of both is None where it is new or was dropped.

    ``issue`` is the later one, or the earlier one where there is no later.
    """

    issue: Issue
    before: Issue | None
    after: Issue | None

    @property
    def changed(self) -> bool:
        """Whether title or context changed."""
        if self.before is None or self.after is None:
            return True
        old, new = self.before, self.after
        return (old.title, old.context) != (new.title, new.context)


@dataclass(frozen=True, slots=True)
class VersionRow:
    """What became of some elements, under the issue where it is read.

    ``frames`` are the words of their time-frames, before and after. ``reason`` is what a person
    gave when it was decided.
    """

    section: IssueSection
    kind: LineageKind
    earlier: Sequence[ActionElement]
    later: Sequence[ActionElement]
    only_renumbered: bool
    reason: str

    @property
    def words(self) -> tuple[str, str]:
        """The words before and after, a paragraph for each element."""
        before, after = ("\n\n".join(e.text for e in side) for side in (self.earlier, self.later))
        return before, after

    @property
    def frames(self) -> tuple[str, str]:
        """The time-frames before and after, each once."""
        before, after = (_frames(side) for side in (self.earlier, self.later))
        return before, after

    @property
    def frame_changed(self) -> bool:
        """Whether elements that both versions have are to be done at another time."""
        before, after = self.frames
        return bool(self.earlier and self.later) and before != after

    @property
    def changed(self) -> bool:
        return self.kind is not LineageKind.SAME or self.frame_changed


@dataclass(frozen=True, slots=True)
class Entry:
    """A row, or None for an issue of which only the heading or context is shown."""

    section: IssueSection
    row: VersionRow | None


@dataclass(frozen=True, slots=True)
class VersionChanges:
    """Two versions compared. ``stored`` says that what became of the elements was decided by a
    person; otherwise it is proposed by their words."""

    earlier: PlanVersion
    later: PlanVersion
    stored: bool
    sections: Sequence[IssueSection]
    rows: Sequence[VersionRow]

    def counts(self) -> dict[str, int]:
        """How many rows of every kind, those that are only renumbered apart; of time-frames that
        changed; of all changes, of issues whose heading or context changed, and of all rows."""
        found = Counter(
            RowsShown.RENUMBERED.value if row.only_renumbered else row.kind.value
            for row in self.rows
        )
        counts = {name: found[name] for name in (*LineageKind, RowsShown.RENUMBERED)}
        counts[RowsShown.TIME_FRAMES] = sum(row.frame_changed for row in self.rows)
        counts[RowsShown.CHANGES] = sum(row.changed for row in self.rows)
        counts["issues"] = sum(section.changed for section in self.sections)
        counts[RowsShown.ALL] = len(self.rows)
        return {str(name): count for name, count in counts.items()}

    def entries(self, shown: RowsShown | LineageKind) -> list[Entry]:
        """What is shown, in the order of the later version. With the changes and with all rows,
        also issues that have none of them, for what changed in their headings."""
        chosen: defaultdict[int, list[VersionRow]] = defaultdict(list)
        for row in self.rows:
            if _is_shown(row, shown):
                chosen[id(row.section)].append(row)
        whole = shown in (RowsShown.CHANGES, RowsShown.ALL)
        entries: list[Entry] = []
        for section in self.sections:
            rows = chosen[id(section)]
            entries += [Entry(section, row) for row in rows]
            if not rows and whole and section.changed:
                entries.append(Entry(section, None))
        return entries


def compared_versions(plan: Plan, earlier: PlanVersion, later: PlanVersion) -> VersionChanges:
    """What changed from ``earlier`` to ``later``, two versions of ``plan``. Seven queries.

    By the lineage that was kept, also through versions in between and backwards; where there is
    none, as ``plans.reading.matching`` proposes it.
    """
    sides = [_elements(version) for version in (earlier, later)]
    read = [
        [VersionElement(e.reference, e.issue.reference, e.issue.title, e.text) for e in side]
        for side in sides
    ]
    found = _stored(plan, earlier, later, sides[0], sides[1])
    groups, reasons = found if found is not None else (_proposed(read[0], read[1]), {})
    pairs = {before[0]: after[0] for before, after in groups if len(before) == len(after) == 1}
    became = counterparts(
        read[0],
        read[1],
        ((here, there) for before, after in groups for here in before for there in after),
    )
    issues = [_issues(version) for version in (earlier, later)]
    sections = _sections(issues[0], issues[1], became)
    section_of = {
        **{("before", s.before.reference): s for s in sections if s.before},
        **{("after", s.after.reference): s for s in sections if s.after},
    }
    unmoved = in_order(
        read[0],
        read[1],
        {h: t for h, t in pairs.items() if read[0][h].wording == read[1][t].wording},
        became,
    )
    rows = []
    for before, after in plan_order(groups, lambda group: group):
        kind = kind_of([read[0][place] for place in before], [read[1][place] for place in after])
        key = ("after", read[1][after[0]].issue) if after else ("before", read[0][before[0]].issue)
        rows.append(
            VersionRow(
                section=section_of[key],
                kind=kind,
                earlier=[sides[0][place] for place in before],
                later=[sides[1][place] for place in after],
                only_renumbered=kind is LineageKind.MOVED and before[0] in unmoved,
                reason=reasons.get((before, after), ""),
            )
        )
    return VersionChanges(earlier, later, found is not None, sections, rows)


def _is_shown(row: VersionRow, shown: RowsShown | LineageKind) -> bool:
    match shown:
        case RowsShown.ALL:
            return True
        case RowsShown.CHANGES:
            return row.changed
        case RowsShown.RENUMBERED:
            return row.only_renumbered
        case RowsShown.TIME_FRAMES:
            return row.frame_changed
        case _:
            return row.kind is shown and not row.only_renumbered


def _frames(elements: Iterable[ActionElement]) -> str:
    words = [element.time_frame.text for element in elements if element.time_frame]
    return "\n\n".join(dict.fromkeys(words))


def _elements(version: PlanVersion) -> list[ActionElement]:
    """A version's elements in plan order, with their issue and time-frame. One query."""
    elements = list(
        ActionElement.objects.filter(version=version)
        .select_related("issue", "time_frame")
        .defer("issue__context")
        .order_by("issue__ordinal", "ordinal")
    )
    for element in elements:
        element.version = version
    return elements


def _issues(version: PlanVersion) -> list[Issue]:
    """A version's issues in order, with their Part. One query."""
    issues = list(version.issues.select_related("part").order_by("ordinal"))
    for issue in issues:
        issue.version = version
    return issues


def _proposed(earlier: Sequence[VersionElement], later: Sequence[VersionElement]) -> Groups:
    before = {element.reference: place for place, element in enumerate(earlier)}
    after = {element.reference: place for place, element in enumerate(later)}
    return [
        (
            tuple(before[reference] for reference in proposal.earlier),
            tuple(after[reference] for reference in proposal.later),
        )
        for proposal in proposals(tuple(earlier), tuple(later))
    ]


def _stored(
    plan: Plan,
    earlier: PlanVersion,
    later: PlanVersion,
    before: Sequence[ActionElement],
    after: Sequence[ActionElement],
) -> tuple[Groups, dict[tuple[tuple[int, ...], tuple[int, ...]], str]] | None:
    """What the lineage says, with the reasons that were given; None where there is none."""
    based_on = dict(plan.versions.values_list("pk", "based_on_id"))
    steps = _chain(based_on, earlier.pk, later.pk)
    backwards = steps is None
    steps = steps if steps is not None else _chain(based_on, later.pk, earlier.pk)
    links: defaultdict[int, list[tuple[int | None, int | None, str]]] = defaultdict(list)
    for version, left, right, reason in (
        Lineage.objects.filter(version__in=steps or ())
        .order_by("pk")
        .values_list("version_id", "earlier_id", "later_id", "reason")
    ):
        links[version].append((left, right, reason))
    if not steps or any(step not in links for step in steps):
        return None
    pairs = _composed({e.pk for e in (after if backwards else before)}, [links[s] for s in steps])
    if backwards:
        pairs = [(right, left, reason) for left, right, reason in pairs]
    places = (
        {element.pk: place for place, element in enumerate(before)},
        {element.pk: place for place, element in enumerate(after)},
    )
    known = [
        (places[0][a], places[1][b], r) for a, b, r in pairs if a in places[0] and b in places[1]
    ]
    return _grouped(len(before), len(after), known)


def _chain(based_on: Mapping[int, int | None], first: int, last: int) -> list[int] | None:
    """The versions after ``first`` up to ``last``, None when that one does not go back to it."""
    steps: list[int] = []
    version: int | None = last
    while version is not None and version != first and version not in steps:
        steps.append(version)
        version = based_on.get(version)
    return steps[::-1] if version == first else None


def _composed(
    first: Iterable[int], steps: Sequence[Sequence[tuple[int | None, int | None, str]]]
) -> list[tuple[int, int, str]]:
    """Which elements of the first version became which of the last one, step by step."""
    reached = {(pk, pk): "" for pk in first}
    for step in steps:
        onward: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
        for left, right, reason in step:
            if left is not None and right is not None:
                onward[left].append((right, reason))
        reached = {
            (start, right): reason
            for (start, here), _ in reached.items()
            for right, reason in onward[here]
        }
    return [(start, end, reason) for (start, end), reason in reached.items()]


def _grouped(
    before: int, after: int, pairs: Sequence[tuple[int, int, str]]
) -> tuple[Groups, dict[tuple[tuple[int, ...], tuple[int, ...]], str]]:
    """Elements that hang together by ``pairs`` of places, and each of the others by itself."""
    forth: defaultdict[int, set[int]] = defaultdict(set)
    back: defaultdict[int, set[int]] = defaultdict(set)
    given: dict[int, str] = {}
    for here, there, reason in pairs:
        forth[here].add(there)
        back[there].add(here)
        given[here] = given.get(here) or reason
    groups: Groups = [((), (place,)) for place in range(after) if place not in back]
    reasons: dict[tuple[tuple[int, ...], tuple[int, ...]], str] = {}
    seen: set[int] = set()
    for start in range(before):
        if start in seen:
            continue
        left, right = {start}, set(forth.get(start, ()))
        while more := {one for there in right for one in back[there]} - left:
            left |= more
            right |= {there for one in more for there in forth[one]}
        seen |= left
        group = (tuple(sorted(left)), tuple(sorted(right)))
        groups.append(group)
        reasons[group] = next((given[one] for one in sorted(left) if given.get(one)), "")
    return groups, reasons


def _sections(
    before: Sequence[Issue], after: Sequence[Issue], became: Mapping[str, str]
) -> list[IssueSection]:
    """The issues of both versions, in the order of the later one.

    Issues without elements of their own are told by their title, else by their reference.
    """
    partner = dict(became)
    taken = set(partner.values())
    for same in (_title, _reference):
        free = {same(issue): issue.reference for issue in after if issue.reference not in taken}
        for issue in before:
            found = None if issue.reference in partner else free.pop(same(issue), None)
            if found is not None:
                partner[issue.reference] = found
                taken.add(found)
    place_before = {issue.reference: place for place, issue in enumerate(before)}
    place_after = {issue.reference: place for place, issue in enumerate(after)}
    sections = [
        IssueSection(found or issue, issue, found)
        for issue in before
        for found in (
            after[place_after[partner[issue.reference]]] if issue.reference in partner else None,
        )
    ]
    sections += [
        IssueSection(issue, None, issue) for issue in after if issue.reference not in taken
    ]
    return plan_order(
        sections,
        lambda section: (
            [place_before[section.before.reference]] if section.before else [],
            [place_after[section.after.reference]] if section.after else [],
        ),
    )


def _title(issue: Issue) -> str:
    return issue.title.casefold()


def _reference(issue: Issue) -> str:
    return issue.reference
