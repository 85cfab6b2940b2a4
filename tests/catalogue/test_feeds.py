"""The calendars of deadlines, and the feed of what came out."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pytest
from django.test import Client
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries, Settings

from plans.models import Role
from plans.rounds.services.closing import amend_record, close_round, reopen_round, reopen_statuses
from plans.statuses.services import workflow as statuses
from tests.factories import make_plan, make_report, make_unit, make_user
from tests.scenes import Scene, set_scene

pytestmark = pytest.mark.django_db

PLAN = "/plans/technical-cooperation"
ATOM = "{http://www.w3.org/2005/Atom}"


def events(client: Client, path: str) -> list[tuple[str, date, date]]:
    """Summary, first day and the day after the last of every event."""
    answer = client.get(path)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    return [
        (str(event["SUMMARY"]), event["DTSTART"].dt, event["DTEND"].dt)
        for event in calendar.walk("VEVENT")
    ]


def uids(client: Client, path: str) -> list[str]:
    calendar = Calendar.from_ical(client.get(path).content)
    return [str(event["UID"]) for event in calendar.walk("VEVENT")]


def entries(client: Client) -> dict[str, str]:
    """Title and words of every entry of the feed."""
    answer = client.get(f"{PLAN}/changes.atom")
    assert answer["Content-Type"] == "application/atom+xml"
    feed = ElementTree.fromstring(answer.content)
    return {
        entry.findtext(f"{ATOM}title", ""): entry.findtext(f"{ATOM}summary", "")
        for entry in feed.iter(f"{ATOM}entry")
    }


def test_every_time_frame_with_a_date_is_a_day_in_the_calendar(client: Client) -> None:
    make_plan(issues=1, elements=6)
    assert events(client, f"{PLAN}/deadlines.ics") == [
        ("Due: I.1.1, I.1.2", date(2000, 4, 30), date(2000, 5, 1)),
        ("Due: I.1.3, I.1.4", date(2000, 12, 31), date(2001, 1, 1)),
    ]


def test_an_event_carries_the_adopted_words_and_a_link(client: Client) -> None:
    make_plan()
    calendar = Calendar.from_ical(client.get(f"{PLAN}/deadlines.ics").content)
    (event,) = calendar.walk("VEVENT")
    assert str(event["DESCRIPTION"]) == (
        "GB.276/TC/2: Completed by April 2000\n\n"
        "I.1.1 Element I.1.1 will be carried out.\n\nI.1.2 Element I.1.2 will be carried out."
    )
    assert str(event["URL"]) == "http://testserver/plans/technical-cooperation/gb276-tc-2/I.1.1/"


def test_the_same_deadline_has_the_same_name_whenever_it_is_asked_for(client: Client) -> None:
    make_plan(issues=2, elements=3)
    first = client.get(f"{PLAN}/deadlines.ics").content
    assert client.get(f"{PLAN}/deadlines.ics").content == first
    assert len(set(uids(client, f"{PLAN}/deadlines.ics"))) == 4


def test_a_unit_has_its_own_deadlines_only_under_names_of_their_own(client: Client) -> None:
    version, unit = make_plan(issues=1, elements=4), make_unit()
    unit.elements.add(version.elements.get(reference="I.1.3"))
    assert events(client, "/units/evaluation/deadlines.ics") == [
        ("Due: I.1.3", date(2000, 12, 31), date(2001, 1, 1))
    ]
    shared = set(uids(client, "/units/evaluation/deadlines.ics")) & set(
        uids(client, f"{PLAN}/deadlines.ics")
    )
    assert shared == set()


def test_deadlines_of_an_unpublished_version_are_in_nobodys_unit_calendar(client: Client) -> None:
    version, unit = make_plan(published=False), make_unit()
    unit.elements.set(version.elements.all())
    assert events(client, "/units/evaluation/deadlines.ics") == []


def test_when_reports_are_due_stands_in_the_calendar_of_those_who_report(client: Client) -> None:
    scene = set_scene()
    scene.round.reports_due_on = date(2001, 2, 15)
    scene.round.save()
    due = (
        "Reports are due: status as at 28 February 2001",
        date(2001, 2, 15),
        date(2001, 2, 16),
    )
    for path in (f"{PLAN}/deadlines.ics", "/units/evaluation/deadlines.ics"):
        assert due not in events(client, path)
    client.force_login(scene.officer)
    for path in (f"{PLAN}/deadlines.ics", "/units/evaluation/deadlines.ics"):
        assert due in events(client, path)


@pytest.mark.parametrize(
    "path", ["/plans/none/deadlines.ics", "/plans/none/changes.atom", "/units/none/deadlines.ics"]
)
def test_what_is_not_there_has_no_feed(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", [f"{PLAN}/deadlines.ics", f"{PLAN}/changes.atom"])
def test_an_instance_that_is_not_public_asks_to_sign_in(
    client: Client, settings: Settings, path: str
) -> None:
    make_report()
    settings.TRACKER_PUBLIC = False
    assert client.get(path).status_code == 302


CLOSED = "Progress report as at 31 August 2000"
FIRST = "I.1.1–I.1.2: in progress (as at 31 August 2000)"
NEXT = "I.1.1–I.1.2: completed (as at 28 February 2001)"


def test_closed_rounds_and_their_statuses_are_in_the_feed(client: Client) -> None:
    make_report()
    assert entries(client) == {
        CLOSED: "<p>Progress report on the implementation plan<br>279th Session<br>GB.279/TC/2</p>",
        FIRST: "<p>Status 1 in one paragraph.</p>\n\n<p>• first bullet;<br>• second bullet.</p>",
    }


def test_an_entry_keeps_its_name_and_tells_when_it_came_out(client: Client) -> None:
    make_report()
    feed = ElementTree.fromstring(client.get(f"{PLAN}/changes.atom").content)
    found = [
        (entry.findtext(f"{ATOM}id", "")[:9], entry.findtext(f"{ATOM}updated"))
        for entry in feed.iter(f"{ATOM}entry")
    ]
    assert found == [("urn:uuid:", "2000-08-31T00:00:00+00:00")] * 2
    assert client.get(f"{PLAN}/changes.atom").content == client.get(f"{PLAN}/changes.atom").content


def seen_by_role(client: Client, scene: Scene) -> dict[str, set[str]]:
    """The titles beside those of the first round, by who asks."""
    people = {
        "reader": make_user("reader"),
        "officer": scene.officer,
        "other officer": make_user("other", Role.OFFICER, units=[make_unit("other")]),
        "secretariat": scene.secretary,
    }
    found = {"anonymous": set(entries(client)) - {CLOSED, FIRST}}
    for name, person in people.items():
        client.force_login(person)
        found[name] = set(entries(client)) - {CLOSED, FIRST}
        client.logout()
    return found


def test_a_cleared_status_of_an_open_round_is_told_to_those_who_may_read_it(client: Client) -> None:
    scene = set_scene()
    scene.clear()
    assert seen_by_role(client, scene) == {
        "anonymous": set(),
        "reader": set(),
        "officer": {NEXT},
        "other officer": set(),
        "secretariat": {NEXT},
    }


def test_what_is_not_cleared_is_in_nobodys_feed(client: Client) -> None:
    scene = set_scene()
    scene.submit()
    assert set().union(*seen_by_role(client, scene).values()) == set()


def test_a_reopened_round_is_gone_from_the_readers_feed(client: Client) -> None:
    scene = set_scene()
    scene.clear_all()
    close_round(round_id=scene.round.pk, by=scene.secretary)
    assert NEXT in entries(client)
    reopen_round(round_id=scene.round.pk, by=scene.secretary, reason="A wrong figure.")
    assert set(entries(client)) == {CLOSED, FIRST}


def test_the_new_words_of_a_reopened_status_are_told_only_with_the_new_record(
    client: Client,
) -> None:
    scene = set_scene()
    scene.clear_all()
    close_round(round_id=scene.round.pk, by=scene.secretary)
    reopen_statuses(
        round_id=scene.round.pk,
        snapshot_ids=[scene.snapshot().pk],
        unit=scene.unit,
        by=scene.secretary,
        reason="A wrong figure.",
    )
    number = scene.submit(text="Mended.")
    statuses.clear_status(snapshot_id=scene.snapshot().pk, by=scene.secretary, base_revision=number)
    assert NEXT not in entries(client)
    amend_record(round_id=scene.round.pk, by=scene.secretary, reason="Mended.")
    assert entries(client)[NEXT] == "<p>Mended.</p>"


def test_a_reaffirmed_status_says_nothing_while_the_words_that_it_reaffirms_are_under_change(
    client: Client,
) -> None:
    scene = set_scene()
    snapshot = scene.snapshot()
    statuses.reaffirm_status(snapshot_id=snapshot.pk, by=scene.officer, base_revision=0)
    statuses.clear_status(snapshot_id=snapshot.pk, by=scene.secretary, base_revision=1)
    close_round(round_id=scene.round.pk, by=scene.secretary)
    title = "I.1.1–I.1.2: in progress (as at 28 February 2001)"
    assert entries(client)[title] == entries(client)[FIRST]
    reopen_statuses(
        round_id=scene.earlier.pk,
        snapshot_ids=[scene.earlier.snapshots.get().pk],
        unit=scene.unit,
        by=scene.secretary,
        reason="A wrong figure.",
    )
    assert title not in entries(client)


def test_markup_in_a_narrative_is_text_in_the_feed(client: Client) -> None:
    scene = set_scene()
    scene.submit(text="<script>alert(1)</script>")
    statuses.clear_status(
        snapshot_id=scene.snapshot().pk,
        by=scene.secretary,
        base_revision=scene.snapshot().revision,
    )
    client.force_login(scene.secretary)
    assert entries(client)[NEXT] == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"


BUDGETS = {
    f"{PLAN}/deadlines.ics": 7,
    "/units/evaluation/deadlines.ics": 3,
    f"{PLAN}/changes.atom": 5,
}


@pytest.mark.parametrize("path", BUDGETS)
@pytest.mark.parametrize("count", [1, 3, 30])
def test_a_feed_costs_the_same_queries_however_much_it_tells(
    client: Client, count: int, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    round_ = make_report(issues=count, elements=4)
    make_unit().elements.set(round_.version.elements.all())
    with django_assert_num_queries(BUDGETS[path]):
        assert client.get(path).status_code == 200
