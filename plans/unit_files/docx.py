"""A unit's rows as a document for word processors: one table, coloured where one may write. Pure.

Its styles are those of the report's template. The key of a row stands in small type below its
references, and that of the file above the table, because programs keep what can be seen.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import quoteattr

from defusedxml.ElementTree import fromstring
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Mm, Twips

from plans.reading.source_table import SourceError
from plans.reports.labels import direction
from plans.reports.writers.docx_table import NAMESPACES, Markup, Style
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
from plans.reports.writers.printed import repacked
from plans.text import prose
from plans.unit_files.cells import (
    MAX_ROWS,
    Cells,
    Line,
    RawRow,
    RawTable,
    cells_of,
    folded,
    instructions,
    titles,
)
from plans.unit_files.labels import DOCX_COLUMNS, EDITABLE, Column, SheetWords, choices, sheet_words
from plans.unit_files.sheet import RowKey, UnitRow, UnitSheet, row_key

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


# -- The table of a unit's document, as it stands in the file. ------------------------------------
# Words that somebody inserted with changes tracked are taken as written, and those deleted are not,
# as if all changes were accepted.


_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# What is struck out, moved away, or only told to programs.
_UNREAD = frozenset(
    {f"{_W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "instrText")}
    | {_FALLBACK}
)
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "‑"}
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
            document = fromstring(archive.read("word/document.xml"))
            styles = (
                fromstring(archive.read("word/styles.xml"))
                if "word/styles.xml" in archive.namelist()
                else None
            )
    except ParseError as error:
        raise SourceError(f"the .docx file is damaged: {error}") from error
    try:
        return _read(document, styles, headings)
    except RecursionError as error:
        raise SourceError("the .docx file nests its parts too deeply; it is not read") from error


def _read(document: Element, styles: Element | None, headings: Sequence[str]) -> RawTable | None:
    body = document.find(f"{_W}body")
    if body is None:
        return None
    reader = _Reader(_list_styles(styles))
    wanted = {folded(heading) for heading in headings}
    best: tuple[int, Element] | None = None
    for table in _tables(body):
        alike = len({folded(heading) for heading in reader.headings(table)} & wanted)
        if alike and (best is None or alike > best[0]):
            best = (alike, table)
    if best is None:
        return None
    rows = list(_rows(best[1]))
    if len(rows) > MAX_ROWS:
        raise SourceError(f"the table has {len(rows)} rows; at most {MAX_ROWS} are read")
    return RawTable(
        columns=(*DOCX_COLUMNS, Column.KEY),
        names=_NAMES,
        head_row=1,
        headings=tuple(cell or "" for cell in _with_key(reader.headings(best[1]), headings[-1])),
        rows=tuple(RawRow(number, reader.cells(row)) for number, row in enumerate(rows[1:], 2)),
        above="\n".join(reader.outside(body, best[1])),
        below=tuple(line for line in reader.outside(body, best[1], after=True) if line.strip()),
    )


def _with_key(cells: Sequence[str | None], key: str) -> tuple[str | None, ...]:
    """A row's cells with one more for the key, which here has no column of its own."""
    padding = [""] * (_SHOWN - len(cells))
    return (*cells[:_SHOWN], *padding, key, *cells[_SHOWN:])


def _tables(body: Element) -> Iterator[Element]:
    """The tables of the page, not those within tables."""
    for child in body:
        if child.tag == f"{_W}tbl":
            yield child
        elif child.tag not in (f"{_W}p", *_UNREAD):
            yield from _tables(child)


def _rows(table: Element) -> Iterator[Element]:
    """The rows, but for those that somebody deleted with changes tracked."""
    for child in table:
        if child.tag == f"{_W}tr":
            if child.find(f"{_W}trPr/{_W}del") is None:
                yield child
        elif child.tag not in (f"{_W}tblPr", f"{_W}tblGrid", *_UNREAD):
            yield from _rows(child)


def _cells(row: Element) -> Iterator[Element]:
    for child in row:
        if child.tag == f"{_W}tc":
            yield child
        elif child.tag not in (f"{_W}trPr", *_UNREAD):
            yield from _cells(child)


