"""How far a piece of work is, for whoever waits for it.

Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[str, int, int], None]
"""Is called with the stage of the work and how many of how many are done.

The stage is one of ``READING`` or ``MATCHING`` here. What it raises ends the work.
"""

READING = ("sheets", "rows", "lines", "blocks", "elements", "words")
"""The stages of reading a document, in their order; no kind of document has all of them."""
MATCHING = ("same", "pairs", "matched")
"""The stages of matching two versions, in their order."""


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""
