"""What changed between two rounds of a plan version: a page, and a choice of rounds.

Both rounds are fetched through the function that checks the right to each, so a comparison shows
nobody more than the two reports do. That of two closed rounds is the same for everybody and may be
kept, by the hashes of both records; that with an open round is made afresh for whoever asks. Its
files: ``files``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plans import permissions
from plans.exports.caching import DAY, key_of, labelled, tag_of, unchanged
from plans.exports.queries import comparable_rounds
from plans.exports.services import Document
from plans.models import ReportingRound
from plans.reports.changes import Counts, Shown, View, filter_comparison, shown_named
from plans.reports.compare import compare
from plans.reports.writers import COMPARISON_FORMATS, Format, compared_html
from plans.web.labels import CHANGE_LABELS, change_label, day
from plans.web.shortcuts import ReportHead, report_or_404, round_or_404, version_or_404

# -- Choosing the two rounds to compare -----------------------------------------------------------


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
class Choice:
    """A view of the comparison, and how many elements it holds."""

    shown: Shown
    label: Promise
    count: int


@dataclass(frozen=True, slots=True)
class _Body:
    """The rows of a comparison as markup, and how many there are of each kind."""

    counts: Counts
    markup: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rounds of a version, the earlier one first, as their addresses name them."""

    plan: str
    version: str
    first: date
    second: date

    @classmethod
    def of(cls, plan: str, version: str, *days: date) -> Pair:
        """The rounds as at two ``days``, whichever of them is named first."""
        return cls(plan, version, *sorted(days))

    @property
    def place(self) -> tuple[str, str, date, date]:
        """What its address is made of."""
        return self.plan, self.version, self.first, self.second

    def address(self) -> str:
        return reverse("plans:comparison", args=self.place)

    def heads(self, request: HttpRequest) -> tuple[ReportHead, ReportHead]:
        """What identifies both reports now. Raises Http404 when one is not there."""
        old, new = (
            report_or_404(request, self.plan, self.version, as_at)
            for as_at in (self.first, self.second)
        )
        if self.first == self.second:
            raise Http404(_("A report cannot be compared with itself: choose two dates."))
        return old, new

    def rounds(self, request: HttpRequest) -> list[ReportingRound]:
        return [
            round_or_404(request, self.plan, self.version, as_at)
            for as_at in (self.first, self.second)
        ]


@require_safe
def choose(request: HttpRequest, plan: str, version: str) -> HttpResponse:
    """The choice of two rounds, as a form that leads to the comparison of them."""
    found = version_or_404(request, plan, version)
    rounds = comparable_rounds(request.user, found)
    form = CompareForm(rounds, request.GET or None)
    if form.is_valid():
        return HttpResponseRedirect(Pair(plan, version, *form.dates()).address())
    return render(
        request, "exports/compare.html", {"version": found, "rounds": rounds, "form": form}
    )


@require_safe
def comparison(
    request: HttpRequest, plan: str, version: str, first: date, second: date
) -> HttpResponse:
    """The comparison as a page. ``?rows=`` says which rows it shows: without it, what changed."""
    pair = Pair.of(plan, version, first, second)
    shown = shown_by(request)
    document = Document(pair.heads(request), shown)
    if first > second:
        return _in_order(request, pair.address())
    tag = tag_of(request, document.heads, f"comparison {shown.value} {get_language()}")
    answer = unchanged(request, tag)
    # Nobody's name and no token stands on an anonymous page, so all may have the same one.
    shared = f"comparison-page:{tag}" if tag and request.user.is_anonymous else None
    if answer is None and shared and (kept := caches["pages"].get(shared)):
        answer = HttpResponse(kept)
    if answer is None:
        rounds = pair.rounds(request)
        body, lasting = _body(request, document, rounds)
        context = _context(request, rounds, body, shown)
        answer = render(request, "exports/comparison.html", context)
        if not lasting:
            tag = None
        elif shared:
            caches["pages"].set(shared, answer.content, DAY)
    return labelled(request, answer, tag, "Cookie", "Accept-Language")


def twins() -> list[Format]:
    """The formats that a comparison is offered in as a file."""
    return [format_ for format_ in COMPARISON_FORMATS.values() if format_.name != "html"]


def _in_order(request: HttpRequest, address: str) -> HttpResponse:
    """To the comparison of the same rounds in the order of their dates."""
    query = request.META.get("QUERY_STRING", "")
    answer = HttpResponseRedirect(f"{address}?{query}" if query else address)
    return labelled(request, answer, None, "Cookie")


def shown_by(request: HttpRequest) -> Shown:
    """The rows that the address asks for; what changed, when it asks for none that is known."""
    return shown_named(request.GET.get("rows", "")) or View.CHANGES


def _body(
    request: HttpRequest, document: Document, rounds: list[ReportingRound]
) -> tuple[_Body, bool]:
    """The body of the page, and whether it is that of the closed reports asked for.

    Only then may it be kept: a round may have been reopened since the heads were read.
    """
    version, shown = rounds[-1].version, document.shown or View.CHANGES
    place = f"{version.plan.slug} {version.slug}"
    key = key_of(document.heads, f"comparison {place} {shown.value}")
    final = document.is_final and all(round_.is_closed for round_ in rounds)
    kept: _Body | None = caches["pages"].get(key) if final else None
    if kept is not None:
        return kept, True

    def address(reference: str) -> str:
        return reverse("plans:item", args=[version.plan.slug, version.slug, reference])

    tables = document.tables(request.user, rounds)
    whole = compare(*tables)
    body = _Body(whole.counts, compared_html.body(filter_comparison(whole, shown), address=address))
    lasting = document.is_of(tables)
    if lasting:
        caches["pages"].set(key, body, DAY)
    return body, lasting


def _context(
    request: HttpRequest, rounds: list[ReportingRound], body: _Body, shown: Shown
) -> dict[str, object]:
    old, new = rounds
    counts = body.counts
    return {
        "version": new.version,
        "old": old,
        "new": new,
        "old_and_new": rounds,
        "counts": counts,
        "choices": [
            Choice(kind, label, counts.of(kind))
            for kind, label in CHANGE_LABELS.items()
            if counts.of(kind)
        ],
        "shown": shown,
        "shown_label": change_label(shown),
        "shown_count": counts.of(shown),
        "query": "" if shown is View.CHANGES else f"?rows={shown.value}",
        "body": body.markup,
        "formats": twins(),
        "partly": not (old.is_closed and new.is_closed)
        and not permissions.is_secretariat(request.user),
    }
