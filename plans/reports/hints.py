"""Names that writers give the rows of a table, so that the table can be read back without guessing.

They are nowhere to be seen: the name of a bookmark in a document for word processors, the text of a
hidden column in a workbook. A name tells what stands in a row, and the category of the status that
begins there. Words, spans and places are not in it: those are read from what everybody sees. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from plans.reports.layout import LayoutRow
from plans.text.categories import Category


class RowHint(StrEnum):
    """What stands in a row: a Part's title, the headings of the columns, or what its second
    column holds, by the names of ``RowKind``. ``MISSING`` is an element whose words are lost."""

    PART = "part"
    COLUMNS = "columns"
    TITLE = "title"
    CONTEXT = "context"
    HEADING = "heading"
    LEAD_IN = "lead_in"
    ELEMENT = "element"
    MISSING = "missing"


_NAMES = "|".join(hint.value for hint in RowHint)
_CATEGORIES = "|".join(category.value for category in Category)
_HINT = re.compile(rf"({_NAMES})(?:[ _]({_CATEGORIES}))?")
# Word hides bookmarks whose names begin with a low line; a program that copies one may add to it.
_BOOKMARK = re.compile(rf"_row_\d+_(({_NAMES})(?:_({_CATEGORIES}))?)(?: Copy \d+)?")


@dataclass(frozen=True, slots=True)
class Hint:
    row: RowHint
    category: str | None = None

    def __str__(self) -> str:
        return f"{self.row}_{self.category}" if self.category else self.row.value

    def bookmark(self, number: int) -> str:
        """The name of the bookmark of the row ``number`` of a document."""
        return f"_row_{number}_{self}"


def hint_for(row: LayoutRow) -> Hint:
    """The hint of a row of the table."""
    if row.element is not None and row.element.missing_in_source:
        kind = RowHint.MISSING
    else:
        kind = RowHint(row.kind.value)
    status = row.status.cell if row.status is not None else None
    return Hint(kind, status.category if status is not None else None)


def read_hint(text: str) -> Hint | None:
    """The hint that a hidden cell holds; None for any other text."""
    match = _HINT.fullmatch(text.strip())
    return Hint(RowHint(match[1]), match[2]) if match else None


def read_bookmark(name: str) -> Hint | None:
    """The hint that a bookmark's name is; None for any other bookmark."""
    match = _BOOKMARK.fullmatch(name)
    return Hint(RowHint(match[2]), match[3]) if match else None
