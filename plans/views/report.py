"""The tabular progress report as a page.

A closed report is answered from as little as will do: 304 when the person's copy is the current
one, else what this process has kept, else made afresh from the record. A report of an open round
is made afresh each time, for the person who asks, and nobody keeps it. Its files: ``files``.
"""

from __future__ import annotations

from datetime import date

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from plans.models import ReportingRound
from plans.reports.writers import html
from plans.services import exports, long_exports
from plans.services.documents import Document
from plans.views.downloads import downloads, menu
from plans.views.found import report_or_404, round_or_404
from plans.views.published import DAY, key_of, labelled, tag_of, unchanged


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
    if answer is None and shared and (kept := cache.get(shared)):
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
        page = render(request, "plans/report.html", context)
        if not lasting:
            tag = None
        elif shared:
            cache.set(shared, page.content, DAY)
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
    kept: str | None = cache.get(key) if final else None
    if kept is not None:
        return kept, True
    tables = document.tables(request.user, [round_])
    body = html.body(tables[0], extras=extras)
    lasting = document.is_of(tables)
    if lasting:
        cache.set(key, body, DAY)
    return body, lasting
