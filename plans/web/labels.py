"""Values said in words: schedule states, kinds of time-frame, rules, and places in the source.

Interface text only. The words of a plan are never made here.
"""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from plans.reading.source_table import BlockPlace, place_of
from plans.reports.changes import Outcome, Shown, Trait, View
from plans.text.timeframes import Kind, Precision, Recurrence, Rule, ScheduleState

SCHEDULE_LABELS: dict[ScheduleState, Promise] = {
    ScheduleState.OVERDUE: gettext_lazy("overdue"),
    ScheduleState.DUE_SOON: gettext_lazy("due soon"),
    ScheduleState.ON_SCHEDULE: gettext_lazy("on schedule"),
    ScheduleState.OPEN_ENDED: gettext_lazy("open-ended"),
    ScheduleState.NOT_DATABLE: gettext_lazy("no fixed date"),
    ScheduleState.DONE: gettext_lazy("done"),
}

SCHEDULE_MEANINGS: dict[ScheduleState, Promise] = {
    ScheduleState.OVERDUE: gettext_lazy("Its date had passed and it was not completed."),
    ScheduleState.DUE_SOON: gettext_lazy("Its date fell within the next 90 days."),
    ScheduleState.ON_SCHEDULE: gettext_lazy("Its date was more than 90 days ahead."),
    ScheduleState.OPEN_ENDED: gettext_lazy("Its time-frame sets no end, so it cannot be late."),
    ScheduleState.NOT_DATABLE: gettext_lazy("Its time-frame gives no date to judge by."),
    ScheduleState.DONE: gettext_lazy("It was reported as completed."),
}

KIND_LABELS: dict[Kind, Promise] = {
    Kind.DEADLINE: gettext_lazy("deadline"),
    Kind.START: gettext_lazy("start"),
    Kind.PERIOD: gettext_lazy("period"),
    Kind.RECURRING: gettext_lazy("recurring"),
    Kind.CONTINUOUS: gettext_lazy("continuous"),
    Kind.AS_REQUIRED: gettext_lazy("as required"),
    Kind.LINKED: gettext_lazy("linked to another process"),
    Kind.UNSPECIFIED: gettext_lazy("unspecified"),
}

CHANGE_LABELS: dict[Outcome | Trait, Promise] = {
    Outcome.NEWLY_REPORTED: gettext_lazy("newly reported"),
    Outcome.REWORDED: gettext_lazy("reworded"),
    Outcome.RECATEGORISED: gettext_lazy("same words, other progress"),
    Outcome.NO_LONGER_REPORTED: gettext_lazy("no longer reported"),
    Outcome.UNCHANGED: gettext_lazy("unchanged or reaffirmed"),
    Outcome.AWAITED: gettext_lazy("nothing reported yet"),
    Outcome.NEVER_REPORTED: gettext_lazy("reported in neither"),
    Trait.CATEGORY: gettext_lazy("other progress"),
    Trait.SCHEDULE: gettext_lazy("other schedule"),
    Trait.GROUPING: gettext_lazy("grouped with other elements"),
    Trait.WORDING: gettext_lazy("words of the plan corrected"),
}


def change_label(shown: Shown | None) -> Promise | None:
    """The one kind of change of which the rows are shown; None for all changes, or all rows."""
    return None if shown is None or isinstance(shown, View) else CHANGE_LABELS[shown]


_RECURRENCES: dict[Recurrence, Promise] = {
    Recurrence.WEEKLY: gettext_lazy("It recurs every week."),
    Recurrence.MONTHLY: gettext_lazy("It recurs every month."),
    Recurrence.QUARTERLY: gettext_lazy("It recurs every quarter."),
    Recurrence.HALF_YEARLY: gettext_lazy("It recurs every half-year."),
    Recurrence.ANNUAL: gettext_lazy("It recurs every year."),
    Recurrence.BIENNIAL: gettext_lazy("It recurs every two years."),
    Recurrence.REGULAR: gettext_lazy("It recurs at intervals that the words leave open."),
}

