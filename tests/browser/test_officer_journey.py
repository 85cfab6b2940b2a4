"""An officer reports and submits, in a real browser: with scripts, without, and by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from plans.models import StatusSnapshot, WorkingCopy
from plans.statuses.services import workflow as statuses
from tests.factories import PASSWORD
from tests.scenes import Scene, set_scene_apart

pytestmark = pytest.mark.django_db(transaction=True)

TYPED = "The manual was issued.\n\n- in English;\n- in French."
CLEAN = "The manual was issued.\n\n• in English;\n• in French."
WORD = """<html><head><style>p {color: red}</style></head><body>
<p class=MsoNormal style='margin:0'>Three  manuals were <b>issued</b>:</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span>&nbsp;
</span></span></span><![endif]>in
English;</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span
style='mso-list:Ignore'>2.</span>in
French.</p></body></html>"""
PASTE = """([field, html]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "the plain text that loses the bullets");
  field.focus();
  field.dispatchEvent(new ClipboardEvent("paste", {
    clipboardData: data, bubbles: true, cancelable: true,
  }));
}"""


@pytest.fixture
def case(transactional_db: None) -> Scene:
    return set_scene_apart()


@pytest.fixture
def without_scripts(browser: Browser) -> Iterator[Page]:
    """A page of a browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    yield context.new_page()
    context.close()


def sign_in(page: Page, server: LiveServer, name: str = "olga") -> None:
    page.goto(f"{server.url}/sign-in/?next=/worklist/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Worklist")
    page.wait_for_load_state()


def row(page: Page, reference: str) -> StatusSnapshot:
    return StatusSnapshot.objects.get(round__state="open", elements__reference=reference)


def expect_autosaved(page: Page) -> None:
    expect(page.locator("[data-autosave-state]")).to_contain_text("Kept as you typed it")


def test_an_officer_writes_closes_the_tab_comes_back_and_submits(
    page: Page, live_server: LiveServer, case: Scene
) -> None:
    sign_in(page, live_server)
    page.get_by_role("link", name="Write I.1.1").click()
    page.get_by_label("Status", exact=True).fill(TYPED)
    page.get_by_role("radio", name="completed").check()
    expect(page.locator("#written td li")).to_have_text(["in English;", "in French."])
    expect_autosaved(page)
    context: BrowserContext = page.context
    address = page.url
    page.close()

    again = context.new_page()
    again.goto(address)
    expect(again.get_by_label("Status", exact=True)).to_have_value(TYPED)
    expect(again.get_by_role("radio", name="completed")).to_be_checked()
    expect(again.locator(".working-copy")).to_contain_text("Your unsaved text of")
    again.get_by_role("button", name="Save and submit").click()
    expect(again.locator(".notice")).to_have_text("I.1.1: submitted to the secretariat.")

    snapshot = row(again, "I.1.1")
    assert (snapshot.state, snapshot.text, snapshot.category) == ("submitted", CLEAN, "completed")
    assert WorkingCopy.objects.count() == 0


def test_what_was_typed_a_moment_before_the_tab_closed_is_kept(
    page: Page, live_server: LiveServer, case: Scene
) -> None:
    sign_in(page, live_server)
    address = f"{live_server.url}{case.address()}"
    page.goto(address)
    page.get_by_label("Status", exact=True).fill("Typed just now.")
    page.goto(f"{live_server.url}/worklist/")
    for _attempt in range(100):
        if WorkingCopy.objects.exists():
            break
        page.wait_for_timeout(50)
    page.goto(address)

    expect(page.get_by_label("Status", exact=True)).to_have_value("Typed just now.")


def test_an_officer_reports_without_scripts(
    without_scripts: Page, live_server: LiveServer, case: Scene
) -> None:
    page = without_scripts
    sign_in(page, live_server)
    page.get_by_role("link", name="Write I.1.3").click()
    page.get_by_label("Status", exact=True).fill(TYPED)
    page.get_by_role("radio", name="completed").check()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#written td li")).to_have_text(["in English;", "in French."])
    page.get_by_role("button", name="Submit and next").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Status of I.1.1")
    page.get_by_role("button", name="No change since the last report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Worklist")

    assert (row(page, "I.1.3").state, row(page, "I.1.3").text) == ("submitted", CLEAN)
    assert row(page, "I.1.1").reaffirms is not None


