"""The download menu, and the page of a file that takes long, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from plans.exports.queries import report_table
from plans.jobs import views
from plans.models import Job, ReportingRound
from plans.reports.writers import COMPARISON_FORMATS, FORMATS
from tests.exports.long_files import ask
from tests.factories import close, make_report, make_round, make_status
from tests.jobs.working import work_off

REPORT = "/plans/technical-cooperation/gb276-tc-2/report/2000-08-31"
COMPARISON = "/plans/technical-cooperation/gb276-tc-2/compare/2000-08-31/2001-02-28"
STATES: dict[str, dict[str, Any]] = {
    "running": {"state": "running", "stage": "writing", "done": 1200, "total": 7800},
    "succeeded": {"state": "succeeded"},
    "failed": {"state": "failed", "failure": "ended"},
}
CSV = FORMATS["csv"]
WIDTHS = (1280, 640, 360, 320)


@pytest.fixture
def report(live_server: LiveServer) -> ReportingRound:
    return make_report()


@pytest.fixture
def site(live_server: LiveServer, report: ReportingRound) -> str:
    return live_server.url


@pytest.fixture(autouse=True)
def _long_from_one_element(monkeypatch: pytest.MonkeyPatch) -> None:
    docx = COMPARISON_FORMATS["docx"]
    monkeypatch.setitem(FORMATS, "csv", replace(CSV, at_once=0))
    monkeypatch.setitem(COMPARISON_FORMATS, "docx", replace(docx, at_once=0))
    monkeypatch.setattr(views, "_REFRESH", 1)


def asked_for(address: str = f"{REPORT}.csv") -> Job:
    return ask(Client(), address)


def put(job: Job, state: str, **more: object) -> None:
    """Let the job be as far as ``STATES`` has it."""
    now = timezone.now()
    ended = None if state == "running" else now
    Job.objects.filter(pk=job.pk).update(
        started_at=now - timedelta(seconds=4), finished_at=ended, **STATES[state] | more
    )


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


@pytest.mark.parametrize("state", STATES)
def test_the_page_of_a_long_file_has_no_barrier_and_is_nowhere_cut_off(
    site: str, page: Page, axe: Callable[[Page], list[str]], state: str
) -> None:
    job = asked_for()
    put(job, state)
    # What begins the download of the file that is ready would leave the page; an answer without
    # content does not.
    page.route("**/*.csv", lambda route: route.fulfill(status=204))
    page.goto(f"{site}/jobs/{job.pk}/")
    barriers = axe(page)

    assert (barriers, too_wide(page)) == ([], [])


@pytest.mark.parametrize("state", STATES)
def test_the_page_of_a_long_comparison_has_no_barrier_and_is_nowhere_cut_off(
    site: str,
    report: ReportingRound,
    page: Page,
    axe: Callable[[Page], list[str]],
    state: str,
) -> None:
    later = make_round(report.version, as_at=date(2001, 2, 28))
    make_status(later, report.version.elements.all(), text="It was finished.")
    close(later)
    job = asked_for(f"{COMPARISON}.docx?rows=all")
    put(job, state)
    page.route("**/*.docx?*", lambda route: route.fulfill(status=204))
    page.goto(f"{site}/jobs/{job.pk}/")
    barriers = axe(page)

    assert (barriers, too_wide(page)) == ([], [])


def test_asking_for_a_long_file_leads_to_its_progress(site: str, page: Page) -> None:
    page.goto(f"{site}{REPORT}/")
    page.locator(".download-menu summary").click()
    page.get_by_role("link", name="CSV").click()

    page.wait_for_url("**/jobs/*/")
    put(Job.objects.get(), "running")

    expect(page.get_by_role("progressbar")).to_have_attribute("value", "1200")


def test_the_bar_grows_with_the_elements_that_are_written(site: str, page: Page) -> None:
    job = asked_for()
    put(job, "running")
    page.goto(f"{site}/jobs/{job.pk}/")
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("value", "1200")

    put(job, "running", done=3900)

    expect(bar).to_have_attribute("value", "3900")


def test_who_hears_the_page_is_told_of_a_quarter_more_and_of_nothing_in_between(
    site: str, page: Page
) -> None:
    job = asked_for()
    put(job, "running")
    page.goto(f"{site}/jobs/{job.pk}/")
    heard = page.get_by_role("status")
    put(job, "running", done=1300)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "1300")
    expect(heard).to_have_text("")

    put(job, "running", done=3900)
    expect(heard).to_contain_text("3,900")
    put(job, "running", done=4000)

    expect(page.get_by_role("progressbar")).to_have_attribute("value", "4000")
    expect(heard).to_contain_text("3,900")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_download_begins_when_the_file_is_ready(
    site: str, report: ReportingRound, page: Page, plain_page: Page, scripts: bool
) -> None:
    job = asked_for()
    visitor = page if scripts else plain_page
    visitor.goto(f"{site}/jobs/{job.pk}/")

    with visitor.expect_download() as download:
        work_off()

    assert download.value.path().read_bytes() == CSV.write(report_table(report))
