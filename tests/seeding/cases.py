"""Documents on their way in, for tests of seeding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User

from plans.catalogue.queries import lineage
from plans.models import Plan, PlanVersion, Role, SeedDraft
from plans.reading.pipeline import Parsed
from plans.seeding.queries import drafts as drafts_queries
from plans.seeding.queries.drafts import parsed
from plans.seeding.services import drafts
from tests.factories import make_user
from tests.reading.documents import bullets, table

TEXT = table(
    (
        "1. Standards",
        "<p>The Office will make its work better in many ways, through:</p> "
        + bullets("better standards;", "more advice."),
        "<p>May 2000</p> <p>Ongoing</p>",
        "<p>Work goes on.</p> <p>Talks were held.</p>",
    ),
    ("2. Advice", bullets("third."), "By end 2001", "Completed in April 2001."),
)
NOTE = {
    "op": "note",
    "block": "p1.r1.c2.b2",
    "note": "The source is torn here.",
    "confidence": "low",
    "reason": "Readers should know.",
}
SPLIT = {
    "op": "split",
    "block": "p1.r2.c4.b1",
    "at": ["in April 2001."],
    "roles": ["status", "furniture"],
    "reason": "The date is printed twice.",
}


def forget_readings() -> None:
    """Let the process forget what it has read and matched, as another one would not know it."""
    for cached in (drafts_queries._classified, drafts_queries._corrected, lineage._proposals):
        cached.cache_clear()


@dataclass
class Seeding:
    """A draft and the administrator who is at it."""

    admin: User
    pk: int

    @property
    def draft(self) -> SeedDraft:
        """The draft, read anew."""
        return SeedDraft.objects.select_related("document", "plan", "base").get(pk=self.pk)

    @property
    def parsed(self) -> Parsed:
        return parsed(self.draft)

    @property
    def known(self) -> dict[str, Any]:
        """What every change names: the draft, who changes it, and the revision they saw."""
        return {"draft_id": self.pk, "by": self.admin, "base_revision": self.draft.revision}

    def add(self, operation: dict[str, Any] = NOTE) -> None:
        drafts.add_step(**self.known, operation=operation)

    def ops(self) -> list[str]:
        """The names of the steps in force."""
        draft = self.draft
        found = draft.steps.filter(number__lte=draft.position).order_by("number")
        return [step.operation["op"] for step in found]


def begin(
    text: str = TEXT,
    *,
    name: str = "plan.txt",
    plan: Plan | None = None,
    base: PlanVersion | None = None,
    admin: User | None = None,
) -> Seeding:
    """A draft of ``text``, begun by ``admin`` or else by a new administrator."""
    admin = admin or make_user("ada", Role.ADMINISTRATOR)
    draft = drafts.start_draft(by=admin, name=name, content=text.encode(), plan=plan, base=base)
    return Seeding(admin, draft.pk)
