"""Writing a status: what its page does, and what happens when its form is sent."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from plans import permissions
from plans.models import StatusRevision, StatusSnapshot, Unit
from plans.reports.writers import html
from plans.statuses.forms import StatusForm, initial_of
from plans.statuses.queries import status as selectors
from plans.statuses.queries.status import FoundStatus, StatusKey
from plans.statuses.services import autosave as drafts
from plans.statuses.services import notices
from plans.statuses.services import workflow as statuses
from plans.statuses.services.checks import MAX_NARRATIVE
from plans.statuses.views.sign_in import sign_in_first
from plans.text import prose
from plans.text.categories import Category
from plans.web.forms import parse_int
from plans.web.recovery import recover_input
from plans.web.refusals import (
    InvalidError,
    NotAllowedError,
    RefusedError,
    RoundClosedError,
    StaleRevisionError,
    WrongStateError,
)
from plans.web.shortcuts import NEXT_FIELD, current_user, next_url

# -- The cell of a status as it will be printed ---------------------------------------------------


def written_cell(text: str) -> SafeString:
    """The inside of the status's cell, made by the writer of the report from the cleaned text.

    The writer escapes every text that goes through it, and its own tests hold it to that.
    """
    return mark_safe(html.status_words(prose.clean(text)))  # noqa: S308


# -- The pages of a status that is being written: its form, and why a change was refused ----------
# Whatever is refused, the text that was typed is given back.


_NOT_THERE = gettext_lazy("There is no such status, or it is another unit's.")


def found_or_404(request: HttpRequest, round_id: int, ordinal: int) -> FoundStatus:
    """The status, if the person may see it. Raises Http404 otherwise."""
    found = selectors.find_status(request.user, round_id, ordinal)
    if found is None:
        raise Http404(_NOT_THERE)
    return found


def units_of(request: HttpRequest, found: FoundStatus) -> list[Unit]:
    """Those on whose behalf the person may enter it: the secretariat for any that answers."""
    return found.answering if permissions.is_secretariat(request.user) else []


def edit_page(
    request: HttpRequest,
    found: FoundStatus,
    form: StatusForm,
    *,
    code: int = 200,
    page: selectors.StatusPage | None = None,
    preview: bool = False,
    refusal: str = "",
) -> HttpResponse:
    """The edit page with ``form`` in it."""
    if request.method != "HEAD":
        drafts.touch_presence(snapshot_id=found.snapshot.pk, by=current_user(request))
    writable = found.snapshot.state in (
        StatusSnapshot.State.DRAFT,
        StatusSnapshot.State.RETURNED,
    )
    text = form.typed if form.is_bound else form.initial["text"]
    context = {
        "page": page or selectors.status_page(request.user, found),
        "found": found,
        "snapshot": found.snapshot,
        "round": found.snapshot.round,
        "version": found.snapshot.round.version,
        "form": form,
        "writable": writable,
        "present": drafts.others_present(snapshot_id=found.snapshot.pk, but=current_user(request)),
        "next": next_url(request),
        "cell": written_cell(text if writable else found.snapshot.printed_text),
        "previewed": preview,
        "refusal": refusal,
        "limit": MAX_NARRATIVE,
    }
    return render(request, "statuses/edit.html", context, status=code)


def not_theirs(request: HttpRequest, round_id: int, ordinal: int, message: str) -> HttpResponse:
    """For somebody without the right, perhaps since they began to type: their text back."""
    if selectors.find_status(request.user, round_id, ordinal) is None:
        return recover_input(request, _NOT_THERE, code=404)
    return recover_input(request, message, code=403)


def refused(
    request: HttpRequest,
    round_id: int,
    ordinal: int,
    form: StatusForm,
    refusal: RefusedError,
) -> HttpResponse:
    """The page that says why a change was refused, and gives the text back."""
    if isinstance(refusal, NotAllowedError):
        return not_theirs(request, round_id, ordinal, str(refusal))
    if isinstance(refusal, RoundClosedError):
        return recover_input(request, str(refusal), code=409)
    if isinstance(refusal, (StaleRevisionError, WrongStateError)):
        return _overtaken(request, round_id, ordinal, form, refusal)
    field = refusal.field if isinstance(refusal, InvalidError) else ""
    form.add_error(field if field in form.fields else None, str(refusal))
    return invalid(request, round_id, ordinal, form)


def invalid(request: HttpRequest, round_id: int, ordinal: int, form: StatusForm) -> HttpResponse:
    """The page with what is wrong in ``form``; with both texts where nobody knows what it is
    based on."""
    found = found_or_404(request, round_id, ordinal)
    if not selectors.may_edit(request.user, found):
        raise PermissionDenied
    if form.base_is_unknown:
        return conflict_page(
            request,
            round_id,
            ordinal,
            form,
            _("It cannot be told from which revision you started, so nothing was saved."),
            code=422,
        )
    return edit_page(request, found, form, code=422)


def _overtaken(
    request: HttpRequest,
    round_id: int,
    ordinal: int,
    form: StatusForm,
    refusal: StaleRevisionError | WrongStateError,
) -> HttpResponse:
    """Somebody saved, submitted or cleared it in between. What was typed is shown beside that."""
    found = found_or_404(request, round_id, ordinal)
    if prose.clean(form.typed) in ("", found.snapshot.text):
        fresh = StatusForm(initial=initial_of(found.snapshot), units=units_of(request, found))
        return edit_page(request, found, fresh, code=409, refusal=str(refusal))
    return conflict_page(request, round_id, ordinal, form, str(refusal), code=409)


def conflict_page(
    request: HttpRequest,
    round_id: int,
    ordinal: int,
    form: StatusForm,
    message: str,
    *,
    code: int,
    mine_first: bool = False,
) -> HttpResponse:
    """Both texts, marked up, and a form to merge them that starts from the newest revision.

    What the person typed is kept as their working copy besides. With ``mine_first`` the form
    starts from their text.
    """
    found = found_or_404(request, round_id, ordinal)
    snapshot = found.snapshot
    if not selectors.may_edit(request.user, found):
        raise PermissionDenied
    _keep(request, snapshot, form)
    starting = {
        "text": form.typed if mine_first else snapshot.text,
        "category": _known_category(form) if mine_first else initial_of(snapshot)["category"],
        "base_revision": snapshot.revision,
        "on_behalf_of": form.data.get("on_behalf_of", ""),
    }
    context = {
        "found": found,
        "snapshot": snapshot,
        "round": snapshot.round,
        "version": snapshot.round.version,
        "newest": selectors.newest_revision(snapshot),
        "mine": form.typed,
        "mine_category": _known_category(form),
        "mine_first": mine_first,
        "form": StatusForm(initial=starting, units=units_of(request, found)),
        "writable": snapshot.state in (StatusSnapshot.State.DRAFT, StatusSnapshot.State.RETURNED),
        "message": message,
        "next": next_url(request),
    }
    return render(request, "statuses/conflict.html", context, status=code)


def _known_category(form: StatusForm) -> str:
    """The category that was sent, "" when there is none of that name."""
    sent = str(form.data.get("category", ""))
    return sent if sent in {category.value for category in Category} else ""


def _keep(request: HttpRequest, snapshot: StatusSnapshot, form: StatusForm) -> None:
    base = parse_int(form.data.get("base_revision", ""), most=snapshot.revision)
    try:
        drafts.autosave(
            snapshot_id=snapshot.pk,
            by=current_user(request),
            base_revision=base or 0,
            category=_known_category(form) or Category.NOT_REPORTED.value,
            text=form.typed,
        )
    except RefusedError:
        # The page itself holds the text; a copy that cannot be kept is no reason to fail.
        return


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
    if key is None or not permissions.can_report(request.user):
        return not_theirs(request, round_id, ordinal, _("You cannot write statuses."))
    keeps = permissions.is_secretariat(request.user)
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
        revision = change(current_user(request), key, form)
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
    back = next_url(request)
    if action in ("next", "submit_next"):
        worklist, _mark, query = back.partition("?")
        address = reverse("plans:worklist_go_on", args=[round_id, ordinal])
        if worklist == reverse("plans:worklist") and query:
            address = f"{address}?{query}"
        return redirect(address)
    if action == "withdraw":
        address = reverse("plans:status", args=[round_id, ordinal])
        return redirect(f"{address}?{urlencode({NEXT_FIELD: back})}")
    return redirect(back)


def _shown_again(request: HttpRequest, round_id: int, ordinal: int, action: str) -> HttpResponse:
    """The form once more, nothing saved: with its preview, or with one's own text to merge."""
    found = found_or_404(request, round_id, ordinal)
    if not selectors.may_edit(request.user, found):
        return recover_input(request, _("This status cannot be changed."), code=409)
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
    if drafts.discard_working_copy(snapshot_id=found.snapshot.pk, by=current_user(request)):
        messages.success(request, _("Your unsaved text was thrown away."))
    address = reverse("plans:status", args=[round_id, ordinal])
    return redirect(f"{address}?{urlencode({NEXT_FIELD: next_url(request)})}")


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
        "statuses/history.html",
        {
            "found": found,
            "snapshot": found.snapshot,
            "round": found.snapshot.round,
            "version": found.snapshot.round.version,
            "entries": selectors.history(found),
            "editable": selectors.may_edit(request.user, found),
        },
    )
