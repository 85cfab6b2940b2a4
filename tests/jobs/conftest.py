"""The kinds of jobs that tests ask for."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from tests.jobs import MODULES


@pytest.fixture(autouse=True)
def _kinds_of_tests(settings: LazySettings) -> None:
    settings.JOB_MODULES = MODULES
