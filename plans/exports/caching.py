"""Who may keep an answer made of closed rounds, how long, and how it is known to be the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag

from plans import permissions
from plans.exports.formats import docx_template
from plans.reports.writers import WriterError
from plans.web.shortcuts import ReportHead

_SHOWN = (
    ("templates", "*.html"),
    ("static", "*.*"),
    ("locale", "*.mo"),
    ("plans", "*.py"),
    ("plans", "*.docx"),
    ("plans", "*.typ"),
    ("plans", "*.json"),
    # The libraries that write files write them as their versions do.
    ("requirements", "base.lock"),
)


def release() -> str:
    """A hash of all that makes pages and files what they are: templates, styles, words, code,
    libraries.

    The template of the Word documents is part of it, which may lie elsewhere. Read once in each
    process. Two processes with the same files give the same value.
    """
    try:
        return _hash(docx_template())
    except WriterError:
        # No Word document can be made without its template, nor one taken that was made without
        # any; all else is made as ever.
        return _hash(b"")


@cache
def _hash(template: bytes | None) -> str:
    digest = hashlib.sha256()
    if template is not None:
        digest.update(template + b"\0")
    base = Path(settings.BASE_DIR)
    for folder, pattern in _SHOWN:
        for path in sorted((base / folder).rglob(pattern)):
            if path.is_file():
                digest.update(path.relative_to(base).as_posix().encode() + b"\0")
                digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


Answer = TypeVar("Answer", bound=HttpResponseBase)


DAY = 24 * 60 * 60


def key_of(heads: Sequence[ReportHead], what: str) -> str:
    """Where what was made of these closed reports is kept; it is the same for everybody."""
    named = repr((release(), [head.record_sha256 for head in heads], what))
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
    shown = repr((what, release(), *heads, person))
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
