"""What changed between two rounds of a plan version: a page, its twins, and a choice of rounds.

Both rounds are fetched through the function that checks the right to each, so a comparison shows
nobody more than the two reports do. That of two closed rounds is the same for everybody and may be
kept, by the hashes of both records; that with an open round is made afresh for whoever asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plans import formats, rules, selectors
from plans.forms.compare import CompareForm
from plans.models import ReportingRound
from plans.reports.build import visible_report
from plans.reports.changes import Comparison, Outcome, Shown, Trait, View, narrowed
from plans.reports.compare import compare
from plans.reports.writers import Format, WriterError, compared, compared_html
from plans.selectors import ReportHead
from plans.views.downloads import described
from plans.views.found import report_or_404, round_or_404, version_or_404
from plans.views.published import DAY, key_of, labelled, tag_of, unchanged
from plans.views.unwritable import Instead, unwritable
from plans.wording import CHANGE_LABELS


@dataclass(frozen=True, slots=True)
class Choice:
    """A view of the comparison, and how many elements it holds."""

    shown: Shown
    label: Promise
    count: int


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two rounds of a version, the earlier one first, as their addresses name them."""

    plan: str
    version: str
    first: date
    second: date

    def address(self) -> str:
        return reverse("plans:comparison", args=[self.plan, self.version, self.first, self.second])

    def heads(self, request: HttpRequest) -> list[ReportHead]:
        """What identifies both reports now. Raises Http404 when one is not there."""
        found = [
            report_or_404(request, self.plan, self.version, as_at)
            for as_at in (self.first, self.second)
        ]
        if self.first == self.second:
            raise Http404(_("A report cannot be compared with itself: choose two dates."))
        return found

    def rounds(self, request: HttpRequest) -> list[ReportingRound]:
        return [
            round_or_404(request, self.plan, self.version, as_at)
            for as_at in (self.first, self.second)
        ]


@require_safe
def choose(request: HttpRequest, plan: str, version: str) -> HttpResponse:
    """The choice of two rounds, as a form that leads to the comparison of them."""
    found = version_or_404(request, plan, version)
    rounds = selectors.comparable_rounds(request.user, found)
    form = CompareForm(rounds, request.GET or None)
    if form.is_valid():
        return HttpResponseRedirect(_Pair(plan, version, *form.dates()).address())
    return render(request, "plans/compare.html", {"version": found, "rounds": rounds, "form": form})


@require_safe
def comparison(
    request: HttpRequest, plan: str, version: str, first: date, second: date
) -> HttpResponse:
    """The comparison as a page. ``?rows=`` says which rows it shows: without it, what changed."""
    pair = _Pair(plan, version, *sorted((first, second)))
    heads = pair.heads(request)
    if first > second:
        return _in_order(request, pair.address())
    shown = _shown(request)
    tag = tag_of(request, heads, f"comparison {shown.value} {get_language()}")
    answer = unchanged(request, tag)
    # Nobody's name and no token stands on an anonymous page, so all may have the same one.
    shared = f"comparison-page:{tag}" if tag and request.user.is_anonymous else None
    if answer is None and shared and (kept := cache.get(shared)):
        answer = HttpResponse(kept)
    if answer is None:
        rounds = pair.rounds(request)
        whole, lasting = _compared(request, heads, rounds)
        answer = render(request, "plans/comparison.html", _context(request, rounds, whole, shown))
        if not lasting:
            tag = None
        elif shared:
            cache.set(shared, answer.content, DAY)
    return labelled(request, answer, tag, "Cookie", "Accept-Language")


