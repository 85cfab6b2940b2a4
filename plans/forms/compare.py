"""Choosing the two rounds to compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plans.models import ReportingRound
from plans.wording import day


class CompareForm(forms.Form):
    """Two of ``rounds``, which come newest first; the two newest ones unless others are chosen."""

    first = forms.ChoiceField(label=_("From the report as at"))
    second = forms.ChoiceField(label=_("To the report as at"))

    def __init__(
        self, rounds: Sequence[ReportingRound], data: Mapping[str, Any] | None = None
    ) -> None:
        chosen = [round_.as_at.isoformat() for round_ in rounds[:2]]
        initial = dict(zip(("second", "first"), chosen, strict=False))
        super().__init__(data, initial=initial)
        choices = [(round_.as_at.isoformat(), _label(round_)) for round_ in rounds]
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or {}
        if chosen.get("first") and chosen.get("first") == chosen.get("second"):
            self.add_error("second", _("Choose two different reports."))
        return chosen

    def dates(self) -> tuple[date, date]:
        """The two days, the earlier one first. Only for a form that is valid."""
        first, second = sorted(
            date.fromisoformat(self.cleaned_data[name]) for name in ("first", "second")
        )
        return first, second


def _label(round_: ReportingRound) -> str:
    if round_.is_closed:
        return day(round_.as_at)
    return _("%(day)s (open)") % {"day": day(round_.as_at)}
