"""The web server and a worker under their supervisor, as real processes on this machine.

Reads ``/proc``, so it runs on Linux only.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from tests.tracker.test_server import (
    PATIENCE,
    ROOT,
    SLOW_BODY,
    command,
    environment,
    free_port,
    get,
)
from tracker.serve import FIRST_PAUSE, LONGEST_PAUSE, STEADY, WORKER, next_pause


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for ``condition``; after PATIENCE seconds the test fails."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.05)


def processes(place: Path) -> dict[int, str]:
    """The command lines of the processes that serve the site in ``place``, by their numbers.

    They are known by the environment that they inherited, whoever is their parent now.
    """
    mark = f"DATABASE_URL=sqlite:///{place}/".encode()
    found = {}
    for entry in Path("/proc").iterdir():
        # Any of them may end while it is looked at.
        with suppress(OSError, ValueError):
            if mark in (entry / "environ").read_bytes():
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found[int(entry.name)] = line
    return found


class Site:
    """``manage.py serve`` on the site in ``place``, which has its tables."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.port = free_port()
        self.settings = environment(place, PORT=str(self.port), WEB_CONCURRENCY="1")
        self.log = place / "log"
        with self.log.open("wb") as log:
            self.supervisor = subprocess.Popen(
                command("manage.py", "serve"),
                cwd=ROOT,
                env=self.settings,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        until(lambda: self.answers() and bool(self.pid(WORKER[1])), "the site to be up")

    def answers(self) -> bool:
        assert self.supervisor.poll() is None, self.log.read_text()
        try:
            return get(self.port, "/healthz") == (200, "ok\n")
        except OSError:
            return False

    def pid(self, word: str) -> int:
        """The child of the supervisor whose command line has ``word``; 0 when there is none."""
        for pid, line in processes(self.place).items():
            with suppress(OSError):
                stat = Path(f"/proc/{pid}/stat").read_text()
                state, parent = stat.rpartition(")")[2].split()[:2]
                if word in line.split() and int(parent) == self.supervisor.pid and state != "Z":
                    return pid
        return 0

    def end(self) -> None:
        """Leave nothing, however the test went."""
        self.supervisor.kill()
        self.supervisor.wait(PATIENCE)
        for pid in processes(self.place):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("site")
    place.joinpath("static").mkdir()
    subprocess.run(
        command("manage.py", "migrate", "-v0"), cwd=ROOT, env=environment(place), check=True
    )
    return place


@pytest.fixture
def site(empty_site: Path, tmp_path: Path) -> Iterator[Site]:
    site = Site(shutil.copytree(empty_site, tmp_path / "site"))
    try:
        yield site
    finally:
        site.end()


def test_what_is_killed_starts_again(site: Site) -> None:
    web, worker = site.pid("gunicorn"), site.pid(WORKER[1])

    os.kill(worker, signal.SIGKILL)

    def worker_is_back() -> bool:
        assert site.answers(), "the site must answer meanwhile"
        return site.pid(WORKER[1]) not in (0, worker)

    until(worker_is_back, "another worker")
    assert site.pid("gunicorn") == web
    worker = site.pid(WORKER[1])

    os.kill(web, signal.SIGKILL)

    until(lambda: site.pid("gunicorn") not in (0, web) and site.answers(), "another web server")
    assert site.pid(WORKER[1]) == worker


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_all_in_order(site: Site, number: signal.Signals) -> None:
    assert len(processes(site.place)) == 4  # with the worker process of the web server

    site.supervisor.send_signal(number)

    assert site.supervisor.wait(PATIENCE) == 0
    assert processes(site.place) == {}


def test_nothing_outlives_a_supervisor_that_is_killed(site: Site) -> None:
    # A thread of the web server waits for the rest of this request.
    with socket.create_connection(("127.0.0.1", site.port)) as connection:
        connection.sendall(SLOW_BODY)
        assert site.answers()

        site.supervisor.kill()
        site.supervisor.wait(PATIENCE)

        until(lambda: processes(site.place) == {}, "everything to end")


def test_a_web_server_that_cannot_start_ends_everything(tmp_path: Path) -> None:
    settings = environment(tmp_path, PORT="80000")

    run = subprocess.run(
        command("manage.py", "serve"),
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )

    assert run.returncode == 2
    assert "PORT: 80000 is not between 1 and 65535" in run.stderr
    assert processes(tmp_path) == {}


STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("ready", flush=True)
time.sleep(600)
"""
SUPERVISED = """
import sys
from tracker.serve import Program, supervise
sys.exit(supervise([Program("stubborn", (sys.executable, "-c", sys.argv[1]))]))
"""


def test_a_second_signal_kills_what_does_not_stop_and_what_it_started(tmp_path: Path) -> None:
    with subprocess.Popen(
        command("-c", SUPERVISED, STUBBORN),
        cwd=ROOT,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    ) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == "ready\n"
        supervisor.terminate()
        with pytest.raises(subprocess.TimeoutExpired):
            supervisor.wait(1)
        supervisor.terminate()

        assert supervisor.wait(PATIENCE) == 0

    assert processes(tmp_path) == {}


def test_the_pause_grows_to_a_bound_and_is_short_again_after_a_steady_run() -> None:
    pauses = [0.0]
    for _ in range(12):
        pauses.append(next_pause(pauses[-1], lived=0.0))

    assert pauses[1] == FIRST_PAUSE
    assert all(before < after or after == LONGEST_PAUSE for before, after in pairwise(pauses))
    assert pauses[-1] == LONGEST_PAUSE
    assert next_pause(LONGEST_PAUSE, lived=STEADY) == FIRST_PAUSE
