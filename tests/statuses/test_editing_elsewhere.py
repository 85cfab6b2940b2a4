"""Statuses that are written or told of on other pages: elements, and the browsable plan."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from plans import permissions
from plans.models import Role
from plans.statuses.services import workflow as statuses
from tests.factories import make_user
from tests.scenes import TYPED, Scene, set_scene_apart, text_of

pytestmark = pytest.mark.django_db

BROWSE = "/plans/technical-cooperation/gb276-tc-2/"
ELEMENT = f"{BROWSE}I.1.1/"


def clear(case: Scene) -> None:
    case.post("submit", text=TYPED, category="completed")
    statuses.clear_status(snapshot_id=case.snapshot().pk, by=case.secretary, base_revision=1)


def test_the_page_of_an_element_tells_who_submitted_and_cleared_its_status(case: Scene) -> None:
    clear(case)
    page = case.client().get(ELEMENT).context["page"]
    (shown,) = page.rounds[0].statuses

    assert [(last.action, last.by.username) for last in shown.last_actions] == [
        ("submitted", "olga"),
        ("cleared", "ines"),
    ]


def test_a_reader_is_told_nobody_of_those_who_wrote_a_status(case: Scene, client: Client) -> None:
    clear(case)
    case.close()
    page = client.get(ELEMENT).context["page"]
    (shown,) = page.rounds[0].statuses

    assert (shown.snapshot.state, list(shown.last_actions), shown.editable) == (
        "cleared",
        [],
        False,
    )


def test_a_reader_sees_no_draft_on_the_page_of_an_element(case: Scene, client: Client) -> None:
    case.post("save", text="Not yet for everybody.")

    assert "Not yet for everybody." not in text_of(client.get(ELEMENT))
    assert "Not yet for everybody." in text_of(case.client().get(ELEMENT))


def test_a_reaffirmed_status_is_told_in_the_words_that_it_reaffirms(case: Scene) -> None:
    case.post("reaffirm")
    (shown,) = case.client().get(ELEMENT).context["page"].rounds[0].statuses

    assert shown.snapshot.printed_text == "Guidelines were drafted."


def test_an_element_leads_those_who_may_write_its_status_there(case: Scene) -> None:
    assert f'href="{case.address()}?next=' in case.client().get(ELEMENT).content.decode()
    assert case.address() not in case.client(case.outsider).get(ELEMENT).content.decode()


@pytest.mark.parametrize(
    ("name", "expected"),
    [("officer", True), ("secretary", True), ("outsider", False), ("reader", False)],
)
def test_rows_of_the_plan_lead_those_who_may_write_a_status_there(
    name: str, expected: bool, case: Scene
) -> None:
    user = make_user("reader") if name == "reader" else getattr(case, name)
    listing = case.client(user).get(BROWSE).context["listing"]
    rows = [row for part in listing.parts for issue in part.issues for row in issue.rows]

    assert [row.writable for row in rows] == (
        [(case.round.pk, ordinal) for ordinal in (1, 2, 3)] if expected else [None] * 3
    )


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_telling_where_statuses_can_be_written_costs_no_query_of_its_own(
    elements: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = set_scene_apart(elements).client()

    with django_assert_num_queries(11):
        client.get(BROWSE)


def test_nothing_can_be_written_from_the_plan_when_no_round_is_open(case: Scene) -> None:
    case.close()

    assert b"write-status" not in case.client().get(BROWSE).content


@pytest.mark.parametrize("name", ["officer", "outsider", "secretary", "reader", "ada"])
def test_the_list_of_statuses_to_write_is_the_rule_for_each_of_them(name: str, case: Scene) -> None:
    case.snapshot(2).elements.get().units.clear()
    user = {
        "reader": lambda: make_user("reader"),
        "ada": lambda: make_user("ada", Role.ADMINISTRATOR),
    }.get(name, lambda: getattr(case, name))()
    every = case.round.snapshots.select_related("round__version").order_by("ordinal")

    assert set(permissions.writable_statuses(user)) == {
        snapshot
        for snapshot in every
        if permissions.can_edit_snapshot(user, snapshot, snapshot.covered_units)
    }
