"""Database triggers that keep what must not change: revisions, records, closed rounds, wording.

The models refuse such changes too; the triggers refuse them to everybody else who reaches the
database. An update that changes nothing is let through, so that loading a fixture twice is
harmless. Pure: SQL texts, one dialect each for SQLite and PostgreSQL.

They are installed after ``migrate`` (``plans.apps``): what is changed here needs no migration. What
a migration does with the triggers of its time is said in ``plans/migrations/_triggers.py``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger as the database describes it; on SQLite without ``function`` and its ``source``."""

    table: str
    name: str
    definition: str
    function: str = ""
    source: str = ""


def install(
    vendor: str, columns: Mapping[str, tuple[str, ...]], installed: Collection[Trigger] = ()
) -> Iterator[str]:
    """The statements that install every trigger, replacing those that are there.

    ``vendor`` is "sqlite" or "postgresql"; ``columns`` gives every column of each table in
    ``TABLES``. Of ``installed`` (``query``), what is as it should be is left alone, and what an
    earlier release installed is removed. Raises ValueError for another database.
    """
    wanted = list(_sqlite(columns) if vendor == "sqlite" else _postgresql())
    names_wanted = {trigger.name for trigger in wanted}
    functions_wanted = {trigger.function for trigger in wanted}
    stale = [t for t in installed if t.name not in names_wanted and _is_ours(t)]
    for trigger in stale:
        yield _drop(vendor, trigger.table, trigger.name)
    for function in sorted({trigger.function for trigger in stale} - functions_wanted - {""}):
        yield f"DROP FUNCTION IF EXISTS {function}()"
    changed = [trigger for trigger in wanted if trigger not in installed]
    for function, source in {t.function: t.source for t in changed if t.function}.items():
        yield (
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $${source}$$"
        )
    for trigger in changed:
        yield _drop(vendor, trigger.table, trigger.name)
        yield trigger.definition


def remove(vendor: str) -> Iterator[str]:
    """The statements that remove every trigger. Raises ValueError for an unknown database."""
    for table, name in names():
        yield _drop(vendor, table, name)
    if vendor == "postgresql":
        functions = [f"{table}_frozen" for table in _FROZEN]
        functions += [f"{table}_adopted" for table in _ADOPTED]
        for function in ("plans_keep", *functions, f"{_VERSION}_published"):
            yield f"DROP FUNCTION IF EXISTS {function}()"


def query(vendor: str) -> str:
    """The query that gives the columns of ``Trigger`` for every trigger in force.

    Raises ValueError for an unknown database.
    """
    if vendor == "sqlite":
        return "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'"
    if vendor == "postgresql":
        return (
            "SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid, true), p.proname, p.prosrc "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE " + _IN_FORCE
        )
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
        return f"SELECT t.tgname FROM pg_trigger t WHERE {_IN_FORCE}"  # noqa: S608
    raise ValueError(f"no triggers are written for {vendor}")


TABLES = tuple(dict.fromkeys(table for table, _ in names()))

# On PostgreSQL. 'D' is a trigger that was switched off, 'R' one for replicas only.
_IN_FORCE = "NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND pg_table_is_visible(t.tgrelid)"


def _is_ours(trigger: Trigger) -> bool:
    """Whether a release of the tracker installed it: an operator may have added others."""
    pattern = rf"{trigger.table}_[a-z]+_(insert|update|delete)"
    return trigger.table.startswith("plans_") and bool(re.fullmatch(pattern, trigger.name))


def _drop(vendor: str, table: str, name: str) -> str:
    if vendor == "sqlite":
        return f"DROP TRIGGER IF EXISTS {name}"
    if vendor == "postgresql":
        return f"DROP TRIGGER IF EXISTS {name} ON {table}"
    raise ValueError(f"no triggers are written for {vendor}")


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


def _sqlite(columns: Mapping[str, tuple[str, ...]]) -> Iterator[Trigger]:
    def trigger(table: str, kind: str, event: str, when: str, reason: str) -> Trigger:
        name = f"{table}_{kind}_{event}"
        return Trigger(
            table,
            name,
            f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} "
            f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{reason}'); END",
        )

    def changed(table: str) -> str:
        return "(" + " OR ".join(f'OLD."{c}" IS NOT NEW."{c}"' for c in columns[table]) + ")"

    for table, reason in KEPT_FOR_EVER.items():
        yield trigger(table, "keep", "update", changed(table), reason)
        yield trigger(table, "keep", "delete", "1", reason)
    for table, frozen in _FROZEN.items():
        old, new = frozen.format(row="OLD"), frozen.format(row="NEW")
        still = _still_frozen(table, old, new)
        yield trigger(table, "frozen", "insert", new, _CLOSED)
        yield trigger(table, "frozen", "update", f"{changed(table)} AND {still}", _CLOSED)
        yield trigger(table, "frozen", "delete", old, _CLOSED)
    for table, adopted in _ADOPTED.items():
        refused = _unamended(adopted, "IS NOT")
        yield trigger(table, "adopted", "update", refused, _PUBLISHED)
        yield trigger(table, "adopted", "delete", f"EXISTS ({adopted.version})", _PUBLISHED)
    yield trigger(_VERSION, "published", "update", _TAKEN_BACK, _STAYS)


_REFUSING = "RAISE EXCEPTION '{reason}' USING ERRCODE = 'restrict_violation'; END IF;"
_PASSING = "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END"


def _postgresql() -> Iterator[Trigger]:
    def trigger(
        table: str, kind: str, event: str, function: str, source: str, argument: str = ""
    ) -> Trigger:
        # Word for word as pg_get_triggerdef gives it: so it is known again.
        name = f"{table}_{kind}_{event}"
        definition = (
            f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {function}({argument})"
        )
        return Trigger(table, name, definition, function, f" {source} ")

    keep = (
        "BEGIN IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END"
    )
    for table, reason in KEPT_FOR_EVER.items():
        for event in ("update", "delete"):
            yield trigger(table, "keep", event, "plans_keep", keep, f"'{reason}'")
    for table, frozen in _FROZEN.items():
        old, new = frozen.format(row="OLD"), frozen.format(row="NEW")
        source = (
            f"DECLARE refused boolean; BEGIN IF TG_OP = 'INSERT' THEN refused := {new}; "
            f"ELSIF TG_OP = 'DELETE' THEN refused := {old}; "
            f"ELSE refused := NEW IS DISTINCT FROM OLD AND {_still_frozen(table, old, new)}; "
            f"END IF; IF refused THEN {_REFUSING.format(reason=_CLOSED)} {_PASSING}"
        )
        for event in ("insert", "update", "delete"):
            yield trigger(table, "frozen", event, f"{table}_frozen", source)
    for table, adopted in _ADOPTED.items():
        source = (
            "DECLARE refused boolean; BEGIN "
            f"IF TG_OP = 'DELETE' THEN refused := EXISTS ({adopted.version}); "
            f"ELSE refused := {_unamended(adopted, 'IS DISTINCT FROM')}; "
            f"END IF; IF refused THEN {_REFUSING.format(reason=_PUBLISHED)} {_PASSING}"
        )
        for event in ("update", "delete"):
            yield trigger(table, "adopted", event, f"{table}_adopted", source)
    source = f"BEGIN IF {_TAKEN_BACK} THEN {_REFUSING.format(reason=_STAYS)} RETURN NEW; END"
    yield trigger(_VERSION, "published", "update", f"{_VERSION}_published", source)
