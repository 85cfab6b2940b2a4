"""Pages that exist for some people only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from plans.rules import Person

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def only_for(allowed: Callable[[Person], bool]) -> Callable[[View], View]:
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
