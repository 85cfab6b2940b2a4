"""The progress report, and what changed from one to another, as files and their pages."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from plans.reports.changes import View
from plans.services.documents import Document
from plans.views.compare import Pair, shown_by, twins
from plans.views.downloads import downloads
from plans.views.found import report_or_404, round_or_404
from plans.views.making import answer_with_progress
from plans.views.offers import Offer, answer_with_file
from plans.views.published import labelled


@require_safe
def report_twin(
    request: HttpRequest, plan: str, version: str, as_at: date, extension: str
) -> HttpResponseBase:
    """The report as a file of another format."""
    offer = _report(request, plan, version, as_at)
    return answer_with_file(request, offer, offer.format_or_404(extension))


@require_http_methods(["GET", "HEAD", "POST"])
def report_making(
    request: HttpRequest, plan: str, version: str, as_at: date, extension: str
) -> HttpResponse:
    """How far the file of a report is that takes long."""
    offer = _report(request, plan, version, as_at)
    return answer_with_progress(request, offer, offer.format_or_404(extension))


@require_safe
def comparison_twin(
    request: HttpRequest, plan: str, version: str, first: date, second: date, extension: str
) -> HttpResponseBase:
    """The comparison as a file, with the rows that ``?rows=`` names."""
    offer = _comparison(request, Pair.of(plan, version, first, second))
    format_ = offer.format_or_404(extension)
    if first > second:
        return labelled(request, redirect(offer.file(format_)), None, "Cookie")
    return answer_with_file(request, offer, format_)


@require_http_methods(["GET", "HEAD", "POST"])
def comparison_making(
    request: HttpRequest, plan: str, version: str, first: date, second: date, extension: str
) -> HttpResponse:
    """How far the file of a comparison is that takes long."""
    offer = _comparison(request, Pair.of(plan, version, first, second))
    format_ = offer.format_or_404(extension)
    if first > second:
        return labelled(request, redirect(offer.making(format_)), None, "Cookie")
    return answer_with_progress(request, offer, format_)


def _report(request: HttpRequest, plan: str, version: str, as_at: date) -> Offer:
    """The report, if whoever asks may see it. Raises Http404."""
    return Offer(
        document=Document((report_or_404(request, plan, version, as_at),)),
        formats=downloads(),
        rounds=lambda: [round_or_404(request, plan, version, as_at)],
        name="plans:report",
        place=(plan, version, as_at),
        called=lambda format_: format_.file_name(plan, version, as_at),
    )


def _comparison(request: HttpRequest, pair: Pair) -> Offer:
    """What changed, in the rows that the address asks for. Raises Http404 as ``_report`` does."""
    heads, shown = pair.heads(request), shown_by(request)
    rows = "" if shown is View.CHANGES else shown.value
    stem = "-".join(str(named) for named in (*pair.place, rows) if named)
    return Offer(
        document=Document(heads, shown),
        formats=twins(),
        rounds=lambda: pair.rounds(request),
        name="plans:comparison",
        place=pair.place,
        called=lambda format_: f"{stem}.{format_.extension}",
        query=f"?rows={rows}" if rows else "",
    )
