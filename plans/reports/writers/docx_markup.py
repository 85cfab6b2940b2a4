"""The XML of paragraphs, as WordprocessingML.

Markup is put together as strings, which for the cells of a table takes a fraction of the time
that a tree needs. So every text goes through ``Markup.text``, and no other function of the writer
lets a text of the report through as it is. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from xml.sax.saxutils import escape

from plans.prose import Block
from plans.reports.writers.printed import xml_text

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_BREAKS = re.compile("([\t\n])")
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


@dataclass(frozen=True, slots=True)
class Markup:
    """Makes markup with the styles of one template.

    ``ids`` are the template's ids of the styles; ``from_right`` is for languages that are written
    from right to left.
    """

    ids: Mapping[Style, str]
    from_right: bool

    def style(self, style: Style) -> str:
        return escape(self.ids[style], {'"': "&quot;"})

    def paragraph(self, style: Style, content: str = "", *, keep: bool = False) -> str:
        """A paragraph of runs; ``keep`` holds it on the page of the next one."""
        properties = "<w:keepNext/>" if keep else ""
        if self.from_right:
            properties += "<w:bidi/>"
        return (
            f'<w:p><w:pPr><w:pStyle w:val="{self.style(style)}"/>{properties}</w:pPr>'
            f"{content}</w:p>"
        )

    def run(self, content: str, *, properties: str = "") -> str:
        """A run of markup that is made already."""
        if self.from_right:
            properties += "<w:rtl/>"
        return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{content}</w:r>"

    def text(self, text: str, *, properties: str = "") -> str:
        """A run of plain text, its tabs and line breaks kept; nothing for no text."""
        pieces = [
            _BREAK_TAGS.get(piece) or f'<w:t xml:space="preserve">{escape(piece)}</w:t>'
            for piece in _BREAKS.split(xml_text(text))
            if piece
        ]
        return self.run("".join(pieces), properties=properties) if pieces else ""

    def blocks(self, blocks: Iterable[Block], style: Style = Style.TEXT, *, keep: bool) -> str:
        """Paragraphs, those of ``style``, and bullets; an empty paragraph when there are none."""
        return "".join(
            self.paragraph(
                Style.BULLET if block.kind == "bullet" else style, self.text(block.text), keep=keep
            )
            for block in blocks
        ) or self.paragraph(Style.TEXT)
