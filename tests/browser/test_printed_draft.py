"""What a browser prints of a round that is still open."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from plans.reports.writers import FORMATS
from tests.reports.samples import sample

STATIC = Path(__file__).parents[2] / "static"


@pytest.mark.parametrize(("state", "said"), [("open", True), ("closed", False)])
def test_every_printed_page_of_an_open_round_says_draft(state: str, said: bool, page: Page) -> None:
    table = replace(sample(), round=replace(sample().round, state=state))
    styles = tuple((STATIC / name).read_text() for name in FORMATS["html"].stylesheets)
    page.set_content(FORMATS["html"].write(table, styles=styles).decode())

    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages

    # The cover, and a page for each Part.
    assert ["Draft" in page.extract_text() for page in printed] == [said] * 3
