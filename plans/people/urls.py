"""Addresses of units, people, and the audit."""

from __future__ import annotations

from django.urls import URLPattern, path

from plans.people import views

urlpatterns: list[URLPattern] = [
    path("plans/<slug:plan>/<slug:version>/units/", views.assign, name="assign"),
    path("units/", views.units, name="units"),
    path("units/<slug:slug>/", views.unit, name="unit"),
    path("people/", views.people, name="people"),
    path("people/<number:pk>/", views.person, name="person"),
    path("audit/", views.audit, name="audit"),
    path("audit.csv", views.audit_csv, name="audit_csv"),
]
