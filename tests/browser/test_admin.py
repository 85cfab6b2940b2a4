"""Django's admin under the strict Content-Security-Policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from plans.models import Role
from tests.factories import PASSWORD, make_user


@pytest.fixture
def administrator(page: Page, live_server: LiveServer) -> Page:
    """A page whose visitor has signed in as an administrator."""
    make_user("administrator", Role.ADMINISTRATOR)
    page.goto(f"{live_server.url}/sign-in/?next=/admin/")
    page.get_by_label("Username").fill("administrator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{live_server.url}/admin/")
    return page


def test_the_admin_works_under_the_policy(administrator: Page, live_server: LiveServer) -> None:
    administrator.goto(f"{live_server.url}/admin/auth/user/add/")
    expect(administrator.locator("#id_password1")).to_be_visible()

    # A script hides the fields of the password, and may do so only under the policy.
    administrator.locator("input[name=usable_password][value=false]").check()

    expect(administrator.locator("#id_password1")).to_be_hidden()
