"""Matching a draft to the version before: what is proposed, accepted or changed row by row."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from plans.models import KIND_LABELS, PlanVersion, SeedDraft
from plans.reading.corrections import CorrectionError
from plans.reading.matching import LineageKind, MatchingFileError, read_stated
from plans.reading.source_table import SourceError
from plans.seeding.forms.drafts import ChangeForm, DecisionsForm
from plans.seeding.queries.matching import (
    DecidedRow,
    Matching,
    choices_for,
    decisions_file,
    matching_of,
)
from plans.seeding.services import matching as services
from plans.seeding.services.matching import Alike
from plans.seeding.views.common import (
    TOML,
    administrator_required,
    base_revision,
    conflict,
    download,
    draft_or_404,
    sentence,
    waiting,
)
from plans.web.forms import parse_int
from plans.web.refusals import INVALID, InvalidError, RefusedError
from plans.web.shortcuts import current_user

_LONGEST_QUERY = 200


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def matching(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The rows, narrowed by ``?kind=`` and ``?left=1``, a page at a time; takes what is accepted
    or withdrawn."""
    draft, base = _draft_and_base(request, draft_id)
    if request.method == "POST":
        try:
            message = _done(request, draft)
        except InvalidError as refusal:
            messages.error(request, str(refusal))
        except RefusedError as refusal:
            return conflict(request, draft, refusal)
        else:
            messages.success(request, message)
        return redirect(_here(draft, request.POST.get("query", ""), request.POST.get("at", "")))
    if not draft.is_draft:
        return redirect("plans:seed_draft", draft_id)
    if wait := waiting(request, draft, with_matching=True):
        return wait
    found = _matching(request, draft, base)
    if isinstance(found, HttpResponse):
        return found
    return render(request, "seeding/matching.html", _listed(request, draft, found))


def _listed(request: HttpRequest, draft: SeedDraft, found: Matching) -> dict[str, Any]:
    """What the page shows of the rows that the address asks for."""
    kind = _kind(request.GET.get("kind", ""))
    undecided = request.GET.get("left") == "1"
    narrowed = {"kind": kind.value if kind else "", "left": "1" if undecided else ""}
    page = found.page(kind=kind, undecided=undecided, number=request.GET.get("page", "1"))
    query = urlencode({name: value for name, value in narrowed.items() if value})
    return {
        "draft": draft,
        "matching": found,
        "page": page,
        "kind": kind,
        "undecided": undecided,
        "form": DecisionsForm(),
        "query": query,
        "back": urlencode({"page": page.number}) + (f"&{query}" if query else ""),
    }


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, draft_id: int, fingerprint: str) -> HttpResponse:
    """One row, for which a person chooses other partners."""
    draft, base = _draft_and_base(request, draft_id)
    if not draft.is_draft:
        return redirect("plans:seed_draft", draft_id)
    if wait := waiting(request, draft, with_matching=True):
        return wait
    found = _matching(request, draft, base)
    if isinstance(found, HttpResponse):
        return found
    row = found.find(fingerprint)
    if row is None:
        messages.error(request, _("This is not proposed any more; look at what is proposed now."))
        return redirect("plans:seed_matching", draft_id)
    choices = choices_for(found, row)
    query = request.POST.get("query", request.GET.get("query", ""))
    form = ChangeForm(initial=_initial(row), choices=choices)
    code = 200
    if request.method == "POST":
        form = ChangeForm(request.POST, choices=choices)
        code = INVALID
        if form.is_valid():
            try:
                kind = services.decide(
                    draft_id=draft_id,
                    by=current_user(request),
                    base_revision=base_revision(request),
                    earlier=form.earlier_references,
                    later=form.later_references,
                    reason=form.cleaned_data["reason"],
                )
            except InvalidError as refusal:
                form.add_error(refusal.field or None, str(refusal))
                code = refusal.status_code
            except RefusedError as refusal:
                return conflict(request, draft, refusal)
            else:
                messages.success(request, _("Decided: %(kind)s.") % {"kind": KIND_LABELS[kind]})
                return redirect(_here(draft, query))
    sides = [(form["earlier"], form["other_earlier"]), (form["later"], form["other_later"])]
    context: dict[str, Any] = {"draft": draft, "matching": found, "row": row, "form": form}
    context |= {"sides": sides, "query": query}
    return render(request, "seeding/matching_change.html", context, status=code)


