"""The filters of the browse page, apart from the page."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from plans.catalogue.forms import ElementFilter
from plans.catalogue.queries.browsing import filterable_elements
from plans.catalogue.queries.versions import choices_of
from plans.models import PlanVersion
from plans.text.timeframes import ScheduleState
from tests.factories import (
    make_element,
    make_group,
    make_issue,
    make_part,
    make_plan,
    make_unit,
    make_version,
)

pytestmark = pytest.mark.django_db


def filters(version: PlanVersion, query: str, *, dated: bool = True) -> ElementFilter:
    return ElementFilter(
        QueryDict(query),
        filterable_elements(version, None),
        choices=choices_of(version),
        dated=dated,
    )


def test_no_filter_keeps_everything_and_has_no_problem() -> None:
    found = filters(make_plan(issues=2), "")

    assert (found.qs.count(), found.problems, found.active, found.query()) == (4, [], [], "")


def test_the_issues_are_offered_by_reference_and_title() -> None:
    found = filters(make_plan(issues=3), "")

    assert [value for value, _ in found.form.fields["issue"].choices] == [
        "",
        "I.1",
        "I.1(a)",
        "II.1",
    ]


def test_a_long_title_is_cut_in_the_list_of_issues() -> None:
    issue = make_issue(make_part(make_version()), title="word " * 40)

    label = dict(filters(issue.version, "").form.fields["issue"].choices)["I.1"]

    assert (len(label), label[-1]) == (70, "…")


def test_units_are_offered_only_where_there_are_any() -> None:
    assert "unit" not in filters(make_plan(), "").form.fields


def test_units_of_the_version_are_offered_and_those_of_others_are_not() -> None:
    group = make_group(make_issue(make_part(make_version())))
    make_element(group, units=[make_unit("evaluation")])
    make_unit("finance")

    choices = filters(group.issue.version, "").form.fields["unit"].choices

    assert list(choices) == [("", "any"), ("evaluation", "Evaluation"), ("none", "no unit")]


def test_an_element_of_two_units_is_found_once() -> None:
    group = make_group(make_issue(make_part(make_version())))
    make_element(group, units=[make_unit("evaluation"), make_unit("finance")])

    assert filters(group.issue.version, "unit=finance").qs.count() == 1


def test_the_schedule_state_asked_for_is_a_value() -> None:
    assert filters(make_plan(), "schedule=overdue").schedule_state is ScheduleState.OVERDUE


def test_an_unknown_schedule_state_is_none() -> None:
    assert filters(make_plan(), "schedule=late").schedule_state is None


def test_the_words_asked_for_are_split_at_spaces() -> None:
    assert filters(make_plan(), "q=+one++two%09three+").words == ["one", "two", "three"]


def test_every_bad_value_is_named_once() -> None:
    found = filters(make_plan(), "part=IX&kind=odd")

    assert found.problems == [
        "“IX” is not a value of the filter “Part”, which was ignored.",
        "“odd” is not a value of the filter “Kind of time-frame”, which was ignored.",
    ]


def test_a_bad_value_leaves_the_good_ones_in_force() -> None:
    found = filters(make_plan(issues=2), "part=II&kind=odd")

    assert [element.reference for element in found.qs.order_by("ordinal")] == ["II.1.1", "II.1.2"]


def test_a_bad_value_is_not_carried_to_other_pages() -> None:
    assert filters(make_plan(), "part=IX&schedule=overdue").query() == "schedule=overdue"


def test_a_query_can_be_had_with_a_change() -> None:
    assert filters(make_plan(), "part=I&q=a+b").query(part="", kind="start") == "q=a+b&kind=start"


def test_an_unknown_parameter_is_no_filter() -> None:
    assert filters(make_plan(), "utm_source=x").query() == ""


def test_of_a_parameter_given_twice_the_last_counts() -> None:
    assert filters(make_plan(issues=2), "part=I&part=II").query() == "part=II"


def test_without_a_closed_round_a_category_is_no_filter() -> None:
    found = filters(make_plan(), "category=completed", dated=False)

    assert (found.qs.count(), found.query()) == (2, "")
