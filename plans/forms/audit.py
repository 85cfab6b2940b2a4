"""The filters of the audit page."""

from __future__ import annotations

from typing import ClassVar

import django_filters
from django import forms
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from plans import rules
from plans.filters import LONGEST_SEARCH, AddressFilter
from plans.models import AuditEntry, Unit
from plans.rules import Person
from plans.wording import day

MAX_WORDS = 10


class AuditFilter(AddressFilter):
    """Narrows audit entries by person, action, round, unit, days (of the site's clock), words."""

    q = django_filters.CharFilter(
        label=_("Words"),
        max_length=LONGEST_SEARCH,
        method="saying",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    actor = django_filters.ChoiceFilter(label=_("Person"), empty_label=_("any"))
    action = django_filters.ChoiceFilter(
        label=_("Action"), choices=AuditEntry.Action.choices, empty_label=_("any")
    )
    round = django_filters.ChoiceFilter(label=_("Reporting round"), empty_label=_("any"))
    unit = django_filters.ChoiceFilter(label=_("Unit"), empty_label=_("any"))
    since = django_filters.DateFilter(
        label=_("From"),
        field_name="at",
        lookup_expr="date__gte",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )
    until = django_filters.DateFilter(
        label=_("To"),
        field_name="at",
        lookup_expr="date__lte",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )

    class Meta:
        model = AuditEntry
        fields: ClassVar[list[str]] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[AuditEntry], *, user: Person) -> None:
        """Offers the rounds that ``user`` may see. Three queries."""
        super().__init__(data, queryset)
        people = User.objects.filter(pk__in=AuditEntry.objects.values("actor"))
        rounds = (
            rules.visible_rounds(user)
            .select_related("version__plan")
            .defer("paragraphs", "footnotes")
            .order_by("-as_at", "version__plan__title")
        )
        offered: dict[str, list[tuple[int, str | Promise]]] = {
            "actor": [(person.pk, person.get_username()) for person in people.order_by("username")],
            "round": [
                (
                    round_.pk,
                    f"{day(round_.as_at)} – {Truncator(round_.version.plan.title).chars(50)}",
                )
                for round_ in rounds
            ],
            "unit": [(unit.pk, unit.name) for unit in Unit.objects.all()],
        }
        for name, choices in offered.items():
            self.filters[name].extra["choices"] = [(str(pk), label) for pk, label in choices]

    def saying(self, queryset: QuerySet[AuditEntry], name: str, value: str) -> QuerySet[AuditEntry]:
        """Entries in whose subject or reason every word occurs."""
        for word in value.split()[:MAX_WORDS]:
            queryset = queryset.filter(Q(subject__icontains=word) | Q(reason__icontains=word))
        return queryset
