"""Giving typed text back where a form could not be taken: no session, no right, an old token."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from plans.categories import Category
from plans.forms import carried
from plans.forms.carried import Carried
from plans.selectors.editing import status_key
from plans.services import drafts
from plans.services.errors import RefusedError
from plans.services.status_checks import MAX_NARRATIVE
from plans.views.going_back import FIELD, way_back
from plans.views.who import signed_in

_SHORT = 12
"""What is shorter is a choice or a number, not something that anybody would miss."""
_NOT_TEXT = frozenset(
    {"csrfmiddlewaretoken", carried.FIELD, FIELD, "action", "username", "query", "at", "header"}
)


@dataclass(frozen=True, slots=True)
class Typed:
    """A field that somebody filled in: its name and what they typed."""

    name: str
    text: str


def typed_in(request: HttpRequest) -> list[Typed]:
    """What the person typed into the form, passwords and short values left out."""
    return [
        Typed(name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in _NOT_TEXT
        and "password" not in name
        and isinstance(value, str)
        and (len(value) > _SHORT or "\n" in value)
    ]


def give_back(request: HttpRequest, message: str | Promise, *, code: int) -> HttpResponse:
    """A page that says why nothing was saved and holds what was typed, to be copied."""
    return render(
        request,
        "plans/text_given_back.html",
        {"message": message, "typed": typed_in(request), "next": way_back(request)},
        status=code,
    )


def sign_in_first(request: HttpRequest, round_id: int, ordinal: int) -> HttpResponse:
    """The sign-in page, for a status posted by nobody; the text comes along.

    A text that is too long to be kept is given back on the page instead.
    """
    text = request.POST.get("text", "").replace("\r\n", "\n")
    address = reverse("plans:status", args=[round_id, ordinal])
    context = {
        "form": AuthenticationForm(request),
        "next": f"{address}?{urlencode({FIELD: way_back(request)})}",
        "typed": text,
        "sealed": "",
    }
    if text and len(text) <= MAX_NARRATIVE:
        base = request.POST.get("base_revision", "")
        category = request.POST.get("category", "")
        context["sealed"] = carried.seal(
            Carried(
                round_id=round_id,
                ordinal=ordinal,
                base_revision=int(base) if base.isdecimal() and len(base) < 10 else 0,
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
        brought = carried.unseal(self.request.POST.get(carried.FIELD, ""))
        if brought is None:
            return answer
        try:
            _hand_over(signed_in(self.request), brought)
        except RefusedError as refusal:
            return render(
                self.request,
                "plans/text_given_back.html",
                {
                    "message": str(refusal),
                    "typed": [Typed("text", brought.text)],
                    "next": self.get_success_url(),
                },
                status=409,
            )
        messages.success(self.request, _("You are signed in again, and your text is still here."))
        return answer

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """With the text that came along, so that a wrong password does not lose it."""
        sealed = self.request.POST.get(carried.FIELD, "")
        brought = carried.unseal(sealed)
        return super().get_context_data(**kwargs) | {
            "sealed": sealed if brought else "",
            "typed": brought.text if brought else "",
        }


def _hand_over(user: User, brought: Carried) -> None:
    """Make ``brought`` the working copy of ``user``. Raises RefusedError."""
    key = status_key(brought.round_id, brought.ordinal)
    if key is None:
        raise RefusedError(_("The status that this was written for is no longer there."))
    drafts.save_working_copy(
        snapshot_id=key.snapshot_id,
        by=user,
        base_revision=brought.base_revision,
        category=brought.category,
        text=brought.text,
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token, or with an old one: what was typed, and for a status a new form.

    The new form sends the same values again only when the person says so.
    """
    return render(
        request,
        "403_csrf.html",
        {
            "typed": typed_in(request),
            "again": _again(request),
            "no_cookie": "cookie" in reason.lower(),
        },
        status=403,
    )


def _again(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a status's form, to be sent again; of no other form."""
    try:
        name = resolve(request.path_info).view_name
    except Resolver404:
        return []
    if name != "plans:status":
        return []
    fields = ("text", "category", "base_revision", "on_behalf_of", FIELD)
    return [(field, request.POST[field]) for field in fields if field in request.POST]
