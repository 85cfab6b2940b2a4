"""The filters of the worklist."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.categories import Category
from plans.filters import LONGEST_SEARCH, NONE, AddressFilter
from plans.models import StatusSnapshot, Unit
from plans.selectors.worklist import Stage
from plans.timeframes import ScheduleState
from plans.wording import SCHEDULE_LABELS

STAGE_LABELS: dict[Stage, Promise] = {
    Stage.RETURNED: gettext_lazy("returned"),
    Stage.EMPTY: gettext_lazy("nothing written yet"),
    Stage.DRAFT: gettext_lazy("draft"),
    Stage.SUBMITTED: gettext_lazy("submitted"),
    Stage.CLEARED: gettext_lazy("cleared"),
    Stage.NOT_REPORTED: gettext_lazy("not reported"),
}
ALL = "all"
"""The value that asks for statuses in every state; without it only what is owed is listed."""

_SILENT = Q(category=Category.NOT_REPORTED)
_STATES = {
    Stage.RETURNED: Q(state=StatusSnapshot.State.RETURNED),
    Stage.EMPTY: Q(state=StatusSnapshot.State.DRAFT, revision=0),
    Stage.DRAFT: Q(state=StatusSnapshot.State.DRAFT, revision__gt=0),
    Stage.SUBMITTED: Q(state=StatusSnapshot.State.SUBMITTED),
    Stage.CLEARED: Q(state=StatusSnapshot.State.CLEARED) & ~_SILENT,
    Stage.NOT_REPORTED: Q(state=StatusSnapshot.State.CLEARED) & _SILENT,
}
_OWED = (StatusSnapshot.State.DRAFT, StatusSnapshot.State.RETURNED)


class WorklistFilter(AddressFilter):
    """Narrows statuses by unit and stage. The schedule state and the words are computed from more
    than a column: this class validates them, and the page narrows its rows by them."""

    q = django_filters.CharFilter(
        label=gettext_lazy("Words"),
        max_length=LONGEST_SEARCH,
        method="left_to_the_page",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State of the status"),
        choices=[
            *((stage.value, label) for stage, label in STAGE_LABELS.items()),
            (ALL, gettext_lazy("all")),
        ],
        method="left_to_the_page",
        empty_label=gettext_lazy("still to report"),
    )
    schedule = django_filters.ChoiceFilter(
        label=gettext_lazy("Schedule state"),
        choices=[(state.value, label) for state, label in SCHEDULE_LABELS.items()],
        method="left_to_the_page",
        empty_label=gettext_lazy("any"),
    )
    unit = django_filters.ChoiceFilter(
        label=gettext_lazy("Unit"), method="of_unit", empty_label=gettext_lazy("any")
    )

    class Meta:
        model = StatusSnapshot
        fields: ClassVar[list[str]] = []

    def __init__(
        self, data: QueryDict, queryset: QuerySet[StatusSnapshot], *, units: Iterable[Unit]
    ) -> None:
        """``units`` are those to choose from."""
        super().__init__(data, queryset)
        offered = [(unit.slug, unit.name) for unit in units]
        if offered:
            self.form.fields["unit"].choices = [
                ("", _("any")),
                *offered,
                (NONE, _("no unit")),
            ]
        else:
            del self.form.fields["unit"]
            del self.filters["unit"]

    def left_to_the_page(
        self, queryset: QuerySet[StatusSnapshot], name: str, value: str
    ) -> QuerySet[StatusSnapshot]:
        return queryset

    def of_unit(
        self, queryset: QuerySet[StatusSnapshot], name: str, value: str
    ) -> QuerySet[StatusSnapshot]:
        if value == NONE:
            return queryset.filter(elements__units__isnull=True).distinct()
        return queryset.filter(elements__units__slug=value).distinct()

    def filter_queryset(self, queryset: QuerySet[StatusSnapshot]) -> QuerySet[StatusSnapshot]:
        """Narrow by the filters, and to what is owed unless a stage was asked for."""
        narrowed: QuerySet[StatusSnapshot] = super().filter_queryset(queryset)
        asked = self._valid.get("state")
        if asked == ALL:
            return narrowed
        return narrowed.filter(_STATES[Stage(asked)] if asked else Q(state__in=_OWED))

    @property
    def schedule_state(self) -> ScheduleState | None:
        """The schedule state asked for, if any."""
        value = self._valid.get("schedule")
        return ScheduleState(value) if value else None
