"""Corrections: what a person decided where the classifier could not know, one step at a time.

A corrections file is TOML. ``[document]`` says what the document itself does not print,
``[columns]`` what the columns of a sheet hold whose headings do not tell, and every
``[[operation]]`` changes the draft at named blocks and gives its ``reason``. Operations are
carried out in the order of the file. One that no longer fits the source is an error: the block
is gone, its words have changed, a duplicate is none.

======== ==================================================================================
op       what it does, and its keys
======== ==================================================================================
assign   ``block`` (or ``blocks``) takes another ``role``; ``beside`` puts it in the row of
         another block
split    ``block`` is cut before each text of ``at``; pieces are ``id#1``, ``id#2``…;
         ``roles`` gives their roles in order
join     ``blocks`` become one piece, in that order, under the first one's id
move     ``block`` (or ``blocks``) goes ``after`` or ``before`` another block
drop     ``block`` is a ``duplicate_of`` another, or without it furniture
cover    ``blocks`` are one time-frame or status that covers ``elements``
ditto    ``block`` is a ditto mark for the time-frame ``of``
missing  an element whose words are lost: ``id`` for it, ``after`` or ``before`` which block
category ``block``, a status, has a ``category``
note     an editorial note at ``block``
accept   what is ``odd`` at ``block`` (or ``blocks``) is right as it stands (``acceptances``)
======== ==================================================================================

Every operation may carry ``begins``, the first words of its block, as a check, and ``note`` with
its ``confidence`` (high, medium, low), an editorial note that goes into the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import tomli_w

from plans.importing.blocks import SourceError
from plans.importing.readers.mapping import ColumnMapping, mapping_of_section, section_of
from plans.importing.toml import read_toml


class CorrectionError(ValueError):
    """A corrections file that cannot be read or no longer fits. Names the operation."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One correction: its number in the file (from 1), what it does, and its keys."""

    number: int
    op: str
    reason: str
    keys: Mapping[str, Any]

    def error(self, message: str) -> CorrectionError:
        return CorrectionError(f"operation {self.number} ({self.op}): {message}")

    def text(self, key: str) -> str:
        value = self.keys.get(key)
        if not isinstance(value, str) or not value:
            raise self.error(f"needs {key!r}, a text")
        return value

    def texts(self, key: str) -> list[str]:
        value = self.keys.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
            raise self.error(f"needs {key!r}, a list of texts")
        return value

    def blocks(self) -> list[str]:
        """The ids under ``block`` or ``blocks``."""
        return [self.text("block")] if "block" in self.keys else self.texts("blocks")

    def item(self) -> dict[str, Any]:
        """The operation as it stands in a file; ``operation_of`` reads it back."""
        last = {key: self.keys[key] for key in ("note", "confidence") if key in self.keys}
        first = {key: value for key, value in self.keys.items() if key not in last}
        return {"op": self.op, **first, "reason": self.reason, **last}


@dataclass(frozen=True, slots=True)
class Corrections:
    """``document`` holds the texts under ``[document]``, such as ``plan_slug``; ``columns`` is
    None for a file that says nothing of columns."""

    document: Mapping[str, Any]
    operations: tuple[Operation, ...]
    columns: ColumnMapping | None = None


def read_corrections(text: str) -> Corrections:
    """Read a corrections file.

    Raises CorrectionError for anything that is not such a file: no TOML, an unknown operation
    or key, an operation without a reason.
    """
    try:
        data = read_toml(text)
    except ValueError as error:
        raise CorrectionError(f"not a corrections file: {error}") from error
    unknown = set(data) - {"document", "columns", "operation"}
    if unknown:
        raise CorrectionError(f"unknown section {min(unknown)!r}")
    document = data.get("document", {})
    found = data.get("operation", [])
    if not isinstance(document, dict) or not isinstance(found, list):
        raise CorrectionError("write [document] once, and [[operation]] for every operation")
    return Corrections(
        document=document,
        operations=tuple(operation_of(number, item) for number, item in enumerate(found, 1)),
        columns=_columns(data["columns"]) if "columns" in data else None,
    )


def _columns(section: object) -> ColumnMapping:
    if not isinstance(section, dict):
        raise CorrectionError("write [columns] once, with the letters of the columns below it")
    try:
        return mapping_of_section(section)
    except SourceError as error:
        raise CorrectionError(f"[columns] {error}") from error


def write_corrections(
    document: Mapping[str, Any],
    operations: Iterable[Operation],
    columns: ColumnMapping | None = None,
) -> str:
    """A corrections file, which ``read_corrections`` reads back to the same.

    Values are those that it gives: texts, lists of texts, truth values and dates.
    """
    sections = [f"[document]\n{tomli_w.dumps(document)}"] if document else []
    if columns is not None:
        sections.append(f"[columns]\n{tomli_w.dumps(section_of(columns))}")
    sections += [f"[[operation]]\n{tomli_w.dumps(operation.item())}" for operation in operations]
    return "\n".join(sections)


def operation_of(number: int, item: object) -> Operation:
    """The operation that ``item``, a table of a corrections file, describes.

    Raises CorrectionError for one that is unknown, says more than it may, or has no reason.
    """
    keys = dict(item) if isinstance(item, dict) else {}
    op, reason = keys.pop("op", None), keys.pop("reason", None)
    operation = Operation(number, str(op), str(reason), keys)
    if op not in _KEYS:
        raise operation.error(f"unknown; use one of {', '.join(_KEYS)}")
    if not isinstance(reason, str) or not reason.strip():
        raise operation.error("give a 'reason'")
    unknown = set(keys) - _KEYS[op] - {"begins", "note", "confidence"}
    if unknown:
        raise operation.error(f"does not know {min(unknown)!r}")
    return operation


_KEYS: Mapping[str, set[str]] = {
    "assign": {"block", "blocks", "role", "beside"},
    "split": {"block", "at", "roles"},
    "join": {"blocks"},
    "move": {"block", "blocks", "after", "before"},
    "drop": {"block", "blocks", "duplicate_of"},
    "cover": {"block", "blocks", "elements"},
    "ditto": {"block", "of"},
    "missing": {"id", "after", "before"},
    "category": {"block", "category"},
    "note": {"block"},
    "accept": {"block", "blocks", "odd"},
}
