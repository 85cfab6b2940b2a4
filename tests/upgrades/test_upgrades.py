"""That the database of every earlier release is brought up to date and says what it said."""

from __future__ import annotations

import os
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

from plans import triggers
from tests.upgrades.dump import HERE, load

# It touches only databases of its own; the mark has it run once for each kind of database.
pytestmark = pytest.mark.django_db

DUMPS = sorted(HERE.glob("*.json.gz"))
# What an upgrade never changes.
KEPT = {
    "plans_record": ("id", "round_id", "number", "content", "sha256", "previous_sha256", "reason"),
    "plans_statussnapshot": (
        "id", "round_id", "ordinal", "category", "text", "state", "revision", "reaffirms_id",
        "reopened_for_id",
    ),
    "plans_statusrevision": (
        "id", "snapshot_id", "number", "category", "text", "action", "comment", "by_id",
    ),
    "plans_statuscover": ("id", "round_id", "snapshot_id", "element_id"),
    "plans_actionelement": ("id", "version_id", "reference", "text", "missing_in_source"),
    "plans_timeframe": ("id", "issue_id", "text", "rule_kind"),
    "plans_lineage": ("id", "version_id", "earlier_id", "later_id", "kind", "reason"),
    "plans_corrigendum": ("id", "version_id", "number", "old_words", "new_words", "element_id"),
    "plans_auditentry": ("id", "action", "actor_id", "subject", "reason"),
    "plans_sourcedocument": ("id", "sha256", "name"),
    "auth_user": ("id", "username", "password", "is_staff"),
}  # fmt: skip


class Database:
    """A database of its own, empty at first."""

    def __init__(self, address: str, connect: Callable[[], Any]) -> None:
        self._address = address
        self._connect = connect

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement; the rows it gives."""
        with closing(self._connect()) as own:
            return [tuple(row) for row in own.execute(statement)]

    def run(self, *command: str) -> str:
        """Run Python with the real settings on this database; what it prints."""
        process = subprocess.run(
            (sys.executable, *command),
            cwd=HERE.parents[1],
            env=os.environ
            | {"DATABASE_URL": self._address, "DJANGO_SETTINGS_MODULE": "tracker.settings"},
            capture_output=True,
            text=True,
        )
        assert process.returncode == 0, process.stderr
        return process.stdout

    def triggers(self) -> set[str]:
        """The names of the triggers in force."""
        return {name for (name,) in self.query(triggers.listing(connection.vendor))}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A file, or a database on the server of the tests."""
    if connection.vendor == "sqlite":
        file = tmp_path / "db.sqlite3"
        yield Database(f"sqlite:///{file}", lambda: sqlite3.connect(file))
        return
    name = f"upgrade_{secrets.token_hex(6)}"
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    with closing(_connect(connection.settings_dict["NAME"])) as tests:
        tests.execute(f"CREATE DATABASE {name}")
        try:
            yield Database(address, lambda: _connect(name))
        finally:
            tests.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _connect(name: str) -> psycopg.Connection[Any]:
    given = {
        word: connection.settings_dict[word.upper()]
        for word in ("host", "port", "user", "password")
        if connection.settings_dict[word.upper()]
    }
    return psycopg.connect(dbname=name, autocommit=True, **given)


@pytest.mark.parametrize("path", DUMPS, ids=lambda path: path.name.partition(".")[0])
def test_a_database_of_an_earlier_release_says_what_it_said_and_is_worked_on(
    database: Database, path: Path
) -> None:
    dump = load(path)
    tables = dump["tables"]
    database.run("-m", "tests.upgrades.restore", str(path))
    newest = database.query("SELECT max(name) FROM django_migrations WHERE app = 'plans'")
    assert newest == [(dump["migrations"]["plans"],)]
    assert "plans_record_keep_update" in database.triggers()

    database.run("manage.py", "migrate", "--no-input")

    for table, content in tables.items():
        assert database.query(f"SELECT count(*) FROM {table}") == [(len(content["rows"]),)], table
    for table, columns in KEPT.items():
        places = [tables[table]["columns"].index(column) for column in columns]
        before = [tuple(row[place] for place in places) for row in tables[table]["rows"]]
        assert database.query(f"SELECT {', '.join(columns)} FROM {table} ORDER BY id") == before
    records = len(tables["plans_record"]["rows"])
    assert database.run("manage.py", "verify_records").startswith(f"{records} records ")
    assert database.triggers() == {name for _table, name in triggers.names()}
    with pytest.raises((sqlite3.Error, psycopg.Error), match="a record is never changed"):
        database.query("UPDATE plans_record SET content = '{}'")
    # The numbers of new rows go on after those that are there.
    work = ("open_round", "technical-cooperation", "--as-at", "2002-02-28", "--by", "keeper")
    database.run("manage.py", *work)
    rounds = len(tables["plans_reportinground"]["rows"])
    assert database.query("SELECT count(*) FROM plans_reportinground") == [(rounds + 1,)]


def test_an_empty_database_is_taken_back_to_nothing_and_forth(database: Database) -> None:
    database.run("manage.py", "migrate", "--no-input")
    database.run("manage.py", "migrate", "plans", "zero")
    assert database.triggers() == set()
    if connection.vendor == "postgresql":
        left = "SELECT proname FROM pg_proc WHERE starts_with(proname, 'plans_')"
        assert database.query(left) == []

    database.run("manage.py", "migrate", "--no-input")
    assert database.triggers() == {name for _table, name in triggers.names()}
