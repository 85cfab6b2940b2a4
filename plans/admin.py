"""Django's admin: the structure to look things up in, and people's accounts.

Administrators alone may use it, whatever single permissions an account may have. The adopted
wording, statuses, revisions, records, units and roles are shown and not changed here: what changes
them has a service of its own, which checks and logs. Every list joins what it shows, so that it
costs the same number of queries however long it is.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from plans import permissions
from plans.models import (
    ActionElement,
    EditorialNote,
    ElementGroup,
    Issue,
    Part,
    Plan,
    PlanVersion,
    Record,
    ReportingRound,
    StatusRevision,
    StatusSnapshot,
    TimeFrame,
    Unit,
)


class ForAdministrators(admin.ModelAdmin):  # type: ignore[type-arg]
    """Only administrators see it. Adding, changing and deleting are for subclasses to allow."""

    show_full_result_count = False
    list_per_page = 100

    def has_module_permission(self, request: HttpRequest) -> bool:
        return permissions.is_administrator(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return permissions.is_administrator(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Plan)
class PlanAdmin(ForAdministrators):
    list_display = ("title", "slug")
    search_fields = ("title", "slug")


@admin.register(PlanVersion)
class PlanVersionAdmin(ForAdministrators):
    list_display = ("symbol", "plan", "session", "dated_on", "language", "published")
    list_select_related = ("plan",)
    list_filter = ("plan", "published", "language")
    search_fields = ("symbol", "plan__title", "session")


@admin.register(Part)
class PartAdmin(ForAdministrators):
    list_display = ("number", "title", "version")
    list_select_related = ("version",)
    list_filter = ("version",)
    search_fields = ("number", "title")


@admin.register(Issue)
class IssueAdmin(ForAdministrators):
    list_display = ("reference", "title", "part", "version")
    list_select_related = ("version", "part")
    list_filter = ("version", "part")
    search_fields = ("reference", "title", "context")


@admin.register(ElementGroup)
class ElementGroupAdmin(ForAdministrators):
    list_display = ("issue", "ordinal", "heading", "lead_in")
    list_select_related = ("issue",)
    list_filter = ("issue__version", "issue__part")
    search_fields = ("heading", "lead_in", "issue__reference")


@admin.register(TimeFrame)
class TimeFrameAdmin(ForAdministrators):
    list_display = ("text", "issue", "rule_kind", "starts_on", "due_on", "rule_overridden")
    list_select_related = ("issue",)
    list_filter = ("rule_kind", "precision", "rule_overridden", "issue__version", "issue__part")
    search_fields = ("text", "issue__reference")


@admin.register(ActionElement)
class ActionElementAdmin(ForAdministrators):
    list_display = ("reference", "words", "frame", "version")
    list_select_related = ("version", "time_frame")
    list_filter = ("version", "issue__part", "missing_in_source", "units")
    search_fields = ("reference", "text", "time_frame__text")

    @admin.display(description=_("words"), ordering="text")
    def words(self, element: ActionElement) -> str:
        return Truncator(element.text).words(20)

    @admin.display(description=_("time-frame"), ordering="time_frame__text")
    def frame(self, element: ActionElement) -> str:
        return element.time_frame.text if element.time_frame else ""


@admin.register(EditorialNote)
class EditorialNoteAdmin(ForAdministrators):
    list_display = ("place", "text", "confidence", "version")
    list_select_related = ("version", "issue", "element")
    list_filter = ("version", "confidence")
    search_fields = ("text", "issue__reference", "element__reference")

    @admin.display(description=_("place"))
    def place(self, note: EditorialNote) -> str:
        at = note.element or note.issue
        return at.reference if at else ""


@admin.register(ReportingRound)
class ReportingRoundAdmin(ForAdministrators):
    list_display = ("as_at", "version", "label", "state", "symbol", "session")
    list_select_related = ("version",)
    list_filter = ("version", "state")
    search_fields = ("label", "symbol", "session", "version__symbol")
    date_hierarchy = "as_at"


@admin.register(StatusSnapshot)
class StatusSnapshotAdmin(ForAdministrators):
    list_display = ("ordinal", "round", "narrative", "category", "state")
    list_select_related = ("round__version",)
    list_filter = ("round__version", "round__as_at", "category", "state")
    search_fields = ("text", "elements__reference")
    exclude = ("elements",)
    readonly_fields = ("covered",)

    @admin.display(description=_("narrative"))
    def narrative(self, snapshot: StatusSnapshot) -> str:
        return Truncator(snapshot.text).words(20)

    @admin.display(description=_("action elements covered"))
    def covered(self, snapshot: StatusSnapshot) -> str:
        covers = snapshot.covers.in_plan_order()
        return ", ".join(covers.values_list("element__reference", flat=True))


@admin.register(StatusRevision)
class StatusRevisionAdmin(ForAdministrators):
    """Revisions are never changed or deleted, by nobody."""

    list_display = ("snapshot", "number", "action", "category", "by", "on_behalf_of", "at")
    list_select_related = ("snapshot__round__version", "by", "on_behalf_of")
    list_filter = ("action", "category", "on_behalf_of")
    search_fields = ("text", "comment", "by__username")
    date_hierarchy = "at"


@admin.register(Record)
class RecordAdmin(ForAdministrators):
    """Records are never changed or deleted, by nobody."""

    list_display = ("round", "number", "sha256", "reason")
    list_select_related = ("round__version",)
    list_filter = ("round__version",)
    search_fields = ("sha256", "round__label", "round__symbol")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Record]:
        # The whole report stands in every record; a list has no use for it.
        return super().get_queryset(request).defer("content")


@admin.register(Unit)
class UnitAdmin(ForAdministrators):
    """Units are kept on the pages of their own (``/units/``), which log every change."""

    list_display = ("name", "slug")
    search_fields = ("name", "slug")


admin.site.unregister(User)


@admin.register(User)
class PersonAdmin(UserAdmin, ForAdministrators):  # type: ignore[type-arg]
    """People's accounts, and whether they may sign in; their roles are given on ``/people/``.

    Nobody shuts themselves out, so there is always an administrator left.
    Nobody becomes a superuser here, and a superuser's account is for superusers only: otherwise
    an administrator could set its password and take it over. People are made inactive rather
    than deleted, because revisions name them.
    """

    list_display = ("username", "first_name", "last_name", "email", "is_active", "is_staff")
    list_filter = ("is_active", "groups", "units")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "groups")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("is_staff", "groups", "last_login", "date_joined")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.readonly_fields + (("is_active",) if obj == request.user else ())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return permissions.is_administrator(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if isinstance(obj, User) and obj.is_superuser:
            return request.user.is_superuser
        return permissions.is_administrator(request.user)
