"""The pages of a status that is being written: its form, and why a change was refused.

Whatever is refused, the text that was typed is given back.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans import prose, rules
from plans.categories import Category
from plans.forms.status import StatusForm, initial_of
from plans.models import StatusSnapshot, Unit
from plans.selectors import editing as selectors
from plans.selectors.editing import FoundStatus
from plans.services import drafts
from plans.services.errors import (
    InvalidError,
    NotAllowedError,
    RefusedError,
    RoundClosedError,
    StaleRevisionError,
    WrongStateError,
)
from plans.services.status_checks import MAX_NARRATIVE
from plans.views.going_back import way_back
from plans.views.kept_text import give_back
from plans.views.who import signed_in
from plans.views.written_cell import written_cell

_NOT_THERE = gettext_lazy("There is no such status, or it is another unit's.")


def found_or_404(request: HttpRequest, round_id: int, ordinal: int) -> FoundStatus:
    """The status, if the person may see it. Raises Http404 otherwise."""
    found = selectors.find_status(request.user, round_id, ordinal)
    if found is None:
        raise Http404(_NOT_THERE)
    return found


def units_of(request: HttpRequest, found: FoundStatus) -> list[Unit]:
    """Those on whose behalf the person may enter it: the secretariat for any that answers."""
    return found.answering if rules.keeps_rounds(request.user) else []


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
        drafts.touch_presence(snapshot_id=found.snapshot.pk, by=signed_in(request))
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
        "present": drafts.others_present(snapshot_id=found.snapshot.pk, but=signed_in(request)),
        "next": way_back(request),
        "cell": written_cell(text if writable else found.snapshot.printed_text),
        "previewed": preview,
        "refusal": refusal,
        "limit": MAX_NARRATIVE,
    }
    return render(request, "plans/status_edit.html", context, status=code)


def not_theirs(request: HttpRequest, round_id: int, ordinal: int, message: str) -> HttpResponse:
    """For somebody without the right, perhaps since they began to type: their text back."""
    if selectors.find_status(request.user, round_id, ordinal) is None:
        return give_back(request, _NOT_THERE, code=404)
    return give_back(request, message, code=403)


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
        return give_back(request, str(refusal), code=409)
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
        "next": way_back(request),
    }
    return render(request, "plans/status_conflict.html", context, status=code)


def _known_category(form: StatusForm) -> str:
    """The category that was sent, "" when there is none of that name."""
    sent = str(form.data.get("category", ""))
    return sent if sent in {category.value for category in Category} else ""


def _keep(request: HttpRequest, snapshot: StatusSnapshot, form: StatusForm) -> None:
    base = form.data.get("base_revision", "")
    known = base.isdecimal() and len(base) < 10 and int(base) <= snapshot.revision
    try:
        drafts.save_working_copy(
            snapshot_id=snapshot.pk,
            by=signed_in(request),
            base_revision=int(base) if known else 0,
            category=_known_category(form) or Category.NOT_REPORTED.value,
            text=form.typed,
        )
    except RefusedError:
        # The page itself holds the text; a copy that cannot be kept is no reason to fail.
        return
