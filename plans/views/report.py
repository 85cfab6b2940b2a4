"""The tabular progress report, as a page and as files.

A closed report is answered from as little as will do: 304 when the person's copy is the current
one, else what this process has kept, else made afresh from the record. A report of an open round
is made afresh each time, for the person who asks, and nobody keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plans.models import ReportingRound
from plans.reports.build import visible_report
from plans.reports.table import ReportTable
from plans.reports.writers import FORMATS, Format, by_extension, html
from plans.selectors import ReportHead
from plans.views.found import report_or_404, round_or_404
from plans.views.published import DAY, key_of, labelled, tag_of, unchanged

Content = TypeVar("Content", str, bytes)


def downloads() -> list[Format]:
    """The formats that a report is offered in as a file; the page itself is the HTML."""
    return [format_ for format_ in FORMATS.values() if format_.name != "html"]


@require_safe
def report(request: HttpRequest, plan: str, version: str, as_at: date) -> HttpResponse:
    """The report as a page: cover and appendix. ``?show=extras`` adds what is not printed."""
    head = report_or_404(request, plan, version, as_at)
    extras = request.GET.get("show") == "extras"
    tag = tag_of(request, [head], f"page {extras} {get_language()}")
    answer = unchanged(request, tag)
    # Nobody's name and no token stands on an anonymous page, so all may have the same one.
    shared = f"report-page:{tag}" if tag and request.user.is_anonymous else None
    if answer is None and shared and (kept := cache.get(shared)):
        answer = HttpResponse(kept)
    if answer is None:
        round_ = round_or_404(request, plan, version, as_at)
        body, lasting = _content(
            request, head, round_, f"html {extras}", lambda table: html.body(table, extras=extras)
        )
        context = {"body": body, "extras": extras, "formats": downloads()}
        context |= {"round": round_, "version": round_.version}
        answer = render(request, "plans/report.html", context)
        if not lasting:
            tag = None
        elif shared:
            cache.set(shared, answer.content, DAY)
    return labelled(request, answer, tag, "Cookie", "Accept-Language")


@require_safe
def report_twin(
    request: HttpRequest, plan: str, version: str, as_at: date, extension: str
) -> HttpResponse:
    """The report as a file of another format."""
    head = report_or_404(request, plan, version, as_at)
    format_ = by_extension(extension)
    if format_ is None or format_ not in downloads():
        offered = ", ".join(f".{format_.extension}" for format_ in downloads())
        raise Http404(
            _("This report is not to be had as “.%(extension)s”. Its formats are: %(offered)s.")
            % {"extension": extension, "offered": offered}
        )
    tag = tag_of(request, [head], f"file {format_.name}")
    answer = unchanged(request, tag)
    if answer is None:
        content, lasting = _file(request, head, format_, (plan, version, as_at))
        answer = HttpResponse(content, content_type=format_.content_type)
        name = f"{plan}-{version}-{as_at.isoformat()}.{format_.extension}"
        kind = "inline" if format_.name == "json" else "attachment"
        answer["Content-Disposition"] = f'{kind}; filename="{name}"'
        tag = tag if lasting else None
    return labelled(request, answer, tag, "Cookie")


def _file(
    request: HttpRequest, head: ReportHead, format_: Format, place: tuple[str, str, date]
) -> tuple[bytes, bool]:
    kept = cache.get(key_of([head], format_.name)) if head.is_closed else None
    if kept is not None:
        return kept, True
    return _content(request, head, round_or_404(request, *place), format_.name, format_.write)


def _content(
    request: HttpRequest,
    head: ReportHead,
    round_: ReportingRound,
    what: str,
    write: Callable[[ReportTable], Content],
) -> tuple[Content, bool]:
    """What ``write`` makes of the report, and whether it is the closed report that ``head`` names.

    Only then may it be kept. Between reading the head and the table a round may be reopened, and
    what is written then must not be taken for the closed report.
    """
    key = key_of([head], what)
    kept: Content | None = cache.get(key) if head.is_closed and round_.is_closed else None
    if kept is not None:
        return kept, True
    table = visible_report(request.user, round_)
    content = write(table)
    lasting = (
        head.is_closed
        and round_.is_closed
        and table.round.record_sha256 is not None
        and table.round.record_sha256 == head.record_sha256
    )
    if lasting:
        cache.set(key, content, DAY)
    return content, lasting
