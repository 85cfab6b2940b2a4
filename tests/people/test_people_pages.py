"""The pages of units and people, for administrators."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from lxml import html
from pytest_django import DjangoAssertNumQueries

from plans.models import ActionElement, AuditEntry, PlanVersion, Role, Unit
from tests.factories import make_plan, make_report, make_unit, make_user

pytestmark = pytest.mark.django_db

ASSIGN = "/plans/technical-cooperation/gb276-tc-2/units/"


@pytest.fixture
def chief() -> User:
    return make_user("chief", Role.ADMINISTRATOR)


@pytest.fixture
def signed_in(client: Client, chief: User) -> Client:
    client.force_login(chief)
    return client


def assigned() -> dict[str, list[str]]:
    return {
        element.reference: sorted(unit.slug for unit in element.units.all())
        for element in ActionElement.objects.prefetch_related("units").order_by("pk")
    }


def test_a_unit_is_made_and_its_page_shown(signed_in: Client) -> None:
    answer = signed_in.post("/units/", {"name": "Evaluation"}, follow=True)
    assert answer.redirect_chain == [("/units/evaluation/", 302)]
    assert "The unit “Evaluation” was made." in answer.text


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("", "This field is required."),
        ("Evaluation", "There is a unit of this name already."),
        ("x" * 201, "at most 200 characters"),
    ],
)
def test_a_name_that_cannot_be_taken_is_given_back_with_the_reason(
    signed_in: Client, name: str, complaint: str
) -> None:
    make_unit("evaluation")
    answer = signed_in.post("/units/", {"name": name})
    assert answer.status_code == 422
    assert complaint in answer.text
    assert f'value="{name}"' in answer.text or not name
    assert Unit.objects.count() == 1


def test_a_name_with_markup_is_shown_as_it_was_typed(signed_in: Client) -> None:
    answer = signed_in.post("/units/", {"name": "<script>alert(1)</script>"}, follow=True)
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text


def test_a_unit_is_renamed(signed_in: Client) -> None:
    make_unit("evaluation")
    answer = signed_in.post("/units/evaluation/", {"rename": "1", "name": "Monitoring"})
    assert (answer.status_code, answer["Location"]) == (302, "/units/evaluation/")
    assert Unit.objects.get().name == "Monitoring"


def test_a_new_name_that_is_taken_is_given_back(signed_in: Client) -> None:
    make_unit("evaluation")
    make_unit("other")
    answer = signed_in.post("/units/evaluation/", {"rename": "1", "name": "Other"})
    assert answer.status_code == 422
    assert 'value="Other"' in answer.text


def test_the_members_of_a_unit_are_chosen(signed_in: Client) -> None:
    unit, anna = make_unit(), make_user("anna")
    signed_in.post("/units/evaluation/", {"members_chosen": "1", "members": [str(anna.pk)]})
    assert list(unit.members.all()) == [anna]
    signed_in.post("/units/evaluation/", {"members_chosen": "1"})
    assert list(unit.members.all()) == []


@pytest.mark.parametrize("key", ["999999", "x", "-1"])
def test_a_member_that_does_not_exist_is_refused(signed_in: Client, key: str) -> None:
    unit = make_unit()
    answer = signed_in.post("/units/evaluation/", {"members_chosen": "1", "members": [key]})
    assert answer.status_code == 422
    assert not unit.members.exists()


def test_a_post_that_says_nothing_changes_nothing(signed_in: Client) -> None:
    make_unit()
    assert signed_in.post("/units/evaluation/", {}).status_code == 422
    assert not AuditEntry.objects.exists()


def test_roles_and_units_of_a_person_are_saved_together(signed_in: Client) -> None:
    anna, unit = make_user("anna"), make_unit()
    answer = signed_in.post(
        f"/people/{anna.pk}/", {"roles": ["officer"], "units": [str(unit.pk)]}, follow=True
    )
    assert "The roles and units of anna were saved." in answer.text
    assert list(anna.groups.values_list("name", flat=True)) == ["officer"]
    assert list(anna.units.all()) == [unit]


def test_the_last_administrator_is_told_why_they_stay_one(signed_in: Client, chief: User) -> None:
    answer = signed_in.post(f"/people/{chief.pk}/", {"roles": ["officer"]})
    assert answer.status_code == 422
    assert "chief is the last administrator. Make somebody else one first." in answer.text
    assert list(chief.groups.values_list("name", flat=True)) == ["administrator"]


def test_whoever_steps_down_is_taken_to_a_page_that_they_may_see(
    signed_in: Client, chief: User
) -> None:
    make_user("other", Role.ADMINISTRATOR)
    answer = signed_in.post(f"/people/{chief.pk}/", {}, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert answer.status_code == 200


def test_an_unknown_role_is_refused(signed_in: Client) -> None:
    anna = make_user("anna")
    assert signed_in.post(f"/people/{anna.pk}/", {"roles": ["king"]}).status_code == 422
    assert not anna.groups.exists()


def test_people_are_found_by_name_and_address(signed_in: Client) -> None:
    make_user("anna")
    bert = make_user("bert")
    bert.email = "Bert@example.org"
    bert.save()
    page = signed_in.get("/people/", {"q": "example bert"}).text
    assert ">bert</a>" in page
    assert ">anna</a>" not in page


@pytest.fixture
def version() -> PlanVersion:
    return make_plan(issues=2, elements=3)


def test_elements_are_assigned_one_by_one_and_by_issue(
    signed_in: Client, version: PlanVersion
) -> None:
    unit = make_unit()
    first = version.elements.get(reference="I.1.2")
    issue = version.issues.get(reference="II.1")
    answer = signed_in.post(
        ASSIGN,
        {"units": [unit.pk], "how": "add", "element": [first.pk], "issue": [issue.pk]},
        follow=True,
    )
    assert "The units of 4 action elements were changed." in answer.text
    assert assigned() == {
        "I.1.1": [],
        "I.1.2": ["evaluation"],
        "I.1.3": [],
        "II.1.1": ["evaluation"],
        "II.1.2": ["evaluation"],
        "II.1.3": ["evaluation"],
    }


def test_all_that_the_filters_found_is_assigned_and_the_filters_stay(
    signed_in: Client, version: PlanVersion
) -> None:
    unit = make_unit()
    answer = signed_in.post(f"{ASSIGN}?part=II", {"units": [unit.pk], "how": "add", "all": "on"})
    assert answer["Location"] == f"{ASSIGN}?part=II"
    assert {reference for reference, units in assigned().items() if units} == {
        "II.1.1",
        "II.1.2",
        "II.1.3",
    }


def test_an_element_that_the_filters_do_not_show_is_not_assigned(
    signed_in: Client, version: PlanVersion
) -> None:
    unit = make_unit()
    hidden = version.elements.get(reference="I.1.1")
    answer = signed_in.post(
        f"{ASSIGN}?part=II", {"units": [unit.pk], "how": "add", "element": [hidden.pk]}
    )
    assert answer.status_code == 422
    assert assigned()["I.1.1"] == []


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        ({"how": "add", "all": "on"}, "Choose a unit first."),
        ({"how": "add"}, "Choose the elements first."),
        ({"how": "steal", "all": "on"}, "is not one of the available choices"),
        ({"how": "add", "element": ["1 OR 1=1"]}, "Choose from what the page offers."),
    ],
)
def test_an_assignment_that_cannot_be_done_is_explained_and_nothing_is_lost(
    signed_in: Client, version: PlanVersion, sent: dict[str, object], complaint: str
) -> None:
    element = version.elements.get(reference="I.1.3")
    answer = signed_in.post(
        ASSIGN, {"issue": [element.issue_id], **sent} if "all" in sent else sent
    )
    assert answer.status_code == 422
    assert complaint in answer.text
    if "all" in sent:
        box = f'//input[@name="issue"][@value="{element.issue_id}"]/@checked'
        assert html.fromstring(answer.text).xpath(box)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("path", ["/units/nothing/", "/people/999999/", f"{ASSIGN}x/"])
def test_what_is_not_there_is_not_found(signed_in: Client, path: str) -> None:
    assert signed_in.get(path).status_code == 404


PAGES = ["/units/", "/units/evaluation/", "/people/", "/people/1/", ASSIGN]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", [None, Role.OFFICER, Role.SECRETARIAT])
def test_the_pages_do_not_exist_for_anybody_else(
    client: Client, version: PlanVersion, role: Role | None, path: str
) -> None:
    make_unit()
    somebody = make_user("somebody", role)
    client.force_login(somebody)
    path = path.replace("/1/", f"/{somebody.pk}/")
    assert client.get(path).status_code == 404
    assert client.post(path, {"name": "x", "roles": ["administrator"]}).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_whoever_is_not_signed_in_is_asked_to(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer["Location"] == f"{reverse('sign_in')}?next={path}"


def test_the_pages_are_kept_by_no_cache(signed_in: Client) -> None:
    assert "no-store" in signed_in.get("/people/")["Cache-Control"]


BUDGETS = {"/units/": 5, "/units/unit-0/": 8, "/people/": 7, "person": 7, ASSIGN: 12}


@pytest.mark.parametrize("path", BUDGETS)
@pytest.mark.parametrize("count", [1, 3, 30])
def test_a_page_costs_the_same_queries_however_much_it_shows(
    signed_in: Client,
    count: int,
    path: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    round_ = make_report(issues=3, elements=count)
    for number in range(count):
        unit = make_unit(f"unit-{number}")
        unit.elements.set(round_.version.elements.all())
        make_user(f"person{number}", Role.OFFICER, units=Unit.objects.all())
    person = User.objects.get(username="person0")
    with django_assert_num_queries(BUDGETS[path]):
        answer = signed_in.get(f"/people/{person.pk}/" if path == "person" else path)
    assert answer.status_code == 200
