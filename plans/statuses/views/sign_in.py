"""Signing in again with a status text in hand: the text comes along, and becomes a working copy."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from plans.models import StatusSnapshot
from plans.statuses.services.autosave import autosave
from plans.statuses.services.workflow import MAX_NARRATIVE
from plans.text.categories import Category
from plans.web.forms import parse_int
from plans.web.recovery import SEALED_FIELD, SealedInput, TypedField, seal_input, unseal_input
from plans.web.refusals import RefusedError
from plans.web.shortcuts import NEXT_FIELD, current_user, next_url


def sign_in_first(request: HttpRequest, round_id: int, ordinal: int) -> HttpResponse:
    """The sign-in page, for a status posted by nobody; the text comes along.

    A text that is too long to be sealed is shown on the page instead.
    """
    text = request.POST.get("text", "").replace("\r\n", "\n")
    address = reverse("plans:status", args=[round_id, ordinal])
    context = {
        "form": AuthenticationForm(request),
        "next": f"{address}?{urlencode({NEXT_FIELD: next_url(request)})}",
        "typed": text,
        "sealed": "",
    }
    if text and len(text) <= MAX_NARRATIVE:
        category = request.POST.get("category", "")
        context["sealed"] = seal_input(
            SealedInput(
                round_id=round_id,
                ordinal=ordinal,
                base_revision=parse_int(request.POST.get("base_revision", "")) or 0,
                category=category
                if category in {known.value for known in Category}
                else Category.NOT_REPORTED.value,
                text=text,
            )
        )
    return render(request, "registration/login.html", context, status=401)


class SignIn(LoginView):
    """Sign-in, through which a text typed without a session comes along."""

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_valid(form)
        typed = unseal_input(self.request.POST.get(SEALED_FIELD, ""))
        if typed is None:
            return answer
        try:
            _hand_over(current_user(self.request), typed)
        except RefusedError as refusal:
            return render(
                self.request,
                "web/recovered_input.html",
                {
                    "message": str(refusal),
                    "typed": [TypedField("text", typed.text)],
                    "next": self.get_success_url(),
                },
                status=409,
            )
        messages.success(self.request, _("You are signed in again, and your text is still here."))
        return answer

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """With the text that came along, so that a wrong password does not lose it."""
        sealed = self.request.POST.get(SEALED_FIELD, "")
        typed = unseal_input(sealed)
        return super().get_context_data(**kwargs) | {
            "sealed": sealed if typed else "",
            "typed": typed.text if typed else "",
        }


def _hand_over(user: User, typed: SealedInput) -> None:
    """Make ``typed`` the working copy of ``user``. Raises RefusedError."""
    key = StatusSnapshot.objects.key_of(typed.round_id, typed.ordinal)
    if key is None:
        raise RefusedError(_("The status that this was written for is no longer there."))
    autosave(
        snapshot_id=key,
        by=user,
        base_revision=typed.base_revision,
        category=typed.category,
        text=typed.text,
    )
