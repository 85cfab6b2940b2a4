"""The table of a Part as WordprocessingML. Pure.

Its first two rows, the Part's title and the headings of the columns, are repeated on every page.
The rows of elements may break across pages; those that introduce elements hold together. A cell
that spans rows is a vertical merge.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from plans.reports.hints import Hint, RowHint, hint_for
from plans.reports.layout import PartLayout, Row, RowKind, Slot
from plans.reports.table import StatusCell, TimeFrameCell
from plans.reports.words import Words
from plans.reports.writers import printed
from plans.reports.writers.docx_markup import NAMESPACES, Markup, Style
from plans.reports.writers.texts import PLAIN, Texts, numbered

_SHARES = (18, 42, 14, 26)
_HEAD_ROW = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
_WHOLE_ROW = "<w:trPr><w:cantSplit/></w:trPr>"
_HEAVY = '<w:{side} w:val="single" w:sz="16" w:space="0" w:color="auto"/>'
_STRONG = '<w:{side} w:val="single" w:sz="8" w:space="0" w:color="auto"/>'
_RULE = '<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'


class Appendix:
    """Writes the tables of one report.

    ``width`` is that of the page between its margins, in twentieths of a point; ``texts`` are the
    words in the cells.
    """

    def __init__(
        self,
        layouts: Sequence[PartLayout],
        words: Words,
        markup: Markup,
        *,
        width: int,
        texts: Texts = PLAIN,
    ) -> None:
        self._texts = texts
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
        for row in rows:
            rule = row.start is not None and not after_title
            if row.start is not None:
                after_title = row.start.heads_next
            borders = _RULE.format(side="top") if rule else ""
            cells = (
                self._issue(row, borders),
                self._cell(1, self._hinted(row), borders=borders),
                self._slot(2, row.time_frame, borders),
                self._slot(3, row.status, borders),
            )
            whole = "" if row.element is not None else _WHOLE_ROW
            found.append(f"<w:tr>{whole}{''.join(cells)}</w:tr>")
        return found

    def _cell(self, column: int, content: str, *, merge: str = "", borders: str = "") -> str:
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{self._widths[column]}" w:type="dxa"/>{merge}'
            f"{f'<w:tcBorders>{borders}</w:tcBorders>' if borders else ''}</w:tcPr>{content}</w:tc>"
        )

    def _spanned(self, column: int) -> str:
        """What stands for the cell above that spans this row too."""
        content = self._markup.paragraph(Style.TEXT)
        return self._cell(column, content, merge="<w:vMerge/>")

    def _issue(self, row: Row, borders: str) -> str:
        if row.start is None:
            return self._spanned(0)
        issue, markup = row.start.issue, self._markup
        text = markup.pieces(numbered(issue, self._texts.title(issue)))
        content = markup.paragraph(Style.ISSUE, text, keep=row.start.heads_next)
        return self._cell(0, content, merge=_merge(row.start.rowspan), borders=borders)

    def _hint(self, hint: Hint) -> str:
        """An invisible name at the beginning of a row, by which it is read back."""
        self._hints += 1
        number = self._hints
        return (
            f'<w:bookmarkStart w:id="{number}" w:name="{hint.bookmark(number)}"/>'
            f'<w:bookmarkEnd w:id="{number}"/>'
        )

    def _hinted(self, row: Row) -> str:
        return self._content(row).replace("</w:pPr>", f"</w:pPr>{self._hint(hint_for(row))}", 1)

    def _content(self, row: Row) -> str:
        """The second column; what introduces elements stays on the page of the next row."""
        markup = self._markup
        if row.element is None:
            style = Style.GROUP if row.kind is RowKind.HEADING else Style.TEXT
            keep = row.kind is not RowKind.TITLE
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
        self, column: int, slot: Slot[TimeFrameCell] | Slot[StatusCell] | None, borders: str
    ) -> str:
        if slot is None:
            return self._spanned(column)
        markup = self._markup
        if slot.see is not None:
            anchor = f"element_{self._bookmarks[slot.see.target]}"
            text = markup.text(printed.see_text(slot, self._words))
            link = f'<w:hyperlink w:anchor="{anchor}" w:history="1">{text}</w:hyperlink>'
            content = markup.paragraph(Style.SEE, link)
        else:
            content = markup.blocks(self._texts.slot(slot), keep=False)
            if remark := self._texts.remark(slot):
                content += markup.paragraph(Style.SEE, markup.text(remark))
        return self._cell(column, content, merge=_merge(slot.rowspan), borders=borders)


def _merge(rowspan: int) -> str:
    return '<w:vMerge w:val="restart"/>' if rowspan > 1 else ""
