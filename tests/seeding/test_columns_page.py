"""The page on which the columns of a sheet are named."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from xlsxwriter import Workbook

from plans.models import Role, SeedDraft
from plans.reading.readers import columns_of
from plans.reading.readers.kinds import kind_of
from plans.reports.writers import FORMATS
from plans.seeding.queries.drafts import content_of, parsed
from plans.seeding.services import drafts
from tests.factories import make_user
from tests.pages import text_of
from tests.reports.samples import sample

pytestmark = pytest.mark.django_db

HEADINGS = ("Punkt", "Was zu klären ist", "Vorhaben", "Bis wann", "Stand")
ROWS = (
    ("1", "Standards", "Better standards will be made.", "By end 2001", "Work goes on."),
    ("1", "Standards", "More advice will be given.", "Ongoing", ""),
    ("2", "Advice", "Talks will be held.", "May 2001", "Talks were held."),
)
FIELDS = ("issue_number", "issue_title", "element", "time_frame", "status")


def workbook(*, extra: bool = False) -> bytes:
    """A workbook whose headings no mapping knows; perhaps with another sheet before."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        if extra:
            book.add_worksheet("Notes").write_row(0, 0, ("Remark", "Who"))
        sheet = book.add_worksheet("Plan")
        for number, row in enumerate((HEADINGS, *ROWS)):
            sheet.write_row(number, 0, row)
    return out.getvalue()


@pytest.fixture
def browser(client: Client) -> Client:
    client.force_login(make_user("ada", Role.ADMINISTRATOR))
    return client


def uploaded(browser: Client, content: bytes, name: str = "plan.xlsx") -> SeedDraft:
    sent = {"place": "new", "document": SimpleUploadedFile(name, content)}
    answer = browser.post("/seed/", sent)
    assert answer.status_code == 302, text_of(answer.content)
    return SeedDraft.objects.select_related("document", "plan").latest("pk")


def said(**changed: str) -> dict[str, str]:
    named = {f"column-{index}": field for index, field in enumerate(FIELDS)}
    return {"base_revision": "0", "sheet": "Plan", "header": "1", **named, **changed}


def test_a_sheet_with_unknown_headings_waits_for_its_columns(browser: Client) -> None:
    draft = uploaded(browser, workbook())
    assert (draft.document.kind, draft.mapping) == ("xlsx", {})
    shown = text_of(browser.get(f"/seed/{draft.pk}/").content)
    assert "The sheet is not read yet" in shown
    assert "The document is kept as a draft." in shown
    assert "Name its columns" in shown
    assert browser.get(f"/seed/{draft.pk}/commit/").status_code == 302


def test_the_page_shows_each_column_with_what_stands_in_it(browser: Client) -> None:
    draft = uploaded(browser, workbook())
    shown = text_of(browser.get(f"/seed/{draft.pk}/columns/").content)
    assert "B Was zu klären ist Standards Advice What column B holds" in shown
    assert "C Vorhaben Better standards will be made." in shown


def test_the_named_sheet_is_read(browser: Client) -> None:
    draft = uploaded(browser, workbook())
    answer = browser.post(f"/seed/{draft.pk}/columns/", said(), follow=True)
    assert answer.redirect_chain == [(f"/seed/{draft.pk}/", 302)]
    draft.refresh_from_db()
    outline = parsed(draft).outline
    assert [(e.reference, e.text) for e in outline.elements()] == [
        ("1.1.1", "Better standards will be made."),
        ("1.1.2", "More advice will be given."),
        ("1.2.1", "Talks will be held."),
    ]
    assert [status.text for status in outline.statuses] == ["Work goes on.", "Talks were held."]
    # What was said is what the page begins with.
    page = browser.get(f"/seed/{draft.pk}/columns/").text
    assert page.count("selected") == len(FIELDS)
    # A sheet prints no title of its plan.
    shown = text_of(browser.get(f"/seed/{draft.pk}/commit/").content)
    assert "Plan plan new taken from the name of the file Change it" in shown


def test_another_sheet_and_another_row_of_headings_can_be_shown(browser: Client) -> None:
    draft = uploaded(browser, workbook(extra=True))
    shown = text_of(browser.get(f"/seed/{draft.pk}/columns/?sheet=Notes&header=1").content)
    assert "Columns of the sheet “Notes”" in shown
    assert "A Remark" in shown
    answer = browser.get(f"/seed/{draft.pk}/columns/?sheet=Nowhere", follow=True)
    assert "The workbook has no sheet" in answer.text


