"""Fetching the round that an address names, or answering that it is not there."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from plans.models import ReportingRound
from plans.rounds.queries.cockpit import find_kept_round


def kept_round_or_404(request: HttpRequest, round_id: int) -> ReportingRound:
    """The round with its version and plan. Raises Http404 when it is not there for the person."""
    found = find_kept_round(request.user, round_id)
    if found is None:
        raise Http404(_("There is no such reporting round."))
    return found
