"""A real browser for the tests of this directory, all of which are marked ``browser``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from tests.environment import NOT_RUN, SYSTEM_CHROMIUM, in_ci

HERE = Path(__file__).parent
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTH, HEIGHT = 1280, 900
# Milliseconds: a busy machine is no failure.
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this directory."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def _a_click_waits_for_the_page_it_leads_to() -> Iterator[None]:
    """Let every click end when the next page is there, not when its first bytes are.

    What a test looks at next without waiting, axe and ``count`` for example, is then that page. Nor
    is a click lost, as it would be when a script puts something else in the place of what is
    clicked: what it fetches is waited for as well.
    """
    click = Locator.click

    def click_and_wait(self: Locator, **options: Any) -> None:
        click(self, **options)
        self.page.wait_for_load_state()
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Locator, "click", click_and_wait)
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium, or else Playwright's own; without either the test does not run."""
    # Playwright keeps an event loop in this thread, in which Django would refuse to query.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        try:
            found = playwright.chromium.launch(
                executable_path=SYSTEM_CHROMIUM if SYSTEM_CHROMIUM.exists() else None,
                args=ARGUMENTS,
            )
        except Error as error:
            reason = f"browser tests: no browser starts ({error.message.splitlines()[0]})"
            if in_ci():
                pytest.fail(reason)
            pytest.skip(NOT_RUN + reason)
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a fresh context, 1280 px wide.

    The test fails when anything was written to the console as an error, which includes everything
    that the Content-Security-Policy stopped, or when a script failed.
    """
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB", reduced_motion="reduce"
    )
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # A page that is meant to answer 404 or 403 is reported on the console too.
        expected = "the server responded with a status of 4" in message.text
        if message.type == "error" and not expected:
            errors.append(message.text)

    opened = context.new_page()
    opened.on("console", note)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A fresh context, once with scripts and once without."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        locale="en-GB",
        reduced_motion="reduce",
        java_script_enabled=request.param,
    )
    yield context
    context.close()


@pytest.fixture
def visitor(context: BrowserContext) -> Page:
    """A page of ``context``."""
    return context.new_page()


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Check a page for barriers: returns one line for each violation, ``rule: selector``."""

    def check(page: Page) -> list[str]:
        violations = Axe().run(page).response["violations"]
        return [
            f"{violation['id']}: {' '.join(map(str, node['target']))}"
            for violation in violations
            for node in violation["nodes"]
        ]

    return check
