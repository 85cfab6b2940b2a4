"""Every role × state × action: what the services let through, and how they refuse the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from plans.models import AuditEntry, Role, StatusRevision, StatusSnapshot
from plans.rounds.services import closing as rounds
from plans.rounds.services import grouping, opening
from plans.rounds.services.opening import open_round
from plans.statuses.services import workflow as statuses
from plans.web.refusals import (
    GapsError,
    InvalidError,
    NotAllowedError,
    RefusedError,
    RoundClosedError,
    WrongStateError,
)
from tests.aside import unpublish
from tests.factories import make_unit, make_user
from tests.scenes import Scene, set_scene

pytestmark = pytest.mark.django_db

PEOPLE = ("reader", "officer", "other officer", "secretariat", "administrator")
EDITORS = {"officer", "secretariat", "administrator"}
SECRETARIAT = {"secretariat", "administrator"}

OK = "ok"
NOT_YOURS, CLOSED, WRONG, INVALID = "not allowed", "closed", "wrong state", "invalid"
OUTCOMES: dict[type[RefusedError], str] = {
    NotAllowedError: NOT_YOURS,
    RoundClosedError: CLOSED,
    WrongStateError: WRONG,
    InvalidError: INVALID,
}

Setting = Callable[[Scene], object]


def returned(scene: Scene) -> None:
    number = scene.submit()
    statuses.return_status(
        snapshot_id=scene.snapshot().pk, by=scene.secretary, base_revision=number, comment="Why?"
    )


def closed(scene: Scene) -> None:
    scene.clear_all()
    rounds.close_round(round_id=scene.round.pk, by=scene.secretary)


def reopened(scene: Scene) -> None:
    closed(scene)
    rounds.reopen_statuses(
        round_id=scene.round.pk,
        snapshot_ids=[scene.snapshot().pk],
        unit=scene.unit,
        by=scene.secretary,
        reason="A wrong figure.",
    )


STATES: dict[str, Setting] = {
    "empty": lambda scene: None,
    "draft": lambda scene: scene.save(),
    "submitted": lambda scene: scene.submit(),
    "returned": returned,
    "cleared": lambda scene: scene.clear(),
    "closed": closed,
    "reopened": reopened,
}

Do = Callable[[Scene, StatusSnapshot, User], object]
ACTIONS: dict[str, Do] = {
    "save": lambda scene, status, by: statuses.save_status(
        snapshot_id=status.pk,
        by=by,
        text="Words.",
        category="in_progress",
        base_revision=status.revision,
    ),
    "reaffirm": lambda scene, status, by: statuses.reaffirm_status(
        snapshot_id=status.pk, by=by, base_revision=status.revision
    ),
    "submit": lambda scene, status, by: statuses.submit_status(
        snapshot_id=status.pk, by=by, base_revision=status.revision
    ),
    "withdraw": lambda scene, status, by: statuses.withdraw_status(
        snapshot_id=status.pk, by=by, base_revision=status.revision
    ),
    "return": lambda scene, status, by: statuses.return_status(
        snapshot_id=status.pk, by=by, base_revision=status.revision, comment="Why?"
    ),
    "clear": lambda scene, status, by: statuses.clear_status(
        snapshot_id=status.pk, by=by, base_revision=status.revision
    ),
    "not reported": lambda scene, status, by: statuses.mark_not_reported(
        snapshot_id=status.pk, by=by
    ),
    "split": lambda scene, status, by: grouping.split_status(
        snapshot_id=status.pk,
        element_ids=list(status.elements.order_by("ordinal").values_list("pk", flat=True))[:1],
        by=by,
    ),
    "edit cover": lambda scene, status, by: opening.edit_cover(
        round_id=status.round_id,
        by=by,
        agenda_item="",
        title="Report",
        symbol="",
        symbol_inferred=False,
        session="",
        paragraphs=[],
        footnotes=[],
        place_date="",
        reports_due_on=None,
    ),
    "close": lambda scene, status, by: rounds.close_round(
        round_id=status.round_id,
        by=by,
        not_reported=status.round.snapshots.values_list("pk", flat=True),
    ),
    "reopen": lambda scene, status, by: rounds.reopen_round(
        round_id=status.round_id, by=by, reason="Wrong."
    ),
    "reopen a status": lambda scene, status, by: rounds.reopen_statuses(
        round_id=status.round_id,
        snapshot_ids=[scene.snapshot(2).pk],
        unit=scene.unit,
        by=by,
        reason="Wrong.",
    ),
    "revoke": lambda scene, status, by: rounds.revoke_reopening(
        round_id=status.round_id, snapshot_ids=[status.pk], by=by, reason="Not needed."
    ),
    "amend": lambda scene, status, by: rounds.amend_record(
        round_id=status.round_id, by=by, reason="Mended."
    ),
    "open the next": lambda scene, status, by: open_round(
        version=status.round.version, by=by, as_at=date(2001, 8, 31)
    ),
}

# What somebody who has the right meets in each state.
#               empty    draft    submitted returned cleared  closed   reopened
MEETS = {
    "save":            (OK,      OK,    WRONG, OK,    WRONG,   CLOSED,  OK),
    "reaffirm":        (OK,      OK,    WRONG, OK,    WRONG,   CLOSED,  OK),
    "submit":          (INVALID, OK,    WRONG, OK,    WRONG,   CLOSED,  OK),
    "withdraw":        (WRONG,   WRONG, OK,    WRONG, WRONG,   CLOSED,  WRONG),
    "return":          (WRONG,   WRONG, OK,    WRONG, OK,      CLOSED,  WRONG),
    "clear":           (WRONG,   WRONG, OK,    WRONG, WRONG,   CLOSED,  WRONG),
    "not reported":    (OK,      OK,    OK,    OK,    OK,      CLOSED,  OK),
    "split":           (OK,      OK,    OK,    OK,    OK,      CLOSED,  CLOSED),
    "edit cover":      (OK,      OK,    OK,    OK,    OK,      CLOSED,  CLOSED),
    "close":           (OK,      OK,    "gaps", OK,   OK,      CLOSED,  CLOSED),
    "reopen":          (WRONG,   WRONG, WRONG, WRONG, WRONG,   OK,      OK),
    "reopen a status": (WRONG,   WRONG, WRONG, WRONG, WRONG,   OK,      OK),
    "revoke":          (WRONG,   WRONG, WRONG, WRONG, WRONG,   OK,      OK),
    "amend":           (WRONG,   WRONG, WRONG, WRONG, WRONG,   WRONG,   "gaps"),
    "open the next":   (INVALID, INVALID, INVALID, INVALID, INVALID, OK, OK),
}  # fmt: skip
EDITING = {"save", "reaffirm", "submit", "withdraw"}


def expected(action: str, state: str, person: str) -> str:
    outcome = MEETS[action][list(STATES).index(state)]
    if action not in EDITING:
        return outcome if person in SECRETARIAT else NOT_YOURS
    # Everybody may see that a closed round is closed.
    return outcome if person in EDITORS or outcome == CLOSED else NOT_YOURS


def person_of(scene: Scene, name: str) -> User:
    if name == "officer":
        return scene.officer
    if name == "other officer":
        return make_user("other", Role.OFFICER, units=[make_unit("other")])
    return make_user(name, None if name == "reader" else Role(name))


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", STATES)
def test_the_services_let_through_what_the_table_of_rights_says(state: str, action: str) -> None:
    scene = set_scene(elements=4)
    STATES[state](scene)
    outcomes = {}
    for name in PEOPLE:
        by = person_of(scene, name)
        outcomes[name] = outcome_of(scene, action, by)
    assert outcomes == {name: expected(action, state, name) for name in PEOPLE}


def outcome_of(scene: Scene, action: str, by: User) -> str:
    """Try, and undo it again. A refusal must have written nothing."""
    before = (AuditEntry.objects.count(), StatusRevision.objects.count())
    try:
        with transaction.atomic():
            ACTIONS[action](scene, scene.snapshot(), by)
            transaction.set_rollback(True)
    except GapsError:
        outcome = "gaps"
    except RefusedError as refused:
        outcome = OUTCOMES[type(refused)]
    else:
        outcome = OK
    assert (AuditEntry.objects.count(), StatusRevision.objects.count()) == before
    return outcome


@pytest.mark.parametrize("role", [None, Role.OFFICER])
def test_only_the_secretariat_enters_a_status_on_behalf_of_a_unit(role: Role | None) -> None:
    scene = set_scene()
    by = scene.officer if role else person_of(scene, "reader")
    with pytest.raises(NotAllowedError):
        statuses.save_status(
            snapshot_id=scene.snapshot().pk,
            by=by,
            text="Words.",
            category="in_progress",
            base_revision=0,
            on_behalf_of=scene.unit,
        )


def test_somebody_who_was_deactivated_may_do_nothing() -> None:
    scene = set_scene()
    scene.officer.is_active = False
    with pytest.raises(NotAllowedError):
        scene.save()


def test_the_secretariat_of_an_unpublished_version_may_do_nothing() -> None:
    scene = set_scene()
    unpublish(scene.round.version)
    with pytest.raises(NotAllowedError):
        rounds.close_round(round_id=scene.round.pk, by=scene.secretary)
