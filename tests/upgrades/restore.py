"""Restore a dump into an empty database: ``DATABASE_URL=… python -m tests.upgrades.restore FILE``.

The database is then as the release of the dump left it: its tables, its triggers, its rows.
"""

from __future__ import annotations

import argparse
import base64
import os
from pathlib import Path
from typing import Any

from tests.upgrades.dump import load


def main() -> None:
    """Restore the dump that is named into the database of the settings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    dump = load(parser.parse_args().file)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
    import django

    django.setup()
    from django.apps import apps
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    from plans.migrations._triggers import take_away

    # Unlike the command it installs no triggers of today, and no permissions.
    executor = MigrationExecutor(connection)
    known = executor.loader.migrated_apps
    executor.migrate([(app, name) for app, name in dump["migrations"].items() if app in known])
    with transaction.atomic(), connection.cursor() as cursor:
        # Those of closed rounds refuse rows.
        take_away(apps, connection.schema_editor())
        # What migrations have put there is in the dump as well.
        for table in dump["tables"]:
            cursor.execute(f"DELETE FROM {table}")
        for table, content in dump["tables"].items():
            columns = content["columns"]
            cursor.executemany(
                f"INSERT INTO {table} ({', '.join(columns)})"
                f" VALUES ({', '.join(['%s'] * len(columns))})",
                [[_stored(value) for value in row] for row in content["rows"]],
            )
            if connection.vendor == "postgresql":
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
                )
    # Not in the same transaction: PostgreSQL alters no table whose references are still unchecked.
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in dump["triggers"][connection.vendor]:
            cursor.execute(statement)


def _stored(value: Any) -> Any:
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value


if __name__ == "__main__":
    main()
