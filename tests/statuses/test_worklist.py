"""What officers and the secretariat find on the worklist."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from plans.models import Role
from plans.rounds.services.closing import reopen_statuses
from plans.statuses.services import workflow as statuses
from tests.factories import make_unit, make_user
from tests.scenes import Scene, set_scene_apart

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(db: None) -> Scene:
    return set_scene_apart()


def text_of(content: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", content.decode()).split())


def subjects(client: Client, **filters: str) -> list[str]:
    """The references of the rows, in the order of the page."""
    return [row.found.subject for row in client.get("/worklist/", filters).context["rows"]]


def save(case: Scene, ordinal: int = 1, *, submit: bool = False, by: User | None = None) -> None:
    snapshot = case.snapshot(ordinal)
    statuses.save_status(
        snapshot_id=snapshot.pk,
        by=by or case.officer,
        text="The éducation manual was issued.",
        category="completed",
        base_revision=snapshot.revision,
        submit=submit,
    )


def give_back(case: Scene, ordinal: int, comment: str = "Say in which languages.") -> None:
    save(case, ordinal, submit=True)
    snapshot = case.snapshot(ordinal)
    statuses.return_status(
        snapshot_id=snapshot.pk, by=case.secretary, base_revision=1, comment=comment
    )


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_worklist_costs_the_same_queries_for_any_number_of_elements(
    elements: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = set_scene_apart(elements).client()

    with django_assert_num_queries(11):
        client.get("/worklist/")


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_filtered_worklist_costs_the_same_queries_for_any_number_of_elements(
    elements: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = set_scene_apart(elements).client()

    with django_assert_num_queries(11):
        client.get(
            "/worklist/", {"q": "I.1", "state": "all", "unit": "evaluation", "schedule": "overdue"}
        )


def test_the_most_pressing_statuses_stand_first(case: Scene) -> None:
    assert subjects(case.client()) == ["I.1.3", "I.1.1", "I.1.2"]


def test_a_status_of_several_elements_is_one_row(case: Scene) -> None:
    covers = case.snapshot(2).covers
    covers.update(snapshot=case.snapshot(1))
    case.snapshot(2).delete()

    assert subjects(case.client()) == ["I.1.3", "I.1.1–I.1.2"]


def test_a_returned_status_stands_before_everything_else_with_the_comment(case: Scene) -> None:
    give_back(case, 2)
    answer = case.client().get("/worklist/")

    assert answer.context["rows"][0].found.subject == "I.1.2"
    assert "Say in which languages." in text_of(answer.content)


def test_what_is_submitted_is_no_longer_owed_but_counted(case: Scene) -> None:
    save(case, 3, submit=True)
    answer = case.client().get("/worklist/")

    assert [row.found.subject for row in answer.context["rows"]] == ["I.1.1", "I.1.2"]
    assert "1 of 3 reported" in text_of(answer.content)


def test_writing_a_draft_does_not_move_its_row(case: Scene) -> None:
    save(case, 3)

    assert subjects(case.client()) == ["I.1.3", "I.1.1", "I.1.2"]


def test_the_state_filter_finds_what_was_submitted(case: Scene) -> None:
    save(case, 3, submit=True)

    assert subjects(case.client(), state="submitted") == ["I.1.3"]


def test_all_states_are_listed_on_request(case: Scene) -> None:
    save(case, 3, submit=True)

    assert subjects(case.client(), state="all") == ["I.1.3", "I.1.1", "I.1.2"]


def test_the_schedule_filter_keeps_the_rows_in_that_state(case: Scene) -> None:
    assert subjects(case.client(), schedule="open_ended") == ["I.1.2"]


def test_words_are_found_in_the_narrative_without_accents(case: Scene) -> None:
    save(case, 2)

    assert subjects(case.client(), q="EDUCATION manual") == ["I.1.2"]


def test_a_value_that_no_filter_has_is_named_and_ignored(case: Scene) -> None:
    answer = case.client().get("/worklist/", {"schedule": "late"})

    assert len(answer.context["rows"]) == 3
    assert "“late” is not a value of the filter “Schedule”" in text_of(answer.content)


def test_an_officer_does_not_see_the_elements_of_other_units(case: Scene) -> None:
    assert subjects(case.client(case.outsider)) == []


def test_an_officer_sees_the_elements_of_no_unit(case: Scene) -> None:
    case.snapshot(2).elements.get().units.clear()

    assert subjects(case.client(case.outsider)) == ["I.1.2"]


def test_the_secretariat_sees_all_units_and_filters_by_one(case: Scene) -> None:
    other = make_unit("statistics", "Statistics unit")
    case.snapshot(2).elements.get().units.set([other])
    client = case.client(case.secretary)

    assert subjects(client) == ["I.1.3", "I.1.1", "I.1.2"]
    assert subjects(client, unit="statistics") == ["I.1.2"]


def test_a_reader_has_no_worklist(case: Scene) -> None:
    assert case.client(make_user("reader")).get("/worklist/").status_code == 403


def test_nobody_is_sent_to_sign_in(client: Client, case: Scene) -> None:
    assert client.get("/worklist/?state=all")["Location"] == (
        "/sign-in/?next=/worklist/%3Fstate%3Dall"
    )


def test_the_days_left_until_the_reports_are_due_are_told(case: Scene) -> None:
    assert "days ago" in text_of(case.client().get("/worklist/").content)


def test_one_click_reaffirms_the_last_report_and_comes_back(case: Scene) -> None:
    answer = case.post("reaffirm", next="/worklist/?schedule=on_schedule")
    snapshot = case.snapshot()

    assert answer["Location"] == "/worklist/?schedule=on_schedule"
    assert (snapshot.state, snapshot.text, snapshot.category) == ("submitted", "", "in_progress")
    assert snapshot.reaffirms is not None


def test_without_an_earlier_report_nothing_can_be_reaffirmed_in_one_click(db: None) -> None:
    case = set_scene_apart(earlier=False)

    assert b'value="reaffirm"' not in case.client().get("/worklist/").content


def test_the_next_status_is_the_one_after_it_in_the_filtered_worklist(case: Scene) -> None:
    save(case, 3, submit=True)
    answer = case.client().get(f"/worklist/after/{case.round.pk}/3/")

    assert answer["Location"] == f"{case.address(1)}?next=%2Fworklist%2F"


def test_after_the_last_status_the_first_one_still_owed_is_next(case: Scene) -> None:
    answer = case.client().get(f"/worklist/after/{case.round.pk}/2/?state=empty")

    assert answer["Location"] == f"{case.address(3)}?next=%2Fworklist%2F%3Fstate%3Dempty"


def test_when_nothing_else_is_owed_the_worklist_says_so(db: None) -> None:
    case = set_scene_apart(1)
    save(case, 1, submit=True)
    answer = case.client().get(f"/worklist/after/{case.round.pk}/1/", follow=True)

    assert "Nothing else is left to report here." in text_of(answer.content)


def test_a_status_of_a_closed_round_that_was_reopened_for_the_unit_is_listed(case: Scene) -> None:
    closed = case.round.version.rounds.order_by("as_at").first()
    assert closed is not None
    first = closed.snapshots.get(ordinal=1)
    reopen_statuses(
        round_id=closed.pk,
        snapshot_ids=[first.pk],
        unit=case.unit,
        by=case.secretary,
        reason="A word is wrong.",
    )
    row = case.client().get("/worklist/").context["rows"][0]

    assert (row.snapshot.round_id, row.snapshot.ordinal) == (closed.pk, 1)
    assert len(case.client(case.outsider).get("/worklist/").context["rows"]) == 0


def test_an_administrator_has_the_worklist_of_all_units(case: Scene) -> None:
    assert len(subjects(case.client(make_user("ada", Role.ADMINISTRATOR)))) == 3
