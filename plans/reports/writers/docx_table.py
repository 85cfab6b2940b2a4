"""The table of a Part as WordprocessingML. Pure.

Its first two rows, the Part's title and the headings of the columns, are repeated on every page.
Rows that introduce elements hold together, and stand on the page where the first row of what they
introduce begins: word processors look for “keep with next” in all cells of a row (Word), or in the
first paragraph of its first one (LibreOffice). The rows of elements may break across pages when
they are long. A cell that spans rows is a vertical merge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from itertools import count
from math import ceil
from xml.sax.saxutils import escape, quoteattr

from plans.reports.hints import Hint, RowHint, hint_for
from plans.reports.labels import Labels
from plans.reports.layout import LayoutRow, PartLayout, RowKind, Slot
from plans.reports.table import StatusCell, TimeFrameCell
from plans.reports.writers import ProgressCounter, printed
from plans.reports.writers.printed import CellTexts, numbered_title, xml_text
from plans.text.differences import Change, ChangeKind, DiffBlock

# -- Paragraphs ------------------------------------------------------------------------------------
# Markup is put together as strings, which for the cells of a table takes a fraction of the time
# that a tree needs. So every text goes through ``Markup.text``, and no other function of the writer
# lets a text of the report through as it is.

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_BREAKS = re.compile("([\t\n])")
_FIRST_REVISION = 1_000_001
_BREAK_TAGS = {"\t": "<w:tab/>", "\n": "<w:br/>"}


class Style(StrEnum):
    """The styles that the template must have, by name."""

    TITLE = "Title"
    APPENDIX = "Heading 1"
    PART = "Heading 2"
    ISSUE = "Heading 3"
    GROUP = "Heading 4"
    PARAGRAPH = "Body Text"
    BULLET = "List Bullet"
    FOOTNOTE = "Footnote Text"
    FOOTNOTE_MARK = "Footnote Reference"
    TEXT = "Table Text"
    HEAD = "Table Head"
    SEE = "Table Reference"
    SYMBOL = "Document Symbol"
    AGENDA = "Agenda Item"
    PLACE = "Place and Date"
    TABLE = "Report Table"
    HEADER = "Header"
    FOOTER = "Footer"


class Revisions:
    """Whose revisions marked words are, and of what day.

    They are numbered in the order in which they are made.
    """

    def __init__(self, author: str, day: date) -> None:
        self._author = quoteattr(xml_text(author))
        self._moment = datetime.combine(day, time()).isoformat()
        # Bookmarks are numbered from 1.
        self._numbers = count(_FIRST_REVISION)

    def tag(self, kind: ChangeKind, content: str = "") -> str:
        """``w:del`` or ``w:ins`` around runs, or by itself in the properties of a paragraph."""
        name = "del" if kind == "removed" else "ins"
        return (
            f'<w:{name} w:id="{next(self._numbers)}" w:author={self._author} '
            f'w:date="{self._moment}Z">{content}</w:{name}>'
        )


@dataclass(frozen=True, slots=True)
class Markup:
    """Makes markup with the styles of one template.

    ``ids`` are the template's ids of the styles; ``from_right`` is for languages that are written
    from right to left. ``revisions`` are for a document with words that came or went.
    """

    ids: Mapping[Style, str]
    from_right: bool
    revisions: Revisions | None = None

    def style(self, style: Style) -> str:
        return escape(self.ids[style], {'"': "&quot;"})

    def paragraph(
        self, style: Style, content: str = "", *, keep: bool = False, ended: ChangeKind = "same"
    ) -> str:
        """A paragraph of runs; ``keep`` holds it on the page of the next one.

        ``ended`` tells whether the break between it and the next one came or went.
        """
        properties = "<w:keepNext/>" if keep else ""
        if self.from_right:
            properties += "<w:bidi/>"
        if ended != "same" and self.revisions is not None:
            properties += f"<w:rPr>{self.revisions.tag(ended)}</w:rPr>"
        return (
            f'<w:p><w:pPr><w:pStyle w:val="{self.style(style)}"/>{properties}</w:pPr>'
            f"{content}</w:p>"
        )

    def run(self, content: str, *, properties: str = "") -> str:
        """A run of markup that is made already."""
        if self.from_right:
            properties += "<w:rtl/>"
        return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{content}</w:r>"

    def text(self, text: str, *, properties: str = "", tag: str = "t") -> str:
        """A run of plain text, its tabs and line breaks kept; nothing for no text."""
        pieces = [
            _BREAK_TAGS.get(piece) or f'<w:{tag} xml:space="preserve">{escape(piece)}</w:{tag}>'
            for piece in _BREAKS.split(xml_text(text))
            if piece
        ]
        return self.run("".join(pieces), properties=properties) if pieces else ""

    def pieces(self, pieces: Iterable[Change]) -> str:
        """Runs of words, those that came or went as revisions."""
        return "".join(map(self._piece, pieces))

    def _piece(self, piece: Change) -> str:
        if piece.kind == "same" or self.revisions is None:
            return self.text(piece.text)
        run = self.text(piece.text, tag="delText" if piece.kind == "removed" else "t")
        return self.revisions.tag(piece.kind, run)

    def blocks(self, blocks: Sequence[DiffBlock], style: Style = Style.TEXT, *, keep: bool) -> str:
        """Paragraphs, those of ``style``, and bullets; an empty paragraph when there are none."""
        endings = [block.opened for block in blocks[1:]] + ["same" for _ in blocks[:1]]
        return "".join(
            self.paragraph(
                Style.BULLET if block.kind == "bullet" else style,
                # A break that came or went is a revision itself, and needs no sign.
                self.pieces(block.pieces),
                keep=keep,
                ended=ended,
            )
            for block, ended in zip(blocks, endings, strict=True)
        ) or self.paragraph(Style.TEXT, keep=keep)


# -- Tables ----------------------------------------------------------------------------------------

_SHARES = (18, 42, 14, 26)
# Of how many lines an element's row may be that is not broken across pages, and how many are held
# together at most: LibreOffice has lost words of rows that together were higher than a page.
_WHOLE_ELEMENT = 6
_WHOLE_OPENING = 28
# The space above and below the text of a row, in lines.
_SPACE = 0.5
_HEAD_ROW = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
_WHOLE_ROW = "<w:trPr><w:cantSplit/></w:trPr>"
_HEAVY = '<w:{side} w:val="single" w:sz="16" w:space="0" w:color="auto"/>'
_STRONG = '<w:{side} w:val="single" w:sz="8" w:space="0" w:color="auto"/>'
_RULE = '<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'


class DocxTables:
    """Writes the tables of one report.

    ``width`` is that of the page between its margins, in twentieths of a point; ``texts`` are the
    words in the cells. ``count`` counts the rows of elements.
    """

    def __init__(
        self,
        layouts: Sequence[PartLayout],
        labels: Labels,
        markup: Markup,
        *,
        width: int,
        texts: CellTexts,
        count: ProgressCounter,
    ) -> None:
        self._texts = texts
        self._count = count
        self._labels = labels
        self._markup = markup
        self._widths = [width * share // sum(_SHARES) for share in _SHARES]
        pointed = {
            slot.see.target
            for layout in layouts
            for row in layout.rows
            for slot in (row.time_frame, row.status)
            if slot is not None and slot.see is not None
        }
        # References may be longer than a bookmark's name, and have signs that it may not.
        self._bookmarks = {reference: number for number, reference in enumerate(sorted(pointed), 1)}
        self._hints = len(self._bookmarks)

    def part(self, layout: PartLayout, label: str) -> str:
        """The ``w:tbl`` element of one Part; ``label`` says what the table is, for who hears it."""
        markup, part = self._markup, layout.part
        title = printed.part_title(part, self._labels)
        part_hint, columns_hint = self._hint(Hint(RowHint.PART)), self._hint(Hint(RowHint.COLUMNS))
        heading = markup.paragraph(Style.PART, part_hint + markup.text(title))
        heads = "".join(
            self._cell(
                column,
                markup.paragraph(Style.HEAD, ("" if column else columns_hint) + markup.text(text)),
                borders=_STRONG.format(side="bottom"),
            )
            for column, text in enumerate(part.columns)
        )
        parts = [
            f"<w:tbl {NAMESPACES}>{self._properties(title, label)}<w:tblGrid>",
            *(f'<w:gridCol w:w="{width}"/>' for width in self._widths),
            "</w:tblGrid>",
            f"<w:tr>{_HEAD_ROW}{self._title_cell(heading)}</w:tr><w:tr>{_HEAD_ROW}{heads}</w:tr>",
            *self._rows(layout.rows),
            "</w:tbl>",
        ]
        return "".join(parts)

    def _properties(self, title: str, label: str) -> str:
        markup = self._markup
        return (
            f'<w:tblPr><w:tblStyle w:val="{markup.style(Style.TABLE)}"/>'
            f"{'<w:bidiVisual/>' if markup.from_right else ''}"
            f'<w:tblW w:w="{sum(self._widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
            'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
            f"<w:tblCaption w:val={quoteattr(printed.xml_line(title))}/>"
            f"<w:tblDescription w:val={quoteattr(printed.xml_line(label))}/></w:tblPr>"
        )

    def _title_cell(self, content: str) -> str:
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{sum(self._widths)}" w:type="dxa"/>'
            f'<w:gridSpan w:val="{len(self._widths)}"/>'
            f"<w:tcBorders>{_HEAVY.format(side='top')}</w:tcBorders></w:tcPr>{content}</w:tc>"
        )

    def _rows(self, rows: Sequence[LayoutRow]) -> list[str]:
        markup_rows = []
        # No rule below the headings, which have a stronger one, nor below a parent's title.
        after_title = True
        for row, (whole, keep) in zip(rows, self._held(rows), strict=True):
            rule = row.start is not None and not after_title
            if row.start is not None:
                after_title = row.start.heads_next
            borders = _RULE.format(side="top") if rule else ""
            cells = (
                self._issue(row, borders, keep=keep),
                self._cell(1, self._hinted(row, keep=keep), borders=borders),
                self._slot(2, row.time_frame, borders, keep=keep),
                self._slot(3, row.status, borders, keep=keep),
            )
            markup_rows.append(f"<w:tr>{_WHOLE_ROW if whole else ''}{''.join(cells)}</w:tr>")
            if row.element is not None:
                self._count.row()
        return markup_rows

    def _held(self, rows: Sequence[LayoutRow]) -> list[tuple[bool, bool]]:
        """Of each row whether it is not to be broken, and whether it stays with the next one."""
        held = []
        # How many lines the next row takes, and those that it stays with.
        below = 0.0
        for index in reversed(range(len(rows))):
            lines = self._lines(rows[index])
            whole = lines <= (_WHOLE_OPENING if rows[index].element is None else _WHOLE_ELEMENT)
            keep = whole and _introduces(rows, index) and lines + below <= _WHOLE_OPENING
            below = (lines if whole else 1) + _SPACE + (below if keep else 0)
            held.append((whole, keep))
        return held[::-1]

    def _lines(self, row: LayoutRow) -> int:
        """About how many lines a row takes; a cell that goes on below it is not reckoned."""
        texts = self._texts
        heights = []
        if row.start is not None and row.start.rowspan == 1:
            heights.append(
                _lines(0, [numbered_title(row.start.issue, texts.title(row.start.issue))])
            )
        if row.element is not None:
            heights.append(_lines(1, [texts.element(row.element)]))
        else:
            heights.append(_lines(1, [block.pieces for block in texts.content(row)]))
        for column, slot in ((2, row.time_frame), (3, row.status)):
            if slot is not None and slot.rowspan == 1:
                words = _lines(column, [block.pieces for block in texts.slot(slot)])
                heights.append(words + bool(texts.remark(slot)))
        return max(heights)

    def _cell(self, column: int, content: str, *, merge: str = "", borders: str = "") -> str:
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{self._widths[column]}" w:type="dxa"/>{merge}'
            f"{f'<w:tcBorders>{borders}</w:tcBorders>' if borders else ''}</w:tcPr>{content}</w:tc>"
        )

    def _spanned(self, column: int, *, keep: bool) -> str:
        """What stands for the cell above that spans this row too."""
        content = self._markup.paragraph(Style.TEXT, keep=keep)
        return self._cell(column, content, merge="<w:vMerge/>")

    def _issue(self, row: LayoutRow, borders: str, *, keep: bool) -> str:
        if row.start is None:
            return self._spanned(0, keep=keep)
        issue, markup = row.start.issue, self._markup
        text = markup.pieces(numbered_title(issue, self._texts.title(issue)))
        content = markup.paragraph(Style.ISSUE, text, keep=keep)
        return self._cell(0, content, merge=_merge(row.start.rowspan), borders=borders)

    def _hint(self, hint: Hint) -> str:
        """An invisible name at the beginning of a row, by which it is read back."""
        self._hints += 1
        number = self._hints
        return (
            f'<w:bookmarkStart w:id="{number}" w:name="{hint.bookmark(number)}"/>'
            f'<w:bookmarkEnd w:id="{number}"/>'
        )

    def _hinted(self, row: LayoutRow, *, keep: bool) -> str:
        content = self._content(row, keep=keep)
        return content.replace("</w:pPr>", f"</w:pPr>{self._hint(hint_for(row))}", 1)

    def _content(self, row: LayoutRow, *, keep: bool) -> str:
        """The second column."""
        markup = self._markup
        if row.element is None:
            style = Style.GROUP if row.kind is RowKind.HEADING else Style.TEXT
            return markup.blocks(self._texts.content(row), style, keep=keep)
        text = markup.pieces(self._texts.element(row.element))
        number = self._bookmarks.get(row.element.reference)
        if number is not None:
            text = (
                f'<w:bookmarkStart w:id="{number}" w:name="element_{number}"/>{text}'
                f'<w:bookmarkEnd w:id="{number}"/>'
            )
        return markup.paragraph(Style.BULLET, text)

    def _slot(
        self,
        column: int,
        slot: Slot[TimeFrameCell] | Slot[StatusCell] | None,
        borders: str,
        *,
        keep: bool,
    ) -> str:
        if slot is None:
            return self._spanned(column, keep=keep)
        markup = self._markup
        if slot.see is not None:
            anchor = f"element_{self._bookmarks[slot.see.target]}"
            text = markup.text(printed.see_text(slot, self._labels))
            link = f'<w:hyperlink w:anchor="{anchor}" w:history="1">{text}</w:hyperlink>'
            content = markup.paragraph(Style.SEE, link)
        else:
            content = markup.blocks(self._texts.slot(slot), keep=keep)
            if remark := self._texts.remark(slot):
                content = markup.paragraph(Style.SEE, markup.text(remark)) + content
        return self._cell(column, content, merge=_merge(slot.rowspan), borders=borders)


def _introduces(rows: Sequence[LayoutRow], index: int) -> bool:
    """Whether a row announces what the next one says: one of its issue, or the first sub-issue."""
    row = rows[index]
    if row.element is not None or index + 1 == len(rows):
        return False
    return rows[index + 1].start is None or (row.start is not None and row.start.heads_next)


def _lines(column: int, texts: Iterable[Sequence[Change]]) -> int:
    """About how many lines paragraphs of these words take in a column."""
    lengths = (sum(printed.room(piece.text) for piece in text) for text in texts)
    return sum(max(1, ceil(length / printed.LETTERS[column])) for length in lengths)


def _merge(rowspan: int) -> str:
    return '<w:vMerge w:val="restart"/>' if rowspan > 1 else ""
