"""The page of a comparison that takes long: the same as that of a report, for both rounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.conf import LazySettings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from plans.exports.job_files import Failure
from plans.exports.long_exports import Progress, State
from plans.exports.queries import report_table
from plans.models import ReportingRound, Role
from plans.reports.changes import View, filter_comparison
from plans.reports.compare import compare
from plans.reports.writers import COMPARISON_FORMATS
from tests.exports.making_cases import at, said, wait
from tests.factories import close, make_report, make_round, make_status, make_user
from tests.pages import text_of

pytestmark = pytest.mark.django_db
COMPARISON = "/plans/technical-cooperation/gb276-tc-2/compare/2000-08-31/2001-02-28"
FILE, PAGE = f"{COMPARISON}.docx", f"{COMPARISON}/docx/"
DOCX = COMPARISON_FORMATS["docx"]
ROWS = ["", "?rows=all", "?rows=unchanged"]


@pytest.fixture(autouse=True)
def _long_from_one_element(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TRACKER_EXPORTS = 2
    monkeypatch.setitem(COMPARISON_FORMATS, "docx", replace(DOCX, at_once=0))


def two_rounds(*, issues: int = 1, closed: bool = True) -> list[ReportingRound]:
    """A closed round, and a later one on the same plan in which every status is another."""
    earlier = make_report(issues=issues)
    later = make_round(earlier.version, as_at=date(2001, 2, 28))
    make_status(later, earlier.version.elements.all(), text="It was finished.", state="draft")
    if closed:
        close(later)
    return [earlier, later]


@pytest.mark.parametrize("rows", ROWS)
def test_a_comparison_that_takes_long_leads_to_its_page(client: Client, rows: str) -> None:
    two_rounds()

    answer = client.get(f"{FILE}{rows}")

    assert (answer.status_code, answer["Location"], answer["Cache-Control"]) == (
        302,
        f"{PAGE}{rows}",
        "private, no-store",
    )


@pytest.mark.parametrize(("rows", "shown"), [("", View.CHANGES), ("?rows=all", View.ALL)])
def test_the_page_leads_to_the_file_that_then_is_there_for_everybody(
    client: Client, rows: str, shown: View
) -> None:
    rounds = two_rounds(issues=3)

    ready = wait(client, f"{PAGE}{rows}")
    answer = Client().get(f"{FILE}{rows}")

    content = DOCX.write(filter_comparison(compare(*map(report_table, rounds)), shown))
    assert (ready["Refresh"], answer.getvalue() == content, answer["Cache-Control"]) == (
        f"1; url={FILE}{rows}",
        True,
        "public, no-cache",
    )


def test_a_comparison_that_is_written_at_once_has_no_such_page(
    client: Client, settings: LazySettings
) -> None:
    two_rounds()
    settings.TRACKER_EXPORTS = 0

    answer = client.get(f"{PAGE}?rows=all")

    assert (answer.status_code, answer["Location"]) == (302, f"{FILE}?rows=all")


def test_rounds_in_the_other_order_lead_to_the_order_of_their_dates(client: Client) -> None:
    two_rounds()
    turned = PAGE.replace("2000-08-31/2001-02-28", "2001-02-28/2000-08-31")

    answer = client.get(f"{turned}?rows=all")

    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?rows=all")


@pytest.mark.parametrize("extension", ["csv", "exe"])
def test_a_format_that_comparisons_do_not_have_has_no_page(client: Client, extension: str) -> None:
    two_rounds()

    assert client.get(f"{COMPARISON}/{extension}/").status_code == 404


@pytest.mark.parametrize("issues", [1, 3, 30])
def test_looking_again_costs_the_same_queries_for_any_number_of_issues(
    issues: int,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    two_rounds(issues=issues)
    at(Progress(State.RUNNING, 2), monkeypatch)

    with django_assert_num_queries(5):
        client.get(PAGE)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("", "Rows: only those that changed"),
        ("?rows=all", "Rows: every row of both reports"),
        ("?rows=unchanged", "Rows: unchanged or reaffirmed"),
    ],
)
def test_the_page_says_which_rows_the_file_has(
    client: Client, monkeypatch: pytest.MonkeyPatch, rows: str, sentence: str
) -> None:
    two_rounds()
    at(Progress(State.RUNNING, 2), monkeypatch)

    assert sentence in text_of(client.get(f"{PAGE}{rows}").content)


def test_the_page_says_what_is_compared_and_leads_back_to_the_same_rows(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_rounds()
    at(Progress(State.RUNNING, 7800, elapsed=4.2, expected=16.4), monkeypatch)

    answer = client.get(f"{PAGE}?rows=all")

    page = answer.content.decode()
    assert "What changed from 31 August 2000 to 28 February 2001: Word document" in (
        text_of(answer.content)
    )
    assert f'<a href="{COMPARISON}/?rows=all">Back to the comparison</a>' in page
    assert f'hx-get="{PAGE}?rows=all"' in page
    assert "the file will be kept, and the page of the comparison leads to it" in said(answer)


def test_a_comparison_that_was_not_made_says_why_and_offers_the_same_rows_otherwise(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_rounds()
    at(Progress(State.FAILED, 2, failure=Failure("report", "I.1.1: too long")), monkeypatch)

    answer = client.get(f"{PAGE}?rows=all")

    assert said(answer).startswith(
        "The file was not made, because this comparison cannot be written in this format: "
        "I.1.1: too long Try again The same in other formats Web page PDF – "
    )
    assert f'<a href="{COMPARISON}.pdf?rows=all" type="application/pdf">' in (
        answer.content.decode()
    )


@pytest.mark.parametrize("role", [None, Role.OFFICER])
def test_a_comparison_with_an_open_round_has_a_page_only_for_those_who_see_the_round(
    client: Client, role: Role | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_rounds(closed=False)
    at(Progress(State.RUNNING, 2), monkeypatch)
    client.force_login(make_user("somebody", role))

    assert client.get(PAGE).status_code == (404 if role is None else 202)


def test_drafts_against_the_last_closed_round_are_fetched_once_by_who_asked(
    client: Client,
) -> None:
    two_rounds(closed=False)
    client.force_login(make_user("secretariat", Role.SECRETARIAT))
    other = Client()
    other.force_login(make_user("colleague", Role.SECRETARIAT))
    page = said(wait(client, PAGE))

    theirs = other.get(FILE).status_code
    first, second = client.get(FILE), client.get(FILE)

    assert "It holds drafts, and is for you alone" in page
    assert first.getvalue().startswith(b"PK")
    assert (theirs, first["Cache-Control"], second.status_code, second["Location"]) == (
        302,
        "private, no-store",
        302,
        PAGE,
    )
