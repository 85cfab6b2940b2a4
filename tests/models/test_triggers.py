"""What the database refuses to whoever reaches it, by raw SQL, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext

from plans import triggers
from plans.apps import install_triggers
from plans.migrations._triggers import take_away
from plans.models import AuditEntry, PlanVersion, Record, StatusRevision, StatusSnapshot
from plans.rounds.services.closing import (
    close_round,
    missing_triggers,
    reopen_round,
    reopen_statuses,
)
from tests.factories import make_report, make_version
from tests.scenes import Scene, set_scene

pytestmark = pytest.mark.django_db

CLOSED = "the round is closed; nothing in it can be changed"
STAYS = "a version that was published stays published"


@pytest.fixture
def scene() -> Scene:
    scene = set_scene(elements=4)
    scene.clear_all()
    return scene


@pytest.fixture
def closed(scene: Scene) -> Scene:
    close_round(round_id=scene.round.pk, by=scene.secretary)
    return scene


def run(statement: str, *values: object) -> int:
    """Run one statement; how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def refused(statement: str, *values: object) -> str:
    """Run a statement that the database refuses; its first line of why."""
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        run(statement, *values)
    return str(error.value).splitlines()[0]


def installed() -> dict[str, triggers.Trigger]:
    """The triggers in force, by name."""
    with connection.cursor() as cursor:
        cursor.execute(triggers.query(connection.vendor))
        return {row[1]: triggers.Trigger(*row) for row in cursor.fetchall()}


