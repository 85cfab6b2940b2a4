"""What changed between two narratives, word by word.

Pure: no Django. Both texts are brought to their stored form first (``plans.text.prose.clean``), so
that neither line ends nor doubled spaces count as changes. The unit compared is the word; where
a paragraph or bullet begins counts as a word of its own, so that a bullet that became a paragraph
shows as a change and its words do not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import reduce
from itertools import groupby
from typing import Literal

from plans.text import prose
from plans.text.prose import ProseBlock

ChangeKind = Literal["same", "removed", "added"]

# A break: the line ends before a block, with the sign of the block when it is a bullet; or the
# sign of a bullet that begins the text. A word keeps the no-break spaces inside it.
_TOKEN = re.compile(
    rf"(?P<break>\n+(?:{prose.BULLET} )?|\A{prose.BULLET} )|(?P<word>[^ \n]+)(?P<space> ?)"
)

# How often two equal words may meet (the places of a word in one text times its places in the
# other, for all words) before fewer of them are compared. Two ordinary texts of 20,000 characters
# stay below it; what is above is one phrase over and over, which would cost the cube of its length.
_MEETINGS = 150_000
# How many words may be an island, and how many times as long the changes around it must be.
_ISLAND, _SHORE = 2, 4
# Of a line that was changed, and not written anew, at least so much of the shorter text is kept.
_LEAST_UNCHANGED = 0.5
# As difflib sees it, a word is popular when it stands in more than one place in a hundred of a
# text of at least so many words.
_LONG = 200


@dataclass(frozen=True, slots=True)
class Change:
    """A run of text that both versions have ("same"), or only the old or only the new one.

    ``text`` is plain text in stored form: it may hold line ends and bullet signs.
    """

    kind: ChangeKind
    text: str


@dataclass(frozen=True, slots=True)
class _Token:
    """A word or a break, and the space that follows it."""

    word: str
    space: str


def diff_words(old: str, new: str) -> tuple[Change, ...]:
    """The changes that lead from ``old`` to ``new``, in reading order. Never raises.

    The texts of "same" and "removed" together are ``clean(old)``, those of "same" and "added"
    together ``clean(new)``, to the letter. No two neighbours are of one kind, none is empty, and
    what was removed stands before what was added in its place. Two empty texts give ().
    """
    before, after = _tokens(prose.clean(old)), _tokens(prose.clean(new))
    collector = _Collector()
    left, right = 0, 0
    for start, other, size in _matches(before, after):
        collector.remove(before[left:start])
        collector.add(after[right:other])
        for offset in range(size):
            collector.keep(before[start + offset], after[other + offset])
        left, right = start + size, other + size
    collector.remove(before[left:])
    collector.add(after[right:])
    return collector.changes()


def smooth_changes(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes as they read best: what was written anew is shown whole.

    Two texts about other things share words by chance. One or two of them between two changes that
    are much longer, and all those of a line of which little else was kept, count as removed and
    added again. All that ``diff_words`` says of its changes holds of these.
    """
    smoothed: list[_Passage] = []
    for _, line in groupby(_passages(changes), key=_Passage.holds_break):
        passages = _without_islands(line)
        unchanged = sum(passage.length for passage in passages if not passage.differs)
        old = sum(len(passage.old.split()) for passage in passages)
        new = sum(len(passage.new.split()) for passage in passages)
        # What is kept is counted in both texts.
        if unchanged < 2 * _LEAST_UNCHANGED * min(old, new):
            passages = [reduce(_Passage.joined_with, passages)]
        smoothed += passages
    return tuple(change for passage in smoothed for change in passage.changes() if change.text)


def _without_islands(passages: Iterable[_Passage]) -> list[_Passage]:
    smoothed: list[_Passage] = []
    for passage in passages:
        if len(smoothed) > 1 and smoothed[-1].is_island_between(smoothed[-2], passage):
            island = smoothed.pop()
            smoothed[-1] = smoothed[-1].joined_with(island).joined_with(passage)
        else:
            smoothed.append(passage)
    return smoothed


@dataclass(frozen=True, slots=True)
class _Passage:
    """What stands in one place of the old text and of the new one."""

    old: str
    new: str
    differs: bool

    @property
    def length(self) -> int:
        return len(self.old.split()) + len(self.new.split())

    def holds_break(self) -> bool:
        """Whether a line that both texts have ends here, or more than one."""
        return not self.differs and "\n" in self.old

    def is_island_between(self, before: _Passage, after: _Passage) -> bool:
        words = len(self.old.split())
        if self.differs or words > _ISLAND:
            return False
        return _SHORE * words <= min(before.length, after.length)

    def joined_with(self, other: _Passage) -> _Passage:
        return _Passage(self.old + other.old, self.new + other.new, True)

    def changes(self) -> tuple[Change, ...]:
        if not self.differs:
            return (Change("same", self.old),)
        return (Change("removed", self.old), Change("added", self.new))


