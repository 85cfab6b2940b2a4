"""What forms share: their base, and numbers that people and pages send."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

LARGEST = 2**31 - 1
"""The largest number that every integer column of both databases holds."""


def parse_int(text: str, *, least: int = 0, most: int = LARGEST) -> int | None:
    """The number that ``text`` writes in the digits 0 to 9, from ``least`` to ``most``, else None.

    Signs, spaces and digits of other scripts are not taken; neither are more digits than ``most``
    has, which Python or a database might refuse to read.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if least <= number <= most else None


def parse_ints(texts: Iterable[str]) -> set[int]:
    """The numbers among ``texts``, as ``parse_int`` reads them."""
    return {number for text in texts if (number := parse_int(text)) is not None}


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """A choice of rows by their primary keys.

    Django passes a key of any size on to the database, which then raises an error of its own.
    """

    def clean(self, value: Any) -> Any:
        for key in value or ():
            if parse_int(str(key)) is None:
                raise ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": str(key)[:20]},
                )
        return super().clean(value)


class PageForm(forms.Form):
    """Base of the forms on pages."""

    def set_choices(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        """Let the ``ChoiceField`` of that name offer ``choices``: values and labels, or labels of
        groups and what is in them."""
        cast(forms.ChoiceField, self.fields[name]).choices = list(choices)


class RevisionForm(PageForm):
    """A change that names the revision of what it changes as the page showed it."""

    base_revision = forms.IntegerField(min_value=0, max_value=LARGEST, widget=forms.HiddenInput)
