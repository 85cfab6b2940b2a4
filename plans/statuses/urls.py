"""Addresses of the worklist, and of the pages on which statuses are written."""

from __future__ import annotations

from django.urls import URLPattern, path

from plans.statuses.views import autosave, worklist, writing

_STATUS = "rounds/<number:round_id>/statuses/<number:ordinal>/"

urlpatterns: list[URLPattern] = [
    path("worklist/", worklist.worklist, name="worklist"),
    path(
        "worklist/after/<number:round_id>/<number:ordinal>/", worklist.go_on, name="worklist_go_on"
    ),
    path(_STATUS, writing.status, name="status"),
    path(f"{_STATUS}history/", writing.history, name="status_history"),
    path(f"{_STATUS}kept/", autosave.autosaved, name="status_autosave"),
    path(f"{_STATUS}preview/", autosave.preview, name="status_preview"),
    path(f"{_STATUS}presence/", autosave.presence, name="status_presence"),
    path(f"{_STATUS}inline/", autosave.inline, name="status_inline"),
]
