"""What every test may use."""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Iterator
from itertools import count as numbers

import pytest
from django.conf import LazySettings
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from plans.models import PlanVersion
from tests.environment import NOT_RUN
from tests.run import MISSING, WORKERS
from tests.scenes import Scene, set_scene, set_scene_apart
from tests.settings import OWN_DIRECTORY

# Tests never assert seconds, nor how long an example took to think of: the machine may be busy.
settings.register_profile("any_pace", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any_pace")


@pytest.fixture(autouse=True, scope="session")
def _triggers_stand_aside_for_the_flush() -> Iterator[None]:
    """Let Django empty the database after a transactional test.

    On SQLite it deletes the rows, which the triggers refuse as they should; so they are taken away
    for that moment. On PostgreSQL it truncates the tables, which no trigger is asked about.
    """
    from django.db import connection
    from django.test import TransactionTestCase

    from tests.aside import triggers_aside

    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def without_triggers(test: TransactionTestCase) -> None:
        if connection.vendor != "sqlite":
            flush(test)
            return
        with triggers_aside():
            flush(test)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", without_triggers)
        yield


# After tests/browser/conftest.py has marked what drives a browser.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where there is a worker for each database, run on one of them only what tells them not apart.

    That is what touches no database, and what drives a browser: the views, services and selectors
    behind its pages are tried on both. Which one is told from the test's name, so that each has
    half of them, and the same every time.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker not in WORKERS or os.environ.get(MISSING):
        return
    elsewhere = [
        item
        for item in items
        if not _tells_databases_apart(item)
        and WORKERS[zlib.crc32(item.nodeid.encode()) % len(WORKERS)] != worker
    ]
    config.hook.pytest_deselected(items=elsewhere)
    left_out = set(elsewhere)
    items[:] = [item for item in items if item not in left_out]


def _tells_databases_apart(item: pytest.Item) -> bool:
    if item.get_closest_marker("browser") is not None:
        return False
    names = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(
        names & {"db", "transactional_db", "django_db_setup", "live_server"}
    )


_folders = numbers(1)


@pytest.fixture(autouse=True)
def _files_of_its_own(settings: LazySettings) -> None:
    """Let no test meet the files that another one has kept: many make the same report."""
    settings.TRACKER_FILES = OWN_DIRECTORY / f"files-{next(_folders)}"
    settings.MEDIA_ROOT = settings.TRACKER_FILES


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database; before it goes, sessions that tests left open are ended.

    A server thread or a connection pool may hold one, and PostgreSQL drops no database in use.
    """
    yield
    from django.db import connection

    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


def pytest_configure() -> None:
    """Make the directory that this process writes to; each of pytest-xdist's has its own."""
    OWN_DIRECTORY.mkdir(mode=0o700)


def pytest_unconfigure() -> None:
    """Remove what the run wrote."""
    shutil.rmtree(OWN_DIRECTORY, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what did not run, just above the closing line."""
    lines: dict[str, int] = {}
    for report in terminalreporter.getreports("skipped"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        reason = reason.removeprefix("Skipped: ")
        if reason.startswith(NOT_RUN):
            lines[reason] = lines.get(reason, 0) + 1
    without = os.environ.get(MISSING)
    if not lines and not without:
        return
    terminalreporter.section("NOT RUN on this machine", sep="=", yellow=True)
    if without:
        terminalreporter.line(f"every test on PostgreSQL: {without}")
    for reason, count in sorted(lines.items()):
        terminalreporter.line(f"{count} x {reason.removeprefix(NOT_RUN)}")


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    # Rendered reports are kept in this process; one test's must not answer another's.
    caches["pages"].clear()


@pytest.fixture
def real_version(db: None) -> PlanVersion:
    """The plan of GB.276/TC/2 with its progress report as at 31 August 2000."""
    call_command("loaddata", "technical-cooperation", verbosity=0)
    return PlanVersion.objects.get(slug="gb276-tc-2")


@pytest.fixture
def scene() -> Scene:
    return set_scene(issues=3)


@pytest.fixture
def secretariat(scene: Scene, client: Client) -> Client:
    """The browser of the secretariat."""
    client.force_login(scene.secretary)
    return client


@pytest.fixture
def case(db: None) -> Scene:
    """An open round in which an officer writes."""
    return set_scene_apart()
