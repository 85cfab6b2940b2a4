"""Serve the site: the web server and one background worker."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from tracker.serve import programs, supervise


class Command(BaseCommand):
    help = (
        "Runs the web server and one background worker, and starts again whichever of them ends. "
        "HOST and PORT say where it listens (127.0.0.1:8000). Ctrl-C or SIGTERM stops both; the "
        "exit status is then 0."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        status = supervise(programs())
        if status:
            sys.exit(status)
