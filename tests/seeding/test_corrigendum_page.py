"""The page of a corrigendum, and where corrigenda are shown."""

from __future__ import annotations

import pytest
from django.test import Client

from plans.models import Corrigendum, PlanVersion, Role
from tests.factories import make_plan, make_user
from tests.pages import text_of

pytestmark = pytest.mark.django_db

ELEMENT = "/plans/technical-cooperation/gb276-tc-2/I.1.1/"
ISSUE = "/plans/technical-cooperation/gb276-tc-2/I.1/"
WORDS = "Element I.1.1 will be carried out."


@pytest.fixture
def version() -> PlanVersion:
    return make_plan(issues=2, elements=2)


@pytest.fixture
def browser(client: Client, version: PlanVersion) -> Client:
    client.force_login(make_user("ada", Role.ADMINISTRATOR))
    return client


def sent(**changed: str) -> dict[str, str]:
    said = {"text": "element.text", "seen": WORDS, "words": "Element I.1.1 is done.", "reason": "!"}
    return said | changed


def test_a_corrigendum_is_issued_and_shown_to_everybody(browser: Client) -> None:
    answer = browser.post(f"{ELEMENT}corrigendum/", sent(reason="A slip <b>."), follow=True)
    assert answer.redirect_chain == [(ELEMENT, 302)]
    browser.logout()
    for page in (ELEMENT, ISSUE):
        shown = text_of(browser.get(page).content)
        assert "No. 1, words of the element" in shown
        assert "A slip <b>." in shown
        assert "ada" not in shown
    assert "Issue a corrigendum" not in browser.get(ELEMENT).text


def test_the_page_offers_every_text(browser: Client) -> None:
    shown = browser.get(f"{ELEMENT}corrigendum/?text=time_frame.text").text
    assert "Completed by April 2000</textarea>" in shown
    for name in ("element.text", "time_frame.text", "group.heading", "group.lead_in"):
        assert f'href="?text={name}"' in shown
    shown = browser.get(f"{ISSUE}corrigendum/").text
    for name in ("issue.title", "issue.context", "part.title", "part.time_frame_heading"):
        assert f'href="?text={name}"' in shown


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"words": ""}, "Write the words as they should be."),
        ({"reason": ""}, "This field is required."),
        ({"words": WORDS}, "These are the words that stand there already."),
    ],
)
def test_what_cannot_be_taken_is_given_back(
    browser: Client, changed: dict[str, str], complaint: str
) -> None:
    answer = browser.post(f"{ELEMENT}corrigendum/", sent(**changed))
    assert answer.status_code == 422
    assert complaint in answer.text
    assert not Corrigendum.objects.exists()


def test_a_stale_corrigendum_is_given_back_and_can_be_issued_again(browser: Client) -> None:
    answer = browser.post(f"{ELEMENT}corrigendum/", sent(seen="Earlier words."))
    assert answer.status_code == 409
    assert "Element I.1.1 is done.</textarea>" in answer.text
    assert f'name="seen" value="{WORDS}"' in answer.text
    assert browser.post(f"{ELEMENT}corrigendum/", sent()).status_code == 302


def test_there_is_no_corrigendum_to_what_is_not_there(browser: Client) -> None:
    answer = browser.get("/plans/technical-cooperation/gb276-tc-2/IX.9/corrigendum/")
    assert answer.status_code == 404
