"""A unit's rows as a document for word processors: one table, coloured where one may write. Pure.

Its styles are those of the report's template. The key of a row stands in small type below its
references, and that of the file above the table, because programs keep what can be seen.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from typing import Any
from xml.sax.saxutils import quoteattr

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Mm, Twips
from lxml import etree

from plans.reading.readers.word import (
    ParagraphReader,
    W,
    column_span,
    inside,
    part_tree,
    row_cells,
    row_merge,
    table_rows,
)
from plans.reading.source_table import SourceError
from plans.reports.labels import UnitFileLabels, direction, labels_for
from plans.reports.writers.docx_table import NAMESPACES, Markup, Style
from plans.reports.writers.docx_template import (
    PAGE,
    append_markup,
    clear_body,
    default_template,
    fill_part,
    open_template,
    set_language,
    style_ids,
)
from plans.reports.writers.printed import repack_zip
from plans.text import prose
from plans.unit_files.cells import (
    DOCX_COLUMNS,
    EDITABLE,
    MAX_ROWS,
    CellLine,
    RawRow,
    RawTable,
    RowCells,
    UnitColumn,
    cells_of,
    choices,
    folded_text,
    instructions,
    titles,
)
from plans.unit_files.sheet import RowKey, UnitRow, UnitSheet, row_key

_SHORT, _LONG, _MARGIN = Mm(210), Mm(297), Mm(12)
# Of each column, in thousandths of the table.
_SHARES = {
    UnitColumn.REFERENCES: 86,
    UnitColumn.SUBJECT: 218,
    UnitColumn.TIME_FRAME: 86,
    UnitColumn.BEFORE: 190,
    UnitColumn.STAGE: 86,
    UnitColumn.CATEGORY: 94,
    UnitColumn.STATUS: 240,
}
_WRITE, _DONE, _HEAD = "FFF6CC", "E4E7EB", "E6EEF6"
_SMALL = '<w:color w:val="535A63"/><w:sz w:val="13"/><w:szCs w:val="13"/>'
_STRONG = "<w:b/><w:bCs/>"
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def write(sheet: UnitSheet) -> bytes:
    """The rows as DOCX; the same rows give the same bytes."""
    document = open_template(default_template())
    labels = labels_for(sheet.language).unit_file
    markup = Markup(style_ids(document), from_right=direction(sheet.language) == "rtl")
    _page(document, sheet, markup)
    title, plan = titles(sheet, labels)
    texts = instructions(sheet, labels, labels.typing_docx)
    pieces = [
        markup.paragraph(Style.APPENDIX, markup.text(title)),
        markup.paragraph(Style.PARAGRAPH, markup.text(plan, properties="<w:i/><w:iCs/>")),
        *(markup.paragraph(Style.BULLET, markup.text(text)) for text in texts),
        markup.paragraph(
            Style.PARAGRAPH, markup.text(f"{labels.file}: {sheet.key}", properties=_SMALL)
        ),
        _Table(sheet, labels, markup).markup(),
        markup.paragraph(Style.TEXT),
    ]
    for piece in pieces:
        append_markup(document, piece)
    stream = io.BytesIO()
    document.save(stream)
    return repack_zip(stream.getvalue())


def _page(document: Document, sheet: UnitSheet, markup: Markup) -> None:
    """An empty page in landscape, its properties and its number."""
    clear_body(document)
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = (
        WD_ORIENT.LANDSCAPE,
        _LONG,
        _SHORT,
    )
    section.left_margin = section.right_margin = section.top_margin = _MARGIN
    section.bottom_margin = Mm(16)
    section.footer_distance = Mm(8)
    fill_part(section.footer, markup.paragraph(Style.FOOTER, PAGE))
    set_language(document, sheet.language)
    properties = document.core_properties
    properties.title = titles(sheet, labels_for(sheet.language).unit_file)[0][:255]
    properties.subject = properties.author = properties.last_modified_by = ""
    properties.language = sheet.language
    properties.revision = 1
    properties.created = properties.modified = datetime.combine(sheet.as_at, time())


class _Table:
    """The table, as WordprocessingML."""

    def __init__(self, sheet: UnitSheet, labels: UnitFileLabels, markup: Markup) -> None:
        self._sheet = sheet
        self._labels = labels
        self._markup = markup
        width = (_LONG - 2 * _MARGIN) // Twips(1)
        self._widths = {column: width * share // 1000 for column, share in _SHARES.items()}

    def markup(self) -> str:
        borders = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="8A94A0"/>' for side in _SIDES
        )
        grid = "".join(f'<w:gridCol w:w="{self._widths[column]}"/>' for column in DOCX_COLUMNS)
        heads = "".join(
            self._cell(column, self._head(self._labels.headings[column]), fill=_HEAD)
            for column in DOCX_COLUMNS
        )
        title = quoteattr(titles(self._sheet, self._labels)[0])
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
        cells = cells_of(row, self._sheet.language, self._labels)
        key = str(RowKey(self._sheet.as_at, row.ordinal, row.revision))
        markup_cells = []
        for column in DOCX_COLUMNS:
            content = self._content(column, cells, row)
            if column is UnitColumn.REFERENCES:
                small = self._markup.text(key, properties=_SMALL)
                content += self._markup.paragraph(Style.TEXT, small)
            fill = ""
            if column in EDITABLE:
                fill = _WRITE if row.writable else _DONE
            markup_cells.append(self._cell(column, content, fill=fill))
        return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(markup_cells)}</w:tr>"

    def _content(self, column: UnitColumn, cells: RowCells, row: UnitRow) -> str:
        if column is UnitColumn.CATEGORY and row.writable:
            chosen = cells[column][0].text if cells[column] else ""
            return self._markup.paragraph(Style.TEXT, self._choice(chosen))
        return self._lines(cells[column])

    def _choice(self, chosen: str) -> str:
        """A list to choose from, which programs that know none show as its text."""
        markup = self._markup
        texts = choices(self._sheet.language)
        items = "".join(
            f"<w:listItem w:displayText={quoteattr(word)} w:value={quoteattr(word)}/>"
            for word in texts
        )
        label = quoteattr(self._labels.headings[UnitColumn.CATEGORY])
        return (
            f"<w:sdt><w:sdtPr><w:alias w:val={label}/><w:dropDownList>{items}</w:dropDownList>"
            f"</w:sdtPr><w:sdtContent>{markup.text(chosen or self._labels.choose)}</w:sdtContent>"
            "</w:sdt>"
        )

    def _lines(self, lines: Iterable[CellLine]) -> str:
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

    def _cell(self, column: UnitColumn, content: str, *, fill: str = "") -> str:
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{self._widths[column]}" w:type="dxa"/>{shade}</w:tcPr>'
            f"{content}</w:tc>"
        )


# -- Reading ---------------------------------------------------------------------------------------

_SHOWN = len(DOCX_COLUMNS)
_MOST_COLUMNS = 40
# The key stands in the first column, below the references.
_NAMES = [
    *(str(number) for number in range(1, _SHOWN + 1)),
    "1",
    *(str(number) for number in range(_SHOWN + 1, _MOST_COLUMNS + 1)),
]


def read_table(data: bytes, headings: Sequence[str]) -> RawTable | None:
    """The table with most of ``headings`` in its first row; None when none has any.

    Raises SourceError for a document that cannot be read, or has far too many rows.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            document = part_tree(archive, "word/document.xml")
            reader = ParagraphReader(
                part_tree(archive, "word/styles.xml"),
                part_tree(archive, "word/numbering.xml"),
                marks_notes=False,
                hyphen="‑",
            )
        body = document.find(f"{W}body") if document is not None else None
        return None if body is None else _table(body, _CellReader(reader), headings)
    except (etree.XMLSyntaxError, RecursionError) as error:
        raise SourceError(
            f"the .docx file is damaged, or nests its parts too deeply: {error}"
        ) from error


