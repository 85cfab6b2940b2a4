"""What views ask of a request: who is there, and where they go when they are done."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

NEXT_FIELD = "next"
_LONGEST = 2000


def way_back(request: HttpRequest) -> str:
    """The address that the request names as ``next``, or else the worklist.

    An address of another site is not taken.
    """
    asked = request.POST.get(NEXT_FIELD) or request.GET.get(NEXT_FIELD) or ""
    allowed = len(asked) <= _LONGEST and url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if allowed else reverse("plans:worklist")


def signed_in(request: HttpRequest) -> User:
    """The person who is signed in. Raises PermissionDenied for anybody else."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
