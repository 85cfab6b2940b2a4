"""What changed from one version of a plan to another."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from plans.importing.matching import Kind
from plans.models import KIND_LABELS
from plans.selectors.version_changes import RowsShown, compared_versions
from plans.views.found import version_or_404

ROWS_ON_A_PAGE = 200

_LABELS: dict[RowsShown | Kind, Promise] = {
    RowsShown.CHANGES: gettext_lazy("All changes"),
    Kind.REWORDED: KIND_LABELS[Kind.REWORDED],
    Kind.MOVED: KIND_LABELS[Kind.MOVED],
    Kind.SPLIT: KIND_LABELS[Kind.SPLIT],
    Kind.MERGED: KIND_LABELS[Kind.MERGED],
    Kind.NEW: KIND_LABELS[Kind.NEW],
    Kind.DROPPED: KIND_LABELS[Kind.DROPPED],
    RowsShown.RENUMBERED: gettext_lazy("only renumbered"),
    RowsShown.TIME_FRAMES: gettext_lazy("another time-frame"),
    RowsShown.ALL: gettext_lazy("All rows"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows that may be shown, and how many there are."""

    shown: RowsShown | Kind
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
    found = compared_versions(new.plan, old, new)
    counts = found.counts()
    shown = _shown(request.GET.get("rows", ""))
    always = (RowsShown.CHANGES, RowsShown.ALL, shown)
    rows = Paginator(found.entries(shown), ROWS_ON_A_PAGE).get_page(request.GET.get("page", "1"))
    return render(
        request,
        "plans/version_changes.html",
        {
            "plan": new.plan,
            "old": old,
            "new": new,
            "stored": found.stored,
            "counts": counts,
            "shown": shown,
            "choices": [
                Choice(choice, label, counts[choice.value])
                for choice, label in _LABELS.items()
                if choice in always or counts[choice.value]
            ],
            "page": rows,
            "query": f"rows={shown.value}",
        },
    )


def _shown(text: str) -> RowsShown | Kind:
    return next((choice for choice in _LABELS if choice.value == text), RowsShown.CHANGES)
