"""Addresses of the plans' pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, register_converter

from plans.converters import (
    IsoDateConverter,
    NumberConverter,
    OfficeConverter,
    ReferenceConverter,
)
from plans.views import (
    audit,
    browse,
    compare,
    corrigenda,
    feeds,
    files,
    items,
    overview,
    people,
    report,
    schemas,
    version_changes,
)

register_converter(IsoDateConverter, "isodate")
register_converter(NumberConverter, "number")
register_converter(OfficeConverter, "office")
register_converter(ReferenceConverter, "reference")

app_name = "plans"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.index, name="index"),
    path("", include("plans.views.officer_urls")),
    path("", include("plans.views.round_urls")),
    path("", include("plans.views.seed_urls")),
    path("plans/<slug:plan>/", overview.plan, name="plan"),
    path("plans/<slug:plan>/deadlines.ics", feeds.plan_calendar, name="plan_calendar"),
    path("plans/<slug:plan>/changes.atom", feeds.plan_feed, name="plan_feed"),
    # No version has the short name “compare” (``RESERVED_SLUGS``), so this clashes with none below.
    path(
        "plans/<slug:plan>/compare/<slug:earlier>/<slug:later>/",
        version_changes.changes,
        name="version_changes",
    ),
    path("plans/<slug:plan>/<slug:version>/", browse.version, name="version"),
    path("plans/<slug:plan>/<slug:version>/report/<isodate:as_at>/", report.report, name="report"),
    path(
        "plans/<slug:plan>/<slug:version>/report/<isodate:as_at>.<slug:extension>",
        files.report_twin,
        name="report_twin",
    ),
    path(
        "plans/<slug:plan>/<slug:version>/report/<isodate:as_at>/<slug:extension>/",
        files.report_making,
        name="report_making",
    ),
    path("plans/<slug:plan>/<slug:version>/compare/", compare.choose, name="compare"),
    path(
        "plans/<slug:plan>/<slug:version>/compare/<isodate:first>/<isodate:second>/",
        compare.comparison,
        name="comparison",
    ),
    path(
        "plans/<slug:plan>/<slug:version>/compare/<isodate:first>/<isodate:second>.<slug:extension>",
        files.comparison_twin,
        name="comparison_twin",
    ),
    path(
        "plans/<slug:plan>/<slug:version>/compare/<isodate:first>/<isodate:second>/<slug:extension>/",
        files.comparison_making,
        name="comparison_making",
    ),
    path("plans/<slug:plan>/<slug:version>/units/", people.assign, name="assign"),
    path("plans/<slug:plan>/<slug:version>/<reference:reference>/", items.item, name="item"),
    path(
        "plans/<slug:plan>/<slug:version>/<reference:reference>/corrigendum/",
        corrigenda.corrigendum,
        name="corrigendum",
    ),
    path("units/", people.units, name="units"),
    path("units/<slug:slug>/", people.unit, name="unit"),
    path("units/<slug:slug>/deadlines.ics", feeds.unit_calendar, name="unit_calendar"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.person, name="person"),
    path("schemas/tracker.report-1.json", schemas.report_schema, name="report_schema"),
    path("audit/", audit.audit, name="audit"),
    path("audit.csv", audit.audit_csv, name="audit_csv"),
]
