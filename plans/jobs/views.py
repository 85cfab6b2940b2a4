"""The page that shows how far a job is, and leads to its result."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from plans.jobs.queries import can_cancel, expected_seconds, jobs_before, visible_job
from plans.jobs.registry import kind_named
from plans.jobs.services import cancel, enqueue_again
from plans.models import MAX_ATTEMPTS, Job

# How often, in seconds, the page of a job that has not ended is loaded again.
_REFRESH = 3
# How often those who hear the page are told how much is done.
_QUARTERS = 4


@require_http_methods(["GET", "HEAD", "POST"])
def job_page(request: HttpRequest, job_id: int) -> HttpResponse:
    """How far the job is. POST cancels it or, once it has ended without a result, begins anew."""
    job = visible_job(request.user, job_id)
    if job is None:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Http404(_("There is no page at this address."))
    if request.method == "POST":
        return redirect("plans:job", job_id=_change(request, job).pk)
    answer = _answer(request, job)
    add_never_cache_headers(answer)
    return answer


def _change(request: HttpRequest, job: Job) -> Job:
    """The job to show after what the person asked for."""
    action = request.POST.get("action")
    if action == "cancel" and can_cancel(request.user, job):
        cancel(job)
    elif action == "again" and job.state in (Job.State.FAILED, Job.State.CANCELLED):
        return enqueue_again(job)
    return job


def _answer(request: HttpRequest, job: Job) -> HttpResponse:
    by_script = request.headers.get("HX-Request") == "true"
    if by_script and not job.is_active:
        # The whole page, with what leads on.
        return HttpResponseClientRefresh()
    try:
        kind = kind_named(job.kind)
    except LookupError as error:
        raise Http404(_("There is no page at this address.")) from error
    news = _news(job)
    context = {
        "job": job,
        "title": kind.title(job),
        "links": kind.links(job),
        "stage": kind.stages.get(job.stage, ""),
        "before": jobs_before(job) if job.state == Job.State.WAITING else 0,
        "attempts": MAX_ATTEMPTS,
        "time": _time(job) if job.state == Job.State.RUNNING else None,
        "can_cancel": job.is_active and can_cancel(request.user, job),
        "news": news,
        "is_new": request.GET.get("news") != news,
        "by_script": by_script,
        "refresh": _REFRESH,
    }
    template = "jobs/partials/progress.html" if by_script else "jobs/progress.html"
    answer = render(request, template, context, status=202 if job.is_active else 200)
    if job.is_active:
        answer["Retry-After"] = str(_REFRESH)
    elif job.state == Job.State.SUCCEEDED and job.next_url:
        answer["Refresh"] = f"1; url={job.next_url}"
    return answer


def _news(job: Job) -> str:
    """Changes with what is worth telling those who hear the page."""
    quarter = _QUARTERS * job.done // job.total if job.total else 0
    return f"{job.attempt}-{job.state}-{job.stage}-{quarter}"


@dataclass(frozen=True, slots=True)
class Time:
    """How long an attempt has taken in words, and a bar of it: so many seconds of how many.

    ``expected`` is None when it is not known how long it takes.
    """

    words: str
    elapsed: int
    expected: int | None


def _time(job: Job) -> Time:
    started = job.started_at or timezone.now()
    elapsed = max(0, round((timezone.now() - started).total_seconds()))
    expected = expected_seconds(job)
    so_far = ngettext("%(count)d second so far", "%(count)d seconds so far", elapsed) % {
        "count": elapsed
    }
    words = _("%(so_far)s.") % {"so_far": so_far}
    if expected is not None and (left := round(expected - elapsed)) > 0:
        words = ngettext(
            "%(so_far)s; about %(left)d second more, going by the last one like it.",
            "%(so_far)s; about %(left)d seconds more, going by the last one like it.",
            left,
        ) % {"so_far": so_far, "left": left}
    elif 0 < job.done < job.total:
        left = ceil(elapsed * (job.total - job.done) / job.done)
        words = ngettext(
            "%(so_far)s; about %(left)d second more at this pace.",
            "%(so_far)s; about %(left)d seconds more at this pace.",
            left,
        ) % {"so_far": so_far, "left": left}
    elif expected is not None:
        words = _("%(so_far)s, longer than the last one like it.") % {"so_far": so_far}
    return Time(words, elapsed, None if expected is None else max(1, round(expected)))