@require_safe
def comparison_twin(
    request: HttpRequest, plan: str, version: str, first: date, second: date, extension: str
) -> HttpResponse:
    """The comparison as a file, with the rows that ``?rows=`` names."""
    pair = _Pair(plan, version, *sorted((first, second)))
    heads = pair.heads(request)
    format_ = next((one for one in twins() if one.extension == extension), None)
    if format_ is None:
        offered = ", ".join(f".{format_.extension}" for format_ in twins())
        raise Http404(
            _("This comparison is not available as “.%(extension)s”. Its formats are: %(offered)s.")
            % {"extension": extension, "offered": offered}
        )
    if first > second:
        return _in_order(request, f"{pair.address()[:-1]}.{extension}")
    shown = _shown(request)
    tag = tag_of(request, heads, f"comparison file {shown.value} {extension}")
    answer = unchanged(request, tag)
    if answer is None:
        key = key_of(heads, f"comparison {shown.value} {extension}")
        content: bytes | None = cache.get(key) if tag else None
        if content is None:
            whole, lasting = _compared(request, heads, pair.rounds(request))
            try:
                content = formats.write(format_, narrowed(whole, shown))
            except WriterError as error:
                instead = _instead(heads, pair)
                page = unwritable(request, format_, error, instead)
                return labelled(request, page, None, "Cookie")
            if lasting:
                cache.set(key, content, DAY)
            else:
                tag = None
        answer = HttpResponse(content, content_type=format_.content_type)
        rows = "" if shown is View.CHANGES else f"-{shown.value}"
        name = f"{plan}-{version}-{pair.first}-{pair.second}{rows}.{extension}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return labelled(request, answer, tag, "Cookie")


def _instead(heads: list[ReportHead], pair: _Pair) -> Instead:
    """The comparison's page, and its files in all formats."""
    page = pair.address()
    return Instead(
        page=page,
        downloads=[
            (described(format_, None), f"{page[:-1]}.{format_.extension}") for format_ in twins()
        ],
        is_final=all(head.is_closed for head in heads),
    )


def twins() -> list[Format]:
    """The formats that a comparison is offered in as a file."""
    return [format_ for format_ in compared.FORMATS.values() if format_.name != "html"]


def _in_order(request: HttpRequest, address: str) -> HttpResponse:
    """To the comparison of the same rounds in the order of their dates."""
    query = request.META.get("QUERY_STRING", "")
    answer = HttpResponseRedirect(f"{address}?{query}" if query else address)
    return labelled(request, answer, None, "Cookie")


def _shown(request: HttpRequest) -> Shown:
    """The view that the address asks for; what changed, when it asks for none that is known."""
    asked = request.GET.get("rows", "")
    for kinds in (View, Outcome, Trait):
        for kind in kinds:
            if kind.value == asked:
                return kind
    return View.CHANGES


def _compared(
    request: HttpRequest, heads: list[ReportHead], rounds: list[ReportingRound]
) -> tuple[Comparison, bool]:
    """The comparison, and whether it is that of the closed reports that ``heads`` name.

    Only then may it be kept: a round may have been reopened since the heads were read.
    """
    old, new = (visible_report(request.user, round_) for round_ in rounds)
    lasting = all(
        head.is_closed
        and round_.is_closed
        and table.round.record_sha256 is not None
        and table.round.record_sha256 == head.record_sha256
        for head, round_, table in zip(heads, rounds, (old, new), strict=True)
    )
    return compare(old, new), lasting


def _context(
    request: HttpRequest, rounds: list[ReportingRound], whole: Comparison, shown: Shown
) -> dict[str, object]:
    old, new = rounds
    version = new.version
    counts = whole.counts

    def address(reference: str) -> str:
        return reverse("plans:item", args=[version.plan.slug, version.slug, reference])

    return {
        "version": version,
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
        "shown_label": None if isinstance(shown, View) else CHANGE_LABELS[shown],
        "shown_count": counts.of(shown),
        "query": "" if shown is View.CHANGES else f"?rows={shown.value}",
        "body": compared_html.body(narrowed(whole, shown), address=address),
        "formats": twins(),
        "partly": not (old.is_closed and new.is_closed) and not rules.keeps_rounds(request.user),
    }
