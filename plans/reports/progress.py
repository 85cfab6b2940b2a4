"""How far a file is: what its writer tells whoever wants to know. Pure."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int], None]
"""Is told, again and again, how many action elements are done."""


def untold(_done: int) -> None:
    """A Progress that nobody wants to know."""


class Count:
    """Counts the rows of elements as they are done, and tells ``progress`` how many elements are.

    ``rows`` is how many rows each element has in the file.
    """

    def __init__(self, progress: Progress, *, rows: int = 1) -> None:
        self._progress = progress
        self._each = rows
        self._rows = 0

    def row(self) -> None:
        """One more row of an element is done."""
        self._rows += 1
        self._progress(self._rows // self._each)
