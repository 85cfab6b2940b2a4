"""Writes files by itself: ``python -m plans.exports.export_process FOLDER KEY``.

Started by ``plans.exports.services`` with the project's folder as its own, in a session of its
own, and with the locks of its job. It knows neither the settings nor the database: what it is to
write, it takes from its order. It takes no more time and memory than the order allows, and lets
everybody else go first.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from base64 import b64decode
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from plans.exports.job_files import Done, Failure, Job, Jobs, Order, kind_of
from plans.exports.shelf import Shelf, file_name
from plans.reports.canonical import ReportTableError, from_data, from_record
from plans.reports.changes import shown_named
from plans.reports.table import ReportTable
from plans.reports.writers import WriterError, document_of, elements_in, formats_of

# In seconds: how often word is left of how far a file is.
_TOLD_EVERY = 0.5
# Of 19 at most.
_NICE = 10


def main(arguments: list[str]) -> int:
    """Write what the job's order says; the status to exit with.

    One format that cannot hold the document does not keep others from being written.
    """
    folder, key = arguments
    jobs = Jobs(Path(folder))
    job = jobs.job(key)
    _let_others_go_first()
    order, reports = job.take_order()
    _limit_time(job, order.seconds)
    _limit_memory(order.memory)
    result, failure = None, None
    try:
        result, failure = _write(jobs, job, order, reports)
    except ReportTableError as error:
        failure = Failure("report", str(error))
    except MemoryError:
        failure = Failure("memory")
    signal.setitimer(signal.ITIMER_REAL, 0)
    if failure is not None:
        job.fail(failure)
        return 1
    job.finish(result)
    return 0


def _let_others_go_first() -> None:
    """Get the processor when nobody else wants it.

    Linux may share it out between sessions before it looks at their processes, as the kernel's
    documentation of autogroups has it; this session has the process alone.
    """
    os.nice(_NICE)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(_NICE))


def _write(
    jobs: Jobs, job: Job, order: Order, reports: Sequence[str]
) -> tuple[bytes | None, Failure | None]:
    """Write the files and keep those that are to be kept. The one that is not, or why not."""
    start = time.monotonic()
    tables = [_table(*found) for found in zip(reports, order.records, strict=True)]
    shown = None if order.shown is None else shown_named(order.shown)
    document = document_of(tables, shown)
    elements = elements_in(tables[-1])
    template = None if order.template is None else b64decode(order.template)
    result, failure = None, None
    for format_ in (formats_of(shown)[name] for name in order.formats):
        if order.short_only and elements > format_.at_once:
            continue
        told = _Told(job, elements_in(document))
        try:
            file = format_.write(document, template=template, progress=told)
        except WriterError as error:
            failure = Failure("report", str(error))
            continue
        now = time.monotonic()
        jobs.learn(kind_of(format_.name, order.shown), (now - start) / max(1, elements))
        start = now
        if order.kept_by is None:
            result = file
        else:
            extension = format_.extension
            name = file_name(release=order.release, sha256=order.kept_by, extension=extension)
            Shelf(Path(order.shelf), order.limit).keep(name, file)
    return result, failure


def _table(report: str, sha256: str | None) -> ReportTable:
    return from_data(json.loads(report)) if sha256 is None else from_record(report, sha256)


class _Told:
    """Leaves word of how many elements are done, now and then, and when all are."""

    def __init__(self, job: Job, elements: int) -> None:
        self._job = job
        self._elements = elements
        self._next = 0.0
        self(0)

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if now < self._next and done < self._elements:
            return
        self._next = now + _TOLD_EVERY
        # A file that can be written is not given up because nobody can be told how far it is.
        with suppress(OSError):
            self._job.tell(Done(done, self._elements))


def _limit_time(job: Job, seconds: float) -> None:
    """End this process, and those that it started, when it takes longer."""

    def too_late(*_: object) -> None:
        job.fail(Failure("time"))
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)
        os._exit(1)

    signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory(limit: int) -> None:
    """Let this process have no more than ``limit`` bytes, where the system can see to that."""
    import resource

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
