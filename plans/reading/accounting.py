"""Accounting: every word of the source ends up in exactly one place, and none is made up.

The account is taken end to end: from the words of the file's lines, read without structure, to
the words of the finished outline, read back out of it. ``Measure`` says how much the classifier
placed right without a correction.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from plans.reading.draft import Draft
from plans.reading.outline import Outline
from plans.reading.source_table import BlockRole, SourceTable
from plans.text.prose import parse, words


@dataclass(frozen=True, slots=True)
class UnplacedWords:
    """Words of one line that have no place. ``place`` is a block id, or "" when they were lost
    on the way and belong to none. ``where`` names the line in words where the source has none."""

    line: int
    place: str
    words: tuple[str, ...]
    where: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """How many words were read, and where they went.

    ``read == placed + boilerplate + duplicates + unplaced`` when nothing was lost or made up.
    ``invented`` are words of the outline that the source does not have.
    """

    read: int
    placed: int
    boilerplate: int
    duplicates: int
    unplaced: int
    unplaced_words: tuple[UnplacedWords, ...]
    invented: tuple[str, ...]

    @property
    def balances(self) -> bool:
        """True when every word has its place and none was made up."""
        return not self.unplaced and not self.invented

    def report(self) -> str:
        """The account in lines for people, ending with the count of unplaced words."""
        lines = [
            f"words read        {self.read:6}",
            f"words placed      {self.placed:6}",
            f"boilerplate       {self.boilerplate:6}",
            f"duplicates        {self.duplicates:6}",
        ]
        for item in self.unplaced_words:
            place = f" ({item.place})" if item.place else ""
            lines.append(f"  {item.where or f'line {item.line}'}{place}: {' '.join(item.words)}")
        if self.invented:
            lines.append(f"words not in the source: {' '.join(self.invented)}")
        lines.append(f"{self.unplaced} unplaced words")
        return "\n".join(lines)


def take_account(source: SourceTable, draft: Draft, outline: Outline) -> Account:
    """The account of ``outline``, which was built from ``draft``, which was made of ``source``."""
    unplaced = _lost_in_reading(source) + _lost_in_pieces(source, draft)
    unplaced += [
        UnplacedWords(piece.line, piece.id, tuple(_words(piece.text)))
        for piece in outline.unplaced
        if _words(piece.text)
    ]
    placed_pieces = [piece for piece in draft if piece.id in outline.placements]
    expected = Counter(word for piece in placed_pieces for word in _words(piece.text))
    found = Counter(outline_words(outline))
    by_id = {piece.id: piece for piece in draft}
    for piece in placed_pieces:
        # A ditto mark stands in the outline as the words it repeats.
        if piece.ditto_of is not None and piece.ditto_of in by_id:
            found.update(_words(piece.text))
            found.subtract(_words(by_id[piece.ditto_of].text))
    lost = expected - found
    for piece in placed_pieces:
        gone = tuple(word for word in _words(piece.text) if _take(lost, word))
        if gone:
            unplaced.append(UnplacedWords(piece.line, piece.id, gone))
    invented = tuple((found - expected).elements())
    count = sum(len(item.words) for item in unplaced)
    return Account(
        read=sum(len(found) for _, found in source.raw_words),
        placed=sum(expected.values()) - sum((expected - found).values()),
        boilerplate=_count(draft, BlockRole.BOILERPLATE),
        duplicates=_count(draft, BlockRole.DUPLICATE),
        unplaced=count,
        unplaced_words=tuple(
            replace(item, where=source.line_names.get(item.line, ""))
            for item in sorted(unplaced, key=lambda item: (item.line, item.place))
        ),
        invented=invented,
    )


def outline_words(outline: Outline) -> Iterator[str]:
    """Every word of ``outline``, numbers and marks as they were printed."""
    cover = outline.cover
    yield from _words(f"{cover.agenda_item} {cover.title} {cover.place_date}")
    for number, text in cover.paragraphs:
        yield from _words(f"{number}. {text}" if number else text)
    for mark, text in cover.footnotes:
        yield from _words(f"{mark} {text}")
    for part in outline.parts:
        yield from _words(part.printed_heading)
        for column in part.columns:
            yield from _words(column)
        for issue in part.issues:
            yield from _words(f"{issue.printed_number} {issue.title}\n\n{issue.context}")
            for group in issue.groups:
                yield from _words(f"{group.heading} {group.lead_in}")
                for element in group.elements:
                    yield from _words(element.text)
            for frame in issue.time_frames:
                yield from _words(frame.text)
    for status in outline.statuses:
        for block in parse(status.text):
            yield from _words(block.text)


@lru_cache(maxsize=50_000)
def _words(text: str) -> tuple[str, ...]:
    # Each block is asked for several times, and again after every step of a review.
    return tuple(words(text))


def _count(draft: Draft, role: BlockRole) -> int:
    return sum(len(_words(piece.text)) for piece in draft if piece.role is role)


def _take(bag: Counter[str], word: str) -> bool:
    if bag[word] <= 0:
        return False
    bag[word] -= 1
    return True


def _lost_in_reading(source: SourceTable) -> list[UnplacedWords]:
    """Words of the file's lines that are in no block."""
    by_line: dict[int, Counter[str]] = defaultdict(Counter)
    for block in source.blocks():
        by_line[block.line].update(_words(block.text))
    return list(_missing(source.raw_words, by_line))


