"""The task that does every job, and the periodic jobs of this package."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.core.management import call_command
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskContext, task

from plans.jobs import files
from plans.jobs.attempts import Attempt, perform
from plans.jobs.registry import handler, kinds
from plans.jobs.services import begin
from plans.jobs.upkeep import beginning
from plans.models import Job, PeriodicRun

_RETENTION: Final = timedelta(days=14)


@task(takes_context=True)
def run_job(context: TaskContext, job_id: int, number: int) -> None:
    """Make attempt ``number`` at a job; does nothing when that is not the one waited for."""
    job = begin(job_id, number)
    if job is not None:
        attempt = Attempt(job)
        with attempt.beating():
            perform(attempt)


@handler("prune_jobs", title=lambda _job: _("Removing old jobs"), every=timedelta(days=1))
def prune_jobs(attempt: Attempt) -> None:
    """Delete jobs, results of tasks and periodic runs that ended or began two weeks ago."""
    call_command("prune_db_task_results", min_age_days=_RETENTION.days, queue_name="*", verbosity=0)
    before = timezone.now() - _RETENTION
    with attempt.commit() as result:
        result["jobs"], _by_model = Job.objects.filter(finished_at__lt=before).delete()
        for kind in kinds():
            if kind.every is not None:
                runs = PeriodicRun.objects.filter(name=kind.name)
                runs.filter(period__lt=beginning(before, kind.every)).delete()


@handler("prune_files", title=lambda _job: _("Removing old files"), every=timedelta(hours=1))
def prune_files(attempt: Attempt) -> None:
    """Hold the stored files to their limit, and remove what was left half written."""
    pruned, swept = files.prune(), files.sweep()
    with attempt.commit() as result:
        result.update(pruned=pruned, swept=swept)
