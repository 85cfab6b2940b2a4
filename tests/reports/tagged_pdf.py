"""Reads a tagged PDF as those do who hear it: by its structure, not by where the letters stand."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream

_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


@dataclass(frozen=True)
class Node:
    """An element of the structure, such as "TD": its children, or the words that are its own."""

    kind: str
    children: tuple[Node | str, ...]
    rowspan: int

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def all(self, kind: str) -> Iterator[Node]:
        for child in self.children:
            if isinstance(child, Node):
                if child.kind == kind:
                    yield child
                else:
                    yield from child.all(kind)


def structure(content: bytes) -> Node:
    """The structure of the PDF ``content``."""
    reader: Any = PdfReader(io.BytesIO(content))
    words = {page.indirect_reference.idnum: _marked_words(reader, page) for page in reader.pages}
    return _node(reader.trailer["/Root"]["/StructTreeRoot"], words, None)


def table_cells(table: Node) -> list[tuple[int, str]]:
    """Column (1 to 4) and text of each cell that is not blank, without the two rows of heads."""
    found = []
    taken: dict[int, int] = defaultdict(int)
    for index, row in enumerate(list(table.all("TR"))[2:]):
        cells = [cell for cell in row.children if isinstance(cell, Node)]
        free = [column for column in (1, 2, 3, 4) if taken[column] <= index]
        assert len(cells) == len(free)
        for column, cell in zip(free, cells, strict=True):
            taken[column] = index + cell.rowspan
            found.append((column, cell.text))
    return [(column, text) for column, text in found if text.strip()]


def _node(element: Any, words: dict[int, dict[int, str]], page: int | None) -> Node:
    element = element.get_object()
    if "/Pg" in element:
        page = element.raw_get("/Pg").idnum
    children: list[Node | str] = []
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object()
        if isinstance(kid, int):
            assert page is not None
            children.append(words[page][kid])
        elif kid.get("/Type") == "/MCR":
            stands_on: Any = kid.raw_get("/Pg").idnum if "/Pg" in kid else page
            children.append(words[stands_on][kid["/MCID"]])
        elif kid.get("/Type") != "/OBJR":
            children.append(_node(kid, words, page))
    attributes = element.get("/A", [])
    spans = [
        attribute.get_object().get("/RowSpan", 1)
        for attribute in (attributes if isinstance(attributes, list) else [attributes])
    ]
    return Node(str(element.get("/S", "/Root"))[1:], tuple(children), max(spans, default=1))


def _marked_words(reader: Any, page: Any) -> dict[int, str]:
    """The words of each piece of marked content, by its number."""
    letters = {
        name: _letters(font.get_object()["/ToUnicode"].get_data())
        for name, font in page["/Resources"].get("/Font", {}).items()
    }
    found: dict[int, str] = defaultdict(str)
    # For each marked content that is open: its number or None, and whether its words are given.
    opened: list[tuple[int | None, bool]] = []
    font: dict[int, str] = {}
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator in (b"BDC", b"BMC"):
            said = operands[1] if operator == b"BDC" and isinstance(operands[1], dict) else {}
            number = said.get("/MCID", opened[-1][0] if opened else None)
            given = bool(opened and opened[-1][1])
            if "/ActualText" in said and number is not None and not given:
                found[number] += str(said["/ActualText"])
            opened.append((number, given or "/ActualText" in said))
        elif operator == b"EMC":
            opened.pop()
        elif operator == b"Tf":
            font = letters[operands[0]]
        elif operator in (b"Tj", b"TJ") and opened:
            number, given = opened[-1]
            if number is not None and not given:
                pieces = operands[0] if operator == b"TJ" else operands
                found[number] += "".join(_decoded(piece, font) for piece in pieces)
        # Every piece of content is there, be it without words.
        if opened and (number := opened[-1][0]) is not None:
            found[number] += ""
    return found


def _decoded(piece: Any, font: dict[int, str]) -> str:
    if isinstance(piece, int | float):
        return ""
    raw = getattr(piece, "original_bytes", piece)
    return "".join(
        font[int.from_bytes(raw[index : index + 2], "big")] for index in range(0, len(raw), 2)
    )


def _letters(cmap: bytes) -> dict[int, str]:
    """The words of each glyph, from a font's table."""
    found = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for glyph, text in _PAIR.findall(block):
            found[int(glyph, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, text in _RANGE.findall(block):
            start = int(text, 16)
            for offset in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + offset] = chr(start + offset)
    return found
