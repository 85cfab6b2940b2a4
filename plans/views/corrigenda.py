"""Issuing a corrigendum to the wording of a version."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from plans import selectors
from plans.forms.corrigendum import CorrigendumForm
from plans.models import ActionElement
from plans.selectors.corrigenda import AmendableText, amendable_texts
from plans.services.errors import InvalidError, RefusedError, StaleDraftError
from plans.services.seeding.corrigenda import amend_text
from plans.views.found import version_or_404
from plans.views.keepers import INVALID, code_of
from plans.views.seeders import seeders_only
from plans.views.who import signed_in


@seeders_only
@require_http_methods(["GET", "HEAD", "POST"])
def corrigendum(request: HttpRequest, plan: str, version: str, reference: str) -> HttpResponse:
    """Change one text of an issue or element, with the reason why."""
    found = version_or_404(request, plan, version)
    item = selectors.find_item(found, reference)
    if item is None:
        raise Http404(_("There is no issue and no action element of this reference."))
    texts = amendable_texts(item)
    text = _chosen(texts, request.POST.get("text") or request.GET.get("text", ""))
    form = CorrigendumForm(words=text.words)
    code = 200
    if request.method == "POST":
        form = CorrigendumForm(request.POST, words=text.words)
        code = INVALID
        if form.is_valid():
            try:
                amend_text(
                    version=found,
                    at=text.at,
                    field=text.field,
                    by=signed_in(request),
                    **form.cleaned_data,
                )
            except StaleDraftError as refusal:
                # The words now stand above the form; sending it again is then deliberate.
                form.data = {**request.POST.dict(), "seen": text.words}
                form.add_error(None, str(refusal))
                code = code_of(refusal)
            except RefusedError as refusal:
                field = refusal.field if isinstance(refusal, InvalidError) else ""
                form.add_error(field or None, str(refusal))
                code = code_of(refusal)
            else:
                messages.success(request, _("The corrigendum is issued."))
                return redirect(item)
    return render(
        request,
        "plans/corrigendum.html",
        {
            "version": found,
            "item": item,
            "issue": item.issue if isinstance(item, ActionElement) else item,
            "texts": texts,
            "text": text,
            "form": form,
        },
        status=code,
    )


def _chosen(texts: Sequence[AmendableText], name: str) -> AmendableText:
    return next((text for text in texts if text.name == name), texts[0])
