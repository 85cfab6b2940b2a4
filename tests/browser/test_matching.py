"""An administrator matches the second version of the real plan in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from plans.models import PlanVersion
from tests.browser.test_administration import sign_in
from tests.factories import Role, make_user
from tests.second_version import document
from tests.seeding.cases import Seeding, begin


@pytest.fixture
def seeding(transactional_db: None) -> Seeding:
    """A draft of the second version, after the real plan."""
    call_command("loaddata", "technical-cooperation", verbosity=0)
    base = PlanVersion.objects.get(slug="gb276-tc-2")
    chief = make_user("chief", Role.ADMINISTRATOR)
    return begin(document(), name="gb282-tc-3.txt", plan=base.plan, base=base, admin=chief)


def test_elements_are_matched_with_a_few_clicks(
    seeding: Seeding, live_server: LiveServer, visitor: Page
) -> None:
    sign_in(visitor, live_server, f"/seed/{seeding.pk}/matching/")
    visitor.get_by_role("button", name="Accept all 52 that are the same").click()
    visitor.get_by_role("button", name="Accept all 8 that only have another number").click()
    visitor.get_by_role("link", name="Only what is undecided").click()

    split = visitor.get_by_role("article", name="split I.2(a).2 became I.2(a).2, I.2(a).3")
    split.get_by_label("Reason (if there is something to say)").fill("Two lists of one.")
    split.get_by_role("button", name="Accept").click()
    expect(visitor.get_by_text("1 proposal is accepted.")).to_be_visible()

    merged = visitor.get_by_role("article", name="merged I.2(c).3, I.2(c).4 became I.2(c).3")
    merged.get_by_role("link", name="Change").click()
    visitor.get_by_role("checkbox", name="I.2(c).4").uncheck()
    visitor.get_by_label("Reason").fill("The other one is dropped.")
    visitor.get_by_role("button", name="Decide it so").click()
    expect(visitor.get_by_text("Decided: reworded.")).to_be_visible()
    expect(visitor.get_by_role("article", name="dropped I.2(c).4 became –")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_of_matching_have_no_barriers(
    seeding: Seeding,
    live_server: LiveServer,
    page: Page,
    axe: Callable[[Page], list[str]],
    width: int,
) -> None:
    sign_in(page, live_server, f"/seed/{seeding.pk}/matching/")
    page.set_viewport_size({"width": width, "height": 900})
    barriers = axe(page)
    too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_role("link", name="Change").nth(1).click()
    barriers += axe(page)
    too_wide |= page.evaluate("document.documentElement.scrollWidth > innerWidth")

    assert (barriers, too_wide) == ([], False)
