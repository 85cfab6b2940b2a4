"""A round from opening to closing, and after: the secretariat's pages but for clearing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from plans.exports.queries import cover_table
from plans.exports.services import report_formats
from plans.models import ReportingRound, StatusSnapshot
from plans.reports.writers import html
from plans.rounds.forms import (
    OpenRoundForm,
    ReopenStatusesForm,
    RoundCoverForms,
    RoundReasonForm,
)
from plans.rounds.queries.cockpit import (
    NAMED_AT_MOST,
    cockpit,
    find_managed_round,
    managed_rounds,
    newest_revisions,
    statuses_of,
    versions_to_open,
)
from plans.rounds.services import closing, opening
from plans.rounds.services import grouping as regrouping
from plans.statuses.queries.status import FoundStatus
from plans.statuses.services import notices
from plans.web.decorators import secretariat_required
from plans.web.forms import parse_ints
from plans.web.refusals import INVALID, InvalidError, StaleCoverError
from plans.web.shortcuts import Submission, current_user

Context = dict[str, Any]


@secretariat_required
@require_safe
def round_list(request: HttpRequest) -> HttpResponse:
    """Every round with its state, and the way to open one."""
    return render(
        request,
        "rounds/list.html",
        {
            "rounds": managed_rounds(request.user),
            "can_open": versions_to_open(request.user).exists(),
        },
    )


@secretariat_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_round(request: HttpRequest) -> HttpResponse:
    """Open a round."""
    versions = versions_to_open(request.user)
    form = OpenRoundForm(request.POST or None, versions=versions)
    submission = Submission(request, form)
    if submission.valid:
        with submission:
            opened = opening.open_round(by=current_user(request), **form.cleaned_data)
            messages.success(request, _("The round is open: %(label)s.") % {"label": opened.label})
            return redirect("plans:round", opened.pk)
    return render(
        request,
        "rounds/open.html",
        {"form": form, "can_open": versions.exists()},
        status=submission.status_code,
    )


@secretariat_required
@require_safe
def round_cockpit(request: HttpRequest, round_id: int) -> HttpResponse:
    """How far the reporting of a round has come."""
    round_ = managed_round_or_404(request, round_id)
    return render(
        request,
        "rounds/cockpit.html",
        {
            "round": round_,
            "version": round_.version,
            "cockpit": cockpit(round_),
            "today": timezone.localdate(),
            "formats": report_formats(),
            "named_at_most": NAMED_AT_MOST,
        },
    )


@secretariat_required
@require_http_methods(["GET", "HEAD", "POST"])
def round_cover(request: HttpRequest, round_id: int) -> HttpResponse:
    """The cover of a round, to be edited and looked at before it is saved."""
    round_ = managed_round_or_404(request, round_id)
    if request.method != "POST":
        return _cover_page(request, round_, RoundCoverForms.of_round(round_))
    forms = RoundCoverForms.sent(request.POST)
    base = request.POST.get("base", "")
    if row := request.POST.get("row"):
        return _cover_page(request, round_, forms.rearranged(row), base=base)
    if not forms.is_valid():
        return _cover_page(request, round_, forms, base=base, code=INVALID)
    if "preview" in request.POST:
        opening.lay_on_cover(round_, **forms.texts)
        return _cover_page(request, round_, forms, base=base, preview=_printed_cover(round_))
    submission = Submission(request)
    with submission:
        opening.edit_cover(
            round_id=round_id,
            by=current_user(request),
            reports_due_on=forms.reports_due_on,
            base=base,
            **forms.texts,
        )
        messages.success(request, _("The cover is saved."))
        return redirect("plans:round_cover", round_id)
    if isinstance(submission.refusal, StaleCoverError):
        # What the other person saved is shown beside the form; saving again is then deliberate.
        saved = managed_round_or_404(request, round_id)
        printed = _printed_cover(saved)
        return _cover_page(request, saved, forms, preview=printed, submission=submission)
    return _cover_page(request, round_, forms, base=base, submission=submission)


def _cover_page(
    request: HttpRequest,
    round_: ReportingRound,
    forms: RoundCoverForms,
    *,
    base: str | None = None,
    preview: SafeString | None = None,
    submission: Submission | None = None,
    code: int = 200,
) -> HttpResponse:
    """The page; ``submission`` is the refused one, if any.

    ``base`` is the fingerprint of the cover that the edit started from.
    """
    if preview is None and request.method != "POST":
        preview = _printed_cover(round_)
    return render(
        request,
        "rounds/cover.html",
        {
            "round": round_,
            "version": round_.version,
            "forms": forms,
            "base": opening.cover_fingerprint(round_) if base is None else base,
            "preview": preview,
            "refusal": submission.refusal if submission else None,
        },
        status=submission.status_code if submission else code,
    )


def _printed_cover(round_: ReportingRound) -> SafeString:
    # The report's own writer escapes every text that goes through it; its tests hold it to that.
    return mark_safe(html.cover(cover_table(round_)))  # noqa: S308


@secretariat_required
@require_http_methods(["GET", "HEAD", "POST"])
def close_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """What keeps a round from being closed, and closing it."""
    round_ = managed_round_or_404(request, round_id)
    if round_.is_closed and request.method != "POST":
        return redirect("plans:round", round_id)
    chosen = parse_ints(request.POST.getlist("not_reported"))
    submission = Submission(request)
    if submission.valid:
        with submission:
            record = closing.close_round(
                round_id=round_id, by=current_user(request), not_reported=chosen
            )
            messages.success(
                request,
                _("The round is closed. Its record has the SHA-256 %(sha256)s.")
                % {"sha256": record.sha256},
            )
            return redirect("plans:round", round_id)
    return render(
        request,
        "rounds/close.html",
        {
            "round": round_,
            "version": round_.version,
            "gaps": closing.gaps_of(round_),
            "warnings": closing.warnings_of(round_),
            "chosen": chosen,
            "refusal": submission.refusal,
            "open_states": (StatusSnapshot.State.DRAFT, StatusSnapshot.State.RETURNED),
        },
        status=submission.status_code,
    )


@secretariat_required
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, round_id: int) -> HttpResponse:
    """A closed round: reopen it, or single statuses for one unit; revoke that, or record it."""
    round_ = managed_round_or_404(request, round_id)
    action = request.POST.get("action", "") if request.method == "POST" else ""
    forms = {
        "round": RoundReasonForm(request.POST if action == "round" else None, prefix="round"),
        "statuses": ReopenStatusesForm(
            request.POST if action == "statuses" else None, prefix="statuses"
        ),
        "revoke": RoundReasonForm(request.POST if action == "revoke" else None, prefix="revoke"),
        "amend": RoundReasonForm(request.POST if action == "amend" else None, prefix="amend"),
    }
    chosen = parse_ints(request.POST.getlist("snapshot"))
    form = forms.get(action)
    submission = Submission(request, form)
    if submission.valid and form is not None:
        with submission:
            messages.success(request, _reopened(request, round_id, action, form, chosen))
            return redirect("plans:round", round_id)
    statuses = statuses_of(round_)
    return render(
        request,
        "rounds/reopen.html",
        {
            "round": round_,
            "version": round_.version,
            "forms": forms,
            "chosen": chosen,
            "locked": [found for found in statuses if not found.snapshot.reopened_for_id],
            "reopened": [found for found in statuses if found.snapshot.reopened_for_id],
        },
        # Without a form it was no button of the page that was sent.
        status=INVALID if submission.valid and form is None else submission.status_code,
    )


def _reopened(
    request: HttpRequest,
    round_id: int,
    action: str,
    form: RoundReasonForm,
    chosen: Collection[int],
) -> str:
    """Do what one of the page's forms says. Returns a sentence that says what was done."""
    by, reason = current_user(request), form.cleaned_data["reason"]
    if action == "round":
        closing.reopen_round(round_id=round_id, by=by, reason=reason)
        return _("The round is open again. Its record stays.")
    if action == "amend":
        record = closing.amend_record(round_id=round_id, by=by, reason=reason)
        return _("Record %(number)d is in force. It has the SHA-256 %(sha256)s.") % {
            "number": record.number,
            "sha256": record.sha256,
        }
    if action == "revoke":
        count = closing.revoke_reopening(
            round_id=round_id, snapshot_ids=chosen, by=by, reason=reason
        )
        return ngettext(
            "%(count)d status is again as the record has it.",
            "%(count)d statuses are again as the record has them.",
            count,
        ) % {"count": count}
    unit = form.cleaned_data["unit"]
    count = closing.reopen_statuses(
        round_id=round_id, snapshot_ids=chosen, unit=unit, by=by, reason=reason
    )
    for revision in newest_revisions(chosen):
        notices.notify_returned(revision)
    return ngettext(
        "%(count)d status is reopened for %(unit)s.",
        "%(count)d statuses are reopened for %(unit)s.",
        count,
    ) % {"count": count, "unit": unit.name}


