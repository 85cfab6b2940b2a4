"""Workers in processes of their own."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest
from django.conf import LazySettings
from django.db import connection

from plans.jobs.attempts import perform
from plans.jobs.services import cancel
from plans.models import Job, Unit
from tests.jobs.working import PATIENCE, asked, begun, is_running, wait_until, worker

pytestmark = pytest.mark.django_db(transaction=True)


def ended(job: Job) -> bool:
    job.refresh_from_db()
    return not job.is_active


@pytest.mark.parametrize("command", ["work", "db_worker"])
def test_a_worker_does_what_waits(command: str) -> None:
    jobs = [asked(key=slug, slug=slug) for slug in ("one", "two")]

    with worker(command, "--interval", "0.1", "--worker-id", "host-1"):
        wait_until(lambda: all(ended(job) for job in jobs))

    assert [job.state for job in jobs] == ["succeeded", "succeeded"]
    assert set(Unit.objects.values_list("slug", flat=True)) == {"one", "two"}


def test_a_job_whose_worker_is_killed_is_begun_again_and_ends(tmp_path: Path) -> None:
    job = asked("first_hangs", file=str(tmp_path / "begun"))
    with worker() as first:
        wait_until((tmp_path / "begun").exists)
        first.kill()
        first.wait()

    with worker():
        wait_until(lambda: ended(job))

    assert (job.state, job.attempt, job.result) == ("succeeded", 2, {"slug": "a-unit"})


def test_a_worker_told_to_end_finishes_its_job_first(tmp_path: Path) -> None:
    first, second = asked("waits", key="1", file=str(tmp_path / "go")), asked(key="2")
    with worker() as process:
        wait_until(lambda: Job.objects.get(pk=first.pk).state == Job.State.RUNNING)
        process.terminate()
        (tmp_path / "go").touch()

        assert process.wait(PATIENCE) == 0

    assert ended(first)
    assert not ended(second)


def test_the_child_of_a_job_that_is_cancelled_is_ended(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.JOB_BEAT_SECONDS = 0.05
    pid_file = tmp_path / "pid_file"
    job = asked("sleep_apart", file=str(pid_file))
    attempt = begun(job)

    def work() -> None:
        with attempt.beating():
            perform(attempt)
        connection.close()

    thread = Thread(target=work)
    thread.start()
    wait_until(lambda: pid_file.exists() and bool(pid_file.read_text()))
    cancel(job)
    thread.join(PATIENCE)

    job.refresh_from_db()
    assert (job.state, is_running(int(pid_file.read_text()))) == ("cancelled", False)


def test_the_child_of_a_worker_that_is_killed_ends_with_it(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid_file"
    asked("sleep_apart", file=str(pid_file))
    with worker() as process:
        wait_until(lambda: pid_file.exists() and bool(pid_file.read_text()))
        child = int(pid_file.read_text())
        process.kill()
        process.wait()

    wait_until(lambda: not is_running(child))
