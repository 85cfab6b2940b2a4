"""The comparison of two versions of a plan."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from plans.catalogue.queries.changes import RowsShown, VersionChanges, compared_versions
from plans.models import Lineage, PlanVersion, Role
from plans.reading.corrections import CorrectionError
from plans.reading.heads import read_head
from tests.aside import unpublish
from tests.factories import (
    make_element,
    make_group,
    make_issue,
    make_part,
    make_time_frame,
    make_user,
    make_version,
)
from tests.lineage import link
from tests.pages import text_of
from tests.reading.documents import outline_of
from tests.second_version import BECAME, make_second_version
from tests.seeding.matching_cases import document

pytestmark = pytest.mark.django_db
PLACE = "/plans/technical-cooperation/compare/gb276-tc-2/gb282-tc-3/"
BACK = "/plans/technical-cooperation/compare/gb282-tc-3/gb276-tc-2/"


@pytest.fixture
def second(real_version: PlanVersion) -> PlanVersion:
    return make_second_version(real_version)


def compared(earlier: PlanVersion, later: PlanVersion) -> VersionChanges:
    return compared_versions(later.plan, earlier, later)


def outcomes(found: VersionChanges) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [
        (
            row.kind,
            tuple(element.reference for element in row.earlier),
            tuple(element.reference for element in row.later),
        )
        for row in found.rows
        if row.kind != "same"
    ]


def test_without_lineage_the_rows_are_proposed_and_the_page_says_so(
    client: Client, real_version: PlanVersion, second: PlanVersion
) -> None:
    found = compared(real_version, second)

    assert (found.stored, outcomes(found)) == (False, list(BECAME))
    assert "is proposed from their words" in text_of(client.get(PLACE).content)


def test_with_lineage_the_rows_are_what_was_decided(
    client: Client, real_version: PlanVersion, second: PlanVersion
) -> None:
    link(second)
    Lineage.objects.filter(version=second, earlier__reference="II.3.2").delete()
    Lineage.objects.filter(version=second, later__reference="II.2.8").delete()
    Lineage.objects.create(
        version=second,
        earlier=real_version.elements.get(reference="II.3.2"),
        later=second.elements.get(reference="II.2.8"),
        kind="reworded",
        reason="The committee replaced it.",
    )

    found = compared(real_version, second)

    assert found.stored
    assert ("reworded", ("II.3.2",), ("II.2.8",)) in outcomes(found)
    text = text_of(client.get(PLACE).content)
    assert "was decided by a person" in text
    assert "Reason: The committee replaced it." in text


def test_it_goes_backwards_too(real_version: PlanVersion, second: PlanVersion) -> None:
    link(second)

    found = compared(second, real_version)

    assert found.stored
    assert ("merged", ("I.2(a).2", "I.2(a).3"), ("I.2(a).2",)) in outcomes(found)
    assert ("new", (), ("II.3.2",)) in outcomes(found)


def test_it_goes_through_versions_in_between(
    real_version: PlanVersion, second: PlanVersion
) -> None:
    third = make_second_version(real_version, slug="gb285-tc-1")
    third.based_on = second
    third.save(update_fields=["based_on"])
    link(second)
    assert not compared(real_version, third).stored
    link(third)

    found = compared(real_version, third)

    assert (found.stored, outcomes(found)) == (True, list(BECAME))


def test_the_changes_are_counted_by_kind(real_version: PlanVersion, second: PlanVersion) -> None:
    counts = compared(real_version, second).counts()

    assert {name: count for name, count in counts.items() if count} == {
        "same": 55,
        "reworded": 4,
        "moved": 3,
        "split": 2,
        "merged": 2,
        "new": 2,
        "dropped": 2,
        "renumbered": 8,
        "time_frames": 2,
        "changes": 23,
        "all": 78,
    }


def test_rows_are_narrowed(client: Client, second: PlanVersion) -> None:
    def shown(rows: str) -> int:
        entries = client.get(f"{PLACE}?rows={rows}").context["page"]
        return sum(entry.row is not None for entry in entries)

    assert [shown(rows) for rows in ("", "all", "split", "renumbered", "moved", "burnt")] == [
        *(23, 78, 2, 8, 3, 23),
    ]


def test_headings_contexts_and_time_frames_are_compared_too(client: Client) -> None:
    first, second = make_version(), make_version(slug="gb282-tc-3", symbol="GB.282/TC/3")
    for version, words, due in ((first, "Old", "By end 2000"), (second, "New", "By end 2001")):
        part = make_part(version)
        issue = make_issue(part, title=f"{words} standards", context=f"{words} context")
        make_element(make_group(issue), "a review.", time_frame=make_time_frame(issue, due))
        make_issue(part, "2", title=f"{words} heading alone")
    found = compared(first, second)

    assert found.counts()["time_frames"] == 1
    assert [entry.row is None for entry in found.entries(RowsShown.CHANGES)] == [False, True]
    text = text_of(client.get(PLACE).content)
    assert "Its title" in text
    assert "Its context" in text
    assert "Its time-frame" in text
    assert "New heading alone" in text


def test_an_issue_that_was_dropped_keeps_its_place(client: Client) -> None:
    first, second = make_version(), make_version(slug="gb282-tc-3", symbol="GB.282/TC/3")
    for version, issues in ((first, "abc"), (second, "ac")):
        part = make_part(version)
        for number, letter in enumerate(issues, 1):
            group = make_group(make_issue(part, str(number), title=f"About {letter * 3}"))
            make_element(group, f"{letter} review of {letter * 5};")

    found = compared(first, second)

    assert [section.issue.title for section in found.sections] == [
        "About aaa",
        "About bbb",
        "About ccc",
    ]
    assert outcomes(found) == [("dropped", ("I.2.1",), ()), ("moved", ("I.3.1",), ("I.2.1",))]
    # It stands among the others, under the one heading of their Part.
    assert client.get(f"{PLACE}?rows=all").text.count('<h2 class="changes-part"') == 1


def test_two_versions_that_are_alike_have_no_changes(client: Client) -> None:
    for slug in ("gb276-tc-2", "gb282-tc-3"):
        make_element(make_group(make_issue(make_part(make_version(slug=slug)))), "a review.")

    text = text_of(client.get(PLACE).content)

    assert "Nothing changed between these two versions." in text


def test_a_version_that_is_not_published_is_compared_for_nobody_but_administrators(
    client: Client, second: PlanVersion
) -> None:
    unpublish(second)
    assert [client.get(place).status_code for place in (PLACE, BACK)] == [404, 404]

    client.force_login(make_user("ada", Role.ADMINISTRATOR))
    assert [client.get(place).status_code for place in (PLACE, BACK)] == [200, 200]


def test_a_version_is_not_compared_with_itself(client: Client, real_version: PlanVersion) -> None:
    answer = client.get("/plans/technical-cooperation/compare/gb276-tc-2/gb276-tc-2/")

    assert answer.status_code == 404
    assert "cannot be compared with itself" in text_of(answer.content)


def test_no_version_has_the_name_that_stands_in_addresses() -> None:
    outline = outline_of(document())
    with pytest.raises(CorrectionError, match="“compare” stands in addresses"):
        read_head({"version_slug": "compare"}, outline, file_stem="plan")
    assert read_head({}, outline, file_stem="compare").version_slug == "compare-1"
    with pytest.raises(IntegrityError):
        make_version(slug="compare")


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_a_comparison_costs_the_same_queries_for_any_number_of_elements(
    elements: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    versions = []
    for slug in ("gb276-tc-2", "gb282-tc-3"):
        version = make_version(slug=slug)
        part = make_part(version)
        for number in range(elements):
            issue = make_issue(part, str(number), title=f"Issue {number} of {slug}")
            frame = make_time_frame(issue)
            make_element(make_group(issue), f"element {number}.", time_frame=frame)
        versions.append(version)
    versions[1].based_on = versions[0]
    versions[1].save(update_fields=["based_on"])
    link(versions[1])

    with django_assert_num_queries(8):
        client.get(f"{PLACE}?rows=all")
