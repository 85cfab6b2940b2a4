"""Database triggers that keep what must not change: revisions, records, closed rounds, wording.

The models refuse such changes too; the triggers refuse them to everybody else who reaches the
database. An update that changes nothing is let through, so that loading a fixture twice is
harmless. Pure: SQL texts, one dialect each for SQLite and PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

_Of = TypeVar("_Of")

KEPT_FOR_EVER: Mapping[str, str] = {
    "plans_statusrevision": "a revision is never changed or deleted",
    "plans_record": "a record is never changed or deleted",
    "plans_auditentry": "an audit entry is never changed or deleted",
    "plans_sourcedocument": "a source document is never changed or deleted",
    "plans_corrigendum": "a corrigendum is never changed or deleted",
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


@dataclass(frozen=True, slots=True)
class _Adopted:
    """Adopted wording: the version of a row, the column of a corrigendum that names the row, the
    texts that a corrigendum changes, and the columns that nothing changes."""

    version: str
    named_by: str
    texts: tuple[str, ...]
    fixed: tuple[str, ...]


_IN_VERSION = "SELECT 1 FROM plans_planversion v WHERE v.id = OLD.version_id AND v.published"
_IN_ISSUE = (
    "SELECT 1 FROM plans_planversion v JOIN plans_issue i ON i.version_id = v.id "
    "WHERE i.id = OLD.issue_id AND v.published"
)
_ADOPTED: Mapping[str, _Adopted] = {
    "plans_part": _Adopted(
        _IN_VERSION,
        "part_id",
        ("title", "issues_heading", "elements_heading", "time_frame_heading"),
        ("version_id", "number"),
    ),
    "plans_issue": _Adopted(
        _IN_VERSION,
        "issue_id",
        ("title", "context"),
        ("version_id", "part_id", "parent_id", "number", "reference"),
    ),
    "plans_elementgroup": _Adopted(_IN_ISSUE, "group_id", ("heading", "lead_in"), ("issue_id",)),
    "plans_timeframe": _Adopted(_IN_ISSUE, "time_frame_id", ("text",), ("issue_id",)),
    "plans_actionelement": _Adopted(
        _IN_VERSION,
        "element_id",
        ("text",),
        ("version_id", "issue_id", "group_id", "time_frame_id", "reference"),
    ),
}
_PUBLISHED = "the version is published; its wording changes only through a corrigendum"

_VERSION = "plans_planversion"
# Otherwise a version could be taken back, changed in silence, and published again.
_TAKEN_BACK = "OLD.published AND NOT NEW.published"
_STAYS = "a version that was published stays published"


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
        functions = [f"{table}_frozen" for table in _FROZEN]
        functions += [f"{table}_adopted" for table in _ADOPTED]
        functions.append(f"{_VERSION}_published")
        for function in ("plans_keep", *functions):
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
    for table in _ADOPTED:
        for event in ("update", "delete"):
            yield table, f"{table}_adopted_{event}"
    yield _VERSION, f"{_VERSION}_published_update"


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


def _present(by_table: Mapping[str, _Of], tables: Collection[str]) -> Iterator[tuple[str, _Of]]:
    """Those of ``by_table`` whose table is there."""
    return ((table, found) for table, found in by_table.items() if table in tables)


def _unamended(adopted: _Adopted, differs: str) -> str:
    """When an update of adopted wording is refused: it changes what is fixed, or a text to other
    words than the newest corrigendum says. ``differs`` compares two values, of which each may be
    NULL."""
    refused = [f"OLD.{column} {differs} NEW.{column}" for column in adopted.fixed]
    refused += [
        f"(OLD.{column} {differs} NEW.{column} AND NOT COALESCE((SELECT "  # noqa: S608
        f"c.old_words = OLD.{column} AND c.new_words = NEW.{column} FROM plans_corrigendum c "
        f"WHERE c.{adopted.named_by} = OLD.id AND c.field = '{column}' "
        "ORDER BY c.id DESC LIMIT 1), FALSE))"
        for column in adopted.texts
    ]
    return f"EXISTS ({adopted.version}) AND ({' OR '.join(refused)})"


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
    if "plans_corrigendum" in columns:
        for table, adopted in _present(_ADOPTED, columns):
            refused = _unamended(adopted, "IS NOT")
            yield trigger(table, "adopted", "update", refused, _PUBLISHED)
            yield trigger(table, "adopted", "delete", f"EXISTS ({adopted.version})", _PUBLISHED)
    if _VERSION in columns:
        yield trigger(_VERSION, "published", "update", _TAKEN_BACK, _STAYS)


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
    if "plans_corrigendum" in columns:
        for table, adopted in _present(_ADOPTED, columns):
            yield from _adopted_postgresql(table, adopted)
    if _VERSION in columns:
        yield (
            f"CREATE FUNCTION {_VERSION}_published() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF {_TAKEN_BACK} THEN RAISE EXCEPTION '{_STAYS}' "
            "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
        )
        yield (
            f"CREATE TRIGGER {_VERSION}_published_update BEFORE UPDATE ON {_VERSION} "
            f"FOR EACH ROW EXECUTE FUNCTION {_VERSION}_published()"
        )


def _adopted_postgresql(table: str, adopted: _Adopted) -> Iterator[str]:
    yield (
        f"CREATE FUNCTION {table}_adopted() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "DECLARE refused boolean; BEGIN "
        f"IF TG_OP = 'DELETE' THEN refused := EXISTS ({adopted.version}); "
        f"ELSE refused := {_unamended(adopted, 'IS DISTINCT FROM')}; END IF; "
        f"IF refused THEN RAISE EXCEPTION '{_PUBLISHED}' "
        "USING ERRCODE = 'restrict_violation'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    for event in ("update", "delete"):
        yield (
            f"CREATE TRIGGER {table}_adopted_{event} BEFORE {event.upper()} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_adopted()"
        )
