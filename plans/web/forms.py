"""Choices of a form that are known only when it is made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms


def set_choices(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Let the ``ChoiceField`` of that name offer ``choices``: values and labels, or labels of
    groups and what is in them."""
    cast(forms.ChoiceField, form.fields[name]).choices = list(choices)
