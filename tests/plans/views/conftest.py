"""What the tests of the pages share: the real plan, and a scene with the secretariat in it."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from plans.models import PlanVersion
from tests.plans.services.scenes import Scene, set_scene
from tests.plans.views.editing_cases import Case, make_case

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


@pytest.fixture
def scene() -> Scene:
    return set_scene(issues=3)


@pytest.fixture
def keeper(scene: Scene, client: Client) -> Client:
    """The browser of the secretariat."""
    client.force_login(scene.keeper)
    return client


@pytest.fixture
def case(db: None) -> Case:
    """An open round in which an officer writes."""
    return make_case()
