"""What the pages of seeding have in common: who comes in, which draft, and how it reads."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from plans import permissions
from plans.jobs.queries import visible_job
from plans.models import Job, SeedDraft
from plans.reading.corrections import CorrectionError
from plans.reading.pipeline import Parsed
from plans.reading.source_table import SourceError
from plans.seeding.queries.drafts import find_draft, parsed
from plans.seeding.services.drafts import request_reading
from plans.web.decorators import View, keeps_input
from plans.web.forms import parse_int
from plans.web.recovery import typed_fields
from plans.web.refusals import RefusedError
from plans.web.shortcuts import current_user

TOML = "application/toml; charset=utf-8"


def administrator_required(view: View) -> View:
    """Let a view answer only those who seed versions, as ``keeps_input`` does."""
    return keeps_input(permissions.can_seed)(view)


def draft_or_404(request: HttpRequest, draft_id: int) -> SeedDraft:
    """The draft with its document, plan and versions. Raises Http404 when it is not there for the
    person."""
    found = find_draft(request.user, draft_id)
    if found is None:
        raise Http404(_("There is no such draft of a version."))
    return found


def reading_of(draft: SeedDraft) -> tuple[Parsed | None, str]:
    """How the document reads with its corrections; or None and a sentence that says why it
    cannot be read."""
    try:
        return parsed(draft), ""
    except (SourceError, CorrectionError) as error:
        return None, sentence(error)


def sentence(error: Exception | str) -> str:
    """What a reader says about a file, which begins small, as a sentence that stands by itself."""
    text = capfirst(str(error))
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def base_revision(request: HttpRequest) -> int:
    """The revision that the page which was sent in had shown; −1, which there is none of, when
    it says none."""
    revision = parse_int(request.POST.get("base_revision", ""))
    return -1 if revision is None else revision


def waiting(
    request: HttpRequest, draft: SeedDraft, *, with_matching: bool = False
) -> HttpResponse | None:
    """The way to the job that reads the draft's long document before this page is shown.

    None when there is nothing to wait for. What is sent in never waits.
    """
    if request.method == "POST":
        return None
    job = request_reading(
        draft,
        by=current_user(request),
        next_url=request.get_full_path(),
        with_matching=with_matching,
    )
    return redirect("plans:job", job.pk) if job is not None else None


def refused_job(request: HttpRequest, kind: str) -> Job | None:
    """The job whose refusal ``?refused=`` asks to be shown in its form; None for any other."""
    job_id = parse_int(request.GET.get("refused", ""))
    job = visible_job(request.user, job_id) if job_id is not None else None
    if job is None or job.kind != kind or job.state != Job.State.FAILED:
        return None
    return job


def conflict(request: HttpRequest, draft: SeedDraft, refusal: RefusedError) -> HttpResponse:
    """The page that says why nothing was changed, with what was typed, to be copied."""
    context: dict[str, Any] = {"draft": draft, "message": refusal, "typed": typed_fields(request)}
    return render(request, "seeding/conflict.html", context, status=refusal.status_code)


def download(content: bytes, content_type: str, name: str) -> HttpResponse:
    """A file to be saved, never to be shown in place."""
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer
