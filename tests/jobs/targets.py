"""What tests run in a child process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from plans.jobs.limits import Progress, RefusalError


def reverse(payload: bytes, progress: Progress) -> bytes:
    """The payload backwards, with a report of each byte."""
    for done in range(len(payload) + 1):
        progress("reversing", done, len(payload))
    progress("packing", 0, 0)
    return payload[::-1]


def environment(payload: bytes, progress: Progress) -> bytes:
    """The names of the variables that it knows."""
    return json.dumps(sorted(os.environ)).encode()


def priority(payload: bytes, progress: Progress) -> bytes:
    """How nice the process is, and its session where Linux has such groups."""
    group = Path("/proc/self/autogroup")
    nice = [os.nice(0), int(group.read_text().split()[-1]) if group.exists() else 10]
    return json.dumps(nice).encode()


def refuse(payload: bytes, progress: Progress) -> bytes:
    raise RefusalError(f"no {payload.decode()} today")


def go_wrong(payload: bytes, progress: Progress) -> bytes:
    raise KeyError("nowhere")


def take_memory(payload: bytes, progress: Progress) -> bytes:
    return bytes(int(payload))


def burn(payload: bytes, progress: Progress) -> bytes:
    while True:
        pass


def die(payload: bytes, progress: Progress) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def sleep(payload: bytes, progress: Progress) -> bytes:
    """Tell its process id in the file that the payload names, and sleep."""
    Path(payload.decode()).write_text(str(os.getpid()))
    time.sleep(600)
    return b""


def leave_a_sleeper(payload: bytes, progress: Progress) -> bytes:
    """Start a process that sleeps, and end; its process id."""
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    return str(sleeper.pid).encode()
