"""Writing a status: what its page does, and what happens when its form is sent."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from plans import prose, rules
from plans.forms.status import StatusForm, initial_of
from plans.models import StatusRevision
from plans.selectors import editing as selectors
from plans.selectors.editing import StatusKey
from plans.services import drafts, notices, statuses
from plans.services.errors import (
    RefusedError,
)
from plans.views.editing_pages import (
    conflict_page,
    edit_page,
    found_or_404,
    invalid,
    not_theirs,
    refused,
    units_of,
)
from plans.views.going_back import FIELD, way_back
from plans.views.kept_text import give_back, sign_in_first
from plans.views.who import signed_in

Change = Callable[[User, StatusKey, StatusForm], StatusRevision]


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, round_id: int, ordinal: int) -> HttpResponse:
    """The page on which one status is written; POST does what its buttons say."""
    if not request.user.is_authenticated:
        if request.method == "POST":
            return sign_in_first(request, round_id, ordinal)
        return redirect_to_login(request.get_full_path())
    if request.method != "POST":
        return _opened(request, round_id, ordinal)
    action = request.POST.get("action", "save")
    if action in ("preview", "mine"):
        return _shown_again(request, round_id, ordinal, action)
    if action == "discard":
        return _discarded(request, round_id, ordinal)
    return _changed(request, round_id, ordinal, action)


def _opened(request: HttpRequest, round_id: int, ordinal: int) -> HttpResponse:
    found = found_or_404(request, round_id, ordinal)
    if not selectors.may_edit(request.user, found):
        if selectors.may_see_history(request.user, found):
            return redirect("plans:status_history", round_id, ordinal)
        raise PermissionDenied
    page = selectors.status_page(request.user, found)
    form = StatusForm(initial=initial_of(found.snapshot, page.copy), units=units_of(request, found))
    return edit_page(request, found, form, page=page)


def _changed(request: HttpRequest, round_id: int, ordinal: int, action: str) -> HttpResponse:
    """Save, submit, reaffirm or withdraw, and go back; or say why not, with the text."""
    change = _CHANGES.get(action)
    key = selectors.status_key(round_id, ordinal)
    if key is None or not rules.reports(request.user):
        return not_theirs(request, round_id, ordinal, _("You cannot write statuses."))
    keeps = rules.keeps_rounds(request.user)
    form = StatusForm(
        request.POST, units=selectors.answering_units(key.snapshot_id) if keeps else ()
    )
    if action == "withdraw" and "on_behalf_of" in form.fields:
        del form.fields["on_behalf_of"]
    if change is None:
        form.add_error(None, _("This page does not know what to do with that. Use its buttons."))
    if change is None or not form.is_valid():
        return invalid(request, round_id, ordinal, form)
    try:
        revision = change(signed_in(request), key, form)
    except RefusedError as refusal:
        return refused(request, round_id, ordinal, form, refusal)
    _tell(request, revision, key.subject, form)
    return _onward(request, round_id, ordinal, action)


def _save(by: User, key: StatusKey, form: StatusForm, *, submit: bool = False) -> StatusRevision:
    return statuses.save_status(
        snapshot_id=key.snapshot_id,
        by=by,
        text=form.cleaned_data["text"],
        category=form.cleaned_data["category"],
        base_revision=form.cleaned_data["base_revision"],
        on_behalf_of=form.unit,
        submit=submit,
    )


def _submit(by: User, key: StatusKey, form: StatusForm) -> StatusRevision:
    return _save(by, key, form, submit=True)


def _reaffirm(by: User, key: StatusKey, form: StatusForm) -> StatusRevision:
    return statuses.reaffirm_status(
        snapshot_id=key.snapshot_id,
        by=by,
        base_revision=form.cleaned_data["base_revision"],
        on_behalf_of=form.unit,
    )


def _withdraw(by: User, key: StatusKey, form: StatusForm) -> StatusRevision:
    return statuses.withdraw_status(
        snapshot_id=key.snapshot_id, by=by, base_revision=form.cleaned_data["base_revision"]
    )


_CHANGES: dict[str, Change] = {
    "save": _save,
    "submit": _submit,
    "next": _save,
    "submit_next": _submit,
    "reaffirm": _reaffirm,
    "withdraw": _withdraw,
}


def _tell(request: HttpRequest, revision: StatusRevision, subject: str, form: StatusForm) -> None:
    """Say what was done, and tell the unit in whose name it was."""
    said = {
        StatusRevision.Action.SAVED: _("%(what)s: saved as a draft."),
        StatusRevision.Action.SUBMITTED: _("%(what)s: submitted to the secretariat."),
        StatusRevision.Action.REAFFIRMED: _(
            "%(what)s: no change since the last report; submitted."
        ),
        StatusRevision.Action.WITHDRAWN: _("%(what)s: withdrawn; it is a draft again."),
    }[StatusRevision.Action(revision.action)]
    messages.success(request, said % {"what": subject})
    if revision.action in (StatusRevision.Action.SAVED, StatusRevision.Action.SUBMITTED):
        for remark in _remarks(form.typed):
            messages.warning(request, remark)
    if revision.on_behalf_of_id is not None:
        notices.tell_entered_on_behalf(revision)


def _remarks(typed: str) -> list[str]:
    """What somebody should know about how their text was taken."""
    remarks = []
    if lost := prose.unprintable(typed):
        remarks.append(
            ngettext(
                "%(count)d character that cannot be printed was left out.",
                "%(count)d characters that cannot be printed were left out.",
                lost,
            )
            % {"count": lost}
        )
    if "</" in typed:
        remarks.append(_("The text has HTML in it, which is printed as it stands, with its tags."))
    return remarks


def _onward(request: HttpRequest, round_id: int, ordinal: int, action: str) -> HttpResponse:
    back = way_back(request)
    if action in ("next", "submit_next"):
        worklist, _mark, query = back.partition("?")
        address = reverse("plans:worklist_go_on", args=[round_id, ordinal])
        if worklist == reverse("plans:worklist") and query:
            address = f"{address}?{query}"
        return redirect(address)
    if action == "withdraw":
        address = reverse("plans:status", args=[round_id, ordinal])
        return redirect(f"{address}?{urlencode({FIELD: back})}")
    return redirect(back)


def _shown_again(request: HttpRequest, round_id: int, ordinal: int, action: str) -> HttpResponse:
    """The form once more, nothing saved: with its preview, or with one's own text to merge."""
    found = found_or_404(request, round_id, ordinal)
    if not selectors.may_edit(request.user, found):
        return give_back(request, _("This status cannot be changed."), code=409)
    form = StatusForm(request.POST, units=units_of(request, found))
    if action == "mine":
        return conflict_page(
            request,
            round_id,
            ordinal,
            form,
            _("Your text is in the field. Nothing has been saved yet."),
            code=200,
            mine_first=True,
        )
    if form.base_is_unknown:
        return invalid(request, round_id, ordinal, form)
    return edit_page(request, found, form, preview=True)


def _discarded(request: HttpRequest, round_id: int, ordinal: int) -> HttpResponse:
    found = found_or_404(request, round_id, ordinal)
    if drafts.discard_working_copy(snapshot_id=found.snapshot.pk, by=signed_in(request)):
        messages.success(request, _("Your unsaved text was thrown away."))
    address = reverse("plans:status", args=[round_id, ordinal])
    return redirect(f"{address}?{urlencode({FIELD: way_back(request)})}")


@never_cache
@require_safe
def history(request: HttpRequest, round_id: int, ordinal: int) -> HttpResponse:
    """Every revision of a status: who, when, what, and the difference from the one before."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found = found_or_404(request, round_id, ordinal)
    if not selectors.may_see_history(request.user, found):
        raise PermissionDenied
    return render(
        request,
        "plans/status_history.html",
        {
            "found": found,
            "snapshot": found.snapshot,
            "round": found.snapshot.round,
            "version": found.snapshot.round.version,
            "entries": selectors.history(found),
            "editable": selectors.may_edit(request.user, found),
        },
    )
