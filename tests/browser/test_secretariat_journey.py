"""The secretariat's journey in a real browser: return, clear, close; then a reader reads it.

With and without scripts, and by keyboard alone. And no page of it has barriers.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import caches
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from plans.models import Record
from plans.statuses.services import workflow as statuses
from tests.factories import PASSWORD
from tests.scenes import Scene, set_scene

REPORT = "/plans/technical-cooperation/gb276-tc-2/report/2001-02-28/"


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    """An open round with three statuses, of which the first two are submitted."""
    caches["pages"].clear()
    scene = set_scene(issues=3)
    scene.submit(1, text="The first text.")
    scene.submit(2, text="The second text.")
    return scene


def sign_in(page: Page, live_server: LiveServer, address: str) -> None:
    page.goto(f"{live_server.url}{address}")
    page.get_by_label("Username").fill("ines")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def test_the_secretariat_returns_clears_and_closes_and_a_reader_sees_the_report(
    scene: Scene, live_server: LiveServer, context: BrowserContext, browser: Browser
) -> None:
    page = context.new_page()
    sign_in(page, live_server, "/rounds/")

    # The cockpit says what waits, and leads to the first text, which goes back.
    page.get_by_role("link", name="Status as at 28 February 2001").click()
    page.get_by_role("link", name="Clear 2 texts").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("I.1.1–II.1.2")
    page.get_by_label("What should be changed").fill("Say by when.")
    page.get_by_role("button", name="Return with this comment").click()

    # The second is edited and cleared.
    expect(page.get_by_role("heading", level=1)).to_have_text("I.1(a).1–I.1(a).2")
    page.get_by_label("Status", exact=True).fill("The second text, edited.")
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.get_by_text("I.1(a).1–I.1(a).2: cleared.")).to_be_visible()

    # The officer mends the first, which is then cleared with others as it stands.
    scene.submit(1, text="The first text, by May.")
    page.get_by_role("link", name="Clearing").click()
    page.get_by_role("link", name="Choose all").click()
    page.get_by_role("button", name="Clear the chosen ones unchanged").click()
    expect(page.get_by_text("1 status is cleared.")).to_be_visible()

    # Nobody reports on the third: that is said, and the round closes.
    page.get_by_role("link", name="Closing").click()
    page.get_by_role("checkbox", name="Not reported: II.1.1").check()
    page.get_by_role("button", name="Set the chosen ones “not reported”, and close").click()
    sha256 = Record.objects.get(round=scene.round).sha256
    expect(page.get_by_text(f"Its record has the SHA-256 {sha256}.")).to_be_visible()

    # A reader, who is nobody in particular, sees the new report.
    reader = browser.new_context(java_script_enabled=False).new_page()
    reader.goto(f"{live_server.url}/plans/technical-cooperation/")
    reader.locator("a[href$='/report/2001-02-28/']").first.click()
    expect(reader.get_by_text("The first text, by May.")).to_be_visible()
    expect(reader.get_by_text("The second text, edited.")).to_be_visible()
    reader.context.close()


def tab_to(page: Page, words: str) -> None:
    """Press the tab key until what has the focus says ``words``."""
    for _ in range(150):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "(() => { const e = document.activeElement; const l = e.labels && e.labels[0];"
            " return l ? l.textContent : e.textContent; })()"
        )
        if " ".join(said.split()) == words:
            return
    pytest.fail(f"the tab key does not reach “{words}” on {page.url}")


def follow(page: Page) -> None:
    """Press the enter key, and wait for the page that comes."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_by_keyboard_alone_a_text_is_cleared_and_the_round_is_closed(
    scene: Scene, live_server: LiveServer, page: Page
) -> None:
    page.goto(f"{live_server.url}/rounds/")
    tab_to(page, "Username")
    page.keyboard.type("ines")
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    follow(page)

    tab_to(page, "Status as at 28 February 2001")
    follow(page)
    tab_to(page, "Clear 2 texts")
    follow(page)
    tab_to(page, "Status")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Edited.")
    tab_to(page, "Clear")
    follow(page)
    tab_to(page, "Clear")
    follow(page)
    expect(page.get_by_text("Nothing waits for clearance.")).to_be_visible()
    tab_to(page, "Closing")
    follow(page)
    tab_to(page, "Not reported: II.1.1")
    page.keyboard.press("Space")
    tab_to(page, "Set the chosen ones “not reported”, and close")
    follow(page)

    expect(page.get_by_text("The round is closed.")).to_be_visible()
    page.goto(f"{live_server.url}{REPORT}")
    expect(page.get_by_text("The first text. Edited.")).to_be_visible()


def test_two_who_clear_one_text_are_shown_both_texts(
    scene: Scene, live_server: LiveServer, page: Page
) -> None:
    sign_in(page, live_server, f"/rounds/{scene.round.pk}/clearing/1/")
    page.get_by_label("Status", exact=True).fill("The first text, edited.")
    statuses.withdraw_status(snapshot_id=scene.snapshot(1).pk, by=scene.officer, base_revision=2)
    scene.submit(1, text="The first text, mended.")

    page.get_by_role("button", name="Clear", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("I.1.1–II.1.2 changed in between")
    expect(page.locator("ins")).to_contain_text("edited.")
    expect(page.locator("del")).to_contain_text("mended.")
    expect(page.get_by_label("Status", exact=True)).to_have_value("The first text, mended.")


@pytest.mark.parametrize("width", [1280, 360])
def test_no_page_has_barriers_or_is_cut_off(
    width: int,
    scene: Scene,
    live_server: LiveServer,
    page: Page,
    axe: Callable[[Page], list[str]],
) -> None:
    scene.clear(3)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, "/rounds/")
    own, earlier = f"/rounds/{scene.round.pk}/", f"/rounds/{scene.earlier.pk}/"
    addresses = [
        "/rounds/",
        "/rounds/open/",
        own,
        f"{own}cover/",
        f"{own}grouping/",
        f"{own}clearing/",
        f"{own}clearing/1/",
        f"{own}clearing/3/",
        f"{own}close/",
        earlier,
        f"{earlier}reopen/",
        f"{earlier}clearing/1/",
    ]

    found = {}
    for address in addresses:
        page.goto(f"{live_server.url}{address}")
        reach = page.evaluate("document.documentElement.scrollWidth")
        found[address] = (axe(page), reach <= width)

    assert found == {address: ([], True) for address in addresses}
