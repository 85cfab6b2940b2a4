"""The form in which a status is written, and the filters of the worklist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from plans.models import CATEGORY_LABELS, StatusSnapshot, Unit, WorkingCopy
from plans.statuses.queries.worklist import WorklistStage
from plans.text.categories import Category
from plans.text.timeframes import ScheduleState
from plans.web.filters import LONGEST_SEARCH, NONE, AddressFilter
from plans.web.forms import RevisionForm
from plans.web.labels import SCHEDULE_LABELS

REPORTABLE = [
    (category.value, label)
    for category, label in CATEGORY_LABELS.items()
    if category is not Category.NOT_REPORTED
]
"""The categories that somebody can choose; that nothing is reported is said by choosing none."""


class NarrativeField(forms.CharField):
    """Plain text of any length, as it was typed. Its service cleans it and judges its length."""

    widget = forms.Textarea(attrs={"rows": 12, "spellcheck": "true", "data-narrative": ""})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        # A NUL would be refused outright; cleaning takes it out with its like.
        return str(super().to_python(value)).replace("\0", "")


class StatusForm(RevisionForm):
    """Category and narrative, the revision that they started from, and for whom they are entered.

    ``units`` are those on whose behalf somebody else may enter it; they must say for which.
    """

    text = NarrativeField(label=_("Status"))
    category = forms.ChoiceField(
        label=_("Progress"),
        choices=REPORTABLE,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("Choose the progress from the list.")},
    )
    on_behalf_of = forms.ChoiceField(
        label=_("Entered on behalf of"),
        error_messages={"required": _("Say on whose behalf you enter this.")},
        help_text=_("Its members are told by e-mail."),
    )

    def __init__(self, data: Any = None, *, units: Sequence[Unit] = (), **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._units = {unit.slug: unit for unit in units}
        if not units:
            del self.fields["on_behalf_of"]
            return
        choices = [(unit.slug, unit.name) for unit in units]
        if len(choices) > 1:
            choices.insert(0, ("", gettext("– choose –")))
        self.set_choices("on_behalf_of", choices)

    def clean_category(self) -> str:
        """The category's value; “not reported” where none was chosen yet."""
        return self.cleaned_data["category"] or Category.NOT_REPORTED.value

    @property
    def unit(self) -> Unit | None:
        """The unit on whose behalf it is entered; of a valid form only."""
        return self._units.get(self.cleaned_data.get("on_behalf_of", ""))

    @property
    def typed(self) -> str:
        """The narrative as it came, whatever else was wrong with the form."""
        return str(self.data.get("text", ""))

    @property
    def base_is_unknown(self) -> bool:
        """Whether it cannot be told from which revision the person started."""
        return "base_revision" in self.errors


def initial_of(snapshot: StatusSnapshot, copy: WorkingCopy | None = None) -> dict[str, Any]:
    """What the form starts with: the status as saved, or what the person typed since then."""
    source = copy or snapshot
    return {
        "text": source.text,
        "category": "" if source.category == Category.NOT_REPORTED else source.category,
        "base_revision": copy.base_revision if copy else snapshot.revision,
    }


# -- The filters of the worklist ------------------------------------------------------------------

STAGE_LABELS: dict[WorklistStage, Promise] = {
    WorklistStage.RETURNED: gettext_lazy("returned"),
    WorklistStage.EMPTY: gettext_lazy("not started"),
    WorklistStage.DRAFT: gettext_lazy("draft"),
    WorklistStage.SUBMITTED: gettext_lazy("submitted"),
    WorklistStage.CLEARED: gettext_lazy("cleared"),
    WorklistStage.NOT_REPORTED: gettext_lazy("not reported"),
}
ALL = "all"
"""The value that asks for statuses in every state, not only for outstanding ones."""

_SILENT = Q(category=Category.NOT_REPORTED)
_STATES = {
    WorklistStage.RETURNED: Q(state=StatusSnapshot.State.RETURNED),
    WorklistStage.EMPTY: Q(state=StatusSnapshot.State.DRAFT, revision=0),
    WorklistStage.DRAFT: Q(state=StatusSnapshot.State.DRAFT, revision__gt=0),
    WorklistStage.SUBMITTED: Q(state=StatusSnapshot.State.SUBMITTED),
    WorklistStage.CLEARED: Q(state=StatusSnapshot.State.CLEARED) & ~_SILENT,
    WorklistStage.NOT_REPORTED: Q(state=StatusSnapshot.State.CLEARED) & _SILENT,
}
_OPEN = (StatusSnapshot.State.DRAFT, StatusSnapshot.State.RETURNED)


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
        label=gettext_lazy("Schedule"),
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
                ("", gettext("any")),
                *offered,
                (NONE, gettext("no unit")),
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
        """Narrow by the filters, and to what is outstanding unless a stage was asked for."""
        narrowed: QuerySet[StatusSnapshot] = super().filter_queryset(queryset)
        asked = self._valid.get("state")
        if asked == ALL:
            return narrowed
        return narrowed.filter(_STATES[WorklistStage(asked)] if asked else Q(state__in=_OPEN))

    @property
    def schedule_state(self) -> ScheduleState | None:
        """The schedule state asked for, if any."""
        value = self._valid.get("schedule")
        return ScheduleState(value) if value else None
