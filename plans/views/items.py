"""One issue, or one action element."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plans import selectors
from plans.models import ActionElement
from plans.selectors.corrigenda import corrigenda_of
from plans.views.found import version_or_404


@require_safe
def item(request: HttpRequest, plan: str, version: str, reference: str) -> HttpResponse:
    """The page of the issue or element that bears ``reference``."""
    found = version_or_404(request, plan, version)
    thing = selectors.find_item(found, reference)
    if thing is None:
        raise Http404(
            _("%(version)s has no issue and no action element “%(reference)s”.")
            % {"version": found.symbol, "reference": reference}
        )
    context: dict[str, Any] = {"corrigenda": corrigenda_of(thing)}
    if isinstance(thing, ActionElement):
        context["page"] = selectors.element_page(request.user, thing)
        return render(request, "plans/element.html", context)
    context["page"] = selectors.issue_page(request.user, thing)
    return render(request, "plans/issue.html", context)
