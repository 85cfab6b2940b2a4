"""Filters of pages. They stand in the address, so that a result can be linked to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans import selectors
from plans.categories import Category
from plans.models import CATEGORY_LABELS, ActionElement, PlanVersion, ReportingRound
from plans.selectors import VersionChoices
from plans.timeframes import ScheduleState
from plans.wording import KIND_LABELS, SCHEDULE_LABELS

NONE = "none"
"""The value that asks for elements without a unit, or without a time-frame."""

LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """A filter in force: its field's label, its value in words, and the query without it."""

    label: str
    value: str
    query_without: str


class AddressFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Filters that stand in the address of a page.

    A value that cannot be taken is left out, and ``problems`` says so. A filter named ``q`` holds
    words to look for.
    """

    @property
    def form(self) -> Any:
        """The filters as a form, whose labels end without a colon as those of all others do."""
        form = super().form
        form.label_suffix = ""
        return form

    @property
    def _valid(self) -> Mapping[str, Any]:
        # Asking for the errors is what makes the form clean its data.
        return self.form.cleaned_data if self.errors is not None else {}

    @property
    def words(self) -> list[str]:
        """The words asked for."""
        return str(self._valid.get("q", "")).split()

    @property
    def problems(self) -> list[str]:
        """One sentence for each value that could not be taken, and that was therefore ignored."""
        return [
            _("“%(value)s” is not a value of the filter “%(filter)s”, which was ignored.")
            % {
                "value": Truncator(self.data.get(name, "").replace("\0", "")).chars(40),
                "filter": self.form.fields[name].label,
            }
            for name in self.errors
        ]

    @property
    def active(self) -> list[ActiveFilter]:
        """The filters in force, in the order of the form."""
        found = []
        for name, value in self._valid.items():
            if not value:
                continue
            field = self.form.fields[name]
            labels = dict(getattr(field, "choices", ()))
            found.append(
                ActiveFilter(
                    str(field.label), str(labels.get(value, value)), self.query(**{name: ""})
                )
            )
        return found

    def query(self, **changes: str) -> str:
        """The filters in force as a query string, with ``changes`` made; "" removes a filter."""
        values = {name: str(value) for name, value in self._valid.items() if value} | changes
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in values.items() if value})
        return query.urlencode()


class ElementFilter(AddressFilter):
    """Narrows elements that carry ``category`` (see ``selectors.filterable_elements``).

    The schedule state and the words are computed from more than a column: this class validates
    them, and they are given to ``selectors.listing`` by ``schedule_state`` and ``words``.
    """

    q = django_filters.CharFilter(
        label=gettext_lazy("Words"),
        max_length=LONGEST_SEARCH,
        method="left_to_the_listing",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    part = django_filters.ChoiceFilter(
        label=gettext_lazy("Part"),
        field_name="issue__part__number",
        empty_label=gettext_lazy("any"),
    )
    issue = django_filters.ChoiceFilter(
        label=gettext_lazy("Issue"), method="in_issue", empty_label=gettext_lazy("any")
    )
    unit = django_filters.ChoiceFilter(
        label=gettext_lazy("Unit"), method="of_unit", empty_label=gettext_lazy("any")
    )
    category = django_filters.ChoiceFilter(
        label=gettext_lazy("Category"),
        choices=[(category.value, CATEGORY_LABELS[category]) for category in Category],
        empty_label=gettext_lazy("any"),
    )
    schedule = django_filters.ChoiceFilter(
        label=gettext_lazy("Schedule state"),
        choices=[(state.value, label) for state, label in SCHEDULE_LABELS.items()],
        method="left_to_the_listing",
        empty_label=gettext_lazy("any"),
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind of time-frame"),
        choices=[
            *((kind.value, label) for kind, label in KIND_LABELS.items()),
            (NONE, gettext_lazy("no time-frame")),
        ],
        method="of_kind",
        empty_label=gettext_lazy("any"),
    )

    class Meta:
        model = ActionElement
        fields: ClassVar[list[str]] = []

    @classmethod
    def of(cls, data: QueryDict, version: PlanVersion, newest: ReportingRound | None) -> Self:
        """The filter of a version's elements; ``newest`` is its newest closed round."""
        return cls(
            data,
            selectors.filterable_elements(version, newest),
            choices=selectors.choices_of(version),
            dated=newest is not None,
        )

    def __init__(
        self,
        data: QueryDict,
        queryset: QuerySet[ActionElement],
        *,
        choices: VersionChoices,
        dated: bool,
    ) -> None:
        """``choices`` are what the version has to choose from.

        ``dated`` tells that a closed round gives a date to judge by; without one there are
        neither categories nor schedule states to filter by.
        """
        super().__init__(data, queryset)
        self._offer("part", ((part.number, str(part)) for part in choices.parts))
        self._offer(
            "issue",
            (
                (issue.reference, Truncator(f"{issue.reference} {issue.title}").chars(70))
                for issue in choices.issues
            ),
        )
        self._offer("unit", ((unit.slug, unit.name) for unit in choices.units))
        self.filters["unit"].extra["choices"].append((NONE, _("no unit")))
        if not choices.units:
            del self.filters["unit"]
        if not dated:
            del self.filters["category"]
            del self.filters["schedule"]

    def _offer(self, name: str, choices: Iterable[tuple[str, str | Promise]]) -> None:
        self.filters[name].extra["choices"] = list(choices)

    def left_to_the_listing(
        self, queryset: QuerySet[ActionElement], name: str, value: str
    ) -> QuerySet[ActionElement]:
        return queryset

    def in_issue(
        self, queryset: QuerySet[ActionElement], name: str, value: str
    ) -> QuerySet[ActionElement]:
        """Elements of the issue and of its sub-issues."""
        return queryset.filter(Q(issue__reference=value) | Q(issue__parent__reference=value))

    def of_unit(
        self, queryset: QuerySet[ActionElement], name: str, value: str
    ) -> QuerySet[ActionElement]:
        if value == NONE:
            return queryset.filter(units__isnull=True)
        return queryset.filter(units__slug=value)

    def of_kind(
        self, queryset: QuerySet[ActionElement], name: str, value: str
    ) -> QuerySet[ActionElement]:
        if value == NONE:
            return queryset.filter(time_frame__isnull=True)
        return queryset.filter(time_frame__rule_kind=value)

    @property
    def schedule_state(self) -> ScheduleState | None:
        """The schedule state asked for, if any."""
        value = self._valid.get("schedule")
        return ScheduleState(value) if value else None
