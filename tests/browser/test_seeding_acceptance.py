"""What is odd and right as it stands, accepted by mouse, by keys alone, and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import caches
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from plans.models import Role
from tests.browser.review_page import piece, sign_in
from tests.factories import make_user
from tests.reading.documents import bullets, table
from tests.seeding.cases import Seeding, begin

JUMP = "the number 4 stands after 2"
FOUR, LAST = "p1.r3.c1.b1", "p1.r4.c1.b1"
REASON = "The document itself has it so; nothing is lost."
TEXT = table(
    ("1. Work", bullets("first."), "2001", ""),
    ("2. Nothing", bullets("second."), "2001", ""),
    ("4. More work", bullets("third."), "2001", ""),
    ("5. The last", bullets("fourth;"), "2001", ""),
)


@pytest.fixture
def odd(transactional_db: None) -> Seeding:
    """A draft of a document with two odd places."""
    caches["pages"].clear()
    return begin(TEXT, admin=make_user("ada", Role.ADMINISTRATOR))


def test_an_odd_place_is_accepted_by_mouse_with_scripts_and_without(
    odd: Seeding, live_server: LiveServer, visitor: Page
) -> None:
    sign_in(visitor, live_server, f"/seed/{odd.pk}/review/?section=1")
    expect(visitor.locator("#findings-left")).to_have_text("2")

    piece(visitor, FOUR).get_by_role("link", name="Accept as it is").click()
    form = visitor.locator("#step-form.op-accept")
    expect(form.get_by_label(JUMP)).to_be_checked()
    form.get_by_label(REASON).check()
    form.get_by_role("button", name="Save this step").click()

    expect(visitor.locator("#findings-left")).to_have_text("1")
    expect(visitor.locator(".left-to-do")).to_contain_text("1 of 2 looked at")
    expect(piece(visitor, FOUR)).to_contain_text(f"Accepted as it is: {JUMP} – {REASON}")
    visitor.locator("#show-findings").check()
    expect(visitor.locator(".finding-list .accepted")).to_contain_text(REASON)

    visitor.locator("#undo-form [value=undo]").click()
    expect(visitor.locator("#findings-left")).to_have_text("2")


def test_an_odd_place_is_accepted_by_keys_alone(
    odd: Seeding, live_server: LiveServer, page: Page
) -> None:
    sign_in(page, live_server, f"/seed/{odd.pk}/review/")
    expect(page.locator("html.scripted")).to_be_attached()
    for left in ("1", "0"):
        page.keyboard.press("n")
        expect(page.locator(".chosen-list code")).to_have_count(1)
        page.keyboard.press("o")
        expect(page.locator("#step-form.op-accept [name=odd]").first).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        expect(page.locator("[name=reason]")).to_have_value(REASON)
        page.keyboard.press("Enter")
        expect(page.locator("#findings-left")).to_have_text(left)
    assert odd.ops() == ["accept", "accept"]

    page.goto(f"{live_server.url}/seed/{odd.pk}/commit/")
    expect(
        page.get_by_role("heading", name="2 odd places are accepted as they are")
    ).to_be_visible()
    expect(page.get_by_label("I have looked at what is odd")).to_have_count(0)
    page.get_by_role("button", name="Make the version").click()
    expect(page.get_by_text("Only administrators see it until it is published.")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 360])
def test_the_form_and_the_list_have_no_barriers_and_are_not_cut_off(
    width: int,
    odd: Seeding,
    live_server: LiveServer,
    page: Page,
    axe: Callable[[Page], list[str]],
) -> None:
    odd.add({"op": "accept", "block": FOUR, "odd": JUMP, "reason": REASON})
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, f"/seed/{odd.pk}/review/?block={LAST}&op=accept")
    expect(page.locator("#step-form.op-accept")).to_be_visible()
    if width < 1000:
        page.get_by_label("Outline and lists").check()
    page.locator("#show-findings").check()
    expect(page.locator(".finding-list .accepted")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
