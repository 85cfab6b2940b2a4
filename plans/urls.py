"""Addresses of the plans' pages: those of every feature, and what can stand in them."""

from __future__ import annotations

from datetime import date

from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.urls.converters import IntConverter


class IsoDateConverter:
    """A day as ``2000-08-31``. A day that no calendar has, such as ``2000-02-30``, matches not."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return value if isinstance(value, str) else value.isoformat()


class ReferenceConverter:
    """The reference of an issue or element, such as ``I.1(a).2``.

    The words that stand at the same place in other addresses are left to those.
    """

    regex = r"(?!(?:report|compare)/)[^/\x00]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class NumberConverter(IntConverter):
    """The number of a row. One that is too large for any database does not match."""

    regex = "[0-9]{1,9}"


class OfficeConverter:
    """The kind of an office file, at the end of its address."""

    regex = "docx|xlsx"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(IsoDateConverter, "isodate")
register_converter(NumberConverter, "number")
register_converter(OfficeConverter, "office")
register_converter(ReferenceConverter, "reference")

app_name = "plans"

# No two features have the same address; where patterns of two could fit, the narrower one is first.
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("plans.jobs.urls")),
    path("", include("plans.statuses.urls")),
    path("", include("plans.unit_files.urls")),
    path("", include("plans.rounds.urls")),
    path("", include("plans.seeding.urls")),
    path("", include("plans.people.urls")),
    path("", include("plans.exports.urls")),
    path("", include("plans.catalogue.urls")),
]
