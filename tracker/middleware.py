"""What stands before every view: a limit to what is sent, and the wall of a closed instance."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase, UnreadablePostError
from django.shortcuts import render

_PIECE = 1 << 16
# A browser reads an answer only when it has sent everything. So what is far too large is let in and
# thrown away, up to so many bytes or seconds.
_THROWN_AWAY = 300_000_000
_PATIENCE = 60.0


class BodyLimitMiddleware:
    """Answers 413 to whatever is larger than ``MAX_BODY_BYTES``, of which nothing is kept.

    It looks at what the head of a request announces, and more than that no server lets in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = _announced(request)
        if length <= settings.MAX_BODY_BYTES:
            return self._get_response(request)
        _throw_away(request, length)
        return render(
            request,
            "413.html",
            {
                "megabytes": length // 1_000_000,
                "limit": settings.MAX_BODY_BYTES // 1_000_000,
                "back": request.path_info,
            },
            status=413,
        )


def _announced(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _throw_away(request: HttpRequest, length: int) -> None:
    """Read what comes and keep none of it, within reason."""
    left, end = min(length, _THROWN_AWAY), monotonic() + _PATIENCE
    try:
        while left > 0 and monotonic() < end:
            piece = request.read(min(_PIECE, left))
            if not piece:
                return
            left -= len(piece)
    except UnreadablePostError:
        # Whoever sent it is gone, or waits no longer.
        return


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """With ``TRACKER_PUBLIC`` off, every view asks for sign-in first, unless it says otherwise.

    A view says otherwise with ``login_not_required``. With ``TRACKER_PUBLIC`` on the views decide
    by themselves, through the rules.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Send somebody who is not signed in to the sign-in page."""
        if settings.TRACKER_PUBLIC:
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)
