"""The history of an element through the versions of its plan, on its page."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from plans.catalogue.queries.items import find_item
from plans.catalogue.queries.lineage import element_history
from plans.models import ActionElement, Lineage, PlanVersion, Role
from tests.aside import unpublish
from tests.factories import (
    make_element,
    make_group,
    make_issue,
    make_part,
    make_plan,
    make_user,
    make_version,
)
from tests.lineage import link
from tests.pages import text_of
from tests.second_version import make_second_version

pytestmark = pytest.mark.django_db
SECOND = "/plans/technical-cooperation/gb282-tc-3/"
FIRST = "/plans/technical-cooperation/gb276-tc-2/"


@pytest.fixture
def second(real_version: PlanVersion) -> PlanVersion:
    version = make_second_version(real_version)
    link(version)
    return version


def stages(version: PlanVersion, reference: str) -> list[tuple[str, str | None, list[str]]]:
    element = find_item(version, reference)
    assert isinstance(element, ActionElement)
    history = element_history(make_user(f"reader-{reference}"), element)
    return [
        (stage.version.slug, stage.kind, [element.reference for element in stage.elements])
        for stage in history
    ]


def test_the_life_of_an_element_has_a_stage_for_each_version(second: PlanVersion) -> None:
    assert second.based_on is not None
    assert stages(second, "I.1(a).1") == [
        ("gb276-tc-2", None, ["I.1(a).1"]),
        ("gb282-tc-3", "reworded", ["I.1(a).1"]),
    ]
    assert stages(second.based_on, "I.2(a).2") == [
        ("gb276-tc-2", None, ["I.2(a).2"]),
        ("gb282-tc-3", "split", ["I.2(a).2", "I.2(a).3"]),
    ]
    assert stages(second, "II.4.6") == [
        ("gb276-tc-2", None, ["II.4.6", "II.4.7"]),
        ("gb282-tc-3", "merged", ["II.4.6"]),
    ]
    assert stages(second.based_on, "II.3.2") == [
        ("gb276-tc-2", None, ["II.3.2"]),
        ("gb282-tc-3", "dropped", []),
    ]
    assert stages(second, "II.2.8") == [("gb282-tc-3", None, ["II.2.8"])]


def test_the_page_marks_what_changed_and_shows_what_was_reported(
    client: Client, second: PlanVersion
) -> None:
    content = client.get(f"{SECOND}II.2.3/").content
    text = text_of(content)

    assert "Through the versions" in text
    assert f'<a href="{FIRST}">GB.276/TC/2</a>' in content.decode()
    assert f'href="{FIRST}II.2.3/"' in content.decode()
    assert "<del>" in content.decode()
    assert f"There is no reporting round on {second.symbol} yet." in text
    assert "Reported under earlier versions" in text
    assert "Status as at 31 August 2000" in text


def test_an_element_of_a_single_version_has_no_life_to_show(
    client: Client, real_version: PlanVersion
) -> None:
    text = text_of(client.get(f"{FIRST}II.2.3/").content)

    assert "Through the versions" not in text
    assert "Reported under earlier versions" not in text


def test_a_version_that_is_not_published_is_not_told_of(
    client: Client, second: PlanVersion
) -> None:
    unpublish(second)
    page = client.get(f"{FIRST}II.2.3/").content.decode()
    assert "GB.282/TC/3" not in page

    client.force_login(make_user("ada", Role.ADMINISTRATOR))
    assert "GB.282/TC/3" in client.get(f"{FIRST}II.2.3/").content.decode()


def test_what_was_dropped_in_a_version_that_is_not_published_is_not_told(
    client: Client, second: PlanVersion
) -> None:
    unpublish(second)

    assert "GB.282/TC/3" not in client.get(f"{FIRST}II.3.2/").content.decode()


def test_of_two_versions_that_follow_the_same_only_the_published_one_is_told_of(
    client: Client,
) -> None:
    first = make_plan(elements=1)
    for slug, published in (("gb282-tc-3", True), ("gb283-tc-1", False)):
        later = make_version(slug=slug, symbol=f"Document {slug}", published=published)
        PlanVersion.objects.filter(pk=later.pk).update(based_on=first)
        element = make_element(make_group(make_issue(make_part(later))), text=f"Words of {slug}.")
        Lineage.objects.create(
            version=later, earlier=first.elements.get(), later=element, kind="reworded"
        )

    page = client.get(f"{FIRST}I.1.1/").content.decode()
    assert "Document gb282-tc-3" in page
    assert "gb283-tc-1" not in page
    assert [slug for slug, _, _ in stages(first, "I.1.1")] == ["gb276-tc-2", "gb282-tc-3"]

    client.force_login(make_user("ada", Role.ADMINISTRATOR))
    page = client.get(f"{FIRST}I.1.1/").content.decode()
    assert "Document gb282-tc-3" in page
    assert "Document gb283-tc-1" in page


def test_statuses_of_a_version_that_is_not_published_are_not_shown(
    client: Client, second: PlanVersion
) -> None:
    unpublish(PlanVersion.objects.get(slug="gb276-tc-2"))

    assert "31 August 2000" not in text_of(client.get(f"{SECOND}II.2.3/").content)


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_a_life_costs_the_same_queries_for_any_number_of_elements(
    elements: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    before = make_plan(elements=elements)
    after = make_version(slug="gb282-tc-3", symbol="GB.282/TC/3")
    after.based_on = before
    after.save(update_fields=["based_on"])
    part = after.parts.create(ordinal=1, number="I", title="Relevance")
    issue = after.issues.create(part=part, ordinal=1, number="1", reference="I.1", title="Issue")
    group = issue.groups.create(ordinal=1)
    merged = group.elements.create(
        version=after, issue=issue, ordinal=1, reference="I.1.1", text="All in one."
    )
    for element in before.elements.all():
        Lineage.objects.create(version=after, earlier=element, later=merged, kind="merged")

    with django_assert_num_queries(8):
        client.get(f"{SECOND}I.1.1/")
