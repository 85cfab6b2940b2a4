"""Addresses of the secretariat's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from plans.rounds.views import clearing, rounds

_ROUND = "rounds/<number:round_id>/"

urlpatterns: list[URLPattern] = [
    path("rounds/", rounds.round_list, name="rounds"),
    path("rounds/open/", rounds.open_round, name="round_open"),
    path(_ROUND, rounds.round_cockpit, name="round"),
    path(f"{_ROUND}cover/", rounds.round_cover, name="round_cover"),
    path(f"{_ROUND}grouping/", rounds.grouping, name="round_grouping"),
    path(f"{_ROUND}clearing/", clearing.clearing_queue, name="clearing"),
    path(f"{_ROUND}clearing/<number:ordinal>/", clearing.clearing_status, name="clearing_status"),
    path(f"{_ROUND}close/", rounds.close_round, name="round_close"),
    path(f"{_ROUND}reopen/", rounds.reopen, name="round_reopen"),
]
