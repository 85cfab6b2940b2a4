"""Addresses of units' files."""

from __future__ import annotations

from django.urls import URLPattern, path

from plans.unit_files import views

_RETURNED = "rounds/<number:round_id>/returned/"

urlpatterns: list[URLPattern] = [
    path(_RETURNED, views.unit_files, name="unit_files"),
    path(f"{_RETURNED}<slug:unit>.<office:kind>", views.unit_rows, name="unit_rows"),
    path(f"{_RETURNED}<number:file_id>/", views.returned_file, name="returned_file"),
]
