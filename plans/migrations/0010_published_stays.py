"""A version that was published stays published: one trigger more.

The statements are those of the time of this migration.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from plans.migrations._triggers import execute

TAKEN_BACK = "OLD.published AND NOT NEW.published"
STAYS = "a version that was published stays published"
INSTALL = {
    "sqlite": [
        "CREATE TRIGGER plans_planversion_published_update BEFORE UPDATE ON plans_planversion "
        f"WHEN {TAKEN_BACK} BEGIN SELECT RAISE(ABORT, '{STAYS}'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION plans_planversion_published() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {TAKEN_BACK} THEN RAISE EXCEPTION '{STAYS}' "
        "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER plans_planversion_published_update BEFORE UPDATE ON plans_planversion "
        "FOR EACH ROW EXECUTE FUNCTION plans_planversion_published()",
    ],
}
REMOVE = {
    "sqlite": ["DROP TRIGGER IF EXISTS plans_planversion_published_update"],
    "postgresql": [
        "DROP TRIGGER IF EXISTS plans_planversion_published_update ON plans_planversion",
        "DROP FUNCTION IF EXISTS plans_planversion_published()",
    ],
}


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    execute(schema_editor, INSTALL[schema_editor.connection.vendor])


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    execute(schema_editor, REMOVE[schema_editor.connection.vendor])


class Migration(migrations.Migration):
    dependencies = [("plans", "0009_corrigenda")]

    operations = [migrations.RunPython(install, remove)]
