"""The table of a unit's document, as it stands in the file. Pure.

Words that somebody inserted with changes tracked are taken as written, and those deleted are not,
as if all changes were accepted.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from plans import prose
from plans.importing.blocks import SourceError
from plans.returned.layout import MAX_ROWS, RawRow, RawTable, folded
from plans.returned.sheet import row_key
from plans.returned.words import DOCX_COLUMNS, Column

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
