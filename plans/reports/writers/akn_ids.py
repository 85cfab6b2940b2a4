"""The ``eId`` of each part of an Akoma Ntoso document. Pure.

By the standard's naming convention an id is that of what stands around, two underscores, the kind
of the element in its short form, one underscore and its number: ``part_I__tblock_1-a__item_2``.
Here the number comes from the plan's own reference and not from the place in the table, so that an
id stays the same when the elements before it change.
"""

from __future__ import annotations

import re
import unicodedata

_NOT_IN_A_NUMBER = re.compile(r"[\W_]+")


class Ids:
    """Gives ids, no two alike."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, wanted: str) -> str:
        """``wanted``, or with the first number after it that makes it unlike all others."""
        found, count = wanted, 1
        while found in self._taken:
            count += 1
            found = f"{wanted}-{count}"
        self._taken.add(found)
        return found

    def below(self, around: str, kind: str, number: str) -> str:
        """A new id of the element ``kind`` with ``number``, within the element ``around`` if any.

        ``number`` is as printed: its letters and figures are kept, what stands between them
        becomes a hyphen.
        """
        own = f"{kind}_{plain_number(number) or '0'}"
        return self.new(f"{around}__{own}" if around else own)


def plain_number(number: str) -> str:
    """Such as "1-a" for "1(a)."; "" for what has neither letters nor figures."""
    return _NOT_IN_A_NUMBER.sub("-", unicodedata.normalize("NFKC", number)).strip("-")


def number_within(reference: str, around: str) -> str:
    """What ``reference`` adds to the one ``around`` it: "2" for "I.1(a).2" in "I.1(a)"."""
    return reference.removeprefix(around) if reference.startswith(around) else reference
