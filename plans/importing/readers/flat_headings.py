"""The headings of a flat sheet as those of the table that is made of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from plans.importing.blocks import Block, BlockKind, Cell, Role, Row
from plans.importing.readers.cell_texts import MONTHS
from plans.importing.readers.flat_texts import line_of
from plans.importing.readers.mapping import ColumnField as F
from plans.importing.readers.mapping import ColumnMapping
from plans.importing.readers.sheets import Sheet, SheetRow

_HEADED = (
    (F.ISSUE_TITLE, F.ISSUE_NUMBER),
    (F.ELEMENT,),
    (F.TIME_FRAME,),
)


@dataclass(frozen=True)
class Headings:
    """The row of ``sheet`` that holds the headings, of the columns that ``mapping`` names."""

    sheet: Sheet
    mapping: ColumnMapping
    row: SheetRow

    @property
    def with_status(self) -> bool:
        """Whether the table has a fourth column."""
        return bool({F.STATUS, F.CATEGORY} & set(self.mapping.fields.values()))

    @cached_property
    def used(self) -> frozenset[int]:
        """The columns of the sheet whose headings are those of the table."""
        return frozenset(self._columns().values())

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The headings of the table's columns; the last with the date of the round."""
        headed = self._columns()
        columns = [headed.get(number) for number in range(1, 5 if self.with_status else 4)]
        texts = [self.row.texts.get(c, "") if c is not None else "" for c in columns]
        if self.with_status:
            texts[3] = f"{texts[3]} {_day_after(texts[3], self._dated())}"
        return tuple(line_of(text) for text in texts)

    @property
    def unused_texts(self) -> list[str]:
        """The headings of the sheet that are none of the table's."""
        return [text for index, text in self.row.texts.items() if index not in self.used]

    def row_of(self, page: int) -> Row:
        """The headings over the table of that page."""
        line = self.row.number
        blocks = [
            Block(f"p{page}.r0.c{number}.b1", BlockKind.PARAGRAPH, text, line, role=Role.COLUMN)
            for number, text in enumerate(self.texts, 1)
        ]
        cells = tuple(Cell((block,) if block.text else ()) for block in blocks)
        return Row(number=0, line=line, cells=cells, told=True)

    def _columns(self) -> dict[int, int]:
        """The columns of the table, from 1, by the column of the sheet whose heading they take."""
        fields = [*_HEADED, *([(F.AS_AT,) if self._dated() else (F.STATUS, F.CATEGORY)])]
        found: dict[int, int] = {}
        for number, names in enumerate(fields[: 4 if self.with_status else 3], 1):
            columns = (self.mapping.column(name) for name in names)
            column = next((column for column in columns if column is not None), None)
            if column is not None:
                found[number] = column
        return found

    def _dated(self) -> str:
        """The date of the round, from the first row that states it."""
        column = self.mapping.column(F.AS_AT)
        if column is None:
            return ""
        rows = (row for row in self.sheet.rows if row.number > self.row.number)
        return next((row.texts[column] for row in rows if column in row.texts), "")


def _day_after(heading: str, day: str) -> str:
    """``day`` as it is printed after an English ``heading``; as it stands in any other language,
    or when it is not written as 2000-08-31."""
    if not heading.casefold().rstrip().endswith("as at"):
        return day
    try:
        at = date.fromisoformat(day.strip())
    except ValueError:
        return day
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"
