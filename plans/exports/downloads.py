"""Reports and comparisons as files, and who may keep an answer made of them, until when.

The file of closed rounds is answered from as little as will do: 304 when the person's copy is the
current one, else the stored file, else it is written from the records. A file with an open round is
made for the person who asks, and no browser keeps it. What takes long is a job, whose page leads
back to the address of the file.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any, BinaryIO, TypeVar, cast

from django.core.files import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plans import permissions
from plans.exports.services import (
    Document,
    Place,
    available_formats,
    choice,
    content_sha256,
    elements_of,
    request_file,
    visible_tables,
    write_now,
)
from plans.jobs.files import file_key, open_file
from plans.models import ReportingRound
from plans.reports.changes import View, shown_named
from plans.reports.writers import Format, UnfitTextError, WriterError
from plans.web.build import build_id
from plans.web.shortcuts import ReportHead, report_or_404, round_or_404

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer", bound=HttpResponseBase)

DAY = 24 * 60 * 60


def compared_place(request: HttpRequest, plan: str, version: str, *days: date) -> Place:
    """The comparison of two rounds, whichever is named first, in the rows that are asked for.

    What changed, when the address names no rows that are known.
    """
    shown = shown_named(request.GET.get("rows", "")) or View.CHANGES
    return Place(plan, version, tuple(sorted(days)), shown)


def document_or_404(request: HttpRequest, place: Place) -> Document:
    """The document, if whoever asks may see all of it. Raises Http404."""
    heads = [report_or_404(request, place.plan, place.version, day) for day in place.days]
    if len(set(place.days)) < len(place.days):
        raise Http404(_("A report cannot be compared with itself: choose two dates."))
    return Document(place, tuple(heads))


def rounds_or_404(request: HttpRequest, place: Place) -> list[ReportingRound]:
    """The rounds of the document, the earlier first. Raises Http404."""
    return [round_or_404(request, place.plan, place.version, day) for day in place.days]


# -- Files ---------------------------------------------------------------------------------------


@require_safe
def report_file(
    request: HttpRequest, plan: str, version: str, as_at: date, extension: str
) -> HttpResponseBase:
    """The report as a file."""
    return _file(request, Place(plan, version, (as_at,)), extension)


@require_safe
def comparison_file(
    request: HttpRequest, plan: str, version: str, first: date, second: date, extension: str
) -> HttpResponseBase:
    """The comparison as a file, with the rows that ``?rows=`` names."""
    place = compared_place(request, plan, version, first, second)
    if first > second:
        document_or_404(request, place)
        address = place.file(_format_or_404(place, extension))
        return with_cache_headers(request, redirect(address), None, "Cookie")
    return _file(request, place, extension)


def _file(request: HttpRequest, place: Place, extension: str) -> HttpResponseBase:
    """The document as a file, or the way to the job that makes it. Raises Http404."""
    document = document_or_404(request, place)
    format_ = _format_or_404(place, extension)
    rows = "" if place.shown is None else f" {place.shown.value}"
    tag = entity_tag(request, document.heads, f"file {format_.name}{rows}")
    answer: HttpResponseBase | None = not_modified(request, tag)
    if answer is None and document.sha256 is not None:
        stored = open_file(file_key(document.sha256, extension))
        if stored is not None:
            answer = _ranged(request, stored, tag, **_options(place, format_))
    if answer is None:
        answer, lasting = _made(request, document, format_)
        tag = tag if lasting else None
    return with_cache_headers(request, answer, tag, "Cookie")


def _made(
    request: HttpRequest, document: Document, format_: Format
) -> tuple[HttpResponseBase, bool]:
    """The answer where no file is known to be stored, and whether it is the document's for good."""
    place = document.place
    rounds = rounds_or_404(request, place)
    elements = elements_of(rounds[-1])
    is_long = elements > format_.at_once
    sha256, tables = document.sha256, []
    if sha256 is None or not is_long:
        tables = visible_tables(request.user, rounds)
        sha256 = content_sha256(tables, place.shown)
    if not is_long:
        try:
            content = write_now(document, tables, format_)
        except WriterError as error:
            return _failed(request, document, format_, error), False
        file = FileResponse(BytesIO(content), **_options(place, format_))
        return file, document.is_of(tables)
    stored = open_file(file_key(sha256, format_.extension))
    if stored is not None:
        return FileResponse(stored, **_options(place, format_)), False
    job = request_file(place, rounds, format_, sha256, user=request.user, elements=elements)
    return redirect("plans:job", job_id=job.pk), False


def _format_or_404(place: Place, extension: str) -> Format:
    """The format of this extension. Raises Http404 that names those that are available."""
    formats = available_formats(place.shown)
    for format_ in formats:
        if format_.extension == extension:
            return format_
    message = (
        _("This report is not available as “.%(extension)s”. Its formats are: %(offered)s.")
        if place.shown is None
        else _(
            "This comparison is not available as “.%(extension)s”. Its formats are: %(offered)s."
        )
    )
    extensions = ", ".join(f".{format_.extension}" for format_ in formats)
    raise Http404(message % {"extension": extension, "offered": extensions})


