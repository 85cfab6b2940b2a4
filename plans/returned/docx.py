"""A unit's rows as a document for word processors: one table, coloured where one may write. Pure.

Its styles are those of the report's template. The key of a row stands in small type below its
references, and that of the file above the table, because programs keep what can be seen.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime, time
from xml.sax.saxutils import quoteattr

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Mm, Twips

from plans.reports.words import direction
from plans.reports.writers.docx_markup import NAMESPACES, Markup, Style
from plans.reports.writers.docx_template import (
    PAGE,
    append,
    emptied,
    fill,
    opened,
    own_template,
    set_language,
    style_ids,
)
from plans.reports.writers.package import repacked
from plans.returned.layout import Cells, Line, cells_of, instructions, titles
from plans.returned.sheet import RowKey, UnitRow, UnitSheet
from plans.returned.words import DOCX_COLUMNS, EDITABLE, Column, SheetWords, choices, sheet_words

_SHORT, _LONG, _MARGIN = Mm(210), Mm(297), Mm(12)
# Of each column, in thousandths of the table.
_SHARES = {
    Column.REFERENCES: 86,
    Column.SUBJECT: 218,
    Column.TIME_FRAME: 86,
    Column.BEFORE: 190,
    Column.STANDING: 86,
    Column.CATEGORY: 94,
    Column.STATUS: 240,
}
_WRITE, _DONE, _HEAD = "FFF6CC", "E4E7EB", "E6EEF6"
_SMALL = '<w:color w:val="535A63"/><w:sz w:val="13"/><w:szCs w:val="13"/>'
_STRONG = "<w:b/><w:bCs/>"
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def write(sheet: UnitSheet) -> bytes:
    """The rows as DOCX; the same rows give the same bytes."""
    document = opened(own_template())
    words = sheet_words(sheet.language)
    markup = Markup(style_ids(document), from_right=direction(sheet.language) == "rtl")
    _page(document, sheet, markup)
    title, plan = titles(sheet, words)
    said = instructions(sheet, words, words.typing_docx)
    pieces = [
        markup.paragraph(Style.APPENDIX, markup.text(title)),
        markup.paragraph(Style.PARAGRAPH, markup.text(plan, properties="<w:i/><w:iCs/>")),
        *(markup.paragraph(Style.BULLET, markup.text(text)) for text in said),
        markup.paragraph(
            Style.PARAGRAPH, markup.text(f"{words.file}: {sheet.key}", properties=_SMALL)
        ),
        _Table(sheet, words, markup).markup(),
        markup.paragraph(Style.TEXT),
    ]
    for piece in pieces:
        append(document, piece)
    stream = io.BytesIO()
    document.save(stream)
    return repacked(stream.getvalue())


def _page(document: Document, sheet: UnitSheet, markup: Markup) -> None:
    """An empty page in landscape, its properties and its number."""
    emptied(document)
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = (
        WD_ORIENT.LANDSCAPE,
        _LONG,
        _SHORT,
    )
    section.left_margin = section.right_margin = section.top_margin = _MARGIN
    section.bottom_margin = Mm(16)
    section.footer_distance = Mm(8)
    fill(section.footer, markup.paragraph(Style.FOOTER, PAGE))
    set_language(document, sheet.language)
    properties = document.core_properties
    properties.title = titles(sheet, sheet_words(sheet.language))[0][:255]
    properties.subject = properties.author = properties.last_modified_by = ""
    properties.language = sheet.language
    properties.revision = 1
    properties.created = properties.modified = datetime.combine(sheet.as_at, time())


class _Table:
    """The table, as WordprocessingML."""

    def __init__(self, sheet: UnitSheet, words: SheetWords, markup: Markup) -> None:
        self._sheet = sheet
        self._words = words
        self._markup = markup
        width = (_LONG - 2 * _MARGIN) // Twips(1)
        self._widths = {column: width * share // 1000 for column, share in _SHARES.items()}

    def markup(self) -> str:
        borders = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="8A94A0"/>' for side in _SIDES
        )
        grid = "".join(f'<w:gridCol w:w="{self._widths[column]}"/>' for column in DOCX_COLUMNS)
        heads = "".join(
            self._cell(column, self._head(self._words.headings[column]), fill=_HEAD)
            for column in DOCX_COLUMNS
        )
        title = quoteattr(titles(self._sheet, self._words)[0])
        return (
            f"<w:tbl {NAMESPACES}><w:tblPr>"
            f"{'<w:bidiVisual/>' if self._markup.from_right else ''}"
            f'<w:tblW w:w="{sum(self._widths.values())}" w:type="dxa"/>'
            f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
            '<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>'
            '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
            '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
            'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
            f"<w:tblCaption w:val={title}/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
            f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}</w:tr>"
            f"{''.join(self._row(row) for row in self._sheet.rows)}</w:tbl>"
        )

    def _row(self, row: UnitRow) -> str:
        cells = cells_of(row, self._sheet.language, self._words)
        key = str(RowKey(self._sheet.as_at, row.ordinal, row.revision))
        found = []
        for column in DOCX_COLUMNS:
            content = self._content(column, cells, row)
            if column is Column.REFERENCES:
                small = self._markup.text(key, properties=_SMALL)
                content += self._markup.paragraph(Style.TEXT, small)
            fill = ""
            if column in EDITABLE:
                fill = _WRITE if row.writable else _DONE
            found.append(self._cell(column, content, fill=fill))
        return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(found)}</w:tr>"

    def _content(self, column: Column, cells: Cells, row: UnitRow) -> str:
        if column is Column.CATEGORY and row.writable:
            chosen = cells[column][0].text if cells[column] else ""
            return self._markup.paragraph(Style.TEXT, self._choice(chosen))
        return self._lines(cells[column])

    def _choice(self, chosen: str) -> str:
        """A list to choose from, which programs that know none show as its text."""
        markup = self._markup
        words = choices(self._sheet.language)
        items = "".join(
            f"<w:listItem w:displayText={quoteattr(word)} w:value={quoteattr(word)}/>"
            for word in words
        )
        label = quoteattr(self._words.headings[Column.CATEGORY])
        return (
            f"<w:sdt><w:sdtPr><w:alias w:val={label}/><w:dropDownList>{items}</w:dropDownList>"
            f"</w:sdtPr><w:sdtContent>{markup.text(chosen or self._words.choose)}</w:sdtContent>"
            "</w:sdt>"
        )

    def _lines(self, lines: Iterable[Line]) -> str:
        markup = self._markup
        return "".join(
            markup.paragraph(
                Style.BULLET if line.kind == "bullet" else Style.TEXT,
                markup.text(line.text, properties=_STRONG if line.kind == "strong" else ""),
            )
            for line in lines
        ) or markup.paragraph(Style.TEXT)

    def _head(self, text: str) -> str:
        return self._markup.paragraph(Style.HEAD, self._markup.text(text, properties=_STRONG))

    def _cell(self, column: Column, content: str, *, fill: str = "") -> str:
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{self._widths[column]}" w:type="dxa"/>{shade}</w:tcPr>'
            f"{content}</w:tc>"
        )
