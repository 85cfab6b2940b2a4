"""Triggers that keep revisions, records, the audit and closed rounds from being changed.

The statements are those of the time of this migration. Later migrations add to them: 0005 keeps
source documents, 0009 corrigenda and the wording of published versions, 0010 publication itself.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from plans.migrations._triggers import changed, execute, keep, take_away

CLOSED = "the round is closed; nothing in it can be changed"
# The round is frozen once it is closed and has its record; a status in it that was reopened for a
# unit may change. {row} is NEW or OLD.
FROZEN = {
    "statussnapshot": (
        "{row}.reopened_for_id IS NULL AND EXISTS (SELECT 1 FROM plans_reportinground r "
        "JOIN plans_record k ON k.round_id = r.id "
        "WHERE r.id = {row}.round_id AND r.state = 'closed')"
    ),
    "statuscover": (
        "EXISTS (SELECT 1 FROM plans_reportinground r JOIN plans_record k ON k.round_id = r.id "
        "WHERE r.id = {row}.round_id AND r.state = 'closed')"
    ),
    "statusrevision": (
        "EXISTS (SELECT 1 FROM plans_statussnapshot s "
        "JOIN plans_reportinground r ON r.id = s.round_id "
        "JOIN plans_record k ON k.round_id = r.id "
        "WHERE s.id = {row}.snapshot_id AND s.reopened_for_id IS NULL AND r.state = 'closed')"
    ),
}
# When an update is refused, given when the row was frozen before and is after it. A status may be
# reopened although it is frozen as it was; it may not move to another round.
STILL_FROZEN = {
    "statussnapshot": (
        "((({old}) AND ({new})) OR (OLD.round_id <> NEW.round_id AND (({old}) OR ({new}))))"
    ),
    "statuscover": "(({old}) OR ({new}))",
    "statusrevision": "(({old}) OR ({new}))",
}


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    if not sqlite:
        execute(
            schema_editor,
            [
                "CREATE FUNCTION plans_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF; "
                "RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END $$"
            ],
        )
    keep(
        apps,
        schema_editor,
        {
            "statusrevision": "a revision is never changed or deleted",
            "record": "a record is never changed or deleted",
            "auditentry": "an audit entry is never changed or deleted",
        },
    )
    for model, frozen in FROZEN.items():
        old, new = frozen.format(row="OLD"), frozen.format(row="NEW")
        still = STILL_FROZEN[model].format(old=old, new=new)
        if sqlite:
            whens = {"insert": new, "update": f"{changed(apps, model)} AND {still}", "delete": old}
            execute(
                schema_editor,
                (
                    f"CREATE TRIGGER plans_{model}_frozen_{event} BEFORE {event.upper()} "
                    f"ON plans_{model} WHEN {when} BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END"
                    for event, when in whens.items()
                ),
            )
        else:
            execute(schema_editor, freeze_postgresql(f"plans_{model}", old, new, still))


def freeze_postgresql(table: str, old: str, new: str, still: str) -> list[str]:
    return [
        f"CREATE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "DECLARE refused boolean; BEGIN "
        f"IF TG_OP = 'INSERT' THEN refused := {new}; "
        f"ELSIF TG_OP = 'DELETE' THEN refused := {old}; "
        f"ELSE refused := NEW IS DISTINCT FROM OLD AND {still}; END IF; "
        f"IF refused THEN RAISE EXCEPTION '{CLOSED}' "
        "USING ERRCODE = 'restrict_violation'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        *(
            f"CREATE TRIGGER {table}_frozen_{event} BEFORE {event.upper()} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_frozen()"
            for event in ("insert", "update", "delete")
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("plans", "0003_reporting")]

    operations = [migrations.RunPython(install, take_away)]
