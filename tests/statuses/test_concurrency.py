"""Many people at once at one status: no accepted save is lost, no refused one writes anything."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from plans.models import AuditEntry, ReportingRound, Role, StatusSnapshot
from plans.rounds.services.closing import close_round
from plans.rounds.services.opening import open_round
from plans.statuses.services import workflow as statuses
from plans.unit_files import services as returned
from plans.unit_files.services import NotAppliedError
from plans.web.refusals import InvalidError, RoundClosedError, StaleRevisionError, WrongStateError
from tests.environment import soak
from tests.factories import make_user
from tests.scenes import NEXT, set_scene
from tests.unit_files.files import filled_in, sent_to

pytestmark = pytest.mark.django_db(transaction=True)

THREADS, SAVES = 8, soak(25)


def at_once(work: Callable[[int], list[str]]) -> list[str]:
    """Run ``work`` in ``THREADS`` threads that begin together; what all of them returned."""
    barrier = Barrier(THREADS)

    def begin(number: int) -> list[str]:
        try:
            barrier.wait()
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return [result for results in pool.map(begin, range(THREADS)) for result in results]


def revision_texts(snapshot: StatusSnapshot) -> list[str]:
    """The texts of its revisions, in order; their numbers have no gap."""
    revisions = list(snapshot.revisions.order_by("number"))
    assert [revision.number for revision in revisions] == list(range(1, len(revisions) + 1))
    return [revision.text for revision in revisions]


def test_eight_threads_that_save_the_same_status_lose_no_accepted_save() -> None:
    scene = set_scene()
    snapshot = scene.snapshot()
    people = [make_user(f"officer{n}", Role.OFFICER, units=[scene.unit]) for n in range(THREADS)]

    behind: list[bool] = []

    def save(number: int) -> list[str]:
        by = User.objects.get(pk=people[number].pk)
        accepted = []
        for turn in range(SAVES):
            text = f"{number}, {turn}."
            base = StatusSnapshot.objects.values_list("revision", flat=True).get(pk=snapshot.pk)
            try:
                statuses.save_status(
                    snapshot_id=snapshot.pk,
                    by=by,
                    text=text,
                    category="in_progress",
                    base_revision=base,
                )
            except StaleRevisionError as stale:
                behind.append(stale.newest is not None and stale.newest.number > base)
            else:
                accepted.append(text)
        return accepted

    accepted = at_once(save)

    texts = revision_texts(snapshot)
    assert all(behind)
    assert len(accepted) + len(behind) == THREADS * SAVES
    assert sorted(texts) == sorted(accepted)
    snapshot.refresh_from_db()
    assert (snapshot.revision, snapshot.text) == (len(texts), texts[-1])
    assert AuditEntry.objects.filter(action="status_saved").count() == len(texts)


def test_of_eight_people_who_save_in_the_browser_each_is_answered_saved_or_conflict() -> None:
    scene = set_scene()
    snapshot = scene.snapshot()
    address = f"/rounds/{scene.round.pk}/statuses/{snapshot.ordinal}/"
    clients = []
    for number in range(THREADS):
        client = Client()
        client.force_login(make_user(f"officer{number}", Role.OFFICER, units=[scene.unit]))
        clients.append(client)

    def save(number: int) -> list[str]:
        text = f"Text of {number}."
        answer = clients[number].post(
            address,
            {"text": text, "category": "in_progress", "base_revision": "0", "action": "save"},
        )
        assert answer.status_code in (302, 409)
        return [text] if answer.status_code == 302 else []

    accepted = at_once(save)

    assert len(accepted) == 1
    assert revision_texts(snapshot) == accepted


def test_of_eight_who_open_the_same_round_one_succeeds() -> None:
    scene = set_scene()
    scene.clear_all()
    close_round(round_id=scene.round.pk, by=scene.secretary)
    version = scene.round.version

    def begin(number: int) -> list[str]:
        try:
            open_round(version=version, by=scene.secretary, as_at=NEXT.replace(month=8))
        except InvalidError as refused:
            return [refused.field]
        return ["opened"]

    assert sorted(at_once(begin)) == ["as_at"] * (THREADS - 1) + ["opened"]
    assert ReportingRound.objects.count() == 3


def test_what_is_saved_while_the_round_is_closed_is_kept_or_refused() -> None:
    scene = set_scene()
    snapshot = scene.snapshot()

    def work(number: int) -> list[str]:
        if number == 0:
            close_round(round_id=scene.round.pk, by=scene.secretary, not_reported=[snapshot.pk])
            return []
        accepted = []
        for turn in range(10):
            text = f"{number}, {turn}."
            base = StatusSnapshot.objects.values_list("revision", flat=True).get(pk=snapshot.pk)
            try:
                statuses.save_status(
                    snapshot_id=snapshot.pk,
                    by=scene.officer,
                    text=text,
                    category="in_progress",
                    base_revision=base,
                )
            except (RoundClosedError, StaleRevisionError, WrongStateError):
                continue
            accepted.append(text)
        return accepted

    accepted = at_once(work)

    *drafts, last = revision_texts(snapshot)
    assert sorted(drafts) == sorted(accepted)
    assert last == ""
    assert snapshot.revisions.latest("number").action == "cleared"
    assert scene.round.records.count() == 1


def test_of_eight_who_apply_the_same_file_one_does_and_no_row_is_saved_twice() -> None:
    scene = set_scene(elements=4)
    content = filled_in(
        sent_to(scene.round, scene.unit),
        "xlsx",
        {1: ("completed", ["Issued."]), 2: ("continuing", ["Going on."])},
    )
    file = returned.receive(
        round_id=scene.round.pk, by=scene.secretary, name="unit.xlsx", content=content
    )

    def apply(number: int) -> list[str]:
        try:
            returned.apply(file_id=file.pk, by=scene.secretary, accepted={1: 0, 2: 0})
        except WrongStateError:
            return ["applied already"]
        return ["applied"]

    assert sorted(at_once(apply)) == ["applied", *["applied already"] * (THREADS - 1)]
    assert [revision_texts(scene.snapshot(ordinal)) for ordinal in (1, 2)] == [
        ["Issued."],
        ["Going on."],
    ]
    assert AuditEntry.objects.filter(action="file_applied").count() == 1


def test_a_file_applied_while_officers_save_overwrites_none_of_them() -> None:
    scene = set_scene(elements=4)
    content = filled_in(
        sent_to(scene.round, scene.unit),
        "xlsx",
        {1: ("completed", ["From the file."]), 2: ("continuing", ["From the file."])},
    )
    file = returned.receive(
        round_id=scene.round.pk, by=scene.secretary, name="unit.xlsx", content=content
    )
    pks = {ordinal: scene.snapshot(ordinal).pk for ordinal in (1, 2)}

    def work(number: int) -> list[str]:
        if number == 0:
            try:
                returned.apply(file_id=file.pk, by=scene.secretary, accepted={1: 0, 2: 0})
            except NotAppliedError:
                return []
            return ["From the file."] * 2
        try:
            statuses.save_status(
                snapshot_id=pks[1 + number % 2],
                by=scene.officer,
                text=f"{number}.",
                category="in_progress",
                base_revision=0,
            )
        except StaleRevisionError:
            return []
        return [f"{number}."]

    accepted = at_once(work)

    texts = [text for ordinal in (1, 2) for text in revision_texts(scene.snapshot(ordinal))]
    assert sorted(texts) == sorted(accepted)
    # All of the file or nothing of it; and of all who began from nothing, one for each status.
    assert len(texts) == 2
    assert texts.count("From the file.") in (0, 2)
