"""The page in the place of a file that could not be written: why, and what to do instead."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from plans.reports.writers import Format, UnfitTextError, WriterError
from plans.views.downloads import Download

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
        "plans/unwritable.html",
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
