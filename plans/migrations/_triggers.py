"""What migrations do with triggers. Frozen: it imports nothing of the plans.

The migrations up to 0010 install the triggers of their time, so that a database left at one of
them is guarded. Today's triggers are installed after ``migrate`` has reached the newest migration
(``plans.apps``); a change of them needs no migration.

A migration that changes rows which triggers keep takes the triggers away first. So does one that
alters a table which the triggers of another table name: SQLite makes the table anew and refuses to
while they do. Its operations begin with ``RunPython(take_away, RunPython.noop)`` and, for the way
back, end with ``RunPython(RunPython.noop, take_away)``.
"""

import re
from collections.abc import Iterable, Mapping

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_LISTING = {
    "sqlite": "SELECT tbl_name, name, '' FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT c.relname, t.tgname, p.proname FROM pg_trigger t "
        "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)"
    ),
}
_NAME = re.compile(r"(plans_[a-z]+)_[a-z]+_(insert|update|delete)")


def take_away(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove every trigger of the plans and its function, whichever release installed them."""
    vendor = schema_editor.connection.vendor
    functions = set()
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_LISTING[vendor])
        installed = cursor.fetchall()
    for table, name, function in installed:
        match = _NAME.fullmatch(name)
        if match is None or match[1] != table:
            continue
        if vendor == "sqlite":
            execute(schema_editor, [f"DROP TRIGGER {name}"])
        else:
            execute(schema_editor, [f"DROP TRIGGER {name} ON {table}"])
            functions.add(function)
    execute(schema_editor, (f"DROP FUNCTION {function}()" for function in sorted(functions)))


def keep(apps: Apps, schema_editor: BaseDatabaseSchemaEditor, reasons: Mapping[str, str]) -> None:
    """Refuse every change and deletion in some tables, given as model to the reason for it."""
    for model, reason in reasons.items():
        table = f"plans_{model}"
        if schema_editor.connection.vendor == "sqlite":
            whens = {"update": changed(apps, model), "delete": "1"}
            execute(
                schema_editor,
                (
                    f"CREATE TRIGGER {table}_keep_{event} BEFORE {event.upper()} ON {table} "
                    f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{reason}'); END"
                    for event, when in whens.items()
                ),
            )
        else:
            execute(
                schema_editor,
                (
                    f"CREATE TRIGGER {table}_keep_{event} BEFORE {event.upper()} ON {table} "
                    f"FOR EACH ROW EXECUTE FUNCTION plans_keep('{reason}')"
                    for event in ("update", "delete")
                ),
            )


def changed(apps: Apps, model: str) -> str:
    """The SQLite expression that is true when an update changes a row of ``model``."""
    columns = [field.column for field in apps.get_model("plans", model)._meta.concrete_fields]
    return "(" + " OR ".join(f'OLD."{c}" IS NOT NEW."{c}"' for c in columns) + ")"


def execute(schema_editor: BaseDatabaseSchemaEditor, statements: Iterable[str]) -> None:
    """Execute statements that may hold percent signs."""
    for statement in statements:
        schema_editor.execute(statement, params=None)
