"""What every worker sees to beside its jobs: jobs of dead workers, and periodic work.

When is an attempt dead? Each beats: it writes the time into its job's row every
``JOB_BEAT_SECONDS``. Silence has to be told from not getting through. On SQLite a long transaction
of anybody, the attempt itself included, holds the one write lock and keeps every beat waiting; on
PostgreSQL a beat waits only for whoever has the job's row locked, which is the transaction that
commits its result. So no clock is compared with a heartbeat. ``Watch`` counts its own looks at a
heartbeat that did not change, and takes the same way into the database as a beat does:

- On SQLite a look is a transaction that takes the write lock. While somebody holds the lock there
  are no looks, so no silence is counted. A look that had to wait longer than a beat starts all
  counts anew. Hence ``MISSED_BEATS`` looks in a row, each of which had the lock almost at once, lie
  within a time in which a living attempt would have had it as well.
- On PostgreSQL, before an attempt is declared dead its row is locked without waiting. Where that
  cannot be had, the attempt is committing, and lives.
- Machines whose clocks differ, or that slept, agree: only changes count, and only looks.

An attempt that is declared dead and lives all the same, such as one whose process was stopped,
cannot commit (``attempts``): a wrong verdict costs time, never correctness. A task that was claimed
by a worker which died before it began its job is found in the same way: it never beats.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from time import monotonic
from typing import Final, TypeAlias

from django.conf import settings
from django.db import Error, connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from plans.jobs.registry import kinds
from plans.jobs.services import begin_again, enqueue, lock_attempt
from plans.models import Job, PeriodicRun

logger = logging.getLogger(__name__)

MISSED_BEATS: Final = 10
_EPOCH: Final = datetime(2000, 1, 3, tzinfo=UTC)

_Sign: TypeAlias = tuple[int, str, datetime | None]


class Watch:
    """Notices attempts that do not beat any more, and begins their jobs again."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[_Sign, int]] = {}

    def look(self) -> None:
        """Count who has not beaten since the last look; to be called once for each beat."""
        before = monotonic()
        with transaction.atomic():
            if monotonic() - before > settings.JOB_BEAT_SECONDS:
                self._seen.clear()
            seen: dict[int, tuple[_Sign, int]] = {}
            for job in self._begun():
                sign = (job.attempt, job.state, job.heartbeat_at)
                last, missed = self._seen.get(job.pk, (sign, -1))
                seen[job.pk] = (sign, missed + 1 if sign == last else 0)
                if seen[job.pk][1] >= MISSED_BEATS:
                    self._give_up(job.pk, sign)
        self._seen = seen

    def _begun(self) -> list[Job]:
        """Jobs that a worker has taken, or whose task is gone."""
        active = Job.objects.filter(state__in=Job.ACTIVE)
        ready = DBTaskResult.objects.filter(
            pk__in=[job.task_id for job in active], status=TaskResultStatus.READY
        )
        waiting = set(ready.values_list("pk", flat=True))
        return [job for job in active if job.task_id not in waiting]

    def _give_up(self, job_id: int, sign: _Sign) -> None:
        job = lock_attempt(job_id, sign[0], skip_locked=True)
        if job is not None and (job.attempt, job.state, job.heartbeat_at) == sign:
            logger.warning("attempt %s at job %s does not beat any more", job.attempt, job.pk)
            begin_again(job)


class Periods:
    """Enqueues periodic work, once for each period among all workers."""

    def __init__(self) -> None:
        self._enqueued: dict[str, datetime] = {}

    def enqueue_due(self, now: datetime | None = None) -> None:
        """Enqueue what nobody has enqueued yet for the period of ``now``."""
        now = now or timezone.now()
        for kind in kinds():
            if kind.every is None:
                continue
            period = beginning(now, kind.every)
            if self._enqueued.get(kind.name) == period:
                continue
            with transaction.atomic():
                _, created = PeriodicRun.objects.get_or_create(name=kind.name, period=period)
                if created:
                    enqueue(kind.name, key=f"periodic:{kind.name}")
            self._enqueued[kind.name] = period


def beginning(now: datetime, every: timedelta) -> datetime:
    """When the period of ``now`` began; the same on all machines."""
    return now - (now - _EPOCH) % every


@contextmanager
def upkeep() -> Iterator[None]:
    """See to all of it during the block, from a thread with its own connection."""
    stop = Event()
    thread = Thread(target=_see_to_it, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _see_to_it(stop: Event) -> None:
    watch, periods = Watch(), Periods()
    while not stop.wait(settings.JOB_BEAT_SECONDS):
        try:
            periods.enqueue_due()
            watch.look()
        except Error as error:
            logger.warning("upkeep could not reach the database: %s", error)
            connection.close()
        except Exception:
            # The other jobs need it all the same, at the next beat.
            logger.exception("upkeep failed")
    connection.close()
