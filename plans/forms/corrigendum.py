"""The form of a corrigendum."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plans.services.seeding.corrigenda import MAX_REASON, MAX_WORDS


class CorrigendumForm(forms.Form):
    """The words as they should be, and why. ``seen`` are those that the change started from."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    words = forms.CharField(
        label=_("Words as they should be"),
        max_length=MAX_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "true"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "true"}),
        help_text=_("Everybody can read it beside the words."),
    )

    def __init__(self, data: Any = None, *, words: str) -> None:
        super().__init__(data, label_suffix="", initial={"seen": words, "words": words})

    def clean_seen(self) -> str:
        # Browsers send the end of a line as two characters.
        return str(self.cleaned_data["seen"]).replace("\r\n", "\n")
