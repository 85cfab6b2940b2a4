"""The administrators' pages of units and people, and the secretariat's page of the audit."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from plans import permissions
from plans.catalogue.forms import ElementFilter
from plans.catalogue.queries.browsing import listing as find_listing
from plans.catalogue.queries.browsing import matching_states
from plans.catalogue.queries.element_state import ElementState
from plans.catalogue.queries.versions import newest_closed_round
from plans.models import AuditEntry
from plans.people import queries, services
from plans.people.forms import AssignUnitsForm, AuditFilter, MembersForm, PersonForm, UnitNameForm
from plans.people.queries import ENTRIES_A_PAGE, audit_entries
from plans.reports.writers.csv import escape_formula
from plans.web.decorators import role_required
from plans.web.forms import parse_ints
from plans.web.shortcuts import Submission, current_user, version_or_404


@role_required(permissions.can_seed)
@require_http_methods(["GET", "HEAD", "POST"])
def units(request: HttpRequest) -> HttpResponse:
    """Every unit, and a form to make one."""
    form = UnitNameForm(request.POST or None)
    submission = Submission(request, form)
    if submission.valid:
        with submission:
            unit = services.create_unit(name=form.cleaned_data["name"], by=current_user(request))
            messages.success(request, _("The unit “%(name)s” was made.") % {"name": unit.name})
            return redirect("plans:unit", unit.slug)
    return render(
        request,
        "people/units.html",
        {
            "units": queries.units(),
            "versions": queries.assignable_versions(request.user),
            "form": form,
        },
        status=submission.status_code,
    )


@role_required(permissions.can_seed)
@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: HttpRequest, slug: str) -> HttpResponse:
    """One unit: its name, its members, and what it answers for."""
    unit = queries.unit_of(slug)
    if unit is None:
        raise Http404(_("There is no unit “%(slug)s”.") % {"slug": slug})
    name_form = UnitNameForm(
        request.POST if "rename" in request.POST else None, initial={"name": unit.name}
    )
    members_form = MembersForm(
        request.POST if "members_chosen" in request.POST else None,
        initial={"members": [person.pk for person in unit.members.all()]},
    )
    submission = Submission(request, name_form if name_form.is_bound else members_form)
    if submission.valid:
        with submission:
            if name_form.is_bound:
                name = name_form.cleaned_data["name"]
                services.rename_unit(unit_id=unit.pk, name=name, by=current_user(request))
                messages.success(request, _("The name was changed."))
            else:
                chosen = [person.pk for person in members_form.cleaned_data["members"]]
                services.set_members(unit_id=unit.pk, user_ids=chosen, by=current_user(request))
                messages.success(request, _("The members were changed."))
            return redirect("plans:unit", slug)
    return render(
        request,
        "people/unit.html",
        {
            "unit": unit,
            "versions": queries.assignable_versions(request.user),
            "name_form": name_form,
            "members_form": members_form,
        },
        status=submission.status_code,
    )


@role_required(permissions.can_seed)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Every person with their roles and units."""
    words = request.GET.get("q", "").replace("\0", "")[:200]
    page, rows = queries.people(words.split(), request.GET.get("page", 1))
    return render(
        request,
        "people/people.html",
        {"page": page, "rows": rows, "q": words, "search": urlencode({"q": words})},
    )


@role_required(permissions.can_seed)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's roles and units."""
    user = User.objects.prefetch_related("groups", "units").filter(pk=pk).first()
    if user is None:
        raise Http404(_("There is no such person."))
    row = queries.person_row(user)
    form = PersonForm(
        request.POST if request.method == "POST" else None,
        initial={
            "roles": [role.value for role in row.roles],
            "units": [unit.pk for unit in row.units],
        },
    )
    submission = Submission(request, form)
    if submission.valid:
        with submission:
            services.set_person(
                user_id=user.pk,
                roles=form.cleaned_data["roles"],
                unit_ids=[unit.pk for unit in form.cleaned_data["units"]],
                by=current_user(request),
            )
            messages.success(
                request,
                _("The roles and units of %(name)s were saved.") % {"name": user.get_username()},
            )
            return redirect(
                "plans:people" if permissions.can_seed(_fresh(request)) else "plans:index"
            )
    return render(
        request,
        "people/person.html",
        {"row": row, "form": form},
        status=submission.status_code,
    )


@role_required(permissions.can_seed)
@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, plan: str, version: str) -> HttpResponse:
    """Which units answer for which elements, changed in bulk."""
    plan_version = version_or_404(request, plan, version)
    newest = newest_closed_round(plan_version)
    filters = ElementFilter.of(request.GET, plan_version, newest)
    form = AssignUnitsForm(request.POST if request.method == "POST" else None)
    submission = Submission(request, form)
    if submission.valid:
        states = matching_states(
            plan_version, filters.qs, newest, schedule=filters.schedule_state, words=filters.words
        )
        with submission:
            count = services.assign_elements(
                version=plan_version,
                element_ids=_chosen(form, states),
                unit_ids=[unit.pk for unit in form.cleaned_data["units"]],
                how=form.cleaned_data["how"],
                by=current_user(request),
            )
            messages.success(request, _assigned(count))
            return redirect(request.get_full_path())
    listing = find_listing(
        plan_version,
        filters.qs,
        newest,
        schedule=filters.schedule_state,
        words=filters.words,
        page=request.GET.get("page", 1),
    )
    return render(
        request,
        "people/assign.html",
        {
            "version": plan_version,
            "newest": newest,
            "filters": filters,
            "listing": listing,
            "form": form,
            "ticked": _ticked(request),
        },
        status=submission.status_code,
    )


def _chosen(form: AssignUnitsForm, states: list[ElementState]) -> set[int]:
    """Primary keys of the elements that were chosen in any of the three ways."""
    if form.cleaned_data["all"]:
        return {state.element_id for state in states}
    issues, elements = form.cleaned_data["issue"], form.cleaned_data["element"]
    return {
        row.element_id for row in states if row.issue_id in issues or row.element_id in elements
    }


def _ticked(request: HttpRequest) -> dict[str, set[int]]:
    """What was ticked, for a form that is shown again."""
    return {name: parse_ints(request.POST.getlist(name)) for name in ("issue", "element")} | {
        "all": {1} if "all" in request.POST else set()
    }


def _assigned(count: int) -> str:
    if not count:
        return _("Nothing had to be changed.")
    return ngettext(
        "The units of %(count)d action element were changed.",
        "The units of %(count)d action elements were changed.",
        count,
    ) % {"count": count}


def _fresh(request: HttpRequest) -> User:
    """The person anew: they may have changed their own roles."""
    return User.objects.get(pk=current_user(request).pk)


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


@role_required(permissions.is_secretariat)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """The entries that the filters in the address find, newest first."""
    filters = AuditFilter(request.GET, audit_entries(request.user), user=request.user)
    page = Paginator(filters.qs, ENTRIES_A_PAGE).get_page(request.GET.get("page", 1))
    return render(request, "people/audit.html", {"filters": filters, "page": page})


@role_required(permissions.is_secretariat)
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
        yield _line(writer.writerow([escape_formula(cell) for cell in _cells(entry)]))


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
