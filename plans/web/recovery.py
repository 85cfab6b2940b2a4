"""Recovering typed text where a form could not be taken: no session, no right, an old token."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.functional import Promise

from plans.web.shortcuts import NEXT_FIELD, next_url

SEALED_FIELD = "sealed_input"
"""The name of the hidden field in which a signed text travels through the sign-in page."""
_SHORT = 12
"""What is shorter is a choice or a number, not something that anybody would miss."""
_NOT_TEXT = frozenset(
    {"csrfmiddlewaretoken", SEALED_FIELD, NEXT_FIELD, "action", "username", "query", "at", "header"}
)


@dataclass(frozen=True, slots=True)
class TypedField:
    """A field that somebody filled in: its name and what they typed."""

    name: str
    text: str


def typed_fields(request: HttpRequest) -> list[TypedField]:
    """What the person typed into the form, passwords and short values left out."""
    return [
        TypedField(name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in _NOT_TEXT
        and "password" not in name
        and isinstance(value, str)
        and (len(value) > _SHORT or "\n" in value)
    ]


def recover_input(request: HttpRequest, message: str | Promise, *, code: int) -> HttpResponse:
    """A page that says why nothing was saved and holds what was typed, to be copied."""
    return render(
        request,
        "web/recovered_input.html",
        {"message": message, "typed": typed_fields(request), "next": next_url(request)},
        status=code,
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token, or with an old one: what was typed, and for a status a new form.

    The new form sends the same values again only when the person says so.
    """
    return render(
        request,
        "403_csrf.html",
        {
            "typed": typed_fields(request),
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
    fields = ("text", "category", "base_revision", "on_behalf_of", NEXT_FIELD)
    return [(field, request.POST[field]) for field in fields if field in request.POST]


# Somebody whose session ended while they were writing posts their text as nobody. It travels in
# the sign-in form, signed, and becomes their working copy once it is known who they are.
_SALT = "plans.sealed_input"


_LIFETIME = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class SealedInput:
    """What was typed into the status of that place in the round."""

    round_id: int
    ordinal: int
    base_revision: int
    category: str
    text: str


def seal_input(typed: SealedInput) -> str:
    """``typed`` as a signed text for a hidden field."""
    return signing.dumps(asdict(typed), salt=_SALT, compress=True)


def unseal_input(sealed: str) -> SealedInput | None:
    """Read back what ``seal_input`` wrote; None for anything else, and for what is two days old."""
    if not sealed:
        return None
    try:
        return SealedInput(**signing.loads(sealed, salt=_SALT, max_age=_LIFETIME))
    except (signing.BadSignature, TypeError):
        return None
