"""Answers for what is not there."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404
from django.utils.translation import gettext as _

from plans.catalogue.queries.versions import find_plan, find_version
from plans.models import Plan, PlanVersion

_PLACE = re.compile(r"/plans/([-\w]+)(?:/([-\w]+))?", re.ASCII)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The 404 page: what was not found, and the nearest page above it that is there."""
    message = str(exception.args[0]) if exception.args and _speaks(exception) else ""
    return render(
        request,
        "404.html",
        {
            "message": message or _("There is no page at this address."),
            "back": _nearest(request),
        },
        status=404,
    )


def _speaks(exception: Exception) -> bool:
    # The resolver's own exception carries its attempts, not a sentence for people.
    return isinstance(exception, Http404) and not isinstance(exception, Resolver404)


def _nearest(request: HttpRequest) -> Plan | PlanVersion | None:
    """The version or else the plan that the address begins with, if the person may see it."""
    place = _PLACE.match(request.path_info)
    if place is None or not hasattr(request, "user"):
        return None
    plan, version = place.groups()
    found = find_version(request.user, plan, version) if version else None
    return found or find_plan(request.user, plan)
