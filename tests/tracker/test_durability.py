"""A server that is killed in the middle loses no save that it answered."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import sqlite3
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.environment import soak
from tests.tracker.test_server import PATIENCE, ROOT, SERVER, command, environment, free_port

SAVES = soak(100)
KILLS = range(20, SAVES, 35)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
ACCOUNT = re.compile(r"^  officer +(\S+)$", re.MULTILINE)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Shows a redirect as the answer that it is."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


class Site:
    """A real server on a port of this machine, and one person who is signed in to it."""

    def __init__(self, place: Path) -> None:
        place.joinpath("static").mkdir()
        self.place = place
        self.port = free_port()
        # One worker, so that a kill hits whatever is under way.
        self.settings = environment(place, PORT=str(self.port), WEB_CONCURRENCY="1")
        out = subprocess.run(
            command("manage.py", "bootstrap"),
            cwd=ROOT,
            env=self.settings,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        found = ACCOUNT.search(out)
        assert found is not None
        self.password = found[1]
        subprocess.run(
            command("manage.py", "collectstatic", "--no-input", "-v0"),
            cwd=ROOT,
            env=self.settings,
            check=True,
        )
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), NoRedirect
        )
        self.server = self.start()

    def start(self) -> subprocess.Popen[str]:
        """Start the server and wait until it says that it listens."""
        server = subprocess.Popen(
            SERVER,
            cwd=ROOT,
            env=self.settings,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        assert server.stderr is not None
        while "Serving on" not in server.stderr.readline():
            assert server.poll() is None
        return server

    def kill(self) -> None:
        """Kill master and worker at once, as a power cut of the process would."""
        with suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait(PATIENCE)
        assert self.server.stderr is not None
        self.server.stderr.close()

    def ask(self, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text of an answer. Raises OSError when none came."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=urllib.parse.urlencode(data).encode() if data else None,
        )
        try:
            with self.opener.open(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def token(self, path: str) -> str:
        status, page = self.ask(path)
        assert status == 200
        found = TOKEN.search(page)
        assert found is not None
        return found[1]

    def sign_in(self) -> None:
        status, _page = self.ask(
            "/sign-in/",
            {
                "csrfmiddlewaretoken": self.token("/sign-in/"),
                "username": "officer",
                "password": self.password,
            },
        )
        assert status == 302


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.kill()


def test_a_server_that_is_killed_between_saves_loses_none_that_it_answered(site: Site) -> None:
    database = sqlite3.connect(site.place / "db.sqlite3")
    round_id, snapshot_id, ordinal = database.execute(
        "SELECT r.id, s.id, s.ordinal FROM plans_statussnapshot s JOIN plans_reportinground r "
        "ON r.id = s.round_id WHERE r.state = 'open' ORDER BY s.ordinal LIMIT 1"
    ).fetchone()
    path = f"/rounds/{round_id}/statuses/{ordinal}/"
    site.sign_in()
    token = site.token(path)
    answered: list[str] = []
    revision = 0
    for number in range(SAVES):
        text = f"Save number {number}."
        form = {
            "csrfmiddlewaretoken": token,
            "text": text,
            "category": "in_progress",
            "base_revision": str(revision),
            "action": "save",
        }
        if number in KILLS:
            # Sent, and killed while the server may be at it: answered or not, it must not tear.
            killer = subprocess.Popen(
                ["/bin/sh", "-c", f"sleep 0.0{number % 7}; kill -9 -{site.server.pid}"]
            )
            try:
                status, _page = site.ask(path, form)
            except OSError:
                status = 0
            killer.wait(PATIENCE)
            site.kill()
            site.server = site.start()
        else:
            status, _page = site.ask(path, form)
            assert status == 302, text
        if status == 302:
            answered.append(text)
        revision = database.execute(
            "SELECT revision FROM plans_statussnapshot WHERE id = ?", [snapshot_id]
        ).fetchone()[0]

    saved_texts = [
        text
        for (text,) in database.execute(
            "SELECT text FROM plans_statusrevision WHERE snapshot_id = ? ORDER BY number",
            [snapshot_id],
        )
    ]
    state = database.execute("PRAGMA integrity_check").fetchone()[0]
    database.close()
    assert state == "ok"
    assert [text for text in answered if text not in saved_texts] == []
    assert len(answered) >= SAVES - len(KILLS)
    assert len(saved_texts) == revision
