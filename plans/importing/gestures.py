"""What a gesture at a piece means in the words of a corrections file.

A person points at words and blocks; a correction names them so that it fails when the source has
changed: by the first words of a block, by the words before which it is cut.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import count

from plans.importing.corrections import CorrectionError
from plans.importing.draft import Piece
from plans.prose import words

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


def twins(pieces: Sequence[Piece], among: Iterable[Piece]) -> list[Piece]:
    """Those of ``among`` that say all that each of ``pieces`` says: what these may repeat."""
    own = {piece.id for piece in pieces}
    said = [Counter(words(piece.text)) for piece in pieces]
    return [
        other
        for other in among
        if other.id not in own
        and other.text
        and all(not bag - Counter(words(other.text)) for bag in said)
    ]


def missing_id(issue: str, taken: Iterable[str]) -> str:
    """An id for an element of ``issue`` that is missing in the source: ``missing.III.1(c).1``."""
    known = set(taken)
    return next(name for number in count(1) if (name := f"missing.{issue}.{number}") not in known)