def test_an_officer_reports_by_keyboard_alone(
    page: Page, live_server: LiveServer, case: Scene
) -> None:
    sign_in(page, live_server)

    def tab_to(name: str) -> None:
        focused = page.locator(":focus")
        for _step in range(80):
            page.keyboard.press("Tab")
            said = focused.evaluate(
                "e => e.tagName + ' ' + (e.labels?.[0]?.innerText ?? e.innerText)"
                " .replace(/\\s+/g, ' ').trim()"
            )
            if name in said:
                return
        raise AssertionError(f"the Tab key does not lead to {name}")

    tab_to("Write I.1.3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Status of I.1.3")
    tab_to("not started")
    page.keyboard.press("ArrowDown")
    tab_to("TEXTAREA Status")
    page.keyboard.type("Work has begun.")
    tab_to("BUTTON Save and submit")
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_have_text("I.1.3: submitted to the secretariat.")

    snapshot = row(page, "I.1.3")
    assert (snapshot.text, snapshot.category) == ("Work has begun.", "in_progress")


def test_pasted_word_text_becomes_paragraphs_and_bullets(
    page: Page, live_server: LiveServer, case: Scene
) -> None:
    sign_in(page, live_server)
    page.goto(f"{live_server.url}{case.address()}")
    field = page.get_by_label("Status", exact=True)
    page.evaluate(PASTE, [field.element_handle(), WORD])

    expect(field).to_have_value("Three manuals were issued:\n\n• in English;\n• in French.")


def test_a_status_is_written_in_the_browse_table(
    page: Page, live_server: LiveServer, case: Scene, axe: Callable[[Page], list[str]]
) -> None:
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/plans/technical-cooperation/gb276-tc-2/?issue=I.1")
    page.get_by_role("link", name="Write the status (I.1.2)").click()
    form = page.locator(".inline-editing")
    expect(form.get_by_label("Status", exact=True)).to_be_focused()
    form.get_by_label("Status", exact=True).fill(TYPED)
    expect_autosaved(page)
    assert axe(page) == []
    form.get_by_role("button", name="Save draft").click()
    expect(page.locator(".notice")).to_have_text("I.1.2: saved as a draft.")

    assert page.url.endswith("/gb276-tc-2/?issue=I.1#row-I.1.2")
    assert row(page, "I.1.2").text == CLEAN


def test_after_the_session_ended_the_text_is_there_when_one_signs_in_again(
    page: Page, live_server: LiveServer, case: Scene
) -> None:
    sign_in(page, live_server)
    page.goto(f"{live_server.url}{case.address()}")
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Status", exact=True).fill(TYPED)
    expect(page.locator("[data-autosave-state]")).to_contain_text("You are signed out.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("Username").fill("olga")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_label("Status", exact=True)).to_have_value(TYPED)


def test_two_texts_are_shown_and_merged(
    page: Page, live_server: LiveServer, case: Scene, axe: Callable[[Page], list[str]]
) -> None:
    sign_in(page, live_server)
    page.goto(f"{live_server.url}{case.address()}")
    statuses.save_status(
        snapshot_id=case.snapshot().pk,
        by=case.secretary,
        text="The handbook was issued.",
        category="completed",
        base_revision=0,
    )
    page.get_by_label("Status", exact=True).fill("The manual was issued.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Two texts for I.1.1")
    expect(page.locator("del")).to_contain_text("handbook")
    expect(page.locator("ins")).to_contain_text("manual")
    assert axe(page) == []
    page.get_by_label("Status", exact=True).fill("The manual and the handbook were issued.")
    page.get_by_role("button", name="Save the merged text").click()
    expect(page.locator(".notice")).to_have_text("I.1.1: saved as a draft.")

    assert case.snapshot().text == "The manual and the handbook were issued."


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("where", ["worklist", "edit", "history"])
def test_the_officers_pages_have_no_barriers_and_fit(
    where: str,
    width: int,
    page: Page,
    live_server: LiveServer,
    case: Scene,
    axe: Callable[[Page], list[str]],
) -> None:
    case.post("save", text=TYPED)
    address = {
        "worklist": "/worklist/?q=element",
        "edit": case.address(),
        "history": case.address(1, "history/"),
    }[where]
    sign_in(page, live_server)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}{address}")

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_filters_of_the_worklist_take_effect_at_once(
    page: Page, live_server: LiveServer, case: Scene
) -> None:
    sign_in(page, live_server)
    page.get_by_label("Schedule", exact=True).select_option("overdue")
    expect(page.locator(".work-row h3")).to_have_text(["I.1.3"])
    assert "schedule=overdue" in page.url
    page.go_back()
    expect(page.locator(".work-row h3")).to_have_text(["I.1.3", "I.1.1", "I.1.2"])
