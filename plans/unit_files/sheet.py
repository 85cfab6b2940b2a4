"""What goes out in a file: the rows of one unit in one round, and the keys by which they return.

A file carries its key once and each row carries its own, so that what comes back is known for
certain to be the answer to what was sent: of which round and unit, with which rows, and from which
revision each row started. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from plans.text.categories import Category

REPORTABLE = tuple(category for category in Category if category is not Category.NOT_REPORTED)
"""The categories that a unit can choose; that nothing is reported is said by choosing none."""

WRITABLE_STAGES = frozenset({"empty", "draft", "returned"})

_FILE_KEY = re.compile(
    r"rows1:(?P<plan>[-\w]+)/(?P<version>[-\w]+)/(?P<as_at>\d{4}-\d\d-\d\d)"
    r"/(?P<unit>[-\w]+)/(?P<rows>\d{1,6}(?:-\d{1,6})?(?:,\d{1,6}(?:-\d{1,6})?)*)",
    re.ASCII,
)
_ROW_KEY = re.compile(
    r"(?P<as_at>\d{4}-\d\d-\d\d)/(?P<ordinal>\d{1,6})/(?P<revision>\d{1,9})", re.ASCII
)
_MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class RowElement:
    """An element that a status covers. ``issue`` is number and title: “1(a) Policy dialogue”."""

    reference: str
    issue: str
    text: str
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Reported:
    """What was reported last time. ``label`` is the heading of that round's column."""

    label: str
    category: str
    text: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One status of the round: what it covers, where it stands, and the draft.

    ``ordinal`` is its place in the round and ``revision`` the number of its newest revision.
    ``stage`` is "empty", "draft", "returned", "submitted" or "cleared"; ``comment`` is why it was
    returned, "" when it was not.
    """

    ordinal: int
    revision: int
    elements: tuple[RowElement, ...]
    time_frames: tuple[str, ...]
    before: Reported | None
    stage: str
    comment: str
    category: str
    text: str

    @property
    def references(self) -> tuple[str, ...]:
        return tuple(element.reference for element in self.elements)

    @property
    def writable(self) -> bool:
        """Whether it is the unit's turn to write it."""
        return self.stage in WRITABLE_STAGES


@dataclass(frozen=True, slots=True)
class UnitSheet:
    """The rows of a unit in a round, in plan order.

    ``plan``, ``version`` and ``unit`` are the short names that addresses have. ``due`` is the day
    by which reports are due, in words of the plan's language, or "".
    """

    plan: str
    plan_title: str
    version: str
    symbol: str
    language: str
    label: str
    as_at: date
    unit: str
    unit_name: str
    due: str
    rows: tuple[UnitRow, ...]

    @property
    def key(self) -> FileKey:
        ordinals = tuple(sorted(row.ordinal for row in self.rows))
        return FileKey(self.plan, self.version, self.as_at, self.unit, ordinals)


@dataclass(frozen=True, slots=True)
class FileKey:
    """Of what a file holds the rows. ``ordinals`` are the places of its statuses in the round."""

    plan: str
    version: str
    as_at: date
    unit: str
    ordinals: tuple[int, ...]

    def __str__(self) -> str:
        place = f"{self.plan}/{self.version}/{self.as_at.isoformat()}/{self.unit}"
        return f"rows1:{place}/{_ranges(self.ordinals)}"


@dataclass(frozen=True, slots=True)
class RowKey:
    """Which status a row is, and from which revision of it what is written in the row started."""

    as_at: date
    ordinal: int
    revision: int

    def __str__(self) -> str:
        return f"{self.as_at.isoformat()}/{self.ordinal}/{self.revision}"


def file_key(text: str) -> FileKey | None:
    """The key of a file: the last line of ``text`` that ends with one; None when none does."""
    for line in reversed(text.splitlines()):
        word = (line.split() or [""])[-1]
        match = _FILE_KEY.fullmatch(word)
        as_at = _day(match["as_at"]) if match else None
        ordinals = _ordinals(match["rows"]) if match else None
        if match is not None and as_at is not None and ordinals is not None:
            return FileKey(match["plan"], match["version"], as_at, match["unit"], ordinals)
    return None


def row_key(text: str) -> RowKey | None:
    """The key of a row, of which ``text`` is all there is; None for anything else."""
    match = _ROW_KEY.fullmatch("".join(text.split()))
    as_at = _day(match["as_at"]) if match else None
    if match is None or as_at is None:
        return None
    return RowKey(as_at, int(match["ordinal"]), int(match["revision"]))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _ranges(numbers: Iterable[int]) -> str:
    """Such as “1-4,7”; "0" for none, which is the place of no status."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs) or "0"


def _ordinals(ranges: str) -> tuple[int, ...] | None:
    """What ``_ranges`` wrote; None for what it cannot have written."""
    ordinals: list[int] = []
    for piece in ranges.split(","):
        first, _, last = piece.partition("-")
        start, end = int(first), int(last or first)
        if end < start or end - start > _MOST_ROWS or len(ordinals) > _MOST_ROWS:
            return None
        if ordinals and start <= ordinals[-1]:
            return None
        ordinals.extend(range(start, end + 1))
    return tuple(number for number in ordinals if number)
