"""Correcting: the operations of a corrections file, carried out on a draft one after the other.

What each does is described in ``corrections``. Acceptances are carried out on the outline.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from plans.reading.corrections import Corrections, Operation
from plans.reading.draft import Anomaly, Chain, Confidence, Draft, Note, Piece, cut, joined
from plans.reading.outline import Outline, build_outline
from plans.reading.source_table import BlockKind, BlockRole
from plans.text.categories import Category
from plans.text.prose import words


def apply_corrections(draft: Draft, corrections: Corrections) -> Draft:
    """A new draft with every operation carried out, in order.

    Anomalies at blocks that an operation names are settled and left out of it. Raises
    CorrectionError at the first operation that does not fit.
    """
    corrected = Chain(draft)
    settled: set[str] = set()
    for operation in corrections.operations:
        _check_begins(corrected, operation)
        target = _OPERATIONS[operation.op](corrected, operation)
        _add_note(corrected, operation, target)
        settled |= {_root(name) for name in _named(operation)}
    anomalies = [anomaly for anomaly in draft.anomalies if not _is_settled(anomaly, settled)]
    return Draft(list(corrected), anomalies, draft.line_names)


def _root(piece_id: str) -> str:
    return piece_id.partition("#")[0]


def _named(operation: Operation) -> list[str]:
    """The blocks of which an operation settles all that is odd; an acceptance settles but one."""
    if operation.op in ("missing", "accept"):
        return []
    return operation.blocks()


def _is_settled(anomaly: Anomaly, settled: set[str]) -> bool:
    return _root(anomaly.place) in settled


def _get(draft: Chain, operation: Operation, piece_id: str) -> Piece:
    try:
        return draft.get(piece_id)
    except KeyError:
        raise operation.error(f"the source has no block {piece_id!r}") from None


def _check_begins(draft: Chain, operation: Operation) -> None:
    if "begins" not in operation.keys:
        return
    expected = operation.text("begins")
    piece = _get(draft, operation, operation.blocks()[0])
    if not piece.text.startswith(expected):
        raise operation.error(
            f"block {piece.id} begins with “{piece.text[:40]}”, not with “{expected}”"
        )


def _role(operation: Operation, value: str) -> BlockRole:
    try:
        return BlockRole(value)
    except ValueError:
        roles = ", ".join(role.value for role in BlockRole)
        raise operation.error(f"unknown role {value!r}; use one of {roles}") from None


def _assign(draft: Chain, operation: Operation) -> str:
    role = _role(operation, operation.text("role"))
    for piece_id in operation.blocks():
        piece = _get(draft, operation, piece_id)
        piece = replace(piece, role=role, pair=None, covers=None, confidence=Confidence.HIGH)
        if "beside" in operation.keys:
            piece = replace(
                piece, source_row=_get(draft, operation, operation.text("beside")).source_row
            )
        draft.put(piece)
    return operation.blocks()[0]


def _split(draft: Chain, operation: Operation) -> str:
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
    draft.replace(piece.id, pieces)
    return pieces[0].id


def _join(draft: Chain, operation: Operation) -> str:
    pieces = [_get(draft, operation, piece_id) for piece_id in operation.texts("blocks")]
    if len(pieces) < 2:
        raise operation.error("needs two blocks at least")
    draft.put(joined(pieces))
    for piece in pieces[1:]:
        draft.remove(piece.id)
    return pieces[0].id


def _target(draft: Chain, operation: Operation) -> tuple[Piece, bool]:
    """The piece beside the place where to insert, and whether that place is after it."""
    if ("after" in operation.keys) == ("before" in operation.keys):
        raise operation.error("needs either 'after' or 'before'")
    side = "after" if "after" in operation.keys else "before"
    return _get(draft, operation, operation.text(side)), side == "after"


def _move(draft: Chain, operation: Operation) -> str:
    pieces = [_get(draft, operation, piece_id) for piece_id in operation.blocks()]
    for piece in pieces:
        draft.remove(piece.id)
    beside, after = _target(draft, operation)
    draft.insert(
        [replace(piece, source_row=beside.source_row) for piece in pieces], beside.id, after=after
    )
    return pieces[0].id


def _drop(draft: Chain, operation: Operation) -> str:
    for piece_id in operation.blocks():
        piece = _get(draft, operation, piece_id)
        if "duplicate_of" not in operation.keys:
            draft.put(replace(piece, role=BlockRole.BOILERPLATE))
            continue
        original = _get(draft, operation, operation.text("duplicate_of"))
        if Counter(words(piece.text)) - Counter(words(original.text)):
            raise operation.error(f"block {piece.id} says more than block {original.id}")
        draft.put(replace(piece, role=BlockRole.DUPLICATE, duplicate_of=original.id))
    return (
        operation.text("duplicate_of")
        if "duplicate_of" in operation.keys
        else (operation.blocks()[0])
    )


def _cover(draft: Chain, operation: Operation) -> str:
    ids, elements = operation.blocks(), operation.texts("elements")
    for element in elements:
        if _get(draft, operation, element).role is not BlockRole.ELEMENT:
            raise operation.error(f"block {element} is no action element")
    for piece_id in ids:
        piece = _get(draft, operation, piece_id)
        if piece.role not in (BlockRole.TIME_FRAME, BlockRole.STATUS):
            raise operation.error(f"block {piece_id} is neither time-frame nor status")
        draft.put(replace(piece, covers=tuple(elements), cell=ids[0], pair=None))
    return ids[0]


def _ditto(draft: Chain, operation: Operation) -> str:
    piece = _get(draft, operation, operation.text("block"))
    of = _get(draft, operation, operation.text("of"))
    if any(letter.isalnum() for letter in piece.text):
        raise operation.error(f"block {piece.id} holds words, not a ditto mark")
    draft.put(replace(piece, role=of.role, ditto_of=of.id))
    return piece.id


def _missing(draft: Chain, operation: Operation) -> str:
    name = operation.text("id")
    if name in draft:
        raise operation.error(f"there is a block {name!r} already")
    if "note" not in operation.keys:
        raise operation.error("a missing element needs a 'note'")
    beside, after = _target(draft, operation)
    lost = Piece(
        id=name,
        text="",
        kind=BlockKind.BULLET,
        role=BlockRole.ELEMENT,
        line=beside.line,
        source_row=beside.source_row,
        sources=(),
        missing=True,
    )
    draft.insert([lost], beside.id, after=after)
    return name


def _category(draft: Chain, operation: Operation) -> str:
    piece = _get(draft, operation, operation.text("block"))
    category = operation.text("category")
    if piece.role is not BlockRole.STATUS:
        raise operation.error(f"block {piece.id} is no status")
    if category not in {known.value for known in Category}:
        raise operation.error(f"unknown category {category!r}")
    draft.put(replace(piece, category=category))
    return piece.id


def _note(draft: Chain, operation: Operation) -> str:
    if "note" not in operation.keys:
        raise operation.error("needs 'note', the text of the note")
    return _get(draft, operation, operation.text("block")).id


def _accept(draft: Chain, operation: Operation) -> str:
    # Whether that is odd at all is known when the outline is there.
    operation.text("odd")
    place = operation.blocks()[0]
    if "note" not in operation.keys:
        return place
    try:
        return draft.holder(place).id
    except KeyError:
        return place


def _add_note(draft: Chain, operation: Operation, piece_id: str) -> None:
    if "note" not in operation.keys:
        return
    value = operation.keys.get("confidence", Confidence.HIGH.value)
    if value not in {known.value for known in Confidence}:
        raise operation.error(f"unknown confidence {value!r}; use high, medium or low")
    piece = _get(draft, operation, piece_id)
    note = Note(" ".join(operation.text("note").split()), Confidence(value))
    draft.put(replace(piece, notes=(*piece.notes, note)))


_OPERATIONS: Mapping[str, Callable[[Chain, Operation], str]] = {
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


# -- Acceptances ----------------------------------------------------------------------------------
# What is odd shows when the outline is there, so that is where acceptances are carried out. One
# counts for what is odd at its block in just the words that it quotes: as soon as a later
# correction changes that, a person has to look anew.

_Oddity = tuple[str, str]


def with_acceptances(outline: Outline, before: Draft, corrections: Corrections) -> Outline:
    """``outline`` with the anomalies that ``corrections`` accept, each with the reason.

    ``outline`` is built of ``before``, the draft as classified, with all corrections carried out.
    An acceptance counts no more when a later correction has done away with what was odd. Raises
    CorrectionError for one of what is not odd, and was not when its turn came.
    """
    accepted: dict[_Oddity, str] = {}
    found = _open(outline)
    changes: list[Operation] = []
    then: frozenset[_Oddity] | None = None  # What was odd after ``changes``, once it is asked for.
    for operation in corrections.operations:
        if operation.op != "accept":
            changes.append(operation)
            then = None
            continue
        for oddity in _oddities(operation):
            if oddity in found:
                accepted[oddity] = operation.reason
                continue
            if then is None:
                earlier = Corrections(corrections.document, tuple(changes))
                then = _open(build_outline(apply_corrections(before, earlier)))
            if oddity not in then:
                place, message = oddity
                raise operation.error(f"nothing is odd at block {place} like this: “{message}”")
    if not accepted:
        return outline
    anomalies = tuple(_accepted(anomaly, accepted) for anomaly in outline.anomalies)
    return replace(outline, anomalies=anomalies)


def _open(outline: Outline) -> frozenset[_Oddity]:
    return frozenset((one.place, one.message) for one in outline.anomalies if one.is_open)


def _oddities(operation: Operation) -> Iterator[_Oddity]:
    odd = operation.text("odd")
    return ((place, odd) for place in operation.blocks())


def _accepted(anomaly: Anomaly, accepted: dict[_Oddity, str]) -> Anomaly:
    reason = accepted.get((anomaly.place, anomaly.message), "")
    return replace(anomaly, accepted=reason) if reason and anomaly.is_open else anomaly
