"""The progress report as a page, and the schema of its JSON.

A closed report is answered from as little as will do: 304 when the person's copy is the current
one, else what this process has cached, else made afresh from the record. A report of an open round
is made afresh each time, for the person who asks, and nobody keeps it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from plans.exports.downloads import (
    DAY,
    document_or_404,
    entity_tag,
    not_modified,
    page_key,
    rounds_or_404,
    with_cache_headers,
)
from plans.exports.services import (
    Document,
    Place,
    choice,
    report_formats,
    visible_tables,
)
from plans.jobs import files
from plans.models import ReportingRound
from plans.reports.writers import html
from plans.reports.writers.json import SCHEMA_FILE

# For how long sizes of files are cached while not all of them are known.
_SIZES_SECONDS = 10


@require_safe
def report(request: HttpRequest, plan: str, version: str, as_at: date) -> HttpResponseBase:
    """The report as a page: cover and appendix. ``?show=extras`` adds what is not printed."""
    place = Place(plan, version, (as_at,))
    document = document_or_404(request, place)
    (head,) = document.heads
    extras = request.GET.get("show") == "extras"
    sizes = _sizes(document)
    tag = entity_tag(request, [head], f"page {extras} {get_language()} {sizes}")
    answer: HttpResponseBase | None = not_modified(request, tag)
    # Nobody's name and no token stands on an anonymous page, so all may have the same one.
    shared = f"report-page:{tag}" if tag and request.user.is_anonymous else None
    if answer is None and shared and (cached := caches["pages"].get(shared)):
        answer = HttpResponse(cached)
    if answer is None:
        (round_,) = rounds_or_404(request, place)
        body, lasting = _body(request, document, round_, extras=extras)
        choices = [choice(format_, sizes.get(format_.name)) for format_ in report_formats()]
        context = {"body": body, "extras": extras, "choices": choices}
        context |= {"round": round_, "version": round_.version, "previous": head.previous}
        page = render(request, "exports/report.html", context)
        if not lasting:
            tag = None
        elif shared:
            caches["pages"].set(shared, page.content, DAY)
        answer = page
    return with_cache_headers(request, answer, tag, "Cookie", "Accept-Language")


def _sizes(document: Document) -> Mapping[str, int]:
    """The size in bytes of each file that is stored, by the name of its format.

    Once all are known they stay cached: a file that is made again is the same. Until then the
    page may be behind by some seconds.
    """
    if document.sha256 is None:
        return {}
    cache_key = page_key(document.heads, "sizes")
    known: Mapping[str, int] | None = caches["pages"].get(cache_key)
    if known is not None:
        return known
    formats = report_formats()
    keys = {format_.name: files.file_key(document.sha256, format_.extension) for format_ in formats}
    stored = files.stored(keys.values())
    sizes = {name: stored[key].size for name, key in keys.items() if key in stored}
    caches["pages"].set(cache_key, sizes, DAY if len(sizes) == len(formats) else _SIZES_SECONDS)
    return sizes


def _body(
    request: HttpRequest, document: Document, round_: ReportingRound, *, extras: bool
) -> tuple[str, bool]:
    """The body of the page, and whether it is that of the closed report asked for.

    Only then may it be cached. Between reading the head and the table a round may be reopened, and
    what is written then must not be taken for the closed report.
    """
    key = page_key(document.heads, f"html {extras}")
    final = document.is_final and round_.is_closed
    cached: str | None = caches["pages"].get(key) if final else None
    if cached is not None:
        return cached, True
    tables = visible_tables(request.user, [round_])
    body = html.body(tables[0], extras=extras)
    lasting = document.is_of(tables)
    if lasting:
        caches["pages"].set(key, body, DAY)
    return body, lasting


@cache
def _schema() -> bytes:
    return SCHEMA_FILE.read_bytes()


def _schema_tag(request: HttpRequest) -> str:
    return f'"{hashlib.sha256(_schema()).hexdigest()[:32]}"'


@login_not_required
@require_safe
@cache_control(public=True, max_age=DAY)
@condition(etag_func=_schema_tag)
def report_schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of reports. It says nothing of any plan, so everybody may read it."""
    answer = HttpResponse(_schema(), content_type="application/schema+json")
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
