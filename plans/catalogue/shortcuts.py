"""Fetching what an address names, or answering that it is not there."""

from __future__ import annotations

from datetime import date
from typing import NoReturn

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from plans.catalogue.queries.versions import (
    ReportHead,
    find_plan,
    find_report,
    find_round,
    find_version,
)
from plans.models import PlanVersion, ReportingRound
from plans.web.labels import day


def version_or_404(request: HttpRequest, plan: str, version: str) -> PlanVersion:
    """The version, with its plan. Raises Http404 that says what of the address is not there."""
    found = find_version(request.user, plan, version)
    if found is not None:
        return found
    if find_plan(request.user, plan) is None:
        raise Http404(_("There is no plan “%(plan)s”.") % {"plan": plan})
    raise Http404(_("This plan has no version “%(version)s”.") % {"version": version})


def round_or_404(request: HttpRequest, plan: str, version: str, as_at: date) -> ReportingRound:
    """The round, with its version and plan. Raises Http404 as ``version_or_404`` does."""
    found = find_round(request.user, plan, version, as_at)
    return found if found is not None else _no_report(request, plan, version, as_at)


def report_or_404(request: HttpRequest, plan: str, version: str, as_at: date) -> ReportHead:
    """What identifies the report now. Raises Http404 as ``version_or_404`` does."""
    found = find_report(request.user, plan, version, as_at)
    return found if found is not None else _no_report(request, plan, version, as_at)


def _no_report(request: HttpRequest, plan: str, version: str, as_at: date) -> NoReturn:
    version_or_404(request, plan, version)
    raise Http404(_("There is no progress report as at %(day)s.") % {"day": day(as_at)})
