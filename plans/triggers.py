"""Database triggers that keep what must not change: revisions, records, the audit, closed rounds.

The models refuse such changes too; the triggers refuse them to everybody else who reaches the
database. An update that changes nothing is let through, so that loading a fixture twice is
harmless. Pure: SQL texts, one dialect each for SQLite and PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

KEPT_FOR_EVER: Mapping[str, str] = {
    "plans_statusrevision": "a revision is never changed or deleted",
    "plans_record": "a record is never changed or deleted",
    "plans_auditentry": "an audit entry is never changed or deleted",
    "plans_sourcedocument": "a source document is never changed or deleted",
}
"""Table to the reason given. ``plans_auditentry.snapshot_id`` may become NULL."""

# The round is frozen once it is closed and has its record; a status in it that was reopened for a
# unit may change. {row} is NEW or OLD.
_FROZEN: Mapping[str, str] = {
    "plans_statussnapshot": (
        "{row}.reopened_for_id IS NULL AND EXISTS (SELECT 1 FROM plans_reportinground r "
        "JOIN plans_record k ON k.round_id = r.id "
        "WHERE r.id = {row}.round_id AND r.state = 'closed')"
    ),
    "plans_statuscover": (
        "EXISTS (SELECT 1 FROM plans_reportinground r JOIN plans_record k ON k.round_id = r.id "
        "WHERE r.id = {row}.round_id AND r.state = 'closed')"
    ),
    "plans_statusrevision": (
        "EXISTS (SELECT 1 FROM plans_statussnapshot s "
        "JOIN plans_reportinground r ON r.id = s.round_id "
        "JOIN plans_record k ON k.round_id = r.id "
        "WHERE s.id = {row}.snapshot_id AND s.reopened_for_id IS NULL AND r.state = 'closed')"
    ),
}
_CLOSED = "the round is closed; nothing in it can be changed"


def install(vendor: str, columns: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The statements that install every trigger, replacing those that are there.

    ``vendor`` is "sqlite" or "postgresql"; ``columns`` gives every column of each table in
    ``TABLES``, or of those that a migration has made so far. Raises ValueError for another
    database.
    """
    yield from remove(vendor)
    if vendor == "sqlite":
        yield from _sqlite(columns)
    else:
        yield from _postgresql(columns)


def remove(vendor: str) -> Iterator[str]:
    """The statements that remove every trigger. Raises ValueError for an unknown database."""
    if vendor == "sqlite":
        for _, name in names():
            yield f"DROP TRIGGER IF EXISTS {name}"
    elif vendor == "postgresql":
        for table, name in names():
            yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
        for function in ("plans_keep", *(f"{table}_frozen" for table in _FROZEN)):
            yield f"DROP FUNCTION IF EXISTS {function}()"
    else:
        raise ValueError(f"no triggers are written for {vendor}")


def names() -> Iterator[tuple[str, str]]:
    """Every trigger as (table, name)."""
    for table in KEPT_FOR_EVER:
        for event in ("update", "delete"):
            yield table, f"{table}_keep_{event}"
    for table in _FROZEN:
        for event in ("insert", "update", "delete"):
            yield table, f"{table}_frozen_{event}"


def listing(vendor: str) -> str:
    """The query that lists the names of all triggers in force, one a row.

    Raises ValueError for an unknown database.
    """
    if vendor == "sqlite":
        return "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if vendor == "postgresql":
        # 'D' is a trigger that was switched off, 'R' one for replicas only.
        return (
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal "
            "AND tgenabled IN ('O', 'A') AND pg_table_is_visible(tgrelid)"
        )
    raise ValueError(f"no triggers are written for {vendor}")


TABLES = tuple(dict.fromkeys(table for table, _ in names()))


def _present(texts: Mapping[str, str], tables: Collection[str]) -> Iterator[tuple[str, str]]:
    """Those of ``texts`` whose table is there."""
    return ((table, text) for table, text in texts.items() if table in tables)


def _still_frozen(table: str, old: str, new: str) -> str:
    """When an update is refused, given when the row was frozen before and is after it."""
    if table != "plans_statussnapshot":
        return f"(({old}) OR ({new}))"
    # A status may be reopened although it is frozen as it was; it may not move to another round.
    moved = f"OLD.round_id <> NEW.round_id AND (({old}) OR ({new}))"
    return f"((({old}) AND ({new})) OR ({moved}))"


def _sqlite(columns: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    def trigger(table: str, kind: str, event: str, when: str, reason: str) -> str:
        return (
            f"CREATE TRIGGER {table}_{kind}_{event} BEFORE {event.upper()} ON {table} "
            f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{reason}'); END"
        )

    def changed(table: str) -> str:
        return "(" + " OR ".join(f'OLD."{c}" IS NOT NEW."{c}"' for c in columns[table]) + ")"

    for table, reason in _present(KEPT_FOR_EVER, columns):
        yield trigger(table, "keep", "update", changed(table), reason)
        yield trigger(table, "keep", "delete", "1", reason)
    for table, frozen in _present(_FROZEN, columns):
        old, new = frozen.format(row="OLD"), frozen.format(row="NEW")
        still = _still_frozen(table, old, new)
        yield trigger(table, "frozen", "insert", new, _CLOSED)
        yield trigger(table, "frozen", "update", f"{changed(table)} AND {still}", _CLOSED)
        yield trigger(table, "frozen", "delete", old, _CLOSED)


def _postgresql(columns: Collection[str]) -> Iterator[str]:
    yield (
        "CREATE FUNCTION plans_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table, reason in _present(KEPT_FOR_EVER, columns):
        for event in ("update", "delete"):
            yield (
                f"CREATE TRIGGER {table}_keep_{event} BEFORE {event.upper()} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION plans_keep('{reason}')"
            )
    for table, frozen in _present(_FROZEN, columns):
        old, new = frozen.format(row="OLD"), frozen.format(row="NEW")
        still = _still_frozen(table, old, new)
        yield (
            f"CREATE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "DECLARE refused boolean; BEGIN "
            f"IF TG_OP = 'INSERT' THEN refused := {new}; "
            f"ELSIF TG_OP = 'DELETE' THEN refused := {old}; "
            f"ELSE refused := NEW IS DISTINCT FROM OLD AND {still}; END IF; "
            f"IF refused THEN RAISE EXCEPTION '{_CLOSED}' "
            "USING ERRCODE = 'restrict_violation'; END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        )
        for event in ("insert", "update", "delete"):
            yield (
                f"CREATE TRIGGER {table}_frozen_{event} BEFORE {event.upper()} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_frozen()"
            )
