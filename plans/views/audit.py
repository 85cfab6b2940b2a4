"""Who did what, and when."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans import rules
from plans.forms.audit import AuditFilter
from plans.models import AuditEntry
from plans.reports.writers.csv import defused
from plans.selectors.people import ENTRIES_A_PAGE, audit_entries
from plans.views.gate import only_for

COLUMNS = (
    "At (UTC)",
    "Who",
    "Action",
    "Plan",
    "Version",
    "Round as at",
    "Unit",
    "To what",
    "Reason",
)


@only_for(rules.keeps_rounds)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """The entries that the filters in the address find, newest first."""
    filters = AuditFilter(request.GET, audit_entries(request.user), user=request.user)
    page = Paginator(filters.qs, ENTRIES_A_PAGE).get_page(request.GET.get("page", 1))
    return render(request, "plans/audit.html", {"filters": filters, "page": page})


@only_for(rules.keeps_rounds)
@require_safe
def audit_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All of the entries that the filters find, as CSV for spreadsheets."""
    filters = AuditFilter(request.GET, audit_entries(request.user), user=request.user)
    answer = StreamingHttpResponse(_lines(filters.qs), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer


class _Echo:
    """Gives the writer's lines back instead of keeping them."""

    def write(self, line: str) -> str:
        return line


def _lines(entries: QuerySet[AuditEntry]) -> Iterator[bytes]:
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    # The mark tells a spreadsheet that this is UTF-8.
    yield b"\xef\xbb\xbf" + _line(writer.writerow(COLUMNS))
    for entry in entries.iterator(chunk_size=500):
        yield _line(writer.writerow([defused(cell) for cell in _cells(entry)]))


def _line(written: object) -> bytes:
    return str(written).encode()


def _cells(entry: AuditEntry) -> tuple[str, ...]:
    round_ = entry.round
    return (
        entry.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        entry.actor.get_username() if entry.actor else "",
        entry.action,
        round_.version.plan.slug if round_ else "",
        round_.version.slug if round_ else "",
        round_.as_at.isoformat() if round_ else "",
        entry.unit.name if entry.unit else "",
        entry.subject,
        entry.reason,
    )
