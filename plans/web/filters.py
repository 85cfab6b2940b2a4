"""Filters of pages. They stand in the address, so that a result can be linked to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import django_filters
from django.http import QueryDict
from django.utils.text import Truncator
from django.utils.translation import gettext as _

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
