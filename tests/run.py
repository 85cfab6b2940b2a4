"""Run the suite on SQLite and PostgreSQL at once: ``python -m tests.run [PYTEST OPTIONS]``.

One run of pytest sends every test that touches a database to two workers, one for each, and what
touches none or drives a browser to one of them, so that one closing line tells how it went.
PostgreSQL is the server of ``TEST_DATABASE_URL``, or one made for the run. Where there is none the
suite runs on SQLite alone and says so at the end; with ``CI`` set that fails.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.environment import in_ci
from tests.postgres import ServerMissingError, own_server

ROOT = Path(__file__).resolve().parent.parent
WORKERS = ("sqlite", "postgresql")
GIVEN, CHOSEN, MISSING = "TEST_DATABASE_URL", "TEST_POSTGRESQL_URL", "TEST_WITHOUT_POSTGRESQL"


def main(options: Sequence[str]) -> int:
    """Run pytest and return its exit status; 1 when CI lacks PostgreSQL."""
    # Being told to end is taken as Ctrl-C: pytest then closes down in order.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    environment: dict[str, str] = {}
    os.environ.pop(MISSING, None)
    os.chdir(ROOT)
    # An execnet worker takes its variables from its description, in which "//" ends a value: so
    # the worker is told only which database it is for, and finds the address in this variable.
    workers = ["--tx", "popen//id=sqlite//env:TEST_DATABASE=sqlite"]
    with ExitStack() as stack:
        try:
            address = os.environ.get(GIVEN) or stack.enter_context(own_server())
        except ServerMissingError as error:
            if in_ci():
                print(f"PostgreSQL is missing, and CI requires it: {error}", file=sys.stderr)
                return 1
            environment[MISSING] = str(error)
        else:
            environment[CHOSEN] = address
            workers += ["--tx", "popen//id=postgresql//env:TEST_DATABASE=postgresql"]
        os.environ.update(environment)
        # In this process, so that a signal that ends it ends the workers and the server with it.
        return int(pytest.main(["--dist", "each", *workers, *options]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
