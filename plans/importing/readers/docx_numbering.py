"""Lists of a document for word processors: which paragraphs are bullets, and numbers of the others.

Word reckons the numbers of lists when it shows them; they stand in no text of the file. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
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
