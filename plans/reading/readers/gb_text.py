"""Reader of the Governing Body text dialect: a rough conversion from print, as plain text.

The dialect, as found in the progress report before the 279th Session:

- a table is a run of lines that hold tabs, the first of them being its column headings; cells
  are separated by single tabs;
- a cell is plain text or HTML fragments: ``<p>…</p>``, and ``<ul>`` that is never closed,
  its bullets marked with the sign •, or not at all;
- the line directly above a table is its page head;
- lines without tabs are text before, between and after the tables; a bullet there begins
  with a hyphen.

Only the tags of the dialect are markup. Any other ``<`` is a letter like any other, so that
no text can hide in it.
"""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from plans.reading.progress import Progress, no_progress
from plans.reading.source_table import (
    BlockKind,
    SourceBlock,
    SourceCell,
    SourceError,
    SourcePage,
    SourceRow,
    SourceTable,
)
from plans.text.prose import words

MAX_BYTES = 20_000_000
MAX_LINE = 1_000_000
COLUMNS = (3, 4)

_BULLET = "•"
_BLOCK_TAGS = ("p", "ul", "ol", "li", "br", "div")
_INLINE_TAGS = ("b", "strong", "i", "em", "u", "sup", "sub", "span")
_TAG_START = re.compile(
    rf"</?(?:{'|'.join(_BLOCK_TAGS + _INLINE_TAGS)})(?=[\s/>]|$)", re.IGNORECASE
)
_TAG = re.compile(rf"{_TAG_START.pattern}[^<>]*>", re.IGNORECASE)


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, with or without a byte-order mark.

    Raises SourceError for an empty file, one of more than ``MAX_BYTES`` bytes, a line of more
    than ``MAX_LINE`` characters, a NUL, and any other encoding; the message names the line.
    """
    if len(data) > MAX_BYTES:
        line = data[:MAX_BYTES].count(b"\n") + 1
        raise SourceError(
            f"the file is larger than {MAX_BYTES // 1_000_000} MB; "
            "a plan's document is far smaller",
            line=line,
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"not UTF-8 text (byte {error.start + 1}); save the document as UTF-8 text", line=line
        ) from error
    for number, content in enumerate(text.split("\n"), 1):
        if "\0" in content:
            raise SourceError("a NUL byte: this is not a text file", line=number)
        if len(content) > MAX_LINE:
            raise SourceError(f"a line of more than {MAX_LINE:,} characters", line=number)
    if not text.strip():
        raise SourceError("the file is empty")
    return text


# Lines between two steps: some tenths of a second.
_AT_ONCE = 500


def read(data: bytes, *, name: str, progress: Progress = no_progress) -> SourceTable:
    """Read a document of the dialect.

    ``name`` is the file's name, kept as provenance. Raises SourceError for bytes that are no
    text, a document without a table, a table with other than three or four columns, a row with
    more cells than its table has columns, and a tag that is never closed.
    """
    text = decode(data)
    lines = [line.rstrip("\r") for line in text.split("\n")]
    pages = _TextPages()
    for number, line in enumerate(lines, 1):
        if "\t" in line:
            pages.row(number, line)
        elif line.strip():
            pages.loose(number, line)
        else:
            pages.blank()
        if number % _AT_ONCE == 0 or number == len(lines):
            progress("lines", number, len(lines))
    return SourceTable(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        pages=pages.finished(),
        raw_words=tuple(
            (number, found) for number, line in enumerate(lines, 1) if (found := raw_words(line))
        ),
    )


def raw_words(line: str) -> tuple[str, ...]:
    """The words of one line of the file, read without any structure: tags and signs off."""
    if "\t" not in line:
        return tuple(words(_without_hyphen(line)[0]))
    text = html.unescape(_TAG.sub(" ", line))
    return tuple(words(text.replace(_BULLET, " ")))


@dataclass
class _TextPages:
    """Collects lines into pages."""

    pages: list[SourcePage] = field(default_factory=list)
    rows: list[SourceRow] = field(default_factory=list)
    head: SourceBlock | None = None
    pending: list[tuple[int, str]] = field(default_factory=list)
    in_table: bool = False
    columns: int = 0

    def row(self, number: int, line: str) -> None:
        if not self.in_table:
            self._begin_table()
        cells = line.split("\t")
        if not self.rows:
            self.columns = len(cells)
            if self.columns not in COLUMNS:
                raise SourceError(
                    f"a table of {self.columns} columns; expected three or four: issues, "
                    "elements for action, time-frame and, in a progress report, status",
                    line=number,
                )
        if len(cells) > self.columns:
            raise SourceError(
                f"a row of {len(cells)} cells in a table of {self.columns} columns", line=number
            )
        cells += [""] * (self.columns - len(cells))
        page, row = len(self.pages), len(self.rows)
        self.rows.append(
            SourceRow(
                number=row,
                line=number,
                cells=tuple(
                    SourceCell(tuple(_cell_blocks(cell, f"p{page}.r{row}.c{index}", number, index)))
                    for index, cell in enumerate(cells, 1)
                ),
            )
        )

    def loose(self, number: int, line: str) -> None:
        self.in_table = False
        self.pending.append((number, line))

    def blank(self) -> None:
        self.in_table = False

    def finished(self) -> tuple[SourcePage, ...]:
        self._end_page(self.pending)
        if len(self.pages) == 1:
            raise SourceError(
                "no table found; expected rows of three or four cells separated by tabs"
            )
        return tuple(self.pages)

    def _begin_table(self) -> None:
        # The line directly above a table is its head; what stands before that line belongs
        # to the page before.
        head = self.pending.pop() if self.pending else None
        self._end_page(self.pending)
        if head is not None:
            self.head = _loose_block(f"p{len(self.pages)}.head", *head)
        self.in_table = True

    def _end_page(self, loose: list[tuple[int, str]]) -> None:
        page = len(self.pages)
        self.pages.append(
            SourcePage(
                number=page,
                head=self.head,
                rows=tuple(self.rows),
                loose=tuple(
                    _loose_block(f"p{page}.x{index}", number, line)
                    for index, (number, line) in enumerate(loose, 1)
                ),
            )
        )
        self.rows, self.head, self.pending = [], None, []


def _without_hyphen(line: str) -> tuple[str, bool]:
    """The line's text, and whether a bullet's hyphen or sign was taken off its front."""
    text = " ".join(line.split())
    for sign in ("- ", f"{_BULLET} ", _BULLET):
        if text.startswith(sign):
            return text[len(sign) :].strip(), True
    return text, False


def _loose_block(block_id: str, number: int, line: str) -> SourceBlock:
    text, bullet = _without_hyphen(line)
    kind = BlockKind.BULLET if bullet else BlockKind.PARAGRAPH
    return SourceBlock(id=block_id, kind=kind, text=text, line=number, signed=bullet)


def _cell_blocks(cell: str, prefix: str, line: int, column: int) -> list[SourceBlock]:
    parser = _CellParser(line, column)
    parser.feed(_with_only_known_tags(cell))
    parser.end()
    return [
        SourceBlock(id=f"{prefix}.b{index}", kind=kind, text=text, line=line, signed=signed)
        for index, (kind, text, signed) in enumerate(parser.blocks, 1)
    ]


def _with_only_known_tags(cell: str) -> str:
    """``cell`` with every ``<`` that opens no tag of the dialect written as ``&lt;``."""
    parts: list[str] = []
    position = 0
    for match in re.finditer("<", cell):
        if _TAG_START.match(cell, match.start()) is None:
            parts += cell[position : match.start()], "&lt;"
            position = match.end()
    parts.append(cell[position:])
    return "".join(parts)


class _CellParser(HTMLParser):
    """Cuts one cell into paragraphs and bullets."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(convert_charrefs=True)
        self.line = line
        self.column = column
        self.blocks: list[tuple[BlockKind, str, bool]] = []
        self._text: list[str] = []
        self._in_list = False
        self._signed = False
        self._open_paragraph = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _INLINE_TAGS:
            return
        self._end_block()
        if tag == "p":
            if self._open_paragraph:
                raise self._unclosed("p")
            self._open_paragraph = True
        elif tag in ("ul", "ol"):
            self._in_list = True
        elif tag == "li":
            self._in_list = self._signed = True

    def handle_endtag(self, tag: str) -> None:
        if tag in _INLINE_TAGS:
            return
        self._end_block()
        if tag == "p":
            self._open_paragraph = False
        elif tag in ("ul", "ol"):
            self._in_list = False

    def handle_data(self, data: str) -> None:
        first, *bullets = data.split(_BULLET)
        self._text.append(first)
        for bullet in bullets:
            self._end_block()
            self._signed = True
            self._text.append(bullet)

    def end(self) -> None:
        """Finish the cell. Raises SourceError when a tag is left open."""
        if "<" in self.rawdata:
            raise self._unclosed(self.rawdata[self.rawdata.index("<") :][:20])
        self.close()
        if self._open_paragraph:
            raise self._unclosed("p")
        self._end_block()

    def _end_block(self) -> None:
        text = " ".join("".join(self._text).split())
        if text:
            # A paragraph inside a list is a bullet only when it carries the sign.
            bullet = self._signed or (self._in_list and not self._open_paragraph)
            kind = BlockKind.BULLET if bullet else BlockKind.PARAGRAPH
            self.blocks.append((kind, text, self._signed))
        self._text = []
        self._signed = False

    def _unclosed(self, tag: str) -> SourceError:
        name = tag if tag.startswith("<") else f"<{tag}>"
        return SourceError(f"cell {self.column}: the tag {name} is never closed", line=self.line)