def _options(place: Place, format_: Format) -> dict[str, Any]:
    """How a file of this format is answered, in the terms of FileResponse."""
    return {
        "as_attachment": format_.name != "json",
        "filename": place.file_name(format_),
        "content_type": format_.content_type,
    }


def _failed(
    request: HttpRequest, document: Document, format_: Format, error: WriterError
) -> HttpResponse:
    """The page for what cannot be had in ``format_``: why, and the other formats. It is logged.

    Words that the format cannot hold will not fit tomorrow either, and nobody who runs the site can
    mend them: 422. All else is for those who run it to see to, and counts as their error: 500.
    """
    unfit = isinstance(error, UnfitTextError)
    log = logger.warning if unfit else logger.error
    log("%s could not be written: %s", request.path, error)
    place = document.place
    others = [
        (choice(other), place.file(other))
        for other in available_formats(place.shown)
        if other.name != format_.name
    ]
    context = {"error": error, "format": format_, "unfit": unfit, "others": others}
    context |= {"is_final": document.is_final, "page": place.page}
    return render(request, "exports/failed.html", context, status=422 if unfit else 500)


# -- Range requests (RFC 9110, section 14) --------------------------------------------------------

# One range; of several, which few ask for, the whole file is the allowed answer.
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass
class _Window:
    """The next ``left`` bytes of an open file, to be read like a file."""

    file: File[Any]
    left: int

    def read(self, size: int = -1) -> bytes:
        data: bytes = self.file.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(data)
        return data

    def close(self) -> None:
        self.file.close()


def _ranged(
    request: HttpRequest, file: File[Any], tag: str | None, **options: Any
) -> HttpResponseBase:
    """The open ``file``, or the part of it that is asked for, with ``options`` of FileResponse.

    ``tag`` is its entity tag: whoever has a part of another file gets the whole of this one. 416
    for a part that lies behind the end.
    """
    part = _part(request, tag, file.size)
    if part is None:
        return FileResponse(file, headers={"Accept-Ranges": "bytes"}, **options)
    start, stop = part
    if start >= stop:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(stop - start),
        "Content-Range": f"bytes {start}-{stop - 1}/{file.size}",
    }
    file.seek(start)
    window = cast(BinaryIO, _Window(file, stop - start))
    return FileResponse(window, status=206, headers=headers, **options)


def _part(request: HttpRequest, tag: str | None, size: int) -> tuple[int, int] | None:
    """From which byte to before which the file is asked for; None for the whole."""
    match = _RANGE.fullmatch(request.headers.get("Range", ""))
    if match is None or request.method != "GET":
        return None
    if request.headers.get("If-Range", tag) != tag:
        return None
    first, last = match.groups()
    if first:
        if last and int(last) < int(first):
            # A range that ends before it begins is none.
            return None
        return int(first), min(int(last) + 1, size) if last else size
    if last:
        return max(0, size - int(last)), size
    return None


# -- Caching --------------------------------------------------------------------------------------


def page_key(heads: Sequence[ReportHead], part: str) -> str:
    """Where a part of a page of these closed reports is cached; it is the same for everybody."""
    named = repr((build_id(), [head.record_sha256 for head in heads], part))
    return f"report:{hashlib.sha256(named.encode()).hexdigest()}"


def entity_tag(request: HttpRequest, heads: Sequence[ReportHead], kind: str) -> str | None:
    """A tag of all that an answer of this kind, made of these reports, shows; before it is made.

    None when a round is open: its drafts may change at any moment and differ from one person to
    the next, so what shows them is never kept.
    """
    if not all(head.is_closed for head in heads):
        return None
    user = request.user
    # A signed-in person's page names them, leads where their roles may go, and holds the token of
    # their forms.
    person = (
        (
            user.pk,
            user.get_username(),
            user.is_staff,
            sorted(permissions.roles(user)),
            request.META.get("CSRF_COOKIE"),
        )
        if user.is_authenticated
        else None
    )
    shown = repr((kind, build_id(), *heads, person))
    return quote_etag(hashlib.sha256(shown.encode()).hexdigest()[:32])


def not_modified(request: HttpRequest, tag: str | None) -> HttpResponse | None:
    """304 when the person's copy is the current one."""
    if tag is None:
        return None
    answer = get_conditional_response(request, etag=tag)
    return answer if isinstance(answer, HttpResponse) else None


def with_cache_headers(request: HttpRequest, answer: Answer, tag: str | None, *vary: str) -> Answer:
    """``answer`` with the headers that say who may keep it, and until when: until asked again."""
    patch_vary_headers(answer, vary)
    if tag is None:
        answer["Cache-Control"] = "private, no-store"
        return answer
    answer["ETag"] = tag
    public = request.user.is_anonymous
    answer["Cache-Control"] = "public, no-cache" if public else "private, no-cache"
    return answer