@secretariat_required
@require_http_methods(["GET", "HEAD", "POST"])
def grouping(request: HttpRequest, round_id: int) -> HttpResponse:
    """Which elements share a status: split and join them."""
    round_ = managed_round_or_404(request, round_id)
    statuses = statuses_of(round_)
    submission = Submission(request)
    if submission.valid:
        with submission:
            messages.success(request, _regrouped(request, round_, statuses))
            return redirect("plans:round_grouping", round_id)
    return render(
        request,
        "rounds/grouping.html",
        {
            "round": round_,
            "version": round_.version,
            "statuses": statuses,
            "uncovered": regrouping.uncovered(round_),
            "joined": parse_ints(request.POST.getlist("join")),
            "split": parse_ints(request.POST.getlist("element")),
            "refusal": submission.refusal,
        },
        status=submission.status_code,
    )


def _regrouped(
    request: HttpRequest, round_: ReportingRound, statuses: Collection[FoundStatus]
) -> str:
    """Do what the page's buttons say. Returns a sentence that says what was done."""
    by = current_user(request)
    if "cover" in request.POST:
        count = regrouping.cover_elements(round_id=round_.pk, by=by)
        return ngettext(
            "%(count)d element has a status of its own now.",
            "%(count)d elements have a status of their own now.",
            count,
        ) % {"count": count}
    of_round = {found.snapshot.pk for found in statuses}
    if "split" in request.POST:
        which = parse_ints([request.POST["split"]])
        found = next((found for found in statuses if found.snapshot.pk in which), None)
        if found is None:
            raise InvalidError(_("There is no such status in this round."))
        elements = parse_ints(request.POST.getlist("element"))
        regrouping.split_status(
            snapshot_id=found.snapshot.pk,
            element_ids=elements & {element.pk for element in found.elements},
            by=by,
        )
        return _("The chosen elements have a status of their own now.")
    joined = regrouping.join_statuses(
        snapshot_ids=parse_ints(request.POST.getlist("join")) & of_round, by=by
    )
    return _("They share status no. %(ordinal)d now.") % {"ordinal": joined.ordinal}


def managed_round_or_404(request: HttpRequest, round_id: int) -> ReportingRound:
    """The round with its version and plan. Raises Http404 when it is not there for the person."""
    found = find_managed_round(request.user, round_id)
    if found is None:
        raise Http404(_("There is no such reporting round."))
    return found
