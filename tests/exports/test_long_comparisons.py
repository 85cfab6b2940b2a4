"""Long files of what changed between two rounds: as those of reports, for whom they are."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import docx
import pytest
from django.test import Client
from pypdf import PdfReader

from plans.exports.queries import report_table
from plans.models import Job, ReportingRound, Role, StoredFile
from plans.reports.changes import Outcome, Shown, View, filter_comparison
from plans.reports.compare import compare
from plans.reports.writers import COMPARISON_FORMATS as FORMATS
from tests.exports.long_files import ask, save, signed_in, status_of
from tests.factories import close, make_report, make_round, make_status, make_unit
from tests.jobs.working import work_off
from tests.pages import text_of

pytestmark = pytest.mark.django_db
COMPARISON = "/plans/technical-cooperation/gb276-tc-2/compare/2000-08-31/2001-02-28"
TURNED = "/plans/technical-cooperation/gb276-tc-2/compare/2001-02-28/2000-08-31"
FILE = f"{COMPARISON}.docx"
DRAFT = "Nobody else may read this draft."


@pytest.fixture(autouse=True)
def _long_from_one_element(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, format_ in FORMATS.items():
        monkeypatch.setitem(FORMATS, name, replace(format_, at_once=0))


def two_rounds(*, closed: bool = True, text: str = "It was finished.") -> list[ReportingRound]:
    """A closed round on three issues, and a later one in which the first status is another."""
    earlier = make_report(issues=3)
    later = make_round(earlier.version, as_at=date(2001, 2, 28))
    for index, snapshot in enumerate(earlier.snapshots.order_by("ordinal")):
        make_status(
            later, snapshot.elements.all(), text=snapshot.text if index else text, state="draft"
        )
    if closed:
        close(later)
    return [earlier, later]


def made(client: Client, address: str) -> bytes:
    """The file of this address, once the job that it leads to is done."""
    ask(client, address)
    work_off()
    content: bytes = client.get(address).getvalue()
    return content


@pytest.mark.parametrize(
    ("rows", "shown"),
    [("", View.CHANGES), ("?rows=all", View.ALL), ("?rows=unchanged", Outcome.UNCHANGED)],
)
@pytest.mark.parametrize("name", ["docx", "pdf"])
def test_the_file_of_two_closed_rounds_is_what_the_writer_writes_of_their_records(
    name: str, rows: str, shown: Shown, client: Client
) -> None:
    rounds = two_rounds()

    content = made(client, f"{COMPARISON}.{name}{rows}")

    expected = FORMATS[name].write(filter_comparison(compare(*map(report_table, rounds)), shown))
    assert content == expected
    assert Client().get(f"{COMPARISON}.{name}{rows}")["Cache-Control"] == "public, no-cache"


def test_everybody_waits_for_the_same_comparison(client: Client) -> None:
    two_rounds()

    jobs = {ask(each, f"{FILE}?rows=all").pk for each in (client, signed_in("reader"))}

    assert len(jobs) == 1


def test_each_choice_of_rows_and_each_pair_of_records_has_a_file_of_its_own(
    client: Client,
) -> None:
    earlier = two_rounds()[0]
    made(client, f"{FILE}?rows=all")
    made(client, FILE)
    earlier.state = ReportingRound.State.OPEN
    earlier.save(update_fields=["state"])
    earlier.snapshots.filter(ordinal=1).update(text="Another text altogether.")
    close(earlier)

    made(client, f"{FILE}?rows=all")

    assert StoredFile.objects.count() == 3


def test_a_comparison_and_the_report_it_ends_with_are_files_of_their_own(client: Client) -> None:
    two_rounds()
    compared = made(client, f"{FILE}?rows=all")

    report = client.get(COMPARISON.replace("compare/2000-08-31", "report") + ".docx").getvalue()

    assert (report == compared, StoredFile.objects.count()) == (False, 2)


def test_rounds_in_the_other_order_lead_to_the_order_of_their_dates(client: Client) -> None:
    two_rounds()

    answer = client.get(f"{TURNED}.docx?rows=all")

    assert (answer.status_code, answer["Location"]) == (302, f"{FILE}?rows=all")
    assert Job.objects.count() == 0


@pytest.mark.parametrize("address", [f"{COMPARISON}.csv", f"{COMPARISON}.exe", f"{TURNED}.csv"])
def test_a_format_that_comparisons_do_not_have_begins_nothing(client: Client, address: str) -> None:
    two_rounds()

    assert (client.get(address).status_code, Job.objects.count()) == (404, 0)


def test_drafts_are_compared_as_the_person_may_see_them() -> None:
    rounds = two_rounds(closed=False, text=DRAFT)
    for element in rounds[1].version.elements.all():
        element.units.add(make_unit(f"unit-{element.pk}"))
    secretary, officer = (
        signed_in("secretary", Role.SECRETARIAT),
        signed_in("officer", Role.OFFICER),
    )

    files = [made(each, f"{FILE}?rows=all") for each in (secretary, officer)]

    texts = [docx.Document(io.BytesIO(file)).element.xml for file in files]
    assert [DRAFT in text for text in texts] == [True, False]


@pytest.mark.parametrize("role", [None, Role.OFFICER])
def test_a_comparison_with_an_open_round_is_for_those_who_see_the_round(role: Role | None) -> None:
    two_rounds(closed=False)

    assert signed_in("somebody", role).get(FILE).status_code == (404 if role is None else 302)


def test_a_status_saved_is_in_the_next_comparison_that_is_asked_for() -> None:
    later, secretary = two_rounds(closed=False)[1], signed_in("secretary", Role.SECRETARIAT)
    before = made(secretary, FILE)
    save(later, DRAFT)

    after = made(secretary, FILE)

    assert [DRAFT in docx.Document(io.BytesIO(file)).element.xml for file in (before, after)] == [
        False,
        True,
    ]


def test_a_comparison_that_the_format_cannot_hold_says_so_and_leads_to_the_others(
    client: Client,
) -> None:
    two_rounds(text="\U0001f600 smiling")
    job = ask(client, f"{COMPARISON}.pdf?rows=all")
    work_off()

    page = client.get(f"/jobs/{job.pk}/").content.decode()

    assert (status_of(job), "U+1F600" in page) == ("failed", True)
    assert f'<a href="{COMPARISON}/?rows=all">' in page
    assert f'<a href="{FILE}?rows=all">' in page


@pytest.mark.parametrize("rows", ["", "?rows=all", "?rows=unchanged"])
def test_the_page_says_what_is_compared_and_leads_back_to_the_same_rows(
    client: Client, rows: str
) -> None:
    two_rounds()
    job = ask(client, f"{FILE}{rows}")

    page = client.get(f"/jobs/{job.pk}/")

    assert "31 August 2000 to 28 February 2001: Word document" in text_of(page.content)
    assert f'<a href="{COMPARISON}/{rows}">' in page.content.decode()


def test_each_choice_of_rows_has_a_title_of_its_own(client: Client) -> None:
    two_rounds()
    jobs = [ask(client, f"{FILE}{rows}") for rows in ("", "?rows=all", "?rows=unchanged")]

    titles = {client.get(f"/jobs/{job.pk}/").context["title"] for job in jobs}

    assert len(titles) == 3


def test_what_a_comparison_took_is_expected_of_the_next_with_the_same_rows_alone(
    client: Client,
) -> None:
    two_rounds()

    variants = [ask(client, f"{FILE}{rows}").variant for rows in ("", "?rows=all")]

    assert variants == ["docx-changes", "docx-all"]


def test_the_pdf_of_a_comparison_has_its_marks(client: Client) -> None:
    two_rounds()

    content = made(client, f"{COMPARISON}.pdf")

    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "[Status 1 in one" in " ".join(text.split())
