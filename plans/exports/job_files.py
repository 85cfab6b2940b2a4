"""Files that take long to write: who writes each, how far it is, and what became of it. Pure.

A job has a key, and its traces are files of one folder, so that every worker of a machine sees the
same. Two locks of the operating system say who is at work: that of the job, so that nobody begins
it a second time, and that of a place, of which there are only so many. Both are handed to the
process that writes and end with it, however it ends: what was begun, is not locked and has left
neither file nor failure was ended from outside.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from plans.web.files import write_privately

_KEY = re.compile(r"[0-9a-f]{64}")
_TRACES = ("order", "begun", "done", "failed", "result")


@dataclass(frozen=True, slots=True)
class Order:
    """What a process is to write, and within which limits.

    ``formats`` are names of formats. ``records`` has, for each of the reports that it comes with,
    the hash of the record that it is, or None for one of an open round. ``shown`` is None for a
    report; else there are two, and it names the rows to write of what changed from one to the
    other.

    The files are kept by the hash ``kept_by`` for ``release`` in the folder ``shelf``, within
    ``limit`` bytes. Without it there is one format, and its file becomes the job's result, for one
    person. ``short_only`` leaves out those that take long. ``template``, in Base64, is that of a
    format that has one, None for its own. ``seconds`` and ``memory``, in bytes, are the most that
    the process may take.
    """

    formats: list[str]
    template: str | None
    records: list[str | None]
    shown: str | None
    kept_by: str | None
    shelf: str
    release: str
    limit: int
    seconds: float
    memory: int
    short_only: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """A job at work: since when, in seconds of the epoch, and how long it is thought to take."""

    at: float
    expected: float | None


@dataclass(frozen=True, slots=True)
class Done:
    """How many elements of a file are done, of how many."""

    elements: int
    of: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no file: ``kind`` is "report", "time", "memory" or "ended".

    ``message`` says what is wrong with the report, for the kind "report".
    """

    kind: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """One job; ``key`` is 64 hexadecimal digits."""

    folder: Path
    key: str

    def __post_init__(self) -> None:
        if _KEY.fullmatch(self.key) is None:
            raise ValueError(f"{self.key!r} is no key of a job")

    def begun(self) -> Begun | None:
        data = self._read("begun")
        return None if data is None else Begun(**data)

    def done(self) -> Done | None:
        """How far the job at work is; None while it still reads what it is to write."""
        data = self._read("done")
        return None if data is None else Done(**data)

    def failure(self) -> Failure | None:
        data = self._read("failed")
        return None if data is None else Failure(**data)

    def begin(self, order: Order, reports: Sequence[str], *, expected: float | None) -> None:
        """Write down what is to be made, of which reports in canonical JSON. Raises OSError."""
        self.clear()
        # None of these texts has a line break.
        lines = [json.dumps(asdict(order)), *reports]
        write_privately(self._path("order"), "\n".join(lines).encode())
        self._write("begun", asdict(Begun(at=time.time(), expected=expected)))

    def take_order(self) -> tuple[Order, list[str]]:
        """What ``begin`` wrote down, once: it is then gone. Raises OSError."""
        path = self._path("order")
        head, *reports = path.read_text(encoding="utf-8").split("\n")
        path.unlink()
        return Order(**json.loads(head)), reports

    def tell(self, done: Done) -> None:
        """Say how far the job is. Raises OSError."""
        self._write("done", asdict(done))

    def finish(self, result: bytes | None = None) -> None:
        """Say that the job is done; ``result`` is the file for the one person. Raises OSError."""
        if result is not None:
            write_privately(self._path("result"), result)
        self._leave_only("result")

    def fail(self, failure: Failure) -> None:
        """Say that there will be no file. Raises OSError."""
        self._write("failed", asdict(failure))
        self._leave_only("failed")

    def clear(self) -> None:
        """Forget everything about the job."""
        self._leave_only()

    def result_size(self) -> int | None:
        """How many bytes the file for the one person has; None when it is not there."""
        try:
            return self._path("result").stat().st_size
        except OSError:
            return None

    def take_result(self) -> BinaryIO | None:
        """The file for the one person, once: it then has no name any more."""
        path = self._path("result")
        try:
            file = path.open("rb")
        except OSError:
            return None
        path.unlink(missing_ok=True)
        return file

    def _leave_only(self, *left: str) -> None:
        for trace in _TRACES:
            if trace not in left:
                self._path(trace).unlink(missing_ok=True)

    def _path(self, trace: str) -> Path:
        return self.folder / f"{self.key}.{trace}"

    def _read(self, trace: str) -> dict[str, Any] | None:
        try:
            data: dict[str, Any] = json.loads(self._path(trace).read_bytes())
        except OSError:
            return None
        return data

    def _write(self, trace: str, data: dict[str, Any]) -> None:
        write_privately(self._path(trace), json.dumps(data).encode())


@dataclass(frozen=True, slots=True)
class Jobs:
    """All jobs of a machine, in ``folder``, which is made for its owner's eyes only."""

    folder: Path

    def job(self, key: str) -> Job:
        return Job(self.folder, key)

    @contextmanager
    def locked(self, job: Job) -> Iterator[int | None]:
        """The job's lock, as a descriptor, for the block; None when somebody is at work on it.

        A process that is given the descriptor holds the lock until it ends. Raises OSError.
        """
        with self._locked(f"{job.key}.lock") as descriptor:
            yield descriptor

    @contextmanager
    def place(self, places: int) -> Iterator[int | None]:
        """The lock of one of so many places, as ``locked``; None when all are taken."""
        for number in range(places):
            with self._locked(f"place-{number}.lock") as descriptor:
                if descriptor is not None:
                    yield descriptor
                    return
        yield None

    def pace(self, kind: str) -> float | None:
        """How many seconds the last file of a kind took for each element."""
        try:
            return float((self.folder / f"{kind}.pace").read_text())
        except (OSError, ValueError):
            return None

    def learn(self, kind: str, seconds_each: float) -> None:
        """Remember what a file of a kind took for each element. Raises OSError."""
        write_privately(self.folder / f"{kind}.pace", str(seconds_each).encode())

    def sweep(self, *, older: float) -> None:
        """Remove what jobs left behind more than so many seconds ago."""
        before = time.time() - older
        for path in self.folder.glob("*.*"):
            with suppress(OSError):
                if path.suffix == ".pace" or path.stat().st_mtime > before:
                    continue
                if path.suffix != ".lock":
                    path.unlink(missing_ok=True)
                    continue
            with self._locked(path.name) as descriptor:
                if descriptor is not None:
                    path.unlink(missing_ok=True)

    @contextmanager
    def _locked(self, name: str) -> Iterator[int | None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = _lock(self.folder / name)
        try:
            yield descriptor
        finally:
            if descriptor is not None:
                os.close(descriptor)


def kind_of(format_: str, shown: str | None) -> str:
    """What tells how long a file takes: its format, and the rows of a comparison."""
    return format_ if shown is None else f"{format_}-{shown}"


def _lock(path: Path) -> int | None:
    """A descriptor of the locked file; None when another one has it locked."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.utime(path)
            # Between the two steps somebody may have swept the file away: then its name is free.
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            return None
        except FileNotFoundError:
            pass
        os.close(descriptor)
