"""The download menu, and the page of a file that takes long, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.conf import LazySettings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from plans.exports import long_exports, making
from plans.exports.caching import release
from plans.exports.job_files import Done, Failure
from plans.exports.long_exports import Progress, State
from plans.exports.queries import report_table
from plans.exports.services import shelf
from plans.exports.shelf import file_name
from plans.models import ReportingRound
from plans.reports.writers import COMPARISON_FORMATS, FORMATS
from tests.factories import close, make_report, make_round, make_status

REPORT = "/plans/technical-cooperation/gb276-tc-2/report/2000-08-31"
COMPARISON = "/plans/technical-cooperation/gb276-tc-2/compare/2000-08-31/2001-02-28"
RUNNING = Progress(State.RUNNING, 7800, Done(1200, 7800), elapsed=4.0, expected=16.0)
READY = Progress(State.READY, 7800, size=19_062_169)
FAILED = Progress(State.FAILED, 7800, failure=Failure("ended"))
CSV = FORMATS["csv"]
WIDTHS = (1280, 640, 360, 320)


@pytest.fixture
def report(live_server: LiveServer) -> ReportingRound:
    return make_report()


@pytest.fixture
def site(live_server: LiveServer, report: ReportingRound) -> str:
    return live_server.url


@pytest.fixture
def far(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Callable[[Progress], None]:
    """Lets the CSV, and the Word document of a comparison, be as far as they are told to be."""
    settings.TRACKER_EXPORTS = 2
    monkeypatch.setitem(FORMATS, "csv", replace(CSV, at_once=0, counts="written"))
    docx = COMPARISON_FORMATS["docx"]
    monkeypatch.setitem(COMPARISON_FORMATS, "docx", replace(docx, at_once=0))
    monkeypatch.setattr(making, "_LOOKS_AGAIN", 1)
    return lambda progress: monkeypatch.setattr(long_exports, "follow", lambda **_: progress)


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def too_wide(page: Page) -> list[int]:
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(width)
    return found


def test_the_menu_opens_with_the_keyboard_and_leads_to_the_files(site: str, page: Page) -> None:
    page.goto(f"{site}{REPORT}/")
    link = page.get_by_role("link", name="Word document")
    expect(link).to_be_hidden()

    page.locator(".download-menu summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(link).to_be_visible()
    expect(page.get_by_role("link", name="PDF")).to_be_focused()


def test_the_open_menu_has_no_barrier_and_is_nowhere_cut_off(
    site: str, page: Page, axe: Callable[[Page], list[str]]
) -> None:
    page.goto(f"{site}{REPORT}/")
    page.locator(".download-menu summary").click()
    barriers = axe(page)

    assert (barriers, too_wide(page)) == ([], [])


def test_the_menu_is_not_printed(site: str, page: Page) -> None:
    page.goto(f"{site}{REPORT}/")
    page.locator(".download-menu summary").click()
    page.emulate_media(media="print")

    expect(page.locator(".download-menu")).to_be_hidden()


@pytest.mark.parametrize("progress", [RUNNING, READY, FAILED], ids=lambda it: it.state.value)
def test_the_page_of_a_long_file_has_no_barrier_and_is_nowhere_cut_off(
    site: str,
    page: Page,
    axe: Callable[[Page], list[str]],
    far: Callable[[Progress], None],
    progress: Progress,
) -> None:
    far(progress)
    # What begins the download of the file that is ready would leave the page; an answer without
    # content does not.
    page.route("**/*.csv", lambda route: route.fulfill(status=204))
    page.goto(f"{site}{REPORT}/csv/")
    barriers = axe(page)

    assert (barriers, too_wide(page)) == ([], [])


@pytest.mark.parametrize("progress", [RUNNING, READY, FAILED], ids=lambda it: it.state.value)
def test_the_page_of_a_long_comparison_has_no_barrier_and_is_nowhere_cut_off(
    site: str,
    report: ReportingRound,
    page: Page,
    axe: Callable[[Page], list[str]],
    far: Callable[[Progress], None],
    progress: Progress,
) -> None:
    later = make_round(report.version, as_at=date(2001, 2, 28))
    make_status(later, report.version.elements.all(), text="It was finished.")
    close(later)
    far(progress)
    page.route("**/*.docx?*", lambda route: route.fulfill(status=204))
    page.goto(f"{site}{COMPARISON}/docx/?rows=all")
    barriers = axe(page)

    assert (barriers, too_wide(page)) == ([], [])


def test_the_bar_grows_with_the_elements_that_are_written(
    site: str, page: Page, far: Callable[[Progress], None]
) -> None:
    far(RUNNING)
    page.goto(f"{site}{REPORT}/csv/")
    bar = page.get_by_role("progressbar", name="1,200 of 7,800 elements written")
    expect(bar).to_have_attribute("value", "1200")

    far(replace(RUNNING, done=Done(3900, 7800)))

    later = page.get_by_role("progressbar", name="3,900 of 7,800 elements written")
    expect(later).to_have_attribute("value", "3900")


def test_who_hears_the_page_is_told_of_a_quarter_more_and_of_nothing_in_between(
    site: str, page: Page, far: Callable[[Progress], None]
) -> None:
    far(RUNNING)
    page.goto(f"{site}{REPORT}/csv/")
    heard = page.get_by_role("status")
    far(replace(RUNNING, done=Done(1300, 7800)))
    expect(page.get_by_text("1,300 of 7,800 elements written")).to_be_visible()
    expect(heard).to_have_text("")

    far(replace(RUNNING, done=Done(3900, 7800)))
    expect(heard).to_have_text("3,900 of 7,800 elements written")
    far(replace(RUNNING, done=Done(4000, 7800)))

    expect(page.get_by_text("4,000 of 7,800 elements written")).to_be_visible()
    expect(heard).to_have_text("3,900 of 7,800 elements written")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_download_begins_when_the_file_is_ready(
    site: str,
    report: ReportingRound,
    page: Page,
    plain_page: Page,
    far: Callable[[Progress], None],
    scripts: bool,
) -> None:
    content = CSV.write(report_table(report))
    visitor = page if scripts else plain_page
    far(RUNNING)
    visitor.goto(f"{site}{REPORT}/csv/")
    expect(visitor.get_by_text("4 seconds so far")).to_be_visible()

    with visitor.expect_download() as download:
        _keep(report, content)
        far(READY)

    assert download.value.path().read_bytes() == content


def _keep(report: ReportingRound, content: bytes) -> None:
    """Put the file where those of closed rounds are kept."""
    sha256 = report.records.get().sha256
    shelf().keep(file_name(release=release(), sha256=sha256, extension="csv"), content)
