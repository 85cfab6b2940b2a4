"""Review: a document beside its outline, as an administrator goes through it, section by section.

A section is the cover, a table, or some rows of a long table, so that no page of the review grows
with its document. Everything here is reading: what a person decides is an operation of
``corrections``, after which the document is read anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from plans.reading.accounting import Account, UnplacedWords
from plans.reading.draft import Anomaly, Draft, Piece
from plans.reading.outline import Outline, OutlineElement
from plans.reading.review_tree import Tree, tree_of
from plans.reading.source_table import (
    BlockRole,
    SourceBlock,
    SourcePage,
    SourceRow,
    SourceTable,
    place_of,
)

# -- Findings -------------------------------------------------------------------------------------

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at: an anomaly, or words without a place, whose ``message`` is "".

    ``section`` is where it is, and ``order`` which block of the document it is at. ``accepted``
    is why it is right as it stands, "" while nobody has said so.
    """

    place: str
    line: int
    message: str
    section: int
    order: int
    accepted: str = ""

    @property
    def at(self) -> Place:
        """Where it stands among the others, in the order of the source."""
        return self.section, self.order


def root(piece_id: str) -> str:
    """The id of the block that a piece begins in."""
    return piece_id.partition("#")[0]


def neighbours(
    findings: Sequence[Finding], block: str, here: Place
) -> tuple[Finding | None, Finding | None]:
    """The findings before and after ``here``, leaving out those at ``block`` itself.

    The ends are joined: after the last comes the first.
    """
    if not findings:
        return None, None
    others = [one for one in findings if root(one.place) != block]
    if not others:
        return findings[0], findings[0]
    after = next((one for one in others if one.at > here), others[0])
    before = next((one for one in reversed(others) if one.at < here), others[-1])
    return before, after


ROWS_AT_MOST = 30
BLOCKS_AT_MOST = 120


@dataclass(frozen=True, slots=True)
class Section:
    """What is looked at together. ``number`` counts from 0, which is the cover.

    ``page`` is the number of the table; ``first_row`` and ``last_row`` are rows of it, both 0 for
    the cover. ``whole`` tells that the table is not cut. ``part`` is the number of the Part that
    it begins in, "" on the cover. ``findings`` counts what is to be looked at.
    """

    number: int
    page: int
    part: str
    first_row: int
    last_row: int
    whole: bool
    findings: int


@dataclass(frozen=True, slots=True)
class ReviewedPiece:
    """A piece where its words stand in the source.

    ``references`` are those that its words went to, of an element its own; ``placed`` is False
    for words that have no place and are neither furniture nor duplicate. ``home`` is False where
    the words of the block went into a piece that begins in another block.
    """

    piece: Piece
    references: tuple[str, ...]
    placed: bool
    home: bool
    anomalies: tuple[Anomaly, ...]

    @property
    def odd(self) -> tuple[Anomaly, ...]:
        """What is odd about it and neither put right nor accepted."""
        return tuple(anomaly for anomaly in self.anomalies if anomaly.is_open)

    @property
    def to_look_at(self) -> bool:
        return not self.placed or bool(self.odd)


@dataclass(frozen=True, slots=True)
class ReviewedBlock:
    block: SourceBlock
    pieces: tuple[ReviewedPiece, ...]


@dataclass(frozen=True, slots=True)
class ReviewedRow:
    """``cells`` holds the blocks of every cell, from the left."""

    row: SourceRow
    cells: tuple[tuple[ReviewedBlock, ...], ...]


@dataclass(frozen=True, slots=True)
class ReviewedSection:
    """A section's source: the line above its table, its rows, the text below."""

    section: Section
    head: ReviewedBlock | None
    rows: tuple[ReviewedRow, ...]
    loose: tuple[ReviewedBlock, ...]

    def blocks(self) -> Iterator[ReviewedBlock]:
        if self.head is not None:
            yield self.head
        for row in self.rows:
            for cell in row.cells:
                yield from cell
        yield from self.loose


@dataclass(frozen=True, slots=True)
class _Cut:
    """A section before it is counted: its page, and the rows from ``start`` to ``end``."""

    page: SourcePage
    start: int
    end: int

    @property
    def first(self) -> bool:
        return self.start == 0

    @property
    def last(self) -> bool:
        return self.end == len(self.page.rows)

    def blocks(self) -> Iterator[SourceBlock]:
        if self.first and self.page.head is not None:
            yield self.page.head
        for row in self.page.rows[self.start : self.end]:
            for cell in row.cells:
                yield from cell.blocks
        if self.last:
            yield from self.page.loose


