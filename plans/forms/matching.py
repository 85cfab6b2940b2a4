"""The form in which a person says what became of elements of the version before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plans.importing.matching import VersionElement
from plans.selectors.matching import Choices
from plans.services.seeding.matching import MAX_REASON

_SEPARATORS = re.compile(r"[\s,;]+")
_LONGEST = 500


class ChangeForm(forms.Form):
    """Which earlier elements became which later ones. Those offered are ticked; others are named
    by their references."""

    earlier = forms.MultipleChoiceField(label=_("In the version before"))
    other_earlier = forms.CharField(
        label=_("Others of the version before"),
        required=False,
        max_length=_LONGEST,
        help_text=_("References, with commas or spaces between them: “I.1(a).2, I.1(b).1”."),
        widget=forms.TextInput(attrs={"list": "earlier-references", "autocomplete": "off"}),
    )
    later = forms.MultipleChoiceField(label=_("In the new version"))
    other_later = forms.CharField(
        label=_("Others of the new version"),
        required=False,
        max_length=_LONGEST,
        help_text=_("References, with commas or spaces between them: “I.1(a).2, I.1(b).1”."),
        widget=forms.TextInput(attrs={"list": "later-references", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        help_text=_("Kept with the decision: how you know."),
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "true"}),
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self._offer("earlier", choices.earlier)
        self._offer("later", choices.later)

    def _offer(self, name: str, elements: Sequence[VersionElement]) -> None:
        choices = [
            (element.reference, f"{element.reference} {element.text}") for element in elements
        ]
        self.fields[name] = forms.MultipleChoiceField(
            label=self.fields[name].label,
            required=False,
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
        )

    @property
    def earlier_references(self) -> list[str]:
        """What was chosen of the version before."""
        return self._chosen("earlier")

    @property
    def later_references(self) -> list[str]:
        """What was chosen of the new version."""
        return self._chosen("later")

    def _chosen(self, name: str) -> list[str]:
        named = _SEPARATORS.split(self.cleaned_data[f"other_{name}"])
        return list(dict.fromkeys([*self.cleaned_data[name], *filter(None, named)]))