def _table(body: Any, reader: _CellReader, headings: Sequence[str]) -> RawTable | None:
    wanted = {folded_text(heading) for heading in headings}
    best, best_likeness = None, 0
    for table in inside(body, f"{W}tbl"):
        likeness = len({folded_text(heading) for heading in reader.headings(table)} & wanted)
        if likeness > best_likeness:
            best, best_likeness = table, likeness
    if best is None:
        return None
    rows = list(table_rows(best))
    if len(rows) > MAX_ROWS:
        raise SourceError(f"the table has {len(rows)} rows; at most {MAX_ROWS} are read")
    above: list[str] = []
    below: list[str] = []
    lines = above
    for element in inside(body, f"{W}p", f"{W}tbl"):
        if element is best:
            lines = below
        else:
            lines += reader.texts([element])
    return RawTable(
        columns=(*DOCX_COLUMNS, UnitColumn.KEY),
        names=_NAMES,
        head_row=1,
        headings=tuple(cell or "" for cell in _with_key(reader.headings(best), headings[-1])),
        rows=tuple(RawRow(number, reader.cells(row)) for number, row in enumerate(rows[1:], 2)),
        above="\n".join(above),
        below=tuple(line for line in below if line.strip()),
    )


def _with_key(cells: Sequence[str | None], key: str) -> tuple[str | None, ...]:
    """A row's cells with one more for the key, which here has no column of its own."""
    padding = [""] * (_SHOWN - len(cells))
    return (*cells[:_SHOWN], *padding, key, *cells[_SHOWN:])


