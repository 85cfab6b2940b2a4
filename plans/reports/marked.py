"""A text with its changes marked, as the paragraphs and bullets that a page shows. Pure.

``plans.reports.diff`` finds the changes between two narratives as runs of plain text. Here they
become blocks: where either text begins a paragraph or bullet, a block begins, and each holds
pieces of words that both texts have, or only one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from plans import prose
from plans.prose import Block
from plans.reports.diff import Change, ChangeKind

BlockKind = Literal["paragraph", "bullet"]

PILCROW = "¶"
"""Stands for a break that came or went while the words around it stayed: alone it has no ink."""

_BREAK = re.compile(rf"(\n+(?:{prose.BULLET} )?)")
_SIGN = f"{prose.BULLET} "


@dataclass(frozen=True, slots=True)
class MarkedBlock:
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


def unmarked(blocks: Iterable[Block]) -> tuple[MarkedBlock, ...]:
    """Blocks in which nothing changed."""
    return tuple(
        MarkedBlock(block.kind, "same", (), (Change("same", block.text),)) for block in blocks
    )


def marked_blocks(changes: Iterable[Change]) -> tuple[MarkedBlock, ...]:
    """The changes that ``diff_words`` found, as blocks.

    The words of the pieces that are "same" or "removed" are those of the old text, of those that
    are "same" or "added" the words of the new one, in order. A block without any word is left
    out.
    """
    found = [_Open()]
    kinds: dict[ChangeKind, BlockKind] = {"removed": "paragraph", "added": "paragraph"}
    begun: set[ChangeKind] = set()
    for change in changes:
        sides = _SIDES[change.kind]
        for text, is_break in _split(change.text, begins=begun.isdisjoint(sides)):
            if not is_break:
                found[-1].pieces.append(Change(change.kind, text))
            else:
                for side in sides:
                    kinds[side] = "bullet" if text.endswith(_SIGN) else "paragraph"
                if "\n" in text:
                    _break(found, change.kind)
            begun.update(sides)
            found[-1].old_kind, found[-1].new_kind = kinds["removed"], kinds["added"]
    blocks = [block for block in found if block.finish()]
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


def _break(found: list[_Open], kind: ChangeKind) -> None:
    """Begin a block. Where the old text's break is replaced by one of the new, it is one break."""
    last = found[-1]
    if not any(piece.text.strip() for piece in last.pieces) and last.opened != kind:
        last.opened = "same"
    else:
        found.append(_Open(opened=kind))


def _joined(pieces: Iterable[Change]) -> list[Change]:
    """Without spaces that only one text has, and without any at the edges of the block."""
    joined: list[Change] = []
    for piece in pieces:
        if piece.text.strip():
            found = piece
        elif piece.kind == "removed" or not joined:
            continue
        else:
            found = Change("same", piece.text)
        if joined and joined[-1].kind == found.kind:
            joined[-1] = Change(found.kind, joined[-1].text + found.text)
        else:
            joined.append(found)
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


def _closed(block: _Open, before: _Open | None) -> MarkedBlock:
    kept = any(piece.kind != "removed" for piece in block.pieces)
    return MarkedBlock(
        kind=block.new_kind if kept else block.old_kind,
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
