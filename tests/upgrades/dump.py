"""Write a small database of the code as it is: ``python -m tests.upgrades.dump NAME``.

The dump is independent of models: the migrations it stands at, the triggers of its time, and for
each table its columns and rows. It is written to ``NAME.json.gz`` beside this file.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import os
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from plans.models import PlanVersion, StatusSnapshot, Unit

HERE = Path(__file__).parent
# What ``migrate`` makes by itself, sessions and the log of the admin are left out.
_PEOPLE = ("auth_group", "auth_user", "auth_user_groups")


def main() -> None:
    """Make the sample data in a database of its own, and write its dump."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="what the dump is called, such as a commit or a release")
    path = HERE / f"{parser.parse_args().name}.json.gz"
    with tempfile.TemporaryDirectory() as place:
        os.environ["DATABASE_URL"] = f"sqlite:///{place}/db.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        _fill()
        content = json.dumps(_dumped(), ensure_ascii=False, sort_keys=True)
    # Without a time, so that the same rows make the same file.
    path.write_bytes(gzip.compress(content.encode(), compresslevel=9, mtime=0))
    sys.stdout.write(f"{path}: {path.stat().st_size} bytes\n")


def load(path: Path) -> dict[str, Any]:
    """The dump in ``path``: ``migrations``, ``triggers`` and ``tables``."""
    content: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return content


# -- The rows ------------------------------------------------------------------------------------


def _dumped() -> dict[str, Any]:
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    from plans import triggers

    columns = {
        model._meta.db_table: tuple(f.column for f in model._meta.fields if f.column)
        for model in apps.get_models()
    }
    return {
        "migrations": dict(MigrationLoader(connection).graph.leaf_nodes()),
        "triggers": {
            vendor: list(triggers.install(vendor, columns)) for vendor in ("sqlite", "postgresql")
        },
        "tables": {
            table: rows
            for table in connection.introspection.table_names()
            if (table.startswith("plans_") or table in _PEOPLE) and (rows := _rows(table))["rows"]
        },
    }


