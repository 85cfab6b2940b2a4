"""The page on which a version that is not published is taken back."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.test import Client

from plans.models import PlanVersion, SeedDraft
from plans.seeding.services import commit, drafts
from plans.seeding.services.publish import publish_version, take_back
from plans.seeding.views import commit as seed_commit
from tests.pages import text_of
from tests.seeding.cases import Seeding, begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeding() -> Seeding:
    seeding = begin()
    drafts.set_head(**seeding.known, head={}, with_round=False)
    commit.commit_draft(**seeding.known, anomalies_seen=True)
    return seeding


@pytest.fixture
def browser(client: Client, seeding: Seeding) -> Client:
    client.force_login(seeding.admin)
    return client


def test_it_is_taken_back_after_asking_why(browser: Client, seeding: Seeding) -> None:
    address = f"/seed/{seeding.pk}/take-back/"
    assert f'href="{address}"' in browser.get(f"/seed/{seeding.pk}/").text
    page = text_of(browser.get(address).content)
    assert "Its document becomes a draft again" in page
    answer = browser.post(address, {"reason": "A heading was lost."}, follow=True)
    text = text_of(answer.content)
    assert answer.redirect_chain == [(f"/seed/{seeding.pk}/", 302)]
    assert "The version is taken back." in text
    assert "What is left to do" in text
    assert not PlanVersion.objects.exists()


def test_without_a_reason_it_stays(browser: Client, seeding: Seeding) -> None:
    answer = browser.post(f"/seed/{seeding.pk}/take-back/", {"reason": " "})
    assert (answer.status_code, PlanVersion.objects.count()) == (422, 1)
    assert "This field is required." in answer.text


def test_what_stands_in_the_way_is_said_instead_of_the_form(
    browser: Client, seeding: Seeding
) -> None:
    publish_version(version_id=PlanVersion.objects.get().pk, by=seeding.admin)
    address = f"/seed/{seeding.pk}/take-back/"
    answer = browser.get(address)
    assert "The version cannot be taken back. It is published;" in text_of(answer.content)
    assert "<textarea" not in answer.text
    assert browser.post(address, {"reason": "Wrong."}).status_code == 422
    assert f'href="{address}"' not in browser.get(f"/seed/{seeding.pk}/").text
    assert PlanVersion.objects.count() == 1


@pytest.mark.parametrize("step", ["take-back", "publish"])
def test_two_at_once_are_told(
    browser: Client, seeding: Seeding, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = PlanVersion.objects.get()
    found = seed_commit.draft_or_404

    def in_between(request: HttpRequest, draft_id: int) -> SeedDraft:
        draft = found(request, draft_id)
        take_back(version_id=version.pk, by=seeding.admin, reason="Somebody was quicker.")
        return draft

    monkeypatch.setattr(seed_commit, "draft_or_404", in_between)
    answer = browser.post(f"/seed/{seeding.pk}/{step}/", {"reason": "Wrong."})
    assert answer.status_code == 409
    assert "The version was taken back in another window" in text_of(answer.content)


def test_before_a_version_is_made_there_is_nothing_to_take_back(client: Client) -> None:
    seeding = begin()
    client.force_login(seeding.admin)
    answer = client.get(f"/seed/{seeding.pk}/take-back/", follow=True)
    assert "No version has been made of this document yet." in text_of(answer.content)
