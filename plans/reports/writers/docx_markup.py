"""The XML of paragraphs, as WordprocessingML.

Markup is put together as strings, which for the cells of a table takes a fraction of the time
that a tree needs. So every text goes through ``Markup.text``, and no other function of the writer
lets a text of the report through as it is. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from itertools import count
from xml.sax.saxutils import escape, quoteattr

from plans.reports.diff import Change, ChangeKind
from plans.reports.marked import MarkedBlock
from plans.reports.writers.printed import xml_text

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

    def blocks(
        self, blocks: Sequence[MarkedBlock], style: Style = Style.TEXT, *, keep: bool
    ) -> str:
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
