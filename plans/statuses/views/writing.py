"""The page on which a status is written: its form, and what the form's buttons do."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
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
from plans.statuses.queries.status import (
    FoundStatus,
    StatusPage,
    answering_units,
    find_status,
    may_edit,
    may_see_history,
    revision_history,
    status_page,
)
from plans.statuses.services.autosave import (
    discard_working_copy,
    others_present,
    store_working_copy,
    touch_presence,
)
from plans.statuses.services.notices import notify_entered_on_behalf
from plans.statuses.services.workflow import (
    MAX_NARRATIVE,
    reaffirm_status,
    save_status,
    withdraw_status,
)
from plans.statuses.views.sign_in import sign_in_first
from plans.text import prose
from plans.text.categories import Category
from plans.web.forms import parse_int
from plans.web.recovery import recover_input
from plans.web.refusals import (
    CONFLICT,
    FORBIDDEN,
    INVALID,
    NotAllowedError,
    RefusedError,
    RoundClosedError,
    StaleRevisionError,
    WrongStateError,
)
from plans.web.shortcuts import NEXT_FIELD, Submission, current_user, next_url

_NOT_THERE = gettext_lazy("There is no such status, or it is another unit's.")
_WRITABLE = (StatusSnapshot.State.DRAFT, StatusSnapshot.State.RETURNED)


def written_cell(text: str) -> SafeString:
    """The inside of the status's cell, made by the writer of the report from the cleaned text.

    The writer escapes every text that goes through it, and its own tests hold it to that.
    """
    return mark_safe(html.status_words(prose.clean(text)))  # noqa: S308


def status_or_404(request: HttpRequest, round_id: int, ordinal: int) -> FoundStatus:
    """The status, if the person may see it. Raises Http404 otherwise."""
    found = find_status(request.user, round_id, ordinal)
    if found is None:
        raise Http404(_NOT_THERE)
    return found


def _units_of(request: HttpRequest, found: FoundStatus) -> list[Unit]:
    """Those on whose behalf the person may enter it: the secretariat for any that answers."""
    return found.answering if permissions.is_secretariat(request.user) else []


# -- Pages ----------------------------------------------------------------------------------------


def _edit_page(
    request: HttpRequest,
    found: FoundStatus,
    form: StatusForm,
    *,
    code: int = 200,
    page: StatusPage | None = None,
    preview: bool = False,
    refusal: str = "",
) -> HttpResponse:
    """The edit page with ``form`` in it."""
    snapshot = found.snapshot
    if request.method != "HEAD":
        touch_presence(snapshot_id=snapshot.pk, by=current_user(request))
    writable = snapshot.state in _WRITABLE
    text = form.typed if form.is_bound else form.initial["text"]
    context = {
        "page": page or status_page(request.user, found),
        "found": found,
        "snapshot": snapshot,
        "round": snapshot.round,
        "version": snapshot.round.version,
        "form": form,
        "writable": writable,
        "present": others_present(snapshot_id=snapshot.pk, but=current_user(request)),
        "next": next_url(request),
        "cell": written_cell(text if writable else snapshot.printed_text),
        "previewed": preview,
        "refusal": refusal,
        "limit": MAX_NARRATIVE,
    }
    return render(request, "statuses/edit.html", context, status=code)


def _recovered(request: HttpRequest, round_id: int, ordinal: int, message: str) -> HttpResponse:
    """The text of somebody without the right to the status, perhaps since they began to type."""
    if find_status(request.user, round_id, ordinal) is None:
        return recover_input(request, _NOT_THERE, code=404)
    return recover_input(request, message, code=FORBIDDEN)


def _refused(
    request: HttpRequest, round_id: int, ordinal: int, form: StatusForm, refusal: RefusedError
) -> HttpResponse:
    """The page that says why a change was refused, with the text that was typed."""
    if isinstance(refusal, NotAllowedError):
        return _recovered(request, round_id, ordinal, str(refusal))
    if isinstance(refusal, RoundClosedError):
        return recover_input(request, str(refusal), code=CONFLICT)
    if not isinstance(refusal, (StaleRevisionError, WrongStateError)):
        return _invalid(request, round_id, ordinal, form)
    # Somebody saved, submitted or cleared it in between.
    found = status_or_404(request, round_id, ordinal)
    if prose.clean(form.typed) in ("", found.snapshot.text):
        fresh = StatusForm(initial=initial_of(found.snapshot), units=_units_of(request, found))
        return _edit_page(request, found, fresh, code=CONFLICT, refusal=str(refusal))
    newest = refusal.newest if isinstance(refusal, StaleRevisionError) else None
    return _conflict_page(request, found, form, str(refusal), code=CONFLICT, newest=newest)


def _invalid(request: HttpRequest, round_id: int, ordinal: int, form: StatusForm) -> HttpResponse:
    """The page with what is wrong in ``form``; with both texts where nobody knows what it is
    based on."""
    found = status_or_404(request, round_id, ordinal)
    if not may_edit(request.user, found):
        raise PermissionDenied
    if form.base_is_unknown:
        return _conflict_page(
            request,
            found,
            form,
            _("It cannot be told from which revision you started, so nothing was saved."),
            code=INVALID,
        )
    return _edit_page(request, found, form, code=INVALID)


def _conflict_page(
    request: HttpRequest,
    found: FoundStatus,
    form: StatusForm,
    message: str,
    *,
    code: int,
    newest: StatusRevision | None = None,
    mine_first: bool = False,
) -> HttpResponse:
    """Both texts, marked up, and a form to merge them that starts from the newest revision.

    What the person typed becomes their working copy besides. ``newest`` is the last revision,
    where it was read already. With ``mine_first`` the form starts from their text.
    """
    snapshot = found.snapshot
    if not may_edit(request.user, found):
        raise PermissionDenied
    if newest is None or newest.number != snapshot.revision:
        newest = snapshot.newest_revision()
    _store_typed(request, snapshot, form, newest)
    initial = {
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
        "newest": newest,
        "mine": form.typed,
        "mine_category": _known_category(form),
        "mine_first": mine_first,
        "form": StatusForm(initial=initial, units=_units_of(request, found)),
        "writable": snapshot.state in _WRITABLE,
        "message": message,
        "next": next_url(request),
    }
    return render(request, "statuses/conflict.html", context, status=code)


def _known_category(form: StatusForm) -> str:
    """The category that was sent, "" when there is none of that name."""
    sent = str(form.data.get("category", ""))
    return sent if sent in {category.value for category in Category} else ""


def _store_typed(
    request: HttpRequest,
    snapshot: StatusSnapshot,
    form: StatusForm,
    newest: StatusRevision | None,
) -> None:
    base = parse_int(form.data.get("base_revision", ""), most=snapshot.revision)
    if len(form.typed.replace("\r\n", "\n")) > MAX_NARRATIVE:
        # It cannot be saved as it is; the page itself holds the text.
        return
    store_working_copy(
        snapshot=snapshot,
        by=current_user(request),
        base_revision=base or 0,
        category=_known_category(form) or Category.NOT_REPORTED.value,
        text=form.typed,
        newest=newest,
    )


# -- Actions --------------------------------------------------------------------------------------

Change = Callable[[User, int, StatusForm], StatusRevision]


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
    found = status_or_404(request, round_id, ordinal)
    if not may_edit(request.user, found):
        if may_see_history(request.user, found):
            return redirect("plans:status_history", round_id, ordinal)
        raise PermissionDenied
    page = status_page(request.user, found)
    form = StatusForm(
        initial=initial_of(found.snapshot, page.copy), units=_units_of(request, found)
    )
    return _edit_page(request, found, form, page=page)


def _changed(request: HttpRequest, round_id: int, ordinal: int, action: str) -> HttpResponse:
    """Save, submit, reaffirm or withdraw, and go back; or say why not, with the text."""
    change = _CHANGES.get(action)
    key = StatusSnapshot.objects.key_of(round_id, ordinal)
    if key is None or not permissions.can_report(request.user):
        return _recovered(request, round_id, ordinal, _("You cannot write statuses."))
    units = answering_units(key) if permissions.is_secretariat(request.user) else ()
    form = StatusForm(request.POST, units=units)
    if action == "withdraw":
        form.fields.pop("on_behalf_of", None)
    if change is None:
        form.add_error(None, _("This page does not know what to do with that. Use its buttons."))
    submission = Submission(request, form)
    if change is not None and submission.valid:
        with submission:
            revision = change(current_user(request), key, form)
            _report(request, revision, form)
            return _onward(request, round_id, ordinal, action)
    if submission.refusal is not None:
        return _refused(request, round_id, ordinal, form, submission.refusal)
    return _invalid(request, round_id, ordinal, form)


def _save(by: User, key: int, form: StatusForm, *, submit: bool = False) -> StatusRevision:
    return save_status(
        snapshot_id=key,
        by=by,
        text=form.cleaned_data["text"],
        category=form.cleaned_data["category"],
        base_revision=form.cleaned_data["base_revision"],
        on_behalf_of=form.unit,
        submit=submit,
    )


def _submit(by: User, key: int, form: StatusForm) -> StatusRevision:
    return _save(by, key, form, submit=True)


def _reaffirm(by: User, key: int, form: StatusForm) -> StatusRevision:
    return reaffirm_status(
        snapshot_id=key,
        by=by,
        base_revision=form.cleaned_data["base_revision"],
        on_behalf_of=form.unit,
    )


def _withdraw(by: User, key: int, form: StatusForm) -> StatusRevision:
    return withdraw_status(snapshot_id=key, by=by, base_revision=form.cleaned_data["base_revision"])


_CHANGES: dict[str, Change] = {
    "save": _save,
    "submit": _submit,
    "next": _save,
    "submit_next": _submit,
    "reaffirm": _reaffirm,
    "withdraw": _withdraw,
}


_REPORTS = {
    StatusRevision.Action.SAVED: gettext_lazy("%(what)s: saved as a draft."),
    StatusRevision.Action.SUBMITTED: gettext_lazy("%(what)s: submitted to the secretariat."),
    StatusRevision.Action.REAFFIRMED: gettext_lazy(
        "%(what)s: no change since the last report; submitted."
    ),
    StatusRevision.Action.WITHDRAWN: gettext_lazy("%(what)s: withdrawn; it is a draft again."),
}


def _report(request: HttpRequest, revision: StatusRevision, form: StatusForm) -> None:
    """Tell the person what was done, and the unit in whose name it was."""
    action = StatusRevision.Action(revision.action)
    messages.success(request, _REPORTS[action] % {"what": revision.snapshot.subject})
    if action in (StatusRevision.Action.SAVED, StatusRevision.Action.SUBMITTED):
        for remark in _remarks(form.typed):
            messages.warning(request, remark)
    if revision.on_behalf_of_id is not None:
        notify_entered_on_behalf(revision)


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
    # It is an address; ``redirect`` would first look for a page of that name.
    return HttpResponseRedirect(back)


def _shown_again(request: HttpRequest, round_id: int, ordinal: int, action: str) -> HttpResponse:
    """The form once more, nothing saved: with its preview, or with one's own text to merge."""
    found = status_or_404(request, round_id, ordinal)
    if not may_edit(request.user, found):
        return recover_input(request, _("This status cannot be changed."), code=CONFLICT)
    form = StatusForm(request.POST, units=_units_of(request, found))
    if action == "mine":
        return _conflict_page(
            request,
            found,
            form,
            _("Your text is in the field. Nothing has been saved yet."),
            code=200,
            mine_first=True,
        )
    if form.base_is_unknown:
        return _invalid(request, round_id, ordinal, form)
    return _edit_page(request, found, form, preview=True)


def _discarded(request: HttpRequest, round_id: int, ordinal: int) -> HttpResponse:
    found = status_or_404(request, round_id, ordinal)
    if discard_working_copy(snapshot_id=found.snapshot.pk, by=current_user(request)):
        messages.success(request, _("Your unsaved text was discarded."))
    address = reverse("plans:status", args=[round_id, ordinal])
    return redirect(f"{address}?{urlencode({NEXT_FIELD: next_url(request)})}")


@never_cache
@require_safe
def history(request: HttpRequest, round_id: int, ordinal: int) -> HttpResponse:
    """Every revision of a status: who, when, what, and the difference from the one before."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found = status_or_404(request, round_id, ordinal)
    if not may_see_history(request.user, found):
        raise PermissionDenied
    return render(
        request,
        "statuses/history.html",
        {
            "found": found,
            "snapshot": found.snapshot,
            "round": found.snapshot.round,
            "version": found.snapshot.round.version,
            "entries": revision_history(found),
            "editable": may_edit(request.user, found),
        },
    )
