"""Writes files by itself: ``python -m plans.reports.export_process FOLDER KEY``.

Started by ``plans.services.exports`` with the project's folder as its own, in a session of its
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
from contextlib import suppress
from pathlib import Path

from plans.reports.canonical import ReportTableError, from_data, from_record
from plans.reports.jobs import Failure, Job, Jobs, Order
from plans.reports.shelf import Shelf, file_name
from plans.reports.table import ReportTable
from plans.reports.writers import FORMATS, WriterError


def main(arguments: list[str]) -> int:
    """Write what the job's order says; the status to exit with.

    One format that cannot hold the report does not keep others from being written.
    """
    folder, key = arguments
    jobs = Jobs(Path(folder))
    job = jobs.job(key)
    os.nice(10)
    order, content = job.take_order()
    _limit_time(job, order.seconds)
    _limit_memory(order.memory)
    result, failure = None, None
    try:
        result, failure = _write(jobs, order, _table(order, content))
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


def _write(jobs: Jobs, order: Order, table: ReportTable) -> tuple[bytes | None, Failure | None]:
    """Write the files and keep those that are to be kept. The one that is not, or why not."""
    template = None if order.template is None else b64decode(order.template)
    elements = sum(len(part.elements) for part in table.parts)
    result, failure = None, None
    for format_ in (FORMATS[name] for name in order.formats):
        if order.short_only and elements > format_.at_once:
            continue
        start = time.monotonic()
        try:
            file = format_.write(table, template=template)
        except WriterError as error:
            failure = Failure("report", str(error))
            continue
        jobs.learn(format_.name, (time.monotonic() - start) / max(1, elements))
        if order.sha256 is None:
            result = file
        else:
            extension = format_.extension
            name = file_name(release=order.release, sha256=order.sha256, extension=extension)
            Shelf(Path(order.shelf), order.limit).keep(name, file)
    return result, failure


def _table(order: Order, content: str) -> ReportTable:
    if order.sha256 is not None:
        return from_record(content, order.sha256)
    return from_data(json.loads(content))


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
