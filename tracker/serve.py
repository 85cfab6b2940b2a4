"""Supervisor of the web server and a background worker.

Starts programs side by side, starts again whichever of them ends, and passes a signal to stop on to
all of them. None outlives the supervisor: each runs in a process group of its own, which is killed
as a whole when its program has ended, and on Linux the kernel kills the programs when the
supervisor itself is killed.
"""

from __future__ import annotations

import ctypes
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

BASE_DIR: Final = Path(__file__).resolve().parent.parent

WEB: Final = ("-m", "gunicorn", "-c", "tracker/gunicorn_conf.py", "tracker.wsgi")
WORKER: Final = ("manage.py", "work")

# Seconds. A program that ends is started again after a pause, which doubles from one end to the
# next, and is short again when the program has run steadily in between.
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
STEADY: Final = 60.0
# How long programs may take to stop. The web server gives its requests 10 seconds.
GRACE: Final = 15.0

STOPS: Final = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})

_PR_SET_PDEATHSIG: Final = 1
# Loaded here, because little is safe between fork and exec.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Program:
    """A program to keep running.

    Where ``essential`` is set, there is no point in going on when it cannot start, as with a wrong
    setting or a port that is taken.
    """

    name: str
    command: tuple[str, ...]
    essential: bool = False


def programs() -> list[Program]:
    """The web server, and a worker whose id no other running worker has."""
    worker_id = f"{socket.gethostname()[:50]}-{os.getpid()}"
    return [
        Program("web server", (sys.executable, *WEB), essential=True),
        Program("worker", (sys.executable, *WORKER, "--worker-id", worker_id)),
    ]


def supervise(programs: Sequence[Program]) -> int:
    """Keep ``programs`` running until a signal says stop; returns the exit status.

    SIGINT and SIGTERM are passed on, SIGHUP as SIGTERM. What has not stopped after ``GRACE``
    seconds, or at a second signal, is killed. The status is 0, or that of an essential program that
    could not start. Takes over the signals of this process, and belongs in its main thread.
    """
    signals = _listen()
    children = [_Child(program) for program in programs]
    try:
        for child in children:
            child.start()
        while True:
            stop = STOPS & _received(signals, min(child.rest() for child in children))
            if stop:
                number = signal.SIGINT if stop == {signal.SIGINT} else signal.SIGTERM
                _stop(children, number, signals)
                return 0
            for child in children:
                status = child.tend()
                if status:
                    _stop(children, signal.SIGTERM, signals)
                    return status
    finally:
        for child in children:
            child.kill()


def next_pause(pause: float, lived: float) -> float:
    """Seconds to wait before a program that ran for ``lived`` seconds is started again.

    ``pause`` is how long was waited before it started the last time; 0 at first.
    """
    if not pause or lived >= STEADY:
        return FIRST_PAUSE
    return min(2 * pause, LONGEST_PAUSE)


def end_with_parent(parent: int) -> None:
    """Have the kernel kill this process when ``parent``, which has just forked it, ends.

    Does nothing on systems other than Linux. Raises OSError when the kernel refuses.
    """
    if _libc is None:
        return
    if _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        # It ended before the kernel was asked.
        os._exit(1)


class _Child:
    """A program, its process while it has one, and when it is to be started again."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._pause = 0.0
        self._began = 0.0
        self._due = 0.0
        self._was_steady = False

    def start(self) -> None:
        parent = os.getpid()
        self._began = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - this Python, and modules of this project
            self.program.command,
            cwd=BASE_DIR,
            stdin=subprocess.DEVNULL,
            # Ctrl-C reaches the supervisor alone, which passes it on once.
            start_new_session=True,
            # No other thread runs here that could hold a lock at the fork.
            preexec_fn=lambda: end_with_parent(parent),
        )

    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def rest(self) -> float:
        """Seconds until there is something to do, if no signal comes before."""
        return LONGEST_PAUSE if self._process else max(0.0, self._due - time.monotonic())

    def tend(self) -> int:
        """Note the end of the process, or start it again when that is due.

        Returns the exit status of an essential program that could not start, else 0.
        """
        if self._process is None:
            if not self.rest():
                self.start()
            return 0
        status = self._process.poll()
        if status is None:
            return 0
        self.kill()
        lived = time.monotonic() - self._began
        self._was_steady = self._was_steady or lived >= STEADY
        how = f"with status {status}" if status >= 0 else f"by signal {-status}"
        if self.program.essential and status > 0 and not self._was_steady:
            logger.error("The %s could not start: it ended %s.", self.program.name, how)
            return status
        self._pause = next_pause(self._pause, lived)
        self._due = time.monotonic() + self._pause
        logger.warning(
            "The %s ended %s; it is started again in %s s.", self.program.name, how, self._pause
        )
        return 0

    def signal(self, number: int) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def kill(self) -> None:
        """Kill what is left of the process and of those that it started, and reap it."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None


def _stop(children: Sequence[_Child], number: int, signals: int) -> None:
    """Send the signal ``number`` to all and wait until they have ended.

    Waits for ``GRACE`` seconds at most, or until another signal says stop.
    """
    for child in children:
        child.signal(number)
    end = time.monotonic() + GRACE
    while any(child.runs() for child in children):
        left = end - time.monotonic()
        if left <= 0 or STOPS & _received(signals, left):
            return


def _listen() -> int:
    """A file descriptor on which the number of every signal to stop, and SIGCHLD, arrives."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (*STOPS, signal.SIGCHLD):
        # Under nohup a hang-up stays ignored.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda number, frame: None)
    return reading


def _received(signals: int, seconds: float) -> set[int]:
    """The signals that came since the last call; waits ``seconds`` for one."""
    ready, _, _ = select.select([signals], [], [], seconds)
    return set(os.read(signals, 4096)) if ready else set()
