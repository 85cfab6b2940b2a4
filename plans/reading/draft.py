"""The draft: every word of a document as classified pieces, on its way to an outline.

A piece begins as one block. Splitting makes several pieces of it, joining one piece of several;
in both cases each keeps the ids of the blocks it came from. Pieces stand in reading order, which
is not always the order of the source: a bullet that fell under the next issue's label stands
where it belongs.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from plans.reading.source_table import BlockKind, BlockRole, SourceBlock


class Confidence(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Note:
    """An editorial note."""

    text: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something in the source that is not as it should be, and where.

    ``repaired`` tells that the classifier proved what is meant and put it right; otherwise it
    took the likeliest reading, or none, and a person should look. ``where`` names the line in
    words where the source has no lines. ``accepted`` is why a person found it right as it stands,
    "" while nobody has.
    """

    place: str
    line: int
    message: str
    repaired: bool = False
    where: str = ""
    accepted: str = ""

    @property
    def is_open(self) -> bool:
        """Whether a person should still look."""
        return not self.repaired and not self.accepted

    def __str__(self) -> str:
        places = [self.where or f"line {self.line}", *([self.place] if self.place else [])]
        return f"{', '.join(places)}: {self.message}"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of text and what it was taken for.

    ``source_row`` names the row that the piece is beside: time-frames and statuses belong to the
    elements of their source row unless ``covers`` names other pieces. ``pair`` is the time-frame
    that a status ran into; both belong to the same elements. ``cell`` joins statuses into one.
    ``missing`` marks an element whose words the conversion lost; its text is empty.
    ``declared``: the document itself says what the piece is.
    """

    id: str
    text: str
    kind: BlockKind
    role: BlockRole
    line: int
    source_row: str
    sources: tuple[str, ...]
    confidence: Confidence = Confidence.HIGH
    pair: str | None = None
    covers: tuple[str, ...] | None = None
    cell: str | None = None
    duplicate_of: str | None = None
    ditto_of: str | None = None
    category: str | None = None
    missing: bool = False
    notes: tuple[Note, ...] = ()
    declared: bool = False


def piece_of(
    block: SourceBlock,
    role: BlockRole,
    *,
    source_row: str = "",
    confidence: Confidence = Confidence.HIGH,
) -> Piece:
    """The piece that is the whole of ``block``."""
    return Piece(
        id=block.id,
        text=block.text,
        kind=block.kind,
        role=role,
        line=block.line,
        source_row=source_row,
        sources=(block.id,),
        confidence=confidence,
        duplicate_of=block.repeats,
        declared=block.role is not None,
    )


def cut(piece: Piece, starts: Iterable[int]) -> list[Piece]:
    """Cut ``piece`` at the offsets ``starts`` of its text into pieces ``id#1``, ``id#2``…

    Offsets must grow and lie at words' beginnings; 0 and the end are implied.
    """
    bounds = [0, *(start for start in starts if start > 0), len(piece.text)]
    texts = [piece.text[start:end].strip() for start, end in itertools.pairwise(bounds)]
    return [
        replace(piece, id=f"{piece.id}#{index}", text=text)
        for index, text in enumerate((text for text in texts if text), 1)
    ]


def joined(pieces: Iterable[Piece]) -> Piece:
    """One piece of several, in their order, under the first one's id, role and place."""
    first, *others = pieces
    sources = dict.fromkeys(first.sources)
    for other in others:
        sources.update(dict.fromkeys(other.sources))
    return replace(
        first,
        text=" ".join(piece.text for piece in (first, *others)),
        sources=tuple(sources),
        notes=tuple(note for piece in (first, *others) for note in piece.notes),
    )


@dataclass
class Draft:
    """The pieces in reading order, and what was noticed on the way.

    ``line_names`` are those of the source table.
    """

    pieces: list[Piece] = field(default_factory=list)
    anomalies: list[Anomaly] = field(default_factory=list)
    line_names: Mapping[int, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Piece]:
        return iter(self.pieces)

    def anomaly(self, piece: Piece, message: str, *, repaired: bool = False) -> None:
        where = self.line_names.get(piece.line, "")
        self.anomalies.append(Anomaly(piece.id, piece.line, message, repaired, where))


class Chain:
    """Pieces in reading order that are found, replaced, put in and taken out by their ids.

    What each of these costs does not grow with the number of pieces. Where several pieces are
    found under one name, it is the first that counts; finding out which that is takes a walk.
    """

    def __init__(self, pieces: Iterable[Piece]) -> None:
        # By numbers that say nothing of the order; 0 stands before the first and after the last.
        self._pieces: dict[int, Piece] = {}
        self._after = {0: 0}
        self._before = {0: 0}
        self._ids: defaultdict[str, set[int]] = defaultdict(set)
        self._holders: defaultdict[str, set[int]] = defaultdict(set)
        self._numbers = itertools.count(1)
        self._link(pieces, 0)

    def __iter__(self) -> Iterator[Piece]:
        return (self._pieces[number] for number in self._walk())

    def __contains__(self, piece_id: str) -> bool:
        return bool(self._ids.get(piece_id))

    def get(self, piece_id: str) -> Piece:
        """Raises KeyError, as the methods below do, when there is no piece of that id."""
        return self._pieces[self._first(self._ids, piece_id)]

    def holder(self, name: str) -> Piece:
        """The piece of the id ``name``, or that the block ``name`` is a source of."""
        return self._pieces[self._first(self._holders, name)]

    def put(self, piece: Piece) -> None:
        """Replace the piece of the same id."""
        self.replace(piece.id, [piece])

    def replace(self, piece_id: str, pieces: Iterable[Piece]) -> None:
        number = self._first(self._ids, piece_id)
        self._link(pieces, number)
        self._unlink(number)

    def insert(self, pieces: Iterable[Piece], beside: str, *, after: bool) -> None:
        number = self._first(self._ids, beside)
        self._link(pieces, self._after[number] if after else number)

    def remove(self, piece_id: str) -> None:
        """Take out every piece of that id."""
        for number in list(self._ids[piece_id]):
            self._unlink(number)

    def _walk(self) -> Iterator[int]:
        number = self._after[0]
        while number:
            yield number
            number = self._after[number]

    def _first(self, names: Mapping[str, set[int]], name: str) -> int:
        numbers = names.get(name)
        if not numbers:
            raise KeyError(name)
        if len(numbers) == 1:
            return next(iter(numbers))
        return next(number for number in self._walk() if number in numbers)

    def _link(self, pieces: Iterable[Piece], after: int) -> None:
        """Put ``pieces`` before the piece of the number ``after``."""
        for piece in pieces:
            number, before = next(self._numbers), self._before[after]
            self._pieces[number] = piece
            self._after[before] = self._before[after] = number
            self._before[number], self._after[number] = before, after
            self._ids[piece.id].add(number)
            for name in {piece.id, *piece.sources}:
                self._holders[name].add(number)

    def _unlink(self, number: int) -> None:
        piece = self._pieces.pop(number)
        before, after = self._before.pop(number), self._after.pop(number)
        self._after[before], self._before[after] = after, before
        self._ids[piece.id].remove(number)
        for name in {piece.id, *piece.sources}:
            self._holders[name].remove(number)
