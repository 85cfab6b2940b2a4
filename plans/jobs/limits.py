"""Runs a function in a process of its own, within limits of time and memory. Pure.

The child knows neither the settings nor the database. It dies with the thread that started it (by
``PR_SET_PDEATHSIG``: call ``run`` from a thread that lives as long as the work), lets everybody
else go first, and reports through a pipe, one JSON object a line.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final, Literal

Progress = Callable[[str, int, int], None]
"""Is called with the stage of the work and how many of how many are done, 0 of 0 for unknown."""

_ROOT: Final = Path(__file__).resolve().parents[2]
# Neither the secret key nor the way to the database.
_ENVIRONMENT: Final = ("PATH", "LANG", "LC_ALL", "TMPDIR")
_PR_SET_PDEATHSIG: Final = 1
# Of 19 at most.
_NICE: Final = 10
# In seconds: how often the parent looks whether the work is still wanted, and the child reports.
_LOOK: Final = 0.2
_REPORT: Final = 0.5


class RefusalError(Exception):
    """The work cannot be done as it was asked for; ``str()`` says why. Not tried again."""


class LimitError(Exception):
    """The work needs more than it may take, of what ``limit`` names."""

    def __init__(self, limit: Literal["time", "memory"]) -> None:
        super().__init__(f"more {limit} than allowed")
        self.limit = limit


class ProcessEndedError(Exception):
    """The child ended without a word, such as by a signal from outside."""


class ProgramError(Exception):
    """The function raised what it should not have; ``str()`` is its traceback."""


def run(
    target: str,
    payload: bytes,
    *,
    seconds: float,
    memory: int,
    progress: Progress,
    check: Callable[[], None],
) -> bytes:
    """What the function with the dotted name ``target`` returns for ``payload`` and a Progress.

    It may take ``seconds`` by the clock and ``memory`` bytes. ``check`` is called several times a
    second; what it or ``progress`` raises ends the child and is raised. Raises RefusalError when
    the function does, LimitError, ProcessEndedError and ProgramError.
    """
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as reports, TemporaryFile() as given, TemporaryFile() as result:
        with os.fdopen(writing, "wb"):
            given.write(payload)
            given.seek(0)
            arguments = (target, os.getpid(), seconds, memory, result.fileno(), writing)
            process = subprocess.Popen(  # noqa: S603 - this Python, and this module
                [sys.executable, "-m", __name__, *map(str, arguments)],
                cwd=_ROOT,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
                stdin=given,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=(result.fileno(), writing),
            )
        try:
            outcome = _listen(reports, time.monotonic() + seconds, progress, check)
            if outcome is None:
                raise _died(process.wait())
        finally:
            # With it whatever it started. Its number is not given away before it is waited for.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        _raise_for(outcome)
        result.seek(0)
        return result.read()


def _listen(
    reports: IO[bytes], deadline: float, progress: Progress, check: Callable[[], None]
) -> dict[str, str] | None:
    """How the child says that it ended; None when it ended without saying so."""
    with selectors.DefaultSelector() as selector:
        selector.register(reports, selectors.EVENT_READ)
        rest = b""
        while True:
            check()
            if time.monotonic() >= deadline:
                raise LimitError("time")
            if not selector.select(_LOOK):
                continue
            piece = os.read(reports.fileno(), 1 << 16)
            if not piece:
                return None
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                report: dict[str, Any] = json.loads(line)
                if "outcome" in report:
                    return report
                progress(report["stage"], report["done"], report["total"])


def _died(status: int) -> Exception:
    if status == -signal.SIGXCPU:
        return LimitError("time")
    return ProcessEndedError(f"the process ended with status {status}")


def _raise_for(outcome: dict[str, str]) -> None:
    message = outcome["message"]
    if outcome["outcome"] == "refused":
        raise RefusalError(message)
    if outcome["outcome"] == "memory":
        raise LimitError("memory")
    if outcome["outcome"] == "error":
        raise ProgramError(message)


def child(arguments: list[str]) -> int:
    """Do what ``run`` asked for, in the child; the status to exit with."""
    target, parent, seconds, memory, result, reports = arguments
    die_with(int(parent))
    _let_others_go_first()
    # By the clock the parent ends this process. This is for a parent that was stopped.
    processor = round(float(seconds) * (os.cpu_count() or 1)) + 1
    _limit(resource.RLIMIT_CPU, processor, processor + 1)
    _limit(resource.RLIMIT_AS, int(memory), int(memory))
    outcome, message = "done", ""
    with open(int(reports), "w", encoding="utf-8") as lines:  # noqa: PTH123 - a descriptor
        try:
            module, _, name = target.rpartition(".")
            function = getattr(import_module(module), name)
            content = function(sys.stdin.buffer.read(), _Reports(lines))
            with open(int(result), "wb") as file:  # noqa: PTH123
                file.write(content)
        except RefusalError as error:
            outcome, message = "refused", str(error)
        except MemoryError:
            outcome = "memory"
        except Exception:
            outcome, message = "error", traceback.format_exc()
        # Here what was in memory is gone, so that there is room for this.
        _write(lines, {"outcome": outcome, "message": message})
    return 0


def die_with(parent: int) -> None:
    """Let the kernel kill this process when ``parent``, which started it, ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        # It ended before that was asked for.
        os.kill(os.getpid(), signal.SIGKILL)


def _let_others_go_first() -> None:
    """Get the processor when nobody else wants it.

    Linux may share it out between sessions before it looks at their processes, as the kernel's
    documentation of autogroups has it; this session has the process alone.
    """
    os.nice(_NICE)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(_NICE))


def _limit(what: int, soft: int, hard: int) -> None:
    """Set a limit, where the system can see to it and has no narrower one."""
    with suppress(ValueError, OSError):
        resource.setrlimit(what, (soft, hard))


class _Reports:
    """A Progress that writes lines for the parent: each new stage, and now and then the counts."""

    def __init__(self, lines: IO[str]) -> None:
        self._lines = lines
        self._stage: str | None = None
        self._next = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if stage == self._stage and now < self._next and done < total:
            return
        self._stage, self._next = stage, now + _REPORT
        _write(self._lines, {"stage": stage, "done": done, "total": total})


def _write(lines: IO[str], report: dict[str, Any]) -> None:
    lines.write(json.dumps(report) + "\n")
    lines.flush()


if __name__ == "__main__":
    # By its own name, so that there is one RefusalError and not a second in ``__main__``.
    from plans.jobs import limits

    raise SystemExit(limits.child(sys.argv[1:]))
