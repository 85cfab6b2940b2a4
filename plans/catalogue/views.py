"""Pages of plans and versions, issues and elements, and of what versions changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from plans.catalogue.forms import ElementFilter
from plans.catalogue.queries.browsing import listing as find_listing
from plans.catalogue.queries.changes import RowsShown, compared_versions
from plans.catalogue.queries.items import corrigenda_of, element_page, find_item, issue_page
from plans.catalogue.queries.versions import newest_closed_round, plan_overview, plan_summaries
from plans.exports.comparison import CompareForm
from plans.exports.services import report_formats
from plans.models import KIND_LABELS, ActionElement, Plan, PlanVersion
from plans.reading.matching import LineageKind
from plans.web.shortcuts import find_plan, find_version, version_or_404


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every plan, with the state of its current version."""
    return render(request, "catalogue/index.html", {"plans": plan_summaries(request.user)})


@require_safe
def plan(request: HttpRequest, plan: str) -> HttpResponse:
    """The overview of a plan's current version."""
    overview = plan_overview(request.user, plan)
    if overview is None:
        raise Http404(_("There is no plan “%(plan)s”.") % {"plan": plan})
    context = {"overview": overview, "formats": report_formats()}
    context["compare_form"] = CompareForm(overview.rounds)
    return render(request, "catalogue/plan.html", context)


@require_safe
def version(request: HttpRequest, plan: str, version: str) -> HttpResponse:
    """A version's elements by Part and issue, narrowed by the filters in the address."""
    plan_version = version_or_404(request, plan, version)
    newest = newest_closed_round(plan_version)
    filters = ElementFilter.of(request.GET, plan_version, newest)
    listing = find_listing(
        plan_version,
        filters.qs,
        newest,
        schedule=filters.schedule_state,
        words=filters.words,
        page=request.GET.get("page", 1),
        writer=request.user,
    )
    return render(
        request,
        "catalogue/version.html",
        {"version": plan_version, "newest": newest, "filters": filters, "listing": listing},
    )


@require_safe
def item(request: HttpRequest, plan: str, version: str, reference: str) -> HttpResponse:
    """The page of the issue or element that bears ``reference``."""
    plan_version = version_or_404(request, plan, version)
    item_ = find_item(plan_version, reference)
    if item_ is None:
        raise Http404(
            _("%(version)s has no issue and no action element “%(reference)s”.")
            % {"version": plan_version.symbol, "reference": reference}
        )
    context: dict[str, Any] = {"corrigenda": corrigenda_of(item_)}
    if isinstance(item_, ActionElement):
        context["page"] = element_page(request.user, item_)
        return render(request, "catalogue/element.html", context)
    context["page"] = issue_page(request.user, item_)
    return render(request, "catalogue/issue.html", context)


ROWS_ON_A_PAGE = 200

_LABELS: dict[RowsShown | LineageKind, Promise] = {
    RowsShown.CHANGES: gettext_lazy("All changes"),
    LineageKind.REWORDED: KIND_LABELS[LineageKind.REWORDED],
    LineageKind.MOVED: KIND_LABELS[LineageKind.MOVED],
    LineageKind.SPLIT: KIND_LABELS[LineageKind.SPLIT],
    LineageKind.MERGED: KIND_LABELS[LineageKind.MERGED],
    LineageKind.NEW: KIND_LABELS[LineageKind.NEW],
    LineageKind.DROPPED: KIND_LABELS[LineageKind.DROPPED],
    RowsShown.RENUMBERED: gettext_lazy("only renumbered"),
    RowsShown.TIME_FRAMES: gettext_lazy("another time-frame"),
    RowsShown.ALL: gettext_lazy("All rows"),
}


@dataclass(frozen=True, slots=True)
class RowsChoice:
    """Rows that may be shown, and how many there are."""

    shown: RowsShown | LineageKind
    label: Promise
    count: int


@require_safe
def changes(request: HttpRequest, plan: str, earlier: str, later: str) -> HttpResponse:
    """The comparison of two versions, in the order of the later one. ``?rows=`` says which rows;
    without it, what changed."""
    old = version_or_404(request, plan, earlier)
    new = version_or_404(request, plan, later)
    if old == new:
        raise Http404(_("A version cannot be compared with itself: choose two."))
    comparison = compared_versions(new.plan, old, new)
    counts = comparison.counts()
    shown = _shown(request.GET.get("rows", ""))
    always = (RowsShown.CHANGES, RowsShown.ALL, shown)
    entries = Paginator(comparison.entries(shown), ROWS_ON_A_PAGE)
    return render(
        request,
        "catalogue/version_changes.html",
        {
            "plan": new.plan,
            "old": old,
            "new": new,
            "stored": comparison.stored,
            "counts": counts,
            "shown": shown,
            "choices": [
                RowsChoice(choice, label, counts[choice.value])
                for choice, label in _LABELS.items()
                if choice in always or counts[choice.value]
            ],
            "page": entries.get_page(request.GET.get("page", 1)),
            "query": f"rows={shown.value}",
        },
    )


def _shown(text: str) -> RowsShown | LineageKind:
    return next((choice for choice in _LABELS if choice.value == text), RowsShown.CHANGES)


_PLACE = re.compile(r"/plans/([-\w]+)(?:/([-\w]+))?", re.ASCII)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The 404 page: what was not found, and the nearest page above it that is there."""
    message = str(exception.args[0]) if exception.args and _speaks(exception) else ""
    return render(
        request,
        "404.html",
        {
            "message": message or _("There is no page at this address."),
            "back": _nearest(request),
        },
        status=404,
    )


def _speaks(exception: Exception) -> bool:
    # The resolver's own exception carries its attempts, not a sentence for people.
    return isinstance(exception, Http404) and not isinstance(exception, Resolver404)


def _nearest(request: HttpRequest) -> Plan | PlanVersion | None:
    """The version or else the plan that the address begins with, if the person may see it."""
    place = _PLACE.match(request.path_info)
    if place is None or not hasattr(request, "user"):
        return None
    plan, version = place.groups()
    nearest = find_version(request.user, plan, version) if version else None
    return nearest or find_plan(request.user, plan)
