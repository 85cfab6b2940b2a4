"""That readers see nothing of a status that is under change in a closed round."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.test import Client

from plans.models import Role
from plans.rounds.services import closing as rounds
from plans.statuses.services import workflow as statuses
from tests.factories import make_unit, make_user
from tests.scenes import Scene, set_scene

pytestmark = pytest.mark.django_db

VERSION = "/plans/technical-cooperation/gb276-tc-2/"
DRAFT = "Words that are not out yet."
PAGES = [
    f"{VERSION}I.1.1/",
    f"{VERSION}I.1/",
    VERSION,
    f"{VERSION}report/2000-08-31/",
    f"{VERSION}report/2001-02-28/",
    f"{VERSION}report/2001-02-28.json",
    "/plans/technical-cooperation/changes.atom",
    "/plans/technical-cooperation/",
]


def reopened(scene: Scene, *, earlier: bool) -> None:
    """Reopen a status of the earlier or the later round, and write a draft into it."""
    round_ = scene.earlier if earlier else scene.round
    snapshot = round_.snapshots.get(ordinal=1)
    rounds.reopen_statuses(
        round_id=round_.pk,
        snapshot_ids=[snapshot.pk],
        unit=scene.unit,
        by=scene.secretary,
        reason="A wrong figure.",
    )
    snapshot.refresh_from_db()
    statuses.save_status(
        snapshot_id=snapshot.pk,
        by=scene.officer,
        text=DRAFT,
        category="completed",
        base_revision=snapshot.revision,
    )


@pytest.mark.parametrize("page", PAGES)
def test_the_draft_of_a_reopened_status_is_on_no_readers_page(client: Client, page: str) -> None:
    caches["pages"].clear()
    scene = set_scene()
    scene.clear_all()
    rounds.close_round(round_id=scene.round.pk, by=scene.secretary)
    reopened(scene, earlier=False)
    answer = client.get(page)
    assert (answer.status_code, DRAFT in answer.getvalue().decode()) == (200, False)


@pytest.mark.parametrize("page", PAGES)
def test_neither_is_it_where_a_later_round_reaffirms_that_status(client: Client, page: str) -> None:
    caches["pages"].clear()
    scene = set_scene()
    snapshot = scene.snapshot()
    statuses.reaffirm_status(snapshot_id=snapshot.pk, by=scene.officer, base_revision=0)
    statuses.clear_status(snapshot_id=snapshot.pk, by=scene.secretary, base_revision=1)
    rounds.close_round(round_id=scene.round.pk, by=scene.secretary)
    reopened(scene, earlier=True)
    answer = client.get(page)
    assert (answer.status_code, DRAFT in answer.getvalue().decode()) == (200, False)


def test_an_officer_of_another_unit_reads_what_was_published_beside_the_field(
    client: Client,
) -> None:
    scene = set_scene()
    reopened(scene, earlier=True)
    other = make_unit("other")
    officer = make_user("other-officer", Role.OFFICER, units=[other])
    for element in scene.snapshot().elements.all():
        element.units.add(other)
    client.force_login(officer)
    answer = client.get(f"/rounds/{scene.round.pk}/statuses/1/")
    assert answer.status_code == 200
    assert ("Status 1 in one paragraph." in answer.text, DRAFT in answer.text) == (True, False)
