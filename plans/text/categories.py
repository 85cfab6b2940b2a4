"""How far an action element has come: the categories of a status, and a guess from its words.

Pure: no Django. The words shown to people for each category live with the models.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Category(StrEnum):
    """The category of a status. Stored by value; the values are part of the JSON contract."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    CONTINUING = "continuing"
    COMPLETED = "completed"
    POSTPONED = "postponed"
    NOT_REPORTED = "not_reported"

    @property
    def completed(self) -> bool:
        """True when nothing is left to be done, whatever the time-frame says."""
        return self is Category.COMPLETED


# Tried in this order: what is still under way outweighs what has already been finished, because
# a narrative usually names both ("Annual reports have been produced. Work has progressed…").
_SIGNS: tuple[tuple[Category, re.Pattern[str]], ...] = (
    (
        Category.NOT_STARTED,
        re.compile(r"\b(has|have) not (yet )?(been (started|initiated)|begun)\b"),
    ),
    (Category.POSTPONED, re.compile(r"\b(postponed|deferred|suspended)\b")),
    (Category.CONTINUING, re.compile(r"\b(ongoing|continuing|continuously|is fully engaged)\b")),
    (
        Category.IN_PROGRESS,
        re.compile(
            r"\b(in progress|in preparation|under (discussion|negotiation|review|way)|underway|"
            r"currently|progressing|will be|planned|commenced|started|has progressed)\b"
        ),
    ),
    (
        Category.COMPLETED,
        re.compile(
            r"\b(completed|finali[sz]ed|concluded|was issued|"
            r"has been (issued|adopted|established))\b"
        ),
    ),
)


def propose_category(narrative: str) -> Category:
    """Guess the category of a status from its English narrative.

    An empty narrative is ``NOT_REPORTED``; words that say nothing decisive are ``IN_PROGRESS``.
    A guess only: a person confirms or changes it.
    """
    words = " ".join(narrative.split()).lower()
    if not words:
        return Category.NOT_REPORTED
    for category, sign in _SIGNS:
        if sign.search(words):
            return category
    return Category.IN_PROGRESS
