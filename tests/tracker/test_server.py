"""The real server, on a port of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Only a machine in trouble needs so long; a server that lets others wait never answers in it,
# because the slow connections are held for as long as the question is open.
PATIENCE = 60.0
CROWD = 60


def environment(place: Path, **more: str) -> dict[str, str]:
    """The environment of a site of its own in ``place``."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **inherited,
        "DATABASE_URL": f"sqlite:///{place}/db.sqlite3",
        "STATIC_ROOT": str(place / "static"),
        "PYTHONDONTWRITEBYTECODE": "1",
        **more,
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def command(*words: str) -> list[str]:
    return [sys.executable, *words]


SERVER = command("-m", "gunicorn", "-c", "tracker/gunicorn_conf.py", "tracker.wsgi")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a site with an empty database, served as ``make run`` serves it."""
    place = tmp_path_factory.mktemp("site")
    place.joinpath("static").mkdir()
    number = free_port()
    settings = environment(place, PORT=str(number))
    for words in (("migrate", "-v0"), ("collectstatic", "--no-input", "-v0")):
        subprocess.run(command("manage.py", *words), cwd=ROOT, env=settings, check=True)
    server = subprocess.Popen(
        SERVER, cwd=ROOT, env=settings, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    )
    assert server.stderr is not None
    try:
        line = server.stderr.readline()
        assert line == f"Serving on http://127.0.0.1:{number}/ (stop with Ctrl-C)\n"
        yield number
    finally:
        server.terminate()
        server.wait(PATIENCE)
        server.stderr.close()


def get(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


IDLE = b""
SLOW_HEAD = b"GET /sign-in/ HTTP/1.1\r\nHost: localhost\r\nX-"
SLOW_BODY = (
    b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nusername="
)


@pytest.mark.parametrize(
    "mix",
    [(IDLE,), (SLOW_HEAD,), (SLOW_BODY,), (IDLE, SLOW_HEAD, SLOW_BODY)],
    ids=["idle", "slow head", "slow body", "all of them"],
)
def test_a_page_answers_while_somebody_holds_sixty_connections(
    port: int, mix: tuple[bytes, ...]
) -> None:
    with ExitStack() as stack:
        held = []
        for number in range(CROWD):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            connection.sendall(mix[number % len(mix)])
            held.append((connection, mix[number % len(mix)]))
        for _ in range(10):
            assert get(port, "/healthz") == (200, "ok\n")
            status, page = get(port, "/sign-in/")
            assert (status, page.count("<h1>")) == (200, 1)
            for connection, begun in held:
                if begun:
                    connection.sendall(b"a")


@pytest.mark.parametrize(
    ("variable", "value", "line"),
    [
        ("PORT", "80000", "PORT: 80000 is not between 1 and 65535"),
        ("DEBUG", "perhaps", "DEBUG: 'perhaps' is neither yes nor no; write 1 or 0"),
    ],
)
def test_the_server_stops_at_a_wrong_setting_with_one_line(
    tmp_path: Path, variable: str, value: str, line: str
) -> None:
    settings = environment(tmp_path, **{variable: value})

    run = subprocess.run(SERVER, cwd=ROOT, env=settings, capture_output=True, text=True)

    assert (run.returncode, run.stdout, run.stderr) == (2, "", f"configuration error: {line}\n")


def test_a_command_stops_at_a_wrong_setting_with_one_line(tmp_path: Path) -> None:
    settings = environment(tmp_path, TIME_ZONE="Atlantis/Capital")

    run = subprocess.run(
        command("manage.py", "check"), cwd=ROOT, env=settings, capture_output=True, text=True
    )

    line = (
        "configuration error: TIME_ZONE: 'Atlantis/Capital' is not a time zone; "
        "write one such as Europe/Zurich\n"
    )
    assert (run.returncode, run.stdout, run.stderr) == (2, "", line)


def test_another_server_stops_at_a_wrong_setting_too(tmp_path: Path) -> None:
    settings = environment(tmp_path, DATABASE_URL="oracle://u:secret@h/n")

    run = subprocess.run(
        command("-c", "import tracker.wsgi"), cwd=ROOT, env=settings, capture_output=True, text=True
    )

    line = (
        "configuration error: DATABASE_URL: the scheme 'oracle' is not known; "
        "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME\n"
    )
    assert (run.returncode, run.stderr) == (3, line)
