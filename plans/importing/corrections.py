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

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import tomli_w

from plans.categories import Category
from plans.importing.blocks import BlockKind, SourceError
from plans.importing.draft import Anomaly, Confidence, Draft, Note, Piece, Role, cut, joined
from plans.importing.readers.mapping import ColumnMapping, mapping_of_section, section_of
from plans.prose import words


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
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
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
    if op not in _OPERATIONS:
        raise operation.error(f"unknown; use one of {', '.join(_OPERATIONS)}")
    if not isinstance(reason, str) or not reason.strip():
        raise operation.error("give a 'reason'")
    unknown = set(keys) - _KEYS[op] - {"begins", "note", "confidence"}
    if unknown:
        raise operation.error(f"does not know {min(unknown)!r}")
    return operation


def apply_corrections(draft: Draft, corrections: Corrections) -> Draft:
    """A new draft with every operation carried out, in order.

    Anomalies at blocks that an operation names are settled and left out of it. Raises
    CorrectionError at the first operation that does not fit.
    """
    corrected = Draft(list(draft.pieces), list(draft.anomalies), draft.line_names)
    settled: set[str] = set()
    for operation in corrections.operations:
        _check_begins(corrected, operation)
        target = _OPERATIONS[operation.op](corrected, operation)
        _add_note(corrected, operation, target)
        settled |= {_root(name) for name in _named(operation)}
    corrected.anomalies = [a for a in corrected.anomalies if not _is_settled(a, settled)]
    return corrected


def _root(piece_id: str) -> str:
    return piece_id.partition("#")[0]


def _named(operation: Operation) -> list[str]:
    """The blocks of which an operation settles all that is odd; an acceptance settles but one."""
    if operation.op in ("missing", "accept"):
        return []
    return operation.blocks()


def _is_settled(anomaly: Anomaly, settled: set[str]) -> bool:
    return _root(anomaly.place) in settled


def _get(draft: Draft, operation: Operation, piece_id: str) -> Piece:
    try:
        return draft.get(piece_id)
    except KeyError:
        raise operation.error(f"the source has no block {piece_id!r}") from None


def _check_begins(draft: Draft, operation: Operation) -> None:
    if "begins" not in operation.keys:
        return
    expected = operation.text("begins")
    piece = _get(draft, operation, operation.blocks()[0])
    if not piece.text.startswith(expected):
        raise operation.error(
            f"block {piece.id} begins with “{piece.text[:40]}”, not with “{expected}”"
        )


def _role(operation: Operation, value: str) -> Role:
    try:
        return Role(value)
    except ValueError:
        roles = ", ".join(role.value for role in Role)
        raise operation.error(f"unknown role {value!r}; use one of {roles}") from None


def _assign(draft: Draft, operation: Operation) -> str:
    role = _role(operation, operation.text("role"))
    for piece_id in operation.blocks():
        piece = _get(draft, operation, piece_id)
        piece = replace(piece, role=role, pair=None, covers=None, confidence=Confidence.HIGH)
        if "beside" in operation.keys:
            piece = replace(piece, band=_get(draft, operation, operation.text("beside")).band)
        draft.put(piece)
    return operation.blocks()[0]


def _split(draft: Draft, operation: Operation) -> str:
    piece = _get(draft, operation, operation.text("block"))
    starts: list[int] = []
    for text in operation.texts("at"):
        found = [
            match.start()
            for match in re.finditer(re.escape(text), piece.text)
            if match.start() == 0 or piece.text[match.start() - 1].isspace()
        ]
        found = [start for start in found if not starts or start > starts[-1]]
        if len(found) != 1:
            times = "not" if not found else f"{len(found)} times"
            raise operation.error(f"“{text}” is {times} in the rest of block {piece.id}")
        starts.append(found[0])
    pieces = cut(piece, starts)
    if "roles" in operation.keys:
        roles = operation.texts("roles")
        if len(roles) != len(pieces):
            raise operation.error(f"{len(roles)} roles for {len(pieces)} pieces")
        pieces = [
            replace(part, role=_role(operation, role), pair=None, covers=None)
            for part, role in zip(pieces, roles, strict=True)
        ]
    index = draft.index(piece.id)
    draft.pieces[index : index + 1] = pieces
    return pieces[0].id


def _join(draft: Draft, operation: Operation) -> str:
    pieces = [_get(draft, operation, piece_id) for piece_id in operation.texts("blocks")]
    if len(pieces) < 2:
        raise operation.error("needs two blocks at least")
    draft.put(joined(pieces))
    gone = {piece.id for piece in pieces[1:]}
    draft.pieces = [piece for piece in draft.pieces if piece.id not in gone]
    return pieces[0].id


