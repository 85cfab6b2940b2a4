"""The plain texts of cells and footnotes, and zip files, for the formats of office programs.

The words are those of the HTML. Pure.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plans.reports.labels import MISSING_MARK, Labels
from plans.reports.layout import LayoutRow, Slot
from plans.reports.table import (
    Cover,
    ElementCell,
    Footnote,
    IssueCell,
    PartTable,
    StatusCell,
    TimeFrameCell,
)
from plans.text import prose
from plans.text.differences import Change, DiffBlock, unchanged_blocks
from plans.text.prose import ProseBlock

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


def xml_line(text: str) -> str:
    """``text`` with every run of white space made one space, for titles in properties."""
    return " ".join(xml_text(text).split())


def part_title(part: PartTable, labels: Labels) -> str:
    """Such as “Part I – Enhancing the relevance”."""
    return f"{labels.part} {xml_text(part.number)} – {xml_text(part.title)}"


def issue_number(issue: IssueCell) -> str:
    """As printed: “1.” but “1(a)”."""
    number = xml_text(issue.number)
    return f"{number}." if number.isdecimal() else number


def element_text(element: ElementCell) -> str:
    """The words beside the bullet; the sign for lost words where there are none."""
    return MISSING_MARK if element.missing_in_source else xml_text(element.text)


def text_blocks(text: str) -> tuple[ProseBlock, ...]:
    """A context, heading, lead-in, time-frame or narrative as paragraphs and bullets."""
    return prose.parse(xml_text(text))


def slot_blocks(slot: Slot[TimeFrameCell] | Slot[StatusCell]) -> tuple[ProseBlock, ...]:
    """A cell of the third or fourth column; nothing for a pointer and for a blank."""
    return text_blocks(slot.cell.text) if slot.cell is not None else ()


def list_markup(text_blocks: Iterable[tuple[bool, str]], opening: str = "<p>") -> str:
    """Paragraphs and lists as XML or HTML; each block is (is it a bullet, its markup)."""
    parts: list[str] = []
    in_list = False
    for bullet, content in text_blocks:
        if bullet != in_list:
            parts.append("<ul>" if bullet else "</ul>")
            in_list = bullet
        parts.append(f"<li>{content}</li>" if bullet else f"{opening}{content}</p>")
    if in_list:
        parts.append("</ul>")
    return "".join(parts)


def see_text(slot: Slot[TimeFrameCell] | Slot[StatusCell], labels: Labels) -> str:
    """Such as “see II.1”; "" for a cell that points nowhere."""
    return f"{labels.see} {xml_text(slot.see.text)}" if slot.see is not None else ""


# -- Footnotes of the cover -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoteMark:
    """The mark of a footnote in a text; ``is_first`` where it is met for the first time."""

    note: Footnote
    is_first: bool


class CoverNotes:
    """Finds the marks of a cover's footnotes in its texts, which are asked for in their order.

    Of footnotes with the same mark, the first is the one that is found.
    """

    def __init__(self, cover: Cover) -> None:
        self._notes = cover.footnotes
        self._findable: dict[str, Footnote] = {}
        for note in cover.footnotes:
            if FINDABLE_MARK.fullmatch(note.mark):
                self._findable.setdefault(note.mark, note)
        self._met: list[Footnote] = []

    def pieces(self, text: str, *, repeated: bool = False) -> Iterator[str | NoteMark]:
        """``text`` in pieces: the first mark of each footnote, with ``repeated`` every mark, and
        the words before, between and after them."""
        start = 0
        for match in FINDABLE_MARK.finditer(text):
            note = self._findable.get(match[0])
            if note is None or ((is_met := self.is_met(note)) and not repeated):
                continue
            if not is_met:
                self._met.append(note)
            yield text[start : match.start()]
            yield NoteMark(note, not is_met)
            start = match.end()
        yield text[start:]

    def is_met(self, note: Footnote) -> bool:
        """Whether a text had the mark of this very footnote."""
        return any(met is note for met in self._met)

    def unmet(self) -> list[Footnote]:
        """The footnotes whose marks no text had, to be asked for after all texts."""
        return [note for note in self._notes if not self.is_met(note)]


# -- Texts of cells --------------------------------------------------------------------------------


class CellTexts:
    """What is printed in the cells of a report: its words, none of them marked."""

    def title(self, issue: IssueCell) -> tuple[Change, ...]:
        """An issue's title, without its number."""
        return (Change("same", issue.title),)

    def element(self, element: ElementCell) -> tuple[Change, ...]:
        """The words beside an element's bullet."""
        return (Change("same", element_text(element)),)

    def content(self, row: LayoutRow) -> tuple[DiffBlock, ...]:
        """The second column of a row that holds no element."""
        return unchanged_blocks(text_blocks(row.text))

    def slot(self, slot: Slot[TimeFrameCell] | Slot[StatusCell]) -> tuple[DiffBlock, ...]:
        """A cell of the third or fourth column; nothing for a pointer and for a blank."""
        return unchanged_blocks(slot_blocks(slot))

    def remark(self, slot: Slot[TimeFrameCell] | Slot[StatusCell]) -> str:
        """What stands above the words in small type; "" for nothing."""
        return ""


PLAIN_TEXTS = CellTexts()


def numbered_title(issue: IssueCell, title: tuple[Change, ...]) -> tuple[Change, ...]:
    """The pieces of an issue's title, with its number before them."""
    number = f"{issue_number(issue)} "
    if title and title[0].kind == "same":
        return (Change("same", number + title[0].text), *title[1:])
    return (Change("same", number), *title)


# -- Zip files -------------------------------------------------------------------------------------
# Members are stored and not compressed: how small a compressor packs them differs from one machine
# to the next, and a closed round's files must not.

# The earliest moment that a zip file can state.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_READABLE = 0o600 << 16


def repack_zip(content: bytes) -> bytes:
    """The zip file ``content`` with its members in the same order, without times of their own."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target,
    ):
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _MOMENT)
            member.create_system = _UNIX
            member.external_attr = _READABLE
            target.writestr(member, source.read(name))
    return packed.getvalue()
