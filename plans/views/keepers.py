"""What the secretariat's pages have in common: who comes in, which round, and how it is said no."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from plans import rules
from plans.models import ReportingRound
from plans.rules import Person
from plans.selectors.cockpit import find_kept_round
from plans.services.errors import (
    NotAllowedError,
    RefusedError,
    RoundClosedError,
    StaleCoverError,
    StaleDraftError,
    StaleRevisionError,
    WrongStateError,
)
from plans.views.gate import only_for
from plans.views.kept_text import give_back

INVALID, CONFLICT, FORBIDDEN = 422, 409, 403
_CONFLICTS = (
    RoundClosedError,
    StaleCoverError,
    StaleDraftError,
    StaleRevisionError,
    WrongStateError,
)

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def giving_back(allowed: Callable[[Person], bool]) -> Callable[[View], View]:
    """Let a view answer only those for whom ``allowed`` holds.

    Whoever is not signed in is asked to sign in, and gets back what they typed; for anybody else
    there is no such page (404).
    """

    def wrapped(view: View) -> View:
        guarded = only_for(allowed)(view)

        @login_not_required
        @never_cache
        @wraps(view)
        def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST" and not request.user.is_authenticated:
                return give_back(
                    request,
                    _("You are not signed in any more, so nothing was changed. Sign in again."),
                    code=401,
                )
            return guarded(request, *args, **kwargs)

        return guard  # type: ignore[return-value]

    return wrapped


def keepers_only(view: View) -> View:
    """Let a view answer only those who keep rounds, as ``giving_back`` does."""
    return giving_back(rules.keeps_rounds)(view)


def kept_round_or_404(request: HttpRequest, round_id: int) -> ReportingRound:
    """The round with its version and plan. Raises Http404 when it is not there for the person."""
    found = find_kept_round(request.user, round_id)
    if found is None:
        raise Http404(_("There is no such reporting round."))
    return found


def keeper(request: HttpRequest) -> User:
    """The person, who has come through ``keepers_only``."""
    return cast(User, request.user)


def code_of(refusal: RefusedError) -> int:
    """The status code with which a page says why a change was refused."""
    if isinstance(refusal, NotAllowedError):
        return FORBIDDEN
    if isinstance(refusal, _CONFLICTS):
        return CONFLICT
    return INVALID
