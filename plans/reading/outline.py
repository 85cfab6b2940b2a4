"""The outline: the plan and, where the document has one, its round, as frozen values.

Every text carries the ids of the blocks it came from. ``build_outline`` makes them of a draft.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from plans.reading.align import AlignedCell, Alignment, align
from plans.reading.cells import ISSUE_NUMBER
from plans.reading.classify import FOOTNOTE, PARAGRAPH, PART_HEADING
from plans.reading.draft import Anomaly, Draft, Note, Piece
from plans.reading.source_table import BlockKind, BlockRole
from plans.text.prose import ProseBlock, parse, render


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


# -- Building -------------------------------------------------------------------------------------


def build_outline(draft: Draft) -> Outline:
    """Build the outline of a classified, corrected draft.

    What finds no place is in ``unplaced``; what is odd is in ``anomalies``, in the order of the
    source. Never raises.
    """
    draft = Draft(list(draft.pieces), list(draft.anomalies), draft.line_names)
    alignment = align(draft)
    builder = _Builder(draft, alignment)
    for piece in draft:
        builder.add(piece)
    return builder.finished()


def _place_in_row(number: str) -> int | None:
    """Which one a number counts: 3 for "3", "1(c)" and "(c)"; None for one that counts nothing."""
    match = ISSUE_NUMBER.match(f"{number}. -" if number.isdecimal() else f"{number} -")
    if match is None:
        return None
    letter = match["sub"] or match["letter"]
    return ord(letter) - ord("a") + 1 if letter else int(match["top"])


def _jumps(before: str, number: str) -> bool:
    """Whether ``number`` is neither ``before`` again nor the one that comes after it."""
    first, second = _place_in_row(before), _place_in_row(number)
    return None not in (first, second) and second not in (first, (first or 0) + 1)


@dataclass
class _Group:
    heading: str = ""
    lead_in: str = ""
    elements: list[OutlineElement] = field(default_factory=list)


@dataclass
class _IssueInProgress:
    reference: str
    number: str
    parent: str | None
    title: str
    piece: Piece
    context: list[Piece] = field(default_factory=list)
    groups: list[_Group] = field(default_factory=list)
    time_frames: list[OutlineTimeFrame] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    count: int = 0


@dataclass
class _PartInProgress:
    number: str
    title: str
    printed_heading: str
    columns: list[str] = field(default_factory=list)
    issues: list[_IssueInProgress] = field(default_factory=list)


class _Builder:
    def __init__(self, draft: Draft, alignment: Alignment) -> None:
        self.draft = draft
        self.alignment = alignment
        self.cover: dict[BlockRole, list[Piece]] = {}
        self.parts: list[_PartInProgress] = []
        self.top: _IssueInProgress | None = None
        self.references: set[str] = set()
        self.unplaced: list[Piece] = list(alignment.unplaced)
        self.placements: dict[str, tuple[str, ...]] = {}
        self.element_of: dict[str, tuple[_IssueInProgress, str]] = {}
        self.extra_notes: dict[str, list[Note]] = {}
        self.declared = {piece.id for piece in draft if piece.declared}

    def add(self, piece: Piece) -> None:
        match piece.role:
            case (
                BlockRole.AGENDA_ITEM
                | BlockRole.TITLE
                | BlockRole.PLACE_DATE
                | BlockRole.PARAGRAPH
                | BlockRole.FOOTNOTE
            ):
                self.cover.setdefault(piece.role, []).append(piece)
                self._placed(piece, "cover")
            case BlockRole.PART:
                self._part(piece)
            case BlockRole.COLUMN if self.parts and len(self.parts[-1].columns) < 4:
                self.parts[-1].columns.append(piece.text)
                self._placed(piece, self.parts[-1].number)
            case BlockRole.ISSUE if self.parts:
                self._issue(piece)
            case (
                BlockRole.CONTEXT | BlockRole.GROUP_HEADING | BlockRole.LEAD_IN | BlockRole.ELEMENT
            ):
                self._content(piece)
            case (
                BlockRole.BOILERPLATE
                | BlockRole.DUPLICATE
                | BlockRole.TIME_FRAME
                | BlockRole.STATUS
            ):
                pass
            case _:
                self.unplaced.append(piece)

    def _placed(self, piece: Piece, *where: str) -> None:
        self.placements[piece.id] = (piece.role.value, *where)

    def _unique(self, reference: str, piece: Piece) -> str:
        if reference not in self.references:
            self.references.add(reference)
            return reference
        self.draft.anomaly(piece, f"the number of {reference} stands twice")
        count = 2
        while f"{reference}-{count}" in self.references:
            count += 1
        self.references.add(f"{reference}-{count}")
        return f"{reference}-{count}"

    def _part(self, piece: Piece) -> None:
        match = PART_HEADING.fullmatch(piece.text)
        number = match["number"] if match else str(len(self.parts) + 1)
        title = match["title"] if match else piece.text
        self.parts.append(_PartInProgress(self._unique(number, piece), title, piece.text))
        self.top = None
        self._placed(piece, self.parts[-1].number)

    def _issue(self, piece: Piece) -> None:
        part = self.parts[-1]
        match = ISSUE_NUMBER.match(piece.text)
        if match is None:
            number = str(1 + sum(issue.parent is None for issue in part.issues))
            local, parent, title, number = number, None, piece.text, ""
        elif match["top"]:
            local, number, parent, title = match["top"], match["top"], None, match["title"]
        elif match["sub"]:
            number = local = match["number"]
            parent = self._parent(part, match["of"], piece)
            title = match["title"]
        else:
            number = match["number"]
            parent = self.top.reference if self.top else None
            local = f"{parent.partition('.')[2]}{number}" if parent else number
            title = match["title"]
            if parent is None:
                self.draft.anomaly(piece, f"{number} stands under no numbered issue")
        reference = self._unique(f"{part.number}.{local}", piece)
        before = next((i for i in reversed(part.issues) if i.parent == parent), None)
        if before is not None and _jumps(before.number, number):
            self.draft.anomaly(piece, f"the number {number} stands after {before.number}")
        issue = _IssueInProgress(reference, number, parent, title, piece, notes=list(piece.notes))
        part.issues.append(issue)
        if parent is None:
            self.top = issue
        self._placed(piece, reference)

    def _parent(self, part: _PartInProgress, top: str, piece: Piece) -> str | None:
        for issue in reversed(part.issues):
            if issue.parent is None and issue.number == top:
                return issue.reference
        self.draft.anomaly(piece, f"the heading of issue {top} is not in the source")
        return None

    def _content(self, piece: Piece) -> None:
        issue = self.parts[-1].issues[-1] if self.parts and self.parts[-1].issues else None
        if issue is None:
            self.unplaced.append(piece)
            return
        self._placed(piece, issue.reference)
        if piece.role is not BlockRole.ELEMENT:
            issue.notes += piece.notes
        group = issue.groups[-1] if issue.groups else None
        if piece.role is BlockRole.CONTEXT and not issue.groups:
            issue.context.append(piece)
        elif piece.role is BlockRole.GROUP_HEADING:
            issue.groups.append(_Group(heading=piece.text))
        elif piece.role in (BlockRole.LEAD_IN, BlockRole.CONTEXT):
            if group is None or group.elements or group.lead_in:
                issue.groups.append(_Group(lead_in=piece.text))
            else:
                group.lead_in = piece.text
        else:
            if group is None:
                group = _Group()
                issue.groups.append(group)
            issue.count += 1
            reference = f"{issue.reference}.{issue.count}"
            group.elements.append(
                OutlineElement(
                    reference, piece.text, piece.missing, piece.id, piece.sources, piece.notes
                )
            )
            self.element_of[piece.id] = (issue, reference)

    def finished(self) -> Outline:
        for cover in self.alignment.time_frames:
            self._time_frame(cover)
        statuses = tuple(
            status for cover in self.alignment.statuses if (status := self._status(cover))
        )
        parts = tuple(self._finished_part(part) for part in self.parts)
        return Outline(
            cover=self._finished_cover(),
            parts=parts,
            statuses=statuses,
            anomalies=tuple(self.draft.anomalies),
            unplaced=tuple(self.unplaced),
            placements=self.placements,
        )

    def _references(self, cover: AlignedCell) -> tuple[str, ...]:
        return tuple(self.element_of[e][1] for e in cover.elements if e in self.element_of)

    def _notes_to_element(self, pieces: Iterable[Piece], reference: str) -> None:
        for piece in pieces:
            self.extra_notes.setdefault(reference, []).extend(piece.notes)

    def _time_frame(self, cover: AlignedCell) -> None:
        references = self._references(cover)
        if not references:
            self.unplaced += cover.pieces
            return
        issue, _ = self.element_of[cover.elements[0]]
        text = " ".join(self._words_of(piece) for piece in cover.pieces)
        sources = tuple(source for piece in cover.pieces for source in piece.sources)
        issue.time_frames.append(OutlineTimeFrame(text, references, sources))
        self._notes_to_element(cover.pieces, references[0])
        for piece in cover.pieces:
            self._placed(piece, *references)

    def _words_of(self, piece: Piece) -> str:
        """A piece's words, or those that its ditto mark stands for."""
        if piece.ditto_of is None:
            return piece.text
        return next((p.text for p in self.draft if p.id == piece.ditto_of), piece.text)

    def _status(self, cover: AlignedCell) -> OutlineStatus | None:
        references = self._references(cover)
        if not references:
            self.unplaced += cover.pieces
            return None
        self._notes_to_element(cover.pieces, references[0])
        for piece in cover.pieces:
            self._placed(piece, *references)
        return OutlineStatus(
            text=_narrative(cover.pieces),
            category=next((p.category for p in cover.pieces if p.category), None),
            covers=references,
            sources=tuple(source for piece in cover.pieces for source in piece.sources),
        )

    def _finished_part(self, part: _PartInProgress) -> OutlinePart:
        return OutlinePart(
            number=part.number,
            title=part.title,
            printed_heading=part.printed_heading,
            columns=tuple(part.columns),
            issues=tuple(self._finished_issue(issue) for issue in part.issues),
        )

    def _finished_issue(self, issue: _IssueInProgress) -> OutlineIssue:
        groups = tuple(
            OutlineGroup(
                group.heading,
                group.lead_in,
                tuple(
                    replace(e, notes=(*e.notes, *self.extra_notes.get(e.reference, ())))
                    for e in group.elements
                ),
            )
            for group in issue.groups
        )
        elements = [element for group in groups for element in group.elements]
        is_open = bool(elements) and elements[-1].text.endswith((";", ","))
        if is_open and elements[-1].piece not in self.declared:
            self.draft.anomaly(
                issue.piece, "the list of elements does not end; a bullet may be lost"
            )
        match = ISSUE_NUMBER.match(issue.piece.text)
        return OutlineIssue(
            reference=issue.reference,
            piece=issue.piece.id,
            number=issue.number,
            printed_number=match["number"] if match else "",
            parent=issue.parent,
            title=issue.title,
            context=_narrative(issue.context),
            sources=tuple(
                source for piece in (issue.piece, *issue.context) for source in piece.sources
            ),
            notes=tuple(issue.notes),
            groups=groups,
            time_frames=tuple(issue.time_frames),
        )

    def _finished_cover(self) -> OutlineCover:
        def lines(role: BlockRole) -> list[str]:
            return [piece.text for piece in self.cover.get(role, [])]

        return OutlineCover(
            agenda_item="\n".join(lines(BlockRole.AGENDA_ITEM)),
            title="\n".join(lines(BlockRole.TITLE)),
            paragraphs=tuple(_paragraph(text) for text in lines(BlockRole.PARAGRAPH)),
            footnotes=tuple(_footnote(text) for text in lines(BlockRole.FOOTNOTE)),
            place_date="\n".join(lines(BlockRole.PLACE_DATE)),
        )


def _paragraph(text: str) -> tuple[str, str]:
    """Number, without its full stop and "" when there is none, and words of a paragraph."""
    match = PARAGRAPH.fullmatch(text)
    return (match["number"].rstrip("."), match["text"]) if match else ("", text)


def _footnote(text: str) -> tuple[str, str]:
    """Mark and words of a footnote; the first word is its mark, whatever it is."""
    match = FOOTNOTE.fullmatch(text)
    if match:
        return match["mark"], match["text"]
    mark, _, rest = text.partition(" ")
    return mark, rest


def _narrative(pieces: Iterable[Piece]) -> str:
    """The words of ``pieces`` as a narrative, each of them a paragraph or a bullet."""
    return render(
        ProseBlock("bullet" if piece.kind is BlockKind.BULLET else block.kind, block.text)
        for piece in pieces
        for block in parse(piece.text)
    )
