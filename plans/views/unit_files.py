"""A unit's rows of an open round as files: to be sent out, and uploaded when they come back."""

from __future__ import annotations

from importlib import import_module

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plans import rules
from plans.models import ReportingRound
from plans.reports.writers import FORMATS, WriterError
from plans.selectors.unit_rows import find_shared_round, find_unit_rows, handled_units
from plans.views.gate import only_for


def shared_round_or_404(request: HttpRequest, round_id: int) -> ReportingRound:
    """The round, if the person handles the rows of any unit. Raises Http404 otherwise."""
    found = find_shared_round(request.user, round_id)
    if found is None:
        raise Http404(_("There is no such reporting round, or no unit of yours reports in it."))
    return found


@only_for(rules.reports)
@require_safe
def unit_files(request: HttpRequest, round_id: int) -> HttpResponse:
    """The units whose rows the person may send out."""
    round_ = shared_round_or_404(request, round_id)
    return render(
        request,
        "plans/unit_files.html",
        {
            "round": round_,
            "version": round_.version,
            "units": handled_units(request.user, round_),
            "keeps_rounds": rules.keeps_rounds(request.user),
        },
    )


@only_for(rules.reports)
@require_safe
def unit_rows(request: HttpRequest, round_id: int, unit: str, kind: str) -> HttpResponse:
    """The rows of one unit as DOCX or XLSX."""
    round_ = shared_round_or_404(request, round_id)
    if round_.is_closed:
        raise Http404(_("This round is closed; there is nothing left to fill in."))
    found = find_unit_rows(request.user, round_, unit)
    if found is None:
        raise Http404(_("No such unit of yours reports in this round."))
    try:
        content = import_module(f"plans.returned.{kind}").write(found.sheet)
    except WriterError as error:
        messages.error(
            request,
            _("The rows fit no %(format)s file (%(error)s). Choose the other format.")
            % {"format": FORMATS[kind].label, "error": error},
        )
        return redirect("plans:unit_files", round_id)
    answer = HttpResponse(content, content_type=FORMATS[kind].content_type)
    name = f"{found.unit.slug}-{round_.as_at.isoformat()}.{kind}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
