"""What does the jobs of tests."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

from plans.jobs.attempts import Attempt
from plans.jobs.registry import JobLink, handler
from plans.models import Job, Unit


class NotTodayError(Exception):
    """Something that a person is told."""


def title(job: Job) -> str:
    return f"The unit {job.arguments.get('slug', 'of nobody')}"


@handler(
    "make_unit",
    title=title,
    stages={"naming": "Naming the unit"},
    links=lambda job: [JobLink("The units & theirs", f"/units/?job={job.pk}&now=1")],
)
def make_unit(attempt: Attempt) -> None:
    """Write something."""
    attempt.progress("naming", 1, 2)
    slug = attempt.job.arguments["slug"]
    with attempt.commit() as result:
        Unit.objects.create(slug=slug, name=slug)
        result["slug"] = slug


@handler("first_hangs", title=title)
def first_hangs(attempt: Attempt) -> None:
    """Hang at the first attempt, with a word in the file that the arguments name."""
    if attempt.number == 1:
        Path(attempt.job.arguments["file"]).touch()
        while True:
            attempt.check()
            time.sleep(0.02)
    make_unit(attempt)


@handler("waits", title=title)
def waits(attempt: Attempt) -> None:
    """Wait for the file that the arguments name."""
    while not Path(attempt.job.arguments["file"]).exists():
        attempt.check()
        time.sleep(0.02)
    make_unit(attempt)


@handler("sleep_apart", title=title)
def sleep_apart(attempt: Attempt) -> None:
    """Sleep in a child process, which tells its id in the file that the arguments name."""
    attempt.run_limited("tests.jobs.targets.sleep", attempt.job.arguments["file"].encode())


@handler("die_apart", title=title)
def die_apart(attempt: Attempt) -> None:
    attempt.run_limited("tests.jobs.targets.die", b"")


@handler("take_memory", title=title)
def take_memory(attempt: Attempt) -> None:
    attempt.run_limited("tests.jobs.targets.take_memory", b"%d" % 2**40)


@handler("refuse", title=title, refusals=(NotTodayError,))
def refuse(attempt: Attempt) -> None:
    raise NotTodayError("not today")


@handler("go_wrong", title=title)
def go_wrong(attempt: Attempt) -> None:
    raise KeyError("nowhere")


@handler("forget", title=title)
def forget(attempt: Attempt) -> None:
    """Commit nothing."""


@handler("daily", title=title, every=timedelta(days=1))
def daily(attempt: Attempt) -> None:
    with attempt.commit():
        pass


@handler("yearly", title=title, every=timedelta(days=365))
def yearly(attempt: Attempt) -> None:
    with attempt.commit():
        pass
