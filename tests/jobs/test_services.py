"""Jobs from being asked for to their end."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from plans.jobs.attempts import SupersededError, perform
from plans.jobs.registry import handler, kind_named
from plans.jobs.services import (
    begin,
    begin_again,
    cancel,
    enqueue,
    enqueue_again,
    fail,
    lock_attempt,
)
from plans.models import MAX_ATTEMPTS, Job, Unit
from tests.jobs.working import PATIENCE, asked, begun, work_off

pytestmark = pytest.mark.django_db


def die(job: Job) -> None:
    """Let the process of the current attempt count as ended."""
    job.refresh_from_db()
    with transaction.atomic():
        locked = lock_attempt(job.pk, job.attempt)
        assert locked is not None
        begin_again(locked)
    job.refresh_from_db()


# -- Asking ---------------------------------------------------------------------------------------


def test_a_job_is_enqueued_with_its_task() -> None:
    job = asked()

    (task,) = DBTaskResult.objects.all()
    assert (job.state, job.attempt, job.task_id) == ("waiting", 1, str(task.pk))
    assert task.args_kwargs == {"args": [job.pk, 1], "kwargs": {}}


def test_a_transaction_that_is_rolled_back_leaves_neither_job_nor_task() -> None:
    with transaction.atomic():
        asked()
        asked_for = (Job.objects.count(), DBTaskResult.objects.count())
        transaction.set_rollback(True)

    assert asked_for == (1, 1)
    assert (Job.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_the_same_key_is_the_same_job_while_it_waits_or_runs() -> None:
    first = asked()
    waiting = asked()
    begun(first)
    running = asked()

    assert first.pk == waiting.pk == running.pk
    assert DBTaskResult.objects.count() == 1


def test_after_its_end_the_same_key_is_another_job() -> None:
    first = asked()
    cancel(first)

    assert asked().pk != first.pk


def test_the_database_refuses_a_second_job_of_a_key() -> None:
    job = asked()
    job.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        job.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_those_who_ask_at_once_get_the_same_job() -> None:
    together, found = Barrier(6), []

    def ask() -> None:
        together.wait(PATIENCE)
        found.append(asked().pk)
        connection.close()

    threads = [Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    assert (len(found), len(set(found)), DBTaskResult.objects.count()) == (6, 1, 1)


# -- Doing ----------------------------------------------------------------------------------------


def test_what_is_written_and_success_are_committed_together() -> None:
    job = asked()

    work_off()

    job.refresh_from_db()
    assert (job.state, job.result, job.failure) == ("succeeded", {"slug": "a-unit"}, "")
    assert Unit.objects.filter(slug="a-unit").exists()
    assert job.finished_at is not None


def test_an_attempt_that_is_not_the_current_one_any_more_writes_nothing() -> None:
    job = asked()
    attempt = begun(job)
    die(job)

    perform(attempt)

    job.refresh_from_db()
    assert (job.state, job.attempt, Unit.objects.count()) == ("waiting", 2, 0)


def test_an_attempt_that_was_superseded_while_it_wrote_writes_nothing() -> None:
    job = asked()
    attempt = begun(job)

    def write() -> None:
        with attempt.commit():
            Unit.objects.create(slug="too-late", name="Too late")
            die(job)

    with pytest.raises(SupersededError):
        write()

    assert (Unit.objects.count(), attempt.committed) == (0, False)


def test_of_two_attempts_under_way_the_current_one_writes() -> None:
    job = asked()
    first = begun(job)
    die(job)
    second = begun(job)

    perform(first)
    job.refresh_from_db()
    before = (job.state, Unit.objects.count())
    perform(second)

    job.refresh_from_db()
    assert (before, job.state, Unit.objects.count()) == (("running", 0), "succeeded", 1)


def test_no_attempt_commits_inside_another_transaction() -> None:
    attempt = begun(asked())

    with pytest.raises(RuntimeError), transaction.atomic(), attempt.commit():
        Unit.objects.create(slug="too-early", name="Too early")

    assert Unit.objects.count() == 0


def test_an_attempt_of_a_job_that_was_cancelled_writes_nothing() -> None:
    job = asked()
    attempt = begun(job)
    cancel(job)

    perform(attempt)

    job.refresh_from_db()
    assert (job.state, Unit.objects.count()) == ("cancelled", 0)


def test_no_attempt_commits_twice() -> None:
    job = asked()
    attempt = begun(job)
    perform(attempt)

    with pytest.raises(SupersededError), attempt.commit():
        Unit.objects.create(slug="again", name="Again")

    assert not Unit.objects.filter(slug="again").exists()


def test_an_attempt_begins_once() -> None:
    job = asked()

    assert [begin(job.pk, number) is not None for number in (2, 1, 1)] == [False, True, False]


@pytest.mark.parametrize(
    ("kind", "failure", "message"),
    [
        ("refuse", "refused", "not today"),
        ("go_wrong", "error", ""),
        ("forget", "error", ""),
        ("no_such_kind", "error", ""),
        ("take_memory", "memory", ""),
    ],
)
def test_what_a_handler_raises_is_recorded_and_not_tried_again(
    kind: str, failure: str, message: str
) -> None:
    job = asked(kind)

    work_off()

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("failed", 1)
    assert (job.failure, job.failure_message) == (failure, message)


def test_work_whose_process_ends_three_times_has_failed() -> None:
    job = asked("die_apart")

    work_off()

    job.refresh_from_db()
    assert (job.state, job.attempt, job.failure) == ("failed", MAX_ATTEMPTS, "ended")


def test_a_job_begun_again_ends() -> None:
    job = asked()
    begun(job)
    die(job)

    work_off()

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("succeeded", 2)


def test_a_worker_told_to_end_at_once_leaves_its_job_to_another() -> None:
    job = asked("first_hangs", file="/dev/null")
    attempt = begun(job)

    def interrupted() -> None:
        raise SystemExit(1)

    attempt.check = interrupted  # type: ignore[method-assign]
    with pytest.raises(SystemExit):
        perform(attempt)

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("waiting", 2)


# -- The end --------------------------------------------------------------------------------------


def test_a_job_that_waits_is_cancelled_with_its_task() -> None:
    job = asked()

    assert cancel(job)

    job.refresh_from_db()
    assert (job.state, DBTaskResult.objects.count()) == ("cancelled", 0)


def test_a_job_that_has_ended_is_not_cancelled() -> None:
    job = asked()
    work_off()

    assert not cancel(job)

    job.refresh_from_db()
    assert job.state == "succeeded"


def test_the_task_of_a_process_that_ended_has_failed() -> None:
    job = asked()
    DBTaskResult.objects.get().claim("a worker")
    begun(job)

    die(job)

    states = DBTaskResult.objects.order_by("enqueued_at").values_list("status", flat=True)
    assert list(states) == [TaskResultStatus.FAILED, TaskResultStatus.READY]


def test_an_attempt_given_up_cannot_fail_the_next_one() -> None:
    job = asked()
    begun(job)
    die(job)
    begun(job)

    assert not fail(job.pk, 1, Job.Failure.ERROR)

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("running", 2)


def test_a_job_that_failed_can_be_asked_for_again() -> None:
    job = enqueue("refuse", key="k", arguments={"slug": "s"}, next_url="/there/", size=7)
    work_off()

    again = enqueue_again(job)

    assert again.pk != job.pk
    for field in ("kind", "key", "arguments", "next_url", "size", "public", "requested_by"):
        assert getattr(again, field) == getattr(job, field)


def test_two_handlers_of_one_kind_are_refused() -> None:
    kind_named("make_unit")

    with pytest.raises(ValueError, match="make_unit"):
        handler("make_unit", title=str)(lambda attempt: None)
