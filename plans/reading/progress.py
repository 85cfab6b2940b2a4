"""Work in steps: each is told when it is done, and the last one is followed by what came of it.

Pure.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Step:
    """So many are done, ``of`` so many to be.

    ``name`` says of what: the name of a model in small letters for rows that are written, or one
    of ``READING`` and ``MATCHING``.
    """

    name: str
    done: int
    of: int


READING = ("sheet read", "row read", "line read", "block told", "element found", "word placed")
"""What is done, in this order, when a document is read."""
MATCHING = ("element same", "pair compared", "element matched")
"""What is done, in this order, when two versions are matched."""

Steps: TypeAlias = Generator[Step, None, _Result]
"""Work that goes on as it is asked for its next step. Closed before its end it is given up."""


def to_the_end(steps: Steps[_Result]) -> _Result:
    """Do all of the work at once; what came of it."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: _Result = end.value
            return result
