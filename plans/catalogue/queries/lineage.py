"""The history of elements through the versions of their plan.

Versions follow each other by ``based_on``. A walk costs one query for each version that it
reaches, and none where a version is based on no other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from plans import permissions
from plans.jobs import files
from plans.models import ActionElement, Lineage, PlanVersion
from plans.permissions import Person
from plans.reading.matching import (
    LineageKind,
    Proposal,
    VersionElement,
    match,
)
from plans.reading.progress import Progress, no_progress

ONE_TO_ONE = (LineageKind.SAME, LineageKind.REWORDED, LineageKind.MOVED)
"""Kinds in which one element became one other."""


@dataclass(frozen=True, slots=True)
class Ancestor:
    """An element of an earlier version that became ``element``; both are primary keys.

    ``direct`` is True when one became one all the way.
    """

    element: int
    ancestor: int
    version: int
    direct: bool


@dataclass(frozen=True, slots=True)
class HistoryStage:
    """What one version says. ``kind`` is how it came from the stage before, None in the first.

    ``elements`` are empty where the version dropped it. ``before`` and ``words`` are the texts of
    the stage before and of this one.
    """

    version: PlanVersion
    elements: Sequence[ActionElement]
    kind: LineageKind | None
    reason: str
    before: str
    words: str

    @property
    def changed(self) -> bool:
        """Whether the words are others than in the stage before."""
        return bool(self.elements) and self.kind is not None and self.before != self.words


def ancestors(version: PlanVersion, elements: Collection[int]) -> list[Ancestor]:
    """Every element of an earlier version that became one of ``elements``, which are primary keys
    of elements of ``version``; the version before first."""
    found: dict[tuple[int, int], Ancestor] = {}
    # Which of the elements asked for a later element stands for, and whether directly.
    reached: dict[int, dict[int, bool]] = {pk: {pk: True} for pk in elements}
    goes_on = version.based_on_id is not None
    while reached and goes_on:
        links = Lineage.objects.filter(later__in=list(reached), earlier__isnull=False)
        step: dict[int, dict[int, bool]] = {}
        goes_on = False
        for later, earlier, kind, version_id, before in links.order_by("pk").values_list(
            "later_id",
            "earlier_id",
            "kind",
            "earlier__version_id",
            "earlier__version__based_on_id",
        ):
            goes_on = goes_on or before is not None
            for element, direct in reached[later].items():
                one = direct and kind in ONE_TO_ONE
                step.setdefault(earlier, {})[element] = one
                found[element, earlier] = Ancestor(element, earlier, version_id, one)
        reached = step
    return list(found.values())


def direct_ancestors(
    version: PlanVersion, statuses: Iterable[Collection[int]]
) -> dict[int, list[int]]:
    """What the elements of statuses were, one became one, in earlier versions; by primary keys.

    ``statuses`` are elements of ``version``, those of each status together. Where one of them was
    not just one element of an earlier version, nothing that was said there holds for them all, and
    they have none of that version.
    """
    groups = [frozenset(group) for group in statuses]
    found: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    every = frozenset[int]().union(*groups)
    for one in ancestors(version, every):
        if one.direct:
            found[one.element, one.version].append(one.ancestor)
    versions = {version_id for _, version_id in found}
    return {
        element: [
            ancestor
            for version_id in versions
            if all((member, version_id) in found for member in group)
            for ancestor in found[element, version_id]
        ]
        for group in groups
        for element in group
    }


def element_history(user: Person, element: ActionElement) -> list[HistoryStage]:
    """The stages of an element through the versions that ``user`` may see, the first one first.

    Only the stage of its own version when there is no other.
    """
    back = _walk(element, Direction.BACK) if element.version.based_on_id else []
    steps = [*reversed(back), *_walk(element, Direction.FORTH)]
    levels = [
        *({link.earlier for link in step if link.earlier} for step in reversed(back)),
        {element},
        *({link.later for link in step if link.later} for step in steps[len(back) :]),
    ]
    stages: list[HistoryStage] = []
    for level, step in zip(levels, [[], *steps], strict=True):
        _add(user, stages, level, [link for link in step if link.later is not None])
        dropped = {link.version: link.reason for link in step if link.later is None}
        stages += [
            HistoryStage(version, (), LineageKind.DROPPED, reason, "", "")
            for version, reason in dropped.items()
            if permissions.can_see_version(user, version)
        ]
    return stages


class Direction(Enum):
    """Which way a walk through the versions goes: the end that is known, and the other one."""

    BACK = ("later", "earlier")
    FORTH = ("earlier", "later")


def _walk(element: ActionElement, direction: Direction) -> list[list[Lineage]]:
    """The links from ``element`` on, one list for each version that is reached."""
    here, there = direction.value
    reached = [element]
    steps: list[list[Lineage]] = []
    while reached:
        links = list(
            Lineage.objects.filter(**{f"{here}__in": reached})
            .select_related("version__plan", "earlier", "later")
            .select_related(f"{there}__version__plan", f"{there}__issue")
            .order_by("pk")
        )
        if direction is Direction.BACK:
            # An element that is new came from none before.
            links = [link for link in links if link.earlier is not None]
        if links:
            steps.append(links)
        found = {end.pk: end for link in links if (end := getattr(link, there)) is not None}
        reached = list(found.values())
        if direction is Direction.BACK:
            reached = [end for end in reached if end.version.based_on_id is not None]
    return steps


def _add(
    user: Person,
    stages: list[HistoryStage],
    level: Collection[ActionElement],
    step: Sequence[Lineage],
) -> None:
    """Add the stage of each version that ``user`` may see; several may follow the same one."""
    by_version: defaultdict[PlanVersion, list[ActionElement]] = defaultdict(list)
    for element in sorted(level, key=lambda element: (element.issue.ordinal, element.ordinal)):
        by_version[element.version].append(element)
    links = {link.version_id: link for link in reversed(step)}
    known = list(stages)
    for version, elements in sorted(by_version.items(), key=lambda found: found[0].pk):
        if not permissions.can_see_version(user, version):
            continue
        link = links.get(version.pk) if known else None
        stages.append(
            HistoryStage(
                version=version,
                elements=elements,
                kind=LineageKind(link.kind) if link else None,
                reason=link.reason if link else "",
                before=_words_before(version, known),
                words=_words(elements),
            )
        )


def _words_before(version: PlanVersion, stages: Sequence[HistoryStage]) -> str:
    """What the version before said; where it is not shown, what was said last."""
    before = [stage for stage in stages if stage.version.pk == version.based_on_id] or stages
    return _words(before[-1].elements) if before else ""


def _words(elements: Iterable[ActionElement]) -> str:
    return "\n\n".join(element.text for element in elements)


def version_elements(version: PlanVersion) -> list[VersionElement]:
    """The elements of a version in plan order. One query."""
    rows = (
        ActionElement.objects.filter(version=version)
        .order_by("issue__ordinal", "ordinal")
        .values_list("reference", "issue__reference", "issue__title", "text")
    )
    return [VersionElement(*row) for row in rows]


MANY_ELEMENTS = 1_500
"""Matching a version of more elements takes a second, or more."""


@dataclass(frozen=True, slots=True)
class _Versions:
    """Two versions to be matched; ``progress`` is for whoever is the first to ask."""

    earlier: tuple[VersionElement, ...]
    later: tuple[VersionElement, ...]
    progress: Progress = field(default=no_progress, compare=False)


def proposals_key(earlier: tuple[VersionElement, ...], later: tuple[VersionElement, ...]) -> str:
    """The key under which a job stores the ``proposals`` for a version of many elements."""
    return files.value_key("proposals", (earlier, later))


def has_stored_proposals(
    earlier: tuple[VersionElement, ...], later: tuple[VersionElement, ...]
) -> bool:
    """Whether a job has stored the ``proposals``; also for few elements, which needs none."""
    if len(later) <= MANY_ELEMENTS:
        return True
    return bool(files.stored([proposals_key(earlier, later)]))


def proposals(
    earlier: tuple[VersionElement, ...],
    later: tuple[VersionElement, ...],
    *,
    progress: Progress = no_progress,
) -> tuple[Proposal, ...]:
    """What probably became of every element: ``match``, which a process remembers for the
    versions that were asked for last. One query, with many elements."""
    return _proposals(_Versions(earlier, later, progress))


@lru_cache(maxsize=4)
def _proposals(versions: _Versions) -> tuple[Proposal, ...]:
    earlier, later = versions.earlier, versions.later
    if len(later) > MANY_ELEMENTS:
        stored = files.stored_value(proposals_key(earlier, later), tuple[Proposal, ...])
        if stored is not None:
            return stored
    return match(earlier, later, progress=versions.progress)
