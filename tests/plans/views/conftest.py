"""The real plan, for tests that assert what a reader of the real document sees."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.management import call_command

from plans.models import PlanVersion

REAL = "/plans/technical-cooperation/gb276-tc-2/"


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    # Rendered reports are kept in this process; one test's must not answer another's.
    cache.clear()


@pytest.fixture
def real_version(db: None) -> PlanVersion:
    """The plan of GB.276/TC/2 with its progress report as at 31 August 2000."""
    call_command("loaddata", "technical-cooperation", verbosity=0)
    return PlanVersion.objects.get(slug="gb276-tc-2")
