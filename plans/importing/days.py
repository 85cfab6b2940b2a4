"""Days that headings name."""

from __future__ import annotations

import re
from datetime import date

from plans.timeframes import Precision, read_rule

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAY = re.compile(r"\d{1,2}(?:er|st|nd|rd|th)?\s(?:de\s)?[^\W\d]+\.?\s(?:de\s|del\s)?\d{4}")


def day_in(text: str, *, language: str = "en") -> date | None:
    """The first full date in ``text``, such as that in “Status as at 31 August 2000”; or None.

    A date may be written as 2000-08-31 too.
    """
    for match in _DAY.finditer(" ".join(text.split())):
        rule = read_rule(match[0], language=language)
        if rule.due_on is not None and rule.precision is Precision.DAY:
            return rule.due_on
    for match in _ISO_DAY.finditer(text):
        try:
            return date.fromisoformat(match[0])
        except ValueError:
            continue
    return None
