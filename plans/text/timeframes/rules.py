"""What a time-frame says, as a value, and where an action element stands against it at a date.

Pure: no Django. The words of a time-frame are the authority; a rule is computed beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What sort of time-frame the words state. Stored by value; part of the JSON contract."""

    DEADLINE = "deadline"
    START = "start"
    PERIOD = "period"
    RECURRING = "recurring"
    CONTINUOUS = "continuous"
    AS_REQUIRED = "as_required"
    LINKED = "linked"
    UNSPECIFIED = "unspecified"


class Precision(StrEnum):
    """How finely the words give the date that the rule rests on.

    "By April 2000" is due on 30 April 2000 at the precision of a month. Where a rule has both
    dates, this is the precision of the due date.
    """

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    BIENNIUM = "biennium"


class Recurrence(StrEnum):
    """How often something recurs; ``REGULAR`` is "on a regular basis", with no interval given."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    ANNUAL = "annual"
    BIENNIAL = "biennial"
    REGULAR = "regular"


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule read from one time-frame.

    ``starts_on`` is the first day of what the words name ("Starting March 2000" is 1 March 2000)
    and ``due_on`` the last ("By end 2000" is 31 December 2000); where both are set, the start is
    not after the due date. ``recurrence`` is set only for ``Kind.RECURRING``, ``precision`` only
    with a date. ``qualifier`` keeps, verbatim, the words that the other fields do not express,
    and is "" when there are none.
    """

    kind: Kind
    starts_on: date | None = None
    due_on: date | None = None
    recurrence: Recurrence | None = None
    precision: Precision | None = None
    qualifier: str = ""


class ScheduleState(StrEnum):
    """Where an action element stands against its time-frame. Part of the JSON contract."""

    DONE = "done"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    ON_SCHEDULE = "on_schedule"
    OPEN_ENDED = "open_ended"
    NOT_DATABLE = "not_datable"


_WITHOUT_END = frozenset(
    {Kind.START, Kind.PERIOD, Kind.RECURRING, Kind.CONTINUOUS, Kind.AS_REQUIRED}
)


def schedule_state(
    rule: Rule | None, *, completed: bool, as_at: date, soon_days: int = 90
) -> ScheduleState:
    """Say where an element stands at the end of the day ``as_at``.

    In this order, whatever the kind of the rule, so that a rule which a person overrode is
    judged by the dates it carries:

    - completed: ``DONE``;
    - no rule: ``NOT_DATABLE``;
    - a due date: ``OVERDUE`` once it is before ``as_at``, ``DUE_SOON`` when it falls on ``as_at``
      or at most ``soon_days`` days later, else ``ON_SCHEDULE``;
    - a start still to come: ``ON_SCHEDULE``;
    - a start, period, recurring, continuous or as-required rule without a due date:
      ``OPEN_ENDED``, since it cannot be late. The next occurrence of a recurring one is not
      computed: the words give no day to count from;
    - anything else (linked, unspecified, a deadline whose date nobody gave): ``NOT_DATABLE``.
    """
    if completed:
        return ScheduleState.DONE
    if rule is None:
        return ScheduleState.NOT_DATABLE
    if rule.due_on is not None:
        days_left = (rule.due_on - as_at).days
        if days_left < 0:
            return ScheduleState.OVERDUE
        return ScheduleState.DUE_SOON if days_left <= soon_days else ScheduleState.ON_SCHEDULE
    if rule.starts_on is not None and rule.starts_on > as_at:
        return ScheduleState.ON_SCHEDULE
    return ScheduleState.OPEN_ENDED if rule.kind in _WITHOUT_END else ScheduleState.NOT_DATABLE
