"""The review of a draft: its document on the left, the outline on the right, every correction as
an edit operation.

Nothing of the page is kept but the steps: which blocks are chosen and what is to be done with
them stands in the address, so that each link works without scripts and the back key undoes a
choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from plans.models import SeedDraft, SeedStep
from plans.reading.corrections import CorrectionError
from plans.reading.review import Section
from plans.reading.source_table import SourceError
from plans.seeding.forms.review import FORMS
from plans.seeding.forms.steps import OPERATION_LABELS, ChosenPieces, StepForm
from plans.seeding.queries.drafts import ReviewPage, review_page
from plans.seeding.services import drafts
from plans.seeding.views.common import (
    administrator_required,
    base_revision,
    draft_or_404,
    sentence,
    waiting,
)
from plans.web.forms import parse_int
from plans.web.recovery import typed_fields
from plans.web.refusals import INVALID, InvalidError, RefusedError, StaleDraftError
from plans.web.shortcuts import current_user

FINDINGS_AT_MOST = 40
STEPS_AT_MOST = 60
CHOSEN_AT_MOST = 60
SECTIONS_AROUND = 8


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, draft_id: int) -> HttpResponse:
    """One section of the document, its outline, what is left to do, and the steps so far.

    ``?section=`` is the section to look at, ``?block=`` (any number of them) what was chosen,
    ``?op=`` what is to be done with it.
    """
    draft = draft_or_404(request, draft_id)
    if wait := waiting(request, draft):
        return wait
    found = _opened(request, draft)
    if isinstance(found, HttpResponse):
        return found
    if request.method != "POST":
        return _page(request, found, _choice(request.GET, found))
    choice = _choice(request.POST, found)
    action = request.POST.get("action", "")
    try:
        if action in FORMS:
            return _stepped(request, found, choice, FORMS[action])
        where = _changed(request, found, action)
    except RefusedError as refusal:
        # What came in between is on the page that is opened now.
        anew = _opened(request, draft_or_404(request, draft_id))
        if isinstance(anew, HttpResponse):
            return anew
        return _page(request, anew, _choice(request.POST, anew), refusal=refusal)
    return redirect(_address(draft_id, section=choice.section, blocks=[where] if where else []))


@dataclass(frozen=True, slots=True)
class InBetween:
    """What happened to a draft since a person saw it: the steps that came, each
    with the block that it is about, and whether the
    last step that they saw was undone."""

    steps: Sequence[tuple[SeedStep, str]]
    undone: bool


def _opened(request: HttpRequest, draft: SeedDraft) -> ReviewPage | HttpResponse:
    """The draft under review, or a page that says why its document cannot be read."""
    try:
        return review_page(draft)
    except (SourceError, CorrectionError) as error:
        return render(
            request,
            "seeding/review_unreadable.html",
            {"draft": draft, "error": sentence(error)},
            status=INVALID,
        )


def _choice(data: Any, found: ReviewPage) -> ChosenPieces:
    """What was chosen, and the section to look at: the one asked for, or that of the choice, or
    that of the first thing to look at."""
    review = found.review
    pieces = tuple(review.chosen(data.getlist("block")[:CHOSEN_AT_MOST]))
    asked = parse_int(data.get("section", ""))
    if asked is not None:
        section = min(asked, len(review.sections) - 1)
    elif pieces:
        section = review.section_of(pieces[-1].piece.id)
    elif review.findings:
        section = review.findings[0].section
    else:
        section = min(1, len(review.sections) - 1)
    return ChosenPieces(review, pieces, section)


def _stepped(
    request: HttpRequest, found: ReviewPage, choice: ChosenPieces, kind: type[StepForm]
) -> HttpResponse:
    """Take a step, or show the form again with what was typed."""
    if not choice.pieces:
        raise InvalidError(_("The block that you chose is no longer there. Choose again."))
    if kind.op not in choice.operations():
        return _page(
            request,
            found,
            choice,
            refusal=InvalidError(_("This cannot be done with what is chosen.")),
        )
    form = kind(request.POST, choice=choice)
    if not form.is_valid():
        return _page(request, found, choice, form=form, code=INVALID)
    try:
        step = drafts.add_step(
            draft_id=found.draft.pk,
            by=current_user(request),
            base_revision=form.cleaned_data["base_revision"],
            operation=form.operation,
        )
    except StaleDraftError as refusal:
        return _stale(request, found.draft.pk, kind, refusal)
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, choice, form=form, code=refusal.status_code)
    messages.success(
        request,
        _("Step %(number)d is saved: %(what)s.")
        % {"number": step.number, "what": OPERATION_LABELS[kind.op][0]},
    )
    return redirect(_address(found.draft.pk, section=choice.section, blocks=form.goes_on()))


def _stale(
    request: HttpRequest, draft_id: int, kind: type[StepForm], refusal: StaleDraftError
) -> HttpResponse:
    """The draft as it is now, what came in between, and the form with what was typed."""
    anew = _opened(request, draft_or_404(request, draft_id))
    if isinstance(anew, HttpResponse):
        return anew
    choice = _choice(request.POST, anew)
    form: StepForm | None = None
    if choice.pieces and anew.draft.is_draft and kind.op in choice.operations():
        data = request.POST.copy()
        # Saving again is deliberate: the person has been shown what came in between.
        data["base_revision"] = str(anew.draft.revision)
        form = kind(data, choice=choice)
    return _page(request, anew, choice, form=form, refusal=refusal)


def _changed(request: HttpRequest, found: ReviewPage, action: str) -> str:
    """Undo, redo, or go to a step. Returns the block that it was about, "" for none."""
    known: dict[str, Any] = {
        "draft_id": found.draft.pk,
        "by": current_user(request),
        "base_revision": base_revision(request),
    }
    if action == "undo":
        operation = drafts.undo(**known)
        messages.success(request, _("Undone: step %(number)d.") % {"number": operation.number})
    elif action == "redo":
        operation = drafts.redo(**known)
        messages.success(request, _("Done again: step %(number)d.") % {"number": operation.number})
    else:
        wanted = parse_int(request.POST.get("position", ""))
        if action != "go_to" or wanted is None:
            raise InvalidError(_("Choose what is to be done."))
        drafts.go_to(**known, position=wanted)
        messages.success(request, _("Steps in force: %(number)s.") % {"number": wanted})
        return ""
    return block_of(operation.item())


def _page(
    request: HttpRequest,
    found: ReviewPage,
    choice: ChosenPieces,
    *,
    form: StepForm | None = None,
    refusal: RefusedError | None = None,
    code: int = 200,
) -> HttpResponse:
    review = found.review
    operations = choice.operations() if found.draft.is_draft else []
    if form is None and operations:
        asked = request.POST.get("action") or request.GET.get("op", "")
        op = asked if asked in operations else operations[0]
        form = FORMS[op](choice=choice, revision=found.draft.revision)
    place = choice.pieces[-1].piece.id if choice.pieces else ""
    before, after = review.neighbours(place, choice.section)
    first = max(
        0,
        next((i for i, f in enumerate(review.listed) if f.section >= choice.section), 0)
        - FINDINGS_AT_MOST // 4,
    )
    in_between = None
    if isinstance(refusal, StaleDraftError):
        last = parse_int(request.POST.get("seen", "")) or 0
        since = [(step, block_of(step.operation)) for step in found.since(last)]
        in_between = InBetween(since, not found.is_in_force(last))
    return render(
        request,
        "seeding/review.html",
        {
            "draft": found.draft,
            "page": found,
            "choice": choice,
            "chosen": set(choice.ids),
            "source": review.source(choice.section),
            "columns": review.columns(choice.section),
            "tree": review.tree(choice.section),
            "section": review.sections[choice.section],
            "sections": _sections(found, choice),
            "before": before,
            "after": after,
            "findings": review.listed[first : first + FINDINGS_AT_MOST],
            "findings_before": first,
            "findings_after": max(0, len(review.listed) - first - FINDINGS_AT_MOST),
            "steps": [
                (step, block_of(step.operation)) for step in reversed(found.steps[-STEPS_AT_MOST:])
            ],
            "undone": found.undone[:STEPS_AT_MOST],
            "form": form,
            "operations": [(name, *OPERATION_LABELS[name]) for name in OPERATION_LABELS],
            "able": operations,
            "refusal": refusal,
            "in_between": in_between,
            "typed": typed_fields(request) if refusal is not None and form is None else [],
            "language": found.draft.head.get("language") or "en",
        },
        status=code if refusal is None else refusal.status_code,
    )


@dataclass(frozen=True, slots=True)
class PartSections:
    """The sections of one Part. ``shown`` are, for the Part that is looked at, those around the
    section; None stands where some are left out. For any other Part it is the first."""

    part: str
    shown: Sequence[Section | None]
    findings: int
    open: bool


def _sections(found: ReviewPage, choice: ChosenPieces) -> list[PartSections]:
    parts: dict[str, list[Section]] = {}
    for section in found.review.sections:
        parts.setdefault(section.part, []).append(section)
    here = found.review.sections[choice.section]
    return [
        PartSections(
            part=part,
            shown=_around(inside, here) if part == here.part else inside[:1],
            findings=sum(one.findings for one in inside),
            open=part == here.part or len(inside) == 1,
        )
        for part, inside in parts.items()
    ]


def _around(sections: Sequence[Section], here: Section) -> list[Section | None]:
    """The first and the last of ``sections``, and those around ``here``."""
    shown: list[Section | None] = []
    for index, section in enumerate(sections):
        at_end = index in (0, len(sections) - 1)
        if at_end or abs(section.number - here.number) <= SECTIONS_AROUND:
            shown.append(section)
        elif shown[-1] is not None:
            shown.append(None)
    return shown


def block_of(operation: dict[str, Any]) -> str:
    """The block that an operation is about, "" when it names none."""
    named = operation.get("block") or operation.get("blocks") or operation.get("id") or ""
    return str(named[0] if isinstance(named, list | tuple) else named)


def _address(draft_id: int, *, section: int, blocks: Sequence[str]) -> str:
    query = urlencode([("section", section), *(("block", block) for block in blocks)])
    return f"{reverse('plans:seed_review', args=[draft_id])}?{query}"
