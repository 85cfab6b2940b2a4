"""The form in which a status is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plans.categories import Category
from plans.forms.choices import offer
from plans.models import CATEGORY_LABELS, StatusSnapshot, Unit, WorkingCopy

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


class StatusForm(forms.Form):
    """Category and narrative, the revision that they started from, and for whom they are entered.

    ``units`` are those on whose behalf somebody else may enter it; they must say for which.
    """

    text = NarrativeField(label=_("Status"))
    category = forms.ChoiceField(
        label=_("How far has it come?"),
        choices=REPORTABLE,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("Choose a category from the list.")},
    )
    on_behalf_of = forms.ChoiceField(
        label=_("Entered on behalf of"),
        error_messages={"required": _("Say on whose behalf you enter this.")},
        help_text=_("Its members are told by e-mail."),
    )
    base_revision = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, units: Sequence[Unit] = (), **kwargs: Any) -> None:
        # Without the colon: labels stand above their fields.
        super().__init__(data, label_suffix="", **kwargs)
        self._units = {unit.slug: unit for unit in units}
        if not units:
            del self.fields["on_behalf_of"]
            return
        choices = [(unit.slug, unit.name) for unit in units]
        if len(choices) > 1:
            choices.insert(0, ("", gettext("– choose –")))
        offer(self, "on_behalf_of", choices)

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
