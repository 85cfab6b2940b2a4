"""Triggers that keep revisions, records, the audit and closed rounds from being changed.

SQLite loses the triggers of a table that a migration alters, because the table is made anew. A
later migration that alters one of ``plans.triggers.TABLES`` must end with ``install`` again; a
test counts them.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from plans import triggers


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    models = {model._meta.db_table: model for model in apps.get_models()}
    columns = {
        table: tuple(field.column for field in models[table]._meta.concrete_fields)
        for table in triggers.TABLES
        if table in models
    }
    for statement in triggers.install(schema_editor.connection.vendor, columns):
        schema_editor.execute(statement, params=None)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in triggers.remove(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("plans", "0003_reporting")]

    operations = [migrations.RunPython(install, remove)]
