"""Units, members, roles and assignments: who may, what is changed, what is logged."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from plans.models import AuditEntry, Role, Unit
from plans.people import services as people
from plans.people.services import Assigning
from plans.web.refusals import InvalidError, NotAllowedError
from tests.factories import make_plan, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief() -> User:
    return make_user("chief", Role.ADMINISTRATOR)


def logged() -> list[tuple[str, str, str]]:
    """What the audit says, oldest first: action, unit, subject."""
    entries = AuditEntry.objects.select_related("unit").order_by("pk")
    return [
        (entry.action, entry.unit.slug if entry.unit else "", entry.subject) for entry in entries
    ]


def test_a_unit_is_made_with_a_short_name_of_its_own(chief: User) -> None:
    unit = people.create_unit(name="  Évaluation   unit ", by=chief)
    assert (unit.name, unit.slug) == ("Évaluation unit", "evaluation-unit")
    assert logged() == [("unit_named", "evaluation-unit", "Évaluation unit")]


def test_two_names_that_make_the_same_short_name_get_different_ones(chief: User) -> None:
    slugs = [people.create_unit(name=name, by=chief).slug for name in ("A b", "A-b", "A.b", "評価")]
    assert slugs == ["a-b", "a-b-2", "ab", "unit"]


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("", "Give the unit a name."),
        (" \t ", "Give the unit a name."),
        ("x" * 201, "The name has 201 characters; at most 200 can be kept."),
        ("EVALUATION", "There is a unit of this name already."),
    ],
)
def test_a_name_that_cannot_be_taken_is_refused(chief: User, name: str, complaint: str) -> None:
    make_unit("evaluation")
    with pytest.raises(InvalidError, match=complaint) as refused:
        people.create_unit(name=name, by=chief)
    assert refused.value.field == "name"
    assert Unit.objects.count() == 1


def test_renaming_a_unit_keeps_its_short_name_and_logs_both_names(chief: User) -> None:
    unit = make_unit("evaluation")
    people.rename_unit(unit_id=unit.pk, name="Evaluation and monitoring", by=chief)
    unit.refresh_from_db()
    assert (unit.slug, unit.name) == ("evaluation", "Evaluation and monitoring")
    assert logged() == [("unit_named", "evaluation", "Evaluation → Evaluation and monitoring")]


def test_a_unit_may_keep_its_name_and_then_nothing_is_logged(chief: User) -> None:
    people.rename_unit(unit_id=make_unit("evaluation").pk, name="Evaluation", by=chief)
    assert logged() == []


def test_the_members_of_a_unit_are_replaced_and_the_change_is_logged(chief: User) -> None:
    anna, bert, cleo = (make_user(name) for name in ("anna", "bert", "cleo"))
    unit = make_unit()
    unit.members.add(anna, bert)
    people.set_members(unit_id=unit.pk, user_ids=[bert.pk, cleo.pk], by=chief)
    assert list(unit.members.order_by("username")) == [bert, cleo]
    assert logged() == [("members_changed", "evaluation", "+cleo, −anna")]


def test_the_units_of_a_person_are_replaced_with_one_entry_for_each(chief: User) -> None:
    anna, old, new, kept = make_user("anna"), make_unit("old"), make_unit("new"), make_unit("kept")
    anna.units.add(old, kept)
    people.set_units_of(user_id=anna.pk, unit_ids=[new.pk, kept.pk], by=chief)
    assert {unit.slug for unit in anna.units.all()} == {"new", "kept"}
    assert logged() == [("members_changed", "old", "−anna"), ("members_changed", "new", "+anna")]


def test_roles_are_replaced_and_logged(chief: User) -> None:
    anna = make_user("anna", Role.OFFICER)
    people.set_roles(user_id=anna.pk, roles=[Role.SECRETARIAT], by=chief)
    assert list(anna.groups.values_list("name", flat=True)) == ["secretariat"]
    assert logged() == [("roles_changed", "", "anna: +secretariat, −officer")]


@pytest.mark.parametrize(("role", "expected"), [(Role.ADMINISTRATOR, True), (Role.OFFICER, False)])
def test_only_administrators_may_enter_the_admin(chief: User, role: Role, expected: bool) -> None:
    anna = make_user("anna")
    people.set_roles(user_id=anna.pk, roles=[role], by=chief)
    anna.refresh_from_db()
    assert anna.is_staff is expected


def test_other_groups_of_a_person_are_left_alone(chief: User) -> None:
    anna = make_user("anna", Role.OFFICER)
    anna.groups.create(name="choir")
    people.set_roles(user_id=anna.pk, roles=[], by=chief)
    assert list(anna.groups.values_list("name", flat=True)) == ["choir"]


def test_the_last_administrator_stays_one(chief: User) -> None:
    gone = make_user("gone", Role.ADMINISTRATOR)
    gone.is_active = False
    gone.save()
    with pytest.raises(InvalidError, match="chief is the last administrator"):
        people.set_roles(user_id=chief.pk, roles=[Role.OFFICER], by=chief)
    assert list(chief.groups.values_list("name", flat=True)) == ["administrator"]
    assert logged() == []


def test_an_administrator_may_step_down_when_there_is_another(chief: User) -> None:
    make_user("other", Role.ADMINISTRATOR)
    people.set_roles(user_id=chief.pk, roles=[], by=chief)
    assert not chief.groups.exists()


def test_roles_and_units_are_both_saved_or_neither(chief: User) -> None:
    unit = make_unit()
    with pytest.raises(InvalidError):
        people.set_person(user_id=chief.pk, roles=[], unit_ids=[unit.pk], by=chief)
    assert not chief.units.exists()


def units_of() -> dict[str, set[str]]:
    """Every element's reference with its units."""
    from plans.models import ActionElement

    return {
        element.reference: {unit.slug for unit in element.units.all()}
        for element in ActionElement.objects.prefetch_related("units")
    }


