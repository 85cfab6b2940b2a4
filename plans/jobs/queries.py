"""What there is to know about a job, for those who may see it."""

from __future__ import annotations

from plans import permissions
from plans.models import Job
from plans.permissions import Person


def visible_job(user: Person, job_id: int) -> Job | None:
    """The job if ``user`` may see it: a public one, their own, or any for an administrator."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None or not ((job.public and permissions.can_read(user)) or can_cancel(user, job)):
        return None
    return job


def can_cancel(user: Person, job: Job) -> bool:
    """Whether ``user`` may cancel a job: who asked for it, and administrators."""
    if not user.is_authenticated or not user.is_active:
        return False
    return job.requested_by_id == user.pk or permissions.is_administrator(user)


def jobs_before(job: Job) -> int:
    """How many jobs wait longer than a job that waits."""
    return Job.objects.filter(state=Job.State.WAITING, pk__lt=job.pk).count()


def expected_seconds(job: Job) -> float | None:
    """How long one attempt takes, going by the last success of this kind and variant.

    None when there is none, or the size of either is not known.
    """
    last = (
        Job.objects.filter(
            kind=job.kind, variant=job.variant, state=Job.State.SUCCEEDED, size__gt=0
        )
        .order_by("-finished_at")
        .first()
    )
    if last is None or last.started_at is None or last.finished_at is None or not job.size:
        return None
    return (last.finished_at - last.started_at).total_seconds() / last.size * job.size
