"""How gunicorn serves the tracker: ``python -m gunicorn -c tracker/gunicorn_conf.py tracker.wsgi``.

A browser opens connections ahead of need and somebody on a slow line sends a byte at a time. A
worker that reads from one connection at a time would make everybody wait for them. Each worker here
has a thread for every connection that has begun to speak (threads start when needed and cost
little), and gives connections that stay silent back to its event loop after five seconds. So it
takes as many slow connections as both workers have threads to hold up anybody else.
"""

import gc
import os
import sys
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE_DIR))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

from django.conf import settings  # noqa: E402

from tracker.env import ConfigurationError, Env  # noqa: E402
from tracker.serve import end_with_parent  # noqa: E402

_env = Env(os.environ, BASE_DIR)

try:
    settings.INSTALLED_APPS  # noqa: B018  (the settings are read here, in one place, to fail early)
    _host = _env.text("HOST", "127.0.0.1")
    _port = _env.integer("PORT", default=8000, least=1, most=65535)
    workers = _env.integer("WEB_CONCURRENCY", default=2, least=1, most=64)
    threads = _env.integer("TRACKER_THREADS", default=96, least=2, most=1000)
    accesslog = "-" if _env.flag("TRACKER_ACCESS_LOG", default=False) else None
except ConfigurationError as error:
    print(f"configuration error: {error}", file=sys.stderr)
    sys.exit(2)

bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"
chdir = str(BASE_DIR)
worker_class = "gthread"
worker_connections = 2000
keepalive = 5
timeout = 60
graceful_timeout = 10
errorlog = "-"
loglevel = "warning"
# Workers share the memory of what the master loaded.
preload_app = True
_memory = Path("/dev/shm")  # noqa: S108
# The heartbeat files of workers belong in memory: on a slow disk they stall a worker.
worker_tmp_dir = str(_memory) if _memory.is_dir() else None
# No control socket under the home directory: it would be shared by every instance of a user.
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Refuse to start with files that do not fit, as every command does."""
    from django.core.checks import Tags, run_checks

    faults = [message for message in run_checks(tags=[Tags.files]) if message.is_serious()]
    for fault in faults:
        print(f"configuration error: {fault.msg}", file=sys.stderr)
    if faults:
        sys.exit(2)


def pre_fork(server: Any, worker: Any) -> None:
    """Close what the master may have opened: two processes must not share a connection.

    What the master has loaded stays for ever: freezing it spares every collection the walk through
    it (a fifth of the time of a report), and keeps its pages shared.
    """
    from django.db import connections

    connections.close_all()
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    """End with the master: one that is killed cannot stop its workers.

    They would notice, but hold the port while they wait for the slowest request.
    """
    end_with_parent(server.pid)


def worker_int(worker: Any) -> None:
    """Stop at once when told to stop at once (Ctrl-C, SIGQUIT).

    A thread that waits for somebody's slow request would keep the process, and whoever pressed
    Ctrl-C, waiting. What was not committed is rolled back by the database. SIGTERM, which lets
    requests finish, does not come here.
    """
    os._exit(0)


def when_ready(server: Any) -> None:
    """Say where the site is: the server itself is quiet below warnings."""
    print(f"Serving on http://{bind}/ (stop with Ctrl-C)", file=sys.stderr, flush=True)
