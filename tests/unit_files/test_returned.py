"""Files of units that came back: received, applied, thrown away; and every refusal."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core import mail
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks

from plans.models import AuditEntry, ReturnedFile, Role, WorkingCopy
from plans.rounds.services.grouping import split_status
from plans.statuses.services import notices
from plans.statuses.services import workflow as statuses
from plans.unit_files import services as returned
from plans.unit_files.services import NotAppliedError
from plans.web.refusals import StaleRevisionError, WrongStateError
from tests.factories import make_unit, make_user
from tests.scenes import Scene, set_scene
from tests.unit_files.files import filled_in, sent_to
from tests.unit_files.returned_cases import LINES, answered, looked_at, receive

pytestmark = pytest.mark.django_db
TEXT = "The manual was issued.\n\n• in English;\n• in French.\n\nIt is being translated."


@pytest.fixture
def scene() -> Scene:
    return set_scene(elements=6)


@pytest.fixture(params=["xlsx", "docx"])
def kind(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def states(scene: Scene, file: ReturnedFile) -> list[tuple[int, str]]:
    return [(row.ordinal, row.state.value) for row in looked_at(scene, file).rows]


def test_what_a_unit_wrote_comes_back_word_for_word(scene: Scene, kind: str) -> None:
    file = answered(scene, kind)

    (row, *_others) = looked_at(scene, file).rows
    assert (row.state.value, row.returned.category, row.returned.text) == (
        "changed",
        "completed",
        TEXT,
    )
    assert states(scene, file) == [(1, "changed"), (2, "unchanged"), (3, "unchanged")]


def test_a_file_is_kept_as_it_came_with_its_hash_and_in_the_audit(scene: Scene) -> None:
    content = sent_to(scene.round, scene.unit)

    file = receive(scene, content, name="../x/Evaluation (2).xlsx\n")

    sha256 = hashlib.sha256(content).hexdigest()
    file = ReturnedFile.objects.get(pk=file.pk)
    assert (bytes(file.content), file.sha256, file.size, file.kind) == (
        content,
        sha256,
        len(content),
        "xlsx",
    )
    assert (file.name, file.unit, file.uploaded_by) == (
        "../x/Evaluation (2).xlsx",
        scene.unit,
        scene.secretary,
    )
    entry = AuditEntry.objects.get(action="file_received")
    assert (entry.actor, entry.unit, entry.round, entry.reason) == (
        scene.secretary,
        scene.unit,
        scene.round,
        f"SHA-256 {sha256}",
    )


def test_any_number_of_rows_may_have_become_stale_meanwhile() -> None:
    scene = set_scene(elements=80)
    for ordinal in range(1, 41):
        scene.save(ordinal)
    file = receive(scene, sent_to(scene.round, scene.unit))
    for ordinal in range(1, 41):
        scene.save(ordinal, text="Other words.")

    with shallow_expressions(30):
        found = looked_at(scene, file)

    assert [row.base.text for row in found.rows if row.base] == ["Done."] * 40


@contextmanager
def shallow_expressions(most: int) -> Iterator[None]:
    """On SQLite, as if there were so many rows that its limit of a thousand conditions is near."""
    if connection.vendor != "sqlite":
        yield
        return
    database = connection.connection
    before = database.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, most)
    try:
        yield
    finally:
        database.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, before)


def test_the_same_file_is_not_kept_twice_while_it_waits(scene: Scene) -> None:
    content = sent_to(scene.round, scene.unit)

    assert receive(scene, content).pk == receive(scene, content, name="again.xlsx").pk
    assert ReturnedFile.objects.count() == 1


def test_accepted_rows_become_revisions_on_behalf_of_the_unit(scene: Scene, kind: str) -> None:
    file = answered(scene, kind)

    (revision,) = returned.apply(file_id=file.pk, by=scene.secretary, accepted={1: 0})

    assert (revision.action, revision.text, revision.category) == ("saved", TEXT, "completed")
    assert (revision.by, revision.on_behalf_of) == (scene.secretary, scene.unit)
    row = 9 if kind == "xlsx" else 2
    assert revision.comment == (
        f"From the file “evaluation.xlsx” (SHA-256 {file.sha256[:12]}…), row {row}."
    )
    file.refresh_from_db()
    assert (file.state, file.applied_by) == ("applied", scene.secretary)
    entry = AuditEntry.objects.get(action="file_applied")
    assert entry.reason == f"I.1.1–I.1.2\nSHA-256 {file.sha256}"
    assert [scene.snapshot(n).revision for n in (1, 2, 3)] == [1, 0, 0]


def test_accepted_rows_can_be_submitted_in_the_same_step(scene: Scene) -> None:
    file = answered(scene)

    returned.apply(file_id=file.pk, by=scene.secretary, accepted={1: 0}, submit=True)

    assert scene.snapshot().state == "submitted"


def test_an_officer_applies_a_file_of_the_own_unit_in_the_own_name(scene: Scene) -> None:
    file = answered(scene, by=scene.officer)

    (revision,) = returned.apply(file_id=file.pk, by=scene.officer, accepted={1: 0})

    assert (revision.by, revision.on_behalf_of) == (scene.officer, None)


def test_the_unit_is_told_in_one_letter_of_all_that_was_entered(
    scene: Scene, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    content = filled_in(
        sent_to(scene.round, scene.unit),
        "xlsx",
        {1: ("completed", LINES), 2: ("continuing", ["Going on."])},
    )
    file = receive(scene, content)

    with django_capture_on_commit_callbacks(execute=True):
        revisions = returned.apply(file_id=file.pk, by=scene.secretary, accepted={1: 0, 2: 0})
        notices.notify_entered_from_file(file, revisions)

    (letter,) = mail.outbox
    assert letter.to == ["olga@example.org"]
    assert letter.subject == (
        "Entered on your behalf from “evaluation.xlsx” (status as at 28 February 2001)"
    )
    assert "I.1.1–I.1.2: completed (saved)\nThe manual was issued." in letter.body
    assert "I.1.3–I.1.4: continuing (saved)\nGoing on." in letter.body


def test_nobody_is_told_of_what_an_officer_entered_themself(
    scene: Scene, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    make_user("colleague", Role.OFFICER, units=[scene.unit])
    file = answered(scene, by=scene.officer)

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        revisions = returned.apply(file_id=file.pk, by=scene.officer, accepted={1: 0})
        notices.notify_entered_from_file(file, revisions)

    assert (callbacks, mail.outbox) == ([], [])


# What the draft has become since the file was written


def test_a_draft_that_somebody_saved_since_is_a_conflict_with_all_three_texts(
    scene: Scene,
) -> None:
    scene.save(1, text="As sent.")
    file = answered(scene)
    scene.save(1, text="A colleague's.", category="continuing")

    row = looked_at(scene, file).rows[0]

    assert row.state.value == "conflict"
    assert row.base is not None
    assert row.now is not None
    assert row.newest is not None
    assert (row.base.text, row.now.text, row.returned.text) == ("As sent.", "A colleague's.", TEXT)
    assert (row.newest.number, row.newest.by) == (2, scene.officer)


def test_a_row_left_as_sent_does_not_undo_what_was_saved_since(scene: Scene) -> None:
    file = answered(scene)
    scene.save(2, text="A colleague's.")

    assert states(scene, file) == [(1, "changed"), (2, "untouched"), (3, "unchanged")]


def test_a_row_that_says_what_the_draft_says_by_now_is_unchanged(scene: Scene) -> None:
    file = answered(scene)
    scene.save(1, text=TEXT, category="completed")

    assert states(scene, file)[0] == (1, "unchanged")


def test_a_conflict_is_applied_when_the_person_saw_the_newest_draft(scene: Scene) -> None:
    file = answered(scene)
    scene.save(1, text="A colleague's.")

    returned.apply(file_id=file.pk, by=scene.secretary, accepted={1: 1})

    assert [revision.text for revision in scene.snapshot().revisions.order_by("number")] == [
        "A colleague's.",
        TEXT,
    ]


def test_a_row_that_became_stale_is_never_overwritten_and_nothing_else_is_applied(
    scene: Scene,
) -> None:
    content = filled_in(
        sent_to(scene.round, scene.unit),
        "xlsx",
        {1: ("completed", LINES), 2: ("continuing", ["Going on."])},
    )
    file = receive(scene, content)
    scene.save(2, text="A colleague's.")

    with pytest.raises(NotAppliedError) as refused:
        returned.apply(file_id=file.pk, by=scene.secretary, accepted={1: 0, 2: 0})

    assert {o: type(why) for o, why in refused.value.refusals.items()} == {2: StaleRevisionError}
    assert [scene.snapshot(n).text for n in (1, 2)] == ["", "A colleague's."]
    file.refresh_from_db()
    assert file.state == "pending"
    assert not AuditEntry.objects.filter(action="file_applied").exists()


@pytest.mark.parametrize("cleared", [False, True])
def test_a_row_that_was_handed_in_since_cannot_be_applied(scene: Scene, cleared: bool) -> None:
    file = answered(scene)
    if cleared:
        scene.clear(1)
    else:
        scene.submit(1)
    revision = scene.snapshot().revision

    assert states(scene, file)[0] == (1, "handed_in")
    with pytest.raises(NotAppliedError) as refused:
        returned.apply(file_id=file.pk, by=scene.secretary, accepted={1: revision})
    assert {o: type(why) for o, why in refused.value.refusals.items()} == {1: WrongStateError}


def test_a_row_whose_elements_were_grouped_otherwise_cannot_be_applied(scene: Scene) -> None:
    file = answered(scene)
    element = scene.round.version.elements.get(reference="I.1.2")
    split_status(snapshot_id=scene.snapshot().pk, element_ids=[element.pk], by=scene.secretary)

    assert states(scene, file)[0] == (1, "regrouped")
    assert looked_at(scene, file).absent == ["I.1.2"]
    with pytest.raises(NotAppliedError) as refused:
        returned.apply(file_id=file.pk, by=scene.secretary, accepted={1: scene.snapshot().revision})
    assert {o: type(why) for o, why in refused.value.refusals.items()} == {1: WrongStateError}


def test_a_row_of_another_unit_by_now_cannot_be_applied(scene: Scene) -> None:
    file = answered(scene)
    for element in scene.round.version.elements.filter(reference__in=["I.1.1", "I.1.2"]):
        element.units.set([make_unit(f"unit-{element.pk}")])

    assert states(scene, file)[0] == (1, "not_theirs")
    with pytest.raises(NotAppliedError) as refused:
        returned.apply(file_id=file.pk, by=scene.secretary, accepted={1: 0})
    assert {o: type(why) for o, why in refused.value.refusals.items()} == {1: WrongStateError}


def test_an_answer_to_no_change_that_was_withdrawn_starts_from_the_words_reaffirmed(
    scene: Scene,
) -> None:
    pk = scene.snapshot().pk
    statuses.reaffirm_status(snapshot_id=pk, by=scene.officer, base_revision=0)
    statuses.withdraw_status(snapshot_id=pk, by=scene.officer, base_revision=1)
    words = scene.snapshot().printed_text
    content = sent_to(scene.round, scene.unit)

    file = receive(scene, content)
    assert states(scene, file)[0] == (1, "unchanged")

    scene.save(1, text="A colleague's.")
    row = looked_at(scene, file).rows[0]
    assert (row.state.value, row.base.text if row.base else "") == ("untouched", words)


def test_what_is_not_complete_is_refused_row_by_row_when_it_is_submitted(scene: Scene) -> None:
    content = filled_in(
        sent_to(scene.round, scene.unit),
        "xlsx",
        {1: ("completed", LINES), 2: ("", ["No category."]), 3: ("completed", [])},
    )
    file = receive(scene, content)

    with pytest.raises(NotAppliedError) as refused:
        returned.apply(
            file_id=file.pk, by=scene.secretary, accepted={1: 0, 2: 0, 3: 0}, submit=True
        )

    assert {ordinal: str(why) for ordinal, why in refused.value.refusals.items()} == {
        2: "Choose the progress.",
        3: "Write a status before you submit it.",
    }
    assert scene.snapshot().revision == 0


def test_what_the_person_typed_in_the_browser_and_did_not_save_stays(scene: Scene) -> None:
    WorkingCopy.objects.create(
        snapshot=scene.snapshot(),
        user=scene.officer,
        base_revision=0,
        category="in_progress",
        text="Typed.",
        saved_at="2001-01-01T00:00Z",
    )
    file = answered(scene, by=scene.officer)

    returned.apply(file_id=file.pk, by=scene.officer, accepted={1: 0})

    assert WorkingCopy.objects.get().text == "Typed."
