"""Who may see and do what, as a table over roles and states."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser, User
from pytest_django import DjangoAssertNumQueries, Settings

from plans import permissions
from plans.models import ReportingRound, Role, StatusSnapshot
from plans.permissions import Person
from tests.factories import make_round, make_unit, make_user, make_version

pytestmark = pytest.mark.django_db

PEOPLE = ("anonymous", "reader", "officer", "secretariat", "administrator")


def person(name: str) -> Person:
    if name == "anonymous":
        return AnonymousUser()
    return make_user(name, None if name == "reader" else Role(name))


def open_round() -> ReportingRound:
    return make_round(make_version())


def closed_round() -> ReportingRound:
    return make_round(make_version(), closed=True)


def unpublished_round() -> ReportingRound:
    return make_round(make_version(published=False), closed=True)


SEES_ROUND: dict[Callable[[], ReportingRound], dict[str, bool]] = {
    closed_round: dict.fromkeys(PEOPLE, True),
    open_round: {
        "anonymous": False,
        "reader": False,
        "officer": True,
        "secretariat": True,
        "administrator": True,
    },
    unpublished_round: dict.fromkeys(PEOPLE, False) | {"administrator": True},
}


@pytest.mark.parametrize("make", SEES_ROUND)
@pytest.mark.parametrize("name", PEOPLE)
def test_a_round_exists_for_those_whom_the_table_of_rights_names(
    make: Callable[[], ReportingRound], name: str
) -> None:
    round_, user = make(), person(name)
    expected = SEES_ROUND[make][name]
    assert permissions.can_see_round(user, round_) is expected
    assert list(permissions.visible_rounds(user)) == ([round_] if expected else [])


@pytest.mark.parametrize("name", PEOPLE)
def test_nobody_who_is_not_signed_in_sees_anything_of_an_instance_that_is_not_public(
    name: str, settings: Settings
) -> None:
    settings.TRACKER_PUBLIC = False
    round_, user = closed_round(), person(name)
    expected = name != "anonymous"
    assert permissions.can_see_version(user, round_.version) is expected
    assert list(permissions.visible_versions(user)) == ([round_.version] if expected else [])
    assert permissions.can_see_round(user, round_) is expected
    assert list(permissions.visible_rounds(user)) == ([round_] if expected else [])


def test_a_deactivated_person_sees_nothing_of_an_instance_that_is_not_public(
    settings: Settings,
) -> None:
    settings.TRACKER_PUBLIC = False
    user = make_user("gone", Role.ADMINISTRATOR)
    user.is_active = False
    assert permissions.can_see_round(user, closed_round()) is False


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("anonymous", False),
        ("reader", False),
        ("officer", False),
        ("secretariat", False),
        ("administrator", True),
    ],
)
def test_an_unpublished_version_exists_for_administrators_only(name: str, expected: bool) -> None:
    version, user = make_version(published=False), person(name)
    assert permissions.can_see_version(user, version) is expected
    assert list(permissions.visible_versions(user)) == ([version] if expected else [])


# What the covered elements are assigned to, and who then may read and write the open status.
COVERED = {
    "own unit": ["own"],
    "own unit among others": ["other own"],
    "no unit": [""],
    "another unit": ["other"],
    "another unit, and own beside it": ["other", "own"],
}


@pytest.mark.parametrize("covered", COVERED)
@pytest.mark.parametrize("name", PEOPLE)
def test_a_status_of_an_open_round_is_read_and_written_by_those_who_answer_for_it(
    covered: str, name: str
) -> None:
    own, other = make_unit("own"), make_unit("other")
    user = person(name)
    if isinstance(user, User):
        own.members.add(user)
    pks = {"own": own.pk, "other": other.pk}
    units = [[pks[slug] for slug in slugs.split()] for slugs in COVERED[covered]]
    expected = {
        "anonymous": False,
        "reader": False,
        "officer": covered != "another unit",
        "secretariat": True,
        "administrator": True,
    }[name]
    round_ = open_round()
    assert permissions.can_see_status(user, round_, units) is expected
    assert permissions.can_edit_status(user, round_, units) is expected


@pytest.mark.parametrize("name", PEOPLE)
def test_a_status_of_a_closed_round_is_read_by_everybody_and_written_by_nobody(name: str) -> None:
    round_, user, unit = closed_round(), person(name), make_unit("other")
    assert permissions.can_see_status(user, round_, [[unit.pk]]) is True
    assert permissions.can_edit_status(user, round_, [[unit.pk]]) is False


# In which state the status is, and which of the people may then write it. The officer is a
# member of the unit "own"; the one element that is covered is assigned to the unit "other".
WRITES_SNAPSHOT: dict[tuple[str, str], set[str]] = {
    ("open", ""): {"secretariat", "administrator"},
    ("open", "own"): {"secretariat", "administrator"},
    ("closed", ""): set(),
    ("closed", "other"): {"secretariat", "administrator"},
    ("closed", "own"): {"officer", "secretariat", "administrator"},
}


@pytest.mark.parametrize(("state", "reopened_for"), WRITES_SNAPSHOT)
@pytest.mark.parametrize("name", PEOPLE)
def test_a_status_of_a_closed_round_is_written_only_when_it_was_reopened_and_by_that_unit(
    state: str, reopened_for: str, name: str
) -> None:
    units = {"own": make_unit("own"), "other": make_unit("other")}
    user = person(name)
    if isinstance(user, User):
        units["own"].members.add(user)
    snapshot = StatusSnapshot(
        round=closed_round() if state == "closed" else open_round(),
        reopened_for=units.get(reopened_for),
    )
    allowed = permissions.can_edit_snapshot(user, snapshot, [[units["other"].pk]])
    assert allowed is (name in WRITES_SNAPSHOT[state, reopened_for])


def test_an_officer_writes_the_open_status_that_their_unit_answers_for() -> None:
    own = make_unit("own")
    user = make_user("officer", Role.OFFICER, units=[own])
    assert (
        permissions.can_edit_snapshot(user, StatusSnapshot(round=open_round()), [[own.pk]]) is True
    )


def test_a_reader_in_the_unit_does_not_write_the_status_that_was_reopened_for_it() -> None:
    own = make_unit("own")
    user = make_user("reader", units=[own])
    snapshot = StatusSnapshot(round=closed_round(), reopened_for=own)
    assert permissions.can_edit_snapshot(user, snapshot, [[own.pk]]) is False


def test_a_reopened_status_of_an_unpublished_version_is_written_by_administrators_only() -> None:
    own = make_unit("own")
    snapshot = StatusSnapshot(
        round=make_round(make_version(published=False), closed=True), reopened_for=own
    )
    writes = [
        permissions.can_edit_snapshot(
            make_user(role.value, role, units=[own]), snapshot, [[own.pk]]
        )
        for role in Role
    ]
    assert writes == [False, False, True]


@pytest.mark.parametrize(
    ("name", "manages", "seeds"),
    [
        ("anonymous", False, False),
        ("reader", False, False),
        ("officer", False, False),
        ("secretariat", True, False),
        ("administrator", True, True),
    ],
)
def test_rounds_are_managed_by_the_secretariat_and_versions_seeded_by_administrators(
    name: str, manages: bool, seeds: bool
) -> None:
    round_, user = open_round(), person(name)
    assert permissions.can_manage_round(user, round_) is manages
    assert permissions.can_open_round(user, round_.version) is manages
    assert permissions.can_seed(user) is seeds


def test_the_secretariat_manages_no_round_of_a_version_that_does_not_exist_for_it() -> None:
    user = person("secretariat")
    round_ = make_round(make_version(published=False))
    assert permissions.can_manage_round(user, round_) is False
    assert permissions.can_open_round(user, round_.version) is False


def test_a_superuser_without_a_group_is_an_administrator() -> None:
    user = User.objects.create_superuser("root")
    assert permissions.roles(user) == {Role.ADMINISTRATOR}


def test_a_deactivated_person_has_no_role() -> None:
    user = make_user("gone", Role.SECRETARIAT)
    user.is_active = False
    assert permissions.roles(user) == frozenset()


def test_a_group_that_is_no_role_counts_for_nothing() -> None:
    user = make_user("reader")
    user.groups.create(name="choir")
    assert permissions.roles(user) == frozenset()


def test_roles_and_units_are_read_once_for_each_user_object(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    user = make_user("officer", Role.OFFICER, units=[make_unit()])
    user = User.objects.get(pk=user.pk)
    with django_assert_num_queries(2):
        for _ in range(3):
            permissions.roles(user)
            permissions.unit_ids(user)


@pytest.mark.parametrize("make", [open_round, unpublished_round])
@pytest.mark.parametrize("member", [True, False])
@pytest.mark.parametrize("name", PEOPLE)
def test_the_rows_of_a_unit_are_handled_by_its_officers_and_those_who_keep_rounds(
    make: Callable[[], ReportingRound], name: str, member: bool
) -> None:
    round_, user, unit = make(), person(name), make_unit()
    if member and isinstance(user, User):
        unit.members.add(user)
    expected = SEES_ROUND[make][name] and (
        name in ("secretariat", "administrator") or (name == "officer" and member)
    )
    assert permissions.can_exchange_files(user, round_, unit.pk) is expected
