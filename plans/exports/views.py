"""The progress report, and what changed from one to another, as files and their pages."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_http_methods, require_safe

from plans.exports import long_exports
from plans.exports import services as exports
from plans.exports.caching import DAY, key_of, labelled, tag_of, unchanged
from plans.exports.comparison import Pair, shown_by, twins
from plans.exports.downloads import Offer, answer_with_file, downloads, menu
from plans.exports.making import answer_with_progress
from plans.exports.services import Document
from plans.models import ReportingRound
from plans.reports.changes import View
from plans.reports.writers import html
from plans.reports.writers.json import SCHEMA_FILE
from plans.web.shortcuts import report_or_404, round_or_404


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


# -- The schemas of what the tracker publishes, for programs that read it -------------------------


_DAY = 24 * 60 * 60


@cache
def _content() -> bytes:
    return SCHEMA_FILE.read_bytes()


def _tag(request: HttpRequest) -> str:
    return f'"{hashlib.sha256(_content()).hexdigest()[:32]}"'


@login_not_required
@require_safe
@cache_control(public=True, max_age=_DAY)
@condition(etag_func=_tag)
def report_schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of reports. It says nothing of any plan, so everybody may read it."""
    answer = HttpResponse(_content(), content_type="application/schema+json")
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


# -- The tabular progress report as a page --------------------------------------------------------
# A closed report is answered from as little as will do: 304 when the person's copy is the current
# one, else what this process has kept, else made afresh from the record. A report of an open round
# is made afresh each time, for the person who asks, and nobody keeps it. Its files: ``files``.


@require_safe
def report(request: HttpRequest, plan: str, version: str, as_at: date) -> HttpResponseBase:
    """The report as a page: cover and appendix. ``?show=extras`` adds what is not printed."""
    head = report_or_404(request, plan, version, as_at)
    extras = request.GET.get("show") == "extras"
    document = Document((head,))
    sizes = exports.kept_sizes(document, downloads())
    tag = tag_of(request, [head], f"page {extras} {get_language()} {sizes}")
    answer: HttpResponseBase | None = unchanged(request, tag)
    # Nobody's name and no token stands on an anonymous page, so all may have the same one.
    shared = f"report-page:{tag}" if tag and request.user.is_anonymous else None
    if answer is None and shared and (kept := caches["pages"].get(shared)):
        answer = HttpResponse(kept)
    if answer is None:
        round_ = round_or_404(request, plan, version, as_at)
        body, lasting = _body(request, document, round_, extras=extras)
        missing = [format_ for format_ in downloads() if format_.name not in sizes]
        if missing:
            # The menu of the next page then names their sizes, and they are there at once.
            long_exports.prepare(document=document, formats=missing)
        context = {"body": body, "extras": extras, "downloads": menu(sizes)}
        context |= {"round": round_, "version": round_.version, "previous": head.previous}
        page = render(request, "exports/report.html", context)
        if not lasting:
            tag = None
        elif shared:
            caches["pages"].set(shared, page.content, DAY)
        answer = page
    return labelled(request, answer, tag, "Cookie", "Accept-Language")


def _body(
    request: HttpRequest, document: Document, round_: ReportingRound, *, extras: bool
) -> tuple[str, bool]:
    """The body of the page, and whether it is that of the closed report asked for.

    Only then may it be kept. Between reading the head and the table a round may be reopened, and
    what is written then must not be taken for the closed report.
    """
    key = key_of(document.heads, f"html {extras}")
    final = document.is_final and round_.is_closed
    kept: str | None = caches["pages"].get(key) if final else None
    if kept is not None:
        return kept, True
    tables = document.tables(request.user, [round_])
    body = html.body(tables[0], extras=extras)
    lasting = document.is_of(tables)
    if lasting:
        caches["pages"].set(key, body, DAY)
    return body, lasting