class _CellReader:
    def __init__(self, reader: ParagraphReader) -> None:
        self._reader = reader

    def headings(self, table: Any) -> tuple[str, ...]:
        """The cells of the table's first row."""
        first = next(table_rows(table), None)
        return () if first is None else tuple(self._text(cell) for cell in row_cells(first))

    def cells(self, row: Any) -> tuple[str | None, ...]:
        """The cells of a row, and the key that stands below its references.

        None is a cell that somebody merged with the one above.
        """
        cells: list[str | None] = []
        for cell in row_cells(row):
            cells.append(None if row_merge(cell) == "continue" else self._text(cell))
            cells.extend([""] * (column_span(cell) - 1))
        lines = (cells[0] or "").split("\n") if cells else []
        keys = [line for line in lines if row_key(line) is not None]
        cells[:1] = ["\n".join(line for line in lines if line not in keys)]
        return _with_key(cells[:_MOST_COLUMNS], "\n".join(keys))

    def texts(self, elements: Iterable[Any]) -> Iterator[str]:
        """The paragraphs among ``elements``, and those of tables; bullets have their sign."""
        before = ""
        for element in elements:
            if element.tag == f"{W}tbl":
                for row in inside(element, f"{W}tr"):
                    for cell in row_cells(row):
                        yield from self.texts(inside(cell, f"{W}p", f"{W}tbl"))
                continue
            paragraph = self._reader.paragraph(element)
            text = before + paragraph.text
            if element.find(f"{W}pPr/{W}rPr/{W}del") is not None:
                # Its end was deleted with changes tracked: it goes on with the next.
                before = text
                continue
            before = ""
            if paragraph.in_list and text.strip():
                text = f"{prose.BULLET} {' '.join(text.splitlines())}"
            yield text
            for box in paragraph.boxes:
                yield from self.texts(inside(box, f"{W}p", f"{W}tbl"))
        if before:
            yield before

    def _text(self, cell: Any) -> str:
        """A cell as a narrative: its paragraphs apart from each other."""
        return "\n\n".join(self.texts(inside(cell, f"{W}p", f"{W}tbl")))
