"""What views share: who is there, what came of a form, where to go next, which object is meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import NoReturn

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connections, router
from django.forms import BaseForm
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from plans import permissions
from plans.models import Plan, PlanVersion, ReportingRound
from plans.permissions import Person
from plans.web.labels import day
from plans.web.refusals import INVALID, RefusedError

NEXT_FIELD = "next"
_LONGEST = 2000


def next_url(request: HttpRequest) -> str:
    """The address that the request names as ``next``, or else the worklist.

    An address of another site is not taken.
    """
    asked = request.POST.get(NEXT_FIELD) or request.GET.get(NEXT_FIELD) or ""
    allowed = len(asked) <= _LONGEST and url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if allowed else reverse("plans:worklist")


def current_user(request: HttpRequest) -> User:
    """The person who is signed in. Raises PermissionDenied for anybody else."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class Submission:
    """A form that was sent, and what came of the change that it asks for.

    The change runs in a ``with`` block of the submission, which ends at the first RefusedError:
    ``refusal`` then says why, and so does the form, at the field that the refusal names. A view
    returns its redirect from inside the block; whatever comes after it answers the others, with
    ``status_code``::

        submission = Submission(request, form)
        if submission.valid:
            with submission:
                rename(**form.cleaned_data)
                return redirect("plans:units")
        return render(request, "units.html", {"form": form}, status=submission.status_code)
    """

    def __init__(self, request: HttpRequest, form: BaseForm | None = None) -> None:
        """``form`` is bound where ``request`` sends it; None where there is nothing to check."""
        sent = request.method == "POST"
        self.form = form
        self.refusal: RefusedError | None = None
        self.valid = sent and (form is None or form.is_valid())
        self.status_code = INVALID if sent and not self.valid else 200

    def __enter__(self) -> Submission:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if not isinstance(error, RefusedError):
            return False
        self.refusal = error
        self.status_code = error.status_code
        if self.form is not None:
            known = error.field in self.form.fields
            self.form.add_error(error.field if known else None, str(error))
        return True


@dataclass(frozen=True, slots=True)
class ReportHead:
    """A report as it is now: its round and newest record, and what its page shows beside them.

    ``previous`` is the date of the newest closed round before it. Two equal heads of a closed
    round mean the same report.
    """

    round_id: int
    state: str
    label: str
    symbol: str
    version_symbol: str
    language: str
    plan_title: str
    record_sha256: str | None
    previous: date | None

    @property
    def is_closed(self) -> bool:
        return self.state == ReportingRound.State.CLOSED


def find_plan(user: Person, slug: str) -> Plan | None:
    """The plan, if ``user`` may see any version of it. One query."""
    version = (
        permissions.visible_versions(user).filter(plan__slug=slug).select_related("plan").first()
    )
    return version.plan if version else None


def find_version(user: Person, plan: str, version: str) -> PlanVersion | None:
    """The version with its plan, if ``user`` may see it. One query."""
    return (
        permissions.visible_versions(user)
        .filter(plan__slug=plan, slug=version)
        .select_related("plan", "based_on__plan")
        .first()
    )


def find_round(user: Person, plan: str, version: str, as_at: date) -> ReportingRound | None:
    """The round with its version and plan, if ``user`` may see it. One query."""
    return (
        permissions.visible_rounds(user)
        .filter(version__plan__slug=plan, version__slug=version, as_at=as_at)
        .with_version()
        .first()
    )


def find_report(user: Person, plan: str, version: str, as_at: date) -> ReportHead | None:
    """What identifies the report as it is now, if ``user`` may see it. One light query."""
    with connections[router.db_for_read(ReportingRound)].cursor() as cursor:
        cursor.execute(_REPORT_HEAD, [plan, version, as_at.isoformat()])
        row = cursor.fetchone()
    if row is None:
        return None
    *values, previous, published = row
    # SQLite has no type for dates: what a statement works out comes as text.
    before = date.fromisoformat(previous) if isinstance(previous, str) else previous
    head = ReportHead(*(*values, before))
    seen = permissions.can_see_round_of(user, published=bool(published), closed=head.is_closed)
    return head if seen else None


def version_or_404(request: HttpRequest, plan: str, version: str) -> PlanVersion:
    """The version, with its plan. Raises Http404 that says what of the address is not there."""
    found = find_version(request.user, plan, version)
    if found is not None:
        return found
    if find_plan(request.user, plan) is None:
        raise Http404(_("There is no plan “%(plan)s”.") % {"plan": plan})
    raise Http404(_("This plan has no version “%(version)s”.") % {"version": version})


def round_or_404(request: HttpRequest, plan: str, version: str, as_at: date) -> ReportingRound:
    """The round, with its version and plan. Raises Http404 as ``version_or_404`` does."""
    found = find_round(request.user, plan, version, as_at)
    return found if found is not None else _no_report(request, plan, version, as_at)


def report_or_404(request: HttpRequest, plan: str, version: str, as_at: date) -> ReportHead:
    """What identifies the report now. Raises Http404 as ``version_or_404`` does."""
    found = find_report(request.user, plan, version, as_at)
    return found if found is not None else _no_report(request, plan, version, as_at)


def _no_report(request: HttpRequest, plan: str, version: str, as_at: date) -> NoReturn:
    version_or_404(request, plan, version)
    raise Http404(_("There is no progress report as at %(day)s.") % {"day": day(as_at)})


# Every request for a report begins with this statement, and most end with it too, answered from a
# cache. It is written by hand because having it composed anew each time takes longer than all else
# that such a request does. Of a round's records the newest is in force.
_REPORT_HEAD = """
SELECT
  r.id, r.state, r.label, r.symbol, v.symbol, v.language, p.title, k.sha256,
  (SELECT MAX(b.as_at) FROM plans_reportinground b
   WHERE b.version_id = r.version_id AND b.state = 'closed' AND b.as_at < r.as_at),
  v.published
FROM plans_reportinground r
JOIN plans_planversion v ON v.id = r.version_id
JOIN plans_plan p ON p.id = v.plan_id
LEFT JOIN plans_record k ON k.round_id = r.id
WHERE p.slug = %s AND v.slug = %s AND r.as_at = %s
ORDER BY k.number DESC
LIMIT 1
"""
