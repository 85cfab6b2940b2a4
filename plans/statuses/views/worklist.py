"""What somebody still has to report."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plans import permissions
from plans.models import Unit
from plans.permissions import Person
from plans.statuses.forms import WorklistFilter
from plans.statuses.queries.worklist import (
    WorklistRow,
    next_outstanding,
    progress,
    search_rows,
    worklist_rows,
)
from plans.web.shortcuts import NEXT_FIELD

ROWS_A_PAGE = 100


@never_cache
@login_required
@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """The statuses that are the person's to write, narrowed by the filters in the address."""
    rows, filters = _rows(request)
    chosen = _chosen(rows, filters)
    shown = Paginator(chosen, ROWS_A_PAGE).get_page(request.GET.get("page", 1))
    return render(
        request,
        "statuses/worklist.html",
        {
            "rows": shown,
            "found": len(chosen),
            "total": len(rows),
            "progress": progress(rows),
            "filters": filters,
            "today": timezone.localdate(),
            "is_secretariat": permissions.is_secretariat(request.user),
            "has_units": bool(_units(request.user, rows)),
            "here": request.get_full_path(),
        },
    )


@never_cache
@login_required
@require_safe
def go_on(request: HttpRequest, round_id: int, ordinal: int) -> HttpResponse:
    """Send the person on to the status after that one in their worklist, with its filters."""
    rows, filters = _rows(request)
    row = next_outstanding(_chosen(rows, filters, current=(round_id, ordinal)), round_id, ordinal)
    here = reverse("plans:worklist")
    back = f"{here}?{filters.query()}" if filters.query() else here
    if row is None:
        messages.success(request, _("Nothing else is left to report here."))
        return redirect(back)
    address = reverse("plans:status", args=[row.snapshot.round_id, row.snapshot.ordinal])
    return redirect(f"{address}?{urlencode({NEXT_FIELD: back})}")


def _rows(request: HttpRequest) -> tuple[list[WorklistRow], WorklistFilter]:
    if not permissions.can_report(request.user):
        raise PermissionDenied
    statuses = permissions.writable_statuses(request.user)
    rows = worklist_rows(request.user, statuses)
    return rows, WorklistFilter(request.GET, statuses, units=_units(request.user, rows))


def _units(user: Person, rows: list[WorklistRow]) -> list[Unit]:
    """The units to choose from: those of the rows; an officer's own ones only."""
    found = {unit.pk: unit for row in rows for unit in row.found.answering}
    if not permissions.is_secretariat(user):
        own = permissions.unit_ids(user)
        found = {pk: unit for pk, unit in found.items() if pk in own}
    return sorted(found.values(), key=lambda unit: (unit.name, unit.slug))


def _chosen(
    rows: list[WorklistRow], filters: WorklistFilter, *, current: tuple[int, int] | None = None
) -> list[WorklistRow]:
    """The rows that fit the filters. That of the status ``current`` stays in any case."""
    fitting_pks = set(filters.qs.order_by().values_list("pk", flat=True))
    schedule = filters.schedule_state
    chosen = [
        row
        for row in rows
        if row.snapshot.pk in fitting_pks and (schedule is None or row.schedule is schedule)
    ]
    if filters.words:
        chosen = search_rows(chosen, filters.words)
    if current is None:
        return chosen
    fitting = {row.snapshot.pk for row in chosen}
    return [
        row
        for row in rows
        if row.snapshot.pk in fitting or (row.snapshot.round_id, row.snapshot.ordinal) == current
    ]
