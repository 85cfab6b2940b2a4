"""Clearing: submitted texts one after the other, or several as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from plans.models import StatusRevision, StatusSnapshot
from plans.rounds.forms import ClearForm, ReturnForm, chosen_revisions
from plans.rounds.queries.clearing import clearance, queue, queue_place
from plans.rounds.views.rounds import managed_round_or_404
from plans.statuses.queries.status import FoundStatus, find_status, previous_status
from plans.statuses.services import notices
from plans.statuses.services import workflow as statuses
from plans.text import prose
from plans.web.decorators import secretariat_required
from plans.web.refusals import InvalidError, RefusedError, StaleRevisionError
from plans.web.shortcuts import Submission, current_user

_RETURNABLE = (StatusSnapshot.State.SUBMITTED, StatusSnapshot.State.CLEARED)


@secretariat_required
@require_http_methods(["GET", "HEAD", "POST"])
def clearing_queue(request: HttpRequest, round_id: int) -> HttpResponse:
    """What waits for clearance. POST clears the chosen ones as they stand."""
    round_ = managed_round_or_404(request, round_id)
    chosen = chosen_revisions(request.POST.getlist("status"))
    submission = Submission(request)
    if submission.valid:
        with submission:
            if not chosen:
                raise InvalidError(_("Choose one status at least."))
            cleared = statuses.clear_unedited(
                snapshot_ids=chosen.keys(),
                round_id=round_id,
                by=current_user(request),
                base_revisions=chosen,
            )
            _say_cleared(request, cleared, passed_over=len(chosen) - cleared)
            return redirect("plans:clearing", round_id)
    return render(
        request,
        "rounds/clearing.html",
        {
            "round": round_,
            "version": round_.version,
            "queue": queue(round_),
            "chosen": chosen,
            "all_chosen": request.GET.get("choose") == "all",
            "refusal": submission.refusal,
        },
        status=submission.status_code,
    )


def _say_cleared(request: HttpRequest, cleared: int, *, passed_over: int) -> None:
    if cleared:
        messages.success(
            request,
            ngettext("%(count)d status is cleared.", "%(count)d statuses are cleared.", cleared)
            % {"count": cleared},
        )
    if passed_over:
        messages.warning(
            request,
            ngettext(
                "%(count)d was left: it changed since you opened the page.",
                "%(count)d were left: they changed since you opened the page.",
                passed_over,
            )
            % {"count": passed_over},
        )


@secretariat_required
@require_http_methods(["GET", "HEAD", "POST"])
def clearing_status(request: HttpRequest, round_id: int, ordinal: int) -> HttpResponse:
    """One text: cleared as it is or edited, or returned with a comment."""
    found = find_status(request.user, round_id, ordinal)
    if found is None:
        raise Http404(_("There is no such status in this round."))
    if request.method != "POST":
        return _page(request, found)
    if request.POST.get("action") == "return":
        return _returned(request, found)
    return _cleared(request, found)


def _cleared(request: HttpRequest, found: FoundStatus) -> HttpResponse:
    form = ClearForm(request.POST)
    submission = Submission(request, form)
    if submission.valid:
        with submission:
            statuses.clear_status(
                snapshot_id=found.snapshot.pk,
                by=current_user(request),
                base_revision=form.cleaned_data["base_revision"],
                text=form.cleaned_data["text"],
                category=form.cleaned_data["category"],
            )
            messages.success(request, _("%(what)s: cleared.") % {"what": found.subject})
            return _onward(request, found)
    if submission.refusal is None or isinstance(submission.refusal, InvalidError):
        return _page(request, found, clear=form, code=submission.status_code)
    return _overtaken(request, found, submission.refusal, typed=form.typed, form=form)


def _returned(request: HttpRequest, found: FoundStatus) -> HttpResponse:
    form = ReturnForm(request.POST)
    submission = Submission(request, form)
    if submission.valid:
        with submission:
            revision = statuses.return_status(
                snapshot_id=found.snapshot.pk,
                by=current_user(request),
                base_revision=form.cleaned_data["base_revision"],
                comment=form.cleaned_data["comment"],
            )
            message = (
                _("%(what)s: returned; whoever answers for it is told by e-mail.")
                if notices.notify_returned(revision)
                else _(
                    "%(what)s: returned. Nobody who answers for it has an e-mail address here: "
                    "tell them."
                )
            )
            messages.success(request, message % {"what": found.subject})
            return _onward(request, found)
    if submission.refusal is None or isinstance(submission.refusal, InvalidError):
        return _page(request, found, send_back=form, code=submission.status_code)
    return _overtaken(request, found, submission.refusal, typed=str(form["comment"].value()))


def _onward(request: HttpRequest, found: FoundStatus) -> HttpResponse:
    """To the next text that waits, from the last one back to the first; or else to the queue."""
    round_ = found.snapshot.round
    place = queue_place(round_, found.snapshot)
    following = place.next if place.next is not None else place.first
    if following is None:
        return redirect("plans:clearing", round_.pk)
    return redirect("plans:clearing_status", round_.pk, following)


def _overtaken(
    request: HttpRequest,
    found: FoundStatus,
    refusal: RefusedError,
    *,
    typed: str,
    form: ClearForm | None = None,
) -> HttpResponse:
    """Somebody changed it in between: its text now, beside what was typed."""
    now = find_status(request.user, found.snapshot.round_id, found.snapshot.ordinal)
    if now is None:
        raise Http404(_("There is no such status in this round."))
    merge = None
    waits = now.snapshot.state == StatusSnapshot.State.SUBMITTED
    if form is not None and waits:
        # The form goes on from the newest revision; the person merges by hand what they typed.
        merge = ClearForm(initial=_initial(now.snapshot))
    return render(
        request,
        "rounds/clearing_conflict.html",
        {
            "found": now,
            "snapshot": now.snapshot,
            "round": now.snapshot.round,
            "version": now.snapshot.round.version,
            "newest": now.snapshot.newest_revision(),
            "mine": prose.clean(typed) if form is not None else typed,
            "compares": form is not None,
            "form": merge,
            "message": str(refusal),
            "overwritten": isinstance(refusal, StaleRevisionError),
        },
        status=refusal.status_code,
    )


def _initial(snapshot: StatusSnapshot) -> Mapping[str, Any]:
    return {
        "text": snapshot.text,
        "category": snapshot.category,
        "base_revision": snapshot.revision,
    }


def _page(
    request: HttpRequest,
    found: FoundStatus,
    *,
    clear: ClearForm | None = None,
    send_back: ReturnForm | None = None,
    code: int = 200,
) -> HttpResponse:
    """The page of one text, with the forms that could not be taken, if any."""
    snapshot = found.snapshot
    round_ = snapshot.round
    cleared = clearance(found)
    return render(
        request,
        "rounds/clearing_status.html",
        {
            "found": found,
            "snapshot": snapshot,
            "round": round_,
            "version": round_.version,
            "place": queue_place(round_, snapshot),
            "clearance": cleared,
            "edited_words": _edited_words(cleared.submitted, cleared.cleared),
            "before": previous_status(snapshot),
            "clear": clear or ClearForm(initial=_initial(snapshot)),
            "send_back": send_back or ReturnForm(initial={"base_revision": snapshot.revision}),
            "returnable": snapshot.state in _RETURNABLE and not snapshot.is_locked,
        },
        status=code,
    )


def _edited_words(
    submitted: StatusRevision | None, cleared: StatusRevision | None
) -> tuple[str, str] | None:
    """The words handed in and the words cleared, where both are there and are not the same."""
    if submitted is None or cleared is None or submitted.text == cleared.text:
        return None
    return submitted.text, cleared.text