def _draft_and_base(request: HttpRequest, draft_id: int) -> tuple[SeedDraft, PlanVersion]:
    """The draft, and the version that it follows. Raises Http404."""
    draft = draft_or_404(request, draft_id)
    if draft.base is None:
        raise Http404(_("This is the first version of its plan; there is nothing to match."))
    return draft, draft.base


def _matching(request: HttpRequest, draft: SeedDraft, base: PlanVersion) -> Matching | HttpResponse:
    """What became of every element, or a way to the page that says why nobody can tell."""
    try:
        return matching_of(draft, base)
    except (SourceError, CorrectionError) as error:
        return _unreadable(request, draft, error)


def _unreadable(request: HttpRequest, draft: SeedDraft, error: Exception) -> HttpResponse:
    messages.error(request, sentence(error))
    return redirect("plans:seed_draft", draft.pk)


def _done(request: HttpRequest, draft: SeedDraft) -> str:
    """Accept or withdraw what was asked for; a sentence that says what was done."""
    known: dict[str, Any] = {
        "draft_id": draft.pk,
        "by": current_user(request),
        "base_revision": base_revision(request),
    }
    if "withdraw" in request.POST:
        services.withdraw(**known, fingerprint=request.POST["withdraw"])
        return _("The decision is withdrawn; see what is proposed now.")
    if "file" in request.POST:
        return _replaced(request, known)
    reason = request.POST.get("reason", "")
    if request.POST.get("alike") in list(Alike):
        count = services.accept_alike(**known, alike=Alike(request.POST["alike"]), reason=reason)
    else:
        count = services.accept(**known, fingerprints=request.POST.getlist("accept"), reason=reason)
    return ngettext(
        "%(count)d proposal is accepted.", "%(count)d proposals are accepted.", count
    ) % {"count": count}


def _replaced(request: HttpRequest, known: dict[str, Any]) -> str:
    """Put the uploaded decisions in force. A sentence that says what was done."""
    form = DecisionsForm(request.POST, request.FILES)
    if not form.is_valid():
        raise InvalidError(" ".join(map(str, form.errors["decisions"])))
    try:
        stated = read_stated(form.cleaned_data["decisions"].read().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidError(_("This is no file of decisions: it is not UTF-8 text.")) from error
    except MatchingFileError as error:
        raise InvalidError(sentence(error)) from error
    count = services.replace_decisions(**known, stated=stated)
    return ngettext(
        "%(count)d decision from the file is in force.",
        "%(count)d decisions from the file are in force.",
        count,
    ) % {"count": count}


@administrator_required
@require_safe
def decisions(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The file of decisions, which this page takes again and so does ``seed_version``; with
    ``?proposed=1`` it holds what is proposed as well."""
    draft, base = _draft_and_base(request, draft_id)
    if wait := waiting(request, draft, with_matching=True):
        return wait
    found = _matching(request, draft, base)
    if isinstance(found, HttpResponse):
        return found
    text = decisions_file(found, proposed=request.GET.get("proposed") == "1")
    stem = draft.file_name.rpartition(".")[0] or draft.file_name
    return download(text.encode(), TOML, f"{stem}-matching.toml")


def _kind(text: str) -> LineageKind | None:
    return LineageKind(text) if text in list(LineageKind) else None


def _initial(row: DecidedRow) -> dict[str, Any]:
    """What the form says in the beginning: the row as it is."""
    return {
        "earlier": [element.reference for element in row.row.earlier],
        "later": [element.reference for element in row.row.later],
        "reason": row.decision.reason if row.decision else "",
    }


def _here(draft: SeedDraft, query: str, row: str = "") -> str:
    """The address of the list as it was, at the row that was dealt with."""
    address = reverse("plans:seed_matching", args=[draft.pk])
    asked = QueryDict(query[:_LONGEST_QUERY])
    listing = urlencode({name: asked[name] for name in ("page", "kind", "left") if name in asked})
    place = "" if parse_int(row) is None else f"#row-{row}"
    return f"{address}?{listing}{place}" if listing else f"{address}{place}"
