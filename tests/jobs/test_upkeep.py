"""Jobs of dead workers, and periodic work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from plans.jobs.attempts import Attempt
from plans.jobs.services import cancel, lock_attempt
from plans.jobs.upkeep import MISSED_BEATS, Periods, Watch, beginning
from plans.models import Job, PeriodicRun, Unit
from tests.jobs.working import PATIENCE, asked, begun, wait_until, work_off

pytestmark = pytest.mark.django_db


def claim(job: Job) -> None:
    """Take the job's task as a worker does before it begins."""
    DBTaskResult.objects.get(pk=job.task_id).claim("a worker")


def looks(watch: Watch, times: int) -> None:
    for _ in range(times):
        watch.look()


# -- Dead or alive --------------------------------------------------------------------------------


def test_an_attempt_that_does_not_beat_is_begun_again() -> None:
    job = asked()
    claim(job)
    begun(job)
    watch = Watch()

    looks(watch, MISSED_BEATS)
    job.refresh_from_db()
    before = (job.state, job.attempt)
    looks(watch, 1)

    job.refresh_from_db()
    assert (before, (job.state, job.attempt)) == (("running", 1), ("waiting", 2))


def test_three_deaths_are_a_failure_with_its_reason() -> None:
    job = asked()
    watch = Watch()

    for _ in range(3):
        claim(job)
        begun(job)
        looks(watch, MISSED_BEATS + 1)
        job.refresh_from_db()

    assert (job.state, job.failure, job.attempt) == ("failed", "ended", 3)


def test_an_attempt_that_beats_is_left_alone() -> None:
    job = asked()
    claim(job)
    begun(job)
    watch = Watch()

    for _ in range(3):
        looks(watch, MISSED_BEATS)
        Job.objects.update(heartbeat_at=timezone.now())

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("running", 1)


def test_a_job_that_waits_for_a_worker_is_left_alone() -> None:
    job = asked()

    looks(Watch(), 3 * MISSED_BEATS)

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("waiting", 1)


def test_a_task_whose_worker_died_before_it_began_is_begun_again() -> None:
    job = asked()
    claim(job)

    looks(Watch(), MISSED_BEATS + 1)

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("waiting", 2)


def test_a_clock_that_is_wrong_makes_nobody_dead() -> None:
    job = asked()
    claim(job)
    begun(job)
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(days=400))

    looks(Watch(), MISSED_BEATS)

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("running", 1)


@contextmanager
def aside(work: Callable[[], None]) -> Iterator[None]:
    """Do ``work`` in a thread with its own connection during the block."""
    errors: list[BaseException] = []

    def do() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    thread = Thread(target=do)
    thread.start()
    try:
        yield
    finally:
        thread.join(PATIENCE)
    assert not thread.is_alive()
    assert errors == []


@contextmanager
def watched(seconds: float) -> Iterator[Event]:
    """Look at every beat during the block, as a worker does.

    Yields what is set when there were more than enough looks to declare somebody dead.
    """
    watch, enough, over = Watch(), Event(), Event()

    def look() -> None:
        times = 0
        while not over.wait(seconds):
            try:
                watch.look()
            except OperationalError:
                connection.close()
            times += 1
            if times > 3 * MISSED_BEATS:
                enough.set()

    with aside(look):
        try:
            yield enough
        finally:
            over.set()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("row_locked", [False, True], ids=["work", "row of the job"])
def test_a_long_transaction_is_no_death(settings: LazySettings, row_locked: bool) -> None:
    """On SQLite it has the write lock; on PostgreSQL it may have the job's row locked."""
    settings.JOB_BEAT_SECONDS = 0.05
    job = asked()
    claim(job)
    attempt = begun(job)
    holds, release = Event(), Event()

    def work() -> None:
        with attempt.beating(), attempt.commit() as result:
            Unit.objects.create(slug="long", name="Long")
            if row_locked:
                Job.objects.select_for_update().get(pk=job.pk)
            holds.set()
            assert release.wait(PATIENCE)
            result["written"] = True

    with aside(work):
        try:
            assert holds.wait(PATIENCE)
            with watched(settings.JOB_BEAT_SECONDS) as enough:
                # On SQLite a look is kept waiting as well, so there will not be enough of them.
                enough.wait(60 * settings.JOB_BEAT_SECONDS)
                release.set()
        finally:
            release.set()

    job.refresh_from_db()
    assert (job.state, job.attempt, job.result) == ("succeeded", 1, {"written": True})


@pytest.mark.django_db(transaction=True)
def test_a_long_transaction_of_somebody_else_is_no_death(settings: LazySettings) -> None:
    settings.JOB_BEAT_SECONDS = 0.05
    job = asked()
    claim(job)
    attempt = begun(job)
    holds, release = Event(), Event()

    def somebody() -> None:
        with transaction.atomic():
            Unit.objects.create(slug="long", name="Long")
            holds.set()
            assert release.wait(PATIENCE)

    with attempt.beating(), aside(somebody):
        try:
            assert holds.wait(PATIENCE)
            with watched(settings.JOB_BEAT_SECONDS) as enough:
                enough.wait(60 * settings.JOB_BEAT_SECONDS)
                release.set()
                assert enough.wait(PATIENCE)
        finally:
            release.set()

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("running", 1)


