"""The pages in a real browser: no barriers, nothing cut off, and the report on paper."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from plans.models import Role
from tests.environment import NOT_RUN, in_ci
from tests.factories import PASSWORD, make_user

VERSION = "/plans/technical-cooperation/gb276-tc-2/"
REPORT = f"{VERSION}report/2000-08-31/"
PAGES = {
    "index": "/",
    "overview": "/plans/technical-cooperation/",
    "browse": VERSION,
    "browse, filtered": f"{VERSION}?schedule=overdue&q=cooperation",
    "browse, nothing found": f"{VERSION}?schedule=overdue&category=postponed",
    "browse, bad value": f"{VERSION}?part=XX",
    "element": f"{VERSION}I.1(a).1/",
    "element, missing": f"{VERSION}I.4(b).1/",
    "issue": f"{VERSION}II.4/",
    "issue with sub-issues": f"{VERSION}I.1/",
    "report": REPORT,
    "report with extras": f"{REPORT}?show=extras",
    "sign-in": "/sign-in/",
    "not found": f"{VERSION}IX.9/",
}
TEXT_OF_PDF = shutil.which("pdftotext")


@contextmanager
def database_as_it_was() -> Iterator[None]:
    """Take back what is written to the test database inside the block.

    A server in another thread sees only what was committed, so no transaction can do it. Deleting
    row by row cannot either, because closed rounds and their records refuse that.
    """
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        before = sqlite3.connect(":memory:")
        connection.connection.backup(before)
        yield
        before.backup(connection.connection)
        before.close()
    else:
        yield
        call_command("flush", interactive=False, verbosity=0)  # TRUNCATE: no row is asked
        Group.objects.bulk_create(Group(name=role) for role in Role)


@pytest.fixture(scope="module")
def live_server(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[LiveServer]:
    """One server, with the real plan, for all tests of this file: they read and change nothing."""
    with django_db_blocker.unblock(), database_as_it_was():
        caches["pages"].clear()
        call_command("loaddata", "technical-cooperation", verbosity=0)
        make_user("officer", Role.OFFICER)
        server = LiveServer("localhost")
        yield server
        server.stop()


@pytest.fixture
def transactional_db() -> None:
    """What a live server asks for, to empty the database after every test: not wanted here."""


@pytest.fixture
def site(live_server: LiveServer) -> str:
    """The address of the server."""
    return live_server.url


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_barrier_on_a_desk_or_a_phone(
    name: str, site: str, page: Page, axe: Callable[[Page], list[str]]
) -> None:
    page.goto(site + PAGES[name])
    found = {}
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = axe(page)

    assert found == {1280: [], 360: []}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_never_scrolls_sideways(name: str, site: str, page: Page) -> None:
    page.goto(site + PAGES[name])
    too_wide = []
    # At 640 px a page is as at 1280 px and 200 % zoom.
    for width in (1280, 640, 360, 320):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            too_wide.append(width)

    assert too_wide == []


def test_the_first_tab_stop_leads_past_the_head(site: str, page: Page) -> None:
    page.goto(site + VERSION)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("main#content")).to_be_focused()


def test_a_focused_link_is_outlined(site: str, page: Page) -> None:
    page.goto(site + VERSION)
    link = page.get_by_role("link", name="I.1(a).1", exact=True)
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")

    assert link.evaluate("node => getComputedStyle(node).outlineWidth") == "3px"


def test_on_a_phone_the_appendix_is_moved_sideways_with_the_keyboard(site: str, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto(site + REPORT)
    appendix = page.get_by_role("region", name="Appendix")
    appendix.focus()
    page.keyboard.press("ArrowRight")

    # Asked from here: a page under this policy evaluates no text that a test hands it to wait for.
    moved = 0
    for _ in range(100):
        moved = appendix.evaluate("node => node.scrollLeft")
        if moved > 0:
            break
        page.wait_for_timeout(50)

    assert moved > 0


def test_filtering_puts_the_filters_into_the_address(site: str, page: Page) -> None:
    page.goto(site + VERSION)
    page.get_by_label("Part", exact=True).select_option("I")
    page.get_by_label("Schedule", exact=True).select_option("overdue")
    page.get_by_role("button", name="Filter").click()

    expect(page.get_by_role("heading", name="2 of 78 action elements")).to_be_visible()
    assert sorted(page.url.partition("?")[2].split("&")) == [
        "category=",
        "issue=",
        "kind=",
        "part=I",
        "q=",
        "schedule=overdue",
    ]


def test_the_columns_of_the_report_are_18_42_14_and_26_hundredths_wide(
    site: str, page: Page
) -> None:
    page.goto(site + REPORT)
    widths = page.evaluate(
        """() => {
            const table = document.querySelector('.report-part');
            const whole = table.getBoundingClientRect().width;
            return [...table.querySelectorAll('thead th[scope=col]')]
                .map(cell => Math.round(100 * cell.getBoundingClientRect().width / whole));
        }"""
    )

    assert widths == [18, 42, 14, 26]


def test_a_permalink_into_the_report_stands_below_the_column_headings(
    site: str, page: Page
) -> None:
    page.goto(f"{site}{REPORT}#II.3.2")
    top = page.evaluate("document.getElementById('II.3.2').getBoundingClientRect().top")
    bottom = page.evaluate(
        "document.getElementById('II.3.2').closest('table').tHead.getBoundingClientRect().bottom"
    )

    assert top >= bottom


def test_somebody_signs_in_and_out_with_the_keyboard(site: str, page: Page) -> None:
    page.goto(f"{site}/sign-in/")
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type("officer")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("officer", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign out").press("Enter")

    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()


def printed(page: Page, address: str, folder: Path) -> list[str]:
    """The text of each page that printing ``address`` makes."""
    if TEXT_OF_PDF is None:
        reason = "printed pages: pdftotext (poppler-utils) is not installed"
        if in_ci():
            pytest.fail(reason)
        pytest.skip(NOT_RUN + reason)
    page.goto(address)
    path = folder / "report.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    text = subprocess.run(
        [TEXT_OF_PDF, "-layout", path, "-"], check=True, capture_output=True, text=True
    ).stdout
    return text.split("\f")[:-1]


def test_every_printed_page_of_the_appendix_repeats_part_and_column_headings(
    site: str, page: Page, tmp_path: Path
) -> None:
    _cover, *appendix = printed(page, site + REPORT, tmp_path)

    heads = re.compile(
        r"Part I{1,3} – .*\n+ *Issues to be addressed +(Context|Perspectives) and elements for "
        r"action +Time-frame +Status as at 31 August 2000"
    )
    assert [bool(heads.search(text)) for text in appendix] == [True] * len(appendix)


def test_the_cover_is_one_printed_page_from_agenda_item_to_footnotes(
    site: str, page: Page, tmp_path: Path
) -> None:
    cover = printed(page, site + REPORT, tmp_path)[0]

    assert ("SECOND ITEM ON THE AGENDA" in cover, "GB.279/PFA/6." in cover) == (True, True)


def test_the_extras_are_not_printed(site: str, page: Page, tmp_path: Path) -> None:
    plain = printed(page, site + REPORT, tmp_path)
    extras = printed(page, f"{site}{REPORT}?show=extras", tmp_path)

    assert extras == plain


def test_the_printed_appendix_is_a4_landscape_and_the_cover_portrait(
    site: str, page: Page, tmp_path: Path
) -> None:
    printed(page, site + REPORT, tmp_path)
    boxes = re.findall(
        rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", (tmp_path / "report.pdf").read_bytes()
    )

    shapes = ["portrait" if float(w) < float(h) else "landscape" for w, h in boxes]
    assert (shapes[0], set(shapes[1:])) == ("portrait", {"landscape"})
