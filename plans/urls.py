"""Addresses of the plans' pages: those of every feature."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, register_converter

from plans.web.converters import (
    IsoDateConverter,
    NumberConverter,
    OfficeConverter,
    ReferenceConverter,
)

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
