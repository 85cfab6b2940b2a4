"""Where people go when they are done: back to where they came from."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

FIELD = "next"
_LONGEST = 2000


def way_back(request: HttpRequest) -> str:
    """The address that the request names as ``next``, or else the worklist.

    An address of another site is not taken.
    """
    asked = request.POST.get(FIELD) or request.GET.get(FIELD) or ""
    allowed = len(asked) <= _LONGEST and url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if allowed else reverse("plans:worklist")