def test_elements_are_assigned_in_bulk_and_logged_as_ranges(chief: User) -> None:
    version, unit = make_plan(issues=1, elements=6), make_unit()
    by_reference = {element.reference: element.pk for element in version.elements.all()}
    chosen = [by_reference[f"I.1.{number}"] for number in (1, 2, 3, 6)]
    changed = people.assign_elements(
        version=version, element_ids=chosen, unit_ids=[unit.pk], how=Assigning.ADD, by=chief
    )
    assert changed == 4
    assert {name for name, units in units_of().items() if units} == {
        "I.1.1",
        "I.1.2",
        "I.1.3",
        "I.1.6",
    }
    assert logged() == [("units_assigned", "evaluation", "+I.1.1–I.1.3, I.1.6")]


def test_assigning_what_is_assigned_changes_and_logs_nothing(chief: User) -> None:
    version, unit = make_plan(), make_unit()
    chosen = [element.pk for element in version.elements.all()]
    for _ in range(2):
        changed = people.assign_elements(
            version=version, element_ids=chosen, unit_ids=[unit.pk], how=Assigning.ADD, by=chief
        )
    assert changed == 0
    assert len(logged()) == 1


def test_units_are_taken_away_from_the_chosen_elements_only(chief: User) -> None:
    version, unit, other = make_plan(), make_unit("own"), make_unit("other")
    first, second = version.elements.order_by("ordinal")
    unit.elements.add(first, second)
    other.elements.add(first)
    changed = people.assign_elements(
        version=version, element_ids=[first.pk], unit_ids=[unit.pk], how=Assigning.REMOVE, by=chief
    )
    assert changed == 1
    assert units_of() == {"I.1.1": {"other"}, "I.1.2": {"own"}}
    assert logged() == [("units_assigned", "own", "−I.1.1")]


def test_replacing_leaves_only_the_chosen_units(chief: User) -> None:
    version, old, new = make_plan(), make_unit("old"), make_unit("new")
    first, second = version.elements.order_by("ordinal")
    old.elements.add(first, second)
    people.assign_elements(
        version=version, element_ids=[first.pk], unit_ids=[new.pk], how=Assigning.REPLACE, by=chief
    )
    assert units_of() == {"I.1.1": {"new"}, "I.1.2": {"old"}}
    assert logged() == [("units_assigned", "new", "+I.1.1"), ("units_assigned", "old", "−I.1.1")]


def test_replacing_with_no_unit_leaves_the_element_to_everybody(chief: User) -> None:
    version, old = make_plan(elements=1), make_unit("old")
    element = version.elements.get()
    old.elements.add(element)
    people.assign_elements(
        version=version, element_ids=[element.pk], unit_ids=[], how=Assigning.REPLACE, by=chief
    )
    assert units_of() == {"I.1.1": set()}


def test_elements_of_another_version_are_passed_over(chief: User) -> None:
    version, other, unit = make_plan(), make_plan(slug="other"), make_unit()
    changed = people.assign_elements(
        version=version,
        element_ids=[element.pk for element in other.elements.all()],
        unit_ids=[unit.pk],
        how=Assigning.ADD,
        by=chief,
    )
    assert (changed, logged()) == (0, [])


@pytest.mark.parametrize(
    ("elements", "units", "how", "field"),
    [
        (False, True, Assigning.ADD, "elements"),
        (True, False, Assigning.ADD, "units"),
        (True, False, Assigning.REMOVE, "units"),
    ],
)
def test_assigning_nothing_is_refused(
    chief: User, elements: bool, units: bool, how: Assigning, field: str
) -> None:
    version, unit = make_plan(elements=1), make_unit()
    with pytest.raises(InvalidError) as refused:
        people.assign_elements(
            version=version,
            element_ids=[version.elements.get().pk] if elements else [],
            unit_ids=[unit.pk] if units else [],
            how=how,
            by=chief,
        )
    assert refused.value.field == field


CHANGES: dict[str, Callable[[User, Unit], object]] = {
    "create": lambda by, unit: people.create_unit(name="New", by=by),
    "rename": lambda by, unit: people.rename_unit(unit_id=unit.pk, name="New", by=by),
    "members": lambda by, unit: people.set_members(unit_id=unit.pk, user_ids=[by.pk], by=by),
    "units": lambda by, unit: people.set_units_of(user_id=by.pk, unit_ids=[unit.pk], by=by),
    "roles": lambda by, unit: people.set_roles(user_id=by.pk, roles=[*Role], by=by),
    "person": lambda by, unit: people.set_person(user_id=by.pk, roles=[*Role], unit_ids=[], by=by),
    "assign": lambda by, unit: people.assign_elements(
        version=make_plan(), element_ids=[1], unit_ids=[unit.pk], how=Assigning.ADD, by=by
    ),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", [None, Role.OFFICER, Role.SECRETARIAT])
def test_nobody_but_administrators_keeps_units_and_people(role: Role | None, change: str) -> None:
    by, unit = make_user("somebody", role), make_unit()
    with pytest.raises(NotAllowedError, match="Only administrators keep units and people"):
        CHANGES[change](by, unit)
    assert logged() == []
