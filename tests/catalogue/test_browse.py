"""The browsable plan."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from plans.models import PlanVersion, Role
from tests.factories import (
    close,
    make_element,
    make_group,
    make_issue,
    make_part,
    make_plan,
    make_report,
    make_round,
    make_status,
    make_time_frame,
    make_unit,
    make_user,
    make_version,
)
from tests.pages import text_of, texts_at

pytestmark = pytest.mark.django_db
BROWSE = "/plans/technical-cooperation/gb276-tc-2/"


def references(client: Client, **filters: str) -> list[str]:
    """The references listed at these filters, in the order of the page."""
    listing = client.get(BROWSE, filters).context["listing"]
    return [
        row.element.reference
        for part in listing.parts
        for issue in part.issues
        for row in issue.rows
    ]


@pytest.mark.parametrize("issues", [1, 3, 30])
def test_the_page_costs_the_same_queries_for_any_number_of_issues(
    issues: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_report(issues=issues)

    with django_assert_num_queries(8):
        client.get(BROWSE)


@pytest.mark.parametrize("issues", [1, 3, 30])
def test_the_page_with_every_filter_costs_the_same_queries_for_any_number_of_issues(
    issues: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_report(issues=issues)
    client.force_login(make_user("officer", Role.OFFICER))
    filters = {
        "q": "element",
        "part": "I",
        "issue": "I.1",
        "category": "in_progress",
        "schedule": "overdue",
        "kind": "deadline",
    }

    with django_assert_num_queries(12):
        client.get(BROWSE, filters)


def test_without_filters_all_78_elements_of_the_real_plan_are_listed_and_counted(
    client: Client, real_version: PlanVersion
) -> None:
    answer = client.get(BROWSE)

    assert (len(references(client)), "78 of 78 action elements" in text_of(answer.content)) == (
        78,
        True,
    )


def test_the_part_filter_keeps_the_elements_of_that_part(client: Client) -> None:
    make_report(issues=3)

    assert references(client, part="II") == ["II.1.1", "II.1.2"]


def test_the_issue_filter_keeps_the_elements_of_the_issue_and_its_sub_issues(
    client: Client, real_version: PlanVersion
) -> None:
    assert references(client, issue="I.1") == [
        "I.1(a).1",
        "I.1(a).2",
        "I.1(a).3",
        "I.1(a).4",
        "I.1(b).1",
        "I.1(b).2",
        "I.1(b).3",
    ]


def test_the_schedule_filter_keeps_the_elements_in_that_state_at_the_newest_closed_round(
    client: Client, real_version: PlanVersion
) -> None:
    assert references(client, schedule="due_soon") == ["I.2(a).2", "II.2.5"]


def test_the_category_filter_keeps_the_elements_whose_newest_status_has_it(
    client: Client, real_version: PlanVersion
) -> None:
    assert references(client, category="postponed") == ["I.2(a).2"]


def test_an_element_without_a_status_counts_as_not_reported(
    client: Client, real_version: PlanVersion
) -> None:
    assert "I.1(b).3" in references(client, category="not_reported")


def test_the_kind_filter_keeps_the_elements_with_that_kind_of_time_frame(client: Client) -> None:
    issue = make_issue(make_part(make_version()))
    group = make_group(issue)
    make_element(group, time_frame=make_time_frame(issue, "By end 2000"))
    make_element(group, time_frame=make_time_frame(issue, "Continuously"))

    assert references(client, kind="continuous") == ["I.1.2"]


def test_the_kind_filter_finds_elements_without_a_time_frame(client: Client) -> None:
    issue = make_issue(make_part(make_version()))
    group = make_group(issue)
    make_element(group, time_frame=make_time_frame(issue, "By end 2000"))
    make_element(group)

    assert references(client, kind="none") == ["I.1.2"]


def test_the_unit_filter_keeps_the_elements_of_that_unit(client: Client) -> None:
    group = make_group(make_issue(make_part(make_version())))
    make_element(group, units=[make_unit("evaluation")])
    make_element(group, units=[make_unit("finance")])
    make_element(group)

    assert references(client, unit="finance") == ["I.1.2"]


def test_the_unit_filter_finds_elements_of_no_unit(client: Client) -> None:
    group = make_group(make_issue(make_part(make_version())))
    make_element(group, units=[make_unit("evaluation")])
    make_element(group)

    assert references(client, unit="none") == ["I.1.2"]


def test_the_words_filter_asks_for_every_word_whatever_its_capitals_and_accents(
    client: Client,
) -> None:
    group = make_group(make_issue(make_part(make_version())))
    make_element(group, "Éducation ouvrière dans les régions;")
    make_element(group, "éducation à distance;")

    assert references(client, q="education OUVRIERE") == ["I.1.1"]


def test_the_words_filter_finds_elements_by_the_words_of_their_time_frame(
    client: Client, real_version: PlanVersion
) -> None:
    assert references(client, q="biennially updated") == ["I.2(b).1"]


def test_a_found_word_is_marked_in_the_text(client: Client, real_version: PlanVersion) -> None:
    page = client.get(BROWSE, {"q": "incentives"}).content.decode()

    assert "the exploration of <mark>incentives</mark> to promote" in page


def test_a_search_for_markup_is_shown_as_text(client: Client, real_version: PlanVersion) -> None:
    page = client.get(BROWSE, {"q": "<b>x</b>"}).content.decode()

    assert ("<b>x</b>" in page, "&lt;b&gt;x&lt;/b&gt;" in page) == (False, True)


def test_filters_together_narrow_each_other(client: Client, real_version: PlanVersion) -> None:
    assert references(client, schedule="overdue", part="I") == ["I.1(a).1", "I.4(a).1"]


def test_a_value_that_is_no_choice_is_ignored_and_named(
    client: Client, real_version: PlanVersion
) -> None:
    page = text_of(client.get(BROWSE, {"part": "XX", "schedule": "due_soon"}).content)

    assert (
        "“XX” is not a value of the filter “Part”, which was ignored." in page,
        "2 of 78 action elements" in page,
    ) == (True, True)


def test_a_search_of_more_than_200_letters_is_ignored_and_named(
    client: Client, real_version: PlanVersion
) -> None:
    page = text_of(client.get(BROWSE, {"q": "a" * 201}).content)

    assert (
        "is not a value of the filter “Words”, which was ignored." in page,
        "78 of 78 action elements" in page,
    ) == (True, True)


def test_a_nul_character_in_a_filter_is_ignored(client: Client, real_version: PlanVersion) -> None:
    assert len(references(client, q="a\0b", part="I\0")) == 78


def test_an_empty_result_is_explained_with_a_way_out(
    client: Client, real_version: PlanVersion
) -> None:
    page = client.get(BROWSE, {"schedule": "overdue", "category": "postponed"}).content.decode()

    assert (
        "No action element fits all of these filters at once." in page,
        f'<a class="button" href="{BROWSE}">Show the whole plan</a>' in page,
    ) == (True, True)


def test_each_filter_in_force_can_be_removed_by_itself(
    client: Client, real_version: PlanVersion
) -> None:
    filters = client.get(BROWSE, {"schedule": "overdue", "part": "I"}).context["filters"]

    assert [(found.label, found.value, found.query_without) for found in filters.active] == [
        ("Part", "Part I – Enhancing the relevance and effectiveness of ILO technical cooperation",
         "schedule=overdue"),
        ("Schedule", "overdue", "part=I"),
    ]  # fmt: skip


def test_an_issue_counts_its_elements_on_all_pages(client: Client) -> None:
    make_report(issues=1, elements=250)

    listing = client.get(BROWSE, {"page": 2}).context["listing"]

    assert [(issue.count, len(issue.rows)) for issue in listing.parts[0].issues] == [(250, 50)]


def test_the_pages_keep_the_filters(client: Client) -> None:
    make_report(issues=1, elements=250)

    page = client.get(BROWSE, {"part": "I"}).content.decode()

    assert 'href="?part=I&amp;page=2"' in page


@pytest.mark.parametrize("number", ["99", "0", "x", ""])
def test_a_page_that_does_not_exist_is_the_nearest_one(number: str, client: Client) -> None:
    make_report(issues=1)

    assert references(client, page=number) == ["I.1.1", "I.1.2"]


def test_a_lead_in_stands_above_the_first_listed_element_of_its_group(
    client: Client, real_version: PlanVersion
) -> None:
    listing = client.get(BROWSE, {"issue": "II.2", "schedule": "overdue"}).context["listing"]

    rows = listing.parts[0].issues[0].rows
    assert [(row.element.reference, row.group and row.group.lead_in[:25]) for row in rows] == [
        ("II.2.2", ""),
        ("II.2.3", None),
        ("II.2.4", "In parallel with this exe"),
        ("II.2.7", None),
    ]


def test_without_a_closed_round_there_are_no_states_to_filter_by(client: Client) -> None:
    make_plan()

    filters = client.get(BROWSE).context["filters"]

    assert list(filters.form.fields) == ["q", "part", "issue", "kind"]


def test_a_draft_of_an_open_round_changes_nothing_here(client: Client) -> None:
    version = make_plan()
    make_status(make_round(version), version.elements.all(), text="A draft.", state="draft")

    assert "in progress" not in text_of(client.get(BROWSE).content)


def test_states_come_from_the_newest_closed_round(client: Client) -> None:
    version = make_plan()
    round_ = make_round(version)
    make_status(round_, version.elements.all())
    close(round_)

    assert references(client, category="in_progress") == ["I.1.1", "I.1.2"]


def test_a_word_of_the_plan_is_marked_with_the_language_of_the_plan(client: Client) -> None:
    version = make_version(language="fr")
    make_element(make_group(make_issue(make_part(version))), "la formation du personnel;")

    page = client.get(BROWSE).content

    assert texts_at(page, '//td[@class="words"][@lang="fr"]') == ["la formation du personnel;"]


def test_an_unknown_version_is_a_404_that_leads_back_to_the_plan(client: Client) -> None:
    make_report()

    answer = client.get("/plans/technical-cooperation/no-such-version/")

    assert (
        answer.status_code,
        "This plan has no version “no-such-version”." in answer.content.decode(),
        'href="/plans/technical-cooperation/"' in answer.content.decode(),
    ) == (404, True, True)


def test_a_version_that_is_not_published_does_not_exist_for_officers(client: Client) -> None:
    make_plan(published=False)
    client.force_login(make_user("officer", Role.OFFICER))

    assert client.get(BROWSE).status_code == 404
