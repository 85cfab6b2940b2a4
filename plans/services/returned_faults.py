"""What is wrong with a file that came back, in sentences that name the place and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.returned.faults import Fault, FaultKind
from plans.wording import day

_SENTENCES: dict[FaultKind, Promise] = {
    FaultKind.NO_TABLE: gettext_lazy(
        "The table with the rows is not in the file. Send the file that was sent to the unit, "
        "filled in."
    ),
    FaultKind.NO_FILE_KEY: gettext_lazy(
        "The file does not say which rows it holds: its key above the table is gone. Fill in a "
        "fresh copy."
    ),
    FaultKind.OTHER_PLAN: gettext_lazy(
        "The file holds rows of another plan (%(found)s). Upload it there."
    ),
    FaultKind.OTHER_VERSION: gettext_lazy(
        "The file holds rows of another version of the plan (%(found)s, not %(expected)s). Fill in "
        "a fresh copy."
    ),
    FaultKind.OTHER_ROUND: gettext_lazy(
        "The file holds rows of another round (as at %(found)s, not %(expected)s). Upload it "
        "there, or fill in a fresh copy."
    ),
    FaultKind.OTHER_UNIT: gettext_lazy(
        "The file holds the rows of another unit (%(found)s), for which you do not report."
    ),
    FaultKind.COLUMN_MISSING: gettext_lazy(
        "the column “%(heading)s” is missing. Put it back where it was."
    ),
    FaultKind.COLUMN_MOVED: gettext_lazy(
        "the column “%(heading)s” belongs here and stands in column %(found)s. Move it back."
    ),
    FaultKind.COLUMN_RENAMED: gettext_lazy(
        "the column is headed “%(found)s”; its heading is “%(heading)s”. Change it back."
    ),
    FaultKind.COLUMN_ADDED: gettext_lazy(
        "a column “%(found)s” was added. Move its words to the column they belong to, and delete "
        "it."
    ),
    FaultKind.ROW_KEY: gettext_lazy(
        "this row has no key that can be read (“%(found)s”). Only the rows that were sent can "
        "come back."
    ),
    FaultKind.ROW_OTHER_ROUND: gettext_lazy(
        "this row comes from a file of another round (as at %(found)s). Take it out."
    ),
    FaultKind.ROW_TWICE: gettext_lazy(
        "this row stands in row %(found)s already. Keep one of the two."
    ),
    FaultKind.ROW_UNKNOWN: gettext_lazy(
        "this row was not in the file that was sent (%(found)s). Take it out."
    ),
    FaultKind.ROW_MISSING: gettext_lazy(
        "The row of %(expected)s is missing. Put it back, unchanged if there is nothing new."
    ),
    FaultKind.REFERENCE_UNKNOWN: gettext_lazy(
        "there is no element %(found)s in this plan. Put back the references that stood there: "
        "%(expected)s."
    ),
    FaultKind.CATEGORY_UNKNOWN: gettext_lazy(
        "“%(found)s” is not in the list. Choose one of: %(expected)s."
    ),
    FaultKind.NOT_TEXT: gettext_lazy(
        "the cell holds no text but a number, a date or a formula, or is merged with another. "
        "Type its words as text."
    ),
    FaultKind.TOO_LONG: gettext_lazy(
        "the text has %(found)s characters; at most %(expected)s can be saved. Shorten it."
    ),
    FaultKind.OUTSIDE: gettext_lazy(
        "“%(found)s” stands outside of the table. Move it to the cell that it belongs to."
    ),
}


def sentence(fault: Fault, subjects: Mapping[int, str]) -> str:
    """The fault, with its place. ``subjects`` are the references of statuses by their ordinals."""
    found, expected = fault.found, fault.expected
    if fault.kind in (FaultKind.OTHER_ROUND, FaultKind.ROW_OTHER_ROUND):
        found, expected = _day(found), _day(expected)
    elif fault.kind is FaultKind.ROW_MISSING:
        ordinal = int(expected)
        expected = subjects.get(ordinal) or _("status no. %(ordinal)s") % {"ordinal": ordinal}
    said = str(_SENTENCES[fault.kind]) % {
        "heading": fault.heading,
        "found": found,
        "expected": expected,
    }
    place = _place(fault)
    return _("%(place)s: %(said)s") % {"place": place, "said": said} if place else said


def _day(written: str) -> str:
    """The day of a round in words; what is no date, as it was found."""
    try:
        return day(date.fromisoformat(written))
    except ValueError:
        return written


def _place(fault: Fault) -> str:
    if fault.row is None:
        return ""
    values = {"row": fault.row, "column": fault.column, "heading": fault.heading}
    if fault.heading and fault.kind not in (
        FaultKind.COLUMN_MISSING,
        FaultKind.COLUMN_MOVED,
        FaultKind.COLUMN_RENAMED,
    ):
        return _("Row %(row)s, column %(column)s (“%(heading)s”)") % values
    return _("Row %(row)s, column %(column)s") % values
