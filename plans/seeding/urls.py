"""Addresses of the pages on which administrators seed plan versions."""

from __future__ import annotations

from django.urls import URLPattern, path

from plans.seeding.views import commit, drafts, matching, review

_DRAFT = "seed/<number:draft_id>/"
_VERSION = "plans/<slug:plan>/<slug:version>/"

urlpatterns: list[URLPattern] = [
    path("seed/", drafts.seed_list, name="seed"),
    path("seed/template.<slug:extension>", drafts.template, name="seed_template"),
    path(_DRAFT, drafts.overview, name="seed_draft"),
    path(f"{_DRAFT}head/", drafts.head, name="seed_head"),
    path(f"{_DRAFT}columns/", drafts.columns, name="seed_columns"),
    path(f"{_DRAFT}review/", review.review, name="seed_review"),
    path(f"{_DRAFT}matching/", matching.matching, name="seed_matching"),
    path(
        f"{_DRAFT}matching/<slug:fingerprint>/",
        matching.change,
        name="seed_matching_change",
    ),
    path(f"{_DRAFT}matching.toml", matching.decisions, name="seed_decisions"),
    path(f"{_DRAFT}commit/", commit.commit, name="seed_commit"),
    path(f"{_DRAFT}publish/", commit.publish, name="seed_publish"),
    path(f"{_DRAFT}take-back/", commit.take_back, name="seed_take_back"),
    path(f"{_DRAFT}discard/", drafts.discard, name="seed_discard"),
    path(f"{_DRAFT}document", drafts.document, name="seed_document"),
    path(f"{_DRAFT}corrections.toml", drafts.corrections, name="seed_corrections"),
    path(f"{_VERSION}fixture.json", drafts.fixture, name="version_fixture"),
    path(f"{_VERSION}<reference:reference>/corrigendum/", commit.corrigendum, name="corrigendum"),
]
