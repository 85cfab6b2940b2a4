"""The plan, browsable and filterable."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans import selectors
from plans.filters import ElementFilter
from plans.views.found import version_or_404


@require_safe
def version(request: HttpRequest, plan: str, version: str) -> HttpResponse:
    """A version's elements by Part and issue, narrowed by the filters in the address."""
    found = version_or_404(request, plan, version)
    newest = selectors.newest_closed_round(found)
    filters = ElementFilter.of(request.GET, found, newest)
    listing = selectors.listing(
        found,
        filters.qs,
        newest,
        schedule=filters.schedule_state,
        words=filters.words,
        page=request.GET.get("page", 1),
        writer=request.user,
    )
    return render(
        request,
        "plans/version.html",
        {"version": found, "newest": newest, "filters": filters, "listing": listing},
    )
