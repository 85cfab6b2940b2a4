"""Who sees a comparison and who may keep it: entity tags, open rounds and drafts."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from plans.exports import comparison, downloads
from plans.models import ReportingRound, Role
from plans.reports.canonical import sha256_of
from tests.exports.compare_cases import DOCX, LATER, PAGE, PDF, VERSION, two_rounds
from tests.factories import (
    close,
    make_element,
    make_group,
    make_issue,
    make_part,
    make_round,
    make_status,
    make_unit,
    make_user,
    make_version,
)
from tests.pages import text_of

pytestmark = pytest.mark.django_db
DRAFT = "Nobody else may read this draft."


@pytest.mark.parametrize("address", [PAGE, DOCX])
def test_an_unchanged_comparison_is_answered_304_with_two_queries(
    client: Client, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    two_rounds()
    first = client.get(address)

    with django_assert_num_queries(2):
        again = client.get(address, headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again["ETag"]) == (304, first["ETag"])
    assert first["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize(("address", "queries"), [(PAGE, 2), (DOCX, 3)])
def test_a_second_reader_gets_what_the_first_one_got_with_few_queries(
    client: Client,
    address: str,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    two_rounds()
    first = client.get(address).getvalue()

    with django_assert_num_queries(queries):
        again = client.get(address)

    assert again.getvalue() == first


@pytest.mark.parametrize("index", [0, 1])
@pytest.mark.parametrize("address", [PAGE, DOCX])
def test_a_new_record_of_either_round_changes_the_tag(
    client: Client, address: str, index: int
) -> None:
    later = two_rounds()
    round_ = list(later.version.rounds.order_by("as_at"))[index]
    before = client.get(address)["ETag"]
    record = round_.records.get()
    content = record.content.replace("Progress report", "Corrected report")
    round_.records.create(
        number=2,
        content=content,
        sha256=sha256_of(content),
        previous_sha256=record.sha256,
    )

    assert client.get(address)["ETag"] != before


def test_each_choice_of_rows_has_a_tag_of_its_own(client: Client) -> None:
    two_rounds()

    tags = {client.get(address)["ETag"] for address in (PAGE, f"{PAGE}?rows=all", PDF, DOCX)}

    assert len(tags) == 4


@pytest.mark.parametrize("issues", [1, 3, 30])
def test_closed_rounds_cost_six_queries_for_any_number_of_issues(
    client: Client, issues: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    two_rounds(issues=issues)

    with django_assert_num_queries(6):
        client.get(PAGE)


@pytest.mark.parametrize("rows", ["changes", "all"])
def test_who_signed_in_gets_what_was_worked_out_for_others(
    client: Client, rows: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_rounds(issues=3)
    first = client.get(PAGE, {"rows": rows}).content.decode()
    client.force_login(make_user("secretariat", Role.SECRETARIAT))
    monkeypatch.delattr(comparison, "compare")

    again = client.get(PAGE, {"rows": rows}).content.decode()

    start = '<article class="report comparison"'
    assert (
        first[first.index(start) :].partition("</article>")[0]
        == (again[again.index(start) :].partition("</article>")[0])
    )


@pytest.mark.parametrize("issues", [1, 3, 30])
def test_an_open_round_costs_the_same_queries_for_any_number_of_issues(
    client: Client, issues: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    two_rounds(issues=issues, closed=False)
    client.force_login(make_user("secretariat", Role.SECRETARIAT))

    with django_assert_num_queries(15):
        client.get(PAGE)


def test_a_round_reopened_meanwhile_is_not_kept_as_the_closed_one(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = two_rounds()
    client.force_login(make_user("secretariat", Role.SECRETARIAT))
    found = downloads.round_or_404

    def reopened(*args: object) -> ReportingRound:
        ReportingRound.objects.filter(pk=later.pk).update(state=ReportingRound.State.OPEN)
        return found(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(downloads, "round_or_404", reopened)
    for address in (PAGE, DOCX):
        ReportingRound.objects.filter(pk=later.pk).update(state=ReportingRound.State.CLOSED)
        answer = client.get(address)
        assert (answer["Cache-Control"], answer.has_header("ETag")) == ("private, no-store", False)


# -- Drafts ---------------------------------------------------------------------------------------


def drafts() -> None:
    """A closed round and an open one, in which another unit than finance wrote a draft."""
    version = make_version()
    group = make_group(make_issue(make_part(version)))
    theirs = make_element(group, units=[make_unit("evaluation")])
    ours = make_element(group, units=[make_unit("finance")])
    earlier = make_round(version)
    make_status(earlier, [theirs], text="What they said before.")
    make_status(earlier, [ours], text="What we said before.")
    close(earlier)
    later = make_round(version, as_at=LATER)
    make_status(later, [theirs], text=DRAFT, state="draft")
    make_status(later, [ours], text="What we say now.", state="draft")


@pytest.mark.parametrize("address", [PAGE, PDF, DOCX, f"{VERSION}compare/2001-02-28/2000-08-31/"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_a_comparison_with_an_open_round_does_not_exist_for_readers(
    client: Client, address: str, signed_in: bool
) -> None:
    drafts()
    if signed_in:
        client.force_login(make_user())

    answer = client.get(address, headers={"if-none-match": "*"})

    assert (answer.status_code, DRAFT in answer.content.decode()) == (404, False)


def test_the_secretariat_sees_the_drafts_and_nobody_keeps_them(client: Client) -> None:
    drafts()
    client.force_login(make_user("secretariat", Role.SECRETARIAT))

    answer = client.get(PAGE)

    assert f"[added: {DRAFT} end of added]" in text_of(answer.content)
    assert (answer["Cache-Control"], answer.has_header("ETag")) == ("private, no-store", False)


def test_an_officer_sees_what_their_unit_wrote_and_no_draft_of_another(client: Client) -> None:
    drafts()
    unit = ReportingRound.objects.get(as_at=LATER).version.elements.get(reference="I.1.2").units
    client.force_login(make_user("officer", Role.OFFICER, units=unit.all()))

    for address in (PAGE, f"{PAGE}?rows=all", DOCX):
        answer = client.get(address)
        assert answer.status_code == 200
        assert DRAFT not in answer.getvalue().decode(errors="replace")
        assert answer["Cache-Control"] == "private, no-store"

    page = text_of(client.get(f"{PAGE}?rows=all").content)
    assert "We" not in page
    assert "1 of 2 action elements changed" in page
    assert "nothing reported yet 1" in page
    assert "of all others it says that nothing is reported yet" in page
    assert "What they said before." not in page


def test_the_public_page_is_not_the_one_that_the_secretariat_saw(client: Client) -> None:
    two_rounds()
    secretariat = Client()
    secretariat.force_login(make_user("well-known-name", Role.SECRETARIAT))
    secretariat.get(PAGE)

    assert "well-known-name" not in client.get(PAGE).content.decode()
