"""Forms about units and people. They check the shape; the services check rights and sense."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django import forms
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from plans import permissions
from plans.models import AuditEntry, Role, Unit
from plans.people.services import MAX_UNIT_NAME, Assigning
from plans.permissions import Person
from plans.web.filters import LONGEST_SEARCH, AddressFilter
from plans.web.forms import PageForm, RowsField, parse_ints
from plans.web.labels import day


class PeopleField(RowsField):
    """People to choose from, by ``person_in_words``."""

    def label_from_instance(self, obj: Any) -> str:
        return person_in_words(obj)


class KeysField(forms.Field):
    """Any number of primary keys; which of them exist is the caller's to look up."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> set[int]:
        texts = set(value or ())
        keys = parse_ints(texts)
        if len(keys) < len(texts):
            raise forms.ValidationError(_("Choose from what the page offers."))
        return keys


class UnitNameForm(PageForm):
    """The name of a unit, new or not."""

    name = forms.CharField(label=_("Name"), max_length=MAX_UNIT_NAME)


class MembersForm(PageForm):
    """Who is in a unit."""

    members = PeopleField(
        label=_("Members"),
        queryset=User.objects.order_by("username"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class PersonForm(PageForm):
    """A person's roles and units."""

    roles = forms.TypedMultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        coerce=Role,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    units = RowsField(
        label=_("Units"),
        queryset=Unit.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class AssignUnitsForm(PageForm):
    """Which elements are given to which units, and how.

    Elements are chosen one by one, by issue, or as all that the page's filters found.
    """

    units = RowsField(
        label=_("Units"),
        queryset=Unit.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    how = forms.TypedChoiceField(
        label=_("What to do"),
        choices=Assigning.choices,
        coerce=Assigning,
        initial=Assigning.ADD.value,
        widget=forms.RadioSelect,
    )
    all = forms.BooleanField(required=False)
    issue = KeysField(required=False)
    element = KeysField(required=False)


def person_in_words(person: User) -> str:
    """The account's name, the person's own, and whether they may sign in."""
    words = person.get_username()
    if person.get_full_name():
        words += f" – {person.get_full_name()}"
    if not person.is_active:
        words += f" ({_('may not sign in')})"
    return words


MAX_WORDS = 10


class AuditFilter(AddressFilter):
    """Narrows audit entries by person, action, round, unit, days (of the site's clock), words."""

    q = django_filters.CharFilter(
        label=_("Words"),
        max_length=LONGEST_SEARCH,
        method="search",
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
            permissions.visible_rounds(user)
            .with_version()
            .without_cover()
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

    def search(self, queryset: QuerySet[AuditEntry], name: str, value: str) -> QuerySet[AuditEntry]:
        """Entries in whose subject or reason every word occurs."""
        for word in value.split()[:MAX_WORDS]:
            queryset = queryset.filter(Q(subject__icontains=word) | Q(reason__icontains=word))
        return queryset