def test_an_attempt_that_beats_at_the_last_moment_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = asked()
    claim(job)
    begun(job)

    def beaten(*args: Any, **kwargs: Any) -> Job | None:
        Job.objects.update(heartbeat_at=timezone.now())
        return lock_attempt(*args, **kwargs)

    monkeypatch.setattr("plans.jobs.upkeep.lock_attempt", beaten)
    looks(Watch(), MISSED_BEATS + 1)

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("running", 1)


def test_a_look_that_had_to_wait_counts_nobodys_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    job = asked()
    claim(job)
    begun(job)
    watch = Watch()

    looks(watch, MISSED_BEATS)
    with monkeypatch.context() as patch:
        patch.setattr("plans.jobs.upkeep.monotonic", count(step=1000).__next__)
        watch.look()
    looks(watch, MISSED_BEATS - 1)
    job.refresh_from_db()
    before = job.state
    looks(watch, 1)

    job.refresh_from_db()
    assert (before, job.state) == ("running", "waiting")


@pytest.mark.django_db(transaction=True)
def test_heartbeat_and_progress_are_written_while_the_work_goes_on(settings: LazySettings) -> None:
    settings.JOB_BEAT_SECONDS = 0.05
    job = asked()
    attempt = begun(job)
    first = attempt.job.heartbeat_at

    with attempt.beating():
        attempt.progress("naming", 3, 7)
        wait_until(lambda: Job.objects.filter(pk=job.pk, stage="naming", done=3, total=7).exists())

    job.refresh_from_db()
    assert job.heartbeat_at != first


@pytest.mark.django_db(transaction=True)
def test_an_attempt_notices_that_its_job_was_cancelled(settings: LazySettings) -> None:
    settings.JOB_BEAT_SECONDS = 0.05
    job = asked()
    attempt = begun(job)

    with attempt.beating():
        attempt.check()
        cancel(job)
        wait_until(lambda: superseded(attempt))

    job.refresh_from_db()
    assert job.state == "cancelled"


def superseded(attempt: Attempt) -> bool:
    return attempt._superseded.is_set()


# -- Periodic work --------------------------------------------------------------------------------

TODAY = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
NOON = TODAY + timedelta(hours=12)


def test_periodic_work_is_enqueued_once_a_period_by_all_workers() -> None:
    for workers in (Periods(), Periods()):
        workers.enqueue_due(NOON)
        workers.enqueue_due(NOON + timedelta(minutes=1))

    assert Job.objects.filter(kind="daily").count() == 1
    work_off()
    Periods().enqueue_due(NOON + timedelta(hours=11))
    assert Job.objects.filter(kind="daily").count() == 1
    Periods().enqueue_due(NOON + timedelta(hours=12))
    assert Job.objects.filter(kind="daily").count() == 2


@pytest.mark.django_db(transaction=True)
def test_workers_that_come_at_once_enqueue_periodic_work_once() -> None:
    together = Barrier(4)

    def come() -> None:
        together.wait(PATIENCE)
        Periods().enqueue_due(NOON)

    with aside(come), aside(come), aside(come):
        come()

    kinds = list(Job.objects.order_by("kind").values_list("kind", flat=True))
    assert kinds == ["daily", "prune_files", "prune_jobs", "yearly"]
    assert DBTaskResult.objects.count() == PeriodicRun.objects.count() == 4


@pytest.mark.parametrize(
    ("every", "began"),
    [
        (timedelta(days=1), datetime(2026, 5, 1, tzinfo=UTC)),
        (timedelta(hours=1), datetime(2026, 5, 1, 12, tzinfo=UTC)),
        (timedelta(days=7), datetime(2026, 4, 27, tzinfo=UTC)),
    ],
)
def test_a_period_begins_at_the_same_moment_for_all(every: timedelta, began: datetime) -> None:
    assert beginning(datetime(2026, 5, 1, 12, 59, tzinfo=UTC), every) == began


def test_what_ended_long_ago_is_removed() -> None:
    old, new = asked(key="old"), asked(key="new", slug="another")
    work_off()
    long_ago = timezone.now() - timedelta(days=15)
    Job.objects.filter(pk=old.pk).update(finished_at=long_ago)
    DBTaskResult.objects.filter(pk=old.task_id).update(status="SUCCESSFUL", finished_at=long_ago)
    PeriodicRun.objects.create(name="prune_jobs", period=long_ago)

    Periods().enqueue_due()
    work_off()

    left = Job.objects.exclude(key__startswith="periodic:")
    assert [job.pk for job in left] == [new.pk]
    assert not DBTaskResult.objects.filter(pk=old.task_id).exists()
    assert not PeriodicRun.objects.filter(name="prune_jobs", period=long_ago).exists()
    # The run of a period that is not over is needed, however long ago it began.
    assert PeriodicRun.objects.filter(name="yearly").exists()
