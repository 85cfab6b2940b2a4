"""The comparison of two rounds in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.cache import caches
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from plans.text.categories import Category
from tests.factories import close, make_report, make_round, make_status

pytestmark = pytest.mark.django_db(transaction=True)
VERSION = "/plans/technical-cooperation/gb276-tc-2/"
PAGE = f"{VERSION}compare/2000-08-31/2001-02-28/"


@pytest.fixture
def site(live_server: LiveServer) -> str:
    """The address of a server with two closed rounds, between which half of the texts changed."""
    caches["pages"].clear()
    earlier = make_report(issues=3, elements=4)
    later = make_round(earlier.version, as_at=date(2001, 2, 28))
    for index, snapshot in enumerate(earlier.snapshots.order_by("ordinal")):
        make_status(
            later,
            snapshot.elements.all(),
            text=snapshot.text.replace("first", "second").replace("one", "a new", index % 2),
            category=Category.COMPLETED if index % 2 else Category(snapshot.category),
        )
    close(later)
    return live_server.url


@pytest.mark.parametrize(
    "address", [PAGE, f"{PAGE}?rows=all", f"{VERSION}compare/", "/plans/technical-cooperation/"]
)
def test_no_barrier_and_no_sideways_scrolling_on_a_desk_or_a_phone(
    address: str, site: str, page: Page, axe: Callable[[Page], list[str]]
) -> None:
    page.goto(site + address)
    found, too_wide = {}, []
    for width in (1280, 360, 320):
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = axe(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            too_wide.append(width)

    assert (found, too_wide) == ({1280: [], 360: [], 320: []}, [])


def test_two_rounds_are_chosen_compared_and_narrowed_with_links_alone(
    site: str, page: Page
) -> None:
    page.goto(f"{site}/plans/technical-cooperation/")
    page.get_by_role("button", name="Compare").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "What changed from 31 August 2000 to 28 February 2001"
    )
    expect(page).to_have_url(site + PAGE)
    page.get_by_role("link", name="All rows 12").click()
    expect(page.locator("tr.row-element")).to_have_count(12)
    page.get_by_role("link", name="I.1.1", exact=True).first.click()
    expect(page).to_have_url(f"{site}{VERSION}I.1.1/")
    page.get_by_role("link", name="What changed since 31 August 2000").click()
    expect(page.locator("tr:target")).to_have_attribute("id", "I.1.1")


def test_marks_can_be_told_without_colour(site: str, page: Page) -> None:
    page.goto(site + PAGE)

    for tag, line in (("del", "line-through"), ("ins", "underline")):
        mark = page.locator(f".comparison .col-status {tag}").first
        expect(mark).to_have_css("text-decoration-line", line)


def test_paper_shows_the_marks_and_none_of_what_is_for_the_screen(site: str, page: Page) -> None:
    page.goto(site + PAGE)
    page.emulate_media(media="print")

    expect(page.locator(".toolbar")).to_be_hidden()
    expect(page.locator(".comparison .extra").first).to_be_hidden()
    expect(page.locator(".comparison del").first).to_have_css(
        "text-decoration-line", "line-through"
    )
