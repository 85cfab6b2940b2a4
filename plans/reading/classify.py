"""Classify: what every block of a source table is, and where it belongs.

Walks the tables in the order of the source and judges cell by cell (``cells``). What it can prove
it repairs, and says so: repeated page heads, an issue that continues on the next page, a row
shifted by a column, a bullet in the wrong column, the end of a list that stands under the next
issue's label, a cell or bullet printed twice. The rest it reports as anomalies.

What a document declares itself (``SourceBlock.role``, ``SourceCell.span``) is taken as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from plans.reading.cells import ISSUE_NUMBER, CellJudge, is_heading, starts_small
from plans.reading.declared import declared_pieces, with_covers_of_spans
from plans.reading.draft import Anomaly, Confidence, Draft, Piece, joined, piece_of
from plans.reading.source_table import (
    BlockKind,
    BlockRole,
    SourceBlock,
    SourcePage,
    SourceRow,
    SourceTable,
)
from plans.text.prose import words

# -- Cover ----------------------------------------------------------------------------------------

_AGENDA_ITEM = re.compile(
    r"\S+( \S+)? (ITEM ON THE AGENDA|QUESTION À L'ORDRE DU JOUR|PUNTO DEL ORDEN DEL DÍA)",
    re.IGNORECASE,
)
PARAGRAPH = re.compile(r"(?P<number>\d{1,3}\.)\s+(?P<text>\S.*)")
FOOTNOTE = re.compile(r"(?P<mark>[¹²³⁰⁴-⁹]+|\*+)\s+(?P<text>\S.*)")
_PLACE_DATE = re.compile(r"[^\W\d][\w' -]{1,40}, (le )?\d{1,2}(er)? (de )?[^\W\d]+ (de )?\d{4}\.?")
_APPENDIX = re.compile(r"(appendix|annex|annexe|anexo|apéndice)(\s+[IVX\d]+)?", re.IGNORECASE)


def classify_cover(page: SourcePage, draft: Draft) -> None:
    """Add the pieces of page 0 to ``draft``.

    The first line that is nothing else is the title; a further one of its kind is left
    unplaced, with an anomaly.
    """
    titled = False
    for block in page.loose:
        role = block.role or _role(block)
        if role is None and not titled:
            role, titled = BlockRole.TITLE, True
        piece = piece_of(block, role or BlockRole.UNPLACED)
        draft.pieces.append(piece)
        if role is None:
            draft.anomaly(piece, "text on the cover that is neither title nor numbered paragraph")
        elif role is BlockRole.TITLE:
            titled = True
        elif role is BlockRole.PARAGRAPH and block.role is None and _begins_small(block.text):
            draft.anomaly(piece, "a paragraph that begins in the middle of a sentence")


def _role(block: SourceBlock) -> BlockRole | None:
    for role, pattern in (
        (BlockRole.AGENDA_ITEM, _AGENDA_ITEM),
        (BlockRole.PARAGRAPH, PARAGRAPH),
        (BlockRole.FOOTNOTE, FOOTNOTE),
        (BlockRole.PLACE_DATE, _PLACE_DATE),
        (BlockRole.BOILERPLATE, _APPENDIX),
    ):
        if pattern.fullmatch(block.text):
            return role
    return None


def _begins_small(text: str) -> bool:
    match = PARAGRAPH.match(text)
    return match is not None and match["text"][0].islower()


PART_HEADING = re.compile(
    r"(?P<word>[^\W\d]+)\s+(?P<number>[IVXLC]{1,7}|\d{1,3}|[A-Z])\s*[.:–—-]\s*(?P<title>\S.*)"
)
_HEADING_CELL_WORDS = 14
_DUPLICATE_WORDS = 4


def classify(source: SourceTable, *, language: str = "en") -> Draft:
    """Classify every block of ``source``. Nothing is dropped: the pieces hold all its words.

    ``language`` selects the time-frame grammar.
    """
    draft = Draft(line_names=source.line_names)
    draft.anomalies += _remarks(source)
    classify_cover(source.pages[0], draft)
    walk = _Walk(draft, CellJudge(draft, language=language))
    for page in source.pages[1:]:
        walk.page(page)
    with_covers_of_spans(draft, source.pages)
    return draft


def _remarks(source: SourceTable) -> Iterator[Anomaly]:
    """What the reader remarked, at the first block of the line that it speaks of."""
    first: dict[int, str] = {}
    for block in source.blocks():
        first.setdefault(block.line, block.id)
    any_ = next(iter(first.values()), "")
    for remark in source.remarks:
        yield Anomaly(
            first.get(remark.line, any_),
            remark.line,
            remark.message,
            repaired=remark.repaired,
            where=source.where(remark.line),
        )


@dataclass
class _Walk:
    """Where the reading has come to."""

    draft: Draft
    judge: CellJudge
    part: str = ""
    columns: tuple[str, ...] = ()
    part_number: int = 0
    issue: Piece | None = None
    last_element: Piece | None = None
    source_row: str = ""

    def page(self, page: SourcePage) -> None:
        if page.head is not None:
            self._head(page.head)
        rows = list(page.rows)
        if rows and self._is_column_row(rows[0]):
            self._column_row(page.number, rows.pop(0))
        elif rows:
            self._part_without_head(rows[0])
            first = next((b for cell in rows[0].cells for b in cell.blocks), None)
            if first is not None and not rows[0].declared:
                self.draft.anomaly(
                    piece_of(first, BlockRole.UNPLACED),
                    "a table that begins without column headings",
                )
        for row in rows:
            if row.declared:
                self._declared_row(page.number, row)
            else:
                self._row(page.number, row)
        if page.loose:
            # What was torn out of a table stands beside itself alone.
            self.source_row = f"p{page.number}.x"
        for block in page.loose:
            self._loose(block, page)

    # Heads and headings

    def _head(self, head: SourceBlock) -> None:
        if head.role is BlockRole.PART:
            self._begin_part(head)
        elif head.text == self.part:
            self._add(piece_of(head, BlockRole.BOILERPLATE))
        elif head.kind is BlockKind.BULLET or (self.part and not PART_HEADING.fullmatch(head.text)):
            self._loose(head, None)
        else:
            self._begin_part(head)

    def _begin_part(self, head: SourceBlock) -> None:
        self.part = head.text
        self.part_number += 1
        self.columns = ()
        self.issue = self.last_element = None
        piece = piece_of(head, BlockRole.PART)
        self._add(piece)
        if not PART_HEADING.fullmatch(head.text):
            self.draft.anomaly(piece, "a Part heading without a number")

    def _part_without_head(self, row: SourceRow) -> None:
        if self.part_number:
            return
        self.part_number = 1
        self.draft.pieces.append(
            Piece(
                id="part.1",
                text="",
                kind=BlockKind.PARAGRAPH,
                role=BlockRole.PART,
                line=row.line,
                source_row="",
                sources=(),
                confidence=Confidence.LOW,
            )
        )
        self.draft.anomaly(self.draft.pieces[-1], "a table without a Part heading above it")

    def _is_column_row(self, row: SourceRow) -> bool:
        texts = tuple(cell.text for cell in row.cells)
        if row.declared:
            return all(
                block.role is BlockRole.COLUMN for cell in row.cells for block in cell.blocks
            )
        if texts == self.columns:
            return True
        return all(
            len(cell.blocks) == 1
            and cell.blocks[0].kind is BlockKind.PARAGRAPH
            and len(words(cell.text)) <= _HEADING_CELL_WORDS
            and not ISSUE_NUMBER.match(cell.text)
            for cell in row.cells
        )

    def _column_row(self, page: int, row: SourceRow) -> None:
        self._part_without_head(row)
        texts = tuple(cell.text for cell in row.cells)
        repeated = texts == self.columns
        role = BlockRole.COLUMN if not self.columns else BlockRole.BOILERPLATE
        pieces = [piece_of(block, role) for cell in row.cells for block in cell.blocks]
        if row.declared and role is BlockRole.COLUMN:
            pieces = [_declared_heading(page, row, index) for index in range(1, len(row.cells) + 1)]
        for piece in pieces:
            self._add(piece)
        if not self.columns:
            self.columns = texts
        elif not repeated and pieces:
            self.draft.anomaly(pieces[0], "column headings that differ from those before")

    # Rows

    def _declared_row(self, page: int, row: SourceRow) -> None:
        """A row of which the document itself says what stands in it."""
        self.source_row = f"p{page}.r{row.number}"
        for piece in declared_pieces(row, self.source_row):
            if piece.role is BlockRole.ISSUE:
                piece = self._issue_piece(piece)
            elif piece.role is BlockRole.ELEMENT:
                self.last_element = piece
            self._add(piece)

    def _row(self, page: int, row: SourceRow) -> None:
        source_row = f"p{page}.r{row.number}"
        cells = row.cells
        with_status = len(cells) > 3
        plan = self.judge.issues(cells[0].blocks, source_row)
        plan += self.judge.elements(cells[1].blocks, source_row)
        frames = self.judge.time_frames(cells[2].blocks, source_row, with_status=with_status)
        statuses: list[Piece] = []
        if with_status and not self._is_repeated(row):
            shifted = not any(piece.role is BlockRole.TIME_FRAME for piece in frames)
            statuses = self.judge.statuses(cells[3].blocks, source_row, shifted=shifted)
        elif with_status:
            statuses = self._repeated_cell(row, source_row)
        beside = [piece for piece in frames + statuses if not _is_plan(piece)]
        plan += [piece for piece in frames + statuses if _is_plan(piece)]
        beside = [piece for piece in plan if not _is_plan(piece)] + beside
        plan = [piece for piece in plan if _is_plan(piece)]
        if not plan and self.source_row:
            # Nothing but time-frames and statuses: the row above goes on.
            beside = [replace(piece, source_row=self.source_row) for piece in beside]
        elif plan:
            self.source_row = source_row
        for piece in self._tail_first(plan):
            self._plan_piece(piece)
        for piece in beside:
            self._add(piece)

    def _is_repeated(self, row: SourceRow) -> bool:
        third, fourth = row.cells[2], row.cells[3]
        return third.text == fourth.text and len(words(third.text)) >= _DUPLICATE_WORDS

    def _repeated_cell(self, row: SourceRow, source_row: str) -> list[Piece]:
        pieces = [
            replace(
                piece_of(block, BlockRole.DUPLICATE, source_row=source_row),
                duplicate_of=original.id,
            )
            for original, block in zip(row.cells[2].blocks, row.cells[3].blocks, strict=True)
        ]
        self.draft.anomaly(pieces[0], "the cell repeats the one before it", repaired=True)
        return pieces

    def _tail_first(self, plan: list[Piece]) -> list[Piece]:
        """Put the end of the list before, printed under this issue's label, before the label."""
        headings = 0
        while headings < len(plan) and plan[headings].role is BlockRole.ISSUE:
            headings += 1
        if not headings or self.issue is None or not self._list_is_open():
            return plan
        end = headings
        while end < len(plan) and plan[end].role is BlockRole.ELEMENT:
            end += 1
            if plan[end - 1].text.endswith("."):
                break
        tail = plan[headings:end]
        if tail:
            self.draft.anomaly(
                tail[0],
                f"the end of the list of “{self.issue.text[:40]}…” stood under the next issue",
                repaired=True,
            )
        return tail + plan[:headings] + plan[end:]

    def _list_is_open(self) -> bool:
        return self.last_element is not None and self.last_element.text.endswith((";", ","))

    def _plan_piece(self, piece: Piece) -> None:
        match piece.role:
            case BlockRole.ISSUE:
                piece = self._issue_piece(piece)
            case BlockRole.ELEMENT:
                self.last_element = piece
                if self.issue is None:
                    self.draft.anomaly(piece, "an element before any issue")
            case BlockRole.CONTEXT:
                piece = self._context_piece(piece)
            case BlockRole.GROUP_HEADING if self.issue is None:
                self.draft.anomaly(piece, "a heading before any issue")
            case _:
                pass
        self._add(piece)

    def _issue_piece(self, piece: Piece) -> Piece:
        if self.issue is not None and _same_issue(self.issue.text, piece.text):
            return replace(piece, role=BlockRole.DUPLICATE, duplicate_of=self.issue.id)
        self.issue = piece
        self.last_element = None
        if ISSUE_NUMBER.match(piece.text) is None:
            self.draft.anomaly(piece, "an issue without a number")
            return replace(piece, confidence=Confidence.LOW)
        return piece

    def _context_piece(self, piece: Piece) -> Piece:
        if self.last_element is None:
            return piece
        if not piece.text.endswith(":"):
            self.draft.anomaly(piece, "a paragraph after elements that leads in to none")
        return replace(piece, role=BlockRole.LEAD_IN)

    # Text between tables

    def _loose(self, block: SourceBlock, page: SourcePage | None) -> None:
        if block.role is not None:
            self._add(piece_of(block, block.role, source_row=self.source_row))
            return
        piece = piece_of(block, BlockRole.UNPLACED, source_row=self.source_row)
        original = self._original(block, page) if page is not None else None
        match = ISSUE_NUMBER.match(block.text)
        if original is not None:
            self.draft.anomaly(piece, f"repeats {original}", repaired=True)
            self._add(replace(piece, role=BlockRole.DUPLICATE, duplicate_of=original))
        elif match and match["top"] and self._insert_parent(piece, match["top"]):
            self.draft.anomaly(piece, "an issue's heading torn out of the table", repaired=True)
        elif block.kind is BlockKind.BULLET and starts_small(block.text):
            self.draft.anomaly(piece, "an element torn out of the table", repaired=True)
            for element in self.judge.bullet(block, self.source_row):
                self._plan_piece(element)
        elif block.kind is BlockKind.BULLET:
            self.draft.anomaly(piece, "a status torn out of the table")
            self._add(replace(piece, role=BlockRole.STATUS, confidence=Confidence.LOW))
        elif match or is_heading(block.text):
            self.draft.anomaly(piece, "a heading torn out of the table")
            self._add(piece)
        else:
            self.draft.anomaly(piece, "text between the tables")
            self._add(piece)

    def _original(self, block: SourceBlock, page: SourcePage) -> str | None:
        """The id of the block of the table above that says the same, if any."""
        if len(words(block.text)) < _DUPLICATE_WORDS:
            return None
        for row in page.rows:
            for cell in row.cells:
                for other in cell.blocks:
                    if other.text == block.text:
                        return other.id
        return None

    def _insert_parent(self, piece: Piece, top: str) -> bool:
        """Put the heading “4. …” before the first of 4(a), 4(b)… of this Part."""
        start = max(
            (i for i, other in enumerate(self.draft.pieces) if other.role is BlockRole.PART),
            default=0,
        )
        first: int | None = None
        for index, other in enumerate(self.draft.pieces[start:], start):
            match = ISSUE_NUMBER.match(other.text) if other.role is BlockRole.ISSUE else None
            if match and match["top"] == top:
                return False
            if match and match["of"] == top and first is None:
                first = index
        if first is None:
            return False
        self.draft.pieces.insert(first, replace(piece, role=BlockRole.ISSUE))
        return True

    def _add(self, piece: Piece) -> None:
        self.draft.pieces.append(piece)


def _declared_heading(page: int, row: SourceRow, column: int) -> Piece:
    """The heading of one column, blank where the document leaves it blank."""
    blocks = row.cells[column - 1].blocks
    if blocks:
        return joined([piece_of(block, BlockRole.COLUMN) for block in blocks])
    return Piece(
        id=f"p{page}.r{row.number}.c{column}.b0",
        text="",
        kind=BlockKind.PARAGRAPH,
        role=BlockRole.COLUMN,
        line=row.line,
        source_row="",
        sources=(),
    )


def _is_plan(piece: Piece) -> bool:
    return piece.role in (
        BlockRole.ISSUE,
        BlockRole.CONTEXT,
        BlockRole.GROUP_HEADING,
        BlockRole.LEAD_IN,
        BlockRole.ELEMENT,
    )


def _same_issue(text: str, other: str) -> bool:
    """True when ``other`` is the heading ``text`` again, perhaps “(continued)”."""
    return re.sub(r"\s*\((continued|cont'd|cont\.|suite|cont)\)\s*$", "", other) == text