def _passages(changes: Iterable[Change]) -> Iterator[_Passage]:
    for same, run in groupby(changes, key=lambda change: change.kind == "same"):
        texts = {"removed": "", "added": ""}
        for change in run:
            for side in texts if same else (change.kind,):
                texts[side] += change.text
        yield _Passage(texts["removed"], texts["added"], not same)


def count_words(changes: Iterable[Change]) -> tuple[int, int]:
    """How many words were removed and how many added, as (removed, added)."""
    counts = {"removed": 0, "added": 0}
    for change in changes:
        if change.kind != "same":
            counts[change.kind] += len(prose.words(change.text))
    return counts["removed"], counts["added"]


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(match["break"] or match["word"], match["space"] or "")
        for match in _TOKEN.finditer(text)
    ]


def _matches(before: Sequence[_Token], after: Sequence[_Token]) -> list[tuple[int, int, int]]:
    """Runs of equal words as (place in ``before``, place in ``after``, length), in order.

    The runs that both texts begin and end with are found first: most edits touch little.
    """
    olds = [token.word for token in before]
    news = [token.word for token in after]
    shorter = min(len(olds), len(news))
    head = 0
    while head < shorter and olds[head] == news[head]:
        head += 1
    tail = 0
    while tail < shorter - head and olds[-1 - tail] == news[-1 - tail]:
        tail += 1
    runs = _runs(olds[head : len(olds) - tail], news[head : len(news) - tail])
    return [
        (0, 0, head),
        *((at + head, other + head, size) for at, other, size in runs),
        (len(olds) - tail, len(news) - tail, tail),
    ]


def _runs(olds: Sequence[str], news: Sequence[str]) -> list[tuple[int, int, int]]:
    """Runs of equal words in the middle of two texts. What is too dear to compare has none."""
    every, rare = _meetings(olds, news)
    if rare > _MEETINGS:
        return []
    matcher = SequenceMatcher(None, olds, news, autojunk=every > _MEETINGS)
    return [(match.a, match.b, match.size) for match in matcher.get_matching_blocks()]


def _meetings(olds: Sequence[str], news: Sequence[str]) -> tuple[int, int]:
    """How often equal words meet: all of them, and those that are not popular in ``news``."""
    counts = Counter(news)
    popular = len(news) // 100 + 1 if len(news) >= _LONG else len(news)
    every = rare = 0
    for word, count in Counter(olds).items():
        meetings = count * counts[word]
        every += meetings
        if counts[word] <= popular:
            rare += meetings
    return every, rare


class _Collector:
    """Gathers tokens into changes. What is removed is written before what is added."""

    def __init__(self) -> None:
        self._changes: list[Change] = []
        self._same: list[str] = []
        self._removed: list[str] = []
        self._added: list[str] = []

    def remove(self, tokens: Iterable[_Token]) -> None:
        self._removed.extend(token.word + token.space for token in tokens)

    def add(self, tokens: Iterable[_Token]) -> None:
        self._added.extend(token.word + token.space for token in tokens)

    def keep(self, old: _Token, new: _Token) -> None:
        """A word of both texts. A space that only one has after it belongs to what follows."""
        if self._removed or self._added:
            self._finish()
        self._same.append(new.word)
        if old.space == new.space:
            self._same.append(new.space)
        else:
            self._removed.append(old.space)
            self._added.append(new.space)

    def changes(self) -> tuple[Change, ...]:
        self._finish()
        return tuple(self._changes)

    def _finish(self) -> None:
        kinds: tuple[tuple[ChangeKind, list[str]], ...] = (
            ("same", self._same),
            ("removed", self._removed),
            ("added", self._added),
        )
        for kind, pieces in kinds:
            text = "".join(pieces)
            if text:
                self._changes.append(Change(kind, text))
            pieces.clear()


# -- Blocks ----------------------------------------------------------------------------------------
# ``diff_words`` finds the changes between two narratives as runs of plain text. Here they become
# blocks: where either text begins a paragraph or bullet, a block begins, and each holds
# pieces of words that both texts have, or only one.

BlockKind = Literal["paragraph", "bullet"]

PILCROW = "¶"
"""Stands for a break that came or went while the words around it stayed: alone it has no ink."""

_BREAK = re.compile(rf"(\n+(?:{prose.BULLET} )?)")
_SIGN = f"{prose.BULLET} "


@dataclass(frozen=True, slots=True)
class DiffBlock:
    """One paragraph or bullet of the two texts in one.

    ``kind`` is that of the new text, or of the old one where the new has no word here. ``opened``
    tells in which of the texts the break before it stands; the first block's is in both.
    ``signs`` are to be shown before the ``pieces``: what became of the break or of the bullet,
    where the words do not show it. Each piece ends with the space that follows it in its text.
    """

    kind: BlockKind
    opened: ChangeKind
    signs: tuple[Change, ...]
    pieces: tuple[Change, ...]

    @property
    def shown(self) -> tuple[Change, ...]:
        """Signs and words, in the order in which they stand, for the eye: parted by spaces that
        are not marked."""
        return tuple(_parted((*self.signs, *self.pieces)))


