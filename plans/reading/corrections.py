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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import tomli_w

from plans.reading.draft import Piece
from plans.reading.readers.mapping import ColumnMapping, mapping_of_section, section_of
from plans.reading.source_table import SourceError
from plans.text.prose import words

# -- Reading TOML ---------------------------------------------------------------------------------

# The files here nest three deep: a section, a list of its tables, a list of texts.
_DEEPEST = 8
# The library takes a time that grows with the square of the parts of a key.
_LONGEST_KEY = 50
_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{_LONGEST_KEY}}}")


def read_toml(text: str) -> dict[str, Any]:
    """The data of a file.

    Raises ValueError, whose sentence says why, for what is no TOML, and for what nests deeper or
    has longer keys or numbers than any file that is asked for.
    """
    if _LONG_KEY.search(text):
        raise ValueError(f"a key in it has more than {_LONGEST_KEY} parts")
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise ValueError("it nests too deep") from None
    _check_depth(data)
    return data


def _check_depth(data: dict[str, Any]) -> None:
    level: list[Any] = [data]
    for _depth in range(_DEEPEST):
        level = [
            value
            for holder in level
            for value in (holder.values() if isinstance(holder, dict) else holder)
            if isinstance(value, dict | list)
        ]
    if level:
        raise ValueError("it nests too deep")


class CorrectionError(ValueError):
    """A corrections file that cannot be read or no longer fits. Names the operation."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One correction: its number in the file (from 1), what it does, and its keys."""

    number: int
    op: str
    reason: str
    keys: Mapping[str, Any]

    def __hash__(self) -> int:
        return hash((self.number, self.op, self.reason))

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

    def __hash__(self) -> int:
        return hash((frozenset(self.document), self.operations))


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


# -- Edit operations ------------------------------------------------------------------------------
# A person points at words and blocks; a correction names them so that it fails when the source has
# changed: by the first words of a block, by the words before which it is cut.

_FIRST_WORDS = 6
_WORD = re.compile(r"\S+")


def words_of(piece: Piece) -> list[str]:
    """The words of a piece as they are separated in it."""
    return _WORD.findall(piece.text)


def first_words(text: str) -> str:
    """The beginning of ``text``, as the check ``begins`` takes it; "" for no words."""
    matches = list(_WORD.finditer(text))[:_FIRST_WORDS]
    return text[: matches[-1].end()] if matches else ""


def cutting_texts(text: str, places: Iterable[int]) -> list[str]:
    """The texts before which ``text`` is cut at its words ``places``, counted from 0.

    Each is as short as it can be while it stands once only in what follows the cut before; but
    not shorter than three words, so that a person can read it. Places that there are not, and
    the first word, are left out. Raises CorrectionError where the same words stand before the
    place and to the end of the text, so that nothing tells the two apart.
    """
    spans = [match.span() for match in _WORD.finditer(text)]
    found: list[str] = []
    before = -1
    for place in sorted(set(places)):
        if not 0 < place < len(spans):
            continue
        start = spans[place][0]
        ends = [end for _, end in spans[min(place + 2, len(spans) - 1) :]]
        phrase = next((text[start:end] for end in ends if _is_at(start, text, end, before)), None)
        if phrase is None:
            raise CorrectionError(
                f"“{text[start:]}” stands there twice; cut before words that are not repeated"
            )
        found.append(phrase)
        before = start
    return found


def _is_at(start: int, text: str, end: int, after: int) -> bool:
    """True when the words from ``start`` to ``end`` are found at ``start`` alone."""
    starts = (match.start() for match in re.finditer(re.escape(text[start:end]), text))
    return [one for one in starts if one > after and (not one or text[one - 1].isspace())] == [
        start
    ]


def possible_originals(pieces: Sequence[Piece], among: Iterable[Piece]) -> list[Piece]:
    """Those of ``among`` that say all that each of ``pieces`` says: what these may repeat."""
    own = {piece.id for piece in pieces}
    bags = [Counter(words(piece.text)) for piece in pieces]
    return [
        other
        for other in among
        if other.id not in own
        and other.text
        and all(not bag - Counter(words(other.text)) for bag in bags)
    ]


def missing_id(issue: str, taken: Iterable[str]) -> str:
    """An id for an element of ``issue`` that is missing in the source: ``missing.III.1(c).1``."""
    known = set(taken)
    return next(name for number in count(1) if (name := f"missing.{issue}.{number}") not in known)