def _lost_in_pieces(source: SourceTable, draft: Draft) -> list[UnplacedWords]:
    """Words of blocks that are in no piece."""
    blocks = {block.id: block for block in source.blocks()}
    pieces: Counter[str] = Counter(word for piece in draft for word in _words(piece.text))
    lost = Counter(word for block in blocks.values() for word in _words(block.text)) - pieces
    found = []
    for block in blocks.values():
        gone = tuple(word for word in _words(block.text) if _take(lost, word)) if lost else ()
        if gone:
            found.append(UnplacedWords(block.line, block.id, gone))
    return found


def _missing(
    lines: Iterable[tuple[int, tuple[str, ...]]], by_line: dict[int, Counter[str]]
) -> Iterator[UnplacedWords]:
    for line, expected in lines:
        have = Counter(by_line[line])
        gone = tuple(word for word in expected if not _take(have, word))
        if gone:
            yield UnplacedWords(line, "", gone)


# -- Precision of the classifier ------------------------------------------------------------------

_Places = dict[str, set[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Measure:
    """``right`` of ``total`` blocks stand, before any correction, where they stand after all."""

    right: int
    total: int

    @property
    def percent(self) -> float:
        return 100 * self.right / self.total if self.total else 100.0

    def __str__(self) -> str:
        return f"{self.right} of {self.total} blocks ({self.percent:.1f} %)"


def measure(
    source: SourceTable,
    before: tuple[Draft, Outline],
    after: tuple[Draft, Outline],
) -> Measure:
    """Compare the classifier's own outline with the corrected one, block by block.

    A block is right when it was cut into the same pieces, each with the same words and role, in
    the same issue and, for a time-frame or status, covering the same elements.
    """
    first, last = _places(*before), _places(*after)
    ids = [block.id for block in source.blocks()]
    right = sum(first[name] == last[name] for name in ids)
    return Measure(right, len(ids))


def _places(draft: Draft, outline: Outline) -> _Places:
    """For every block, the pieces it is in, with their words, role and holders.

    Holders are named by pieces, not by references, which an element inserted before would shift.
    """
    name_of = {element.reference: element.piece for element in outline.elements()}
    name_of |= {issue.reference: issue.piece for issue in outline.issues()}
    places: _Places = defaultdict(set)
    for piece in draft:
        where = outline.placements.get(piece.id, (piece.role.value, "not placed"))
        holders = tuple(name_of.get(holder, holder) for holder in where[1:])
        for source in piece.sources:
            places[source].add(
                (piece.text, where[0], *holders, piece.duplicate_of or "", piece.ditto_of or "")
            )
    return places
