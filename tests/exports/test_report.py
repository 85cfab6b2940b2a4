"""The progress report as a page and as files: what it holds, and who sees an open round."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from plans.exports.queries import visible_report
from plans.exports.services import report_formats
from plans.models import PlanVersion, ReportingRound, Role
from plans.reports.writers import FORMATS
from tests.exports.report_cases import CSV, JSON, REPORT, VERSION
from tests.factories import (
    close,
    make_element,
    make_group,
    make_issue,
    make_part,
    make_plan,
    make_report,
    make_round,
    make_status,
    make_unit,
    make_user,
    make_version,
    rewrite,
)
from tests.pages import text_of
from tests.reports.templates import house_template

pytestmark = pytest.mark.django_db
DRAFT = "Nobody else may read this draft."


def open_round() -> ReportingRound:
    """An open round with one draft."""
    version = make_plan()
    round_ = make_round(version)
    make_status(round_, version.elements.all(), text=DRAFT, state="draft")
    return round_


# -- The page -------------------------------------------------------------------------------------


def test_the_page_shows_the_cover_of_the_real_report(
    client: Client, real_version: PlanVersion
) -> None:
    page = text_of(client.get(REPORT).content)

    assert (
        "SECOND ITEM ON THE AGENDA Progress report: Implementation plan to give effect to the "
        "conclusions concerning the role of the ILO in technical cooperation, adopted by the "
        "Conference at its 87th Session (June 1999) 1. At the 276th Session"
    ) in page


def test_the_page_has_a_table_for_each_part(client: Client, real_version: PlanVersion) -> None:
    page = client.get(REPORT).content.decode()

    assert re.findall(r'class="report-part-title">([^<]+)<', page) == [
        "Part I – Enhancing the relevance and effectiveness of ILO technical cooperation",
        "Part II – Improving the quality, visibility, efficiency and impact of ILO technical "
        "cooperation",
        "Part III – Strengthening partnerships and resource mobilization",
    ]


def test_the_page_shows_no_states_unless_asked(client: Client, real_version: PlanVersion) -> None:
    plain = client.get(REPORT).content.decode()
    extras = client.get(REPORT, {"show": "extras"}).content.decode()

    assert ("overdue" in plain, "overdue" in extras) == (False, True)


def test_an_unknown_value_of_show_shows_the_plain_report(
    client: Client, real_version: PlanVersion
) -> None:
    page = client.get(REPORT, {"show": "everything"}).content.decode()

    assert 'class="extra' not in page


def test_markup_in_the_texts_of_a_report_is_shown_as_text(client: Client) -> None:
    version = make_plan()
    round_ = make_round(version)
    make_status(round_, version.elements.all(), text="<script>alert(1)</script>")
    close(round_)

    page = client.get(REPORT).content.decode()

    assert ("<script" in page, "&lt;script&gt;alert(1)&lt;/script&gt;" in page) == (False, True)


@pytest.mark.parametrize("issues", [1, 3, 30])
def test_a_closed_report_costs_four_queries_for_any_number_of_issues(
    issues: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_report(issues=issues)

    with django_assert_num_queries(4):
        client.get(REPORT)


@pytest.mark.parametrize("issues", [1, 3, 30])
def test_an_open_report_costs_the_same_queries_for_any_number_of_issues(
    issues: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_report(issues=issues, closed=False)
    client.force_login(make_user("secretariat", Role.SECRETARIAT))

    with django_assert_num_queries(12):
        client.get(REPORT)


def test_a_later_edit_of_the_plan_does_not_change_a_closed_report(client: Client) -> None:
    version = make_report().version
    before = client.get(REPORT).content

    rewrite(version, "Something else altogether.")
    caches["pages"].clear()

    assert client.get(REPORT).content == before


# -- The files ------------------------------------------------------------------------------------


def test_the_json_is_what_the_writer_writes_of_the_record(
    client: Client, real_version: PlanVersion
) -> None:
    answer = client.get(JSON)

    table = visible_report(make_user(), real_version.rounds.get())
    assert (answer["Content-Type"], answer.getvalue()) == (
        "application/json",
        FORMATS["json"].write(table),
    )


def test_the_json_carries_the_hash_of_the_record(client: Client, real_version: PlanVersion) -> None:
    data = json.loads(client.get(JSON).getvalue())

    record = real_version.rounds.get().records.get()
    assert (data["schema"], data["round"]["record_sha256"]) == ("tracker.report/1", record.sha256)


def test_the_csv_has_a_row_for_each_of_the_78_elements(
    client: Client, real_version: PlanVersion
) -> None:
    answer = client.get(CSV)

    rows = answer.getvalue().decode("utf-8-sig").split("\r\n")
    references = [row for row in rows if re.match(r"I{1,3},", row)]
    assert len(references) == 78


def test_the_csv_is_offered_as_a_file_with_a_name(
    client: Client, real_version: PlanVersion
) -> None:
    assert client.get(CSV)["Content-Disposition"] == (
        'attachment; filename="technical-cooperation-gb276-tc-2-2000-08-31.csv"'
    )


@pytest.mark.parametrize("name", ["docx", "xlsx"])
def test_an_office_file_is_what_the_writer_writes_and_is_offered_with_a_name(
    name: str, client: Client, real_version: PlanVersion
) -> None:
    answer = client.get(f"{VERSION}report/2000-08-31.{name}")

    table = visible_report(make_user(), real_version.rounds.get())
    assert (answer["Content-Type"], answer["Content-Disposition"], answer.getvalue()) == (
        FORMATS[name].content_type,
        f'attachment; filename="technical-cooperation-gb276-tc-2-2000-08-31.{name}"',
        FORMATS[name].write(table),
    )


@pytest.mark.parametrize("name", ["docx", "xlsx"])
def test_an_office_file_of_a_closed_round_is_written_once_and_then_not_modified(
    name: str, client: Client, real_version: PlanVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{VERSION}report/2000-08-31.{name}"
    first = client.get(address)
    monkeypatch.delattr(f"plans.reports.writers.{name}.write")

    again = client.get(address)
    unchanged = client.get(address, headers={"if-none-match": first["ETag"]})

    assert (again.getvalue(), unchanged.status_code) == (first.getvalue(), 304)


@pytest.mark.parametrize("address", [JSON, CSV])
@pytest.mark.parametrize("issues", [1, 3, 30])
def test_a_file_of_a_closed_round_costs_the_same_queries_for_any_number_of_issues(
    issues: int, address: str, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_report(issues=issues)

    # One of them for the reports; all but four find out that the file is not stored, and store it.
    with django_assert_num_queries(12):
        client.get(address)


def test_an_unknown_format_is_a_404_that_names_the_known_ones(client: Client) -> None:
    make_report()

    answer = client.get(f"{VERSION}report/2000-08-31.exe")

    offered = ", ".join(f".{format_.extension}" for format_ in report_formats())
    assert (
        answer.status_code,
        f"This report is not available as “.exe”. Its formats are: {offered}."
        in answer.content.decode(),
    ) == (404, True)


@pytest.mark.parametrize("day", ["2000-02-30", "2000-13-01", "20000831", "2000-8-31"])
def test_a_day_that_no_calendar_has_is_a_404(day: str, client: Client) -> None:
    make_report()

    assert client.get(f"{VERSION}report/{day}/").status_code == 404


def test_a_day_without_a_report_is_a_404_that_names_it(client: Client) -> None:
    make_report()

    answer = client.get(f"{VERSION}report/1999-08-31/")

    assert (
        answer.status_code,
        "There is no progress report as at 31 August 1999." in answer.content.decode(),
    ) == (404, True)


# -- Who sees an open round -----------------------------------------------------------------------


@pytest.mark.parametrize("address", [REPORT, JSON, CSV])
def test_an_open_report_does_not_exist_for_the_public(address: str, client: Client) -> None:
    open_round()

    answer = client.get(address)

    assert (answer.status_code, DRAFT in answer.content.decode()) == (404, False)


@pytest.mark.parametrize("address", [REPORT, JSON, CSV])
def test_an_open_report_does_not_exist_for_a_reader(address: str, client: Client) -> None:
    open_round()
    client.force_login(make_user())

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", [REPORT, JSON, CSV])
def test_the_secretariat_sees_the_drafts_of_an_open_report(address: str, client: Client) -> None:
    open_round()
    client.force_login(make_user("secretariat", Role.SECRETARIAT))

    assert DRAFT in client.get(address).getvalue().decode()


@pytest.mark.parametrize("address", [REPORT, JSON, CSV])
def test_an_officer_does_not_see_a_draft_of_another_unit(address: str, client: Client) -> None:
    version = make_version()
    element = make_element(
        make_group(make_issue(make_part(version))), units=[make_unit("evaluation")]
    )
    make_status(make_round(version), [element], text=DRAFT, state="draft")
    client.force_login(make_user("officer", Role.OFFICER, units=[make_unit("finance")]))

    answer = client.get(address)

    assert (answer.status_code, DRAFT in answer.getvalue().decode()) == (200, False)


@pytest.mark.parametrize("address", [REPORT, JSON, CSV])
def test_what_the_secretariat_saw_of_an_open_round_is_kept_nowhere(
    address: str, client: Client
) -> None:
    open_round()
    client.force_login(make_user("secretariat", Role.SECRETARIAT))

    answer = client.get(address)

    assert (answer["Cache-Control"], answer.has_header("ETag")) == ("private, no-store", False)


@pytest.mark.parametrize("address", [REPORT, JSON, CSV])
def test_a_reader_gets_no_304_for_an_open_round_whatever_tag_they_send(
    address: str, client: Client
) -> None:
    open_round()

    assert client.get(address, headers={"If-None-Match": "*"}).status_code == 404


# -- The template of the Word document -------------------------------------------------------------

DOCX = f"{VERSION}report/2000-08-31.docx"


def test_the_word_document_is_made_from_the_site_s_template_and_kept_by_it(
    client: Client, settings: LazySettings, tmp_path: Path
) -> None:
    round_ = make_report()
    plain = client.get(DOCX)
    path = tmp_path / "house.docx"
    path.write_bytes(house_template())
    settings.TRACKER_DOCX_TEMPLATE = path

    answer = client.get(DOCX, headers={"If-None-Match": plain["ETag"]})

    table = visible_report(AnonymousUser(), round_)
    assert (answer.status_code, answer.getvalue()) == (
        200,
        FORMATS["docx"].write(table, template=house_template()),
    )
    assert plain.getvalue() == FORMATS["docx"].write(table)
    assert answer["ETag"] != plain["ETag"]


def test_a_template_that_went_away_stops_no_other_page(
    client: Client, settings: LazySettings, tmp_path: Path
) -> None:
    make_report()
    settings.TRACKER_DOCX_TEMPLATE = tmp_path / "gone.docx"

    assert [client.get(address).status_code for address in (REPORT, CSV)] == [200, 200]
