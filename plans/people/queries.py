"""Units, people, and who did what: what the administration pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.core.paginator import Page, Paginator
from django.db.models import (
    Count,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from plans import permissions
from plans.models import ActionElement, AuditEntry, PlanVersion, Role, Unit
from plans.permissions import Person

PEOPLE_A_PAGE = 50
ENTRIES_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person with their roles, in the order of ``Role``, and their units by name."""

    person: User
    roles: Sequence[Role]
    units: Sequence[Unit]


def people(words: Sequence[str], page: str | int) -> tuple[Page[User], list[PersonRow]]:
    """One page of the people in whose names or address every word occurs. Four queries."""
    matching = User.objects.prefetch_related("groups", "units").order_by("username")
    for word in words:
        matching = matching.filter(
            Q(username__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(email__icontains=word)
        )
    shown = Paginator(matching, PEOPLE_A_PAGE).get_page(page)
    return shown, [person_row(person) for person in shown]


def person_row(person: User) -> PersonRow:
    """``person`` with roles and units; two queries, unless groups and units were prefetched."""
    names = {group.name for group in person.groups.all()}
    return PersonRow(
        person=person,
        roles=[
            role
            for role in Role
            if role.value in names or (role is Role.ADMINISTRATOR and person.is_superuser)
        ],
        units=list(person.units.all()),
    )


def units() -> QuerySet[Unit]:
    """Every unit with ``member_count`` and ``element_count``. One query."""

    def counted(through: QuerySet[Any]) -> Coalesce:
        rows = through.filter(unit=OuterRef("pk")).order_by().values("unit")
        count = rows.annotate(count=Count("pk")).values("count")
        return Coalesce(Subquery(count, output_field=IntegerField()), Value(0))

    return Unit.objects.annotate(
        member_count=counted(Unit.members.through.objects.all()),
        element_count=counted(ActionElement.units.through.objects.all()),
    )


def unit_of(slug: str) -> Unit | None:
    """The unit of that short name, with its members by name and its elements by plan and version,
    in plan order. Three queries."""
    elements = (
        ActionElement.objects.select_related("version__plan", "issue")
        .defer("issue__context")
        .order_by(
            "version__plan__title", "version__dated_on", "version", "issue__ordinal", "ordinal"
        )
    )
    return (
        Unit.objects.filter(slug=slug)
        .prefetch_related(
            Prefetch("members", User.objects.order_by("username")), Prefetch("elements", elements)
        )
        .first()
    )


def assignable_versions(user: Person) -> list[PlanVersion]:
    """Versions with elements, by plan, newest first. One query."""
    return list(
        permissions.visible_versions(user)
        .filter(elements__isnull=False)
        .distinct()
        .select_related("plan")
        .order_by("plan__title", F("dated_on").desc(nulls_last=True), "-slug")
    )


def audit_entries(user: Person) -> QuerySet[AuditEntry]:
    """The entries that ``user``, who keeps rounds, may read: newest first.

    Those about a round that does not exist for them are left out. Whoever does not keep rounds
    may read none.
    """
    entries = AuditEntry.objects.select_related("actor", "unit", "round__version__plan").defer(
        "round__paragraphs", "round__footnotes"
    )
    if not permissions.is_secretariat(user):
        return entries.none()
    if not permissions.is_administrator(user):
        entries = entries.filter(Q(round__isnull=True) | Q(round__version__published=True))
    return entries.order_by("-at", "-pk")
