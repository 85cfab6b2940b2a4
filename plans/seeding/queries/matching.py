"""Matching the draft of a version to the version before: what is proposed and what is decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from plans.catalogue.queries.lineage import has_stored_proposals, proposals, version_elements
from plans.jobs import files
from plans.models import MatchDecision, PlanVersion, SeedDraft
from plans.reading.matching import (
    LineageKind,
    MatchingRow,
    Reason,
    Settled,
    Stated,
    VersionElement,
    closest,
    elements_of,
    overlay,
    write_stated,
)
from plans.reading.outline import Outline
from plans.reading.progress import Progress, no_progress
from plans.seeding.queries.drafts import parsed, reading_key

ROWS_ON_A_PAGE = 50
CLOSEST = 5
"""How many elements of the other version are offered first when a person chooses."""


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """A row of the matching; ``decision`` is None while nobody has decided."""

    row: MatchingRow
    decision: MatchDecision | None

    @property
    def kind(self) -> LineageKind:
        return self.row.proposal.kind

    @property
    def only_renumbered(self) -> bool:
        """True when nothing changed but the number, because others came or went."""
        return Reason.ONLY_RENUMBERED in self.row.proposal.why


@dataclass(frozen=True, slots=True)
class Matching:
    """What became of every element of ``base`` in the document of ``draft``, which follows it.

    ``rows`` are in the order of the document. ``stale`` are the decisions that fit no longer,
    because the words or references of their elements are others now.
    """

    draft: SeedDraft
    base: PlanVersion
    earlier: Sequence[VersionElement]
    later: Sequence[VersionElement]
    rows: Sequence[DecidedRow]
    stale: Sequence[MatchDecision]

    @property
    def undecided(self) -> list[DecidedRow]:
        return [row for row in self.rows if row.decision is None]

    @property
    def decided_count(self) -> int:
        return len(self.rows) - len(self.undecided)

    @property
    def link_count(self) -> int:
        """How many links of lineage the rows stand for."""
        sides = ((row.row.earlier, row.row.later) for row in self.rows)
        return sum(max(1, len(earlier)) * max(1, len(later)) for earlier, later in sides)

    @property
    def same(self) -> list[DecidedRow]:
        """Undecided rows in which nothing changed."""
        return [row for row in self.undecided if row.kind is LineageKind.SAME]

    @property
    def renumbered(self) -> list[DecidedRow]:
        """Undecided rows in which nothing changed but the number."""
        return [row for row in self.undecided if row.only_renumbered]

    def counts(self) -> list[tuple[LineageKind, int, int]]:
        """Every kind with how many rows are of it, and how many of those are undecided."""
        every = Counter(row.kind for row in self.rows)
        left = Counter(row.kind for row in self.undecided)
        return [(kind, every[kind], left[kind]) for kind in LineageKind]

    def find(self, fingerprint: str) -> DecidedRow | None:
        """The row of that fingerprint."""
        return next((row for row in self.rows if row.row.fingerprint == fingerprint), None)

    def page(
        self, *, kind: LineageKind | None, undecided: bool, number: int | str
    ) -> Page[DecidedRow]:
        """One page of the rows of that kind, or of all; perhaps only the undecided ones."""
        rows = self.undecided if undecided else self.rows
        chosen = [row for row in rows if kind is None or row.kind is kind]
        return Paginator(chosen, ROWS_ON_A_PAGE).get_page(number)


def decisions_file(matching: Matching, *, proposed: bool = False) -> str:
    """The decisions as a file that a person may change and put in force again.

    With ``proposed`` it holds what is proposed as well.
    """
    rows = [row for row in matching.rows if proposed or row.decision is not None]
    return write_stated(
        Stated(
            number,
            row.row.proposal.earlier,
            row.row.proposal.later,
            reason=row.decision.reason if row.decision else "",
            kind=row.kind,
            fingerprint=row.row.fingerprint,
        )
        for number, row in enumerate(rows, 1)
    )


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person may choose from for a row: those that stand in it, then the closest ones."""

    earlier: Sequence[VersionElement]
    later: Sequence[VersionElement]


def matching_of(
    draft: SeedDraft,
    base: PlanVersion,
    outline: Outline | None = None,
    *,
    progress: Progress = no_progress,
) -> Matching:
    """What became of every element of ``base``, the draft's own.

    ``outline`` is that of the draft, when it has been parsed. Two queries, and ``parsed``'s.
    Raises SourceError and CorrectionError as ``plans.seeding.queries.drafts.parsed`` does.
    """
    outline = outline or parsed(draft, progress=progress).outline
    earlier, later = sides_of(base, outline)
    proposed = proposals(earlier, later, progress=progress)
    decisions = {d.pk: d for d in draft.decisions.select_related("decided_by").order_by("pk")}
    rows, stale = overlay(
        earlier,
        later,
        proposed,
        (
            Settled(pk, tuple(d.earlier), tuple(d.later), d.fingerprint)
            for pk, d in decisions.items()
        ),
    )
    return Matching(
        draft=draft,
        base=base,
        earlier=earlier,
        later=later,
        rows=[DecidedRow(row, decisions[row.settled.key] if row.settled else None) for row in rows],
        stale=[decisions[settled.key] for settled in stale],
    )


def is_prepared(draft: SeedDraft, *, with_matching: bool) -> bool:
    """Whether jobs have stored how the draft's long document reads, and the proposals for it.

    Raises SourceError and CorrectionError as ``parsed`` does.
    """
    if not files.stored([reading_key(draft)]):
        return False
    if not with_matching or draft.base is None:
        return True
    return has_stored_proposals(*sides_of(draft.base, parsed(draft).outline))


def sides_of(
    base: PlanVersion, outline: Outline
) -> tuple[tuple[VersionElement, ...], tuple[VersionElement, ...]]:
    """The elements of ``base`` and of the document that follows it. One query."""
    return tuple(version_elements(base)), tuple(elements_of(outline))


def choices_for(matching: Matching, row: DecidedRow) -> Choices:
    """What may be chosen as partners of the elements of ``row``."""
    earlier, later = row.row.earlier, row.row.later
    return Choices(
        earlier=_choices(earlier, later, matching.earlier),
        later=_choices(later, earlier, matching.later),
    )


def _choices(
    own: Sequence[VersionElement],
    partners: Sequence[VersionElement],
    every: Sequence[VersionElement],
) -> list[VersionElement]:
    offered = {element.reference: element for element in own}
    for partner in partners:
        for element in closest(partner, every, limit=CLOSEST):
            offered.setdefault(element.reference, element)
    order = {element.reference: place for place, element in enumerate(every)}
    return sorted(offered.values(), key=lambda element: order[element.reference])
