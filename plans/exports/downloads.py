"""A document as it is offered: where its page and files are, and the answer with one of them.

The file of closed rounds is answered from as little as will do: 304 when the person's copy is the
current one, else the file that was kept, else it is written from the records. A file with an open
round is written afresh each time, for the person who asks, and nobody keeps it. What takes long
has a page that leads to it; see ``making``.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO, cast

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.exports import long_exports
from plans.exports import services as exports
from plans.exports.caching import labelled, tag_of, unchanged
from plans.exports.services import Document, elements_of
from plans.models import ReportingRound
from plans.reports.writers import FORMATS, Format, UnfitTextError, WriterError

# -- The files that a report is offered as, in the words of its menu ------------------------------


@dataclass(frozen=True, slots=True)
class Download:
    """One entry of the menu. ``size`` is in bytes, None when it is not known.

    ``label`` names the kind of file, and ``use`` says what it is good for; "" for a format that
    nobody has described.
    """

    format: Format
    label: Promise | str
    use: Promise | str
    size: int | None


# What a file of each format is, and what it is for, by the name of the format.
_KINDS: Mapping[str, tuple[Promise | str, Promise | str]] = {
    "pdf": ("PDF", gettext_lazy("the official document, to print and to keep")),
    "docx": (gettext_lazy("Word document"), gettext_lazy("to edit and to translate")),
    "xlsx": (
        gettext_lazy("Spreadsheet"),
        gettext_lazy("a sheet for each Part, and one with a row for each element"),
    ),
    "csv": ("CSV", gettext_lazy("one row for each element, for any spreadsheet or database")),
    "json": ("JSON", gettext_lazy("all that the report holds, for programs")),
    "akn": (
        "Akoma Ntoso XML",
        gettext_lazy("the document’s structure, for legal and parliamentary systems"),
    ),
}
# For people before those for programs; formats that are not named here come last.
_ORDER = ("pdf", "docx", "xlsx", "csv", "json", "akn")


def downloads() -> list[Format]:
    """The formats that a report is offered in as a file; the page itself is the HTML."""
    offered = [format_ for format_ in FORMATS.values() if format_.name != "html"]
    return sorted(offered, key=_place)


def menu(sizes: Mapping[str, int]) -> list[Download]:
    """The entries of the menu. ``sizes`` has the files whose size in bytes is known, by format."""
    return [described(format_, sizes.get(format_.name)) for format_ in downloads()]


def described(format_: Format, size: int | None) -> Download:
    """The entry of one format; ``size`` in bytes, None when it is not known."""
    return Download(format_, *_KINDS.get(format_.name, (format_.label, "")), size=size)


def _place(format_: Format) -> int:
    return _ORDER.index(format_.name) if format_.name in _ORDER else len(_ORDER)


# -- The page in the place of a file that could not be written: why, and what to do instead -------


logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Instead:
    """What else there is: the address of the page, and downloads each with its own address.

    ``is_final`` tells that the words were published and will not change.
    """

    page: str
    downloads: Sequence[tuple[Download, str]]
    is_final: bool

    def without(self, format_: Format) -> list[tuple[Download, str]]:
        """The downloads in other formats than this one."""
        return [
            (download, address)
            for download, address in self.downloads
            if download.format.name != format_.name
        ]


def unwritable(
    request: HttpRequest, format_: Format, error: WriterError, instead: Instead
) -> HttpResponse:
    """The page for what cannot be had in ``format_``, which the log hears of as well.

    Words that the format cannot hold will not fit tomorrow either, and nobody who runs the site can
    mend them: 422. All else is for those who run it to see to, and counts as their error: 500.
    """
    words = isinstance(error, UnfitTextError)
    log = logger.warning if words else logger.error
    log("%s could not be written: %s", request.path, error)
    return render(
        request,
        "exports/unwritable.html",
        {
            "error": error,
            "format": format_,
            "unfit": words,
            "is_final": instead.is_final,
            "page": instead.page,
            "others": instead.without(format_),
        },
        status=422 if words else 500,
    )


# -- A part of a file, for whoever goes on with a download that broke off (RFC 9110, sectio -------


# One range; of several, which few ask for, the whole file is the allowed answer.
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass
class _Window:
    """The next ``left`` bytes of an open file, to be read like a file."""

    file: BinaryIO
    left: int

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(data)
        return data

    def close(self) -> None:
        self.file.close()


def ranged(
    request: HttpRequest, file: BinaryIO, tag: str | None, **options: Any
) -> HttpResponseBase:
    """The open ``file``, or the part of it that is asked for, with ``options`` of FileResponse.

    ``tag`` is its entity tag: whoever has a part of another file gets the whole of this one. 416
    for a part that lies behind the end.
    """
    size = os.fstat(file.fileno()).st_size
    part = _part(request, tag, size)
    if part is None:
        return FileResponse(file, headers={"Accept-Ranges": "bytes"}, **options)
    start, stop = part
    if start >= stop:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    file.seek(start)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(stop - start),
        "Content-Range": f"bytes {start}-{stop - 1}/{size}",
    }
    window = cast(BinaryIO, _Window(file, stop - start))
    return FileResponse(window, status=206, headers=headers, **options)


def _part(request: HttpRequest, tag: str | None, size: int) -> tuple[int, int] | None:
    """From which byte to before which the file is asked for; None for the whole."""
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if found is None or request.method != "GET":
        return None
    if request.headers.get("If-Range", tag) != tag:
        return None
    first, last = found.groups()
    if first:
        if last and int(last) < int(first):
            # A range that ends before it begins is none.
            return None
        return int(first), min(int(last) + 1, size) if last else size
    if last:
        return max(0, size - int(last)), size
    return None


@dataclass(frozen=True, slots=True)
class Offer:
    """A document, the ``formats`` that it is offered in, and where.

    ``rounds`` fetches the rounds of its reports, or raises Http404. The page is at the address
    ``name`` with ``place``, its files and their pages at those whose names end in ``_twin`` and
    ``_making``; ``query`` belongs to each of them. ``called`` says what a file is called.
    """

    document: Document
    formats: Sequence[Format]
    rounds: Callable[[], list[ReportingRound]]
    name: str
    place: tuple[object, ...]
    called: Callable[[Format], str]
    query: str = ""

    @property
    def page(self) -> str:
        return reverse(self.name, args=self.place) + self.query

    def file(self, format_: Format) -> str:
        return self._of(format_, "twin")

    def making(self, format_: Format) -> str:
        return self._of(format_, "making")

    def format_or_404(self, extension: str) -> Format:
        """The format of this extension. Raises Http404 that names those that are offered."""
        for format_ in self.formats:
            if format_.extension == extension:
                return format_
        said = (
            _("This report is not available as “.%(extension)s”. Its formats are: %(offered)s.")
            if self.document.shown is None
            else _(
                "This comparison is not available as “.%(extension)s”. Its formats are: "
                "%(offered)s."
            )
        )
        offered = ", ".join(f".{format_.extension}" for format_ in self.formats)
        raise Http404(said % {"extension": extension, "offered": offered})

    def instead(self) -> Instead:
        """What else there is for whoever cannot have a file."""
        return Instead(
            page=self.page,
            downloads=[(described(format_, None), self.file(format_)) for format_ in self.formats],
            is_final=self.document.is_final,
        )

    def _of(self, format_: Format, what: str) -> str:
        address = reverse(f"{self.name}_{what}", args=[*self.place, format_.extension])
        return address + self.query


def answer_with_file(request: HttpRequest, offer: Offer, format_: Format) -> HttpResponseBase:
    """The document as a file of one of its formats, or the way to the page that leads to it."""
    document = offer.document
    shown = "" if document.shown is None else f" {document.shown.value}"
    tag = tag_of(request, document.heads, f"file {format_.name}{shown}")
    same = unchanged(request, tag)
    if same is not None:
        return labelled(request, same, tag, "Cookie")
    options = _options(offer, format_)
    if (kept := exports.kept_file(document, format_)) is not None:
        return labelled(request, ranged(request, kept, tag, **options), tag, "Cookie")
    if request.method == "GET":
        own = long_exports.take(user=request.user, document=document, format_=format_)
        if own is not None:
            return labelled(request, FileResponse(own, **options), None, "Cookie")
    rounds = offer.rounds()
    if long_exports.is_long(document, format_, elements_of(rounds[-1])):
        return labelled(request, redirect(offer.making(format_)), None, "Cookie")
    try:
        written = exports.write_file(
            user=request.user, document=document, rounds=rounds, format_=format_
        )
    except WriterError as error:
        page = unwritable(request, format_, error, offer.instead())
        return labelled(request, page, None, "Cookie")
    answer = FileResponse(BytesIO(written.content), **options)
    return labelled(request, answer, tag if written.lasting else None, "Cookie")


def _options(offer: Offer, format_: Format) -> dict[str, Any]:
    """How a file of this format is answered, in the terms of FileResponse."""
    return {
        "as_attachment": format_.name != "json",
        "filename": offer.called(format_),
        "content_type": format_.content_type,
    }
