"""The plans, and the overview of one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plans import selectors
from plans.forms.compare import CompareForm
from plans.views.downloads import downloads


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every plan, with the state of its current version."""
    return render(request, "plans/index.html", {"plans": selectors.plan_summaries(request.user)})


@require_safe
def plan(request: HttpRequest, plan: str) -> HttpResponse:
    """The overview of a plan's current version."""
    overview = selectors.plan_overview(request.user, plan)
    if overview is None:
        raise Http404(_("There is no plan “%(plan)s”.") % {"plan": plan})
    context = {"overview": overview, "formats": downloads()}
    context["compare_form"] = CompareForm(overview.rounds)
    return render(request, "plans/plan.html", context)
