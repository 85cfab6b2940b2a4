"""The list of rounds, opening one, and the cockpit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from plans.models import PlanVersion, ReportingRound, Role, StatusCover
from plans.rounds.queries import cockpit as cockpits
from plans.rounds.queries.cockpit import (
    Cockpit,
    cockpit,
    find_managed_round,
    managed_rounds,
    newest_revisions,
    statuses_of,
    versions_to_open,
)
from plans.rounds.services import closing as services
from plans.rounds.services.opening import open_round
from plans.statuses.queries.worklist import WorklistStage
from plans.statuses.services import workflow as statuses
from plans.text.categories import Category
from tests.aside import unpublish
from tests.factories import (
    make_plan,
    make_report,
    make_round,
    make_status,
    make_unit,
    make_user,
    make_version,
)
from tests.pages import text_of
from tests.rounds.rounds_cases import COVER, address
from tests.scenes import Scene, set_scene

pytestmark = pytest.mark.django_db


# The list, and opening


def test_the_list_tells_each_round_with_how_far_its_statuses_have_come(
    scene: Scene, secretariat: Client
) -> None:
    scene.clear(1)
    scene.submit(2)

    page = text_of(secretariat.get("/rounds/").content)

    assert (
        "Status as at 28 February 2001 Technical cooperation implementation plan · GB.276/TC/2 · "
        "open cleared 1 submitted 1 not started 1 Status as at 31 August 2000" in page
    )


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_list_costs_the_same_queries_for_any_number_of_rounds(
    count: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    secretariat = make_user("ines", Role.SECRETARIAT)
    version = make_plan()
    for year in range(count):
        ReportingRound.objects.create(
            version=version, as_at=date(2000 + year, 1, 1), label="Status", state="closed"
        )
    client.force_login(secretariat)

    with django_assert_num_queries(5):
        client.get("/rounds/")


def test_a_round_is_opened_from_the_page(client: Client) -> None:
    version = make_plan(elements=3)
    client.force_login(make_user("ines", Role.SECRETARIAT))

    answer = client.post(
        "/rounds/open/",
        {
            "version": version.pk,
            "as_at": "2001-02-28",
            "reports_due_on": "2001-01-31",
            "symbol": "GB.280/TC/2",
            "session": "280th Session",
            "agenda_item": "SECOND ITEM ON THE AGENDA",
        },
    )

    opened = ReportingRound.objects.get()
    assert answer.headers["Location"] == f"/rounds/{opened.pk}/"
    assert (opened.as_at, opened.reports_due_on, opened.symbol, opened.snapshots.count()) == (
        date(2001, 2, 28),
        date(2001, 1, 31),
        "GB.280/TC/2",
        3,
    )


def test_a_version_that_is_not_published_is_offered_as_such(client: Client) -> None:
    version = make_plan(elements=1)
    client.force_login(make_user("ada", Role.ADMINISTRATOR))
    named = "GB.276/TC/2 – Technical cooperation implementation plan"
    assert f"{named}</option>" in client.get("/rounds/open/").text
    unpublish(version)
    assert f"{named} (not published)</option>" in client.get("/rounds/open/").text


def test_a_round_before_one_that_was_reported_is_not_opened(
    scene: Scene, secretariat: Client
) -> None:
    scene.clear_all()
    services.close_round(round_id=scene.round.pk, by=scene.secretary)

    answer = secretariat.post(
        "/rounds/open/", {"version": scene.round.version_id, "as_at": "2000-10-01"}
    )

    assert answer.status_code == 422
    assert "A later round has been reported already" in text_of(answer.content)
    assert 'value="2000-10-01"' in answer.content.decode()


def test_the_page_says_that_another_round_must_be_closed_first(
    scene: Scene, secretariat: Client
) -> None:
    page = text_of(secretariat.get("/rounds/open/").content)

    assert "Every plan has an open round. Close it before you open another." in page


# The cockpit


def test_the_cockpit_counts_what_is_reported_and_what_waits(
    scene: Scene, secretariat: Client
) -> None:
    scene.clear(1)
    scene.submit(2)

    page = text_of(secretariat.get(address(scene)).content)

    assert "Reported 2 of 3 Waiting for clearance 1 Returned 0" in page


def test_what_was_closed_as_not_reported_does_not_count_as_reported(
    scene: Scene, secretariat: Client
) -> None:
    scene.clear(1)
    chosen = [scene.snapshot(2).pk, scene.snapshot(3).pk]
    services.close_round(round_id=scene.round.pk, by=scene.secretary, not_reported=chosen)

    page = text_of(secretariat.get(address(scene)).content)

    assert "Reported 1 of 3 " in page
    assert "Reporting, in statuses cleared 1 not reported 2 " in page


def test_the_cockpit_says_which_unit_has_not_reported(scene: Scene) -> None:
    scene.submit(1)
    nobody = make_unit("nobody")
    scene.snapshot(3).elements.first().units.set([nobody])  # type: ignore[union-attr]
    round_ = find_managed_round(scene.secretary, scene.round.pk)
    assert round_ is not None

    assert [
        (
            state.unit and state.unit.name,
            state.progress.reported,
            [s.subject for s in state.outstanding],
        )
        for state in cockpit(round_).units
    ] == [("Evaluation", 1, ["I.1(a).1–I.1(a).2"]), ("Nobody", 0, ["II.1.1"])]


def test_the_cockpit_shows_why_a_status_was_returned(scene: Scene, secretariat: Client) -> None:
    number = scene.submit(1)
    statuses.return_status(
        snapshot_id=scene.snapshot(1).pk,
        by=scene.secretary,
        base_revision=number,
        comment="By when?",
    )

    page = text_of(secretariat.get(address(scene)).content)

    assert "Returned 1 I.1.1–II.1.2 By when? Evaluation" in page


def test_what_was_completed_before_is_not_overdue_only_because_nobody_wrote_it_again(
    scene: Scene,
) -> None:
    round_ = find_managed_round(scene.secretary, scene.round.pk)
    assert round_ is not None

    overdue = {element.reference for element in cockpit(round_).overdue}

    completed = scene.earlier.snapshots.get(category="completed").elements.values_list(
        "reference", flat=True
    )
    assert overdue.isdisjoint(completed)
    assert "I.1.1" in overdue


@pytest.mark.parametrize(("days", "words"), [(3, "3 days left"), (0, "today"), (-1, "1 day ago")])
def test_the_cockpit_counts_the_days_to_the_closing_day(
    days: int, words: str, scene: Scene, secretariat: Client
) -> None:
    ReportingRound.objects.filter(pk=scene.round.pk).update(
        reports_due_on=timezone.localdate() + timedelta(days=days)
    )

    assert words in text_of(secretariat.get(address(scene)).content)


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_cockpit_costs_the_same_queries_for_any_number_of_elements(
    elements: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = set_scene(elements=elements)
    number = scene.submit(1)
    statuses.return_status(
        snapshot_id=scene.snapshot(1).pk, by=scene.secretary, base_revision=number, comment="When?"
    )
    client.force_login(scene.secretary)

    with django_assert_num_queries(10):
        client.get(address(scene))


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_grouping_costs_the_same_queries_for_any_number_of_elements(
    elements: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = set_scene(elements=elements)
    client.force_login(scene.secretary)

    with django_assert_num_queries(7):
        client.get(address(scene, "grouping/"))


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_page_of_closing_costs_the_same_queries_for_any_number_of_elements(
    elements: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = set_scene(elements=elements)
    client.force_login(scene.secretary)

    with django_assert_num_queries(14):
        client.get(address(scene, "close/"))


# Who comes in


PAGES = ["", "cover/", "grouping/", "clearing/", "clearing/1/", "close/", "reopen/"]


@pytest.mark.parametrize("page", PAGES)
def test_an_officer_finds_no_page_of_the_secretariat(
    page: str, scene: Scene, client: Client
) -> None:
    client.force_login(scene.officer)

    assert client.get(address(scene, page)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_whoever_is_not_signed_in_is_asked_to_sign_in(
    page: str, scene: Scene, client: Client
) -> None:
    answer = client.get(address(scene, page))

    assert answer.headers["Location"] == f"/sign-in/?next={address(scene, page)}"


def test_what_was_typed_without_a_session_is_given_back(scene: Scene, client: Client) -> None:
    answer = client.post(address(scene, "cover/"), COVER)

    assert answer.status_code == 401
    assert "The Committee asked for a report.¹" in answer.content.decode()
    scene.round.refresh_from_db()
    assert scene.round.paragraphs == []


def test_an_unpublished_version_s_round_does_not_exist_for_the_secretariat(
    scene: Scene, secretariat: Client
) -> None:
    unpublish(scene.round.version)

    assert secretariat.get(address(scene)).status_code == 404


@pytest.mark.parametrize("number", ["0", "99999999999999999999"])
def test_a_round_that_is_not_there_is_a_404(number: str, secretariat: Client) -> None:
    assert secretariat.get(f"/rounds/{number}/").status_code == 404


# What the cockpit counts and names


@pytest.fixture
def staged() -> Scene:
    """A round with a status in every stage, in the order of the plan: I.1.1–I.1.12."""
    scene = set_scene(elements=12)
    scene.save(2)
    statuses.return_status(
        snapshot_id=scene.snapshot(3).pk,
        by=scene.secretary,
        base_revision=scene.submit(3),
        comment="By when?",
    )
    scene.submit(4)
    scene.clear(5)
    statuses.mark_not_reported(snapshot_id=scene.snapshot(6).pk, by=scene.secretary)
    return scene


def seen(scene: Scene) -> Cockpit:
    round_ = find_managed_round(scene.secretary, scene.round.pk)
    assert round_ is not None
    return cockpit(round_)


def return_again(scene: Scene, ordinal: int, comment: str) -> None:
    statuses.return_status(
        snapshot_id=scene.snapshot(ordinal).pk,
        by=scene.secretary,
        base_revision=scene.submit(ordinal),
        comment=comment,
    )


def test_each_status_is_counted_in_its_stage(staged: Scene) -> None:
    once = dict.fromkeys(WorklistStage, 1)
    listed = managed_rounds(staged.secretary)[0]
    assert listed.round == staged.round
    for counts in (listed.progress, seen(staged).whole, seen(staged).units[0].progress):
        assert counts.counts == once
        assert (counts.total, counts.reported) == (6, 2)


def test_the_list_has_open_rounds_first_then_the_newest_then_by_plan(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    secretariat = make_user("ines", Role.SECRETARIAT)
    versions = [make_plan(slug=slug) for slug in ("a", "b")]
    for version, title in zip(versions, ("Zeal", "Aims"), strict=True):
        version.plan.title = title
        version.plan.save()
        for year in (1999, 2001, 2000):
            ReportingRound.objects.create(
                version=version, as_at=date(year, 1, 1), label="Status", state="closed"
            )
    open_round(version=versions[0], by=secretariat, as_at=date(2002, 1, 1))
    # A round that was reopened, older than all others.
    ReportingRound.objects.filter(version=versions[1], as_at=date(1999, 1, 1)).update(state="open")

    with django_assert_num_queries(1):
        found = [
            (summary.round.state, summary.round.as_at.year, summary.round.version.plan.title)
            for summary in managed_rounds(secretariat)
        ]

    assert found == [
        ("open", 2002, "Zeal"),
        ("open", 1999, "Aims"),
        ("closed", 2001, "Aims"),
        ("closed", 2001, "Zeal"),
        ("closed", 2000, "Aims"),
        ("closed", 2000, "Zeal"),
        ("closed", 1999, "Zeal"),
    ]


def test_a_round_comes_with_its_newest_record_and_the_date_of_the_closed_one_before(
    scene: Scene, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def found() -> tuple[str | None, date | None]:
        round_ = find_managed_round(scene.secretary, scene.round.pk)
        assert round_ is not None
        return round_.record_sha256, round_.previous  # type: ignore[attr-defined]

    make_report(slug="other-plan", as_at=date(2000, 12, 31))
    assert found() == (None, date(2000, 8, 31))
    scene.clear_all()
    services.close_round(round_id=scene.round.pk, by=scene.secretary)
    services.reopen_round(round_id=scene.round.pk, by=scene.secretary, reason="A figure.")
    statuses.return_status(
        snapshot_id=scene.snapshot(1).pk,
        by=scene.secretary,
        base_revision=scene.snapshot(1).revision,
        comment="Which?",
    )
    statuses.clear_status(
        base_revision=scene.submit(1, text="Mended."),
        snapshot_id=scene.snapshot(1).pk,
        by=scene.secretary,
    )
    record = services.close_round(round_id=scene.round.pk, by=scene.secretary)
    older = {"version": scene.round.version, "label": "Status", "state": "closed"}
    for as_at in (date(2000, 1, 1), date(2002, 1, 1)):
        ReportingRound.objects.create(as_at=as_at, **older)
    assert found() == (record.sha256, date(2000, 8, 31))
    records = seen(scene).records
    assert [(each.number, each.get_deferred_fields()) for each in records] == [
        (2, {"content"}),
        (1, {"content"}),
    ]
    with django_assert_num_queries(0):
        assert {each.created_by for each in records} == {scene.secretary}
    ReportingRound.objects.filter(pk=scene.earlier.pk).update(state="open")
    assert found() == (record.sha256, date(2000, 1, 1))
    with django_assert_num_queries(1):
        round_ = find_managed_round(scene.secretary, scene.round.pk)
        assert round_ is not None
        assert round_.version.plan.slug == "technical-cooperation"


def test_a_round_may_be_opened_on_versions_without_an_open_one(
    scene: Scene, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def offered() -> list[str]:
        return [version.plan.title for version in versions_to_open(scene.secretary)]

    titles = {"a": "Zeal", "b": "Aims", "c": "Means"}
    for slug, title in titles.items():
        version = make_plan(slug=slug)
        version.plan.title = title
        version.plan.save()
    with django_assert_num_queries(1):
        assert offered() == ["Aims", "Means", "Zeal"]
    scene.clear_all()
    services.close_round(round_id=scene.round.pk, by=scene.secretary)
    assert scene.round.version in versions_to_open(scene.secretary)
    unpublish(PlanVersion.objects.get(plan__title="Aims"))
    assert "Aims" not in offered()


def test_statuses_come_in_the_order_of_the_plan_with_all_that_is_shown_in_two_queries(
    scene: Scene, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    statuses.reaffirm_status(snapshot_id=scene.snapshot(1).pk, by=scene.officer, base_revision=0)
    round_ = find_managed_round(scene.secretary, scene.round.pk)
    assert round_ is not None
    with django_assert_num_queries(2):
        found = [
            (
                status.snapshot.ordinal,
                [element.reference for element in status.elements],
                {element.issue.part.number for element in status.elements},
                {element.time_frame.text for element in status.elements if element.time_frame},
                {unit.slug for unit in status.answering},
                status.snapshot.reaffirms is not None,
                status.snapshot.reopened_for,
                status.snapshot.round.version.plan.slug,
                {element.version.slug for element in status.elements},
                {element.issue.version.slug for element in status.elements},
            )
            for status in statuses_of(round_)
        ]
    frames = {"Completed by April 2000"}
    places = ("technical-cooperation", {"gb276-tc-2"}, {"gb276-tc-2"})
    unit = {"evaluation"}
    assert found == [
        (1, ["I.1.1", "I.1.2", "II.1.2"], {"I", "II"}, frames, unit, True, None, *places),
        (2, ["I.1(a).1", "I.1(a).2"], {"I"}, frames, unit, False, None, *places),
        (3, ["II.1.1"], {"II"}, frames, unit, False, None, *places),
    ]


def test_the_last_revision_of_each_status_comes_in_the_order_of_the_plan(
    scene: Scene, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene.submit(2)
    scene.save(1)
    scene.save(3)
    chosen = [scene.snapshot(n).pk for n in (2, 1)]
    with django_assert_num_queries(1):
        found = [
            (
                revision.snapshot.ordinal,
                revision.action,
                revision.by and revision.by.username,
                revision.snapshot.round.version.plan.slug,
            )
            for revision in newest_revisions(chosen)
        ]
    assert found == [
        (1, "saved", "olga", "technical-cooperation"),
        (2, "submitted", "olga", "technical-cooperation"),
    ]


def test_what_waits_and_what_was_returned_is_named(staged: Scene) -> None:
    scene = staged
    return_again(scene, 2, "How many?")
    return_again(scene, 3, "On which day?")
    found = seen(scene)
    assert [status.subject for status in found.waiting.statuses] == ["I.1.7–I.1.8"]
    assert found.waiting.total == 1
    assert [(each.found.subject, each.comment) for each in found.returned] == [
        ("I.1.3–I.1.4", "How many?"),
        ("I.1.5–I.1.6", "On which day?"),
    ]
    assert (found.reopened.statuses, found.reopened.total) == ([], 0)
    assert [status.subject for status in found.units[0].outstanding] == [
        "I.1.1–I.1.2",
        "I.1.3–I.1.4",
        "I.1.5–I.1.6",
    ]


def test_no_more_is_named_than_a_list_may_hold_and_all_is_counted(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = seen(scene)
    for ordinal in (2, 3):
        scene.submit(ordinal)
    monkeypatch.setattr(cockpits, "NAMED_AT_MOST", 1)
    found = seen(scene)
    assert ([s.subject for s in found.waiting.statuses], found.waiting.total) == (
        ["I.1(a).1–I.1(a).2"],
        2,
    )
    assert len(whole.overdue) == whole.overdue_total > 1
    # What was submitted is said to be completed.
    still = [
        element for element in whole.overdue if element.reference in ("I.1.1", "I.1.2", "II.1.2")
    ]
    assert (found.overdue, found.overdue_total) == (still[:1], len(still))


def test_what_is_reopened_is_named(scene: Scene) -> None:
    scene.clear_all()
    services.close_round(round_id=scene.round.pk, by=scene.secretary)
    services.reopen_statuses(
        round_id=scene.round.pk,
        snapshot_ids=[scene.snapshot(2).pk],
        unit=scene.unit,
        by=scene.secretary,
        reason="A figure.",
    )
    reopened = seen(scene).reopened
    assert [status.subject for status in reopened.statuses] == ["I.1(a).1–I.1(a).2"]
    assert reopened.total == 1


def test_elements_without_status_are_named_in_the_order_of_the_plan(scene: Scene) -> None:
    assert seen(scene).uncovered == []
    StatusCover.objects.filter(
        round=scene.round, element__reference__in=["II.1.2", "I.1.2", "I.1(a).1"]
    ).delete()
    elements = scene.round.version.elements
    # Of two elements of one issue the one that was made later stands first.
    elements.filter(reference="I.1.1").update(ordinal=9)
    StatusCover.objects.filter(round=scene.round, element__reference="I.1.1").delete()
    found = seen(scene)
    assert found.uncovered == ["I.1.2", "I.1.1", "I.1(a).1", "II.1.2"]
    # They are overdue and counted, but there is no status that a person could be led to.
    assert {element.reference for element in found.overdue}.isdisjoint(found.uncovered)
    assert found.overdue_total > len(found.overdue)


def test_the_longest_overdue_comes_first(scene: Scene) -> None:
    frame = scene.round.version.elements.get(reference="II.1.1").time_frame
    assert frame is not None
    type(frame).objects.filter(pk=frame.pk).update(due_on=date(1999, 12, 31))
    overdue = seen(scene).overdue
    assert overdue[0].reference == "II.1.1"
    assert len(overdue) > 1


def test_units_come_by_name_and_last_what_nobody_answers_for(scene: Scene) -> None:
    first = make_unit("zz", "Archives")
    scene.unit.elements.clear()
    assert [state.unit for state in seen(scene).units] == [None]
    of_three, of_two, of_one = (
        [element.pk for element in status.elements] for status in statuses_of(scene.round)
    )
    scene.unit.elements.set([of_three[0], of_two[0]])
    first.elements.set([of_three[1], of_three[2]])
    found = seen(scene).units
    assert [
        (
            state.unit and state.unit.name,
            state.progress.total,
            [s.subject for s in state.outstanding],
        )
        for state in found
    ] == [
        ("Archives", 1, ["I.1.1–II.1.2"]),
        ("Evaluation", 2, ["I.1.1–II.1.2", "I.1(a).1–I.1(a).2"]),
        (None, 1, ["II.1.1"]),
    ]
    scene.unit.elements.add(*of_one)
    assert [state.unit for state in seen(scene).units] == [first, scene.unit]


def test_a_status_counts_in_the_part_in_which_it_begins_and_an_element_in_its_own(
    scene: Scene,
) -> None:
    scene.submit(1)
    found = seen(scene)
    assert [
        (state.part.number, state.progress.total, state.progress.reported, state.tally.total)
        for state in found.parts
    ] == [("I", 2, 1, 4), ("II", 1, 0, 2)]
    assert found.tally.total == 6


def test_what_an_element_is_known_to_be_comes_from_the_newest_cleared_report_before(
    scene: Scene,
) -> None:
    def categories() -> dict[Category, int]:
        return {name: n for name, n in seen(scene).tally.categories.items() if n}

    # Of the report before: the first status is in progress, the second completed, the third not.
    assert categories() == {
        Category.IN_PROGRESS: 3,
        Category.COMPLETED: 2,
        Category.CONTINUING: 1,
    }
    # What is said now counts at once; what was not reported before says nothing.
    scene.save(1, category="postponed")
    ReportingRound.objects.filter(pk=scene.earlier.pk).update(state="open")
    scene.earlier.snapshots.filter(ordinal=3).update(category="not_reported")
    assert categories() == {
        Category.POSTPONED: 3,
        Category.COMPLETED: 2,
        Category.NOT_REPORTED: 1,
    }
    # Nor does what was not cleared, or a report of a later day.
    scene.earlier.snapshots.filter(ordinal=2).update(state="submitted")
    version = scene.round.version
    later = make_round(version, as_at=date(2001, 8, 31))
    make_status(later, list(version.elements.all()), category=Category.NOT_STARTED)
    assert categories() == {Category.POSTPONED: 3, Category.NOT_REPORTED: 3}
    # An older report tells of what no newer one does.
    oldest = make_round(version, as_at=date(1999, 8, 31))
    make_status(oldest, list(version.elements.all()), category=Category.NOT_STARTED)
    assert categories() == {Category.POSTPONED: 3, Category.NOT_STARTED: 3}
    scene.earlier.snapshots.filter(ordinal=2).update(state="cleared")
    assert categories() == {
        Category.POSTPONED: 3,
        Category.COMPLETED: 2,
        Category.NOT_STARTED: 1,
    }


def test_of_one_plan_the_newest_version_is_offered_first() -> None:
    for slug, year in (("a", 1999), ("c", 2001), ("b", 2000)):
        make_version(slug=slug, dated_on=date(year, 11, 1))
    found = versions_to_open(make_user("ines", Role.SECRETARIAT))
    assert [version.slug for version in found] == ["c", "b", "a"]
