"""The page in the place of a file that could not be written."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import LazySettings
from django.test import Client

from plans.models import ReportingRound, Role
from tests.factories import close, make_plan, make_report, make_round, make_status, make_user
from tests.pages import text_of
from tests.reports.templates import house_template

pytestmark = pytest.mark.django_db
VERSION = "/plans/technical-cooperation/gb276-tc-2"
REPORT = f"{VERSION}/report/2000-08-31"
TOO_LONG = "word " * 7000


def report_with_text(text: str, *, closed: bool = True) -> ReportingRound:
    version = make_plan()
    round_ = make_round(version)
    make_status(round_, version.elements.all(), text=text)
    if closed:
        close(round_)
    return round_


def test_letters_that_the_pdf_has_no_font_for_are_named_with_their_place(client: Client) -> None:
    report_with_text("Work on 漢 goes on.")

    answer = client.get(f"{REPORT}.pdf")

    page = text_of(answer.content)
    assert answer.status_code == 422
    assert "This could not be made as PDF" in page
    assert re.search(r"The status of I\.1\.1: [^.]+ “漢” \(U\+6F22\)\.", page)
    assert "The round is closed, so they stay as they were published." in page


def test_a_text_that_fits_no_cell_is_named_with_its_row(client: Client) -> None:
    report_with_text(TOO_LONG)

    answer = client.get(f"{REPORT}.xlsx")

    assert answer.status_code == 422
    assert re.search(
        r"Part I, row \d: a text of more than 32,767 characters fits no cell\.",
        text_of(answer.content),
    )


def test_the_other_formats_are_offered_and_can_be_had(client: Client) -> None:
    report_with_text("Work on 漢 goes on.")

    page = client.get(f"{REPORT}.pdf").content.decode()

    offered = re.findall(rf'<li>\s*<a href="({REPORT}[^"]*)"', page)
    extensions = ("/", ".docx", ".xlsx", ".csv", ".json", ".xml")
    assert offered == [f"{REPORT}{extension}" for extension in extensions]
    assert [client.get(address).status_code for address in offered] == [200] * len(offered)


def test_who_can_change_the_words_is_told_so_while_the_round_is_open(client: Client) -> None:
    report_with_text("Work on 漢 goes on.", closed=False)
    client.force_login(make_user("secretariat", Role.SECRETARIAT))

    page = text_of(client.get(f"{REPORT}.pdf").content)

    assert "whoever writes this text can replace these characters or shorten it." in page


def test_nobody_keeps_the_page_because_the_next_release_may_have_the_letters(
    client: Client,
) -> None:
    report_with_text("Work on 漢 goes on.")

    answer = client.get(f"{REPORT}.pdf")

    assert (answer["Cache-Control"], answer.has_header("ETag")) == ("private, no-store", False)


def test_what_those_who_run_the_site_must_see_to_is_an_error_of_theirs(
    client: Client, settings: LazySettings, tmp_path: Path
) -> None:
    make_report()
    settings.TRACKER_DOCX_TEMPLATE = tmp_path / "gone.docx"

    answer = client.get(f"{REPORT}.docx")

    page = text_of(answer.content)
    assert answer.status_code == 500
    assert "This could not be made as DOCX" in page
    assert "It is nothing that you did." in page
    assert str(tmp_path) not in page


@pytest.mark.parametrize(
    ("extension", "line"),
    [
        (
            "pdf",
            (
                "WARNING",
                f"{REPORT}.pdf could not be written: the status of I.1.1: the fonts of the PDF do "
                "not have “漢” (U+6F22)",
            ),
        ),
        (
            "docx",
            (
                "ERROR",
                f"{REPORT}.docx could not be written: the template of TRACKER_DOCX_TEMPLATE cannot "
                "be read: No such file or directory",
            ),
        ),
    ],
)
def test_either_is_written_to_the_log(
    extension: str,
    line: tuple[str, str],
    client: Client,
    settings: LazySettings,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.TRACKER_DOCX_TEMPLATE = tmp_path / "gone.docx"
    report_with_text("Work on 漢 goes on.")

    client.get(f"{REPORT}.{extension}")

    found = [r for r in caplog.records if r.name == "plans.exports.downloads"]
    assert [(record.levelname, record.getMessage()) for record in found] == [line]


def test_a_comparison_that_cannot_be_had_as_pdf_leads_to_its_page_and_its_word_document(
    client: Client,
) -> None:
    first = report_with_text("Work on 漢 goes on.")
    second = make_round(first.version, as_at=date(2001, 3, 31))
    make_status(second, first.version.elements.all(), text="Work goes on.")
    close(second)
    address = f"{VERSION}/compare/2000-08-31/2001-03-31"

    answer = client.get(f"{address}.pdf")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“漢” (U+6F22)." in page
    offered = re.findall(rf'<li>\s*<a href="({VERSION}[^"]*)"', page)
    assert offered == [f"{address}/", f"{address}.docx"]
    assert [client.get(each).status_code for each in offered] == [200, 200]


def test_a_comparison_as_word_document_is_made_from_the_site_s_template(
    client: Client, settings: LazySettings, tmp_path: Path
) -> None:
    first = report_with_text("Work goes on.")
    second = make_round(first.version, as_at=date(2001, 3, 31))
    make_status(second, first.version.elements.all(), text="Work is done.")
    close(second)
    path = tmp_path / "house.docx"
    path.write_bytes(house_template())
    settings.TRACKER_DOCX_TEMPLATE = path

    answer = client.get(f"{VERSION}/compare/2000-08-31/2001-03-31.docx")

    with ZipFile(BytesIO(answer.getvalue())) as packed:
        assert b"Garamond" in packed.read("word/styles.xml")
