"""What stands in each cell of the appendix, as plain text, for the formats of office programs.

The words are those of the HTML. Pure.
"""

from __future__ import annotations

import re
import unicodedata

from plans import prose
from plans.prose import Block
from plans.reports.layout import Row, Slot
from plans.reports.table import ElementCell, IssueCell, PartTable, StatusCell, TimeFrameCell
from plans.reports.words import MISSING_MARK, Words

# A footnote's mark can be found in running text only when it cannot be anything else.
FINDABLE_MARK = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+|[*†‡§]+")

# How many letters of ordinary width stand on a line of each column, on paper that lies across.
LETTERS = (22, 60, 19, 36)

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS = re.compile("\r\n?")


def room(text: str) -> int:
    """How many letters of ordinary width take the room that ``text`` does on one line."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def xml_text(text: str) -> str:
    """``text`` without the characters that XML 1.0 forbids, its line ends made "\\n"."""
    return _BREAKS.sub("\n", _NOT_IN_XML.sub("", text))


def one_line(text: str) -> str:
    """``text`` with every run of white space made one space, for titles in properties."""
    return " ".join(xml_text(text).split())


def part_title(part: PartTable, words: Words) -> str:
    """Such as “Part I – Enhancing the relevance”."""
    return f"{words.part} {xml_text(part.number)} – {xml_text(part.title)}"


def issue_number(issue: IssueCell) -> str:
    """As printed: “1.” but “1(a)”."""
    number = xml_text(issue.number)
    return f"{number}." if number.isdecimal() else number


def element_text(element: ElementCell) -> str:
    """The words beside the bullet; the sign for lost words where there are none."""
    return MISSING_MARK if element.missing_in_source else xml_text(element.text)


def blocks(text: str) -> tuple[Block, ...]:
    """A context, heading, lead-in, time-frame or narrative as paragraphs and bullets."""
    return prose.parse(xml_text(text))


def row_blocks(row: Row) -> tuple[Block, ...]:
    """The second column of a row that holds no element."""
    return blocks(row.text)


def slot_blocks(slot: Slot[TimeFrameCell] | Slot[StatusCell]) -> tuple[Block, ...]:
    """A cell of the third or fourth column; nothing for a pointer and for a blank."""
    return blocks(slot.cell.text) if slot.cell is not None else ()


def see_text(slot: Slot[TimeFrameCell] | Slot[StatusCell], words: Words) -> str:
    """Such as “see II.1”; "" for a cell that points nowhere."""
    return f"{words.see} {xml_text(slot.see.text)}" if slot.see is not None else ""
