"""Addresses of the pages on which statuses are written."""

from __future__ import annotations

from django.urls import URLPattern, path

from plans.views import editing, unit_files, while_typing, worklist

_STATUS = "rounds/<number:round_id>/statuses/<number:ordinal>/"

urlpatterns: list[URLPattern] = [
    path("worklist/", worklist.worklist, name="worklist"),
    path(
        "worklist/after/<number:round_id>/<number:ordinal>/", worklist.go_on, name="worklist_go_on"
    ),
    path(_STATUS, editing.status, name="status"),
    path(f"{_STATUS}history/", editing.history, name="status_history"),
    path(f"{_STATUS}kept/", while_typing.keep, name="status_keep"),
    path(f"{_STATUS}preview/", while_typing.preview, name="status_preview"),
    path(f"{_STATUS}presence/", while_typing.presence, name="status_presence"),
    path(f"{_STATUS}inline/", while_typing.inline, name="status_inline"),
    path("rounds/<number:round_id>/returned/", unit_files.unit_files, name="unit_files"),
    path(
        "rounds/<number:round_id>/returned/<slug:unit>.<office:kind>",
        unit_files.unit_rows,
        name="unit_rows",
    ),
    path(
        "rounds/<number:round_id>/returned/<number:file_id>/",
        unit_files.returned_file,
        name="returned_file",
    ),
]
