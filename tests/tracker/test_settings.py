"""The settings as the environment makes them, read in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import connection

from tests.tracker.test_server import ROOT, command, environment

KEY = "only-for-tests-" + "0123456789abcdefghij" * 3


def read(place: Path, *names: str, **variables: str) -> list[Any]:
    """The named settings in the environment ``variables``."""
    code = (
        "import json, sys; from tracker import settings as s; "
        "print(json.dumps([getattr(s, name, None) for name in sys.argv[1:]]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, *names],
        cwd=ROOT,
        env=environment(place, **variables),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[Any] = json.loads(run.stdout)
    return found


def test_what_nobody_asked_for_is_the_safe_choice(tmp_path: Path) -> None:
    names = ("DEBUG", "ALLOWED_HOSTS", "TRACKER_PUBLIC", "CSRF_TRUSTED_ORIGINS", "TIME_ZONE")

    assert read(tmp_path, *names) == [False, ["localhost", "127.0.0.1", "[::1]"], True, [], "UTC"]


def test_without_tls_no_browser_is_told_to_insist_on_it(tmp_path: Path) -> None:
    names = ("SECURE_HSTS_SECONDS", "SECURE_PROXY_SSL_HEADER", "SESSION_COOKIE_SECURE")

    assert read(tmp_path, *names) == [None, None, None]


def test_behind_tls_cookies_are_secure_and_browsers_insist(tmp_path: Path) -> None:
    names = (
        "SECURE_HSTS_SECONDS",
        "SECURE_SSL_REDIRECT",
        "SECURE_PROXY_SSL_HEADER",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
    )

    assert read(tmp_path, *names, TRACKER_TLS="1") == [
        31536000,
        True,
        ["HTTP_X_FORWARDED_PROTO", "https"],
        True,
        True,
    ]


def test_the_key_is_kept_beside_the_embedded_database(tmp_path: Path) -> None:
    (key,) = read(tmp_path, "SECRET_KEY")

    assert (tmp_path / "db.sqlite3.secret-key").read_text() == f"{key}\n"


def test_another_database_asks_for_a_key(tmp_path: Path) -> None:
    run = subprocess.run(
        command("manage.py", "check"),
        cwd=ROOT,
        env=environment(tmp_path, DATABASE_URL="postgresql://u:hunter2@h/n"),
        capture_output=True,
        text=True,
    )

    assert (run.returncode, run.stderr) == (
        2,
        "configuration error: SECRET_KEY: it is required with this database; "
        "give it 50 random characters or more\n",
    )


def test_a_site_in_production_passes_the_deployment_check(tmp_path: Path) -> None:
    variables = {"SECRET_KEY": KEY, "TRACKER_TLS": "1", "ALLOWED_HOSTS": "plans.example.org"}
    run = subprocess.run(
        command("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        cwd=ROOT,
        env=environment(tmp_path, **variables),
        capture_output=True,
        text=True,
    )

    assert (run.returncode, run.stdout) == (
        0,
        "System check identified no issues (1 silenced).\n",
    )


def test_argon2_comes_first(tmp_path: Path) -> None:
    (hashers,) = read(tmp_path, "PASSWORD_HASHERS")

    assert hashers[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"


def test_the_tests_have_a_database_of_their_own(db: None) -> None:
    name = str(connection.settings_dict["NAME"])

    assert str(ROOT / "var") not in name
    assert Path(name).name[:5] == "test_" or Path(name).name[:5] == "test."


def test_languages_are_english_french_and_spanish() -> None:
    assert [code for code, _ in settings.LANGUAGES] == ["en", "fr", "es"]


def test_a_process_keeps_no_more_pages_in_memory_than_there_is_room_for() -> None:
    cache = caches["pages"]
    cache.clear()
    names = [f"page-{number}" for number in range(300)]
    for name in names:
        cache.set(name, "a page of some megabytes")
    cached = [name for name in names if name in cache]
    cache.clear()
    assert (len(cached) <= 60, cached[-1]) == (True, names[-1])
