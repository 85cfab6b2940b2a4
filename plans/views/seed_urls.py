"""Addresses of the pages on which administrators seed plan versions."""

from __future__ import annotations

from django.urls import URLPattern, path

from plans.views import seed_columns, seed_commit, seed_matching, seeding, seeding_review

_DRAFT = "seed/<number:draft_id>/"

urlpatterns: list[URLPattern] = [
    path("seed/", seeding.seed_list, name="seed"),
    path("seed/template.<slug:extension>", seeding.template, name="seed_template"),
    path(_DRAFT, seeding.overview, name="seed_draft"),
    path(f"{_DRAFT}head/", seeding.head, name="seed_head"),
    path(f"{_DRAFT}columns/", seed_columns.columns, name="seed_columns"),
    path(f"{_DRAFT}review/", seeding_review.review, name="seed_review"),
    path(f"{_DRAFT}matching/", seed_matching.matching, name="seed_matching"),
    path(
        f"{_DRAFT}matching/<slug:fingerprint>/",
        seed_matching.change,
        name="seed_matching_change",
    ),
    path(f"{_DRAFT}matching.toml", seed_matching.decisions, name="seed_decisions"),
    path(f"{_DRAFT}commit/", seed_commit.commit, name="seed_commit"),
    path(f"{_DRAFT}publish/", seed_commit.publish, name="seed_publish"),
    path(f"{_DRAFT}take-back/", seed_commit.take_back, name="seed_take_back"),
    path(f"{_DRAFT}discard/", seeding.discard, name="seed_discard"),
    path(f"{_DRAFT}document", seeding.document, name="seed_document"),
    path(f"{_DRAFT}corrections.toml", seeding.corrections, name="seed_corrections"),
    path("plans/<slug:plan>/<slug:version>/fixture.json", seeding.fixture, name="version_fixture"),
]
