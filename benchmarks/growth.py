"""How time and memory grow with the plan, in every format, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.server import ROOT
from plans.reports.writers import FORMATS

_MEGABYTE = 1024**2


@dataclass(frozen=True, slots=True)
class Cost:
    """What one file costs: CPU seconds, bytes of memory at the peak, bytes on the disk."""

    seconds: float
    memory: int
    size: int


def growth(records: Mapping[int, Path], elements: int) -> Iterator[str]:
    """Lines that say, for every format, how its cost grows.

    ``records`` are files with a record's content, by how many times the size of the real plan they
    have; ``elements`` is how many elements one time has. The time for an element is set against
    that at the real size; the memory for one, beyond what the empty report takes, against that at
    ten times the size, because at the real size there is next to none.
    """
    small, middle, large = sorted(records)
    yield (
        f"Writing a file of {elements * large:,} elements, and what an element costs then "
        f"({large}×) against a smaller plan:"
    )
    yield (
        f"  {'':<6} {'CPU':>8} {'memory':>9} {'file':>9} "
        f"{f'time {middle}×':>10} {f'time {large}×':>10} {f'memory {large}×':>13}"
    )
    for name in FORMATS:
        costs = {scale: _cost(name, path) for scale, path in records.items()}
        floor = _cost(name, records[small], empty=True)
        seconds = {scale: costs[scale].seconds / (elements * scale) for scale in records}
        memory = {
            scale: max(0, costs[scale].memory - floor.memory) / (elements * scale)
            for scale in records
        }
        yield (
            f"  {name:<6} {costs[large].seconds:6.2f} s "
            f"{costs[large].memory / _MEGABYTE:6,.0f} MB {costs[large].size / _MEGABYTE:6.1f} MB "
            f"{seconds[middle] / seconds[small]:9.2f}× {seconds[large] / seconds[small]:9.2f}× "
            f"{memory[large] / memory[middle]:12.2f}×"
        )


def _cost(name: str, path: Path, *, empty: bool = False) -> Cost:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.writing", name, path, *(["empty"] * empty)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return Cost(**json.loads(run.stdout))
