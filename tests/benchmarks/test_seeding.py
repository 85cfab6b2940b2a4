"""What is measured of seeding goes through every step, and leaves nothing behind."""

from __future__ import annotations

import sys

import pytest

from benchmarks import seeding
from benchmarks.seeding import STEPS, plan_and_next, seeded
from plans.models import Lineage, MatchDecision, PlanVersion, Role, SeedDraft
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_every_step_is_measured_and_nothing_is_kept() -> None:
    by = make_user("ada", Role.ADMINISTRATOR)
    base, content = plan_and_next(1)
    assert content.count(b"Regional offices take part from the start.") == 12
    spent = seeded(by, base, content)
    assert tuple(spent) == STEPS
    assert PlanVersion.objects.get() == base
    for model in (SeedDraft, MatchDecision, Lineage):
        assert not model.objects.exists()


def test_a_step_makes_as_many_calls_for_an_element_among_many_as_for_one_among_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    monkeypatch.setattr(seeding, "_cpu_seconds", lambda: float(made))
    by = make_user("ada", Role.ADMINISTRATOR)
    spent = []
    for scale in (2, 4, 8):
        base, content = plan_and_next(scale)
        sys.setprofile(count)
        try:
            spent.append(seeded(by, base, content))
        finally:
            sys.setprofile(None)
    few, some, many = spent
    growing = {step: (many[step] - some[step]) / (some[step] - few[step]) / 2 for step in STEPS}
    # What grows with the square of the elements would make it two.
    assert [step for step, growth in growing.items() if growth >= 1.2] == []
