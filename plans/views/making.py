"""The page that says how far a file is that takes long, and leads to it once it is ready."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.reports.writers import Format
from plans.services import long_exports
from plans.services.documents import elements_of
from plans.services.long_exports import Progress, State
from plans.views.downloads import described
from plans.views.offers import Offer
from plans.views.published import labelled

# How often, in seconds, the page of a file in the making looks again.
_LOOKS_AGAIN = 3


def answer_with_progress(request: HttpRequest, offer: Offer, format_: Format) -> HttpResponse:
    """How far the file is. Asking begins it; after a failure, POST does."""
    document, rounds = offer.document, offer.rounds()
    elements = elements_of(rounds[-1])
    file = offer.file(format_)
    if not long_exports.is_long(document, format_, elements):
        return labelled(request, redirect(file), None, "Cookie")
    progress = long_exports.follow(
        user=request.user,
        document=document,
        rounds=rounds,
        format_=format_,
        elements=elements,
        again=request.method == "POST",
    )
    if request.method == "POST":
        return redirect(offer.making(format_))
    by_script = request.headers.get("HX-Request") == "true"
    moving = progress.state in (State.RUNNING, State.WAITING)
    if by_script and not moving:
        # The whole page, with what begins the download.
        return HttpResponse(headers={"HX-Refresh": "true", "Cache-Control": "no-store"})
    context = {
        "page": offer.page,
        "others": offer.instead().without(format_),
        "progress": progress,
        "state": progress.state.value,
        "download": described(format_, progress.size),
        "file": file,
        "making": offer.making(format_),
        "old": rounds[0],
        "new": rounds[-1],
        "version": rounds[-1].version,
        "compared": document.shown is not None,
        "is_final": document.is_final,
        "so_far": _so_far(progress),
        "looks_again": _LOOKS_AGAIN,
        "minutes": long_exports.KEPT_SECONDS // 60,
    }
    part = "plans/partials/making.html"
    template = part if by_script else "plans/making.html"
    answer = render(request, template, context, status=202 if moving else 200)
    if moving:
        answer["Retry-After"] = str(_LOOKS_AGAIN)
    elif progress.state is State.READY:
        answer["Refresh"] = f"1; url={file}"
    return labelled(request, answer, None, "Cookie", "Accept-Language", "HX-Request")


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
