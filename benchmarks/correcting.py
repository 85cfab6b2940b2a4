"""What corrections cost as there are more of them, and more to correct, in ratios of CPU time."""

from __future__ import annotations

import time

from plans.reading.correcting import apply_corrections
from plans.reading.corrections import Corrections, operation_of
from plans.reading.draft import Draft, Piece
from plans.reading.source_table import BlockKind, BlockRole

PIECES = 10_000
CORRECTIONS = 1_000


def growth() -> list[str]:
    """Many corrections against half as many, and among many pieces against half as many."""
    whole = _cpu(PIECES, CORRECTIONS)
    return [
        f"CPU time for {CORRECTIONS:,} corrections on {PIECES:,} pieces ({whole:.3f} s):",
        f"  against half the corrections  {whole / _cpu(PIECES, CORRECTIONS // 2):.2f}",
        f"  against half the pieces       {whole / _cpu(PIECES // 2, CORRECTIONS):.2f}",
    ]


def _cpu(pieces: int, corrections: int) -> float:
    draft = Draft([_piece(number) for number in range(pieces)])
    made = _corrections(pieces, corrections)
    least = float("inf")
    for _ in range(3):
        start = time.process_time()
        apply_corrections(draft, made)
        least = min(least, time.process_time() - start)
    return least


def _piece(number: int) -> Piece:
    name = f"p{number}"
    return Piece(name, f"words {number} more", BlockKind.BULLET, BlockRole.ELEMENT, 1, "", (name,))


def _corrections(pieces: int, count: int) -> Corrections:
    """``count`` operations of five kinds, spread over all of the pieces."""
    operations = []
    for number in range(count):
        block, other = (f"p{number * pieces // count + step}" for step in range(2))
        kinds = (
            {"op": "assign", "block": block, "role": "status"},
            {"op": "split", "block": block, "at": ["more"]},
            {"op": "join", "blocks": [block, other]},
            {"op": "move", "block": block, "after": other},
            {"op": "missing", "id": f"lost {number}", "after": block, "note": "Lost."},
        )
        item = {**kinds[number % len(kinds)], "reason": "as the editor says"}
        operations.append(operation_of(number + 1, item))
    return Corrections({}, tuple(operations))