def _list_styles(styles: Element | None) -> frozenset[str]:
    """The ids of the paragraph styles that make a list's points, by themselves or by descent."""
    if styles is None:
        return frozenset()
    listed: dict[str, bool] = {}
    based: dict[str, str] = {}
    for style in styles.iter(f"{_W}style"):
        name = style.get(f"{_W}styleId", "")
        number = _number(style.find(f"{_W}pPr"))
        if number is not None:
            listed[name] = number != "0"
        parent = style.find(f"{_W}basedOn")
        if parent is not None:
            based[name] = parent.get(f"{_W}val", "")
    found = set()
    for name in {*listed, *based}:
        seen: set[str] = set()
        here = name
        while here and here not in seen and here not in listed:
            seen.add(here)
            here = based.get(here, "")
        if listed.get(here, False):
            found.add(name)
    return frozenset(found)


def _number(properties: Element | None) -> str | None:
    """Which list a paragraph or style belongs to: "0" for expressly none, None if unsaid."""
    if properties is None:
        return None
    found = properties.find(f"{_W}numPr/{_W}numId")
    return None if found is None else found.get(f"{_W}val", "")


class _Reader:
    def __init__(self, list_styles: frozenset[str]) -> None:
        self._list_styles = list_styles

    def headings(self, table: Element) -> tuple[str, ...]:
        """The cells of the table's first row."""
        first = next(_rows(table), None)
        return () if first is None else tuple(self.text(cell) for cell in _cells(first))

    def cells(self, row: Element) -> tuple[str | None, ...]:
        """The cells of a row, and the key that stands below its references.

        None is a cell that somebody merged with the one above.
        """
        cells: list[str | None] = []
        for cell in _cells(row):
            properties = cell.find(f"{_W}tcPr")
            cells.append(None if _continues(properties) else self.text(cell))
            cells.extend([""] * (_span(properties) - 1))
        lines = (cells[0] or "").split("\n") if cells else []
        keys = [line for line in lines if row_key(line) is not None]
        cells[:1] = ["\n".join(line for line in lines if line not in keys)]
        return _with_key(cells[:_MOST_COLUMNS], "\n".join(keys))

    def text(self, cell: Element) -> str:
        """A cell as a narrative: paragraphs apart from each other, bullets with their sign."""
        return "\n\n".join(self._paragraphs(cell))

    def outside(self, body: Element, table: Element, *, after: bool = False) -> Iterator[str]:
        """The paragraphs before ``table``, or those after it, of other tables too."""
        passed = False
        for paragraph in _with_table(body, table):
            if paragraph is table:
                passed = True
            elif passed is after:
                yield "".join(_pieces(paragraph))

    def _paragraphs(self, cell: Element) -> Iterator[str]:
        before = ""
        for paragraph in _innermost(cell):
            text = before + "".join(_pieces(paragraph))
            properties = paragraph.find(f"{_W}pPr")
            if properties is not None and properties.find(f"{_W}rPr/{_W}del") is not None:
                # Its end was deleted with changes tracked: it goes on with the next.
                before = text
                continue
            before = ""
            if self._is_listed(properties) and text.strip():
                text = f"{prose.BULLET} {' '.join(text.splitlines())}"
            yield text
        if before:
            yield before

    def _is_listed(self, properties: Element | None) -> bool:
        if properties is None:
            return False
        number = _number(properties)
        if number is not None:
            return number != "0"
        style = properties.find(f"{_W}pStyle")
        return style is not None and style.get(f"{_W}val", "") in self._list_styles


def _continues(properties: Element | None) -> bool:
    """Whether a cell is the lower part of one that spans rows."""
    merge = None if properties is None else properties.find(f"{_W}vMerge")
    return merge is not None and merge.get(f"{_W}val", "continue") == "continue"


def _span(properties: Element | None) -> int:
    """How many columns a cell spans."""
    span = None if properties is None else properties.find(f"{_W}gridSpan")
    width = "" if span is None else span.get(f"{_W}val", "")
    return min(int(width), _MOST_COLUMNS) if width.isdecimal() and width != "0" else 1


def _with_table(element: Element, table: Element) -> Iterator[Element]:
    """The paragraphs of the page, and ``table`` in its place among them, without its own."""
    for child in element:
        if child is table or child.tag == f"{_W}p":
            yield child
        elif child.tag not in _UNREAD:
            yield from _with_table(child, table)


def _innermost(element: Element) -> Iterator[Element]:
    """The paragraphs of a cell, those of tables inside it too."""
    for child in element:
        if child.tag == f"{_W}p":
            yield child
        elif child.tag not in _UNREAD:
            yield from _innermost(child)


def _pieces(element: Element) -> Iterator[str]:
    """The words of a paragraph and of all that is in it."""
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag == f"{_W}sym":
            yield _symbol(child.get(f"{_W}char", ""))
        elif child.tag not in _UNREAD:
            yield from _pieces(child)


def _symbol(code: str) -> str:
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
