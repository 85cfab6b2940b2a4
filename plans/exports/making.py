"""The page that says how far a file is that takes long, and leads to it once it is ready."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.exports import long_exports
from plans.exports.caching import labelled
from plans.exports.downloads import Offer, described
from plans.exports.long_exports import Progress, State
from plans.exports.services import elements_of
from plans.reports.writers import Format
from plans.web.labels import change_label

# How often, in seconds, the page of a file in the making looks again.
_LOOKS_AGAIN = 3
# How often, while its elements are written, those who hear the page are told how many are.
_QUARTERS = 4


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
    compared = document.shown is not None
    step = _step(progress, format_, compared=compared)
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
        "compared": compared,
        "shown": document.shown,
        "shown_label": change_label(document.shown),
        "is_final": document.is_final,
        "step": step,
        "news": step.said if request.GET.get("said") != step.name else "",
        "bar": _bar(progress, format_),
        "so_far": _so_far(progress, format_),
        "by_script": by_script,
        "looks_again": _LOOKS_AGAIN,
        "minutes": long_exports.KEPT_SECONDS // 60,
    }
    part = "exports/partials/making.html"
    template = part if by_script else "exports/making.html"
    answer = render(request, template, context, status=202 if moving else 200)
    if moving:
        answer["Retry-After"] = str(_LOOKS_AGAIN)
    elif progress.state is State.READY:
        answer["Refresh"] = f"1; url={file}"
    return labelled(request, answer, None, "Cookie", "Accept-Language", "HX-Request")


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done, in words. ``name`` is another one when there is something to announce."""

    name: str
    said: str


@dataclass(frozen=True, slots=True)
class Bar:
    """How far a bar reaches, of how far."""

    value: int
    most: int


def _step(progress: Progress, format_: Format, *, compared: bool) -> Step:
    """What is being done with a file that is not ready."""
    done = progress.done
    if progress.state is State.WAITING:
        return Step(
            "waiting",
            _("Other long files are being made. This one begins as soon as one of them is done."),
        )
    if done is None:
        if compared:
            return Step("reading", _("The two reports are being read and compared."))
        return Step("reading", _("The report is being read."))
    if format_.counts == "nothing":
        return Step("writing", _("The file is being written."))
    if format_.counts == "prepared":
        if done.elements < done.of:
            return Step("preparing", _("The data is being prepared."))
        return Step("setting", _("The data is prepared; the pages are being laid out."))
    if done.elements >= done.of:
        return Step("packing", _("All elements are written; the file is being put together."))
    said = ngettext(
        "%(done)s of %(of)s element written", "%(done)s of %(of)s elements written", done.of
    ) % {"done": _number(done.elements), "of": _number(done.of)}
    return Step(f"written-{_QUARTERS * done.elements // done.of}", said)


def _bar(progress: Progress, format_: Format) -> Bar | None:
    """The elements that are written, or else the time, as far as that is known."""
    if format_.counts == "written":
        done = progress.done
        return Bar(done.elements, done.of) if done is not None and done.of else Bar(0, 1)
    if progress.expected is None:
        return None
    return Bar(round(progress.elapsed), max(1, round(progress.expected)))


def _so_far(progress: Progress, format_: Format) -> str:
    """How long it has taken, and how long it will take as far as that is known."""
    elapsed = round(progress.elapsed)
    so_far = ngettext("%(count)d second so far", "%(count)d seconds so far", elapsed) % {
        "count": elapsed
    }
    expected, done = progress.expected, progress.done
    if expected is not None and (left := round(expected - progress.elapsed)) > 0:
        return ngettext(
            "%(so_far)s; about %(left)d second more, going by the last one like it.",
            "%(so_far)s; about %(left)d seconds more, going by the last one like it.",
            left,
        ) % {"so_far": so_far, "left": left}
    if format_.counts == "written" and done is not None and 0 < done.elements < done.of:
        left = ceil(progress.elapsed * (done.of - done.elements) / done.elements)
        return ngettext(
            "%(so_far)s; about %(left)d second more at this pace.",
            "%(so_far)s; about %(left)d seconds more at this pace.",
            left,
        ) % {"so_far": so_far, "left": left}
    if expected is not None:
        return _("%(so_far)s, longer than the last one like it.") % {"so_far": so_far}
    unknown = _("%(so_far)s. It is the first of its kind here: nobody knows yet how long it takes.")
    return unknown % {"so_far": so_far}


def _number(count: int) -> str:
    return number_format(count, force_grouping=True)
