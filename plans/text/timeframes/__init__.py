"""Time-frames: from adopted words to a rule, and from run-together text to its time-frames.

Pure: no Django. ``rules`` holds the values, ``grammar`` the shape of a language's tables, ``en``,
``fr`` and ``es`` the tables, ``dates`` and ``phrases`` the one engine that reads them all,
``reading`` the rule of a cell, ``segments`` the cutting of damaged text.
"""

from __future__ import annotations

from plans.text.timeframes.parser import read_rule
from plans.text.timeframes.rules import (
    Kind,
    Precision,
    Recurrence,
    Rule,
    ScheduleState,
    schedule_state,
)
from plans.text.timeframes.segments import Segment, embedded, segment

__all__ = [
    "Kind",
    "Precision",
    "Recurrence",
    "Rule",
    "ScheduleState",
    "Segment",
    "embedded",
    "read_rule",
    "schedule_state",
    "segment",
]
