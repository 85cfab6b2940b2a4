"""Files that take long to write are written in processes of their own, while others are served.

A reader who asks for one gets a page that says how far it is. Asking again is what moves things
on: the first who asks when there is a free place begins the work, and those who ask for the same
file meanwhile wait for the same work. The file of closed rounds is kept for everybody. One with an
open round belongs to the person who asked, as far as they may see the round; it is gone when they
have fetched it, or have not come for it in time.
"""

from __future__ import annotations

import hashlib
import logging
import os
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from threading import Thread, Timer
from typing import BinaryIO

from django.conf import settings

from plans import permissions
from plans.exports import services as exports
from plans.exports.formats import docx_template
from plans.exports.job_files import Done, Failure, Job, Jobs, Order, kind_of
from plans.exports.services import Document
from plans.models import ReportingRound
from plans.permissions import Person
from plans.reports.writers import Format, WriterError
from plans.web.build import build_id

logger = logging.getLogger(__name__)

# For how long a finished file waits for the person it is for, and a failure is remembered.
KEPT_SECONDS = 15 * 60
# A process that does not end itself in time is ended from outside, so much later.
_GRACE = 10
_COMMAND = (sys.executable, "-m", "plans.exports.export_process")
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TMPDIR")


class State(Enum):
    """Where a long export stands."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file is. ``elements`` is how many action elements the plan has.

    ``done`` is how many of those that stand in the file are done, None while the reports are read.
    ``elapsed`` and ``expected`` are seconds; what it is expected to take is known from the last
    file of the kind that was written here, and None before. ``size``, of a file that is ready,
    is in bytes.
    """

    state: State
    elements: int
    done: Done | None = None
    elapsed: float = 0.0
    expected: float | None = None
    size: int | None = None
    failure: Failure | None = None


def is_long(document: Document, format_: Format, elements: int) -> bool:
    """Whether the file of a document on so many elements is written in a process of its own."""
    if settings.TRACKER_EXPORTS == 0 or (document.is_final and settings.TRACKER_FILES_SIZE == 0):
        return False
    return elements > format_.at_once


def follow(
    *,
    user: Person,
    document: Document,
    rounds: Sequence[ReportingRound],
    format_: Format,
    elements: int,
    again: bool = False,
) -> Progress:
    """How far the file is; begins to write it when nobody has and there is a free place.

    A file that failed is only begun anew with ``again``. Raises OSError when the folder of kept
    files cannot be used, and what ``visible_report`` raises.
    """
    jobs = _jobs()
    job = _job(user, document, format_)
    with jobs.locked(job) as lock:
        size = exports.kept_size(document, format_) if document.is_final else job.result_size()
        if size is not None:
            return Progress(State.READY, elements, size=size)
        if lock is None:
            return _running(job, elements)
        failure = None if again else _failure(job)
        if failure is not None:
            return Progress(State.FAILED, elements, failure=failure)
        with jobs.place(settings.TRACKER_EXPORTS) as place:
            if place is None:
                return Progress(State.WAITING, elements)
            jobs.sweep(older=_stale())
            try:
                order = _order(document, [format_])
            except WriterError as error:
                return Progress(State.FAILED, elements, failure=Failure("report", str(error)))
            pace = jobs.pace(kind_of(format_.name, order.shown))
            expected = None if pace is None else pace * elements
            job.begin(order, document.reports(user, rounds), expected=expected)
            _start(jobs, job, (lock, place), for_one=not document.is_final)
            return _running(job, elements)


def prepare(*, document: Document, formats: Sequence[Format]) -> None:
    """See to it that the files of a final document are there before anybody asks for them.

    Only those that do not take long, and only when there is a free place; never twice within a
    quarter of an hour. Nobody waits for it: what goes wrong is told to whoever asks for the file.
    """
    if settings.TRACKER_EXPORTS == 0 or settings.TRACKER_FILES_SIZE == 0 or not document.is_final:
        return
    jobs = _jobs()
    job = jobs.job(_key(document, "everything", None))
    try:
        with jobs.locked(job) as lock, jobs.place(settings.TRACKER_EXPORTS) as place:
            if lock is None or place is None or _failure(job) is not None:
                return
            jobs.sweep(older=_stale())
            order = replace(_order(document, formats), short_only=True)
            job.begin(order, document.records(), expected=None)
            _start(jobs, job, (lock, place), for_one=False)
    except (OSError, WriterError) as error:
        logger.warning("the files of %s could not be prepared: %s", document.label, error)


