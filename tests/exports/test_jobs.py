"""Jobs: who is at work on what, over several processes, and what each leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from plans.exports.job_files import Begun, Done, Failure, Job, Jobs, Order

KEY, OTHER = "a" * 64, "b" * 64
ORDER = Order(
    formats=["csv"],
    template=None,
    records=[None],
    shown=None,
    kept_by=None,
    shelf="",
    release="",
    limit=0,
    seconds=10.0,
    memory=1024**3,
)


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(tmp_path / "making")


@pytest.fixture
def job(jobs: Jobs) -> Job:
    """A job whose folder is there."""
    job = jobs.job(KEY)
    with jobs.locked(job):
        return job


def traces(jobs: Jobs) -> list[str]:
    return sorted(path.name.replace(KEY, "job") for path in jobs.folder.iterdir())


def test_a_job_can_be_locked_once_at_a_time(jobs: Jobs) -> None:
    with jobs.locked(jobs.job(KEY)) as first, jobs.locked(jobs.job(KEY)) as second:
        assert (first is None, second is None) == (False, True)
    with jobs.locked(jobs.job(KEY)) as third:
        assert third is not None


def test_two_jobs_do_not_hinder_each_other(jobs: Jobs) -> None:
    with jobs.locked(jobs.job(KEY)) as first, jobs.locked(jobs.job(OTHER)) as second:
        assert None not in (first, second)


def test_a_lock_that_was_handed_to_a_process_is_held_until_it_is_killed(jobs: Jobs) -> None:
    job = jobs.job(KEY)
    with jobs.locked(job) as lock:
        assert lock is not None
        process = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(60)"], pass_fds=[lock]
        )
    with jobs.locked(job) as while_it_runs:
        pass
    process.kill()
    process.wait()
    with jobs.locked(job) as afterwards:
        pass

    assert (while_it_runs, afterwards is None) == (None, False)


def test_there_are_only_so_many_places(jobs: Jobs) -> None:
    with jobs.place(2) as first, jobs.place(2) as second, jobs.place(2) as third:
        assert (first is None, second is None, third) == (False, False, None)
    with jobs.place(2) as again:
        assert again is not None


def test_an_order_is_taken_once_and_is_for_its_owner_alone(jobs: Jobs, job: Job) -> None:
    reports = ['{"text":"line\\nline"}', '{"text":"a line\u2028and another"}']
    job.begin(ORDER, reports, expected=None)
    modes = {path.stat().st_mode & 0o777 for path in jobs.folder.iterdir()}

    assert job.take_order() == (ORDER, reports)
    assert modes == {0o600}
    with pytest.raises(FileNotFoundError):
        job.take_order()


def test_what_was_begun_says_since_when_and_how_long_it_may_take(job: Job) -> None:
    before = time.time()
    job.begin(ORDER, ["{}"], expected=12.5)

    begun = job.begun()

    assert begun is not None
    assert begun == Begun(at=begun.at, expected=12.5)
    assert before <= begun.at <= time.time()


def test_a_job_tells_how_far_it_is_until_it_is_done(job: Job) -> None:
    job.begin(ORDER, ["{}"], expected=None)
    before = job.done()
    job.tell(Done(elements=1200, of=7800))
    meanwhile = job.done()
    job.finish()

    assert (before, meanwhile, job.done()) == (None, Done(1200, 7800), None)


def test_a_job_that_is_begun_anew_is_not_as_far_as_it_was(job: Job) -> None:
    job.tell(Done(elements=1200, of=7800))

    job.begin(ORDER, ["{}"], expected=None)

    assert job.done() is None


def test_a_finished_job_leaves_its_result_to_be_taken_once(jobs: Jobs, job: Job) -> None:
    job.begin(ORDER, ["{}"], expected=None)
    job.take_order()
    job.tell(Done(elements=2, of=2))
    job.finish(b"a report")

    size = job.result_size()
    file = job.take_result()

    assert file is not None
    with file:
        assert (size, file.read(), job.take_result()) == (8, b"a report", None)
    assert traces(jobs) == ["job.lock"]


def test_a_failed_job_says_why_and_keeps_nothing_of_the_report(jobs: Jobs, job: Job) -> None:
    job.begin(ORDER, ["{}"], expected=None)
    job.tell(Done(elements=1, of=2))
    job.fail(Failure("report", "I.1.1: a text too long"))

    assert job.failure() == Failure("report", "I.1.1: a text too long")
    assert traces(jobs) == ["job.failed", "job.lock"]


def test_beginning_anew_forgets_the_failure(job: Job) -> None:
    job.fail(Failure("time"))
    job.begin(ORDER, ["{}"], expected=None)

    assert job.failure() is None


def test_the_pace_of_a_format_is_remembered(jobs: Jobs, job: Job) -> None:
    jobs.learn("pdf", 0.0025)

    assert (jobs.pace("pdf"), jobs.pace("docx")) == (0.0025, None)


def test_sweeping_removes_what_is_old_but_no_lock_that_is_held(jobs: Jobs, job: Job) -> None:
    job.finish(b"a report")
    jobs.learn("pdf", 0.0025)
    with jobs.locked(jobs.job(OTHER)):
        for path in jobs.folder.iterdir():
            os.utime(path, (1, 1))
        new = jobs.job("c" * 64)
        new.finish(b"another")
        jobs.sweep(older=60)

    assert traces(jobs) == [f"{OTHER}.lock", f"{new.key}.result", "pdf.pace"]


@pytest.mark.parametrize("key", ["", "a" * 63, "../" + "a" * 61, "A" * 64, "a" * 64 + "\n"])
def test_no_key_leads_out_of_the_folder(jobs: Jobs, key: str) -> None:
    with pytest.raises(ValueError, match=r"is no key of a job$"):
        jobs.job(key)