_PRECISIONS: dict[Precision, Promise] = {
    Precision.DAY: gettext_lazy("The words name the day."),
    Precision.MONTH: gettext_lazy("The words name the month."),
    Precision.QUARTER: gettext_lazy("The words name the quarter."),
    Precision.HALF_YEAR: gettext_lazy("The words name the half-year."),
    Precision.YEAR: gettext_lazy("The words name the year."),
    Precision.BIENNIUM: gettext_lazy("The words name the biennium."),
}

_WITHOUT_DATE: dict[Kind, Promise] = {
    Kind.DEADLINE: gettext_lazy("A deadline whose date the words do not give."),
    Kind.START: gettext_lazy("A start whose date the words do not give."),
    Kind.PERIOD: gettext_lazy("A period whose dates the words do not give."),
    Kind.RECURRING: gettext_lazy("To be done again and again."),
    Kind.CONTINUOUS: gettext_lazy("To be done continuously, without an end."),
    Kind.AS_REQUIRED: gettext_lazy("To be done as the need arises."),
    Kind.LINKED: gettext_lazy("Bound to another process, whose dates the words do not give."),
    Kind.UNSPECIFIED: gettext_lazy("No rule could be read from the words."),
}


def day(value: date) -> str:
    """``value`` in the words of the active language: “31 August 2000”."""
    return date_format(value, pgettext("date format", "j F Y"))


def partial_date(value: date | None, precision: str) -> str:
    """``value`` as far as ``precision`` ("day", "month" or "year") reaches; "" for None."""
    if value is None:
        return ""
    if precision == "day":
        return day(value)
    form = pgettext("date format", "F Y") if precision == "month" else "Y"
    return date_format(value, form)


def rule_sentences(rule: Rule) -> list[str]:
    """The rule of a time-frame as sentences, in the active language: one at least."""
    if rule.starts_on and rule.due_on:
        sentences = [
            _("To run from %(start)s to %(due)s.")
            % {"start": day(rule.starts_on), "due": day(rule.due_on)}
        ]
    elif rule.due_on:
        sentences = [_("Due by %(due)s.") % {"due": day(rule.due_on)}]
    elif rule.starts_on:
        sentences = [_("To start on %(start)s.") % {"start": day(rule.starts_on)}]
    else:
        sentences = [str(_WITHOUT_DATE[rule.kind])]
    if rule.recurrence:
        sentences.append(str(_RECURRENCES[rule.recurrence]))
    if rule.precision:
        sentences.append(str(_PRECISIONS[rule.precision]))
    return sentences


def describe_place(block_id: str) -> str:
    """Where a block stands in the source.

    ``p3.r1.c2.b4`` is “Table 3, row 1, column 2, fourth paragraph or bullet”. An id
    of no known shape is given back as it is, since it still tells a person something.
    """
    place = place_of(block_id)
    if place is None:
        return block_id
    sentences = ", ".join(_place_parts(place))
    if place.piece:
        sentences = _("%(place)s (piece %(number)s of it)") % {
            "place": sentences,
            "number": place.piece,
        }
    return sentences


def _place_parts(place: BlockPlace) -> list[str]:
    if place.page == 0:
        return [_("Cover"), _("line %(number)s") % {"number": place.loose}]
    sentences = [_("Table %(number)s") % {"number": place.page}]
    if place.row is not None:
        sentences.append(
            _("row %(number)s") % {"number": place.row} if place.row else _("column headings")
        )
        sentences.append(_("column %(number)s") % {"number": place.cell})
        sentences.append(_block(place.block or 0))
    elif place.loose is not None:
        sentences.append(_("loose text below the table"))
        sentences.append(_("line %(number)s") % {"number": place.loose})
    else:
        sentences.append(_("heading above the table"))
    return sentences


def _block(number: int) -> str:
    # An id does not tell a paragraph from a bullet, so neither do the words.
    words = (
        _("first paragraph or bullet"),
        _("second paragraph or bullet"),
        _("third paragraph or bullet"),
        _("fourth paragraph or bullet"),
        _("fifth paragraph or bullet"),
        _("sixth paragraph or bullet"),
        _("seventh paragraph or bullet"),
        _("eighth paragraph or bullet"),
        _("ninth paragraph or bullet"),
    )
    if 1 <= number <= len(words):
        return words[number - 1]
    return _("paragraph or bullet %(number)s") % {"number": number}
