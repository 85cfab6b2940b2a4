"""At the review of a document: signing in to it, and its blocks."""

from __future__ import annotations

from playwright.sync_api import Locator, Page
from pytest_django.live_server_helper import LiveServer

from tests.factories import PASSWORD


def sign_in(page: Page, live_server: LiveServer, address: str) -> None:
    """Go to ``address`` as the administrator ``ada``."""
    page.goto(f"{live_server.url}{address}")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def piece(page: Page, piece_id: str) -> Locator:
    """A piece of a block, in the source."""
    return page.locator(f'.source-pane .piece[data-piece="{piece_id}"][id]')


KEYS = {
    "cover": "c",
    "assign": "a",
    "split": "s",
    "join": "j",
    "move": "m",
    "drop": "d",
    "ditto": "t",
    "missing": "x",
    "category": "g",
    "note": "e",
}
"""The key that asks for each operation which these tests carry out."""
