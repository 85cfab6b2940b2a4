"""One attempt at a job: its heartbeat, its progress, and the commit of its result.

Whether an attempt may still commit is decided in the transaction that commits: it locks the job's
row and looks whether this attempt is the current one. So an attempt that was given up writes
nothing, whatever became of its process, and nothing is written twice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation

from plans.jobs import limits
from plans.jobs.registry import kind_named
from plans.jobs.services import begin_again, fail, lock_attempt
from plans.models import Job

logger = logging.getLogger(__name__)


class SupersededError(Exception):
    """The attempt is not the current one any more: cancelled, or begun again elsewhere."""


class Attempt:
    """What a handler gets: the job as it was when the attempt began, and what it may do with it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.number = job.attempt
        self.committed = False
        self._superseded = Event()
        self._progress = ("", 0, 0)

    def progress(self, stage: str = "", done: int = 0, total: int = 0) -> None:
        """Report how far the work is; 0 of 0 for unknown. Cheap. Raises SupersededError."""
        self._progress = (stage, done, total)
        self.check()

    def check(self) -> None:
        """Raise SupersededError when it is known that this attempt cannot commit any more."""
        if self._superseded.is_set():
            raise SupersededError(f"attempt {self.number} at job {self.job.pk}")

    def run_limited(self, target: str, payload: bytes) -> bytes:
        """What the function ``target`` makes of ``payload`` in a child process; see limits.run.

        Raises SupersededError also when the job was cancelled just before the child ended, so that
        nothing that was cancelled is stored.
        """
        made = limits.run(
            target,
            payload,
            seconds=settings.TRACKER_EXPORT_SECONDS,
            memory=settings.TRACKER_EXPORT_MEMORY * 1024**2,
            progress=self.progress,
            check=self.check,
        )
        # The next heartbeat would tell; but a short file is made between two of them.
        if not self._current().exists():
            raise SupersededError(f"attempt {self.number} at job {self.job.pk}")
        return made

    def _current(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job.pk, attempt=self.number, state=Job.State.RUNNING)

    @contextmanager
    def commit(self) -> Iterator[dict[str, Any]]:
        """A transaction for what the job writes; yields its result, to be filled in.

        At its end it records success, so that both are there or neither. A ``next_url`` in the
        result becomes the job's. Raises SupersededError, with nothing written, when the attempt is
        not the current one any more.
        """
        result: dict[str, Any] = {}
        with transaction.atomic(durable=True):
            yield result
            job = lock_attempt(self.job.pk, self.number)
            if job is None:
                raise SupersededError(f"attempt {self.number} at job {self.job.pk}")
            job.state, job.finished_at = Job.State.SUCCEEDED, timezone.now()
            job.result, job.next_url = result, result.get("next_url", job.next_url)
            job.save(update_fields=["state", "finished_at", "result", "next_url"])
        self.committed = True

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Write heartbeat and progress during the block, from a thread with its own connection.

        So neither waits for the work, nor do they belong to its transactions.
        """
        stop = Event()
        thread = Thread(target=self._beat, args=(stop,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _beat(self, stop: Event) -> None:
        job = self._current()
        try:
            while not stop.wait(settings.JOB_BEAT_SECONDS):
                stage, done, total = self._progress
                try:
                    current = job.update(
                        heartbeat_at=timezone.now(), stage=stage, done=done, total=total
                    )
                except Error as error:
                    logger.warning("a heartbeat of job %s was not written: %s", self.job.pk, error)
                    connection.close()
                    continue
                if not current:
                    return
        finally:
            self._superseded.set()
            connection.close()


def perform(attempt: Attempt) -> None:
    """Let the handler of the job's kind do it, and record what became of it.

    Work whose process or connection ended is begun again. Whatever else the handler raises is the
    job's failure, because it would raise it again.
    """
    job, number = attempt.job, attempt.number
    refusals: tuple[type[Exception], ...] = (limits.RefusalError,)
    try:
        kind = kind_named(job.kind)
        refusals += kind.refusals
        with translation.override(job.language or None):
            kind.handler(attempt)
            if not attempt.committed:
                raise RuntimeError(f"the handler of {job.kind} did not commit")
    except SupersededError as error:
        logger.info("given up: %s", error)
    except limits.LimitError as error:
        fail(job.pk, number, Job.Failure(error.limit))
    except (limits.ProcessEndedError, OperationalError, InterfaceError) as error:
        logger.warning("attempt %s at job %s ended: %s", number, job.pk, error)
        _begin_again(attempt)
    except refusals as error:
        fail(job.pk, number, Job.Failure.REFUSED, str(error))
    except Exception:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        fail(job.pk, number, Job.Failure.ERROR)
    except BaseException:
        # The worker was told to end at once.
        _begin_again(attempt)
        raise


def _begin_again(attempt: Attempt) -> None:
    if not connection.in_atomic_block:
        # It may be what ended; then this needs a new one.
        connection.close_if_unusable_or_obsolete()
    with transaction.atomic():
        job = lock_attempt(attempt.job.pk, attempt.number)
        if job is not None:
            begin_again(job)
