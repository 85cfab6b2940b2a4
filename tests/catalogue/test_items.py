"""The pages of issues and elements."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import unquote

import pytest
from django.test import Client
from lxml import html
from pytest_django import DjangoAssertNumQueries

from plans.models import PlanVersion, ReportingRound, Role, Unit
from tests.factories import (
    close,
    make_element,
    make_group,
    make_issue,
    make_note,
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
PLACE = "/plans/technical-cooperation/gb276-tc-2/"


def draft_by_unit() -> tuple[ReportingRound, Unit, Unit]:
    """An open round with one draft, for an element of the first unit but not of the second."""
    version = make_version()
    unit, other = make_unit("evaluation"), make_unit("finance")
    group = make_group(make_issue(make_part(version)))
    element = make_element(group, units=[unit])
    round_ = make_round(version)
    make_status(round_, [element], text="Nobody else may read this draft.", state="draft")
    return round_, unit, other


# -- Elements -------------------------------------------------------------------------------------


@pytest.mark.parametrize("issues", [1, 3, 30])
def test_an_element_costs_the_same_queries_for_any_number_of_issues(
    issues: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_report(issues=issues)

    with django_assert_num_queries(9):
        client.get(f"{PLACE}I.1.2/")


@pytest.mark.parametrize("rounds", [1, 3, 30])
def test_an_element_costs_the_same_queries_for_any_number_of_rounds(
    rounds: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    version = make_plan()
    for year in range(rounds):
        round_ = make_round(version, as_at=date(2000 + year, 8, 31))
        make_status(round_, version.elements.all())
        close(round_)

    with django_assert_num_queries(9):
        client.get(f"{PLACE}I.1.1/")


def test_an_element_shows_its_words_as_the_heading(
    client: Client, real_version: PlanVersion
) -> None:
    page = client.get(f"{PLACE}I.1(a).1/").content

    assert texts_at(page, '//h1[@class="element-words"][@lang="en"]') == [
        "a policy statement on technical cooperation, communicating the guiding principles for "
        "technical cooperation, which will be disseminated throughout the Office;"
    ]


def test_an_element_shows_its_time_frame_and_explains_the_rule(
    client: Client, real_version: PlanVersion
) -> None:
    page = text_of(client.get(f"{PLACE}I.1(a).1/").content)

    assert (
        "Completed by April 2000 Read as: deadline Due by 30 April 2000. The words name the month."
    ) in page


def test_an_element_shows_the_words_that_its_rule_does_not_express(
    client: Client, real_version: PlanVersion
) -> None:
    page = text_of(client.get(f"{PLACE}I.3(a).1/").content)

    assert (
        "Words that the rule does not express: for annual reports; November 2000 for global"
    ) in page


def test_the_overdue_policy_statement_is_shown_as_overdue_with_its_narrative(
    client: Client, real_version: PlanVersion
) -> None:
    page = text_of(client.get(f"{PLACE}I.1(a).1/").content)

    assert (
        "Status as at 31 August 2000 overdue Reported in GB.279/TC/2 (symbol inferred, not "
        "printed in the document) in progress Draft internal guidelines prepared and "
        "disseminated to all Executive and Regional Directors in July. Currently under discussion."
    ) in page


def test_an_element_says_in_words_where_it_stands_in_the_source(
    client: Client, real_version: PlanVersion
) -> None:
    page = text_of(client.get(f"{PLACE}I.1(a).1/").content)

    assert (
        "gb279-progress-report.txt Table 1, row 1, column 2, third paragraph or bullet p1.r1.c2.b3"
    ) in page


def test_an_element_shows_its_editorial_note_with_its_confidence(
    client: Client, real_version: PlanVersion
) -> None:
    page = text_of(client.get(f"{PLACE}I.1(a).3/").content)

    assert (
        "Two time-frames stand beside three elements. “By end 2000” is taken for this element "
        "and the next; it may cover only the latter. Confidence: medium"
    ) in page


def test_a_missing_element_says_that_its_words_are_missing(
    client: Client, real_version: PlanVersion
) -> None:
    page = text_of(client.get(f"{PLACE}I.4(b).1/").content)

    assert "[…] The words of this element are missing in the source." in page


def test_a_status_names_the_other_elements_that_it_covers(client: Client) -> None:
    make_report(issues=2)

    page = text_of(client.get(f"{PLACE}I.1.1/").content)

    assert "covers I.1.1 , I.1.2 , II.1.2" in page


def test_a_narrative_keeps_its_paragraphs_and_bullets(client: Client) -> None:
    make_report()

    page = client.get(f"{PLACE}I.1.1/").content.decode()

    assert (
        "<p>Status 1 in one paragraph.</p><ul><li>first bullet;</li><li>second bullet.</li></ul>"
    ) in page


def test_a_narrative_with_markup_is_shown_as_text(client: Client) -> None:
    version = make_plan()
    round_ = make_round(version)
    make_status(round_, version.elements.all(), text="<script>alert(1)</script>")
    close(round_)

    page = client.get(f"{PLACE}I.1.1/").content.decode()

    assert "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>" in page


def test_an_element_names_the_units_that_answer_for_it(client: Client) -> None:
    group = make_group(make_issue(make_part(make_version())))
    make_element(group, units=[make_unit("evaluation", "Evaluation Unit")])

    page = client.get(f"{PLACE}I.1.1/").content.decode()

    assert f'<a href="{PLACE}?unit=evaluation">Evaluation Unit</a>' in page


def test_an_element_shows_its_rounds_newest_first(client: Client) -> None:
    version = make_plan()
    for year in (2000, 2001):
        round_ = make_round(version, as_at=date(year, 8, 31))
        make_status(round_, version.elements.all())
        close(round_)

    rounds = client.get(f"{PLACE}I.1.1/").context["page"].rounds

    assert [entry.round.as_at.year for entry in rounds] == [2001, 2000]


def test_an_element_of_a_later_round_has_a_schedule_state_for_each_round(client: Client) -> None:
    version = make_version()
    issue = make_issue(make_part(version))
    element = make_element(make_group(issue), time_frame=make_time_frame(issue, "By end 2000"))
    for as_at in (date(2000, 8, 31), date(2001, 8, 31)):
        round_ = make_round(version, as_at=as_at)
        make_status(round_, [element])
        close(round_)

    rounds = client.get(f"{PLACE}I.1.1/").context["page"].rounds

    assert [entry.schedule.value for entry in rounds] == ["overdue", "on_schedule"]


@pytest.mark.parametrize(
    ("reference", "previous", "following"),
    [
        ("I.1(a).1", None, "I.1(a).2"),
        ("I.1(a).4", "I.1(a).3", "I.1(b).1"),
        ("II.1.1", "I.4(b).2", "II.1.2"),
        ("III.1(e).4", "III.1(e).3", None),
    ],
)
def test_an_element_leads_to_its_neighbours_across_issues_and_parts(
    reference: str,
    previous: str | None,
    following: str | None,
    client: Client,
    real_version: PlanVersion,
) -> None:
    page = html.fromstring(client.get(f"{PLACE}{reference}/").content)

    for rel, neighbour in (("prev", previous), ("next", following)):
        links = page.xpath(f'//nav[@class="neighbours"]/a[@rel="{rel}"]/@href')
        assert [unquote(link) for link in links] == ([f"{PLACE}{neighbour}/"] if neighbour else [])


# -- Issues ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_an_issue_costs_the_same_queries_for_any_number_of_elements(
    elements: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    version = make_report(issues=3, elements=elements).version
    for element in version.elements.filter(issue__reference="I.1"):
        make_note(element)

    with django_assert_num_queries(11):
        client.get(f"{PLACE}I.1/")


def test_an_issue_shows_its_title_and_context(client: Client, real_version: PlanVersion) -> None:
    page = text_of(client.get(f"{PLACE}I.1(b)/").content)

    assert (
        "1(b) Establishing a common programming framework" in page,
        "The ILO's programming mechanisms (and particularly the programme and budget)" in page,
    ) == (True, True)


def test_a_parent_issue_leads_to_its_sub_issues(client: Client, real_version: PlanVersion) -> None:
    page = client.get(f"{PLACE}I.1/").context["page"]

    assert [issue.reference for issue in page.sub_issues] == ["I.1(a)", "I.1(b)"]


def test_an_issue_lists_its_elements_by_group(client: Client, real_version: PlanVersion) -> None:
    groups = client.get(f"{PLACE}II.4/").context["page"].groups

    assert [(group.heading, len(elements)) for group, elements in groups] == [
        ("Improving current arrangements and developing new approaches", 5),
        ("Learning from experience", 4),
    ]


def test_an_issue_gathers_the_notes_at_itself_before_those_at_its_elements(client: Client) -> None:
    version = make_plan()
    issue, element = version.issues.get(), version.elements.get(reference="I.1.1")
    make_note(element, "At the element.")
    make_note(issue, "At the issue.")

    notes = client.get(f"{PLACE}I.1/").context["page"].notes

    assert [note.text for note in notes] == [
        "At the issue.",
        "At the element.",
        "The source is torn here.",
    ]


def test_the_trail_of_a_sub_issue_leads_through_part_and_parent(
    client: Client, real_version: PlanVersion
) -> None:
    page = client.get(f"{PLACE}I.1(a)/").content.decode()

    trail = page[page.index('class="breadcrumb"') : page.index("</ol>")]
    assert re.findall(r'href="([^"]+)"', trail) == [
        "/",
        "/plans/technical-cooperation/",
        PLACE,
        f"{PLACE}?part=I",
        f"{PLACE}I.1/",
    ]


# -- Who sees what --------------------------------------------------------------------------------


def test_a_reader_sees_neither_the_draft_nor_the_open_round(client: Client) -> None:
    draft_by_unit()
    client.force_login(make_user())

    page = text_of(client.get(f"{PLACE}I.1.1/").content)

    assert ("Nobody else may read this draft." in page, "Status as at" in page) == (False, False)


@pytest.mark.parametrize("reference", ["I.1.1", "I.1"])
def test_nobody_anonymous_sees_the_draft(reference: str, client: Client) -> None:
    draft_by_unit()

    page = text_of(client.get(f"{PLACE}{reference}/").content)

    assert "Nobody else may read this draft." not in page


def test_an_officer_sees_the_draft_of_an_element_of_their_unit(client: Client) -> None:
    _, unit, _ = draft_by_unit()
    client.force_login(make_user("officer", Role.OFFICER, units=[unit]))

    page = text_of(client.get(f"{PLACE}I.1.1/").content)

    assert "Nobody else may read this draft." in page


@pytest.mark.parametrize("reference", ["I.1.1", "I.1"])
def test_an_officer_of_another_unit_does_not_see_the_draft(reference: str, client: Client) -> None:
    _, _, other = draft_by_unit()
    client.force_login(make_user("officer", Role.OFFICER, units=[other]))

    page = text_of(client.get(f"{PLACE}{reference}/").content)

    assert "Nobody else may read this draft." not in page


def test_the_secretariat_sees_the_draft_marked_as_not_public(client: Client) -> None:
    draft_by_unit()
    client.force_login(make_user("secretariat", Role.SECRETARIAT))

    page = text_of(client.get(f"{PLACE}I.1.1/").content)

    assert (
        "Nobody else may read this draft." in page,
        "open round: not public" in page,
    ) == (True, True)


def test_an_unknown_reference_is_a_404_that_leads_back_to_the_version(
    client: Client, real_version: PlanVersion
) -> None:
    answer = client.get(f"{PLACE}IX.9/")

    assert answer.status_code == 404
    assert "GB.276/TC/2 has no issue and no action element “IX.9”." in answer.text
    assert texts_at(answer.content, f'//a[@href="{PLACE}"]') == ["Back to GB.276/TC/2"]


@pytest.mark.parametrize("reference", ["%00", "I.1%00", "'--", "<b>", "I.1(a).1%0a", "é" * 300])
def test_a_hostile_reference_is_a_404(
    reference: str, client: Client, real_version: PlanVersion
) -> None:
    assert client.get(f"{PLACE}{reference}/").status_code == 404
