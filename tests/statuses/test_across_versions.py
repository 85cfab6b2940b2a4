"""Rounds on a new version of the plan, and what was reported on the version before."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from plans import permissions
from plans.models import ActionElement, PlanVersion, ReportingRound, Role, StatusSnapshot
from plans.rounds.services.opening import open_round
from plans.statuses.queries.status import find_status, previous_status, status_page
from plans.statuses.queries.worklist import worklist_rows
from plans.statuses.services.workflow import reaffirm_status
from plans.text.categories import Category
from plans.web.refusals import InvalidError
from tests.aside import unpublish
from tests.factories import (
    close,
    make_element,
    make_group,
    make_issue,
    make_part,
    make_round,
    make_status,
    make_user,
    make_version,
)
from tests.lineage import link

pytestmark = pytest.mark.django_db
NEXT = date(2001, 8, 31)
BEFORE = {
    "1": ["a review of standards;", "training of staff in the field;", "meetings with donors."],
    "2": ["advice for small enterprises, and a manual on recruitment;", "a help desk."],
}
AFTER = {
    "1": ["a review of all standards;", "training of staff in the field;", "a new database."],
    "2": ["advice for small enterprises;", "a manual on recruitment;", "meetings with donors."],
}


def make(issues: dict[str, list[str]], **kwargs: str | bool) -> PlanVersion:
    version = make_version(**kwargs)  # type: ignore[arg-type]
    part = make_part(version)
    for number, texts in issues.items():
        group = make_group(make_issue(part, number))
        for text in texts:
            make_element(group, text)
    return version


def report(version: PlanVersion, *groups: str, as_at: date = date(2000, 8, 31)) -> ReportingRound:
    """A closed round with a status for each of ``groups``: references with spaces between."""
    round_ = make_round(version, as_at=as_at)
    for group in groups:
        elements = list(version.elements.filter(reference__in=group.split()))
        make_status(round_, elements, text=f"Said of {group}.")
    close(round_)
    return round_


@pytest.fixture
def first() -> PlanVersion:
    """The first version, with a closed round."""
    version = make(BEFORE)
    report(version, "I.1.1 I.1.2", "I.1.3", "I.2.1", "I.2.2")
    return version


@pytest.fixture
def second(first: PlanVersion) -> PlanVersion:
    """The second version, with its lineage."""
    version = make(AFTER, slug="gb282-tc-3", symbol="GB.282/TC/3")
    version.based_on = first
    version.save(update_fields=["based_on"])
    link(version)
    return version


@pytest.fixture
def secretariat() -> User:
    return make_user("sec", Role.SECRETARIAT)


def groups(round_: ReportingRound) -> list[list[str]]:
    return [
        [cover.element.reference for cover in snapshot.covers.all()]
        for snapshot in round_.snapshots.order_by("ordinal")
    ]


def status_of(round_: ReportingRound, reference: str) -> StatusSnapshot:
    return round_.snapshots.select_related("round__version").get(
        covers__element__reference=reference
    )


def earlier_of(user: User, round_: ReportingRound, reference: str) -> list[tuple[str, bool]]:
    """What the edit page shows as reported before, and whether it may be said again."""
    found = find_status(user, round_.pk, status_of(round_, reference).ordinal)
    assert found is not None
    return [(one.snapshot.text, one.holds) for one in status_page(user, found).earlier]


def test_the_first_round_of_a_version_is_grouped_as_the_last_one_of_the_version_before(
    second: PlanVersion, secretariat: User
) -> None:
    round_ = open_round(version=second, by=secretariat, as_at=NEXT)

    assert groups(round_) == [
        ["I.1.1", "I.1.2"],
        ["I.1.3"],
        ["I.2.1", "I.2.2"],
        ["I.2.3"],
    ]
    assert round_.title == "Progress report on the implementation plan"


def test_the_second_round_of_a_version_is_grouped_as_its_first(
    second: PlanVersion, secretariat: User
) -> None:
    report(second, "I.1.2 I.1.3", as_at=date(2001, 3, 31))

    round_ = open_round(version=second, by=secretariat, as_at=NEXT)

    assert ["I.1.2", "I.1.3"] in groups(round_)


def test_without_lineage_every_element_has_a_status_of_its_own(
    second: PlanVersion, secretariat: User
) -> None:
    second.lineage.all().delete()

    assert len(groups(open_round(version=second, by=secretariat, as_at=NEXT))) == 6


def test_what_was_reported_on_the_version_before_is_found(
    second: PlanVersion, secretariat: User
) -> None:
    round_ = open_round(version=second, by=secretariat, as_at=NEXT)

    found = [previous_status(status_of(round_, f"I.{n}")) for n in ("1.1", "1.3", "2.1", "2.3")]

    assert [status and status.text for status in found] == [
        "Said of I.1.1 I.1.2.",
        None,
        None,
        "Said of I.1.3.",
    ]


def test_no_change_since_the_last_report_works_across_versions(
    second: PlanVersion, secretariat: User
) -> None:
    round_ = open_round(version=second, by=secretariat, as_at=NEXT)
    snapshot = status_of(round_, "I.2.3")

    reaffirm_status(snapshot_id=snapshot.pk, by=secretariat, base_revision=0)

    snapshot.refresh_from_db()
    assert (snapshot.state, snapshot.printed_text, snapshot.category) == (
        "submitted",
        "Said of I.1.3.",
        "in_progress",
    )


def test_what_was_split_shows_all_that_was_said_and_reaffirms_nothing(
    second: PlanVersion, secretariat: User
) -> None:
    round_ = open_round(version=second, by=secretariat, as_at=NEXT)
    snapshot = status_of(round_, "I.2.2")

    assert earlier_of(secretariat, round_, "I.2.2") == [("Said of I.2.1.", False)]
    with pytest.raises(InvalidError, match="No earlier report has a status"):
        reaffirm_status(snapshot_id=snapshot.pk, by=secretariat, base_revision=0)


def test_what_was_merged_shows_all_that_was_said(first: PlanVersion, secretariat: User) -> None:
    merged = {
        **BEFORE,
        "2": ["advice for small enterprises, a manual on recruitment, a help desk."],
    }
    version = make(merged, slug="gb282-tc-3", symbol="GB.282/TC/3")
    version.based_on = first
    version.save(update_fields=["based_on"])
    link(version)
    round_ = open_round(version=version, by=secretariat, as_at=NEXT)

    assert groups(round_)[-1] == ["I.2.1"]
    assert earlier_of(secretariat, round_, "I.2.1") == [
        ("Said of I.2.1.", False),
        ("Said of I.2.2.", False),
    ]


def test_what_is_grouped_with_a_new_element_is_not_reaffirmed(
    second: PlanVersion, secretariat: User
) -> None:
    round_ = make_round(second, as_at=NEXT)
    elements = list(second.elements.filter(reference__in=["I.1.2", "I.1.3"]))
    snapshot = make_status(round_, elements, text="", category=Category.NOT_REPORTED, state="draft")

    assert previous_status(snapshot) is None
    assert earlier_of(secretariat, round_, "I.1.2") == [("Said of I.1.1 I.1.2.", False)]


def test_the_worklist_offers_the_same_as_the_status_itself(
    second: PlanVersion, secretariat: User
) -> None:
    open_round(version=second, by=secretariat, as_at=NEXT)

    rows = worklist_rows(secretariat, permissions.writable_statuses(secretariat))

    assert {row.found.subject: row.earlier and row.earlier.pk for row in rows} == {
        row.found.subject: (found := previous_status(row.snapshot)) and found.pk for row in rows
    }
    assert sum(row.earlier is not None for row in rows) == 2


def test_nobody_is_shown_what_was_reported_on_a_version_that_is_not_published(
    first: PlanVersion, second: PlanVersion, secretariat: User
) -> None:
    round_ = open_round(version=second, by=secretariat, as_at=NEXT)
    unpublish(first)

    assert previous_status(status_of(round_, "I.2.3")) is None
    assert earlier_of(secretariat, round_, "I.2.3") == []
    assert [
        row.earlier
        for row in worklist_rows(secretariat, permissions.writable_statuses(secretariat))
    ] == ([None] * 4)


def test_an_open_round_of_the_version_before_tells_nothing(
    second: PlanVersion, secretariat: User
) -> None:
    assert second.based_on is not None
    open_before = make_round(second.based_on, as_at=date(2001, 1, 31))
    make_status(
        open_before,
        ActionElement.objects.filter(version=second.based_on, reference="I.1.3"),
        text="Not for everybody yet.",
    )
    round_ = open_round(version=second, by=secretariat, as_at=NEXT)

    assert earlier_of(secretariat, round_, "I.2.3") == [("Said of I.1.3.", True)]


def test_it_goes_back_through_several_versions(second: PlanVersion, secretariat: User) -> None:
    third = make(AFTER, slug="gb285-tc-1", symbol="GB.285/TC/1")
    third.based_on = second
    third.save(update_fields=["based_on"])
    link(third)
    round_ = make_round(third, as_at=NEXT)
    snapshot = make_status(round_, third.elements.filter(reference="I.2.3"), text="", state="draft")

    found = previous_status(snapshot)

    assert found is not None
    assert found.text == "Said of I.1.3."


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_edit_page_costs_the_same_queries_for_any_number_of_elements(
    elements: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    issues = {"1": [f"element {number} of the plan;" for number in range(elements)]}
    before = make(issues)
    everything = " ".join(before.elements.values_list("reference", flat=True))
    report(before, everything)
    after = make(issues, slug="gb282-tc-3", symbol="GB.282/TC/3")
    after.based_on = before
    after.save(update_fields=["based_on"])
    link(after)
    secretariat = make_user("sec", Role.SECRETARIAT)
    round_ = open_round(version=after, by=secretariat, as_at=NEXT)
    found = find_status(secretariat, round_.pk, 1)
    assert found is not None

    with django_assert_num_queries(5):
        page = status_page(secretariat, found)

    assert page.reaffirmable is not None
    assert list(page.reaffirmable.references) == everything.split()
