"""The texts of paragraphs of a document for word processors, as a person sees them.

What was inserted with changes tracked counts, what was deleted does not. Hidden text is text, and
is told. Text boxes are paragraphs of their own after the one in which they are anchored. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from plans.importing.blocks import BlockKind, Role
from plans.importing.readers.docx_numbering import Lists, W
from plans.importing.readers.tables import Text
from plans.prose import one_line, parse, words

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
# Nothing that a reader of the document sees stands in these.
_UNSEEN = frozenset(
    {
        *(f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "rt", "instrText", "delText")),
        f"{_MC}Fallback",
    }
)
_SIGNS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
_TEXTS = frozenset({f"{W}t", f"{_M}t"})
_NOTES = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# Elements that hold paragraphs, tables, rows or cells without being any.
_WRAPPERS = frozenset(
    f"{W}{name}"
    for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "hyperlink")
)


@dataclass(slots=True)
class Paragraph:
    """``boxes`` are the paragraphs of text boxes anchored in it; ``link`` is the bookmark to which
    the first link within the document leads."""

    text: str
    style: str
    label: str | None
    hidden: int = 0
    boxes: list[Any] = field(default_factory=list)
    bookmarks: list[str] = field(default_factory=list)
    link: str | None = None


class Words:
    """Reads the paragraphs of one document, in their order."""

    def __init__(self, styles: Any | None, numbering: Any | None) -> None:
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
            elif tag in _UNSEEN or not isinstance(tag, str):
                continue
            elif tag == f"{W}sym":
                yield _symbol(node.get(f"{W}char", ""))
            elif tag in _NOTES:
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
    role: Role | None = None,
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


def raw_words(element: Any, words_: Words, labels: Mapping[Any, str]) -> tuple[str, ...]:
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
        elif tag == f"{W}sym":
            parts.append(_symbol(node.get(f"{W}char", "")))
        elif tag in _NOTES:
            parts.append(words_.marks.get((_NOTES[tag], node.get(f"{W}id", "")), ""))
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
