"""Work in steps: each is told when it is done, and the last one is followed by what came of it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Written:
    """So many rows of a model, named in small letters, are written, ``of`` so many to be."""

    name: str
    done: int
    of: int


Steps: TypeAlias = Generator[Written, None, _Result]
"""Work that goes on as it is asked for its next step. Closed before its end it is given up."""


def to_the_end(steps: Steps[_Result]) -> _Result:
    """Do all of the work at once; what came of it."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: _Result = end.value
            return result
