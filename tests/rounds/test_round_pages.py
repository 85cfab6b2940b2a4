"""The list of rounds, opening one, and the cockpit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from plans.models import ReportingRound, Role
from plans.rounds.queries.cockpit import cockpit, find_kept_round
from plans.rounds.services import closing as services
from plans.statuses.services import workflow as statuses
from tests.aside import unpublish
from tests.factories import make_plan, make_unit, make_user
from tests.pages import text_of
from tests.rounds.rounds_cases import COVER, address
from tests.scenes import Scene, set_scene

pytestmark = pytest.mark.django_db


# The list, and opening


def test_the_list_tells_each_round_with_how_far_its_statuses_have_come(
    scene: Scene, keeper: Client
) -> None:
    scene.clear(1)
    scene.submit(2)

    page = text_of(keeper.get("/rounds/").content)

    assert (
        "Status as at 28 February 2001 Technical cooperation implementation plan · GB.276/TC/2 · "
        "open cleared 1 submitted 1 nothing written yet 1 Status as at 31 August 2000" in page
    )


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_list_costs_the_same_queries_for_any_number_of_rounds(
    count: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keeper = make_user("keeper", Role.SECRETARIAT)
    version = make_plan()
    for year in range(count):
        ReportingRound.objects.create(
            version=version, as_at=date(2000 + year, 1, 1), label="Status", state="closed"
        )
    client.force_login(keeper)

    with django_assert_num_queries(5):
        client.get("/rounds/")


def test_a_round_is_opened_from_the_page(client: Client) -> None:
    version = make_plan(elements=3)
    client.force_login(make_user("keeper", Role.SECRETARIAT))

    answer = client.post(
        "/rounds/open/",
        {
            "version": version.pk,
            "as_at": "2001-02-28",
            "reports_due_on": "2001-01-31",
            "symbol": "GB.280/TC/2",
            "session": "280th Session",
            "agenda_item": "SECOND ITEM ON THE AGENDA",
        },
    )

    opened = ReportingRound.objects.get()
    assert answer.headers["Location"] == f"/rounds/{opened.pk}/"
    assert (opened.as_at, opened.reports_due_on, opened.symbol, opened.snapshots.count()) == (
        date(2001, 2, 28),
        date(2001, 1, 31),
        "GB.280/TC/2",
        3,
    )


def test_a_version_that_is_not_published_is_offered_as_such(client: Client) -> None:
    version = make_plan(elements=1)
    client.force_login(make_user("ada", Role.ADMINISTRATOR))
    named = "GB.276/TC/2 – Technical cooperation implementation plan"
    assert f"{named}</option>" in client.get("/rounds/open/").text
    unpublish(version)
    assert f"{named} (not published)</option>" in client.get("/rounds/open/").text


def test_a_round_before_one_that_was_reported_is_not_opened(scene: Scene, keeper: Client) -> None:
    scene.clear_all()
    services.close_round(round_id=scene.round.pk, by=scene.keeper)

    answer = keeper.post(
        "/rounds/open/", {"version": scene.round.version_id, "as_at": "2000-10-01"}
    )

    assert answer.status_code == 422
    assert "A later round has been reported already" in text_of(answer.content)
    assert 'value="2000-10-01"' in answer.content.decode()


def test_the_page_says_that_another_round_must_be_closed_first(
    scene: Scene, keeper: Client
) -> None:
    page = text_of(keeper.get("/rounds/open/").content)

    assert "Every plan has an open round. Close it before you open another." in page


# The cockpit


def test_the_cockpit_counts_what_is_reported_and_what_waits(scene: Scene, keeper: Client) -> None:
    scene.clear(1)
    scene.submit(2)

    page = text_of(keeper.get(address(scene)).content)

    assert "Reported 2 of 3 Waiting for clearance 1 Returned 0" in page


def test_what_was_closed_as_not_reported_does_not_count_as_reported(
    scene: Scene, keeper: Client
) -> None:
    scene.clear(1)
    chosen = [scene.snapshot(2).pk, scene.snapshot(3).pk]
    services.close_round(round_id=scene.round.pk, by=scene.keeper, not_reported=chosen)

    page = text_of(keeper.get(address(scene)).content)

    assert "Reported 1 of 3 " in page
    assert "Reporting, in statuses cleared 1 not reported 2 " in page


def test_the_cockpit_says_which_unit_has_not_reported(scene: Scene) -> None:
    scene.submit(1)
    nobody = make_unit("nobody")
    scene.snapshot(3).elements.first().units.set([nobody])  # type: ignore[union-attr]
    round_ = find_kept_round(scene.keeper, scene.round.pk)
    assert round_ is not None

    assert [
        (state.unit and state.unit.name, state.progress.reported, [s.subject for s in state.owed])
        for state in cockpit(round_).units
    ] == [("Evaluation", 1, ["I.1(a).1–I.1(a).2"]), ("Nobody", 0, ["II.1.1"])]


def test_the_cockpit_shows_why_a_status_was_returned(scene: Scene, keeper: Client) -> None:
    number = scene.submit(1)
    statuses.return_status(
        snapshot_id=scene.snapshot(1).pk, by=scene.keeper, base_revision=number, comment="By when?"
    )

    page = text_of(keeper.get(address(scene)).content)

    assert "Returned 1 I.1.1–II.1.2 By when? Evaluation" in page


def test_what_was_completed_before_is_not_overdue_only_because_nobody_wrote_it_again(
    scene: Scene,
) -> None:
    round_ = find_kept_round(scene.keeper, scene.round.pk)
    assert round_ is not None

    overdue = {element.reference for element in cockpit(round_).overdue}

    completed = scene.earlier.snapshots.get(category="completed").elements.values_list(
        "reference", flat=True
    )
    assert overdue.isdisjoint(completed)
    assert "I.1.1" in overdue


@pytest.mark.parametrize(("days", "words"), [(3, "3 days left"), (0, "today"), (-1, "1 day ago")])
def test_the_cockpit_counts_the_days_to_the_closing_day(
    days: int, words: str, scene: Scene, keeper: Client
) -> None:
    ReportingRound.objects.filter(pk=scene.round.pk).update(
        reports_due_on=timezone.localdate() + timedelta(days=days)
    )

    assert words in text_of(keeper.get(address(scene)).content)


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_cockpit_costs_the_same_queries_for_any_number_of_elements(
    elements: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = set_scene(elements=elements)
    number = scene.submit(1)
    statuses.return_status(
        snapshot_id=scene.snapshot(1).pk, by=scene.keeper, base_revision=number, comment="When?"
    )
    client.force_login(scene.keeper)

    with django_assert_num_queries(10):
        client.get(address(scene))


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_grouping_costs_the_same_queries_for_any_number_of_elements(
    elements: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = set_scene(elements=elements)
    client.force_login(scene.keeper)

    with django_assert_num_queries(7):
        client.get(address(scene, "grouping/"))


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_page_of_closing_costs_the_same_queries_for_any_number_of_elements(
    elements: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = set_scene(elements=elements)
    client.force_login(scene.keeper)

    with django_assert_num_queries(14):
        client.get(address(scene, "close/"))


# Who comes in


PAGES = ["", "cover/", "grouping/", "clearing/", "clearing/1/", "close/", "reopen/"]


@pytest.mark.parametrize("page", PAGES)
def test_an_officer_finds_no_page_of_the_secretariat(
    page: str, scene: Scene, client: Client
) -> None:
    client.force_login(scene.officer)

    assert client.get(address(scene, page)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_whoever_is_not_signed_in_is_asked_to_sign_in(
    page: str, scene: Scene, client: Client
) -> None:
    answer = client.get(address(scene, page))

    assert answer.headers["Location"] == f"/sign-in/?next={address(scene, page)}"


def test_what_was_typed_without_a_session_is_given_back(scene: Scene, client: Client) -> None:
    answer = client.post(address(scene, "cover/"), COVER)

    assert answer.status_code == 401
    assert "The Committee asked for a report.¹" in answer.content.decode()
    scene.round.refresh_from_db()
    assert scene.round.paragraphs == []


def test_an_unpublished_version_s_round_does_not_exist_for_the_secretariat(
    scene: Scene, keeper: Client
) -> None:
    unpublish(scene.round.version)

    assert keeper.get(address(scene)).status_code == 404


@pytest.mark.parametrize("number", ["0", "99999999999999999999"])
def test_a_round_that_is_not_there_is_a_404(number: str, keeper: Client) -> None:
    assert keeper.get(f"/rounds/{number}/").status_code == 404
