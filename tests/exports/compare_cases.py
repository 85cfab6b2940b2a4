"""Two rounds to compare, and the addresses of their comparison."""

from __future__ import annotations

from datetime import date

from plans.models import ReportingRound
from plans.text.categories import Category
from tests.factories import (
    close,
    make_report,
    make_round,
    make_status,
)

VERSION = "/plans/technical-cooperation/gb276-tc-2/"
LATER = date(2001, 2, 28)
PAGE = f"{VERSION}compare/2000-08-31/2001-02-28/"


def two_rounds(*, issues: int = 1, closed: bool = True) -> ReportingRound:
    """A closed round, and a later one on the same plan in which the first status is another."""
    earlier = make_report(issues=issues)
    later = make_round(earlier.version, as_at=LATER)
    for index, snapshot in enumerate(earlier.snapshots.order_by("ordinal")):
        make_status(
            later,
            snapshot.elements.all(),
            text=snapshot.text if index else "It was finished.",
            category=Category(snapshot.category) if index else Category.COMPLETED,
        )
    if closed:
        close(later)
    return later


PDF = f"{VERSION}compare/2000-08-31/2001-02-28.pdf"
DOCX = f"{VERSION}compare/2000-08-31/2001-02-28.docx"
