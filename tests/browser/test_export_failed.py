"""The page in the place of a file that could not be written, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.factories import close, make_plan, make_round, make_status

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_cannot_have_the_pdf_meets_no_barrier_and_is_led_to_the_report(
    live_server: LiveServer, page: Page, axe: Callable[[Page], list[str]]
) -> None:
    version = make_plan()
    round_ = make_round(version)
    make_status(round_, version.elements.all(), text="Work on 漢 goes on.")
    close(round_)
    report = f"{live_server.url}/plans/technical-cooperation/gb276-tc-2/report/2000-08-31"

    page.goto(f"{report}.pdf")

    found = {}
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        too_wide = page.evaluate("document.documentElement.scrollWidth") > width
        found[width] = (axe(page), too_wide)
    assert found == {1280: ([], False), 320: ([], False)}

    page.get_by_role("link", name="Back to the page").click()
    expect(page).to_have_url(f"{report}/")
