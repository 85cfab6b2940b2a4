"""Addresses of plans, their versions, issues and elements."""

from __future__ import annotations

from django.urls import URLPattern, path

from plans.catalogue import feeds, views

_VERSION = "plans/<slug:plan>/<slug:version>/"

urlpatterns: list[URLPattern] = [
    path("", views.index, name="index"),
    path("plans/<slug:plan>/", views.plan, name="plan"),
    path("plans/<slug:plan>/deadlines.ics", feeds.plan_calendar, name="plan_calendar"),
    path("plans/<slug:plan>/changes.atom", feeds.plan_feed, name="plan_feed"),
    # No version is called “compare” (``plans.text.slugs``), so this clashes with none below.
    path(
        "plans/<slug:plan>/compare/<slug:earlier>/<slug:later>/",
        views.changes,
        name="version_changes",
    ),
    path(_VERSION, views.version, name="version"),
    path(f"{_VERSION}<reference:reference>/", views.item, name="item"),
    path("units/<slug:slug>/deadlines.ics", feeds.unit_calendar, name="unit_calendar"),
]
