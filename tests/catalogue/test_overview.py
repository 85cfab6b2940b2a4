"""The index of plans and the overview of one."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from plans.catalogue.queries.versions import plan_overview
from plans.models import PlanVersion, Role
from plans.text.categories import Category
from plans.text.timeframes import ScheduleState
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
    make_time_frame,
    make_user,
    make_version,
)
from tests.pages import text_of

pytestmark = pytest.mark.django_db
INDEX = "/"
PLAN = "/plans/technical-cooperation/"


def test_the_index_says_so_when_there_is_no_plan(client: Client) -> None:
    page = text_of(client.get(INDEX).content)

    assert "There is no plan to show yet." in page
    assert "Seed the first one" not in page
    client.force_login(make_user("ada", Role.ADMINISTRATOR))
    assert "Seed the first one" in text_of(client.get(INDEX).content)


def test_the_index_names_each_plan_with_the_document_of_its_current_version(
    client: Client,
) -> None:
    make_report(issues=3)

    page = text_of(client.get(INDEX).content)

    assert "Technical cooperation implementation plan GB.276/TC/2 · 276th Session" in page


def test_the_index_counts_states_as_at_the_newest_closed_round(
    client: Client, real_version: PlanVersion
) -> None:
    page = text_of(client.get(INDEX).content)

    assert (
        "As at 31 August 2000 overdue 16 due soon 2 on schedule 12 open-ended 37 no fixed date 11"
    ) in page


def test_the_index_hides_a_plan_without_a_published_version(client: Client) -> None:
    make_plan(published=False)

    assert client.get(INDEX).context["plans"] == []


@pytest.mark.parametrize("issues", [1, 3, 30])
def test_the_index_costs_the_same_queries_for_any_number_of_issues(
    issues: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_report(issues=issues)

    with django_assert_num_queries(3):
        client.get(INDEX)


@pytest.mark.parametrize("plans", [1, 3, 30])
def test_the_index_costs_the_same_queries_for_any_number_of_plans(
    plans: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(plans):
        make_report(issues=1, slug=f"plan-{number}")

    with django_assert_num_queries(3):
        client.get(INDEX)


@pytest.mark.parametrize("issues", [1, 3, 30])
def test_the_overview_costs_the_same_queries_for_any_number_of_issues(
    issues: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_report(issues=issues)

    with django_assert_num_queries(5):
        client.get(PLAN)


def test_the_overview_counts_each_part_of_the_real_plan_by_schedule_state(
    real_version: PlanVersion,
) -> None:
    overview = plan_overview(make_user(), "technical-cooperation")
    assert overview is not None

    assert [
        (progress.part.number, progress.tally.total, dict(progress.tally.schedule))
        for progress in overview.parts
    ] == [
        ("I", 24, states(overdue=2, due_soon=1, on_schedule=3, open_ended=13, not_datable=5)),
        ("II", 28, states(overdue=7, due_soon=1, on_schedule=4, open_ended=11, not_datable=5)),
        ("III", 26, states(overdue=7, on_schedule=5, open_ended=13, not_datable=1)),
    ]


def states(**counts: int) -> dict[ScheduleState, int]:
    return {state: counts.get(state.value, 0) for state in ScheduleState}


def test_the_overview_lists_what_is_overdue_with_the_longest_due_first(
    real_version: PlanVersion,
) -> None:
    overview = plan_overview(make_user(), "technical-cooperation")
    assert overview is not None

    assert [element.reference for element in overview.overdue.elements[:4]] == [
        "III.1(d).1",
        "II.2.7",
        "I.4(a).1",
        "I.1(a).1",
    ]


def test_the_overview_lists_what_falls_due_within_ninety_days(
    real_version: PlanVersion,
) -> None:
    overview = plan_overview(make_user(), "technical-cooperation")
    assert overview is not None

    assert [element.reference for element in overview.due_soon.elements] == ["I.2(a).2", "II.2.5"]


def test_the_overview_leads_to_the_report_and_its_files(
    client: Client, real_version: PlanVersion
) -> None:
    page = client.get(PLAN).content.decode()

    report = "/plans/technical-cooperation/gb276-tc-2/report/2000-08-31"
    links = set(re.findall(rf'href="({re.escape(report)}[^"]*)"', page))
    assert {f"{report}/", f"{report}.json", f"{report}.csv"} <= links


def test_the_overview_says_that_the_symbol_was_inferred(
    client: Client, real_version: PlanVersion
) -> None:
    page = text_of(client.get(PLAN).content)

    assert "GB.279/TC/2 (inferred) · 279th Session · closed" in page


def test_the_overview_judges_by_the_newest_closed_round_and_not_by_an_open_one(
    client: Client,
) -> None:
    round_ = make_report()
    make_round(round_.version, as_at=date(2001, 8, 31))

    page = text_of(client.get(PLAN).content)

    assert "Progress as at 31 August 2000" in page


@pytest.mark.parametrize(
    ("role", "rounds"),
    [
        (None, [date(2000, 8, 31)]),
        (Role.OFFICER, [date(2001, 8, 31), date(2000, 8, 31)]),
        (Role.SECRETARIAT, [date(2001, 8, 31), date(2000, 8, 31)]),
        (Role.ADMINISTRATOR, [date(2001, 8, 31), date(2000, 8, 31)]),
    ],
)
def test_the_overview_shows_an_open_round_only_to_those_who_report(
    role: Role | None, rounds: list[date], client: Client
) -> None:
    make_round(make_report().version, as_at=date(2001, 8, 31))
    client.force_login(make_user("someone", role))

    shown = client.get(PLAN).context["overview"].rounds

    assert [round_.as_at for round_ in shown] == rounds


def test_the_overview_says_so_when_no_round_has_been_closed(client: Client) -> None:
    make_plan()

    page = text_of(client.get(PLAN).content)

    assert "No reporting round has been closed yet, so there is no progress to show." in page


def test_the_current_version_is_the_newest_published_one(client: Client) -> None:
    make_version(slug="first", symbol="GB.1", dated_on=date(1999, 1, 1))
    make_version(slug="second", symbol="GB.2", dated_on=date(2000, 1, 1))
    make_version(slug="third", symbol="GB.3", dated_on=date(2001, 1, 1), published=False)

    assert client.get(PLAN).context["overview"].current.symbol == "GB.2"


@pytest.fixture
def superseded() -> PlanVersion:
    """A version with a closed report, after which another was published."""
    version = make_report().version
    make_version(slug="second", symbol="GB.2", dated_on=date(2001, 3, 1))
    return version


def test_reports_on_an_earlier_version_stay_on_the_overview_with_their_files(
    client: Client, superseded: PlanVersion
) -> None:
    answer = client.get(PLAN)
    page = text_of(answer.content)

    report = f"{superseded.get_absolute_url()}report/2000-08-31"
    links = set(re.findall(rf'href="({re.escape(report)}[^"]*)"', answer.content.decode()))
    assert {f"{report}/", f"{report}.pdf"} <= links
    assert "There is no reporting round on GB.2 yet." in page
    assert f"31 August 2000 on {superseded.symbol}" in page


def test_the_index_leads_to_the_last_report_on_an_earlier_version(
    client: Client, superseded: PlanVersion
) -> None:
    answer = client.get(INDEX)

    assert f"Progress report on {superseded.symbol}" in text_of(answer.content)
    (entry,) = answer.context["plans"]
    assert (entry.newest, entry.earlier.version) == (None, superseded)


@pytest.mark.parametrize("versions", [1, 3, 30])
def test_the_overview_costs_the_same_queries_for_any_number_of_versions(
    versions: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_report()
    for number in range(versions):
        make_version(slug=f"later-{number}", symbol=f"GB.{number}", dated_on=date(2001, 3, 1))

    with django_assert_num_queries(4):
        client.get(PLAN)


def test_administrators_are_led_from_a_plan_to_seeding_its_next_version(client: Client) -> None:
    version = make_plan()
    link = f'href="/seed/?after=version:{version.pk}"'
    assert link not in client.get(PLAN).content.decode()
    client.force_login(make_user("ada", Role.ADMINISTRATOR))

    page = client.get(PLAN).content.decode()

    assert link in page
    chosen = client.get(f"/seed/?after=version:{version.pk}").content.decode()
    assert f'<option value="version:{version.pk}" selected>' in chosen


def test_a_completed_element_is_done_though_its_date_has_passed(client: Client) -> None:
    issue = make_issue(make_part(make_version()))
    element = make_element(make_group(issue), time_frame=make_time_frame(issue, "By end 1999"))
    round_ = make_round(issue.version)
    make_status(round_, [element], category=Category.COMPLETED)
    close(round_)

    overview = client.get(PLAN).context["overview"]

    assert overview.whole.schedule[ScheduleState.DONE] == 1


def test_an_unknown_plan_is_a_404_that_names_it(client: Client) -> None:
    answer = client.get("/plans/no-such-plan/")

    assert (answer.status_code, "There is no plan “no-such-plan”." in answer.content.decode()) == (
        404,
        True,
    )


def test_a_plan_without_a_published_version_does_not_exist_for_readers(client: Client) -> None:
    make_plan(published=False)

    assert client.get(PLAN).status_code == 404


def test_a_plan_without_a_published_version_is_shown_to_administrators(client: Client) -> None:
    make_plan(published=False)
    client.force_login(make_user("admin", Role.ADMINISTRATOR))

    assert client.get(PLAN).status_code == 200
