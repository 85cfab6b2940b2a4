"""The filters of a plan's elements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.catalogue.queries.browsing import filterable_elements
from plans.catalogue.queries.versions import VersionChoices, choices_of
from plans.models import CATEGORY_LABELS, ActionElement, PlanVersion, ReportingRound
from plans.text.categories import Category
from plans.text.timeframes import ScheduleState
from plans.web.filters import LONGEST_SEARCH, NONE, AddressFilter
from plans.web.labels import KIND_LABELS, SCHEDULE_LABELS


class ElementFilter(AddressFilter):
    """Narrows elements that carry ``category`` (see ``filterable_elements``).

    The schedule state and the words are computed from more than a column: this class validates
    them, and they are given to ``listing`` by ``schedule_state`` and ``words``.
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
        label=gettext_lazy("Progress"),
        choices=[(category.value, CATEGORY_LABELS[category]) for category in Category],
        empty_label=gettext_lazy("any"),
    )
    schedule = django_filters.ChoiceFilter(
        label=gettext_lazy("Schedule"),
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
            filterable_elements(version, newest),
            choices=choices_of(version),
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
        self._set_choices("part", ((part.number, str(part)) for part in choices.parts))
        self._set_choices(
            "issue",
            (
                (issue.reference, Truncator(f"{issue.reference} {issue.title}").chars(70))
                for issue in choices.issues
            ),
        )
        self._set_choices("unit", ((unit.slug, unit.name) for unit in choices.units))
        self.filters["unit"].extra["choices"].append((NONE, _("no unit")))
        if not choices.units:
            del self.filters["unit"]
        if not dated:
            del self.filters["category"]
            del self.filters["schedule"]

    def _set_choices(self, name: str, choices: Iterable[tuple[str, str | Promise]]) -> None:
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
