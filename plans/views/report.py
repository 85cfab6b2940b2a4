"""The tabular progress report, as a page and as files.

A closed report is answered from as little as will do: 304 when the person's copy is the current
one, else the page that this process or the file that any process has kept, else made afresh from
the record. A report of an open round is made afresh each time, for the person who asks, and nobody
keeps it.
"""

from __future__ import annotations

from datetime import date
from io import BytesIO

from django.core.cache import cache
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plans.models import ReportingRound
from plans.reports.build import visible_report
from plans.reports.writers import Format, by_extension, html
from plans.selectors import ReportHead
from plans.services import exports
from plans.views.downloads import downloads, menu
from plans.views.found import report_or_404, round_or_404
from plans.views.published import DAY, key_of, labelled, tag_of, unchanged


@require_safe
def report(request: HttpRequest, plan: str, version: str, as_at: date) -> HttpResponseBase:
    """The report as a page: cover and appendix. ``?show=extras`` adds what is not printed."""
    head = report_or_404(request, plan, version, as_at)
    extras = request.GET.get("show") == "extras"
    sizes = exports.kept_sizes(head, downloads())
    tag = tag_of(request, [head], f"page {extras} {get_language()} {sizes}")
    answer: HttpResponseBase | None = unchanged(request, tag)
    # Nobody's name and no token stands on an anonymous page, so all may have the same one.
    shared = f"report-page:{tag}" if tag and request.user.is_anonymous else None
    if answer is None and shared and (kept := cache.get(shared)):
        answer = HttpResponse(kept)
    if answer is None:
        round_ = round_or_404(request, plan, version, as_at)
        body, lasting = _body(request, head, round_, extras=extras)
        context = {"body": body, "extras": extras, "downloads": menu(sizes)}
        context |= {"round": round_, "version": round_.version, "previous": head.previous}
        page = render(request, "plans/report.html", context)
        if not lasting:
            tag = None
        elif shared:
            cache.set(shared, page.content, DAY)
        answer = page
    return labelled(request, answer, tag, "Cookie", "Accept-Language")


@require_safe
def report_twin(
    request: HttpRequest, plan: str, version: str, as_at: date, extension: str
) -> HttpResponseBase:
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
    answer: HttpResponseBase | None = unchanged(request, tag)
    if answer is None:
        name = format_.file_name(plan, version, as_at)
        answer, lasting = _file(request, head, format_, (plan, version, as_at), name)
        tag = tag if lasting else None
    return labelled(request, answer, tag, "Cookie")


def _file(
    request: HttpRequest, head: ReportHead, format_: Format, place: tuple[str, str, date], name: str
) -> tuple[HttpResponseBase, bool]:
    """The report as a file, and whether it is the closed report that ``head`` names."""
    file, lasting = exports.kept_file(head, format_), True
    if file is None:
        round_ = round_or_404(request, *place)
        written = exports.write_file(user=request.user, head=head, round_=round_, format_=format_)
        file, lasting = BytesIO(written.content), written.lasting
    answer = FileResponse(
        file,
        as_attachment=format_.name != "json",
        filename=name,
        content_type=format_.content_type,
    )
    return answer, lasting


def _body(
    request: HttpRequest, head: ReportHead, round_: ReportingRound, *, extras: bool
) -> tuple[str, bool]:
    """The body of the page, and whether it is the closed report that ``head`` names.

    Only then may it be kept. Between reading the head and the table a round may be reopened, and
    what is written then must not be taken for the closed report.
    """
    key = key_of([head], f"html {extras}")
    kept: str | None = cache.get(key) if head.is_closed and round_.is_closed else None
    if kept is not None:
        return kept, True
    table = visible_report(request.user, round_)
    body = html.body(table, extras=extras)
    lasting = (
        head.is_closed
        and round_.is_closed
        and table.round.record_sha256 is not None
        and table.round.record_sha256 == head.record_sha256
    )
    if lasting:
        cache.set(key, body, DAY)
    return body, lasting
