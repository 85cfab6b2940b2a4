"""Pages that exist for some people only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from plans import permissions
from plans.permissions import Person
from plans.web.recovery import recover_input

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def role_required(allowed: Callable[[Person], bool]) -> Callable[[View], View]:
    """Let a view answer only those for whom ``allowed`` holds.

    Whoever is not signed in is asked to sign in; for anybody else there is no such page (404).
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not allowed(request.user):
                raise Http404(_("There is no page at this address."))
            answer = view(request, *args, **kwargs)
            # What is for some people only is kept by no cache, not even by their own.
            add_never_cache_headers(answer)
            return answer

        return guarded  # type: ignore[return-value]

    return guard


def keeps_input(allowed: Callable[[Person], bool]) -> Callable[[View], View]:
    """Let a view answer only those for whom ``allowed`` holds.

    Whoever is not signed in is asked to sign in, and gets back what they typed; for anybody else
    there is no such page (404).
    """

    def wrapped(view: View) -> View:
        guarded = role_required(allowed)(view)

        @login_not_required
        @never_cache
        @wraps(view)
        def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST" and not request.user.is_authenticated:
                return recover_input(
                    request,
                    _("You are not signed in any more, so nothing was changed. Sign in again."),
                    code=401,
                )
            return guarded(request, *args, **kwargs)

        return guard  # type: ignore[return-value]

    return wrapped


def secretariat_required(view: View) -> View:
    """Let a view answer only the secretariat and administrators, as ``keeps_input`` does."""
    return keeps_input(permissions.is_secretariat)(view)