def _rows(table: str) -> dict[str, Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
        return {
            "columns": [column[0] for column in cursor.description],
            "rows": [[_storable(value) for value in row] for row in cursor.fetchall()],
        }


def _storable(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    # In UTC, as both databases take it.
    return str(value) if isinstance(value, date) else value


# -- The sample ----------------------------------------------------------------------------------


def _fill() -> None:
    """Make some of everything: the real plan with its closed round and an open one, a small plan
    with two records, a second version with its lineage and a corrigendum, and a draft."""
    from django.core.management import call_command

    from plans.models import PlanVersion, Role
    from tests.factories import make_plan

    call_command("loaddata", "technical-cooperation", verbosity=0)
    version = PlanVersion.objects.get()
    secretariat = _person("keeper", Role.SECRETARIAT)
    officer = _person("officer", Role.OFFICER)
    admin = _person("administrator", Role.ADMINISTRATOR)
    _person("reader")
    small = make_plan(issues=3, slug="small")
    evaluation = _unit("Evaluation", version, admin=admin, officer=officer)
    standards = _unit("Standards", small, admin=admin, officer=officer)
    _report(version, evaluation, secretariat=secretariat, officer=officer)
    _close(small, standards, secretariat=secretariat, officer=officer)
    _second_version(version, admin=admin)
    _seed(admin=admin)


def _person(name: str, role: str = "") -> User:
    from django.contrib.auth.models import Group, User

    # Without a password: its hash can be used by nobody.
    user = User.objects.create_user(name, email=f"{name}@example.org")
    user.is_staff = name == "administrator"
    user.save()
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def _unit(name: str, version: PlanVersion, *, admin: User, officer: User) -> Unit:
    """A unit of which ``officer`` is a member, and which answers for the first Part."""
    from plans.people.services import Assigning, assign_elements, create_unit, set_members

    unit = create_unit(name=name, by=admin)
    set_members(unit_id=unit.pk, user_ids=[officer.pk], by=admin)
    assign_elements(
        version=version,
        element_ids=version.elements.filter(issue__part__number="I").values_list("pk", flat=True),
        unit_ids=[unit.pk],
        how=Assigning.ADD,
        by=admin,
    )
    return unit


def _report(version: PlanVersion, unit: Unit, *, secretariat: User, officer: User) -> None:
    """An open round with a status in every state, reaffirmed, typed and not reported, and a file
    that ``unit`` sent back."""
    from plans.rounds.services.opening import open_round
    from plans.statuses.services import autosave as drafts
    from plans.statuses.services import workflow as statuses
    from plans.unit_files import services as returned
    from tests.unit_files.files import filled_in, sent_to

    round_ = open_round(
        version=version, by=secretariat, as_at=date(2001, 2, 28), reports_due_on=date(2001, 2, 15)
    )
    draft, submitted, sent_back, cleared, reaffirmed, typed, left = round_.snapshots.order_by(
        "ordinal"
    )[:7]

    def save(snapshot: StatusSnapshot, *, submit: bool = True) -> int:
        return statuses.save_status(
            snapshot_id=snapshot.pk,
            by=officer,
            text=f"Status {snapshot.ordinal}: the work goes on.\n\n• first – “quoted”;\n• second.",
            category="in_progress",
            base_revision=snapshot.revision,
            submit=submit,
        ).number

    save(draft, submit=False)
    save(submitted)
    statuses.return_status(
        snapshot_id=sent_back.pk,
        by=secretariat,
        base_revision=save(sent_back),
        comment="Which manual?",
    )
    statuses.clear_status(
        snapshot_id=cleared.pk, by=secretariat, base_revision=save(cleared), category="completed"
    )
    statuses.reaffirm_status(
        snapshot_id=reaffirmed.pk, by=officer, base_revision=reaffirmed.revision
    )
    drafts.autosave(
        snapshot_id=typed.pk, by=officer, base_revision=0, category="postponed", text="Typed."
    )
    drafts.touch_presence(snapshot_id=typed.pk, by=officer)
    statuses.mark_not_reported(snapshot_id=left.pk, by=secretariat, reason="No answer.")
    file = filled_in(sent_to(round_, unit, "xlsx"), "xlsx", {1: ("completed", ["It is issued."])})
    returned.receive(round_id=round_.pk, by=officer, name="evaluation.xlsx", content=file)


def _close(version: PlanVersion, unit: Unit, *, secretariat: User, officer: User) -> None:
    """A round that is closed, with a status amended in a second record, and one reopened."""
    from plans.rounds.services import closing as rounds
    from plans.rounds.services.opening import open_round
    from plans.statuses.services import workflow as statuses

    round_ = open_round(version=version, by=secretariat, as_at=date(2001, 2, 28))
    amended, reopened = round_.snapshots.order_by("ordinal").values_list("pk", flat=True)[:2]

    def clear(text: str) -> None:
        snapshot = round_.snapshots.get(pk=amended)
        revision = statuses.save_status(
            snapshot_id=amended,
            by=officer,
            text=text,
            category="completed",
            base_revision=snapshot.revision,
            submit=True,
        )
        statuses.clear_status(snapshot_id=amended, by=secretariat, base_revision=revision.number)

    def reopen(snapshot: int) -> None:
        rounds.reopen_statuses(
            round_id=round_.pk,
            snapshot_ids=[snapshot],
            unit=unit,
            by=secretariat,
            reason="A figure.",
        )

    clear("It is done.")
    rounds.close_round(
        round_id=round_.pk,
        by=secretariat,
        not_reported=list(round_.snapshots.values_list("pk", flat=True)),
    )
    reopen(amended)
    clear("It is done, in two languages.")
    rounds.amend_record(round_id=round_.pk, by=secretariat, reason="A figure.")
    reopen(reopened)


def _second_version(first: PlanVersion, *, admin: User) -> None:
    """A published version after the real plan, its lineage, and a corrigendum to it."""
    from plans.seeding.services.matching import change_lineage
    from plans.seeding.services.publish import amend_text
    from tests.lineage import link
    from tests.second_version import make_second_version

    version = make_second_version(first)
    link(version)
    change_lineage(
        version_id=version.pk, by=admin, earlier=["II.1.2"], later=["II.2.8"], reason="Restated."
    )
    element = version.elements.get(reference="I.1(a).1")
    amend_text(
        version=version,
        at=element,
        field="text",
        words=f"{element.text} (as amended)",
        seen=element.text,
        reason="A slip of the pen.",
        by=admin,
    )


def _seed(*, admin: User) -> None:
    """A draft of a version, with two corrections of which one is undone."""
    from plans.seeding.services import drafts
    from tests.seeding.cases import NOTE, SPLIT, begin

    seeding = begin(admin=admin)
    seeding.add(NOTE)
    seeding.add(SPLIT)
    drafts.undo(**seeding.known)


if __name__ == "__main__":
    main()