def add_trigger(name: str, table: str) -> None:
    """Install a trigger that is none of today's and refuses nothing."""
    if connection.vendor == "sqlite":
        run(f"CREATE TRIGGER {name} BEFORE DELETE ON {table} BEGIN SELECT 1; END")
        return
    run(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$")
    run(f"CREATE TRIGGER {name} BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def functions() -> set[str]:
    """On PostgreSQL, the functions that triggers of the plans may call."""
    if connection.vendor == "sqlite":
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE starts_with(proname, 'plans_')")
        return {name for (name,) in cursor.fetchall()}


def test_every_trigger_is_there_after_all_migrations() -> None:
    assert sorted(installed()) == sorted(name for _table, name in triggers.names())
    assert len(installed()) == 30
    assert missing_triggers() == []


def test_another_database_is_refused() -> None:
    for ask in (triggers.listing, triggers.query, lambda vendor: list(triggers.remove(vendor))):
        with pytest.raises(ValueError, match="no triggers are written for oracle"):
            ask("oracle")


# -- Migrating -----------------------------------------------------------------------------------


def test_migrating_restores_what_is_missing_or_changed_and_removes_what_is_of_the_past() -> None:
    before, called = installed(), functions()
    statements = list(triggers.remove(connection.vendor))
    run(next(line for line in statements if "plans_record_keep_update" in line))
    run(next(line for line in statements if "plans_planversion_published_update" in line))
    add_trigger("plans_planversion_published_update", "plans_planversion")
    add_trigger("plans_record_sealed_delete", "plans_record")

    call_command("migrate", verbosity=0)

    assert installed() == before
    # What the changed trigger called has a name that no release gave, and stays.
    assert functions() - {"plans_planversion_published_update"} == called


def test_migrating_leaves_a_trigger_of_the_operators_own() -> None:
    add_trigger("plans_record_to_archive", "plans_record")
    call_command("migrate", verbosity=0)
    assert "plans_record_to_archive" in installed()


def test_migrating_with_nothing_to_do_changes_no_trigger() -> None:
    with CaptureQueriesContext(connection) as queries:
        call_command("migrate", verbosity=0)
    assert [query["sql"] for query in queries if "TRIGGER" in query["sql"]] == []


def test_before_the_newest_migration_the_triggers_stay_as_they_are() -> None:
    ((app, newest),) = MigrationLoader(None).graph.leaf_nodes("plans")
    MigrationRecorder(connection).record_unapplied(app, newest)
    for statement in triggers.remove(connection.vendor):
        run(statement)
    install_triggers(apps.get_app_config("plans"), using="default")
    assert installed() == {}

    MigrationRecorder(connection).record_applied(app, newest)
    install_triggers(apps.get_app_config("plans"), using="default")
    assert missing_triggers() == []


def test_a_migration_takes_all_triggers_away_but_the_operators_own() -> None:
    add_trigger("plans_record_sealed_delete", "plans_record")
    add_trigger("plans_record_to_archive", "plans_record")
    take_away(apps, connection.schema_editor())
    assert list(installed()) == ["plans_record_to_archive"]
    assert functions() <= {"plans_record_to_archive"}


Row = Callable[[Scene], int]
KEPT: dict[str, tuple[Row, str]] = {
    "plans_statusrevision": (
        lambda scene: StatusRevision.objects.filter(snapshot__round=scene.round).earliest("pk").pk,
        "a revision is never changed or deleted",
    ),
    "plans_record": (
        lambda scene: Record.objects.earliest("pk").pk,
        "a record is never changed or deleted",
    ),
    "plans_auditentry": (
        lambda scene: AuditEntry.objects.earliest("pk").pk,
        "an audit entry is never changed or deleted",
    ),
}
FORGED = {
    "plans_statusrevision": "text",
    "plans_record": "content",
    "plans_auditentry": "subject",
}


@pytest.mark.parametrize("table", KEPT)
def test_what_is_kept_for_ever_is_not_changed(scene: Scene, table: str) -> None:
    row, reason = KEPT[table]
    assert refused(f"UPDATE {table} SET {FORGED[table]} = 'Forged.' WHERE id = %s", row(scene)) == (
        reason
    )


@pytest.mark.parametrize("table", KEPT)
def test_what_is_kept_for_ever_is_not_deleted(scene: Scene, table: str) -> None:
    row, reason = KEPT[table]
    assert refused(f"DELETE FROM {table} WHERE id = %s", row(scene)) == reason


@pytest.mark.parametrize("table", KEPT)
def test_writing_the_same_again_is_harmless(closed: Scene, table: str) -> None:
    row, _reason = KEPT[table]
    column = FORGED[table]
    assert run(f"UPDATE {table} SET {column} = {column} WHERE id = %s", row(closed)) == 1


def snapshot(scene: Scene) -> StatusSnapshot:
    return scene.snapshot(1)


def test_a_status_of_a_closed_round_is_not_changed_deleted_or_added(closed: Scene) -> None:
    pk = snapshot(closed).pk
    assert refused("UPDATE plans_statussnapshot SET text = 'Forged.' WHERE id = %s", pk) == CLOSED
    assert refused("DELETE FROM plans_statussnapshot WHERE id = %s", pk) == CLOSED
    added = (
        "INSERT INTO plans_statussnapshot "
        "(round_id, ordinal, category, text, state, revision, sources) "
        "VALUES (%s, 99, 'completed', 'Forged.', 'cleared', 0, '[]')"
    )
    assert refused(added, closed.round.pk) == CLOSED


def test_what_a_status_of_a_closed_round_covers_is_not_changed_deleted_or_added(
    closed: Scene,
) -> None:
    cover = snapshot(closed).covers.earliest("pk")
    other = closed.snapshot(2).pk
    assert (
        refused("UPDATE plans_statuscover SET snapshot_id = %s WHERE id = %s", other, cover.pk)
        == CLOSED
    )
    assert refused("DELETE FROM plans_statuscover WHERE id = %s", cover.pk) == CLOSED
    added = "INSERT INTO plans_statuscover (round_id, snapshot_id, element_id) VALUES (%s, %s, %s)"
    assert refused(added, closed.round.pk, other, cover.element_id) == CLOSED


def test_a_revision_is_not_added_to_a_status_of_a_closed_round(closed: Scene) -> None:
    with pytest.raises(DatabaseError, match=CLOSED), transaction.atomic():
        StatusRevision.objects.create(snapshot=snapshot(closed), number=99, category="completed")


def test_a_status_does_not_move_out_of_a_closed_round_into_an_open_one(closed: Scene) -> None:
    other = make_report(slug="other", closed=False)
    move = "UPDATE plans_statussnapshot SET round_id = %s, ordinal = 99 WHERE id = %s"
    assert refused(move, other.pk, snapshot(closed).pk) == CLOSED


def test_a_reopened_status_may_be_changed_and_the_others_not(closed: Scene) -> None:
    pk = snapshot(closed).pk
    reopen_statuses(
        round_id=closed.round.pk,
        snapshot_ids=[pk],
        unit=closed.unit,
        by=closed.secretary,
        reason="!",
    )
    assert run("UPDATE plans_statussnapshot SET text = 'Mended.' WHERE id = %s", pk) == 1
    other = closed.snapshot(2).pk
    assert (
        refused("UPDATE plans_statussnapshot SET text = 'Forged.' WHERE id = %s", other) == CLOSED
    )


def test_a_reopened_round_may_be_changed_again(closed: Scene) -> None:
    reopen_round(round_id=closed.round.pk, by=closed.secretary, reason="A wrong figure.")
    pk = snapshot(closed).pk
    assert run("UPDATE plans_statussnapshot SET text = 'Mended.' WHERE id = %s", pk) == 1


def test_its_revisions_stay_as_they_are_although_the_round_is_reopened(closed: Scene) -> None:
    reopen_round(round_id=closed.round.pk, by=closed.secretary, reason="A wrong figure.")
    revision = snapshot(closed).revisions.earliest("number")
    assert (
        refused("UPDATE plans_statusrevision SET text = 'Forged.' WHERE id = %s", revision.pk)
        == "a revision is never changed or deleted"
    )


# -- Published versions --------------------------------------------------------------------------


def test_a_version_that_was_published_stays_published() -> None:
    version = make_version()
    statement = "UPDATE plans_planversion SET published = %s WHERE id = %s"
    assert refused(statement, False, version.pk) == STAYS
    assert PlanVersion.objects.get().published


def test_a_version_is_published_and_written_once_more_as_it_is() -> None:
    version = make_version(published=False)
    statement = "UPDATE plans_planversion SET published = %s WHERE id = %s"
    for published in (False, True, True):
        assert run(statement, published, version.pk) == 1
    version = PlanVersion.objects.get()
    # What loading a fixture a second time does.
    version.save()
    assert PlanVersion.objects.get().published
