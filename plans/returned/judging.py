"""What a row that came back would change, against the draft as it stands now. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from plans.returned.layout import cells_of, plain
from plans.returned.reading import ReturnedRow, compared, folded
from plans.returned.sheet import UnitRow
from plans.returned.words import Column, sheet_words


class RowState(StrEnum):
    """``UNTOUCHED``: the unit left it as it was sent, and the draft has changed since.

    ``CONFLICT``: the unit changed it, and so did somebody else. The last four cannot be applied.
    """

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    UNTOUCHED = "untouched"
    CONFLICT = "conflict"
    HANDED_IN = "handed_in"
    REGROUPED = "regrouped"
    NOT_THEIRS = "not_theirs"
    UNKNOWN_BASE = "unknown_base"

    @property
    def applicable(self) -> bool:
        return self in (RowState.CHANGED, RowState.CONFLICT)

    @property
    def refused(self) -> bool:
        """Whether the unit may have written something that cannot be applied."""
        return self in (
            RowState.HANDED_IN,
            RowState.REGROUPED,
            RowState.NOT_THEIRS,
            RowState.UNKNOWN_BASE,
        )


@dataclass(frozen=True, slots=True)
class Words:
    """A narrative and its category."""

    category: str
    text: str


def state_of(row: ReturnedRow, now: UnitRow | None, base: Words | None) -> RowState:
    """What a row is, against the status ``now``, None where that is not the unit's any more.

    ``base`` is what stood in the revision that the row started from; it is asked for only where
    the draft has changed since, and None where there is no such revision.
    """
    written = Words(row.category, row.text)
    if now is None:
        return RowState.NOT_THEIRS
    if row.references != now.references:
        return RowState.REGROUPED
    if written == Words(now.category, now.text):
        return RowState.UNCHANGED
    if row.key.revision == now.revision:
        return RowState.CHANGED if now.writable else RowState.HANDED_IN
    if base is None:
        return RowState.UNKNOWN_BASE
    if written == base:
        return RowState.UNTOUCHED
    return RowState.CONFLICT if now.writable else RowState.HANDED_IN


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A cell to be read only in which somebody wrote: what was sent, and what came back."""

    column: Column
    sent: str
    found: str


def overwritten(row: ReturnedRow, now: UnitRow, language: str) -> tuple[Overwritten, ...]:
    """The cells to be read only in which somebody wrote all the same.

    Where the status stands is compared only while it stands where it stood.
    """
    cells = cells_of(now, language, sheet_words(language))
    found = []
    for column, text in row.read.items():
        sent = compared(plain(cells[column]))
        moved = column is Column.STANDING and row.key.revision != now.revision
        if folded(text) != folded(sent) and not moved:
            found.append(Overwritten(column, sent, text))
    return tuple(found)
