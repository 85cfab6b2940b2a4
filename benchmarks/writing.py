"""Writes one file over and over in a process of its own: ``python -m benchmarks.writing``.

Arguments: the name of a format, a file with a record's content, and ``empty`` to leave out all
Parts. Prints JSON: the least CPU ``seconds`` that one writing took, those of the processes
that it started included; the peak ``memory`` in bytes, that of the largest of them included; and
the ``size`` of the file in bytes.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import replace
from pathlib import Path

from plans.reports.canonical import from_record, sha256_of
from plans.reports.writers import FORMATS

MOST_TIMES = 10
ENOUGH_SECONDS = 3.0


def main(arguments: list[str]) -> int:
    name, path, *empty = arguments
    content = Path(path).read_text(encoding="utf-8")
    table = from_record(content, sha256_of(content))
    if empty:
        table = replace(table, parts=())
    format_ = FORMATS[name]
    styles = ("",) * len(format_.stylesheets)
    size, each = 0, [0.0]
    while len(each) <= MOST_TIMES and sum(each) < ENOUGH_SECONDS:
        start = cpu_seconds()
        size = len(format_.write(table, styles=styles))
        each.append(cpu_seconds() - start)
    print(json.dumps({"seconds": min(each[1:]), "memory": _peak_memory(), "size": size}))
    return 0


def cpu_seconds() -> float:
    """CPU time of this process and of those that it started, as far as they have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(found.ru_utime + found.ru_stime for found in used)


def _peak_memory() -> int:
    # What the system says of this process's use of resources begins with that of its parent.
    status = Path("/proc/self/status").read_text()
    own = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (int(own.split()[1]) + started) * 1024


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
