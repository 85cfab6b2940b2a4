"""A unit's rows go out, are filled in elsewhere, come back, and are applied; in a real browser.

With and without scripts. And no page of it has barriers.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import caches
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from plans.models import ReturnedFile
from tests.factories import PASSWORD
from tests.scenes import Scene, set_scene
from tests.unit_files.files import filled_in, sent_to

ANSWERS = {
    1: ("completed", ["The manual was issued.", "• in English;", "• in French."]),
    2: ("continuing", ["Going on."]),
}


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    caches["pages"].clear()
    scene = set_scene(elements=6)
    scene.save(1, text="The manual is being written.")
    return scene


def sign_in(page: Page, live_server: LiveServer, address: str, name: str = "ines") -> None:
    page.goto(f"{live_server.url}{address}")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def upload(page: Page, content: bytes, name: str = "evaluation.xlsx") -> None:
    page.get_by_label("File of a unit (.xlsx or .docx)").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_role("button", name="Upload and look").click()


@pytest.mark.parametrize("kind", ["XLSX", "DOCX"])
def test_rows_go_out_come_back_and_are_applied_but_for_what_changed_meanwhile(
    kind: str, scene: Scene, live_server: LiveServer, context: BrowserContext, tmp_path: Path
) -> None:
    page = context.new_page()
    sign_in(page, live_server, f"/rounds/{scene.round.pk}/")

    # From the cockpit the file of the unit is downloaded, and filled in elsewhere.
    with page.expect_download() as download:
        page.get_by_role("link", name=f"{kind} – Evaluation").click()
    sent = tmp_path / download.value.suggested_filename
    download.value.save_as(sent)
    content = filled_in(sent.read_bytes(), kind.lower(), ANSWERS)

    # It comes back. Nothing is applied, and the tab may be closed.
    page.get_by_role("link", name="Unit files").click()
    upload(page, content, sent.name)
    expect(page.get_by_role("heading", level=1)).to_have_text("What came back from Evaluation")
    expect(page.locator("ins").filter(has_text="issued.")).to_be_visible()
    page.goto(f"{live_server.url}/rounds/{scene.round.pk}/returned/")
    page.get_by_role("link", name=sent.name).click()

    # Meanwhile the officer goes on. The row is not overwritten, and nothing else is applied.
    scene.save(1, text="The manual is being printed.")
    page.get_by_role("button", name="Save the ticked rows as drafts").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was applied")
    expect(page.get_by_role("heading", name="As it was sent")).to_be_visible()
    expect(page.get_by_label("Accept I.1.1–I.1.2")).not_to_be_checked()
    expect(page.get_by_label("Accept I.1.3–I.1.4")).to_be_checked()
    assert scene.snapshot(2).revision == 0

    # What is ticked is submitted; the conflict is left as it is.
    page.get_by_role("button", name="Save and submit them").click()
    expect(page.get_by_text("1 status was submitted from")).to_be_visible()
    expect(page.get_by_text("Evaluation is told by e-mail.")).to_be_visible()
    assert (scene.snapshot(2).state, scene.snapshot(2).text) == ("submitted", "Going on.")
    assert scene.snapshot(1).text == "The manual is being printed."


def test_a_file_with_faults_is_told_all_of_them_and_leaves_nothing(
    scene: Scene, live_server: LiveServer, page: Page
) -> None:
    sign_in(page, live_server, f"/rounds/{scene.round.pk}/returned/")

    upload(
        page,
        filled_in(sent_to(scene.round, scene.unit), "xlsx", {1: ("done", []), 2: ("dunno", [])}),
    )

    faults = page.get_by_role("alert").get_by_role("listitem")
    expect(faults).to_have_count(2)
    expect(faults.nth(1)).to_contain_text("Row 10, column F (“How far has it come?”): “dunno”")
    assert not ReturnedFile.objects.exists()


@pytest.mark.parametrize("width", [1280, 360])
def test_no_page_has_barriers_or_is_cut_off(
    width: int,
    scene: Scene,
    live_server: LiveServer,
    page: Page,
    axe: Callable[[Page], list[str]],
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, f"/rounds/{scene.round.pk}/returned/")
    found = [(axe(page), page.evaluate("document.documentElement.scrollWidth") <= width)]
    content = filled_in(sent_to(scene.round, scene.unit), "xlsx", ANSWERS)
    scene.save(1, text="The manual is being printed.")
    scene.submit(2)
    upload(page, content)
    found.append((axe(page), page.evaluate("document.documentElement.scrollWidth") <= width))
    page.goto(f"{live_server.url}/rounds/{scene.round.pk}/returned/")
    upload(page, b"nothing")
    found.append((axe(page), page.evaluate("document.documentElement.scrollWidth") <= width))
    page.context.clear_cookies()
    sign_in(page, live_server, f"/rounds/{scene.round.pk}/returned/", "olga")
    found.append((axe(page), page.evaluate("document.documentElement.scrollWidth") <= width))

    assert found == [([], True)] * 4
