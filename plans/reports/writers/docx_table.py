"""The table of a Part as WordprocessingML. Pure.

Its first two rows, the Part's title and the headings of the columns, are repeated on every page.
Rows that introduce elements hold together, and stand on the page where the first row of what they
introduce begins: word processors look for “keep with next” in all cells of a row (Word), or in the
first paragraph of its first one (LibreOffice). The rows of elements may break across pages when
they are long. A cell that spans rows is a vertical merge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from xml.sax.saxutils import quoteattr

from plans.reports.diff import Change
from plans.reports.hints import Hint, RowHint, hint_for
from plans.reports.layout import PartLayout, Row, RowKind, Slot
from plans.reports.progress import Count
from plans.reports.table import StatusCell, TimeFrameCell
from plans.reports.words import Words
from plans.reports.writers import printed
from plans.reports.writers.docx_markup import NAMESPACES, Markup, Style
from plans.reports.writers.texts import Texts, numbered

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


class Appendix:
    """Writes the tables of one report.

    ``width`` is that of the page between its margins, in twentieths of a point; ``texts`` are the
    words in the cells. ``count`` counts the rows of elements.
    """

    def __init__(
        self,
        layouts: Sequence[PartLayout],
        words: Words,
        markup: Markup,
        *,
        width: int,
        texts: Texts,
        count: Count,
    ) -> None:
        self._texts = texts
        self._count = count
        self._words = words
        self._markup = markup
        self._widths = [width * share // sum(_SHARES) for share in _SHARES]
        pointed = {
            slot.see.target
            for laid_out in layouts
            for row in laid_out.rows
            for slot in (row.time_frame, row.status)
            if slot is not None and slot.see is not None
        }
        # References may be longer than a bookmark's name, and have signs that it may not.
        self._bookmarks = {reference: number for number, reference in enumerate(sorted(pointed), 1)}
        self._hints = len(self._bookmarks)

    def part(self, laid_out: PartLayout, label: str) -> str:
        """The ``w:tbl`` element of one Part; ``label`` says what the table is, for who hears it."""
        markup, part = self._markup, laid_out.part
        title = printed.part_title(part, self._words)
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
            *self._rows(laid_out.rows),
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
            f"<w:tblCaption w:val={quoteattr(printed.one_line(title))}/>"
            f"<w:tblDescription w:val={quoteattr(printed.one_line(label))}/></w:tblPr>"
        )

    def _title_cell(self, content: str) -> str:
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{sum(self._widths)}" w:type="dxa"/>'
            f'<w:gridSpan w:val="{len(self._widths)}"/>'
            f"<w:tcBorders>{_HEAVY.format(side='top')}</w:tcBorders></w:tcPr>{content}</w:tc>"
        )

    def _rows(self, rows: Sequence[Row]) -> list[str]:
        found = []
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
            found.append(f"<w:tr>{_WHOLE_ROW if whole else ''}{''.join(cells)}</w:tr>")
            if row.element is not None:
                self._count.row()
        return found

    def _held(self, rows: Sequence[Row]) -> list[tuple[bool, bool]]:
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

    def _lines(self, row: Row) -> int:
        """About how many lines a row takes; a cell that goes on below it is not reckoned."""
        texts = self._texts
        found = []
        if row.start is not None and row.start.rowspan == 1:
            found.append(_lines(0, [numbered(row.start.issue, texts.title(row.start.issue))]))
        if row.element is not None:
            found.append(_lines(1, [texts.element(row.element)]))
        else:
            found.append(_lines(1, [block.pieces for block in texts.content(row)]))
        for column, slot in ((2, row.time_frame), (3, row.status)):
            if slot is not None and slot.rowspan == 1:
                words = _lines(column, [block.pieces for block in texts.slot(slot)])
                found.append(words + bool(texts.remark(slot)))
        return max(found)

    def _cell(self, column: int, content: str, *, merge: str = "", borders: str = "") -> str:
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{self._widths[column]}" w:type="dxa"/>{merge}'
            f"{f'<w:tcBorders>{borders}</w:tcBorders>' if borders else ''}</w:tcPr>{content}</w:tc>"
        )

    def _spanned(self, column: int, *, keep: bool) -> str:
        """What stands for the cell above that spans this row too."""
        content = self._markup.paragraph(Style.TEXT, keep=keep)
        return self._cell(column, content, merge="<w:vMerge/>")

    def _issue(self, row: Row, borders: str, *, keep: bool) -> str:
        if row.start is None:
            return self._spanned(0, keep=keep)
        issue, markup = row.start.issue, self._markup
        text = markup.pieces(numbered(issue, self._texts.title(issue)))
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

    def _hinted(self, row: Row, *, keep: bool) -> str:
        content = self._content(row, keep=keep)
        return content.replace("</w:pPr>", f"</w:pPr>{self._hint(hint_for(row))}", 1)

    def _content(self, row: Row, *, keep: bool) -> str:
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
            text = markup.text(printed.see_text(slot, self._words))
            link = f'<w:hyperlink w:anchor="{anchor}" w:history="1">{text}</w:hyperlink>'
            content = markup.paragraph(Style.SEE, link)
        else:
            content = markup.blocks(self._texts.slot(slot), keep=keep)
            if remark := self._texts.remark(slot):
                content = markup.paragraph(Style.SEE, markup.text(remark)) + content
        return self._cell(column, content, merge=_merge(slot.rowspan), borders=borders)


def _introduces(rows: Sequence[Row], index: int) -> bool:
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
