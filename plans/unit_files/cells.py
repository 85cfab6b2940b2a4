"""What stands in each cell of a unit's file, line by line, whatever its format. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from plans.reports.labels import MISSING_MARK, UnitFileLabels, labels_for
from plans.reports.writers.printed import one_line, xml_text
from plans.text import prose
from plans.text.categories import Category
from plans.unit_files.sheet import REPORTABLE, UnitRow, UnitSheet


class Column(StrEnum):
    """The columns of the table, in their order. ``KEY`` is one of its own only in XLSX."""

    REFERENCES = "references"
    SUBJECT = "subject"
    TIME_FRAME = "time_frame"
    BEFORE = "before"
    STANDING = "standing"
    CATEGORY = "category"
    STATUS = "status"
    KEY = "key"


DOCX_COLUMNS = tuple(column for column in Column if column is not Column.KEY)
XLSX_COLUMNS = tuple(Column)
EDITABLE = (Column.CATEGORY, Column.STATUS)
READ_ONLY = (Column.SUBJECT, Column.TIME_FRAME, Column.BEFORE, Column.STANDING)

# A cell holds 32,767 UTF-16 units; nobody reads so much before writing three sentences.
_LONGEST = 15_000
MAX_ROWS = 2_000
"""Of a file that is read back."""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of a cell, without the sign of a bullet."""

    text: str
    kind: Literal["plain", "strong", "bullet"] = "plain"


Cells = Mapping[Column, tuple[Line, ...]]


def cells_of(row: UnitRow, language: str, labels: UnitFileLabels) -> Cells:
    """The cells of one row, but for its key."""
    return {
        Column.REFERENCES: tuple(Line(xml_text(reference)) for reference in row.references),
        Column.SUBJECT: tuple(_subject(row)),
        Column.TIME_FRAME: tuple(line for text in row.time_frames for line in narrative(text)),
        Column.BEFORE: tuple(_before(row, language)),
        Column.STANDING: (Line(labels.stages[row.stage]), *narrative(row.comment)),
        Column.CATEGORY: tuple(_category(row.category, language)),
        Column.STATUS: narrative(row.text),
    }


def choices(language: str) -> tuple[str, ...]:
    """The labels of the categories that a unit can choose, in their order."""
    names = labels_for(language).categories
    return tuple(names[category] for category in REPORTABLE)


def narrative(text: str) -> tuple[Line, ...]:
    """A narrative's paragraphs and bullets."""
    return tuple(
        Line(block.text, "bullet" if block.kind == "bullet" else "plain")
        for block in prose.parse(xml_text(text))
    )


def plain(lines: Iterable[Line]) -> str:
    """Lines as text: each in a line of its own, bullets with their sign."""
    return "\n".join(
        f"{prose.BULLET} {line.text}" if line.kind == "bullet" else line.text for line in lines
    )


def readable(lines: Iterable[Line]) -> str:
    """Lines as ``plain`` gives them, cut where a cell of a spreadsheet would have no room."""
    text = plain(lines)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def titles(sheet: UnitSheet, labels: UnitFileLabels) -> tuple[str, str]:
    """What stands above the table: whose rows of what, and of which plan."""
    whose = labels.rows_of.format(unit=one_line(sheet.unit_name))
    plan = f"{one_line(sheet.plan_title)} ({one_line(sheet.symbol)})"
    return f"{one_line(sheet.label)} – {whose}", plan


def instructions(sheet: UnitSheet, labels: UnitFileLabels, typing: str) -> tuple[str, ...]:
    """What the reader of the file has to know; ``typing`` says how to write in this format."""
    only, choose, leave = labels.rules
    last = labels.send_back_by.format(due=sheet.due) if sheet.due else labels.send_back
    fields = {
        "category": labels.headings[Column.CATEGORY],
        "status": labels.headings[Column.STATUS],
        "choices": ", ".join(choices(sheet.language)),
    }
    said = (text.format(**fields) for text in (only, choose, typing, leave))
    return (*said, last)


def _subject(row: UnitRow) -> Iterator[Line]:
    issue = None
    for element in row.elements:
        if element.issue != issue:
            issue = element.issue
            yield Line(one_line(issue), "strong")
        text = MISSING_MARK if element.missing else one_line(element.text)
        yield Line(f"{xml_text(element.reference)} {text}")


def _before(row: UnitRow, language: str) -> Iterator[Line]:
    if row.before is not None:
        category = labels_for(language).categories[row.before.category]
        yield Line(f"{one_line(row.before.label)}: {category}", "strong")
        yield from narrative(row.before.text)


def _category(category: str, language: str) -> Iterator[Line]:
    if category != Category.NOT_REPORTED:
        yield Line(labels_for(language).categories[category])


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row of the table; ``number`` as the program shows it. None is a cell that is no text."""

    number: int
    cells: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class RawTable:
    """The table of a file as it stands there.

    ``above`` is the text before it, ``below`` what somebody wrote after it, line by line.

    ``columns`` are those that the format has, ``names`` says what the program calls the column of
    a place, counted from 0.
    """

    columns: tuple[Column, ...]
    names: Sequence[str]
    head_row: int
    headings: tuple[str, ...]
    rows: tuple[RawRow, ...]
    above: str
    below: tuple[str, ...] = ()

    def name(self, index: int) -> str:
        return self.names[index] if index < len(self.names) else str(index + 1)


def folded(text: str) -> str:
    """A heading, a choice or a cell to be read, as it is compared: words only, in one line."""
    return " ".join(prose.one_line(text).casefold().split())
