"""What can be wrong with a file that came back, each fault with its place. Pure.

Sentences are made where the interface's languages are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    NO_TABLE = "no_table"
    NO_FILE_KEY = "no_file_key"
    OTHER_PLAN = "other_plan"
    OTHER_VERSION = "other_version"
    OTHER_ROUND = "other_round"
    OTHER_UNIT = "other_unit"
    COLUMN_MISSING = "column_missing"
    COLUMN_MOVED = "column_moved"
    COLUMN_RENAMED = "column_renamed"
    COLUMN_ADDED = "column_added"
    ROW_KEY = "row_key"
    ROW_OTHER_ROUND = "row_other_round"
    ROW_TWICE = "row_twice"
    ROW_UNKNOWN = "row_unknown"
    ROW_MISSING = "row_missing"
    REFERENCE_UNKNOWN = "reference_unknown"
    CATEGORY_UNKNOWN = "category_unknown"
    NOT_TEXT = "not_text"
    TOO_LONG = "too_long"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``row`` and ``column`` are as the program shows them: 12 and "G"; 5 and "7".

    ``heading`` is what the column is headed; ``found`` and ``expected`` are what is there and what
    should be, as far as that can be said.
    """

    kind: FaultKind
    row: int | None = None
    column: str = ""
    heading: str = ""
    found: str = ""
    expected: str = ""
