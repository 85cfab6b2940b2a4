"""Reopening a round, or single statuses of it."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from plans.catalogue.queries.versions import plan_overview
from plans.models import AuditEntry, Record, ReportingRound
from plans.reports.canonical import from_record
from plans.rounds.services import closing as services
from plans.statuses.services import workflow as statuses
from tests.pages import text_of
from tests.rounds.rounds_cases import address
from tests.scenes import Scene, set_scene

pytestmark = pytest.mark.django_db


# Reopening


@pytest.fixture
def closed(scene: Scene) -> Scene:
    """The scene with its second round closed, too."""
    scene.clear_all()
    services.close_round(round_id=scene.round.pk, by=scene.secretary)
    return scene


def reopen_one(scene: Scene, secretariat: Client, ordinal: int = 1) -> None:
    secretariat.post(
        address(scene, "reopen/"),
        {
            "action": "statuses",
            "snapshot": scene.snapshot(ordinal).pk,
            "statuses-unit": scene.unit.pk,
            "statuses-reason": "A figure is wrong.",
        },
    )


def test_a_round_is_reopened_with_a_reason(closed: Scene, secretariat: Client) -> None:
    secretariat.post(
        address(closed, "reopen/"), {"action": "round", "round-reason": "A late report."}
    )

    round_ = ReportingRound.objects.get(pk=closed.round.pk)
    assert (round_.state, round_.reopening_reason) == ("open", "A late report.")


def test_a_round_is_not_reopened_without_a_reason(closed: Scene, secretariat: Client) -> None:
    answer = secretariat.post(address(closed, "reopen/"), {"action": "round", "round-reason": " "})

    assert answer.status_code == 422
    assert "Give a reason; it is kept with the record." in text_of(answer.content)
    assert ReportingRound.objects.get(pk=closed.round.pk).is_closed


def test_a_status_is_reopened_for_one_unit_while_the_round_stays_closed(
    closed: Scene, secretariat: Client
) -> None:
    reopen_one(closed, secretariat)

    snapshot = closed.snapshot(1)
    assert (snapshot.state, snapshot.reopened_for, snapshot.round.state) == (
        "returned",
        closed.unit,
        "closed",
    )


def test_readers_go_on_reading_the_record_while_a_status_is_reopened(
    closed: Scene, secretariat: Client
) -> None:
    reopen_one(closed, secretariat)
    closed.save(1, text="Secret draft.", category="in_progress")

    page = text_of(Client().get("/plans/technical-cooperation/gb276-tc-2/I.1.1/").content)

    assert "Secret draft." not in page
    assert "Status as at 28 February 2001" in page
    assert "Done." in page


def test_what_a_unit_writes_into_a_reopened_status_is_not_counted_before_it_is_recorded(
    closed: Scene, secretariat: Client
) -> None:
    before = plan_overview(closed.officer, "technical-cooperation")
    reopen_one(closed, secretariat)
    closed.save(1, text="Another text.", category="postponed")

    after = plan_overview(closed.officer, "technical-cooperation")

    assert before is not None
    assert after is not None
    assert after.whole.categories == before.whole.categories


def test_the_unit_is_told_that_a_status_was_reopened_for_it(
    closed: Scene,
    secretariat: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        reopen_one(closed, secretariat)

    (letter,) = mail.outbox
    assert letter.to == ["olga@example.org"]
    assert "A figure is wrong." in str(letter.body)


def test_the_record_has_the_words_that_a_reaffirmation_repeats(scene: Scene) -> None:
    snapshot = scene.snapshot(1)
    statuses.reaffirm_status(snapshot_id=snapshot.pk, by=scene.officer, base_revision=0)
    statuses.clear_status(snapshot_id=snapshot.pk, by=scene.secretary, base_revision=1)

    record = services.close_round(
        round_id=scene.round.pk,
        by=scene.secretary,
        not_reported=[scene.snapshot(2).pk, scene.snapshot(3).pk],
    )

    texts = {
        cell.id: cell.text
        for part in from_record(record.content, record.sha256).parts
        for cell in part.statuses
    }
    assert texts == {
        "status-1": "Status 1 in one paragraph.\n\n• first bullet;\n• second bullet.",
        "status-2": "",
        "status-3": "",
    }


def test_revoking_puts_back_what_the_record_has_and_keeps_what_was_written(
    closed: Scene, secretariat: Client
) -> None:
    before = closed.snapshot(1)
    reopen_one(closed, secretariat)
    closed.save(1, text="Another text.", category="in_progress")

    secretariat.post(
        address(closed, "reopen/"),
        {"action": "revoke", "snapshot": before.pk, "revoke-reason": "It was right."},
    )

    after = closed.snapshot(1)
    assert (after.text, after.category, after.state, after.reopened_for) == (
        before.text,
        before.category,
        "cleared",
        None,
    )
    assert (after.entered_at, after.cleared_at) == (before.entered_at, before.cleared_at)
    assert list(after.revisions.order_by("number").values_list("text", flat=True))[-2:] == [
        "Another text.",
        "Done.",
    ]
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.action, entry.reason) == ("reopening_revoked", "It was right.")


def test_a_reaffirmation_is_one_again_when_its_reopening_is_revoked(
    scene: Scene, secretariat: Client
) -> None:
    snapshot = scene.snapshot(1)
    statuses.reaffirm_status(snapshot_id=snapshot.pk, by=scene.officer, base_revision=0)
    statuses.clear_status(snapshot_id=snapshot.pk, by=scene.secretary, base_revision=1)
    scene.clear(2)
    scene.clear(3)
    services.close_round(round_id=scene.round.pk, by=scene.secretary)
    earlier = scene.snapshot(1).reaffirms
    reopen_one(scene, secretariat)
    scene.save(1, text="Another text.", category="in_progress")

    services.revoke_reopening(
        round_id=scene.round.pk, snapshot_ids=[snapshot.pk], by=scene.secretary, reason="Right."
    )

    assert earlier is not None
    assert (scene.snapshot(1).reaffirms, scene.snapshot(1).text) == (earlier, "")


def test_a_new_record_ends_the_reopening_and_is_chained_to_the_one_before(
    closed: Scene, secretariat: Client
) -> None:
    reopen_one(closed, secretariat)
    number = closed.submit(1, text="The right figure.")
    statuses.clear_status(
        snapshot_id=closed.snapshot(1).pk, by=closed.secretary, base_revision=number
    )

    secretariat.post(address(closed, "reopen/"), {"action": "amend", "amend-reason": "A figure."})

    first, second = Record.objects.filter(round=closed.round)
    assert (second.number, second.previous_sha256, second.reason) == (2, first.sha256, "A figure.")
    assert "The right figure." in second.content
    assert closed.snapshot(1).reopened_for is None


def test_no_new_record_is_made_while_a_reopened_status_is_not_cleared(
    closed: Scene, secretariat: Client
) -> None:
    reopen_one(closed, secretariat)

    answer = secretariat.post(
        address(closed, "reopen/"), {"action": "amend", "amend-reason": "A figure."}
    )

    assert answer.status_code == 422
    assert "Not every reopened status is cleared." in text_of(answer.content)
    assert Record.objects.filter(round=closed.round).count() == 1


def test_a_record_is_not_made_anew_when_nothing_was_reopened(
    closed: Scene, secretariat: Client
) -> None:
    answer = secretariat.post(
        address(closed, "reopen/"), {"action": "amend", "amend-reason": "A figure."}
    )

    assert answer.status_code == 409
    assert "No status of this round is reopened." in text_of(answer.content)


def test_closing_a_round_again_ends_the_reopening_of_its_single_statuses(
    closed: Scene, secretariat: Client
) -> None:
    reopen_one(closed, secretariat)
    services.reopen_round(round_id=closed.round.pk, by=closed.secretary, reason="All of it.")

    services.close_round(
        round_id=closed.round.pk, by=closed.secretary, not_reported=[closed.snapshot(1).pk]
    )

    assert closed.snapshot(1).is_locked is True


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_page_of_reopening_costs_the_same_queries_for_any_number_of_elements(
    elements: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = set_scene(elements=elements)
    client.force_login(scene.secretary)

    with django_assert_num_queries(7):
        client.get(f"/rounds/{scene.earlier.pk}/reopen/")
