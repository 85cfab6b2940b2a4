"""Who is reminded of what, and that nobody is reminded twice a day."""

from __future__ import annotations

import smtplib
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from pytest_django import DjangoAssertNumQueries, Settings

from plans.models import ReportingRound, Role, SentReminder
from plans.rounds.services.closing import reopen_statuses
from plans.statuses.services import workflow as statuses
from plans.statuses.services.reminders import reminders, send_reminders
from plans.web.refusals import WrongStateError
from tests.factories import close, make_unit, make_user
from tests.scenes import Scene, set_scene

pytestmark = pytest.mark.django_db

TODAY = date(2001, 2, 1)


def round_of(scene: Scene) -> ReportingRound:
    return ReportingRound.objects.select_related("version__plan").get(pk=scene.round.pk)


@pytest.fixture
def scene() -> Scene:
    """Six elements: I.1.1 and I.1.2 overdue, then due by end 2000, then continuous."""
    return set_scene(elements=6)


def letters() -> list[EmailMultiAlternatives]:
    return [letter for letter in mail.outbox if isinstance(letter, EmailMultiAlternatives)]


def test_a_person_gets_one_digest_of_what_is_returned_overdue_and_due(
    scene: Scene, settings: Settings
) -> None:
    settings.TRACKER_ADDRESS = "https://plans.example.org"
    scene.round.reports_due_on = date(2001, 2, 15)
    scene.round.save()
    number = scene.submit(2)
    statuses.return_status(
        snapshot_id=scene.snapshot(2).pk,
        by=scene.secretary,
        base_revision=number,
        comment="Say how many.",
    )
    outcome = send_reminders(round_of(scene), today=TODAY)
    (reminder,) = outcome.sent
    assert [
        [status.elements[0].reference for status in statuses_]
        for statuses_ in (reminder.returned, reminder.overdue, reminder.due)
    ] == [["I.1.3"], ["I.1.1"], ["I.1.5"]]
    (letter,) = letters()
    assert letter.to == ["olga@example.org"]
    assert letter.subject == "3 statuses to report as at 28 February 2001, due on 15 February 2001"
    assert letter.body == (
        "Dear olga,\n\n"
        "3 statuses are still to be reported as at 28 February 2001 for “Technical cooperation "
        "implementation plan”. Reports are due on 15 February 2001.\n\n"
        "Returned to you, with a comment (1)\n\n"
        "- I.1.3  Element I.1.3 will be carried out. [By end 2000]\n"
        "- I.1.4  Element I.1.4 will be carried out. [By end 2000]\n"
        "  Comment: Say how many.\n\n"
        "Overdue by the plan's own time-frame, and not reported yet (1)\n\n"
        "- I.1.1  Element I.1.1 will be carried out. [Completed by April 2000]\n"
        "- I.1.2  Element I.1.2 will be carried out. [Completed by April 2000]\n\n"
        "Not reported yet (1)\n\n"
        "- I.1.5  Element I.1.5 will be carried out. [Continuously]\n"
        "- I.1.6  Element I.1.6 will be carried out. [Continuously]\n\n"
        "Report here:\nhttps://plans.example.org/worklist/\n\n"
    )
    html = str(letter.alternatives[0][0])
    assert html.count("<li>") == 3
    assert "<blockquote><p>Say how many.</p></blockquote>" in html


def test_nobody_gets_two_letters_on_one_day_but_one_on_the_next(scene: Scene) -> None:
    round_ = round_of(scene)
    assert len(send_reminders(round_, today=TODAY).sent) == 1
    again = send_reminders(round_, today=TODAY)
    assert (len(again.sent), len(again.before)) == (0, 1)
    assert len(send_reminders(round_, today=date(2001, 2, 2)).sent) == 1
    assert len(letters()) == 2


def test_what_was_submitted_or_cleared_is_not_asked_for(scene: Scene) -> None:
    scene.submit(1)
    scene.clear(2)
    (reminder,) = reminders(round_of(scene))
    assert [status.elements[0].reference for status in reminder.due] == ["I.1.5"]
    assert (reminder.returned, reminder.overdue) == ([], [])


