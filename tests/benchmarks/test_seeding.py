"""What is measured of seeding goes through every step, and leaves nothing behind."""

from __future__ import annotations

import pytest

from benchmarks.seeding import STEPS, plan_and_next, seeded
from plans.models import Lineage, MatchDecision, PlanVersion, Role, SeedDraft
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_every_step_is_measured_and_nothing_is_kept() -> None:
    by = make_user("ada", Role.ADMINISTRATOR)
    base, content = plan_and_next(1)
    assert content.count(b"Regional offices take part from the start.") == 12
    spent = seeded(by, base, content, "next.csv")
    assert tuple(spent) == STEPS
    assert PlanVersion.objects.get() == base
    for model in (SeedDraft, MatchDecision, Lineage):
        assert not model.objects.exists()
