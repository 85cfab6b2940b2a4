"""The review in a real browser: by mouse and keys, by keys alone, and as forms without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect
from pytest_django.live_server_helper import LiveServer

from plans.models import Role
from tests.browser.review_page import KEYS, piece, sign_in
from tests.factories import make_user
from tests.reading.documents import bullets, table
from tests.seeding.cases import NOTE, Seeding, begin


@pytest.fixture(autouse=True)
def _administrator(transactional_db: None) -> None:
    caches["pages"].clear()
    make_user("ada", Role.ADMINISTRATOR)


@pytest.fixture
def small() -> Seeding:
    """A draft of a small document that has everything which a review is about."""
    row = (
        "1. Standards",
        "<p>The Office will make its work better in many ways, through:</p> "
        + bullets("better standards;", "more advice;", "much more advice."),
        '<p>May 2000</p> <p>" "</p>',
        "<p>Work goes on. Talks were held.</p> <p>Talks were held.</p>",
    )
    text = table(row, ("2. Advice", bullets("third."), "By end 2001", "Completed in April 2001."))
    lost = "A line that nobody knows the place of\n"
    return begin(f"{text}\n{lost}", admin=User.objects.get(username="ada"))


@pytest.fixture
def without_scripts(browser: Browser) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-GB", java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def test_without_scripts_every_operation_is_a_form(
    small: Seeding, live_server: LiveServer, without_scripts: Page
) -> None:
    page = without_scripts
    sign_in(page, live_server, f"/seed/{small.pk}/review/")

    def choose(*ids: str) -> None:
        page.get_by_role("link", name="Close").or_(page.locator("#go-next")).first.click()
        for box in page.locator("[name=block][form=choose]:checked").all():
            box.uncheck()
        for piece_id in ids:
            page.get_by_label(f"Choose {piece_id}", exact=True).check()
        page.get_by_role("button", name="Choose the marked blocks").click()

    def save(operation: str, note: str = "") -> None:
        page.locator("[name=reason]").fill(f"Reason to {operation}.")
        if note:
            page.locator("[name=note]").fill(note)
        page.get_by_role("button", name="Save this step").click()
        expect(page.locator(".saved")).to_contain_text("is saved")

    def do(operation: str) -> None:
        page.get_by_role("navigation", name="What to do with it").get_by_role(
            "link", name=operation
        ).click()

    # The next thing to look at is one link away; the last are words without a place.
    for expected in ("p1.r1.c3.b1", "p1.r1.c4.b1", "p1.x1"):
        page.get_by_role("link", name="Next to look at").click()
        expect(page.locator(".chosen-list code")).to_have_text([expected])
    expect(page.locator(".chosen-list code")).to_have_text(["p1.x1"])
    do("Duplicate or boilerplate")
    page.get_by_label("boilerplate", exact=True).check()
    save("drop")
    expect(page.locator("#words-left")).to_have_text("0")

    choose("p1.r1.c4.b1")
    do("Split")
    page.get_by_label("Talks", exact=True).check()
    save("split")
    choose("p1.r1.c4.b2")
    do("Duplicate or boilerplate")
    page.get_by_label("a duplicate of").check()
    page.get_by_label("of which block").select_option("p1.r1.c4.b1#2")
    save("drop")
    choose("p1.r1.c4.b1#1", "p1.r1.c4.b1#2")
    do("Join")
    save("join")
    choose("p1.r1.c3.b2")
    do("Ditto mark")
    page.get_by_label("It repeats").select_option("p1.r1.c3.b1")
    save("ditto")
    choose("p1.r2.c3.b1")
    do("Move")
    page.get_by_label("which block").select_option("p1.r1.c2.b4")
    save("move")
    choose("p1.r2.c3.b1")
    do("Cover elements")
    page.get_by_label("I.1.3 much more advice.").check()
    save("cover", note="It may belong to the next issue.")
    choose("p1.r1.c2.b4")
    do("Missing element")
    save("missing")
    choose("p1.r1.c4.b1#1")
    do("Progress")
    page.get_by_label("in progress").check()
    save("category")
    choose("p1.r1.c2.b1")
    do("Editorial note")
    save("note", note="As it is printed.")
    choose("p1.r1.c2.b2", "p1.r1.c2.b3")
    do("Assign a role")
    page.locator("[name=role][value=element]").check()
    save("assign")

    assert small.ops() == [
        "drop",
        "split",
        "drop",
        "join",
        "ditto",
        "move",
        "cover",
        "missing",
        "category",
        "note",
        "assign",
    ]
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("#steps-taken")).to_have_text("10")
    page.get_by_role("button", name="Redo").click()
    expect(page.locator("#steps-taken")).to_have_text("11")


def test_by_keys_alone_something_is_looked_at_decided_and_undone(
    small: Seeding, live_server: LiveServer, page: Page
) -> None:
    sign_in(page, live_server, f"/seed/{small.pk}/review/")
    expect(page.locator("html")).to_have_class("scripted")

    def focused() -> str:
        found: str = page.evaluate("document.activeElement.id || document.activeElement.name")
        return found

    page.keyboard.press("b")
    expect(page.locator(".chosen-list code")).to_have_text(["p1.x1"])
    page.keyboard.press("n")
    expect(page.locator(".chosen-list code")).to_have_text(["p1.r1.c3.b1"])
    page.keyboard.press("b")
    expect(page.locator(".chosen-list code")).to_have_text(["p1.x1"])
    assert focused() == "chip-p1.x1"
    page.keyboard.press("d")
    expect(page.locator("#step-form.op-drop")).to_be_visible()
    expect(page.locator("[name=what]").first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("boilerplate", exact=True)).to_be_checked()
    while focused() != "id_proposal_0":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    while page.evaluate("document.activeElement.textContent.trim()") != "Save this step":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#words-left")).to_have_text("0")
    expect(page.locator("#said")).to_have_text("Step 1 is saved: Duplicate or boilerplate.")

    # Two blocks, by the arrow keys and the space bar; then the choice is given up.
    page.keyboard.press("Escape")
    expect(page.locator("#step-form")).to_have_count(0)
    assert focused() == "chip-p1.x1"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    expect(page.locator(".chosen-list code")).to_have_text(["p1.r2.c4.b1"])
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    expect(page.locator(".chosen-list li")).to_have_count(2)
    page.keyboard.press("u")
    expect(page.locator("#steps-taken")).to_have_text("0")
    page.keyboard.press("r")
    expect(page.locator("#steps-taken")).to_have_text("1")

    # Words to be cut are walked through with the arrow keys.
    piece(page, "p1.r2.c4.b1").locator(".chip").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chosen-list code")).to_have_text(["p1.r2.c4.b1"])
    page.keyboard.press("s")
    expect(page.locator("#step-form.op-split")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.get_by_label("April", exact=True)).to_be_checked()

    # Keys are letters again in a field, and everywhere when they are switched off.
    page.locator("[name=reason]").focus()
    page.keyboard.type("undo")
    expect(page.locator("[name=reason]")).to_have_value("undo")
    assert small.ops() == ["drop"]
    piece(page, "p1.r2.c4.b1").locator(".chip").focus()
    page.keyboard.press("?")
    page.get_by_label("Single keys are on").uncheck()
    piece(page, "p1.r2.c4.b1").locator(".chip").focus()
    page.keyboard.press("u")
    expect(page.locator("#steps-taken")).to_have_text("1")


def test_what_belongs_together_lights_up_both_ways(
    small: Seeding, live_server: LiveServer, page: Page
) -> None:
    sign_in(page, live_server, f"/seed/{small.pk}/review/")
    words = page.locator('.outline-words[data-pieces="p1.r1.c2.b2"]')
    piece(page, "p1.r1.c2.b2").hover()
    expect(words).to_have_class(re.compile("lit"))
    words.hover()
    expect(piece(page, "p1.r1.c2.b2")).to_have_class(re.compile("lit"))
    expect(words).not_to_have_class(re.compile("lit"))


def test_two_at_work_are_shown_what_came_in_between_and_lose_nothing(
    small: Seeding, live_server: LiveServer, page: Page
) -> None:
    sign_in(page, live_server, f"/seed/{small.pk}/review/")
    piece(page, "p1.r1.c2.b2").locator(".words").click(position={"x": 3, "y": 3})
    page.keyboard.press("e")
    expect(page.locator("#op-note")).to_have_attribute("aria-current", "true")
    page.locator("[name=note]").fill("My own note.")
    page.locator("[name=reason]").fill("My own reason.")
    Seeding(make_user("bo", Role.ADMINISTRATOR), small.pk).add(NOTE)

    page.get_by_role("button", name="Save this step").click()

    panel = page.locator("#panel")
    expect(panel.get_by_role("alert")).to_contain_text("What came in between:")
    expect(panel.get_by_role("alert")).to_contain_text("Readers should know.")
    expect(page.locator("[name=note]")).to_have_value("My own note.")
    expect(page.locator("[name=reason]")).to_have_value("My own reason.")
    page.get_by_role("button", name="Save this step").click()
    expect(page.locator("#steps-taken")).to_have_text("2")
    assert small.ops() == ["note", "note"]


def test_words_that_are_not_saved_go_along_and_are_not_left_unasked(
    small: Seeding, live_server: LiveServer, page: Page
) -> None:
    sign_in(page, live_server, f"/seed/{small.pk}/review/")
    piece(page, "p1.r1.c4.b1").locator(".words").click(position={"x": 3, "y": 3})
    page.locator("[name=reason]").fill("Because of this.")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", stay)
    page.keyboard.press("Tab")
    page.locator("#op-assign").click()
    expect(page.locator("#step-form.op-assign")).to_be_visible()
    expect(page.locator("[name=reason]")).to_have_value("Because of this.")
    assert asked == []
    page.locator("#go-next").click()
    assert asked == ["What you typed is not saved. Leave it?"]
    expect(page.locator("[name=reason]")).to_have_value("Because of this.")
    page.locator("[name=reason]").fill("")


def test_who_is_signed_out_in_between_gets_back_what_was_typed(
    small: Seeding, live_server: LiveServer, page: Page
) -> None:
    sign_in(page, live_server, f"/seed/{small.pk}/review/")
    piece(page, "p1.r1.c2.b2").locator(".words").click(position={"x": 3, "y": 3})
    page.keyboard.press("e")
    page.locator("[name=note]").fill("A note that took some time.")
    page.locator("[name=reason]").fill("My own reason.")
    session = [one for one in page.context.cookies() if "session" in one.get("name", "")]
    page.context.clear_cookies(name=session[0]["name"])

    page.get_by_role("button", name="Save this step").click()

    expect(page.get_by_text("You are not signed in any more")).to_be_visible()
    expect(page.get_by_label("What you typed in the field “note”")).to_have_value(
        "A note that took some time."
    )
    assert small.ops() == []


def test_a_server_that_does_not_answer_is_said_to_and_nothing_is_lost(
    small: Seeding, live_server: LiveServer, browser: Browser
) -> None:
    # A context of its own: what fails is written to the console.
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    sign_in(page, live_server, f"/seed/{small.pk}/review/")
    piece(page, "p1.r1.c4.b1").locator(".words").click(position={"x": 3, "y": 3})
    page.locator("[name=reason]").fill("My own reason.")
    page.route("**/review/**", lambda route: route.fulfill(status=503))

    page.get_by_role("button", name="Save this step").click()

    expect(page.get_by_text("The server does not answer; nothing was changed.")).to_be_visible()
    expect(page.locator("[name=reason]")).to_have_value("My own reason.")
    page.unroute("**/review/**")
    page.get_by_role("button", name="Save this step").click()
    expect(page.locator("#steps-taken")).to_have_text("1")
    context.close()


def test_the_page_fills_the_window_and_there_is_nothing_below_it(
    live_server: LiveServer, page: Page
) -> None:
    row = ("<p>It will be done.</p>" + bullets("this;", "that."), "2001", "Work goes on.")
    rows = ((f"{number}. Issue", *row) for number in range(1, 25))
    long = begin(table(*rows), admin=User.objects.get(username="ada"))
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page, live_server, f"/seed/{long.pk}/review/?section=1")
    expect(page.locator(".source-pane .piece").first).to_be_visible()
    assert page.evaluate("document.querySelector('.source-pane').scrollHeight") > 2_000
    assert page.evaluate("document.documentElement.scrollHeight") == 900


@pytest.mark.parametrize("width", [1280, 360])
def test_the_page_has_no_barriers_and_is_not_cut_off(
    width: int,
    small: Seeding,
    live_server: LiveServer,
    page: Page,
    axe: Callable[[Page], list[str]],
) -> None:
    small.add(NOTE)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, f"/seed/{small.pk}/review/")
    block = {"ditto": "p1.r1.c3.b2", "join": "p1.r1.c2.b2&block=p1.r1.c2.b3"}
    addresses = ["?section=1", "?section=0"]
    addresses += [f"?block={block.get(op, 'p1.r1.c4.b1')}&op={op}" for op in KEYS]

    found = {}
    for address in addresses:
        page.goto(f"{live_server.url}/seed/{small.pk}/review/{address}")
        reach = page.evaluate("document.documentElement.scrollWidth")
        found[address] = (axe(page), reach <= width)
    page.get_by_role("button", name="Save this step").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found["refused"] = (axe(page), True)
    if width < 1000:
        page.get_by_label("Outline and lists").check()
    for name in ("#show-findings", "#show-steps", "#show-keys"):
        page.locator(name).check()
        found[name] = (axe(page), True)

    assert found == {address: ([], True) for address in found}