def test_the_columns_of_a_closed_draft_are_shown_and_cannot_be_changed(browser: Client) -> None:
    draft = uploaded(browser, workbook())
    SeedDraft.objects.update(state=SeedDraft.State.DISCARDED)
    shown = browser.get(f"/seed/{draft.pk}/columns/").text
    assert "It is a draft no more; nothing here can be changed." in shown
    assert "Save and read the sheet" not in shown


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"column-2": ""}, "Say which column holds the action elements"),
        ({"column-4": "time_frame"}, "Columns D and E are both said to be “time-frame”"),
        ({"column-0": "colour"}, "Select a valid choice."),
    ],
)
def test_columns_that_cannot_be_are_refused_and_given_back(
    browser: Client, changed: dict[str, str], complaint: str
) -> None:
    draft = uploaded(browser, workbook())
    answer = browser.post(f"/seed/{draft.pk}/columns/", said(**changed))
    assert answer.status_code == 422
    assert complaint in answer.text
    assert '<option value="status" selected>' in answer.text or "column-4" in changed
    draft.refresh_from_db()
    assert draft.mapping == {}


def test_columns_of_a_draft_that_was_changed_are_not_overwritten(browser: Client) -> None:
    draft = uploaded(browser, workbook())
    drafts.discard(draft_id=draft.pk, by=draft.made_by, base_revision=0)  # type: ignore[arg-type]
    answer = browser.post(f"/seed/{draft.pk}/columns/", said())
    assert answer.status_code == 409
    assert "This draft was discarded." in answer.text


def test_a_csv_file_with_known_headings_is_read_at_once(browser: Client) -> None:
    content = "Part,Issue number,Issue title,Element,Time-frame\nI,1,One,First.,2001\n"
    draft = uploaded(browser, content.encode(), "plan.csv")
    assert draft.document.kind == "csv"
    assert [e.text for e in parsed(draft).outline.elements()] == ["First."]
    shown = text_of(browser.get(f"/seed/{draft.pk}/").content)
    assert "told by the headings of the columns" in shown


def test_of_a_workbook_of_the_tracker_itself_no_column_has_to_be_named(browser: Client) -> None:
    draft = uploaded(browser, FORMATS["xlsx"].write(sample()))
    shown = text_of(browser.get(f"/seed/{draft.pk}/").content)
    assert "nothing to be said: it is read as the printed table" in shown
    assert "told by the headings of the columns" not in shown
    place = f"/seed/{draft.pk}/columns/"
    shown = text_of(browser.get(place).content)
    assert "The document is read as the printed table, from these sheets: Part I" in shown
    assert "If you save what the columns below hold, their sheet is read instead" in shown
    # Named all the same, they count, and nothing says otherwise.
    mapping = columns_of(content_of(draft.document.sha256)).mapping
    known = {"draft_id": draft.pk, "by": draft.made_by, "base_revision": 0}
    drafts.set_mapping(**known, mapping=mapping.as_data())  # type: ignore[arg-type]
    assert "as the printed table" not in text_of(browser.get(place).content)
    draft.refresh_from_db()
    assert parsed(draft).source.by_columns


def test_a_text_has_no_columns_to_be_named(browser: Client) -> None:
    draft = uploaded(
        browser, b"Part I\n\nIssues\tElements\tTime\n1. One\t<ul> \xe2\x80\xa2 a.\t2001"
    )
    answer = browser.get(f"/seed/{draft.pk}/columns/", follow=True)
    assert answer.redirect_chain == [(f"/seed/{draft.pk}/", 302)]


@pytest.mark.parametrize("extension", ["xlsx", "csv"])
def test_the_template_is_downloaded(browser: Client, extension: str) -> None:
    assert f'href="/seed/template.{extension}"' in browser.get("/seed/").text
    answer = browser.get(f"/seed/template.{extension}")
    assert answer["Content-Disposition"] == f'attachment; filename="plan-template.{extension}"'
    assert kind_of(answer.content) == extension


def test_a_filled_in_template_is_read_without_naming_its_columns(browser: Client) -> None:
    sheet = browser.get("/seed/template.csv").text
    row = "I,Work,1,Standards,,,,Better standards.,By end 2001,,,\r\n"
    draft = uploaded(browser, (sheet + row).encode(), "filled.csv")
    assert [e.reference for e in parsed(draft).outline.elements()] == ["I.1.1"]


def test_there_is_no_template_of_another_kind(browser: Client) -> None:
    assert browser.get("/seed/template.docx").status_code == 404
