"""The page of a round's unit files, and the files that go out."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from plans.models import Role
from plans.statuses.services import workflow as statuses
from plans.unit_files.reading import read
from tests.factories import make_unit, make_user
from tests.scenes import Scene, set_scene, set_scene_apart

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return set_scene(elements=4)


def browser(scene: Scene, name: str) -> Client:
    """The browser of one of the people."""
    client = Client()
    if name == "officer":
        client.force_login(scene.officer)
    elif name == "secretariat":
        client.force_login(scene.secretary)
    elif name == "administrator":
        client.force_login(make_user("ada", Role.ADMINISTRATOR))
    elif name == "officer elsewhere":
        client.force_login(make_user("otto", Role.OFFICER, units=[make_unit("training")]))
    elif name == "reader":
        client.force_login(make_user("rita"))
    return client


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("nobody", 302),
        ("reader", 404),
        ("officer elsewhere", 404),
        ("officer", 200),
        ("secretariat", 200),
        ("administrator", 200),
    ],
)
@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_each_person_gets_the_rows_that_are_theirs(
    scene: Scene, name: str, code: int, kind: str
) -> None:
    address = f"/rounds/{scene.round.pk}/returned/{scene.unit.slug}.{kind}"

    assert browser(scene, name).get(address).status_code == code


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_a_file_holds_the_drafts_as_they_stand(scene: Scene, kind: str) -> None:
    scene.save(1, text="Begun.\n\n• in Geneva;\n• in Turin.")
    number = scene.submit(2)
    statuses.return_status(
        snapshot_id=scene.snapshot(2).pk, by=scene.secretary, base_revision=number, comment="When?"
    )

    answer = browser(scene, "secretariat").get(
        f"/rounds/{scene.round.pk}/returned/{scene.unit.slug}.{kind}"
    )

    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="evaluation-2001-02-28.{kind}"'
    )
    reading = read(answer.content, "en", longest=20_000)
    assert [
        (row.key.ordinal, row.key.revision, row.references, row.category, row.text)
        for row in reading.rows
    ] == [
        (1, 1, ("I.1.1", "I.1.2"), "completed", "Begun.\n\n• in Geneva;\n• in Turin."),
        (2, 3, ("I.1.3", "I.1.4"), "completed", "Done."),
    ]


def test_a_row_tells_what_was_reported_last_time_and_why_it_was_returned(scene: Scene) -> None:
    number = scene.submit(1)
    statuses.return_status(
        snapshot_id=scene.snapshot(1).pk, by=scene.secretary, base_revision=number, comment="When?"
    )

    answer = browser(scene, "officer").get(
        f"/rounds/{scene.round.pk}/returned/{scene.unit.slug}.xlsx"
    )

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [cell.value for cell in sheet[9]][:6] == [
        "I.1.1\nI.1.2",
        "1. Title of issue 1\nI.1.1 Element I.1.1 will be carried out.\n"
        "I.1.2 Element I.1.2 will be carried out.",
        "Completed by April 2000",
        "Status as at 31 August 2000: in progress\nStatus 1 in one paragraph.\n"
        "• first bullet;\n• second bullet.",
        "returned by the secretariat\nWhen?",
        "completed",
    ]


def test_a_closed_round_has_no_rows_to_fill_in() -> None:
    case = set_scene_apart()
    case.close()

    answer = case.client().get(f"/rounds/{case.round.pk}/returned/evaluation.xlsx")

    assert answer.status_code == 404
    assert "This round is closed; there is nothing left to fill in." in answer.content.decode()


def test_a_unit_that_reports_on_nothing_has_no_file(scene: Scene) -> None:
    make_unit("training")

    answer = browser(scene, "secretariat").get(f"/rounds/{scene.round.pk}/returned/training.xlsx")

    assert answer.status_code == 404


def test_an_officer_sees_the_own_units_only_and_the_secretariat_all(scene: Scene) -> None:
    other = make_unit("training")
    element = scene.round.version.elements.get(reference="I.1.3")
    element.units.add(other)
    address = f"/rounds/{scene.round.pk}/returned/"

    seen = {
        name: [entry.unit.slug for entry in browser(scene, name).get(address).context["units"]]
        for name in ("officer", "secretariat")
    }

    assert seen == {"officer": ["evaluation"], "secretariat": ["evaluation", "training"]}


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_a_file_costs_the_same_queries_however_many_rows_it_has(
    elements: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = set_scene_apart(elements=elements)
    client = case.client()

    with django_assert_num_queries(9):
        answer = client.get(f"/rounds/{case.round.pk}/returned/evaluation.xlsx")

    assert len(read(answer.content, "en", longest=20_000).rows) == elements


@pytest.mark.parametrize("units", [1, 3, 30])
def test_the_page_costs_the_same_queries_however_many_units_there_are(
    units: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = set_scene_apart(elements=units)
    for number, element in enumerate(case.round.version.elements.all(), 1):
        element.units.set([make_unit(f"unit-{number}")])
    client = case.client(case.secretary)

    with django_assert_num_queries(7):
        answer = client.get(f"/rounds/{case.round.pk}/returned/")

    assert [entry.total for entry in answer.context["units"]] == [1] * units


def test_a_status_that_two_units_share_is_a_row_of_both(scene: Scene) -> None:
    other = make_unit("training")
    scene.round.version.elements.get(reference="I.1.2").units.set([other])
    client = browser(scene, "secretariat")

    found = {
        slug: [
            row.references
            for row in read(
                client.get(f"/rounds/{scene.round.pk}/returned/{slug}.docx").content,
                "en",
                longest=20_000,
            ).rows
        ]
        for slug in ("evaluation", "training")
    }

    assert found == {
        "evaluation": [("I.1.1", "I.1.2"), ("I.1.3", "I.1.4")],
        "training": [("I.1.1", "I.1.2")],
    }


def test_a_draft_that_fits_no_cell_is_offered_in_the_other_format(scene: Scene) -> None:
    scene.save(1, text="𝔘" * 20_000)
    client = browser(scene, "secretariat")
    address = f"/rounds/{scene.round.pk}/returned/"

    answer = client.get(f"{address}evaluation.xlsx", follow=True)

    assert answer.redirect_chain == [(address, 302)]
    assert "Choose the other format." in answer.content.decode()
    (row, _other) = read(client.get(f"{address}evaluation.docx").content, "en", longest=20_000).rows
    assert row.text == "𝔘" * 20_000


def test_the_worklist_leads_officers_of_a_unit_to_its_rows_and_no_others(scene: Scene) -> None:
    link = f'href="/rounds/{scene.round.pk}/returned/"'
    without = make_user("nora", Role.OFFICER)
    client = Client()
    client.force_login(without)

    assert link in browser(scene, "officer").get("/worklist/").content.decode()
    assert link not in client.get("/worklist/").content.decode()


def test_the_cockpit_has_each_units_rows_to_download(scene: Scene) -> None:
    page = browser(scene, "secretariat").get(f"/rounds/{scene.round.pk}/").content.decode()

    for kind in ("xlsx", "docx"):
        assert f'href="/rounds/{scene.round.pk}/returned/evaluation.{kind}"' in page