def unchanged_blocks(blocks: Iterable[ProseBlock]) -> tuple[DiffBlock, ...]:
    """Blocks in which nothing changed."""
    return tuple(
        DiffBlock(block.kind, "same", (), (Change("same", block.text),)) for block in blocks
    )


def diff_blocks(changes: Iterable[Change]) -> tuple[DiffBlock, ...]:
    """The changes that ``diff_words`` found, as blocks.

    The words of the pieces that are "same" or "removed" are those of the old text, of those that
    are "same" or "added" the words of the new one, in order. A block without any word is left
    out.
    """
    blocks_begun = [_Open()]
    kinds: dict[ChangeKind, BlockKind] = {"removed": "paragraph", "added": "paragraph"}
    begun: set[ChangeKind] = set()
    for change in changes:
        sides = _SIDES[change.kind]
        for text, is_break in _split(change.text, begins=begun.isdisjoint(sides)):
            if not is_break:
                blocks_begun[-1].pieces.append(Change(change.kind, text))
            else:
                for side in sides:
                    kinds[side] = "bullet" if text.endswith(_SIGN) else "paragraph"
                if "\n" in text:
                    _break(blocks_begun, change.kind)
            begun.update(sides)
            blocks_begun[-1].old_kind, blocks_begun[-1].new_kind = kinds["removed"], kinds["added"]
    blocks = [block for block in blocks_begun if block.finish()]
    return tuple(
        _closed(block, blocks[index - 1] if index else None) for index, block in enumerate(blocks)
    )


# Which texts hold a piece: the old one goes by the name "removed", the new one by "added".
_SIDES: dict[ChangeKind, tuple[ChangeKind, ...]] = {
    "same": ("removed", "added"),
    "removed": ("removed",),
    "added": ("added",),
}


@dataclass(slots=True)
class _Open:
    """A block that may still get words."""

    opened: ChangeKind = "same"
    old_kind: BlockKind = "paragraph"
    new_kind: BlockKind = "paragraph"
    pieces: list[Change] = field(default_factory=list)

    def finish(self) -> bool:
        """Bring the pieces to their last form; False when they hold no word."""
        self.pieces = _joined(self.pieces)
        return bool(self.pieces)


def _split(text: str, *, begins: bool) -> Iterator[tuple[str, bool]]:
    """Runs of words and breaks, in turn. A text that ``begins`` may do so with a bullet's sign."""
    if begins and text.startswith(_SIGN):
        yield _SIGN, True
        text = text[len(_SIGN) :]
    for index, piece in enumerate(_BREAK.split(text)):
        if piece:
            yield piece, index % 2 == 1


def _break(blocks_begun: list[_Open], kind: ChangeKind) -> None:
    """Begin a block. Where the old text's break is replaced by one of the new, it is one break."""
    last = blocks_begun[-1]
    if not any(piece.text.strip() for piece in last.pieces) and last.opened != kind:
        last.opened = "same"
    else:
        blocks_begun.append(_Open(opened=kind))


def _joined(pieces: Iterable[Change]) -> list[Change]:
    """Without spaces that only one text has, and without any at the edges of the block."""
    joined: list[Change] = []
    for piece in pieces:
        if piece.text.strip():
            run = piece
        elif piece.kind == "removed" or not joined:
            continue
        else:
            run = Change("same", piece.text)
        if joined and joined[-1].kind == run.kind:
            joined[-1] = Change(run.kind, joined[-1].text + run.text)
        else:
            joined.append(run)
    while joined and not joined[-1].text.strip():
        joined.pop()
    if joined:
        joined[0] = Change(joined[0].kind, joined[0].text.lstrip())
        joined[-1] = Change(joined[-1].kind, joined[-1].text.rstrip())
    return joined


def _parted(pieces: Iterable[Change]) -> Iterator[Change]:
    """Pieces as they are to be seen: a space is marked inside of one only, not at its edges."""
    before: Change | None = None
    space = ""
    for piece in pieces:
        if piece.kind == "same":
            yield Change("same", space + piece.text)
            space = ""
        else:
            marked_before = before is not None and before.kind != "same"
            if space or marked_before or piece.text.startswith(" "):
                yield Change("same", " ")
            yield Change(piece.kind, piece.text.strip(" "))
            space = " " if piece.text.endswith(" ") else ""
        before = piece


def _closed(block: _Open, before: _Open | None) -> DiffBlock:
    remains = any(piece.kind != "removed" for piece in block.pieces)
    return DiffBlock(
        kind=block.new_kind if remains else block.old_kind,
        opened=block.opened if before is not None else "same",
        signs=_signs(block, before),
        pieces=tuple(block.pieces),
    )


def _signs(block: _Open, before: _Open | None) -> tuple[Change, ...]:
    first = block.pieces[0].kind
    if before is None or block.opened == "same":
        if block.old_kind == block.new_kind or first != "same":
            return ()
        kind: ChangeKind = "added" if block.new_kind == "bullet" else "removed"
        return (Change(kind, _SIGN),)
    if block.opened in (first, before.pieces[-1].kind):
        return ()
    return (Change(block.opened, f"{PILCROW} "),)