def take(*, user: Person, document: Document, format_: Format) -> BinaryIO | None:
    """The finished file that this person asked for of what is not final, once; None without."""
    return None if document.is_final else _job(user, document, format_).take_result()


def _jobs() -> Jobs:
    return Jobs(settings.TRACKER_FILES / "making")


def _job(user: Person, document: Document, format_: Format) -> Job:
    """A final document's file is the same job for everybody, any other is one person's own."""
    who: object = None
    if not document.is_final:
        # Whoever loses a role or leaves a unit loses what they asked for before.
        who = (user.pk, sorted(permissions.roles(user)), sorted(permissions.unit_ids(user)))
    return _jobs().job(_key(document, format_.name, who))


def _key(document: Document, what: str, who: object) -> str:
    states = [(head.round_id, head.state, head.record_sha256) for head in document.heads]
    named = repr((build_id(), states, _shown(document), what, who))
    return hashlib.sha256(named.encode()).hexdigest()


def _shown(document: Document) -> str | None:
    return None if document.shown is None else document.shown.value


def _order(document: Document, formats: Sequence[Format]) -> Order:
    """Raises WriterError when the template of a format cannot be had."""
    shelf = exports.shelf()
    template = docx_template() if any(format_.templated for format_ in formats) else None
    return Order(
        formats=[format_.name for format_ in formats],
        template=None if template is None else b64encode(template).decode(),
        records=[head.record_sha256 if head.is_closed else None for head in document.heads],
        shown=_shown(document),
        kept_by=document.sha256,
        shelf=str(shelf.folder),
        release=build_id(),
        limit=shelf.limit,
        seconds=settings.TRACKER_EXPORT_SECONDS,
        memory=settings.TRACKER_EXPORT_MEMORY * 1024**2,
    )


def _failure(job: Job) -> Failure | None:
    """Why a job that nobody is at work on has no file; None when it was never begun."""
    if job.begun() is not None:
        job.fail(Failure("ended"))
    return job.failure()


def _running(job: Job, elements: int) -> Progress:
    done, begun = job.done(), job.begun()
    # Without a beginning: another visitor was just looking, or the work has just ended.
    if begun is None:
        return Progress(State.RUNNING, elements)
    elapsed = max(0.0, time.time() - begun.at)
    return Progress(State.RUNNING, elements, done, elapsed, begun.expected)


def _stale() -> float:
    return max(KEPT_SECONDS, 2.0 * settings.TRACKER_EXPORT_SECONDS)


def _start(jobs: Jobs, job: Job, locks: tuple[int, int], *, for_one: bool) -> None:
    """Start the process, in a session of its own, so that it outlives this worker.

    ``for_one``: its file is for one person, and is removed when they do not come for it.
    """
    process = subprocess.Popen(  # noqa: S603 - this Python, and a module of this project
        [*_COMMAND, str(jobs.folder), job.key],
        cwd=Path(settings.BASE_DIR),
        # Neither the secret key nor the way to the database.
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        pass_fds=locks,
    )
    patience = settings.TRACKER_EXPORT_SECONDS + _GRACE
    watch = Thread(target=_look_after, args=(process, patience), daemon=True)
    watch.start()
    if for_one:
        later = Timer(patience + _stale(), jobs.sweep, kwargs={"older": _stale()})
        later.daemon = True
        later.start()


def _look_after(process: subprocess.Popen[bytes], patience: float) -> None:
    """Wait for the process and for what it started to end."""
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        logger.warning("an export was ended after %s seconds", patience)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
