"""The progress report as files, and the page that says how far a file is that takes long.

A closed report's file is answered from as little as will do: 304 when the person's copy is the
current one, else the file that was kept, else it is written from the record. A file of an open
round is written afresh each time, for the person who asks, and nobody keeps it.
"""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from plans.reports.writers import Format, WriterError, by_extension
from plans.selectors import ReportHead
from plans.services import exports, long_exports
from plans.services.long_exports import Progress, State
from plans.views.downloads import described, downloads, menu
from plans.views.found import report_or_404, round_or_404
from plans.views.published import labelled, tag_of, unchanged
from plans.views.ranges import ranged
from plans.views.unwritable import Instead, unwritable

# How often, in seconds, the page of a file in the making looks again.
_LOOKS_AGAIN = 3


@require_safe
def report_twin(
    request: HttpRequest, plan: str, version: str, as_at: date, extension: str
) -> HttpResponseBase:
    """The report as a file of another format; one that takes long has a page that leads to it."""
    head = report_or_404(request, plan, version, as_at)
    format_ = _format_or_404(extension)
    tag = tag_of(request, [head], f"file {format_.name}")
    same = unchanged(request, tag)
    if same is not None:
        return labelled(request, same, tag, "Cookie")
    name = format_.file_name(plan, version, as_at)
    if (kept := exports.kept_file(head, format_)) is not None:
        found = ranged(request, kept, tag, **_options(format_, name))
        return labelled(request, found, tag, "Cookie")
    if request.method == "GET":
        own = long_exports.take(user=request.user, head=head, format_=format_)
        if own is not None:
            answer = FileResponse(own, **_options(format_, name))
            return labelled(request, answer, None, "Cookie")
    round_ = round_or_404(request, plan, version, as_at)
    if long_exports.is_long(head, format_, long_exports.elements_of(round_)):
        page = reverse("plans:report_making", args=[plan, version, as_at, extension])
        return labelled(request, redirect(page), None, "Cookie")
    try:
        written = exports.write_file(user=request.user, head=head, round_=round_, format_=format_)
    except WriterError as error:
        instead = _instead(head, plan, version, as_at)
        return labelled(request, unwritable(request, format_, error, instead), None, "Cookie")
    answer = FileResponse(BytesIO(written.content), **_options(format_, name))
    return labelled(request, answer, tag if written.lasting else None, "Cookie")


@require_http_methods(["GET", "HEAD", "POST"])
def report_making(
    request: HttpRequest, plan: str, version: str, as_at: date, extension: str
) -> HttpResponse:
    """How far a file is that takes long. Asking begins it; after a failure, POST does."""
    head = report_or_404(request, plan, version, as_at)
    format_ = _format_or_404(extension)
    round_ = round_or_404(request, plan, version, as_at)
    elements = long_exports.elements_of(round_)
    file = reverse("plans:report_twin", args=[plan, version, as_at, extension])
    if not long_exports.is_long(head, format_, elements):
        return labelled(request, redirect(file), None, "Cookie")
    progress = long_exports.follow(
        user=request.user,
        head=head,
        round_=round_,
        format_=format_,
        elements=elements,
        again=request.method == "POST",
    )
    if request.method == "POST":
        return redirect(request.path)
    by_script = request.headers.get("HX-Request") == "true"
    moving = progress.state in (State.RUNNING, State.WAITING)
    if by_script and not moving:
        # The whole page, with what begins the download.
        return HttpResponse(headers={"HX-Refresh": "true", "Cache-Control": "no-store"})
    instead = _instead(head, plan, version, as_at)
    context = {
        "page": instead.page,
        "others": instead.without(format_),
        "progress": progress,
        "state": progress.state.value,
        "download": described(format_, progress.size),
        "file": file,
        "round": round_,
        "version": round_.version,
        "so_far": _so_far(progress),
        "looks_again": _LOOKS_AGAIN,
        "minutes": long_exports.KEPT_SECONDS // 60,
    }
    part = "plans/partials/making.html"
    template = part if by_script else "plans/report_making.html"
    answer = render(request, template, context, status=202 if moving else 200)
    if moving:
        answer["Retry-After"] = str(_LOOKS_AGAIN)
    elif progress.state is State.READY:
        answer["Refresh"] = f"1; url={file}"
    return labelled(request, answer, None, "Cookie", "Accept-Language", "HX-Request")


def _instead(head: ReportHead, plan: str, version: str, as_at: date) -> Instead:
    """The report's page, and its files in all formats."""
    place = [plan, version, as_at]
    return Instead(
        page=reverse("plans:report", args=place),
        downloads=[
            (download, reverse("plans:report_twin", args=[*place, download.format.extension]))
            for download in menu({})
        ],
        is_final=head.is_closed,
    )


def _so_far(progress: Progress) -> str:
    """How long it has taken, and how long it will take as far as that is known."""
    elapsed = round(progress.elapsed)
    so_far = ngettext("%(count)d second so far", "%(count)d seconds so far", elapsed) % {
        "count": elapsed
    }
    if progress.expected is None:
        return _(
            "%(so_far)s. It is the first of its kind here: nobody knows yet how long it takes."
        ) % {"so_far": so_far}
    left = round(progress.expected - progress.elapsed)
    if left <= 0:
        return _("%(so_far)s, longer than the last one like it.") % {"so_far": so_far}
    return ngettext(
        "%(so_far)s; about %(left)d second more, going by the last one like it.",
        "%(so_far)s; about %(left)d seconds more, going by the last one like it.",
        left,
    ) % {"so_far": so_far, "left": left}


def _format_or_404(extension: str) -> Format:
    format_ = by_extension(extension)
    if format_ is not None and format_ in downloads():
        return format_
    offered = ", ".join(f".{format_.extension}" for format_ in downloads())
    raise Http404(
        _("This report is not available as “.%(extension)s”. Its formats are: %(offered)s.")
        % {"extension": extension, "offered": offered}
    )


def _options(format_: Format, name: str) -> dict[str, Any]:
    """How a file of this format is answered, in the terms of FileResponse."""
    return {
        "as_attachment": format_.name != "json",
        "filename": name,
        "content_type": format_.content_type,
    }