def test_nobody_is_reminded_when_everything_is_reported(scene: Scene) -> None:
    scene.clear_all()
    assert reminders(round_of(scene)) == []


def test_a_dry_run_sends_nothing_and_writes_nothing(scene: Scene) -> None:
    outcome = send_reminders(round_of(scene), today=TODAY, dry_run=True)
    assert [reminder.person.username for reminder in outcome.sent] == ["olga"]
    assert (letters(), SentReminder.objects.count()) == ([], 0)


def test_officers_are_reminded_of_their_own_units_and_readers_of_nothing(scene: Scene) -> None:
    make_user("other", Role.OFFICER, units=[make_unit("other")])
    make_user("reader", units=[scene.unit])
    gone = make_user("gone", Role.OFFICER, units=[scene.unit])
    gone.is_active = False
    gone.save()
    assert [reminder.person.username for reminder in reminders(round_of(scene))] == ["olga"]


def test_elements_of_no_unit_are_asked_of_every_officer(scene: Scene) -> None:
    scene.unit.elements.clear()
    make_user("other", Role.OFFICER)
    assert [reminder.person.username for reminder in reminders(round_of(scene))] == [
        "olga",
        "other",
    ]


def test_who_has_no_address_is_named_and_may_get_a_letter_later_that_day(scene: Scene) -> None:
    scene.officer.email = ""
    scene.officer.save()
    outcome = send_reminders(round_of(scene), today=TODAY)
    assert [reminder.person.username for reminder in outcome.without_address] == ["olga"]
    scene.officer.email = "olga@example.org"
    scene.officer.save()
    assert len(send_reminders(round_of(scene), today=TODAY).sent) == 1


class PickyServer(EmailBackend):
    """Takes no letter to anybody called olga."""

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            if "olga@example.org" in message.to:
                raise smtplib.SMTPRecipientsRefused({"olga@example.org": (550, b"no such box")})
        return super().send_messages(messages)


def test_one_letter_that_fails_does_not_keep_the_others(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = make_user("paul", Role.OFFICER, units=[scene.unit])
    later.email = "paul@example.org"
    later.save()
    monkeypatch.setattr("plans.statuses.services.reminders.get_connection", PickyServer)
    outcome = send_reminders(round_of(scene), today=TODAY)
    assert [reminder.person.username for reminder in outcome.sent] == ["paul"]
    assert [(reminder.person.username, reason) for reminder, reason in outcome.failed] == [
        ("olga", "{'olga@example.org': (550, b'no such box')}")
    ]
    assert list(SentReminder.objects.values_list("user__username", flat=True)) == ["paul"]


def test_of_a_closed_round_nobody_is_reminded(scene: Scene) -> None:
    close(scene.round)
    with pytest.raises(WrongStateError, match="28 February 2001 is closed; nobody owes a report"):
        reminders(round_of(scene))


def test_of_a_reopened_status_its_unit_is_reminded(scene: Scene) -> None:
    close(scene.round)
    other = make_unit("other")
    make_user("paul", Role.OFFICER, units=[other])
    reopen_statuses(
        round_id=scene.round.pk,
        snapshot_ids=[scene.snapshot(2).pk],
        unit=other,
        by=scene.secretary,
        reason="Wrong figure.",
    )
    (reminder,) = reminders(round_of(scene))
    assert reminder.person.username == "paul"
    assert [status.comment for status in reminder.returned] == ["Wrong figure."]


@pytest.mark.parametrize("count", [1, 3, 30])
def test_reminders_cost_the_same_queries_however_many_people_and_elements(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = set_scene(elements=count)
    for number in range(count):
        make_user(f"officer{number}", Role.OFFICER, units=[scene.unit])
    round_ = round_of(scene)
    with django_assert_num_queries(6):
        assert len(reminders(round_)) == count + 1