class DocumentReview:
    """A parsed document, to be looked at section by section."""

    def __init__(
        self, source: SourceTable, draft: Draft, outline: Outline, account: Account
    ) -> None:
        self.outline = outline
        self.account = account
        self.pieces = tuple(draft)
        self._cuts = [cut for page in source.pages for cut in _cuts_of(page)]
        self._order: dict[str, int] = {}
        self._section_of: dict[str, int] = {}
        for number, cut in enumerate(self._cuts):
            for block in cut.blocks():
                self._order.setdefault(block.id, len(self._order))
                self._section_of[block.id] = number
        self._by_id = {piece.id: index for index, piece in enumerate(self.pieces)}
        self._in_block: dict[str, list[Piece]] = defaultdict(list)
        for piece in self.pieces:
            for name in piece.sources:
                self._in_block[name].append(piece)
        self._anomalies: dict[str, list[Anomaly]] = defaultdict(list)
        for anomaly in outline.anomalies:
            self._anomalies[self._at(anomaly.place)].append(anomaly)
        self._own = {one.piece: (one.reference,) for one in outline.elements()}
        self._unplaced = {piece.id for piece in outline.unplaced}

    def _at(self, place: str) -> str:
        """The piece at which an anomaly shows: of a block that was cut, its first."""
        pieces = self._in_block.get(place, ())
        if place in self._by_id or not pieces:
            return place
        return min(pieces, key=_piece_number).id

    # Pieces

    def piece(self, piece_id: str) -> Piece | None:
        """The piece of that id, if there is one."""
        index = self._by_id.get(piece_id)
        return None if index is None else self.pieces[index]

    def chosen(self, names: Iterable[str]) -> list[ReviewedPiece]:
        """The pieces of those ids, in that order, each once; a block stands for its pieces."""
        found: dict[str, Piece] = {}
        for name in names:
            piece = self.piece(name)
            for one in [piece] if piece else self._in_block.get(name, []):
                found[one.id] = one
        return [self._reviewed(piece, None) for piece in found.values()]

    def section_of(self, piece_id: str) -> int:
        """The number of the section in which a piece is found; 0 for one that is nowhere.

        A piece without words in the source is found with the piece before it.
        """
        index = self._by_id.get(piece_id)
        if index is None:
            return self._section_of.get(root(piece_id), 0)
        for piece in reversed(self.pieces[: index + 1]):
            if (number := self._section_of.get(root(piece.id))) is not None:
                return number
        return min(1, len(self._cuts) - 1)

    def _reviewed(self, piece: Piece, block: SourceBlock | None) -> ReviewedPiece:
        return ReviewedPiece(
            piece=piece,
            references=self._own.get(piece.id) or self.outline.placements.get(piece.id, ("",))[1:],
            placed=piece.id not in self._unplaced and piece.role is not BlockRole.UNPLACED,
            home=block is None or root(piece.id) == block.id,
            anomalies=tuple(self._anomalies.get(piece.id, ())),
        )

    # What is left to do

    @cached_property
    def listed(self) -> tuple[Finding, ...]:
        """What is to be looked at and what was accepted, in the order of the source."""
        found = [
            self._finding(one.place, one.line, one.message, one.accepted)
            for one in self.outline.anomalies
            if not one.repaired
        ]
        places = {finding.place for finding in found if not finding.accepted}
        # Pieces of one block share its anomalies.
        places |= {root(place) for place in places}
        found += [
            self._finding(piece.id, piece.line)
            for piece in self.outline.unplaced
            if piece.id not in places
        ]
        return tuple(sorted(found, key=lambda one: (*one.at, one.line)))

    def _finding(self, place: str, line: int, message: str = "", accepted: str = "") -> Finding:
        order = self._order.get(root(place), -1)
        return Finding(place, line, message, self.section_of(place), order, accepted)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is left to be looked at, in the order of the source."""
        return tuple(finding for finding in self.listed if not finding.accepted)

    @property
    def accepted_count(self) -> int:
        """How many of what is ``listed`` are accepted."""
        return len(self.listed) - len(self.findings)

    @property
    def lost(self) -> tuple[UnplacedWords, ...]:
        """Words that belong to no block: lost in reading."""
        return tuple(item for item in self.account.unplaced_words if not item.place)

    def neighbours(self, place: str, section: int) -> tuple[Finding | None, Finding | None]:
        """The findings before and after ``place``, or after the beginning of ``section`` when
        there is no such place. The ends are joined: after the last comes the first."""
        here = (self.section_of(place) if place else section, self._order.get(root(place), -1))
        return neighbours(self.findings, root(place), here)

    # Sections

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        counts: dict[int, int] = defaultdict(int)
        for finding in self.findings:
            counts[finding.section] += 1
        found = []
        part = ""
        for number, cut in enumerate(self._cuts):
            for block in cut.blocks():
                for piece in self._in_block.get(block.id, ()):
                    where = self.outline.placements.get(piece.id, ())
                    if piece.role is BlockRole.PART and len(where) > 1:
                        part = where[1]
            rows = cut.page.rows[cut.start : cut.end]
            if not part and cut.page.number and self.outline.parts:
                part = self.outline.parts[0].number
            found.append(
                Section(
                    number=number,
                    page=cut.page.number,
                    part=part,
                    first_row=rows[0].number if rows else 0,
                    last_row=rows[-1].number if rows else 0,
                    whole=cut.first and cut.last,
                    findings=counts[number],
                )
            )
        return tuple(found)

    def columns(self, number: int) -> tuple[str, ...]:
        """The column headings over a section's rows, "" for those that there are none of."""
        rows = self._cuts[number].page.rows
        width = len(rows[0].cells) if rows else 0
        part = self.sections[number].part
        found = next((one.columns for one in self.outline.parts if one.number == part), ())
        return (*found, *[""] * width)[:width]

    def source(self, number: int) -> ReviewedSection:
        """The source of a section."""
        cut = self._cuts[number]
        return ReviewedSection(
            section=self.sections[number],
            head=self._block(cut.page.head) if cut.first and cut.page.head else None,
            rows=tuple(
                ReviewedRow(
                    row=row,
                    cells=tuple(
                        tuple(self._block(block) for block in cell.blocks) for cell in row.cells
                    ),
                )
                for row in cut.page.rows[cut.start : cut.end]
            ),
            loose=tuple(self._block(block) for block in cut.page.loose) if cut.last else (),
        )

    def _block(self, block: SourceBlock) -> ReviewedBlock:
        pieces = sorted(self._in_block.get(block.id, ()), key=_piece_number)
        return ReviewedBlock(block, tuple(self._reviewed(piece, block) for piece in pieces))

    # The outline beside a section

    def tree(self, number: int) -> Tree:
        """The outline of all issues that words of the section went to; of the cover its own."""
        wanted = self._issues_at([number])
        parts = [
            (part, [issue for issue in part.issues if issue.reference in wanted])
            for part in self.outline.parts
        ]
        return tree_of(
            self.pieces,
            self.outline,
            parts=[(part, issues) for part, issues in parts if issues],
            cover=number == 0,
        )

    def elements_near(self, number: int) -> tuple[OutlineElement, ...]:
        """The elements of the issues that a section's words went to, then those of the issues of
        the sections beside it."""
        here = self._issues_at([number])
        beside = self._issues_at([number - 1, number + 1])
        issues = [*self.outline.issues()]
        ordered = [issue for issue in issues if issue.reference in here]
        ordered += [issue for issue in issues if issue.reference in beside - here]
        return tuple(element for issue in ordered for element in issue.elements())

    def near(self, number: int) -> tuple[Piece, ...]:
        """The pieces of a section and of those beside it, in reading order.

        Pieces without words in the source are with the piece before them.
        """
        indices = (i for n in range(number - 1, number + 2) for i in self._pieces_at.get(n, ()))
        return tuple(self.pieces[index] for index in sorted(indices))

    @cached_property
    def _pieces_at(self) -> dict[int, list[int]]:
        """Where in reading order the pieces of every section stand."""
        found: dict[int, list[int]] = defaultdict(list)
        section = 0
        for index, piece in enumerate(self.pieces):
            section = self._section_of.get(root(piece.id), section)
            found[section].append(index)
        return found

    @cached_property
    def _issue_of(self) -> dict[str, str]:
        """The reference of the issue that each issue and element belongs to."""
        return {
            reference: issue.reference
            for issue in self.outline.issues()
            for reference in (issue.reference, *(one.reference for one in issue.elements()))
        }

    def issue_before(self, piece_id: str) -> str:
        """The reference of the issue in which a piece stands, or of the one before it."""
        found = ""
        for piece in reversed(self.pieces[: self._by_id.get(piece_id, -1) + 1]):
            places = self.outline.placements.get(piece.id, ())[1:]
            found = next((self._issue_of[one] for one in places if one in self._issue_of), "")
            if found:
                break
        return found

    def _issues_at(self, numbers: Iterable[int]) -> set[str]:
        found: set[str] = set()
        for number in numbers:
            for index in self._pieces_at.get(number, ()):
                places = self.outline.placements.get(self.pieces[index].id, ())
                found |= {self._issue_of[one] for one in places[1:] if one in self._issue_of}
        return found


def _piece_number(piece: Piece) -> int:
    place = place_of(piece.id)
    return (place.piece or 0) if place else 0


def _cuts_of(page: SourcePage) -> Iterator[_Cut]:
    """The sections of one page: of few rows and, where rows allow it, of few blocks."""
    start = blocks = 0
    for index, row in enumerate(page.rows):
        here = sum(len(cell.blocks) for cell in row.cells)
        full = index - start >= ROWS_AT_MOST or blocks + here > BLOCKS_AT_MOST
        if full and index > start:
            yield _Cut(page, start, index)
            start, blocks = index, 0
        blocks += here
    yield _Cut(page, start, len(page.rows))
