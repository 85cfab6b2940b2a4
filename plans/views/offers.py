"""A document as it is offered: where its page and files are, and the answer with one of them.

The file of closed rounds is answered from as little as will do: 304 when the person's copy is the
current one, else the file that was kept, else it is written from the records. A file with an open
round is written afresh each time, for the person who asks, and nobody keeps it. What takes long
has a page that leads to it; see ``making``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from plans.models import ReportingRound
from plans.reports.writers import Format, WriterError
from plans.services import exports, long_exports
from plans.services.documents import Document, elements_of
from plans.views.downloads import described
from plans.views.published import labelled, tag_of, unchanged
from plans.views.ranges import ranged
from plans.views.unwritable import Instead, unwritable


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
