"""The XML of a document for word processors: its parts, lists, paragraphs, rows and cells.

For every reader of such documents. ``plans.reading.readers.office`` has checked the file before.
Texts are as a person sees them: what was inserted with changes tracked counts, what was deleted
does not. Hidden text is text, and is counted. Text boxes are paragraphs of their own after the one
in which they are anchored. Pure.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from plans.reading.readers.tables import Text
from plans.reading.source_table import BlockKind, BlockRole
from plans.text.prose import one_line, parse, words

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
MAX_SPAN = 60


def part_tree(archive: zipfile.ZipFile, name: str) -> Any | None:
    """The tree of a part; None where the document has no such part.

    Raises lxml.etree.XMLSyntaxError for a part that is no XML, or nests deeper than 256 levels.
    """
    if name not in archive.namelist():
        return None
    # Strict files name the same things otherwise.
    content = archive.read(name).replace(_STRICT, W[1:-1].encode())
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    return etree.fromstring(content, parser)


# -- Lists -----------------------------------------------------------------------------------------
# Word reckons the numbers of lists when it shows them; they stand in no text of the file.

_MOST_LEVELS = 9
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class ListItem:
    """``label`` is "" for a bullet, else the number as it is printed, such as “1(a)”."""

    label: str


@dataclass
class Lists:
    """The lists of one document. ``item`` is to be asked in the order of its paragraphs."""

    _levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    _counts: dict[str, list[int]] = field(default_factory=dict)
    _styles: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    _bullet_styles: frozenset[str] = frozenset()

    @classmethod
    def read(cls, numbering: Any | None, styles: Any | None) -> Lists:
        """The lists of the trees of ``word/numbering.xml`` and ``word/styles.xml``."""
        lists = cls()
        if numbering is not None:
            abstract = {
                element.get(f"{W}abstractNumId"): dict(_levels(element))
                for element in numbering.findall(f"{W}abstractNum")
            }
            for element in numbering.findall(f"{W}num"):
                of = element.find(f"{W}abstractNumId")
                levels = dict(abstract.get(of.get(f"{W}val") if of is not None else None, {}))
                for override in element.findall(f"{W}lvlOverride"):
                    levels.update(_levels(override))
                lists._levels[element.get(f"{W}numId", "")] = levels
        if styles is not None:
            lists._styles, lists._bullet_styles = _list_styles(styles)
        return lists

    def names_list(self, properties: Any | None, style: str) -> bool:
        """Whether a paragraph or its style names a list, be it one that the document lacks."""
        numbering, _ = _own(properties) or self._styles.get(style, ("0", 0))
        return numbering != "0"

    def item(self, properties: Any | None, style: str) -> ListItem | None:
        """The item of a list that a paragraph is, None for any other paragraph."""
        numbering, level = _own(properties) or self._styles.get(style, ("0", 0))
        if numbering == "0" or numbering not in self._levels:
            return ListItem("") if style in self._bullet_styles and numbering != "0" else None
        levels = self._levels[numbering]
        kind = levels.get(level)
        if kind is None or kind.format in ("bullet", "none"):
            return ListItem("") if kind is None or kind.format == "bullet" else None
        counts = self._counts.setdefault(
            numbering, [levels[i].start - 1 if i in levels else 0 for i in range(_MOST_LEVELS)]
        )
        counts[level] += 1
        for below in range(level + 1, _MOST_LEVELS):
            counts[below] = levels[below].start - 1 if below in levels else 0
        return ListItem(_label(kind, levels, counts))


def _levels(parent: Any) -> list[tuple[int, _Level]]:
    found = []
    for element in parent.findall(f"{W}lvl"):
        number = _integer(element.get(f"{W}ilvl"), 0)
        if 0 <= number < _MOST_LEVELS:
            level = _Level(
                format=_value(element, "numFmt", "decimal"),
                text=_value(element, "lvlText", ""),
                start=_integer(_value(element, "start", "1"), 1),
            )
            found.append((number, level))
    return found


def _label(level: _Level, levels: Mapping[int, _Level], counts: list[int]) -> str:
    def number(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        count = counts[index] if counts[index] > 0 else 1
        return _numeral(count, levels[index].format if index in levels else "decimal")

    return re.sub(r"%([1-9])", number, level.text)


def _numeral(count: int, format_: str) -> str:
    count = min(count, 9999)
    if format_ in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (count - 1) % 26) * (1 + (count - 1) // 26)
        return letter if format_ == "lowerLetter" else letter.upper()
    if format_ in ("lowerRoman", "upperRoman") and count < 40:
        roman = ""
        for value, sign in _ROMAN:
            while count >= value:
                roman, count = roman + sign, count - value
        return roman if format_ == "lowerRoman" else roman.upper()
    return f"{count:02}" if format_ == "decimalZero" else str(count)


def _own(properties: Any | None) -> tuple[str, int] | None:
    """The list and the level that properties of paragraphs name."""
    numbering = properties.find(f"{W}numPr") if properties is not None else None
    if numbering is None:
        return None
    name = _value(numbering, "numId", "")
    level = _integer(_value(numbering, "ilvl", "0"), 0)
    return (name, min(max(level, 0), _MOST_LEVELS - 1)) if name else None


def _list_styles(styles: Any) -> tuple[dict[str, tuple[str, int]], frozenset[str]]:
    """By the id of a style: the list that its paragraphs are of; and the styles of bullets."""
    own: dict[str, tuple[str, int] | None] = {}
    parents: dict[str, str] = {}
    bullets = set()
    for element in styles.findall(f"{W}style"):
        name = element.get(f"{W}styleId", "")
        own[name] = _own(element.find(f"{W}pPr"))
        parents[name] = _value(element, "basedOn", "")
        if _value(element, "name", "").casefold().startswith("list bullet"):
            bullets.add(name)
    found = {}
    for name in own:
        above, seen = name, set()
        while above in own and above not in seen:
            numbering = own[above]
            if numbering is not None:
                found[name] = numbering
                break
            seen.add(above)
            above = parents[above]
    return found, frozenset(bullets)


def _value(parent: Any, name: str, default: str) -> str:
    element = parent.find(f"{W}{name}")
    return str(element.get(f"{W}val", default)) if element is not None else default


def _integer(text: str | None, default: int) -> int:
    try:
        return int(text) if text else default
    except ValueError:
        return default


# -- Paragraphs -----------------------------------------------------------------------------------

# Nothing that a reader of the document sees stands in these.
_UNSEEN = frozenset(
    {
        f"{_MC}Fallback",
        *(f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "rt")),
        *(f"{W}{name}" for name in ("instrText", "delText")),
    }
)
_SIGNS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
}
_HYPHEN = f"{W}noBreakHyphen"
_TEXTS = frozenset({f"{W}t", f"{_M}t"})
_NOTES = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# Elements that hold paragraphs, tables, rows or cells without being any.
_WRAPPERS = frozenset(
    {
        f"{_MC}AlternateContent",
        f"{_MC}Choice",
        *(f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins")),
        *(f"{W}{name}" for name in ("moveTo", "hyperlink")),
    }
)


@dataclass(slots=True)
class Paragraph:
    """``label`` is that of the item of a list that the document defines, None for any other
    paragraph; ``in_list`` tells whether it names any list. ``boxes`` are the text boxes anchored in
    it; ``link`` is the bookmark to which the first link within the document leads."""

    text: str
    style: str
    label: str | None
    in_list: bool = False
    hidden: int = 0
    boxes: list[Any] = field(default_factory=list)
    bookmarks: list[str] = field(default_factory=list)
    link: str | None = None


class ParagraphReader:
    """Reads the paragraphs of one document, in their order.

    ``marks_notes``: the marks of footnotes are part of the text. ``hyphen`` is what a no-break
    hyphen is read as.
    """

    def __init__(
        self,
        styles: Any | None,
        numbering: Any | None,
        *,
        marks_notes: bool = True,
        hyphen: str = "-",
    ) -> None:
        self._marks_notes = marks_notes
        self._hyphen = hyphen
        self.lists = Lists.read(numbering, styles)
        self.names: Mapping[str, str] = _style_names(styles)
        self.marks: dict[tuple[str, str], str] = {}
        """The mark of each footnote and endnote that was met, by its kind and id."""

    def paragraph(self, element: Any) -> Paragraph:
        properties = element.find(f"{W}pPr")
        style_id = ""
        if properties is not None and (style := properties.find(f"{W}pStyle")) is not None:
            style_id = style.get(f"{W}val", "")
        item = self.lists.item(properties, style_id)
        found = Paragraph(
            text="",
            style=self.names.get(style_id, style_id),
            label=item.label if item is not None else None,
            in_list=self.lists.names_list(properties, style_id),
        )
        found.text = "".join(self._pieces(element, found, hidden=False))
        return found

    def _pieces(self, element: Any, found: Paragraph, *, hidden: bool) -> Iterator[str]:
        for node in element:
            tag = node.tag
            if tag in _TEXTS:
                text = node.text or ""
                found.hidden += len(words(text)) if hidden else 0
                yield text
            elif tag in _SIGNS:
                yield _SIGNS[tag]
            elif tag == _HYPHEN:
                yield self._hyphen
            elif tag in _UNSEEN or not isinstance(tag, str):
                continue
            elif tag == f"{W}sym":
                yield _symbol(node.get(f"{W}char", ""))
            elif tag in _NOTES:
                if self._marks_notes:
                    yield self._mark(node, _NOTES[tag])
            elif tag == f"{W}txbxContent":
                found.boxes.append(node)
            elif tag == f"{W}bookmarkStart":
                found.bookmarks.append(node.get(f"{W}name", ""))
            else:
                if tag == f"{W}hyperlink" and found.link is None:
                    found.link = node.get(f"{W}anchor")
                yield from self._pieces(node, found, hidden=hidden or _is_hidden(node))

    def _mark(self, node: Any, kind: str) -> str:
        """The mark of a note, which Word reckons unless one follows as text."""
        key = (kind, node.get(f"{W}id", ""))
        if node.get(f"{W}customMarkFollows") in ("1", "true", "on"):
            self.marks.setdefault(key, "")
            return ""
        if not self.marks.get(key):
            numbered = sum(1 for (of, _), mark in self.marks.items() if of == kind and mark)
            self.marks[key] = str(numbered + 1).translate(_RAISED)
        return self.marks[key]


def texts_of(
    found: Paragraph,
    *,
    role: BlockRole | None = None,
    whole: bool = False,
    numbered_are_bullets: bool = False,
) -> list[Text]:
    """The texts that a paragraph is: itself, or each of its lines that begins with a bullet.

    ``whole``: it is one text whatever signs it holds. ``numbered_are_bullets``: so are items of
    lists with numbers, which elsewhere are numbered paragraphs and headings.
    """
    text = f"{found.label} {found.text}" if found.label else found.text
    in_list = found.label == "" or (numbered_are_bullets and found.label is not None)
    if whole:
        line = one_line(text)
        kind = BlockKind.BULLET if in_list else BlockKind.PARAGRAPH
        return [Text(line, kind, in_list, role)] if words(line) else []
    texts = []
    for block in parse(text):
        bullet = in_list or block.kind == "bullet"
        if words(block.text):
            kind = BlockKind.BULLET if bullet else BlockKind.PARAGRAPH
            texts.append(Text(block.text, kind, bullet, role))
    return texts


def inside(element: Any, *tags: str) -> Iterator[Any]:
    """The children of these names, through content controls and tracked insertions."""
    for node in element:
        if node.tag in tags:
            yield node
        elif node.tag in _WRAPPERS:
            yield from inside(node, *tags)


def table_rows(table: Any) -> Iterator[Any]:
    """The rows of a table, but for those that were deleted with changes tracked."""
    for row in inside(table, f"{W}tr"):
        if row.find(f"{W}trPr/{W}del") is None:
            yield row


def row_cells(row: Any) -> Iterator[Any]:
    """The cells of a row as they are in the file, those that span columns once."""
    yield from inside(row, f"{W}tc")


def column_span(cell: Any) -> int:
    """How many columns a cell spans, at most ``MAX_SPAN``."""
    return number_of(cell, f"{W}tcPr/{W}gridSpan", 1)


def row_merge(cell: Any) -> str | None:
    """ "restart" where a cell spans the rows below it, "continue" in those; None for any other."""
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return None if merge is None else str(merge.get(f"{W}val", "continue"))


def number_of(element: Any, path: str, default: int) -> int:
    """The number of columns that ``path`` holds, from ``default`` to ``MAX_SPAN``."""
    number = element.find(path)
    value = _integer(number.get(f"{W}val"), default) if number is not None else default
    return min(max(value, default), MAX_SPAN)


def raw_words(element: Any, reader: ParagraphReader, labels: Mapping[Any, str]) -> tuple[str, ...]:
    """The words of a paragraph or row, read without any structure.

    ``labels`` are the numbers of its paragraphs of lists.
    """
    parts: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, node in walk:
        tag = node.tag
        if event == "end":
            if tag == f"{W}p":
                parts.append("\n\n")
            continue
        if tag in _UNSEEN:
            walk.skip_subtree()
        elif tag == f"{W}p":
            parts.append(f"\n\n{labels.get(node, '')} ")
        elif tag in _TEXTS:
            parts.append(node.text or "")
        elif tag in _SIGNS:
            parts.append(_SIGNS[tag])
        elif tag == _HYPHEN:
            parts.append("-")
        elif tag == f"{W}sym":
            parts.append(_symbol(node.get(f"{W}char", "")))
        elif tag in _NOTES:
            parts.append(reader.marks.get((_NOTES[tag], node.get(f"{W}id", "")), ""))
    return tuple(words("".join(parts)))


def _is_hidden(node: Any) -> bool:
    properties = node.find(f"{W}rPr") if node.tag == f"{W}r" else None
    vanish = properties.find(f"{W}vanish") if properties is not None else None
    return vanish is not None and vanish.get(f"{W}val", "1") not in ("0", "false", "off")


def _symbol(code: str) -> str:
    try:
        letter = chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
    # The signs of symbol fonts lie in the private use area; half characters and controls are none.
    return letter if letter.isprintable() or "\ue000" <= letter <= "\uf8ff" else ""


def _style_names(styles: Any | None) -> dict[str, str]:
    """Names of styles, in small letters, by their ids."""
    if styles is None:
        return {}
    names = {}
    for element in styles.findall(f"{W}style"):
        name = element.find(f"{W}name")
        if name is not None:
            names[element.get(f"{W}styleId", "")] = name.get(f"{W}val", "").casefold()
    return names
