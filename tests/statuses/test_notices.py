"""The letters that tell people what the secretariat did."""

from __future__ import annotations

import smtplib
from typing import Any, NoReturn

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from plans.models import StatusRevision
from plans.rounds.services.closing import reopen_statuses
from plans.statuses.services import workflow as statuses
from plans.statuses.services.notices import notify_entered_on_behalf, notify_returned
from tests.factories import close, make_unit, make_user
from tests.scenes import Scene, set_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return set_scene()


def returned(scene: Scene, comment: str = "Name the date.") -> StatusRevision:
    number = scene.submit(text="Drafted <b>it</b>.\n\n• first;\n• second.")
    return statuses.return_status(
        snapshot_id=scene.snapshot().pk, by=scene.secretary, base_revision=number, comment=comment
    )


def entered(scene: Scene) -> StatusRevision:
    return statuses.save_status(
        snapshot_id=scene.snapshot().pk,
        by=scene.secretary,
        text="Entered for them.",
        category="in_progress",
        base_revision=0,
        on_behalf_of=scene.unit,
    )


def letters() -> list[EmailMultiAlternatives]:
    return [letter for letter in mail.outbox if isinstance(letter, EmailMultiAlternatives)]


def html(letter: EmailMultiAlternatives) -> str:
    return str(letter.alternatives[0][0])


def test_the_officer_of_a_returned_status_gets_its_comment(
    scene: Scene,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.TRACKER_ADDRESS = "https://plans.example.org"
    with django_capture_on_commit_callbacks(execute=True):
        notify_returned(returned(scene))
    (letter,) = letters()
    assert letter.to == ["olga@example.org"]
    assert letter.subject == "Returned to you: I.1.1–I.1.2 (status as at 28 February 2001)"
    link = f"https://plans.example.org/rounds/{scene.round.pk}/statuses/1/"
    assert letter.body == (
        "Dear olga,\n\n"
        "ines returned the status of I.1.1–I.1.2 as at 28 February 2001, with this comment:\n\n"
        "Name the date.\n\n"
        "What was submitted:\n\n"
        "Drafted <b>it</b>.\n\n• first;\n• second.\n\n"
        "It stands for:\n\n"
        "I.1.1  Element I.1.1 will be carried out.\n"
        "I.1.2  Element I.1.2 will be carried out.\n\n"
        f"Change it and submit it again here:\n{link}\n\n"
    )
    assert f'<a href="{link}">Change it and submit it again</a>' in html(letter)
    assert "<p>Drafted &lt;b&gt;it&lt;/b&gt;.</p>" in html(letter)


def test_without_an_address_of_the_site_the_letter_names_the_worklist(
    scene: Scene, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        notify_returned(returned(scene))
    (letter,) = letters()
    assert "Change it and submit it again; it is the first on your worklist." in letter.body
    assert "href" not in html(letter)


def test_whoever_submitted_is_told_although_they_left_the_unit(
    scene: Scene, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    revision = returned(scene)
    scene.unit.members.clear()
    with django_capture_on_commit_callbacks(execute=True):
        notify_returned(revision)
    assert [letter.to for letter in letters()] == [["olga@example.org"]]


def test_nobody_is_told_who_has_no_address_or_may_not_sign_in_or_did_it_themselves(
    scene: Scene, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    make_user("silent", units=[scene.unit])
    gone = make_user("gone", units=[scene.unit])
    gone.email, gone.is_active = "gone@example.org", False
    gone.save()
    scene.unit.members.add(scene.secretary)
    with django_capture_on_commit_callbacks(execute=True):
        notify_returned(returned(scene))
    assert [letter.to for letter in letters()] == [["olga@example.org"]]


def test_of_a_reopened_status_the_unit_that_it_was_reopened_for_is_told(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    scene = set_scene()
    close(scene.round)
    other = make_unit("other")
    anna = make_user("anna", units=[other])
    anna.email = "anna@example.org"
    anna.save()
    snapshot = scene.snapshot()
    reopen_statuses(
        round_id=scene.round.pk,
        snapshot_ids=[snapshot.pk],
        unit=other,
        by=scene.secretary,
        reason="Wrong figure.",
    )
    with django_capture_on_commit_callbacks(execute=True):
        notify_returned(scene.snapshot().revisions.get())
    assert [(letter.to, "Wrong figure." in letter.body) for letter in letters()] == [
        (["anna@example.org"], True)
    ]


def test_the_unit_is_told_what_was_entered_on_its_behalf(
    scene: Scene, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        notify_entered_on_behalf(entered(scene))
    (letter,) = letters()
    assert letter.to == ["olga@example.org"]
    assert letter.subject == "Entered on your behalf: I.1.1–I.1.2 (status as at 28 February 2001)"
    assert letter.body.splitlines()[2:8] == [
        "ines entered the status of I.1.1–I.1.2 as at 28 February 2001 on behalf of Evaluation:",
        "",
        "in progress",
        "",
        "Entered for them.",
        "",
    ]


def test_a_save_on_nobodys_behalf_is_told_to_nobody(
    scene: Scene, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    scene.save()
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        notify_entered_on_behalf(scene.snapshot().revisions.get())
    assert callbacks == []


def test_nothing_is_sent_when_the_transaction_is_undone(
    scene: Scene, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        notify_returned(returned(scene))
        transaction.set_rollback(True)
    assert letters() == []


class DeadServer(EmailBackend):
    """A mail server that does not answer."""

    def open(self) -> NoReturn:
        raise ConnectionRefusedError("connection refused")


class PickyServer(EmailBackend):
    """A mail server that takes no letter to olga."""

    def send_messages(self, messages: Any) -> int:
        if any(message.to == ["olga@example.org"] for message in messages):
            raise smtplib.SMTPRecipientsRefused({"olga@example.org": (550, b"no such box")})
        return super().send_messages(messages)


@pytest.mark.parametrize(
    ("server", "logged", "recipients"),
    [
        (
            DeadServer,
            "The mail server cannot be reached; nobody was told about I.1.1–I.1.2",
            [],
        ),
        (
            PickyServer,
            "The mail server took no notice about I.1.1–I.1.2 to olga",
            [["paul@example.org"]],
        ),
    ],
)
def test_a_mail_server_that_fails_is_logged_and_breaks_nothing(
    scene: Scene,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    server: type[EmailBackend],
    logged: str,
    recipients: list[list[str]],
) -> None:
    later = make_user("paul", units=[scene.unit])
    later.email = "paul@example.org"
    later.save()
    monkeypatch.setattr("plans.statuses.services.notices.get_connection", server)
    with django_capture_on_commit_callbacks(execute=True):
        notify_returned(returned(scene))
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("ERROR", logged)
    ]
    assert [letter.to for letter in letters()] == recipients
    assert scene.snapshot().state == "returned"
