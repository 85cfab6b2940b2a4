"""An administrator gives elements to a unit, in a real browser, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from plans.models import Role, Unit
from tests.factories import PASSWORD, make_report, make_unit, make_user

ASSIGN = "/plans/technical-cooperation/gb276-tc-2/units/"


@pytest.fixture
def chief(transactional_db: None) -> None:
    """An administrator, a unit, and a plan of three issues."""
    make_user("chief", Role.ADMINISTRATOR)
    make_user("olga", Role.OFFICER, units=[make_unit()])
    make_report(issues=3, elements=3)


def sign_in(page: Page, live_server: LiveServer, address: str) -> None:
    page.goto(f"{live_server.url}{address}")
    page.get_by_label("Username").fill("chief")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{live_server.url}{address}")


def test_a_unit_is_made_filled_and_given_elements(
    chief: None, live_server: LiveServer, visitor: Page
) -> None:
    sign_in(visitor, live_server, "/units/")
    visitor.get_by_label("Name").fill("Monitoring")
    visitor.get_by_role("button", name="Make the unit").click()
    visitor.get_by_label("olga").check()
    visitor.get_by_role("button", name="Save the members").click()
    expect(visitor.get_by_text("The members were changed.")).to_be_visible()

    visitor.get_by_role("link", name="GB.276/TC/2").click()
    visitor.get_by_role("checkbox", name="Monitoring").check()
    visitor.get_by_role("checkbox", name="1 Title of issue 1 3").first.check()
    visitor.get_by_role("checkbox", name="I.1(a).2").check()
    visitor.get_by_role("button", name="Assign what is ticked").click()
    expect(visitor.get_by_text("The units of 4 action elements were changed.")).to_be_visible()

    unit = Unit.objects.get(slug="monitoring")
    assert list(
        unit.elements.order_by("issue__ordinal", "ordinal").values_list("reference", flat=True)
    ) == ["I.1.1", "I.1.2", "I.1.3", "I.1(a).2"]


@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_have_no_barriers_and_fit(
    chief: None, live_server: LiveServer, page: Page, axe: Callable[[Page], list[str]], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, "/units/")
    found = {}
    for address in ("/units/", "/units/evaluation/", "/people/", "/people/1/", ASSIGN, "/audit/"):
        if address == "/people/1/":
            page.get_by_role("link", name="olga").click()
        else:
            page.goto(f"{live_server.url}{address}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[address] = (axe(page), wide)
    assert found == {address: ([], width) for address in found}
