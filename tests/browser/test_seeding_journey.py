"""The administrator's journey in a real browser: from a document to a published version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.management import call_command
from playwright.sync_api import BrowserContext, FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from plans.exports.queries import report_table
from plans.models import PlanVersion, ReportingRound, Role
from plans.reports.writers import docx
from plans.seeding.forms.drafts import NEW_PLAN
from plans.seeding.queries import drafts as queries
from tests.factories import PASSWORD, make_user
from tests.jobs.working import work_off
from tests.seeding.cases import TEXT
from tests.seeding.test_columns_page import workbook

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def administrator(transactional_db: None, live_server: LiveServer, page: Page) -> Page:
    """The browser of an administrator, at the page of seeding."""
    make_user("ada", Role.ADMINISTRATOR)
    page.goto(f"{live_server.url}/seed/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    return page


def upload(page: Page, file: FilePayload) -> None:
    """Upload the first version of a new plan."""
    page.get_by_label("It comes after").select_option(NEW_PLAN)
    page.get_by_label("Document", exact=True).set_input_files(file)
    page.get_by_role("button", name="Upload and read it").click()


def test_a_document_that_the_tracker_wrote_is_seeded_without_a_step_by_hand(
    administrator: Page, axe: Callable[[Page], list[str]]
) -> None:
    call_command("loaddata", "technical-cooperation", verbosity=0)
    written = docx.write(report_table(ReportingRound.objects.get()))
    page = administrator
    page.reload()
    upload(page, {"name": "again.docx", "mimeType": WORD, "buffer": written})
    expect(page.get_by_text("every word has its place")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name="Look at what will be made, and commit it").click()
    expect(page.get_by_role("heading", name="What will be made")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Make the version").click()
    page.get_by_role("link", name="Publish it").click()
    page.get_by_role("button", name="Publish it").click()
    expect(page.get_by_text("The version is published.")).to_be_visible()

    first, again = PlanVersion.objects.order_by("pk")
    assert again.published
    texts = [list(v.elements.values_list("reference", "text")) for v in (first, again)]
    assert texts[0] == texts[1]
    assert [r.as_at for r in again.rounds.all()] == [date(2000, 8, 31)]


def test_a_sheet_with_other_names_for_its_columns_is_seeded(
    administrator: Page, axe: Callable[[Page], list[str]]
) -> None:
    page = administrator
    upload(page, {"name": "vorhaben.xlsx", "mimeType": EXCEL, "buffer": workbook()})
    page.get_by_role("link", name="Name its columns").click()
    named = {
        "A": "number of the issue",
        "B": "title of the issue",
        "C": "action element",
        "D": "time-frame",
    }
    for letter, field in named.items():
        page.get_by_label(f"What column {letter} holds").select_option(label=field)
    assert axe(page) == []
    page.get_by_role("button", name="Save and read the sheet").click()
    page.get_by_role("link", name="Say what the document does not print about itself").click()
    page.get_by_label("Title of the plan").fill("A plan of work")
    page.get_by_label("Short name of the plan").fill("work")
    page.get_by_label("Symbol of the document that adopted this version").fill("GB.282/TC/1")
    assert axe(page) == []
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Commit", exact=True).click()
    odd = page.get_by_label("I have looked at what is odd, and it is as it should be.")
    if odd.is_visible():
        odd.check()
    page.get_by_role("button", name="Make the version").click()
    expect(page.get_by_text("The version GB.282/TC/1 is made.")).to_be_visible()
    version = PlanVersion.objects.get()
    assert (version.plan.slug, version.slug, version.published) == ("work", "gb282-tc-1", False)
    assert list(version.elements.values_list("text", flat=True)) == [
        "Better standards will be made.",
        "More advice will be given.",
        "Talks will be held.",
    ]


def test_a_long_document_is_read_and_its_version_made_by_jobs_whose_pages_lead_on(
    administrator: Page, axe: Callable[[Page], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LONG_DOCUMENT", 1)
    page = administrator
    upload(page, {"name": "plan.txt", "mimeType": "text/plain", "buffer": TEXT.encode()})
    expect(page.get_by_role("heading", name="Reading plan.txt")).to_be_visible()
    assert axe(page) == []
    work_off()
    page.get_by_role("link", name="Look at what will be made, and commit it").click()
    page.get_by_role("button", name="Make the version").click()
    expect(page.get_by_role("heading", name="Making the version of plan.txt")).to_be_visible()
    work_off()
    page.get_by_role("link", name="Publish it").click()
    assert PlanVersion.objects.get().elements.count() == 3


def test_a_refused_job_leads_back_to_its_form_without_scripts(
    transactional_db: None,
    live_server: LiveServer,
    context: BrowserContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queries, "LONG_DOCUMENT", 1)
    make_user("ada", Role.ADMINISTRATOR)
    page = context.new_page()
    page.goto(f"{live_server.url}/seed/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    words = b"Not a table, and nothing that could be read as one."
    upload(page, {"name": "plan.txt", "mimeType": "text/plain", "buffer": words})
    expect(page.get_by_role("heading", name="Reading plan.txt")).to_be_visible()
    work_off()
    page.get_by_role("link", name="Back to the form").click()
    expect(page.get_by_role("alert")).to_contain_text("Document:")
    expect(page.get_by_label("It comes after")).to_have_value("new")
