"""A unit's rows of an open round as files: sent out, uploaded when they come back, and applied."""

from __future__ import annotations

from importlib import import_module

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from plans import permissions
from plans.models import ReportingRound, ReturnedFile
from plans.reports.writers import FORMATS, WriterError
from plans.rounds.forms import chosen_revisions
from plans.statuses.services import notices
from plans.unit_files import services
from plans.unit_files.queries import (
    FileReview,
    exchangeable_units,
    find_returned_file,
    find_shared_round,
    find_unit_rows,
    returned_files,
    review,
)
from plans.unit_files.reading import MAX_BYTES
from plans.unit_files.services import FaultyFileError, NotAppliedError
from plans.web.decorators import role_required
from plans.web.refusals import InvalidError
from plans.web.shortcuts import Submission, current_user

APPLIED_SHOWN = 20
"""How many of the files that were applied the page names."""


def shared_round_or_404(request: HttpRequest, round_id: int) -> ReportingRound:
    """The round, if the person handles the rows of any unit. Raises Http404 otherwise."""
    round_ = find_shared_round(request.user, round_id)
    if round_ is None:
        raise Http404(_("There is no such reporting round, or no unit of yours reports in it."))
    return round_


@role_required(permissions.can_report)
@require_http_methods(["GET", "HEAD", "POST"])
def unit_files(request: HttpRequest, round_id: int) -> HttpResponse:
    """The files to send out, and those that came back. POST uploads one."""
    round_ = shared_round_or_404(request, round_id)
    submission = Submission(request)
    if submission.valid:
        with submission:
            return redirect(_received(request, round_))
    refusal = submission.refusal
    files = returned_files(request.user, round_)
    state = ReturnedFile.State
    return render(
        request,
        "unit_files/unit_files.html",
        {
            "round": round_,
            "version": round_.version,
            "units": exchangeable_units(request.user, round_),
            "pending": list(files.filter(state=state.PENDING).defer("content", "rows")),
            "applied": list(
                files.filter(state=state.APPLIED)
                .defer("content", "rows")
                .order_by("-applied_at")[:APPLIED_SHOWN]
            ),
            "is_secretariat": permissions.is_secretariat(request.user),
            "refusal": refusal,
            "faults": refusal.faults if isinstance(refusal, FaultyFileError) else (),
            "max_megabytes": MAX_BYTES // 1_000_000,
        },
        status=submission.status_code,
    )


def _received(request: HttpRequest, round_: ReportingRound) -> ReturnedFile:
    """Keep the file that was sent. Raises RefusedError."""
    sent = request.FILES.getlist("file")
    if not sent:
        raise InvalidError(_("Choose the file that came back."), field="file")
    if len(sent) > 1:
        raise InvalidError(_("Upload one file at a time."), field="file")
    (upload,) = sent
    if (upload.size or 0) > MAX_BYTES:
        # Nothing that large is read, not even to see what it is.
        raise InvalidError(
            _("The file is larger than %(size)d MB; the rows of a unit take far less.")
            % {"size": MAX_BYTES // 1_000_000},
            field="file",
        )
    return services.receive(
        round_id=round_.pk, by=current_user(request), name=upload.name or "", content=upload.read()
    )


@role_required(permissions.can_report)
@require_safe
def unit_rows(request: HttpRequest, round_id: int, unit: str, kind: str) -> HttpResponse:
    """The rows of one unit as DOCX or XLSX."""
    round_ = shared_round_or_404(request, round_id)
    if round_.is_closed:
        raise Http404(_("This round is closed; there is nothing left to fill in."))
    rows = find_unit_rows(request.user, round_, unit)
    if rows is None:
        raise Http404(_("No such unit of yours reports in this round."))
    try:
        content = import_module(f"plans.unit_files.{kind}").write(rows.sheet)
    except WriterError as error:
        messages.error(
            request,
            _("The rows fit no %(format)s file (%(error)s). Choose the other format.")
            % {"format": FORMATS[kind].label, "error": error},
        )
        return redirect("plans:unit_files", round_id)
    answer = HttpResponse(content, content_type=FORMATS[kind].content_type)
    name = f"{rows.unit.slug}-{round_.as_at.isoformat()}.{kind}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@role_required(permissions.can_report)
@require_http_methods(["GET", "HEAD", "POST"])
def returned_file(request: HttpRequest, round_id: int, file_id: int) -> HttpResponse:
    """What a file would change, row by row. POST applies the chosen rows, or throws it away."""
    round_ = shared_round_or_404(request, round_id)
    file = find_returned_file(request.user, round_, file_id)
    if file is None:
        raise Http404(_("There is no such file, or it was discarded."))
    if file.state != ReturnedFile.State.PENDING:
        messages.info(request, _("“%(name)s” has been applied already.") % {"name": file.name})
        return redirect("plans:unit_files", round_id)
    discards = request.POST.get("action") == "discard"
    asked = request.method == "POST" and not discards
    chosen = chosen_revisions(request.POST.getlist("row")) if asked else None
    submission = Submission(request)
    if submission.valid:
        with submission:
            if discards:
                services.discard(file_id=file.pk, by=current_user(request))
                messages.success(request, _("“%(name)s” was discarded.") % {"name": file.name})
            else:
                _apply(request, file, chosen or {})
            return redirect("plans:unit_files", round_id)
    refusal = submission.refusal
    shown = review(request.user, file)
    return render(
        request,
        "unit_files/returned_file.html",
        {
            "file": file,
            "round": file.round,
            "version": file.round.version,
            "review": shown,
            "ticked": _ticked(shown, chosen),
            "is_secretariat": permissions.is_secretariat(request.user),
            "refusal": refusal,
            "refusals": refusal.refusals if isinstance(refusal, NotAppliedError) else {},
        },
        status=submission.status_code,
    )


def _apply(request: HttpRequest, file: ReturnedFile, accepted: dict[int, int]) -> None:
    """Save the accepted rows, and say what was saved. Raises RefusedError."""
    submit = request.POST.get("action") == "submit"
    revisions = services.apply(
        file_id=file.pk, by=current_user(request), accepted=accepted, submit=submit
    )
    reachable = notices.notify_entered_from_file(file, revisions)
    count = len(revisions)
    saved = (
        ngettext(
            "%(count)d status was submitted from “%(name)s”.",
            "%(count)d statuses were submitted from “%(name)s”.",
            count,
        )
        if submit
        else ngettext(
            "%(count)d status was saved as a draft from “%(name)s”.",
            "%(count)d statuses were saved as drafts from “%(name)s”.",
            count,
        )
    )
    messages.success(request, saved % {"count": count, "name": file.name})
    if permissions.is_secretariat(request.user):
        notice = (
            _("%(unit)s is told by e-mail.")
            if reachable
            else _("Nobody of %(unit)s has an e-mail address here: tell them what you entered.")
        )
        messages.info(request, notice % {"unit": file.unit.name})


def _ticked(shown: FileReview, chosen: dict[int, int] | None) -> set[int]:
    """The rows that are ticked: those that the person ticked and that are still what they saw.

    At first all that changed, and no conflict.
    """
    if chosen is None:
        return {row.ordinal for row in shown.changed}
    return {row.ordinal for row in shown.rows if chosen.get(row.ordinal) == row.revision}
