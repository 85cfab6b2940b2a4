"""A gunicorn on loopback with the tracker's own configuration, and what it uses up.

Reads ``/proc``, so it measures on Linux only.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
_START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: the process id of its master, and its port."""

    master: int
    port: int

    def workers(self) -> list[int]:
        """Process ids of the workers."""
        return [
            int(pid)
            for pid in Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split()
        ]

    def cpu_seconds(self) -> float:
        """CPU time, user and system, that the workers have used so far."""
        return sum(cpu_ticks(pid) for pid in self.workers()) / TICKS

    def pss_megabytes(self) -> float:
        """Memory of the workers, a page that several processes share counted in proportion."""
        return sum(_pss_kilobytes(pid) for pid in self.workers()) / 1024


@contextmanager
def serving(settings: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """Serve with the settings module ``settings`` until the block ends.

    Raises RuntimeError when the server does not start.
    """
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "tracker/gunicorn_conf.py", "tracker.wsgi"],
        cwd=ROOT,
        env={
            **os.environ,
            **environment,
            "DJANGO_SETTINGS_MODULE": settings,
            "PORT": str(port),
            "WEB_CONCURRENCY": "2",
        },
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        server = Server(process.pid, port)
        _wait_for(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def working(environment: Mapping[str, str]) -> Iterator[None]:
    """Have a worker do the site's jobs until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "work", "--no-startup-delay"],
        cwd=ROOT,
        env={**os.environ, **environment, "DJANGO_SETTINGS_MODULE": "tracker.settings"},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def header(head: bytes, wanted: str) -> str:
    """The value of a header, named in small letters. Raises RuntimeError when it is not there."""
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == wanted:
            return value.strip()
    raise RuntimeError(f"an answer without {wanted}")


class Connection:
    """A connection kept alive, over which requests are sent with as little work as possible."""

    _LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)

    def __init__(self, server: Server) -> None:
        self._port = server.port
        self._socket = self._connect()

    def close(self) -> None:
        self._socket.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes, bytes]:
        """Status, head and body of the answer to a GET. Raises OSError when there is none."""
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{self._port}"]
        lines += (f"{name}: {value}" for name, value in (headers or {}).items())
        request = ("\r\n".join(lines) + "\r\n\r\n").encode()
        try:
            return self._exchange(request)
        except ConnectionError:
            # The server may close a connection between two requests; one more is then opened.
            self._socket.close()
            self._socket = self._connect()
            return self._exchange(request)

    def _connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port), timeout=60)

    def _exchange(self, request: bytes) -> tuple[int, bytes, bytes]:
        self._socket.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._receive()
        head, _, body = data.partition(b"\r\n\r\n")
        status = int(head[9:12])
        length = self._LENGTH.search(head)
        if length is None and status != 304:
            raise OSError("an answer of no stated length")
        wanted = int(length[1]) if length and status != 304 else 0
        parts, got = [body], len(body)
        while got < wanted:
            parts.append(self._receive())
            got += len(parts[-1])
        return status, head, b"".join(parts)

    def _receive(self) -> bytes:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode} at its start")
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=1):
                if len(server.workers()) == 2:
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def cpu_ticks(pid: int) -> int:
    """CPU time that a process has used, of which ``TICKS`` are a second."""
    # The command's name, the second field, may hold spaces; the rest follows its parenthesis.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _pss_kilobytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise RuntimeError(f"process {pid} tells no PSS")
