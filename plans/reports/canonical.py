"""The canonical JSON of a report table, ``tracker.report/1``: written, hashed and read back.

The shape is a contract; other programs read it. It is that of the dataclasses in
``plans.reports.table``, field by field, and so a change there is a change of the contract.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

import msgspec

from plans.reports.table import ReportTable
from plans.text.timeframes import Rule

SCHEMA = "tracker.report/1"


class ReportTableError(ValueError):
    """JSON that is not a report table. The message names the place, such as ``parts[0].title``."""


def closed_table(table: ReportTable) -> ReportTable:
    """The table as its closed round's record has it: closed, and carrying its own hash."""
    closed = replace(table, round=replace(table.round, state="closed", record_sha256=None))
    digest = sha256_of(canonical_json(closed))
    return replace(closed, round=replace(closed.round, record_sha256=digest))


def canonical_json(table: ReportTable) -> str:
    """The one text that stands for ``table``: sorted keys, no spare spaces, UTF-8 letters.

    ``record_sha256`` is always null in it, because the text is what the hash is taken of.
    """
    return to_json(replace(table, round=replace(table.round, record_sha256=None))).decode()


def sha256_of(text: str) -> str:
    """Hexadecimal SHA-256 of ``text`` in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def to_json(table: ReportTable) -> bytes:
    """The canonical JSON of ``table`` in UTF-8, but with the ``record_sha256`` that it carries."""
    document = {
        "schema": SCHEMA,
        "plan": table.plan,
        "version": table.version,
        "round": table.round,
        "cover": table.cover,
        "parts": table.parts,
    }
    return msgspec.json.encode(document, enc_hook=_builtin, order="sorted")


def to_data(table: ReportTable) -> dict[str, Any]:
    """``table`` as the JSON object of schema ``tracker.report/1``, made of plain values."""
    return msgspec.json.decode(to_json(table), type=dict[str, Any])


def rule_data(rule: Rule) -> dict[str, str | None]:
    """A time-frame's rule as plain values: dates in ISO 8601, absent ones None."""
    data: dict[str, str | None] = msgspec.to_builtins(rule, enc_hook=_builtin)
    return data


def _builtin(value: object) -> object:
    """A mapping or text of a class of its own, which msgspec does not write, as a plain one."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, str):
        return str.__str__(value)
    raise TypeError(f"a report has no place for {type(value).__name__}")


def from_record(content: str, sha256: str) -> ReportTable:
    """Read back what a record froze.

    ``content`` is canonical JSON and ``sha256`` its hash, which the table then carries.
    Raises ReportTableError when the content is not a report table, or not what was hashed.
    """
    if sha256_of(content) != sha256:
        raise ReportTableError(f"not what the SHA-256 {sha256} was taken of")
    table = _read(lambda shape: msgspec.json.decode(content, type=shape))
    return replace(table, round=replace(table.round, record_sha256=sha256))


def from_data(data: object) -> ReportTable:
    """Read a report table from the JSON object that ``to_data`` makes.

    Raises ReportTableError that names the place where the object has another shape. A field that
    the schema does not know is passed over.
    """
    return _read(lambda shape: msgspec.convert(data, shape))


def _read(read: Callable[[Any], Any]) -> ReportTable:
    """What ``read`` makes of a report's JSON when it is told the type to make of it."""
    try:
        read(_StatedReport)
        table: ReportTable = read(ReportTable)
    except msgspec.ValidationError as error:
        message, _, place = str(error).rpartition(" - at `$")
        if not message:
            raise ReportTableError(f"report: {error}") from error
        raise ReportTableError(f"{place.strip('.`')}: {message}") from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise ReportTableError(f"not JSON: {error}") from error
    return table


class _StatedReport(msgspec.Struct):
    """What the dataclasses leave open: the schema, and that a rule states every field.

    In Python most fields of a rule have a default.
    """

    schema: Literal["tracker.report/1"]
    parts: list[_StatedPart]


class _StatedPart(msgspec.Struct):
    time_frames: list[_StatedFrame]


class _StatedFrame(msgspec.Struct):
    rule: _StatedRule


class _StatedRule(msgspec.Struct):
    kind: Any
    starts_on: Any
    due_on: Any
    recurrence: Any
    precision: Any
    qualifier: Any
