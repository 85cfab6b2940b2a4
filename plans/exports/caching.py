"""Who may keep an answer made of closed rounds, how long, and how it is known to be the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag

from plans import permissions
from plans.web.build import build_id
from plans.web.shortcuts import ReportHead

Answer = TypeVar("Answer", bound=HttpResponseBase)


DAY = 24 * 60 * 60


def key_of(heads: Sequence[ReportHead], what: str) -> str:
    """Where what was made of these closed reports is kept; it is the same for everybody."""
    named = repr((build_id(), [head.record_sha256 for head in heads], what))
    return f"report:{hashlib.sha256(named.encode()).hexdigest()}"


def tag_of(request: HttpRequest, heads: Sequence[ReportHead], what: str) -> str | None:
    """An entity tag of all that an answer made of these reports shows, known before it is made.

    None when a round is open: its drafts may change at any moment and differ from one person to
    the next, so what shows them is never kept.
    """
    if not all(head.is_closed for head in heads):
        return None
    user = request.user
    # A signed-in person's page names them, leads where their roles may go, and holds the token of
    # their forms.
    person = (
        (
            user.pk,
            user.get_username(),
            user.is_staff,
            sorted(permissions.roles(user)),
            request.META.get("CSRF_COOKIE"),
        )
        if user.is_authenticated
        else None
    )
    shown = repr((what, build_id(), *heads, person))
    return quote_etag(hashlib.sha256(shown.encode()).hexdigest()[:32])


def unchanged(request: HttpRequest, tag: str | None) -> HttpResponse | None:
    """304 when the person's copy is the current one."""
    if tag is None:
        return None
    answer = get_conditional_response(request, etag=tag)
    return answer if isinstance(answer, HttpResponse) else None


def labelled(request: HttpRequest, answer: Answer, tag: str | None, *vary: str) -> Answer:
    """``answer`` with the headers that say who may keep it, and until when: until asked again."""
    patch_vary_headers(answer, vary)
    if tag is None:
        answer["Cache-Control"] = "private, no-store"
        return answer
    answer["ETag"] = tag
    public = request.user.is_anonymous
    answer["Cache-Control"] = "public, no-cache" if public else "private, no-cache"
    return answer