def _target_index(draft: Draft, operation: Operation) -> tuple[int, Piece]:
    """Where to insert, and the piece that stands beside that place."""
    if ("after" in operation.keys) == ("before" in operation.keys):
        raise operation.error("needs either 'after' or 'before'")
    side = "after" if "after" in operation.keys else "before"
    beside = _get(draft, operation, operation.text(side))
    return draft.index(beside.id) + (side == "after"), beside


def _move(draft: Draft, operation: Operation) -> str:
    pieces = [_get(draft, operation, piece_id) for piece_id in operation.blocks()]
    moving = {piece.id for piece in pieces}
    rest = Draft([piece for piece in draft.pieces if piece.id not in moving])
    index, beside = _target_index(rest, operation)
    rest.pieces[index:index] = [replace(piece, band=beside.band) for piece in pieces]
    draft.pieces = rest.pieces
    return pieces[0].id


def _drop(draft: Draft, operation: Operation) -> str:
    for piece_id in operation.blocks():
        piece = _get(draft, operation, piece_id)
        if "duplicate_of" not in operation.keys:
            draft.put(replace(piece, role=Role.FURNITURE))
            continue
        twin = _get(draft, operation, operation.text("duplicate_of"))
        if Counter(words(piece.text)) - Counter(words(twin.text)):
            raise operation.error(f"block {piece.id} says more than block {twin.id}")
        draft.put(replace(piece, role=Role.DUPLICATE, duplicate_of=twin.id))
    return (
        operation.text("duplicate_of")
        if "duplicate_of" in operation.keys
        else (operation.blocks()[0])
    )


def _cover(draft: Draft, operation: Operation) -> str:
    ids, elements = operation.blocks(), operation.texts("elements")
    for element in elements:
        if _get(draft, operation, element).role is not Role.ELEMENT:
            raise operation.error(f"block {element} is no action element")
    for piece_id in ids:
        piece = _get(draft, operation, piece_id)
        if piece.role not in (Role.TIME_FRAME, Role.STATUS):
            raise operation.error(f"block {piece_id} is neither time-frame nor status")
        draft.put(replace(piece, covers=tuple(elements), cell=ids[0], pair=None))
    return ids[0]


def _ditto(draft: Draft, operation: Operation) -> str:
    piece = _get(draft, operation, operation.text("block"))
    of = _get(draft, operation, operation.text("of"))
    if any(letter.isalnum() for letter in piece.text):
        raise operation.error(f"block {piece.id} holds words, not a ditto mark")
    draft.put(replace(piece, role=of.role, ditto_of=of.id))
    return piece.id


def _missing(draft: Draft, operation: Operation) -> str:
    name = operation.text("id")
    if any(piece.id == name for piece in draft):
        raise operation.error(f"there is a block {name!r} already")
    if "note" not in operation.keys:
        raise operation.error("a missing element needs a 'note'")
    index, beside = _target_index(draft, operation)
    draft.pieces.insert(
        index,
        Piece(
            id=name,
            text="",
            kind=BlockKind.BULLET,
            role=Role.ELEMENT,
            line=beside.line,
            band=beside.band,
            sources=(),
            missing=True,
        ),
    )
    return name


def _category(draft: Draft, operation: Operation) -> str:
    piece = _get(draft, operation, operation.text("block"))
    category = operation.text("category")
    if piece.role is not Role.STATUS:
        raise operation.error(f"block {piece.id} is no status")
    if category not in {known.value for known in Category}:
        raise operation.error(f"unknown category {category!r}")
    draft.put(replace(piece, category=category))
    return piece.id


def _note(draft: Draft, operation: Operation) -> str:
    if "note" not in operation.keys:
        raise operation.error("needs 'note', the text of the note")
    return _get(draft, operation, operation.text("block")).id


def _accept(draft: Draft, operation: Operation) -> str:
    # Whether that is odd at all is known when the outline is there.
    operation.text("odd")
    place = operation.blocks()[0]
    holders = (piece.id for piece in draft if place == piece.id or place in piece.sources)
    return next(holders, place)


def _add_note(draft: Draft, operation: Operation, piece_id: str) -> None:
    if "note" not in operation.keys:
        return
    value = operation.keys.get("confidence", Confidence.HIGH.value)
    if value not in {known.value for known in Confidence}:
        raise operation.error(f"unknown confidence {value!r}; use high, medium or low")
    piece = _get(draft, operation, piece_id)
    note = Note(" ".join(operation.text("note").split()), Confidence(value))
    draft.put(replace(piece, notes=(*piece.notes, note)))


_OPERATIONS: Mapping[str, Callable[[Draft, Operation], str]] = {
    "assign": _assign,
    "split": _split,
    "join": _join,
    "move": _move,
    "drop": _drop,
    "cover": _cover,
    "ditto": _ditto,
    "missing": _missing,
    "category": _category,
    "note": _note,
    "accept": _accept,
}
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
