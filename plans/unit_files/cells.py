"""What stands in each cell of a unit's file, line by line, whatever its format. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from plans.reports.labels import MISSING_MARK, UnitFileLabels, labels_for
from plans.reports.writers.printed import xml_line, xml_text
from plans.text import prose
from plans.text.categories import Category
from plans.unit_files.sheet import REPORTABLE, UnitRow, UnitSheet


class UnitColumn(StrEnum):
    """The columns of the table, in their order. ``KEY`` is one of its own only in XLSX."""

    REFERENCES = "references"
    SUBJECT = "subject"
    TIME_FRAME = "time_frame"
    BEFORE = "before"
    STAGE = "stage"
    CATEGORY = "category"
    STATUS = "status"
    KEY = "key"


DOCX_COLUMNS = tuple(column for column in UnitColumn if column is not UnitColumn.KEY)
XLSX_COLUMNS = tuple(UnitColumn)
EDITABLE = (UnitColumn.CATEGORY, UnitColumn.STATUS)
READ_ONLY = (UnitColumn.SUBJECT, UnitColumn.TIME_FRAME, UnitColumn.BEFORE, UnitColumn.STAGE)

# A cell holds 32,767 UTF-16 units; nobody reads so much before writing three sentences.
_LONGEST = 15_000
MAX_ROWS = 2_000
"""Of a file that is read back."""


@dataclass(frozen=True, slots=True)
class CellLine:
    """One paragraph of a cell, without the sign of a bullet."""

    text: str
    kind: Literal["plain", "strong", "bullet"] = "plain"


RowCells = Mapping[UnitColumn, tuple[CellLine, ...]]


def cells_of(row: UnitRow, language: str, labels: UnitFileLabels) -> RowCells:
    """The cells of one row, but for its key."""
    return {
        UnitColumn.REFERENCES: tuple(CellLine(xml_text(reference)) for reference in row.references),
        UnitColumn.SUBJECT: tuple(_subject(row)),
        UnitColumn.TIME_FRAME: tuple(line for text in row.time_frames for line in narrative(text)),
        UnitColumn.BEFORE: tuple(_before(row, language)),
        UnitColumn.STAGE: (CellLine(labels.stages[row.stage]), *narrative(row.comment)),
        UnitColumn.CATEGORY: tuple(_category(row.category, language)),
        UnitColumn.STATUS: narrative(row.text),
    }


def choices(language: str) -> tuple[str, ...]:
    """The labels of the categories that a unit can choose, in their order."""
    names = labels_for(language).categories
    return tuple(names[category] for category in REPORTABLE)


def narrative(text: str) -> tuple[CellLine, ...]:
    """A narrative's paragraphs and bullets."""
    return tuple(
        CellLine(block.text, "bullet" if block.kind == "bullet" else "plain")
        for block in prose.parse(xml_text(text))
    )


def lines_text(lines: Iterable[CellLine]) -> str:
    """Lines as text: each in a line of its own, bullets with their sign."""
    return "\n".join(
        f"{prose.BULLET} {line.text}" if line.kind == "bullet" else line.text for line in lines
    )


def cell_text(lines: Iterable[CellLine]) -> str:
    """Lines as ``lines_text`` gives them, cut where a cell of a spreadsheet would have no room."""
    text = lines_text(lines)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def titles(sheet: UnitSheet, labels: UnitFileLabels) -> tuple[str, str]:
    """What stands above the table: whose rows of what, and of which plan."""
    whose = labels.rows_of.format(unit=xml_line(sheet.unit_name))
    plan = f"{xml_line(sheet.plan_title)} ({xml_line(sheet.symbol)})"
    return f"{xml_line(sheet.label)} – {whose}", plan


def instructions(sheet: UnitSheet, labels: UnitFileLabels, typing: str) -> tuple[str, ...]:
    """What the reader of the file has to know; ``typing`` says how to write in this format."""
    only, choose, leave = labels.rules
    last = labels.send_back_by.format(due=sheet.due) if sheet.due else labels.send_back
    fields = {
        "category": labels.headings[UnitColumn.CATEGORY],
        "status": labels.headings[UnitColumn.STATUS],
        "choices": ", ".join(choices(sheet.language)),
    }
    texts = (text.format(**fields) for text in (only, choose, typing, leave))
    return (*texts, last)


def _subject(row: UnitRow) -> Iterator[CellLine]:
    issue = None
    for element in row.elements:
        if element.issue != issue:
            issue = element.issue
            yield CellLine(xml_line(issue), "strong")
        text = MISSING_MARK if element.missing else xml_line(element.text)
        yield CellLine(f"{xml_text(element.reference)} {text}")


def _before(row: UnitRow, language: str) -> Iterator[CellLine]:
    if row.before is not None:
        category = labels_for(language).categories[row.before.category]
        yield CellLine(f"{xml_line(row.before.label)}: {category}", "strong")
        yield from narrative(row.before.text)


def _category(category: str, language: str) -> Iterator[CellLine]:
    if category != Category.NOT_REPORTED:
        yield CellLine(labels_for(language).categories[category])


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

    columns: tuple[UnitColumn, ...]
    names: Sequence[str]
    head_row: int
    headings: tuple[str, ...]
    rows: tuple[RawRow, ...]
    above: str
    below: tuple[str, ...] = ()

    def name(self, index: int) -> str:
        return self.names[index] if index < len(self.names) else str(index + 1)


def folded_text(text: str) -> str:
    """A heading, a choice or a cell to be read, as it is compared: words only, in one line."""
    return " ".join(prose.one_line(text).casefold().split())
