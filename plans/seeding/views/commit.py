"""The last step of seeding: what will be made, making it, publishing it; and corrigenda to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from plans.catalogue.queries.items import AmendableText, amendable_texts, find_item
from plans.models import ActionElement
from plans.seeding.forms.drafts import CommitForm, CorrigendumForm, TakeBackForm
from plans.seeding.queries.drafts import is_long
from plans.seeding.services import commit as services
from plans.seeding.services import publish as taking_back
from plans.seeding.services.publish import amend_text, publish_version
from plans.seeding.views.common import (
    administrator_required,
    base_revision,
    conflict,
    draft_or_404,
    refused_job,
    sentence,
    waiting,
)
from plans.web.refusals import INVALID, InvalidError, RefusedError, StaleDraftError
from plans.web.shortcuts import current_user, version_or_404


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def commit(request: HttpRequest, draft_id: int) -> HttpResponse:
    """What will be made of a draft, what stands in the way, and making it; a long one by a job.

    ``?refused=`` names a job that did not make it: the form is shown as it was, with the reason.
    """
    draft = draft_or_404(request, draft_id)
    form = CommitForm()
    code = 200
    if request.method == "POST":
        form = CommitForm(request.POST)
        known: dict[str, Any] = {
            "draft_id": draft_id,
            "by": current_user(request),
            "base_revision": base_revision(request),
            "anomalies_seen": form.is_valid() and form.cleaned_data["anomalies_seen"],
        }
        try:
            if is_long(draft):
                return redirect("plans:job", services.request_commit(**known).pk)
            version = services.commit_draft(**known)
        except InvalidError as refusal:
            form.add_error(refusal.field or None, str(refusal))
            code = refusal.status_code
        except RefusedError as refusal:
            return conflict(request, draft_or_404(request, draft_id), refusal)
        else:
            messages.success(
                request,
                _(
                    "The version %(symbol)s is made. Only administrators see it until it is "
                    "published."
                )
                % {"symbol": version.symbol},
            )
            return redirect("plans:seed_draft", draft_id)
    elif (refused := refused_job(request, "seed_commit")) and (
        refused.arguments["draft"] == draft_id
    ):
        form = CommitForm({"anomalies_seen": refused.arguments["anomalies_seen"]})
        form.add_error(None, refused.failure_message)
    if not draft.is_draft:
        return redirect("plans:seed_draft", draft_id)
    if wait := waiting(request, draft, with_matching=True):
        return wait
    try:
        run = services.dry_run(draft)
    except RefusedError as error:
        messages.error(request, sentence(error))
        return redirect("plans:seed_draft", draft_id)
    context = {"draft": draft, "run": run, "form": form, "is_long": is_long(draft)}
    return render(request, "seeding/commit.html", context, status=code)


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Publish the version that was made of a draft, after asking."""
    draft = draft_or_404(request, draft_id)
    if draft.version is None:
        messages.warning(request, _("No version has been made of this document yet."))
        return redirect("plans:seed_draft", draft_id)
    if request.method == "POST":
        try:
            version = publish_version(version_id=draft.version.pk, by=current_user(request))
        except RefusedError as refusal:
            return conflict(request, draft, refusal)
        messages.success(request, _("The version is published. Everybody can read it now."))
        return redirect(version)
    return render(request, "seeding/publish.html", {"draft": draft, "version": draft.version})


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Take back the version that was made of a draft, after asking why."""
    draft = draft_or_404(request, draft_id)
    if draft.version is None:
        messages.warning(request, _("No version has been made of this document yet."))
        return redirect("plans:seed_draft", draft_id)
    form = TakeBackForm()
    code = 200
    if request.method == "POST":
        form = TakeBackForm(request.POST)
        code = INVALID
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                taking_back.take_back(
                    version_id=draft.version.pk, by=current_user(request), reason=reason
                )
            except InvalidError as refusal:
                form.add_error(refusal.field or None, str(refusal))
            except RefusedError as refusal:
                return conflict(request, draft, refusal)
            else:
                messages.success(
                    request, _("The version is taken back. Fix its document and commit it again.")
                )
                return redirect("plans:seed_draft", draft_id)
    context = {
        "draft": draft,
        "version": draft.version,
        "form": form,
        "obstacle": taking_back.obstacle(draft.version),
    }
    return render(request, "seeding/take_back.html", context, status=code)


# -- Corrigenda -----------------------------------------------------------------------------------


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def corrigendum(request: HttpRequest, plan: str, version: str, reference: str) -> HttpResponse:
    """Change one text of an issue or element, with the reason why."""
    found = version_or_404(request, plan, version)
    item = find_item(found, reference)
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
                    by=current_user(request),
                    **form.cleaned_data,
                )
            except StaleDraftError as refusal:
                # The words now stand above the form; sending it again is then deliberate.
                form.data = {**request.POST.dict(), "seen": text.words}
                form.add_error(None, str(refusal))
                code = refusal.status_code
            except RefusedError as refusal:
                field = refusal.field if isinstance(refusal, InvalidError) else ""
                form.add_error(field or None, str(refusal))
                code = refusal.status_code
            else:
                messages.success(request, _("The corrigendum is issued."))
                return redirect(item)
    return render(
        request,
        "seeding/corrigendum.html",
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
