"""Changes of a job's state, but for its success, which ``attempts`` commits with the result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from plans.models import MAX_ATTEMPTS, Job

# By its name, as features name the kinds of their jobs: tasks stand above services.
_TASK = "plans.jobs.tasks.run_job"


def enqueue(
    kind: str,
    *,
    key: str,
    arguments: Mapping[str, Any] | None = None,
    requested_by: User | None = None,
    public: bool = False,
    next_url: str = "",
    variant: str = "",
    size: int = 0,
) -> Job:
    """The job of ``key`` that waits or runs; a new one of ``kind`` when there is none.

    It belongs to the transaction around it: when that is rolled back there is no job. What only
    its asker may see needs them in its ``key``, because whoever enqueues the same key gets the
    same job. ``next_url`` is where its result is. ``size`` is how much there is to do; with
    ``variant`` it tells how long the work is expected to take.
    """
    with transaction.atomic():
        job, created = Job.objects.filter(state__in=Job.ACTIVE).get_or_create(
            key=key,
            defaults={
                "kind": kind,
                "variant": variant,
                "arguments": dict(arguments or {}),
                "requested_by": requested_by,
                "public": public,
                "language": get_language() or "",
                "next_url": next_url,
                "size": size,
                "created_at": timezone.now(),
            },
        )
        if created:
            _enqueue_attempt(job)
    return job


def enqueue_again(job: Job) -> Job:
    """A new job of what failed or was cancelled; the one that waits or runs, if there is one."""
    return enqueue(
        job.kind,
        key=job.key,
        arguments=job.arguments,
        requested_by=job.requested_by,
        public=job.public,
        next_url=job.next_url,
        variant=job.variant,
        size=job.size,
    )


def cancel(job: Job) -> bool:
    """Cancel a job that waits or runs; False when it has ended.

    An attempt under way cannot commit any more, and is ended as soon as it notices.
    """
    with transaction.atomic():
        found = Job.objects.filter(pk=job.pk)
        cancelled = found.filter(state__in=Job.ACTIVE).update(
            state=Job.State.CANCELLED, finished_at=timezone.now()
        )
        if cancelled:
            waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
            waiting.filter(pk__in=found.values("task_id")).delete()
    return bool(cancelled)


def begin(job_id: int, number: int) -> Job | None:
    """Begin attempt ``number`` of a job; None when it is not the one that is waited for."""
    now = timezone.now()
    begun = Job.objects.filter(pk=job_id, attempt=number, state=Job.State.WAITING).update(
        state=Job.State.RUNNING, started_at=now, heartbeat_at=now
    )
    return Job.objects.get(pk=job_id) if begun else None


def lock_attempt(job_id: int, number: int, *, skip_locked: bool = False) -> Job | None:
    """The job, locked to the end of the transaction, if attempt ``number`` is the current one.

    With ``skip_locked`` also None when another transaction has it locked. SQLite has no row
    locks: there every transaction has the database's write lock from its beginning.
    """
    jobs = Job.objects.select_for_update(skip_locked=skip_locked)
    return jobs.filter(pk=job_id, attempt=number, state__in=Job.ACTIVE).first()


def begin_again(job: Job) -> None:
    """Let the process of a locked job count as ended: a new attempt, or the job has failed."""
    now = timezone.now()
    task = DBTaskResult.objects.filter(pk__in=[job.task_id], status=TaskResultStatus.RUNNING)
    task.update(status=TaskResultStatus.FAILED, finished_at=now)
    if job.attempt >= MAX_ATTEMPTS:
        job.state, job.finished_at = Job.State.FAILED, now
        job.failure = Job.Failure.ENDED
        job.save(update_fields=["state", "finished_at", "failure"])
        return
    job.attempt += 1
    job.state = Job.State.WAITING
    job.stage, job.done, job.total, job.heartbeat_at = "", 0, 0, None
    job.save(update_fields=["attempt", "state", "stage", "done", "total", "heartbeat_at"])
    _enqueue_attempt(job)


def fail(job_id: int, number: int, failure: Job.Failure, message: str = "") -> bool:
    """Record why the running attempt ``number`` has no result; False when it is not current."""
    return bool(
        Job.objects.filter(pk=job_id, attempt=number, state=Job.State.RUNNING).update(
            state=Job.State.FAILED,
            finished_at=timezone.now(),
            failure=failure,
            failure_message=message,
        )
    )


def _enqueue_attempt(job: Job) -> None:
    job.task_id = import_string(_TASK).enqueue(job.pk, job.attempt).id
    job.save(update_fields=["task_id"])
