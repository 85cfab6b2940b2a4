"""The texts of a flat sheet: how cells are put together, and the words of its rows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from plans.categories import Category
from plans.importing.readers.mapping import ColumnField as F
from plans.importing.readers.mapping import ColumnMapping
from plans.importing.readers.sheets import SheetRow
from plans.prose import one_line, parse, words
from plans.reports.words import words_for

YES = frozenset({"yes", "y", "true", "1", "x", "oui", "vrai", "sí", "si", "verdadero"})
_NUMBERED_PART = re.compile(r"(?:[^\W\d]+\s+)?([IVXLC]{1,7}|\d{1,3}|[A-Z])\.?", re.IGNORECASE)


# A sheet says Part, issue and context again in every row, and asks for each of them several times.
_ROWS_LAST_SEEN = 512


@lru_cache(maxsize=_ROWS_LAST_SEEN)
def line_of(text: str) -> str:
    """``text`` as one line, without signs of bullets at the beginnings of its lines."""
    return one_line(" ".join(block.text for block in parse(text)))


def part_text(number: str, title: str) -> str:
    """A Part's heading from the cells of its number and title."""
    number, title = line_of(number), line_of(title)
    match = _NUMBERED_PART.fullmatch(number)
    if match and title:
        return f"Part {match[1].upper()} – {title}"
    return " ".join(text for text in (number, title) if text)


def issue_text(number: str, title: str) -> str:
    """An issue's heading from the cells of its number and title."""
    number, title = line_of(number), line_of(title)
    number = f"{number}." if number.isdecimal() else number
    return " ".join(text for text in (number, title) if text)


def category_of(text: str) -> str | None:
    """The value of the category that ``text`` names, in any language that reports are in."""
    wanted = one_line(text).casefold()
    for language in ("en", "fr", "es"):
        for value, label in words_for(language).categories.items():
            if wanted in (str(value).casefold(), label.casefold()):
                return str(Category(value).value)
    return None


def row_words(row: SheetRow, mapping: ColumnMapping) -> Iterator[str]:
    """The words of a row, cell by cell; those of Parts and issues as their headings have them."""
    texts = dict(row.texts)
    for number, title, join in (
        (F.PART, F.PART_TITLE, part_text),
        (F.PARENT_NUMBER, F.PARENT_TITLE, issue_text),
        (F.ISSUE_NUMBER, F.ISSUE_TITLE, issue_text),
    ):
        columns = [mapping.column(number), mapping.column(title)]
        cells = [texts.pop(column, "") if column is not None else "" for column in columns]
        yield from _words_of(join(*cells))
    for text in texts.values():
        yield from _words_of(text)


@lru_cache(maxsize=_ROWS_LAST_SEEN)
def _words_of(text: str) -> tuple[str, ...]:
    return tuple(words(text))
