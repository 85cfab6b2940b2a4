"""The wall around an instance that is not public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase


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
