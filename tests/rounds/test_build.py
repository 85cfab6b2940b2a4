"""The report table as built from the database and as read from a record."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from pytest_django import DjangoAssertNumQueries

from plans.exports.queries import (
    MissingRecordError,
    build_from_database,
    report_table,
    visible_report,
)
from plans.models import ReportingRound, Role
from plans.reports.canonical import ReportTableError, from_data, sha256_of, to_data
from plans.reports.table import (
    Cover,
    CoverParagraph,
    Footnote,
    GroupCell,
    IssueCell,
    NoteCell,
    PlanHead,
    ReportTable,
    RoundHead,
    StatusCell,
    VersionHead,
)
from plans.text.categories import Category
from plans.text.timeframes import read_rule
from tests.factories import (
    make_element,
    make_group,
    make_issue,
    make_note,
    make_part,
    make_report,
    make_round,
    make_status,
    make_time_frame,
    make_unit,
    make_user,
    make_version,
    rewrite,
)

pytestmark = pytest.mark.django_db


def fresh(round_: ReportingRound) -> ReportingRound:
    return ReportingRound.objects.select_related("version__plan").get(pk=round_.pk)


def statuses(table: ReportTable) -> list[StatusCell]:
    return [status for part in table.parts for status in part.statuses]


def status_of(table: ReportTable) -> dict[str, str | None]:
    return {element.reference: element.status for part in table.parts for element in part.elements}


@pytest.mark.parametrize("issues", [1, 3, 30])
def test_building_costs_seven_queries_however_many_issues_there_are(
    issues: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    round_ = fresh(make_report(issues=issues, elements=3, closed=False))
    with django_assert_num_queries(7):
        table = build_from_database(round_)
    assert len(status_of(table)) == 3 * issues


@pytest.mark.parametrize("issues", [1, 3, 30])
def test_an_officer_s_view_costs_ten_queries_however_many_issues_there_are(
    issues: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    round_ = fresh(make_report(issues=issues, elements=3, closed=False))
    unit = make_unit()
    officer = make_user("officer", Role.OFFICER, units=[unit])
    unit.elements.set(round_.version.elements.all())
    with django_assert_num_queries(10):  # seven, and the elements' units, the roles, the units
        visible_report(officer, round_)


@pytest.mark.parametrize("issues", [1, 3, 30])
def test_reading_a_closed_round_costs_one_query(
    issues: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    round_ = fresh(make_report(issues=issues, elements=3))
    with django_assert_num_queries(1):
        report_table(round_)


def test_heads_and_cover_are_those_of_plan_version_and_round() -> None:
    table = build_from_database(make_report(closed=False))
    assert table.plan == PlanHead(
        slug="technical-cooperation", title="Technical cooperation implementation plan"
    )
    assert table.version == VersionHead(
        slug="gb276-tc-2",
        symbol="GB.276/TC/2",
        session="276th Session",
        date="1999-11",
        language="en",
    )
    assert table.round == RoundHead(
        as_at=date(2000, 8, 31),
        label="Status as at 31 August 2000",
        state="open",
        symbol="GB.279/TC/2",
        symbol_inferred=True,
        session="279th Session",
        record_sha256=None,
    )
    assert table.cover == Cover(
        agenda_item="SECOND ITEM ON THE AGENDA",
        title="Progress report on the implementation plan",
        paragraphs=(
            CoverParagraph("1", "The Committee asked for a report.¹"),
            CoverParagraph("2", "It is found in the appendix."),
        ),
        footnotes=(Footnote("¹", "GB.276/TC/2."),),
        place_date="Geneva, 2 October 2000.",
    )


def test_each_part_carries_its_own_column_headings_and_the_round_s_label() -> None:
    version = make_version()
    make_part(version, "II", elements_heading="Perspectives and elements for action")
    (table_part,) = build_from_database(make_round(version)).parts
    assert table_part.columns == (
        "Issues to be addressed",
        "Perspectives and elements for action",
        "Time-frame",
        "Status as at 31 August 2000",
    )


def test_issues_hold_their_parent_context_notes_and_groups_in_order() -> None:
    version = make_version()
    part = make_part(version)
    parent = make_issue(part, "1", title="A coherent programme")
    issue = make_issue(part, "1(a)", parent=parent, title="Focus", context="To be coherent:")
    first = make_group(issue)
    second = make_group(issue, heading="General", lead_in="In parallel:")
    make_element(first)
    make_element(second)
    make_element(second)
    make_note(issue, "The heading is torn.", "high")
    (table_part,) = build_from_database(make_round(version)).parts
    assert table_part.issues == (
        IssueCell("I.1", "1", None, "A coherent programme", "", (), ()),
        IssueCell(
            reference="I.1(a)",
            number="1(a)",
            parent="I.1",
            title="Focus",
            context="To be coherent:",
            notes=(NoteCell("The heading is torn.", "high"),),
            groups=(
                GroupCell(None, None, ("I.1(a).1",)),
                GroupCell("General", "In parallel:", ("I.1(a).2", "I.1(a).3")),
            ),
        ),
    )


def test_time_frames_are_named_by_issue_and_position_and_cover_elements_in_order() -> None:
    version = make_version()
    issue = make_issue(make_part(version), "1(a)")
    group = make_group(issue)
    first, second = make_time_frame(issue, "By end 2000"), make_time_frame(issue, "As required")
    for frame in (first, second, first):
        make_element(group, time_frame=frame)
    make_element(group)
    (part,) = build_from_database(make_round(version)).parts
    assert [(frame.id, frame.text, frame.covers, frame.rule) for frame in part.time_frames] == [
        ("tf-I.1(a)-1", "By end 2000", ("I.1(a).1", "I.1(a).3"), read_rule("By end 2000")),
        ("tf-I.1(a)-2", "As required", ("I.1(a).2",), read_rule("As required")),
    ]
    assert [element.time_frame for element in part.elements] == [
        "tf-I.1(a)-1",
        "tf-I.1(a)-2",
        "tf-I.1(a)-1",
        None,
    ]


def test_an_element_keeps_its_places_in_the_source_and_what_is_missing_stays_missing() -> None:
    version = make_version()
    lost = make_element(make_group(make_issue(make_part(version))), missing=True)
    make_note(lost, "The conversion lost this bullet.", "low")
    (part,) = build_from_database(make_round(version)).parts
    (element,) = part.elements
    assert (element.text, element.missing_in_source) == ("", True)
    assert element.source == ("p1.r1.c2.b1",)
    assert element.notes == (NoteCell("The conversion lost this bullet.", "low"),)


def test_a_status_over_several_parts_stands_once_in_the_part_of_its_first_element() -> None:
    version = make_version()
    first = make_element(make_group(make_issue(make_part(version, "I"), "2")))
    second = make_element(make_group(make_issue(make_part(version, "II"), "1")))
    round_ = make_round(version)
    make_status(round_, [second, first], text="Both are under way.")
    part_one, part_two = build_from_database(round_).parts
    assert [status.covers for status in part_one.statuses] == [("I.2.1", "II.1.1")]
    assert part_two.statuses == ()
    assert [element.status for element in part_two.elements] == ["status-1"]


def test_statuses_stand_in_the_order_of_their_first_elements_under_their_own_ids() -> None:
    version = make_version()
    group = make_group(make_issue(make_part(version)))
    first, second = make_element(group), make_element(group)
    round_ = make_round(version)
    make_status(round_, [second], text="Reported first.")
    make_status(round_, [first], text="Reported second.")
    table = build_from_database(round_)
    assert [(status.id, status.text) for status in statuses(table)] == [
        ("status-2", "Reported second."),
        ("status-1", "Reported first."),
    ]


def test_schedule_states_are_those_at_the_date_of_the_round() -> None:
    version = make_version()
    issue = make_issue(make_part(version))
    group = make_group(issue)
    frame = make_time_frame(issue, "Completed by April 2000")
    late, undated = make_element(group, time_frame=frame), make_element(group)
    done = make_element(group, time_frame=frame)
    round_ = make_round(version, as_at=date(2000, 8, 31))
    make_status(round_, [late, undated], category=Category.IN_PROGRESS)
    make_status(round_, [done], category=Category.COMPLETED)
    early = make_round(version, as_at=date(2000, 4, 30))
    make_status(early, [late])
    assert [status.schedule for status in statuses(build_from_database(round_))] == [
        {"I.1.1": "overdue", "I.1.2": "not_datable"},
        {"I.1.3": "done"},
    ]
    assert [status.schedule for status in statuses(build_from_database(early))] == [
        {"I.1.1": "due_soon"}
    ]


def test_only_the_statuses_of_the_round_are_in_its_report() -> None:
    version = make_version()
    element = make_element(make_group(make_issue(make_part(version))))
    earlier = make_round(version, as_at=date(2000, 3, 31))
    make_status(earlier, [element], text="Earlier.")
    later = make_round(version)
    assert statuses(build_from_database(later)) == []


def test_only_the_version_of_the_round_is_in_its_report() -> None:
    other = make_report(slug="another-plan", closed=False)
    round_ = make_round(make_version())
    assert build_from_database(round_).parts == ()
    assert len(build_from_database(other).parts) == 2


def test_what_is_built_reads_back_from_its_json_unchanged() -> None:
    table = build_from_database(make_report(issues=3, elements=3, closed=False))
    assert from_data(to_data(table)) == table


def test_a_closed_round_says_for_ever_what_its_record_says() -> None:
    round_ = make_report(issues=3, elements=3)
    published = report_table(round_)
    rewrite(round_.version, "Rewritten.")
    assert report_table(fresh(round_)) == published
    assert published.round.state == "closed"
    assert published.round.record_sha256 == round_.records.get().sha256


def test_the_newest_record_of_a_round_is_the_one_in_force() -> None:
    round_ = make_report()
    first = round_.records.get()
    content = first.content.replace("Status 1 in one", "Status 1, mended, in one")
    round_.records.create(
        number=2, content=content, sha256=sha256_of(content), previous_sha256=first.sha256
    )
    table = report_table(round_)
    assert statuses(table)[0].text.startswith("Status 1, mended, in one paragraph.")
    assert table.round.record_sha256 == sha256_of(content)


def test_a_record_that_is_not_what_its_hash_was_taken_of_is_an_error_and_not_shown() -> None:
    round_ = make_report()
    first = round_.records.get()
    round_.records.create(
        number=2, content=first.content, sha256="f" * 64, previous_sha256=first.sha256
    )
    with pytest.raises(ReportTableError, match=f"^not what the SHA-256 {'f' * 64} was taken of$"):
        report_table(round_)


def test_a_closed_round_without_a_record_is_an_error_and_not_made_up() -> None:
    round_ = make_round(make_version())
    round_.state = ReportingRound.State.CLOSED
    with pytest.raises(MissingRecordError, match=f"closed round {round_.pk} has no record"):
        report_table(round_)


def test_an_open_round_does_not_exist_for_a_reader() -> None:
    round_ = make_report(closed=False)
    assert statuses(build_from_database(round_))[0].text.startswith("Status 1 in one paragraph.")
    for user in (AnonymousUser(), make_user("reader")):
        with pytest.raises(Http404):
            visible_report(user, round_)


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.ADMINISTRATOR])
def test_the_secretariat_and_administrators_see_an_open_round_whole(role: Role) -> None:
    round_ = make_report(closed=False)
    assert visible_report(make_user("user", role), round_) == build_from_database(round_)


def test_everybody_sees_a_closed_round_whole() -> None:
    round_ = make_report()
    assert visible_report(AnonymousUser(), round_) == report_table(round_)
    assert visible_report(make_user("officer", Role.OFFICER), round_) == report_table(round_)


def test_an_officer_sees_in_an_open_round_the_statuses_of_own_and_of_unassigned_elements() -> None:
    version = make_version()
    group = make_group(make_issue(make_part(version)))
    own, other = make_unit("own"), make_unit("other")
    mine = make_element(group, units=[own])
    theirs = make_element(group, units=[other])
    nobodys = make_element(group)
    round_ = make_round(version)
    for element in (mine, theirs, nobodys):
        make_status(round_, [element], text=f"Draft on {element.reference}.", state="draft")
    table = visible_report(make_user("officer", Role.OFFICER, units=[own]), round_)
    assert [status.text for status in statuses(table)] == ["Draft on I.1.1.", "Draft on I.1.3."]
    assert status_of(table) == {"I.1.1": "status-1", "I.1.2": None, "I.1.3": "status-3"}
