"""What changed between two rounds of a plan version: a page, and a choice of rounds.

Both rounds are fetched through the function that checks the right to each, so a comparison shows
nobody more than the two reports do. That of two closed rounds is the same for everybody and may be
cached, by the hashes of both records; that with an open round is made afresh for whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_safe

from plans import permissions
from plans.exports.downloads import (
    DAY,
    compared_place,
    document_or_404,
    entity_tag,
    not_modified,
    page_key,
    rounds_or_404,
    with_cache_headers,
)
from plans.exports.queries import comparable_rounds
from plans.exports.services import Document, Place, available_formats, visible_tables
from plans.models import ReportingRound
from plans.reports.changes import Counts, Shown, View, filter_comparison
from plans.reports.compare import compare
from plans.reports.writers import compared_html
from plans.web.labels import CHANGE_LABELS, change_label, day
from plans.web.shortcuts import version_or_404


class CompareForm(forms.Form):
    """Two of ``rounds``, which come newest first; the two newest ones unless others are chosen."""

    first = forms.ChoiceField(label=gettext_lazy("From the report as at"))
    second = forms.ChoiceField(label=gettext_lazy("To the report as at"))

    def __init__(
        self, rounds: Sequence[ReportingRound], data: Mapping[str, Any] | None = None
    ) -> None:
        chosen = [round_.as_at.isoformat() for round_ in rounds[:2]]
        initial = dict(zip(("second", "first"), chosen, strict=False))
        super().__init__(data, initial=initial)
        choices = [(round_.as_at.isoformat(), _label(round_)) for round_ in rounds]
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or {}
        if chosen.get("first") and chosen.get("first") == chosen.get("second"):
            self.add_error("second", gettext_lazy("Choose two different reports."))
        return chosen

    def dates(self) -> tuple[date, date]:
        """The two days, the earlier one first. Only for a form that is valid."""
        first, second = sorted(
            date.fromisoformat(self.cleaned_data[name]) for name in ("first", "second")
        )
        return first, second


def _label(round_: ReportingRound) -> str:
    if round_.is_closed:
        return day(round_.as_at)
    return gettext_lazy("%(day)s (open)") % {"day": day(round_.as_at)}


@dataclass(frozen=True, slots=True)
class RowChoice:
    """A view of the comparison, and how many elements it holds."""

    shown: Shown
    label: Promise
    count: int


@dataclass(frozen=True, slots=True)
class _Body:
    """The rows of a comparison as markup, and how many there are of each kind."""

    counts: Counts
    markup: str


@require_safe
def choose(request: HttpRequest, plan: str, version: str) -> HttpResponse:
    """The choice of two rounds, as a form that leads to the comparison of them."""
    plan_version = version_or_404(request, plan, version)
    rounds = comparable_rounds(request.user, plan_version)
    form = CompareForm(rounds, request.GET or None)
    if form.is_valid():
        return redirect(Place(plan, version, form.dates(), View.CHANGES).page)
    context = {"version": plan_version, "rounds": rounds, "form": form}
    return render(request, "exports/compare.html", context)


@require_safe
def comparison(
    request: HttpRequest, plan: str, version: str, first: date, second: date
) -> HttpResponse:
    """The comparison as a page. ``?rows=`` says which rows it shows: without it, what changed."""
    place = compared_place(request, plan, version, first, second)
    document = document_or_404(request, place)
    if first > second:
        return with_cache_headers(request, redirect(place.page), None, "Cookie")
    shown = place.shown or View.CHANGES
    tag = entity_tag(request, document.heads, f"comparison {shown.value} {get_language()}")
    answer = not_modified(request, tag)
    # Nobody's name and no token stands on an anonymous page, so all may have the same one.
    shared = f"comparison-page:{tag}" if tag and request.user.is_anonymous else None
    if answer is None and shared and (cached := caches["pages"].get(shared)):
        answer = HttpResponse(cached)
    if answer is None:
        rounds = rounds_or_404(request, place)
        body, lasting = _body(request, document, rounds)
        context = _context(request, place, rounds, body)
        answer = render(request, "exports/comparison.html", context)
        if not lasting:
            tag = None
        elif shared:
            caches["pages"].set(shared, answer.content, DAY)
    return with_cache_headers(request, answer, tag, "Cookie", "Accept-Language")


def _body(
    request: HttpRequest, document: Document, rounds: list[ReportingRound]
) -> tuple[_Body, bool]:
    """The body of the page, and whether it is that of the closed reports asked for.

    Only then may it be cached: a round may have been reopened since the heads were read.
    """
    place = document.place
    shown = place.shown or View.CHANGES
    key = page_key(document.heads, f"comparison {place.plan} {place.version} {shown.value}")
    final = document.is_final and all(round_.is_closed for round_ in rounds)
    cached: _Body | None = caches["pages"].get(key) if final else None
    if cached is not None:
        return cached, True

    def address(reference: str) -> str:
        return reverse("plans:item", args=[place.plan, place.version, reference])

    tables = visible_tables(request.user, rounds)
    whole = compare(*tables)
    body = _Body(whole.counts, compared_html.body(filter_comparison(whole, shown), address=address))
    lasting = document.is_of(tables)
    if lasting:
        caches["pages"].set(key, body, DAY)
    return body, lasting


def _context(
    request: HttpRequest, place: Place, rounds: list[ReportingRound], body: _Body
) -> dict[str, object]:
    old, new = rounds
    counts, shown = body.counts, place.shown or View.CHANGES
    return {
        "version": new.version,
        "old": old,
        "new": new,
        "old_and_new": rounds,
        "counts": counts,
        "choices": [
            RowChoice(kind, label, counts.of(kind))
            for kind, label in CHANGE_LABELS.items()
            if counts.of(kind)
        ],
        "shown": shown,
        "shown_label": change_label(shown),
        "shown_count": counts.of(shown),
        "files": [(format_, place.file(format_)) for format_ in available_formats(place.shown)],
        "body": body.markup,
        "partly": not (old.is_closed and new.is_closed)
        and not permissions.is_secretariat(request.user),
    }
