"""Reader of HTML: a saved web page with the table, or the tracker's own report. Pure.

Read as a stream, so that no depth of elements costs more than its length. Nothing is loaded and no
script is run. What a page shows around its text (navigation, forms) is not read; nor is what the
tracker's page shows beside the printed words. Cells that span rows cover the elements beside them.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from html.parser import HTMLParser

from plans.reading.progress import Progress, no_progress
from plans.reading.readers.sheets import decoded
from plans.reading.readers.tables import Grid, GridCell, GridRow, Loose, Text, pages_of
from plans.reading.source_table import BlockKind, BlockRole, Remark, SourceError, SourceTable
from plans.reports.hints import Hint, RowHint
from plans.text.prose import one_line, parse, words

MAX_ROWS = 50_000
MAX_SPAN = 60
_NOT_READ = frozenset(
    {
        *("head", "script", "style", "noscript", "template", "nav", "footer", "aside", "form"),
        *("button", "select", "textarea", "svg", "math", "iframe", "object", "canvas", "video"),
        *("audio", "dialog"),
    }
)
_EMPTY = frozenset({"br", "hr", "img", "input", "meta", "link", "col", "wbr", "area", "base"})
_INLINE = frozenset(
    {
        *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "font", "i", "ins"),
        *("kbd", "label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup"),
        *("time", "tt", "u", "var", "wbr", "img", "data", "strike", "big"),
    }
)
# Of the tracker's own page: what is not printed, and what says what stands where.
_NOT_PRINTED = frozenset({"extra", "visually-hidden"})
_OWN = re.compile(r"<table\b[^<>]{0,500}\bclass=[\"']?[^\"'<>]{0,500}\breport-part\b")
_ROWS = {
    "row-title": RowHint.TITLE,
    "row-context": RowHint.CONTEXT,
    "row-heading": RowHint.HEADING,
    "row-lead-in": RowHint.LEAD_IN,
    "row-element": RowHint.ELEMENT,
}
_ROLES = {
    "report-symbol": BlockRole.BOILERPLATE,
    "report-agenda": BlockRole.AGENDA_ITEM,
    "report-title": BlockRole.TITLE,
    "report-paragraph": BlockRole.PARAGRAPH,
    "report-place": BlockRole.PLACE_DATE,
}
_LINES = frozenset({BlockRole.AGENDA_ITEM, BlockRole.TITLE, BlockRole.PLACE_DATE})
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")


def read(data: bytes, *, name: str, progress: Progress = no_progress) -> SourceTable:
    """Read an HTML file; reports its lines once, at the end.

    ``name`` is the file's name, kept as provenance. Raises SourceError for bytes that are no text,
    and for a page without a table of three or four columns.
    """
    text, guessed = _text_of(data)
    page = _Page(is_own=_OWN.search(text) is not None)
    try:
        page.feed(_ended(text))
        page.close()
    except AssertionError as error:
        # What the parser of the standard library raises for a broken declaration.
        raise SourceError(f"the markup is broken: {error}", line=page.getpos()[0]) from error
    page.end()
    lines = page.getpos()[0]
    progress("lines", lines, lines)
    pages, remarks = pages_of(page.parts)
    if guessed:
        message = "the file is not in UTF-8; it was read as Windows-1252, so look at its accents"
        remarks = (Remark(1, message), *remarks)
    return SourceTable(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        pages=pages,
        raw_words=tuple(
            (line, found) for line, raw in page.raw.items() if (found := tuple(words("".join(raw))))
        ),
        line_names=page.names,
        remarks=(*page.remarks, *remarks),
    )


def _text_of(data: bytes) -> tuple[str, bool]:
    """The text of a page, and whether its encoding was guessed."""
    stated = _CHARSET.search(data[:4096])
    if stated is not None and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = stated[1].decode("ascii").lower()
        # As browsers do.
        name = "windows-1252" if name in ("iso-8859-1", "latin1", "us-ascii") else name
        try:
            if codecs.lookup(name)._is_text_encoding:
                return data.decode(name).replace("\0", ""), False
        except (LookupError, ValueError):
            pass
    text, encoding = decoded(data)
    return text.removeprefix("\ufeff"), encoding == "windows-1252"


def _ended(text: str) -> str:
    """``text`` without markup that has no end, for which the parser would look again and again.

    As browsers do: a comment goes on to the end of the page, a section such as ``<![if …]>`` to
    the next “>”, and where no “>” follows there is no tag.
    """
    text = text.replace("<![", "<!")
    if text.rfind("<!--") > text.rfind("-->"):
        return f"{text}-->"
    whole, end, rest = text.rpartition(">")
    return f"{whole}{end}{rest.replace('<', '&lt;')}"


class _Page(HTMLParser):
    """Collects tables and the text between them."""

    def __init__(self, *, is_own: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.is_own = is_own
        self.parts: list[Grid | Loose] = []
        self.raw: dict[int, list[str]] = defaultdict(list)
        self.names: dict[int, str] = {}
        self.remarks: list[Remark] = []
        self._line = 0
        self._paragraphs = self._tables = 0
        # What is being skipped, and how deep it is nested in its like.
        self._skipped, self._depth = "", 0
        self._outside = is_own
        self._nested = 0
        self._grid: Grid | None = None
        self._row: GridRow | None = None
        self._cell: GridCell | None = None
        self._spans: dict[int, tuple[GridCell, int]] = {}
        self._column = 0
        self._text: list[str] = []
        self._bullet = False
        self._role: BlockRole | None = None
        self._in_footnotes = False

    # Markup

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipped:
            self._depth += tag == self._skipped
            return
        found = {name: value or "" for name, value in attrs}
        classes = frozenset(found.get("class", "").split())
        if tag in _NOT_READ or (self.is_own and tag not in _EMPTY and classes & _NOT_PRINTED):
            self._skipped, self._depth = tag, 1
            return
        if tag == "article" and "report" in classes:
            self._outside = False
        if tag == "br":
            self._add("\n")
        elif tag not in _INLINE:
            self._flush()
        if tag == "table":
            self._begin_table()
        elif tag == "tr" and self._nested == 1:
            self._begin_row(found, classes)
        elif tag in ("td", "th") and self._nested == 1:
            self._begin_cell(found, classes)
        elif tag == "li":
            self._bullet = True
            if "missing" in classes and self._row is not None and self._row.hint is not None:
                self._row.hint = Hint(RowHint.MISSING)
        elif tag == "a" and self._cell is not None and found.get("href", "").startswith("#"):
            self._cell.link = self._cell.link or (found["href"][1:] if self.is_own else None)
        if self.is_own and self._grid is None:
            self._own_role(tag, found, classes)

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._depth -= tag == self._skipped
            if not self._depth:
                self._skipped = ""
            return
        if tag not in _INLINE:
            self._flush()
        if tag == "table" and self._nested:
            self._nested -= 1
            if not self._nested:
                self._end_table()
        elif tag in ("td", "th") and self._nested == 1:
            self._cell = None
        elif tag == "section":
            self._in_footnotes = False
        elif tag == "article":
            self._outside = self.is_own

    def handle_data(self, data: str) -> None:
        if not self._skipped and not self._outside:
            self._add(_SPACES.sub(" ", data))

    def end(self) -> None:
        self._flush()
        if self._grid is not None:
            self._end_table()

    # Texts

    def _own_role(self, tag: str, found: dict[str, str], classes: Iterable[str]) -> None:
        self._role = next((_ROLES[name] for name in classes if name in _ROLES), self._role)
        if "report-footnotes" in classes:
            self._in_footnotes = True
        elif tag == "p" and self._in_footnotes:
            self._role = BlockRole.FOOTNOTE
        elif found.get("id") == "appendix":
            self._role = BlockRole.BOILERPLATE

    def _add(self, text: str) -> None:
        self._text.append(text)

    def _flush(self) -> None:
        """End the paragraph or bullet that was being read."""
        text = "".join(self._text)
        bullet, role = self._bullet, self._role
        self._text.clear()
        self._bullet, self._role = False, None
        if not text.strip():
            # An item of a list may have its text in a paragraph of its own.
            self._bullet, self._role = bullet, role
            return
        if self._grid is None:
            self._paragraphs += 1
            self._next(f"paragraph {self._paragraphs}")
        self.raw[self._line] += (text, "\n\n")
        texts = _texts(text, bullet=bullet, role=role, declared=self._is_declared())
        if self._cell is not None:
            self._cell.texts += texts
        elif self._grid is None:
            self.parts.append(Loose([(self._line, found) for found in texts]))
        elif texts:
            # Text in a table and in none of its cells, such as its caption, stands above it.
            self.parts.append(Loose([(self._line, found) for found in texts]))

    def _is_declared(self) -> bool:
        return self._row is not None and self._row.hint is not None

    def _next(self, where: str) -> None:
        self._line += 1
        self.names[self._line] = where

    # Tables

    def _begin_table(self) -> None:
        self._nested += 1
        if self._nested > 1:
            remark = Remark(self._line, "a table inside is read as text")
            if self.remarks[-1:] != [remark]:
                self.remarks.append(remark)
            return
        self._tables += 1
        self._grid = Grid(f"table {self._tables}", [], 0)
        self._spans = {}
        self._row = self._cell = None
        self._next(f"table {self._tables}")

    def _begin_row(self, found: dict[str, str], classes: frozenset[str]) -> None:
        grid = self._grid
        if grid is None or self._outside:
            return
        self._end_row()
        if len(grid.rows) >= MAX_ROWS:
            raise SourceError(f"more than {MAX_ROWS:,} rows", where=grid.where)
        where = f"{grid.where}, row {len(grid.rows) + 1}"
        self._next(where)
        hint = next((Hint(_ROWS[name]) for name in classes if name in _ROWS), None)
        anchors = (found["id"],) if "id" in found else ()
        self._row = GridRow(self._line, where, [], hint if self.is_own else None, anchors)
        grid.rows.append(self._row)
        self._column = 0
        self._cell = None

    def _begin_cell(self, found: dict[str, str], classes: frozenset[str]) -> None:
        if self._row is None:
            self._begin_row({}, frozenset())
        if self._row is None:
            return
        self._fill(self._row)
        if self._column >= MAX_SPAN:
            raise SourceError(f"more than {MAX_SPAN} columns", where=self._row.where)
        if self.is_own and "report-part-title" in classes:
            self._row.hint = Hint(RowHint.PART)
        elif self.is_own and found.get("scope") == "col":
            self._row.hint = Hint(RowHint.COLUMNS)
        width, rows = _span(found.get("colspan")), _span(found.get("rowspan"), MAX_ROWS)
        self._cell = GridCell(self._column, width, [], rows)
        self._row.cells.append(self._cell)
        if rows > 1:
            self._spans[self._column] = (self._cell, rows)
        self._column += width

    def _fill(self, row: GridRow) -> None:
        """Put in the cells above that span this row, up to the next free column."""
        while self._column in self._spans:
            above, _ = self._spans[self._column]
            row.cells.append(GridCell(self._column, above.width, [], rows=0))
            self._column += above.width

    def _end_row(self) -> None:
        row = self._row
        if row is None:
            return
        self._fill(row)
        last = max(self._spans, default=-1)
        while self._column <= last:
            self._fill(row)
            self._column += 1
        self._spans = {
            column: (cell, rows - 1) for column, (cell, rows) in self._spans.items() if rows > 1
        }
        self._row = None

    def _end_table(self) -> None:
        grid = self._grid
        self._end_row()
        self._grid = self._cell = None
        self._nested = 0
        if grid is None or not grid.rows:
            return
        for index, row in enumerate(grid.rows):
            for cell in row.cells:
                cell.rows = min(cell.rows, len(grid.rows) - index)
                grid.width = max(grid.width, cell.start + cell.width)
        self.parts.append(grid)


def _texts(text: str, *, bullet: bool, role: BlockRole | None, declared: bool) -> list[Text]:
    kind = BlockKind.BULLET if bullet else BlockKind.PARAGRAPH
    if declared or role is not None:
        lines = text.split("\n") if role in _LINES else [text]
        return [Text(one_line(line), kind, bullet, role) for line in lines if words(line)]
    found = []
    for block in parse(text):
        signed = bullet or block.kind == "bullet"
        if words(block.text):
            kind = BlockKind.BULLET if signed else BlockKind.PARAGRAPH
            found.append(Text(block.text, kind, signed))
    return found


def _span(value: str | None, most: int = MAX_SPAN) -> int:
    digits = (value or "").strip()[:9]
    return min(max(int(digits), 1), most) if digits.isascii() and digits.isdigit() else 1
