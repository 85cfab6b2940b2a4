"""What the script of the edit page asks for: autosave, preview, who else is there, the form alone.

Without scripts nothing of this is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from plans import permissions
from plans.models import StatusSnapshot
from plans.statuses.forms import StatusForm, initial_of
from plans.statuses.queries.status import may_edit, status_page
from plans.statuses.services.autosave import autosave, others_present, touch_presence
from plans.statuses.views.writing import status_or_404, written_cell
from plans.text.categories import Category
from plans.web.forms import parse_int
from plans.web.refusals import FORBIDDEN, NotAllowedError, RefusedError
from plans.web.shortcuts import NEXT_FIELD, current_user, next_url

Answer = Callable[..., HttpResponse]
_SIGN_IN = gettext_lazy(
    "You are signed out. Save, sign in again, and your text will still be here."
)


def htmx_login_required(view: Answer) -> Answer:
    """Let only signed-in people in, and tell a script so in a way that it can act upon."""

    @never_cache
    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if isinstance(request.user, User):
            return view(request, *args, **kwargs)
        if request.method == "POST":
            if "HX-Request" in request.headers:
                # Nothing to put into the page. That what is typed cannot be kept says enough.
                return HttpResponse(status=204)
            return JsonResponse({"message": _SIGN_IN}, status=401)
        if "HX-Request" in request.headers:
            return HttpResponseClientRedirect(
                f"{reverse('sign_in')}?{urlencode({NEXT_FIELD: next_url(request)})}"
            )
        return redirect_to_login(request.get_full_path())

    return guarded


@htmx_login_required
@require_POST
def autosaved(request: HttpRequest, round_id: int, ordinal: int) -> JsonResponse:
    """Save what was typed as the person's working copy. Answers a sentence that says so or why not.

    ``newer`` is true when somebody saved the status since the person opened it.
    """
    key = StatusSnapshot.objects.key_of(round_id, ordinal)
    if key is None or not permissions.can_report(request.user):
        return JsonResponse({"message": _("There is no such status.")}, status=404)
    base = parse_int(request.POST.get("base_revision", ""))
    try:
        copy = autosave(
            snapshot_id=key,
            by=current_user(request),
            base_revision=-1 if base is None else base,
            category=request.POST.get("category") or Category.NOT_REPORTED.value,
            text=request.POST.get("text", ""),
        )
    except RefusedError as refusal:
        if isinstance(refusal, NotAllowedError):
            status_or_404(request, round_id, ordinal)
        return JsonResponse({"message": str(refusal)}, status=refusal.status_code)
    touch_presence(snapshot_id=key, by=current_user(request))
    if copy is None:
        return JsonResponse({"message": "", "newer": False})
    newer = copy.base_revision < copy.snapshot.revision
    message = _("Kept as you typed it at %(time)s; not saved yet.") % {
        "time": time_format(timezone.localtime(copy.saved_at), "H:i")
    }
    if newer:
        message = _(
            "%(kept)s Somebody else has saved this status in the meantime; when you save, you"
            " will see both texts."
        ) % {"kept": message}
    return JsonResponse({"message": message, "newer": newer})


@htmx_login_required
@require_POST
def preview(request: HttpRequest, round_id: int, ordinal: int) -> HttpResponse:
    """The cell as it will be printed, for the typed text."""
    found = status_or_404(request, round_id, ordinal)
    return render(
        request,
        "statuses/partials/written.html",
        {
            "cell": written_cell(request.POST.get("text", "")),
            "round": found.snapshot.round,
            "version": found.snapshot.round.version,
        },
    )


@htmx_login_required
@require_POST
def presence(request: HttpRequest, round_id: int, ordinal: int) -> HttpResponse:
    """Note that the person is here, and say who else is."""
    found = status_or_404(request, round_id, ordinal)
    if not may_edit(request.user, found):
        return HttpResponse(status=FORBIDDEN)
    touch_presence(snapshot_id=found.snapshot.pk, by=current_user(request))
    present = others_present(snapshot_id=found.snapshot.pk, but=current_user(request))
    return render(request, "statuses/partials/present.html", {"present": present})


@htmx_login_required
@require_safe
def inline(request: HttpRequest, round_id: int, ordinal: int) -> HttpResponse:
    """The form alone, to stand in a row of the browse table."""
    found = status_or_404(request, round_id, ordinal)
    if not may_edit(request.user, found):
        return HttpResponse(status=FORBIDDEN)
    page = status_page(request.user, found)
    return render(
        request,
        "statuses/inline.html",
        {
            "page": page,
            "found": found,
            "snapshot": found.snapshot,
            "round": found.snapshot.round,
            "version": found.snapshot.round.version,
            "form": StatusForm(
                initial=initial_of(found.snapshot, page.copy),
                units=found.answering if permissions.is_secretariat(request.user) else (),
                auto_id=f"id_{ordinal}_%s",
            ),
            "writable": found.snapshot.state
            in (StatusSnapshot.State.DRAFT, StatusSnapshot.State.RETURNED),
            "next": next_url(request),
        },
    )
