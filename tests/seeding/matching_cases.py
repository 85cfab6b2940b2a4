"""Drafts that follow a version of their plan, for tests of matching."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib.auth.models import User

from plans.models import PlanVersion
from plans.seeding.queries.matching import DecidedRow, Matching, matching_of
from plans.seeding.services import drafts
from tests.factories import make_element, make_group, make_issue, make_part, make_version
from tests.lineage import link
from tests.reading.documents import bullets, table
from tests.seeding.cases import Seeding, begin

HEADINGS = ("Issues", "Elements for action", "Time-frame")
BEFORE = {
    "1. Standards": (
        "a review of the standards of the office;",
        "training of staff in the field, and a manual on the procedures of recruitment;",
        "regular meetings with donors.",
    ),
    "2. Advice": ("better advice for small enterprises;", "a help desk for field offices."),
}
AFTER = {
    "1. Standards": (
        "a thorough review of the standards of the office;",
        "training of staff in the field;",
        "a manual on the procedures of recruitment;",
        "regular meetings with donors.",
    ),
    "2. Advice": ("better advice for small enterprises;", "an annual round table of partners."),
}
# What ``AFTER`` is proposed to be.
PROPOSED = [
    ("reworded", ("I.1.1",), ("I.1.1",)),
    ("split", ("I.1.2",), ("I.1.2", "I.1.3")),
    ("moved", ("I.1.3",), ("I.1.4",)),
    ("same", ("I.2.1",), ("I.2.1",)),
    ("dropped", ("I.2.2",), ()),
    ("new", (), ("I.2.2",)),
]


def document(issues: Mapping[str, Sequence[str]] = AFTER) -> str:
    """A document without a status column."""
    rows = [(title, bullets(*texts), "By end 2001") for title, texts in issues.items()]
    return table(*rows, headings=HEADINGS)


def make_base(
    issues: Mapping[str, Sequence[str]] = BEFORE, *, slug: str = "gb276-tc-2"
) -> PlanVersion:
    """A version of one Part with these issues."""
    version = make_version(slug=slug)
    part = make_part(version)
    for title, texts in issues.items():
        number, _, words = title.partition(". ")
        group = make_group(make_issue(part, number, title=words))
        for text in texts:
            make_element(group, text)
    return version


def make_linked() -> PlanVersion:
    """A version with its lineage: I.1.2 was split, I.2.2 was dropped, and a new I.2.2 came."""
    after = make_base(AFTER, slug="gb282-tc-3")
    after.based_on = make_base()
    after.save(update_fields=["based_on"])
    link(after)
    return after


def begin_after(
    base: PlanVersion,
    issues: Mapping[str, Sequence[str]] = AFTER,
    *,
    admin: User | None = None,
) -> Seeding:
    """A draft of a document of ``issues``, after ``base``."""
    return begin(document(issues), plan=base.plan, base=base, admin=admin)


def matching(seeding: Seeding) -> Matching:
    """What became of every element, read anew."""
    draft = seeding.draft
    assert draft.base is not None
    return matching_of(draft, draft.base)


def outcome(row: DecidedRow) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    proposal = row.row.proposal
    return proposal.kind.value, proposal.earlier, proposal.later


def row_of(seeding: Seeding, later: str) -> DecidedRow:
    """The row in which the later element of that reference stands."""
    return next(row for row in matching(seeding).rows if later in row.row.proposal.later)


def mend(seeding: Seeding, block: str, at: str) -> None:
    """Cut the end off a block of the document, as furniture."""
    operation = {
        "op": "split",
        "block": block,
        "at": [at],
        "roles": ["element", "furniture"],
        "reason": "The end is not of the document.",
    }
    drafts.add_step(**seeding.known, operation=operation)
