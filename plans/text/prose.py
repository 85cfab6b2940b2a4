"""Narratives: plain text made of paragraphs and bullets, and nothing else.

Pure: no Django. In the stored form a blank line parts paragraphs, and a line that begins with
"• " is a bullet. ``clean`` brings what people paste to that form, ``parse`` reads it, ``render``
writes it. Every function takes any text whatever and time linear in its length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

BULLET = "•"

# The signs that printers, word processors and mailers set before a bullet. The last row are
# glyphs of Symbol and Wingdings, which Word leaves in the private use area.
_SIGNS = "•·‣◦▪▫■□●○◆◇➢➤⁃∙" + "\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf0a8\uf06e\uf071"
# Dashes and asterisks are bullets only before white space; "o" and "§", Word's second level when
# the font is lost, only before the tab that Word puts there.
_BULLET = re.compile(rf"\s*(?:[{_SIGNS}]\s*|[-*–—](?:\s+|$)|[o§]\t\s*)+")

_BREAKS = re.compile("\r\n|[\r\x0b\x85\u2028\x1c-\x1f]")
_PARAGRAPH_BREAKS = re.compile("[\x0c\u2029]")

# Removed: control characters; marks without width or that override the direction of what follows
# (a text could show other words than it holds); soft hyphens, which hide words from a search;
# half characters, which no database takes. Kept: the joiners that Persian, Indic scripts and
# emoji need, and the plain direction marks of right-to-left text.
_REMOVED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffc\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_SPACES = re.compile(r"[^\S\n]+")
_NARROW, _WIDE = "\u202f", "\u00a0"
_SPACED_FROM_THE_LEFT = frozenset(":;!?»%‰€$£°")


@dataclass(frozen=True, slots=True)
class ProseBlock:
    """One paragraph or bullet: a line of text, without the bullet sign.

    Raises ``ValueError`` when ``text`` is not what ``parse`` could have read: empty, with white
    space at its edges or doubled, of several lines, or beginning with a bullet sign.
    """

    kind: Literal["paragraph", "bullet"]
    text: str

    def __post_init__(self) -> None:
        if not self.text or _one_line(self.text) != self.text or _BULLET.match(self.text):
            raise ValueError(f"not the text of one paragraph or bullet: {self.text[:60]!r}")


def parse(text: str) -> tuple[ProseBlock, ...]:
    """Read plain text into paragraphs and bullets. Never raises.

    A blank line ends a paragraph or a bullet, a line that begins with a bullet sign begins a
    bullet, and any other line goes on with what the line before it began. A bullet without
    words is dropped. "•" is the sign that is stored; "-", "*", "–" before white space, "·" and
    Word's signs are read too.
    """
    if not text:
        return ()
    blocks: list[ProseBlock] = []
    kind: Literal["paragraph", "bullet"] | None = None
    lines: list[str] = []

    def finish() -> None:
        joined = _one_line(" ".join(lines))
        if kind is not None and joined:
            blocks.append(ProseBlock(kind, joined))
        lines.clear()

    for line in _with_plain_breaks(text).split("\n"):
        sign = _BULLET.match(line)
        if sign is not None:
            finish()
            kind = "bullet"
            lines.append(line[sign.end() :])
        elif not line.strip():
            finish()
            kind = None
        else:
            kind = kind or "paragraph"
            lines.append(line.strip())
    finish()
    return tuple(blocks)


def render(blocks: Iterable[ProseBlock]) -> str:
    """Write blocks as stored plain text, so that ``parse(render(blocks))`` gives them back.

    Bullets follow each other on neighbouring lines; everything else is parted by a blank line.
    No block gives "".
    """
    pieces: list[str] = []
    before: ProseBlock | None = None
    for block in blocks:
        if before is not None:
            pieces.append("\n" if before.kind == block.kind == "bullet" else "\n\n")
        pieces.append(f"{BULLET} {block.text}" if block.kind == "bullet" else block.text)
        before = block
    return "".join(pieces)


def clean(text: str, *, max_length: int | None = None) -> str:
    """Bring pasted text to the stored form. Never raises; cleaning twice changes nothing more.

    Accents are composed (NFC); line ends of every system become "\\n"; tabs and runs of spaces
    become one space; control characters, zero-width marks and direction overrides go; bullets
    get the one sign. A no-break space stays where typography asks for it, before ":", ";",
    "!", "?", "»", "%", a currency or degree sign, after "«" and between digits, and is an
    ordinary space elsewhere.

    ``max_length``: the most characters to return. What is longer is cut after the last word
    that fits whole, or within the first word if even that does not fit. Callers that must not
    lose words compare lengths first.
    """
    cleaned = render(parse(_normalised(text)))
    limit = len(cleaned) if max_length is None else max(max_length, 0)
    if len(cleaned) <= limit:
        return cleaned
    cut = cleaned[:limit]
    if not cleaned[limit].isspace():
        whole_words = re.match(r"(?s).*\s", cut)
        if whole_words is not None and words(whole_words[0]):
            cut = whole_words[0]
    return render(parse(_normalised(cut)))


def words(text: str) -> list[str]:
    """The words of a text, for accounting, in order.

    A word is a run of characters between white space (no-break spaces too), after the cleaning
    that ``clean`` does, so ``words(clean(text)) == words(text)``. Signs that can only be bullets
    ("•") are no words and no part of one, wherever they stand; a dash is not one at the start of
    a line, where it is a bullet, and is one elsewhere.
    """
    result: list[str] = []
    for block in parse(_normalised(text)):
        result.extend(word for token in block.text.split() if (word := token.lstrip(_SIGNS)))
    return result


def unprintable(text: str) -> int:
    """How many characters ``clean`` takes out because nobody can see them in print.

    Control characters, zero-width marks, direction overrides and halves of characters. Line
    ends and tabs are not among them.
    """
    return len(_REMOVED.findall(_with_plain_breaks(text)))


def one_line(text: str) -> str:
    """``text`` as one line of plain text, cleaned as ``clean`` does, signs of bullets kept.

    For what is no narrative: titles, numbers, names. Never raises.
    """
    return _one_line(_normalised(text))


def _with_plain_breaks(text: str) -> str:
    return _PARAGRAPH_BREAKS.sub("\n\n", _BREAKS.sub("\n", text))


def _normalised(text: str) -> str:
    return unicodedata.normalize("NFC", _REMOVED.sub("", _with_plain_breaks(text)))


def _one_line(text: str) -> str:
    """Text with every run of white space made one space, and none at its edges."""
    if _WIDE not in text and _NARROW not in text:
        return " ".join(text.split())
    return _SPACES.sub(_one_space, text.replace("\n", " ")).strip()


def _one_space(match: re.Match[str]) -> str:
    """The space that a run of white space becomes: no-break only where typography asks for it."""
    run, text = match[0], match.string
    narrow = _NARROW in run
    if not narrow and _WIDE not in run:
        return " "
    before = text[match.start() - 1] if match.start() else ""
    after = text[match.end()] if match.end() < len(text) else ""
    if after in _SPACED_FROM_THE_LEFT or before == "«" or (before.isdigit() and after.isdigit()):
        return _NARROW if narrow else _WIDE
    return " "
