"""Addresses of reports and comparisons, as pages and as files."""

from __future__ import annotations

from django.urls import URLPattern, path

from plans.exports import comparison, downloads, views

_VERSION = "plans/<slug:plan>/<slug:version>/"
_REPORT = f"{_VERSION}report/<isodate:as_at>"
_COMPARISON = f"{_VERSION}compare/<isodate:first>/<isodate:second>"

urlpatterns: list[URLPattern] = [
    path(f"{_REPORT}/", views.report, name="report"),
    path(f"{_REPORT}.<slug:extension>", downloads.report_file, name="report_file"),
    path(f"{_VERSION}compare/", comparison.choose, name="compare"),
    path(f"{_COMPARISON}/", comparison.comparison, name="comparison"),
    path(f"{_COMPARISON}.<slug:extension>", downloads.comparison_file, name="comparison_file"),
    path("schemas/tracker.report-1.json", views.report_schema, name="report_schema"),
]
