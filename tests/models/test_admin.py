"""Django's admin: who may use it, what it changes, and what its lists cost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plans import models
from plans.models import Role
from tests.factories import make_report, make_unit, make_user

pytestmark = pytest.mark.django_db

SHOWN: list[type[Model]] = [
    models.Plan,
    models.PlanVersion,
    models.Part,
    models.Issue,
    models.ElementGroup,
    models.TimeFrame,
    models.ActionElement,
    models.EditorialNote,
    models.ReportingRound,
    models.StatusSnapshot,
    models.StatusRevision,
    models.Record,
    models.Unit,
    User,
]
READ_ONLY = [model for model in SHOWN if model is not User]


def address(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def administrator(client: Client) -> Iterator[Client]:
    client.force_login(make_user("administrator", Role.ADMINISTRATOR))
    return client


@pytest.mark.parametrize("model", SHOWN)
def test_an_administrator_sees_every_list(model: type[Model], administrator: Client) -> None:
    make_report()

    assert administrator.get(address(model, "changelist")).status_code == 200


@pytest.mark.parametrize("model", SHOWN)
def test_a_list_costs_the_same_queries_for_any_number_of_rows(
    model: type[Model], administrator: Client
) -> None:
    costs = []
    for issues in (1, 3, 30):
        make_report(issues=issues, slug=f"plan-{issues}")
        make_unit(f"unit-{issues}")
        make_user(f"person-{issues}")
        with CaptureQueriesContext(connection) as queries:
            administrator.get(address(model, "changelist"))
        costs.append(len(queries))

    assert costs == [costs[0]] * 3


@pytest.mark.parametrize("model", SHOWN)
def test_staff_who_are_not_administrators_see_no_list(model: type[Model], client: Client) -> None:
    staff = make_user("staff", Role.SECRETARIAT)
    staff.is_staff = True
    staff.save(update_fields=["is_staff"])
    staff.user_permissions.set(Permission.objects.all())
    client.force_login(staff)

    assert client.get(address(model, "changelist")).status_code == 403


@pytest.mark.parametrize("model", READ_ONLY)
def test_nothing_of_the_plan_is_added_here(model: type[Model], administrator: Client) -> None:
    assert administrator.get(address(model, "add")).status_code == 403


@pytest.mark.parametrize("model", READ_ONLY)
def test_nothing_of_the_plan_is_deleted_here(model: type[Model], administrator: Client) -> None:
    make_report()
    make_unit()
    row = model._default_manager.order_by("pk")[0]

    assert administrator.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", READ_ONLY)
def test_nothing_of_the_plan_is_changed_here(model: type[Model], administrator: Client) -> None:
    make_report()
    make_unit()
    row = model._default_manager.order_by("pk")[0]

    assert administrator.post(address(model, "change", row.pk), {}).status_code == 403


@pytest.mark.parametrize("model", READ_ONLY)
def test_everything_of_the_plan_can_be_looked_at(model: type[Model], administrator: Client) -> None:
    make_report()
    make_unit()
    row = model._default_manager.order_by("pk")[0]

    assert administrator.get(address(model, "change", row.pk)).status_code == 200


def test_a_status_names_the_elements_that_it_covers(administrator: Client) -> None:
    snapshot = make_report().snapshots.get()

    page = administrator.get(address(models.StatusSnapshot, "change", snapshot.pk)).content.decode()

    assert "I.1.1, I.1.2" in page


def test_roles_are_not_given_here_where_nothing_would_be_logged(administrator: Client) -> None:
    person = make_user("person")
    officer, _ = Group.objects.get_or_create(name=Role.OFFICER)

    administrator.post(
        address(User, "change", person.pk),
        {"username": "person", "is_active": "on", "is_staff": "on", "groups": [officer.pk]},
    )

    person.refresh_from_db()
    assert (list(person.groups.all()), person.is_staff) == ([], False)


def test_an_administrator_may_let_nobody_in_but_not_shut_themselves_out(
    administrator: Client,
) -> None:
    person, chief = make_user("person"), User.objects.get(username="administrator")

    for user in (person, chief):
        administrator.post(address(User, "change", user.pk), {"username": user.username})

    assert dict(User.objects.values_list("username", "is_active")) == {
        "person": False,
        "administrator": True,
    }


def test_nobody_becomes_a_superuser_here(administrator: Client) -> None:
    person = make_user("person")

    administrator.post(
        address(User, "change", person.pk),
        {"username": "person", "is_active": "on", "is_superuser": "on"},
    )

    person.refresh_from_db()
    assert person.is_superuser is False


def test_an_administrator_cannot_set_the_password_of_a_superuser(administrator: Client) -> None:
    root = User.objects.create_superuser("root")

    answer = administrator.post(
        reverse("admin:auth_user_password_change", args=[root.pk]),
        {"password1": "a new long password", "password2": "a new long password"},
    )

    root.refresh_from_db()
    assert (answer.status_code, root.has_usable_password()) == (403, False)


def test_people_are_not_deleted_here(administrator: Client) -> None:
    person = make_user("person")

    answer = administrator.post(address(User, "delete", person.pk), {"post": "yes"})

    assert (answer.status_code, User.objects.filter(pk=person.pk).exists()) == (403, True)


def test_every_model_of_the_plan_but_the_cover_has_a_page() -> None:
    of_plans = {model for model in admin.site._registry if model._meta.app_label == "plans"}

    assert set(SHOWN) - {User} <= of_plans
