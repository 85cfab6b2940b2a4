"""Who did what and when, as a page and as CSV."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from plans.models import AuditEntry, Role
from tests.aside import unpublish
from tests.factories import make_report, make_unit, make_user
from tests.scenes import Scene, set_scene

pytestmark = pytest.mark.django_db


def rows(client: Client, query: str = "") -> list[list[str]]:
    """The CSV's rows, without its heading."""
    answer = client.get(f"/audit.csv{query}")
    assert isinstance(answer, StreamingHttpResponse)
    text = answer.getvalue().decode("utf-8-sig")
    heading, *found = csv.reader(io.StringIO(text, newline=""))
    assert heading[:3] == ["At (UTC)", "Who", "Action"]
    return found


def entry(subject: str, *, day: int = 1, reason: str = "", **more: object) -> AuditEntry:
    return AuditEntry.objects.create(
        action=more.pop("action", "status_saved"),
        at=datetime(2001, 2, day, 12, 30, 15, tzinfo=UTC),
        subject=subject,
        reason=reason,
        **more,
    )


@pytest.fixture
def secretariat(client: Client) -> Client:
    client.force_login(make_user("ines", Role.SECRETARIAT))
    return client


def test_what_was_done_is_listed_newest_first(client: Client) -> None:
    scene: Scene = set_scene()
    scene.submit()
    client.force_login(scene.secretary)
    assert [row[1:3] + row[5:8] for row in rows(client)] == [
        ["olga", "status_submitted", "2001-02-28", "", "I.1.1–I.1.2"],
        ["olga", "status_saved", "2001-02-28", "", "I.1.1–I.1.2"],
        ["ines", "round_opened", "2001-02-28", "", "Status as at 28 February 2001"],
    ]
    page = client.get("/audit/").text
    assert "3 entries" in page
    assert "submitted a status: <span" in page


def test_every_filter_narrows_page_and_csv_alike(secretariat: Client) -> None:
    anna, unit = make_user("anna"), make_unit()
    round_ = make_report()
    entry("one", actor=anna, day=1)
    entry("two", action="status_cleared", day=2)
    entry("three", unit=unit, day=3)
    entry("four", round=round_, day=4)
    entry("five", reason="Say six", day=5)
    queries = {
        f"?actor={anna.pk}": ["one"],
        "?action=status_cleared": ["two"],
        f"?unit={unit.pk}": ["three"],
        f"?round={round_.pk}": ["four"],
        "?q=SIX+say": ["five"],
        "?since=2001-02-04": ["five", "four"],
        "?until=2001-02-02": ["two", "one"],
        "?since=2001-02-02&until=2001-02-03": ["three", "two"],
    }
    assert {query: [row[7] for row in rows(secretariat, query)] for query in queries} == queries
    for query, found in queries.items():
        page = secretariat.get(f"/audit/{query}").text
        assert [
            word for word in ("five", "four", "three", "two", "one") if f">{word}<" in page
        ] == (found)


@pytest.mark.parametrize(
    "query", ["?actor=x", "?action=none", "?since=yesterday", "?round=999", "?unit=-1", "?page=x"]
)
def test_a_value_that_cannot_be_meant_is_ignored(secretariat: Client, query: str) -> None:
    entry("one")
    answer = secretariat.get(f"/audit/{query}")
    assert (answer.status_code, ">one<" in answer.text) == (200, True)
    assert ("which was ignored" in answer.text) is ("page" not in query)


def test_a_formula_in_a_subject_is_defused_in_the_csv(secretariat: Client) -> None:
    entry("=HYPERLINK(0)", reason="@x")
    assert rows(secretariat)[0][7:] == ["'=HYPERLINK(0)", "'@x"]


def test_markup_in_a_reason_is_shown_as_text(secretariat: Client) -> None:
    entry("one", reason="<script>alert(1)</script>")
    page = secretariat.get("/audit/").text
    assert "<script>alert" not in page


def test_entries_about_an_unpublished_version_are_for_administrators_only(
    secretariat: Client,
) -> None:
    round_ = make_report()
    unpublish(round_.version)
    entry("secret", round=round_)
    assert rows(secretariat) == []
    secretariat.force_login(make_user("chief", Role.ADMINISTRATOR))
    assert [row[7] for row in rows(secretariat)] == ["secret"]


@pytest.mark.parametrize("path", ["/audit/", "/audit.csv"])
@pytest.mark.parametrize("role", [None, Role.OFFICER])
def test_the_audit_does_not_exist_for_readers_and_officers(
    client: Client, role: Role | None, path: str
) -> None:
    client.force_login(make_user("somebody", role))
    assert client.get(path).status_code == 404


def test_a_long_audit_has_pages(secretariat: Client) -> None:
    for number in range(51):
        entry(f"no. {number}")
    page = secretariat.get("/audit/?page=2").text
    assert "Page 2 of 2" in page
    assert ">no. 0<" in page


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_audit_costs_the_same_queries_however_long_it_is(
    secretariat: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    round_ = make_report()
    for number in range(count):
        unit = make_unit(f"unit-{number}")
        entry("x", actor=make_user(f"u{number}"), unit=unit, round=round_)
    with django_assert_num_queries(8):
        secretariat.get("/audit/")
