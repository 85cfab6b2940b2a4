"""Who may keep a report, and how long: entity tags and headers."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from plans.exports import downloads
from plans.models import ReportingRound, Role
from plans.reports.canonical import sha256_of
from tests.exports.report_cases import CSV, JSON, REPORT, VERSION
from tests.factories import (
    close,
    make_report,
    make_round,
    make_status,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", [REPORT, JSON, CSV])
def test_an_unchanged_report_is_answered_304_with_one_query(
    address: str, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_report(issues=3)
    tag = client.get(address)["ETag"]

    with django_assert_num_queries(1):
        answer = client.get(address, headers={"If-None-Match": tag})

    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)


@pytest.mark.parametrize(("address", "queries"), [(REPORT, 1), (JSON, 2), (CSV, 2)])
def test_the_second_reader_of_a_closed_report_gets_it_with_few_queries(
    address: str, queries: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_report(issues=3)
    first = client.get(address)

    with django_assert_num_queries(queries):
        second = client.get(address)

    assert second.getvalue() == first.getvalue()


@pytest.mark.parametrize("address", [REPORT, JSON, CSV])
def test_a_new_record_changes_the_tag(address: str, client: Client) -> None:
    round_ = make_report()
    before = client.get(address)["ETag"]
    record = round_.records.get()
    content = record.content.replace("Status 1", "Status one")
    round_.records.create(
        number=2, content=content, sha256=sha256_of(content), previous_sha256=record.sha256
    )

    assert client.get(address)["ETag"] != before


def test_the_extras_have_a_tag_of_their_own(client: Client) -> None:
    make_report()

    assert client.get(REPORT)["ETag"] != client.get(REPORT, {"show": "extras"})["ETag"]


def test_each_language_of_the_interface_has_a_tag_of_its_own(client: Client) -> None:
    make_report()

    english = client.get(REPORT, headers={"Accept-Language": "en"})["ETag"]
    french = client.get(REPORT, headers={"Accept-Language": "fr"})["ETag"]

    assert english != french


def test_signing_in_changes_the_tag_because_the_page_names_the_person(client: Client) -> None:
    make_report()
    before = client.get(REPORT)["ETag"]
    client.force_login(make_user())

    assert client.get(REPORT)["ETag"] != before


def test_a_new_title_of_the_plan_changes_the_tag(client: Client) -> None:
    version = make_report().version
    before = client.get(REPORT)["ETag"]
    version.plan.title = "Another title"
    version.plan.save(update_fields=["title"])

    assert client.get(REPORT)["ETag"] != before


def test_the_public_page_names_nobody_after_a_signed_in_person_read_it(client: Client) -> None:
    make_report()
    reader = Client()
    reader.force_login(make_user("well-known-name"))
    reader.get(REPORT)

    assert "well-known-name" not in client.get(REPORT).content.decode()


@pytest.mark.parametrize("address", [REPORT, JSON, CSV])
def test_a_public_report_may_be_kept_by_everybody_but_must_be_asked_for_again(
    address: str, client: Client
) -> None:
    make_report()

    assert client.get(address)["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("address", [REPORT, JSON, CSV])
def test_a_signed_in_persons_report_is_kept_by_their_browser_alone(
    address: str, client: Client
) -> None:
    make_report()
    client.force_login(make_user())

    assert client.get(address)["Cache-Control"] == "private, no-cache"


def test_the_page_varies_by_cookie_and_language(client: Client) -> None:
    make_report()

    assert {"Cookie", "Accept-Language"} <= set(client.get(REPORT)["Vary"].split(", "))


def test_a_304_varies_as_the_page_does(client: Client) -> None:
    make_report()
    tag = client.get(REPORT)["ETag"]

    answer = client.get(REPORT, headers={"If-None-Match": tag})

    assert {"Cookie", "Accept-Language"} <= set(answer["Vary"].split(", "))


def test_posting_to_a_report_is_refused(client: Client) -> None:
    make_report()

    assert client.post(REPORT).status_code == 405


def test_a_second_round_does_not_get_the_first_ones_cached_body(client: Client) -> None:
    round_ = make_report()
    second = make_round(round_.version, as_at=date(2001, 8, 31))
    make_status(second, round_.version.elements.all(), text="A year later.")
    close(second)
    client.get(REPORT)

    assert "A year later." in client.get(f"{VERSION}report/2001-08-31/").content.decode()


def test_a_round_reopened_while_its_report_is_made_is_not_kept_as_the_closed_one(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = make_report()
    client.force_login(make_user("secretariat", Role.SECRETARIAT))
    found = downloads.round_or_404

    def reopened(*args: object) -> ReportingRound:
        ReportingRound.objects.filter(pk=round_.pk).update(state=ReportingRound.State.OPEN)
        return found(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(downloads, "round_or_404", reopened)
    answer = client.get(REPORT)

    assert (answer["Cache-Control"], answer.has_header("ETag")) == ("private, no-store", False)
