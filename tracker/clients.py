"""Who is at the other end of a request."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest

_LONGEST_USERNAME = 255


def client_address(request: HttpRequest) -> str | None:
    """The address that the request came from, or ``None`` when it cannot be told.

    Behind ``TRACKER_PROXIES`` proxies it is the entry that the outermost of them wrote in
    X-Forwarded-For. Entries further left came with the request and may be invented. Without
    proxies the header is ignored altogether.
    """
    peer = request.META.get("REMOTE_ADDR") or None
    proxies: int = settings.TRACKER_PROXIES
    if proxies == 0:
        return peer
    entries = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if len(entries) < proxies:
        return peer
    try:
        return str(ip_address(entries[-proxies]))
    except ValueError:
        return peer


def attempted_username(
    request: HttpRequest, credentials: dict[str, Any] | None = None
) -> str | None:
    """The name that somebody tries to sign in with, cut to what the throttle's column holds."""
    name = (credentials or request.POST).get("username")
    return None if name is None else str(name)[:_LONGEST_USERNAME]
