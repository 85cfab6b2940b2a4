"""The settings of tests: the real ones, with nothing taken from the developer's environment.

The database is a new SQLite file, or made on the server that ``TEST_DATABASE_URL`` names.
Everything that a run writes lies in a directory of its own, which goes when the run ends.
"""

import os
import secrets
import tempfile
from pathlib import Path

# Only named here: type checkers and editors import this module as well. A test run makes the
# directory when it begins and removes it when it ends (tests/conftest.py).
OWN_DIRECTORY = Path(tempfile.gettempdir()) / f"tracker-tests-{secrets.token_hex(6)}"

for _variable in (
    "ALLOWED_HOSTS",
    "CACHE_URL",
    "CSRF_TRUSTED_ORIGINS",
    "DEBUG",
    "DEFAULT_FROM_EMAIL",
    "EMAIL_URL",
    "LOG_LEVEL",
    "TIME_ZONE",
    "TRACKER_ADDRESS",
    "TRACKER_EXPORT_MEMORY",
    "TRACKER_EXPORT_SECONDS",
    "TRACKER_FILES",
    "TRACKER_FILES_SIZE",
    "TRACKER_DOCX_TEMPLATE",
    "TRACKER_PROXIES",
    "TRACKER_PUBLIC",
    "TRACKER_TLS",
):
    os.environ.pop(_variable, None)
os.environ["SECRET_KEY"] = "only tests know this key, and nothing but tests uses it"
os.environ["STATIC_ROOT"] = str(OWN_DIRECTORY)
# The runner of both databases (tests.run) tells each worker which of them it is for.
_address = {
    "sqlite": "",
    "postgresql": os.environ.get("TEST_POSTGRESQL_URL", ""),
    "": os.environ.get("TEST_DATABASE_URL", ""),
}[os.environ.get("TEST_DATABASE", "")]
os.environ["DATABASE_URL"] = _address or f"sqlite:///{OWN_DIRECTORY}/main.sqlite3"

from tests import slow  # noqa: E402
from tracker.settings import *  # noqa: E402, F403
from tracker.settings import ALLOWED_HOSTS, DATABASES, MIDDLEWARE, STORAGES  # noqa: E402

ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
# A name that no other run has: two runs may share a server.
DATABASES["default"]["TEST"] = {
    "NAME": f"test_tracker_{OWN_DIRECTORY.name.rpartition('-')[2]}"
    if "postgresql" in DATABASES["default"]["ENGINE"]
    else str(OWN_DIRECTORY / "test.sqlite3")
}
# A worker that was killed is noticed sooner.
JOB_BEAT_SECONDS = 0.3
# Pages link to static files that nobody has collected.
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
# Argon2 takes its time on purpose; what it guards here is made up.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if slow.SECONDS:
    MIDDLEWARE = ["tests.slow.SlowPagesMiddleware", *MIDDLEWARE]
