"""Work off what takes long."""

from __future__ import annotations

import logging
import os
import socket
from argparse import ArgumentParser
from typing import Any

from django.db import OperationalError
from django_tasks_db.management.commands import db_worker
from django_tasks_db.utils import is_locked_database_exception

from plans.jobs.registry import kinds
from plans.jobs.upkeep import upkeep

logger = logging.getLogger(__name__)


class Command(db_worker.Command):
    """``manage.py work``; see its ``--help``."""

    help = (
        "Do the jobs that outlast a request, one after another, until told to end. Several of "
        "these may run, also on several machines. It is db_worker of django-tasks, which can be "
        "used in its place; this one also begins the jobs of dead workers again and enqueues "
        "periodic work, so at least one must run. Ctrl-C or SIGTERM ends it after the job that it "
        "is at; a second one ends it at once, and the job is begun again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """As db_worker has them, with defaults for this site."""
        super().add_arguments(parser)
        worker = f"{socket.gethostname()[:50]}-{os.getpid()}"
        parser.set_defaults(interval=0.5, worker_id=worker, reload=False)

    def handle(self, **options: Any) -> None:
        """Work until told to end."""
        # So that a module that cannot be imported is told now and not at its first job.
        kinds()
        with upkeep():
            while True:
                try:
                    super().handle(**options)
                except OperationalError as error:
                    if not is_locked_database_exception(error):
                        raise
                    # The library waits for SQLite's lock as long as a request, then gives up.
                    logger.warning("the database was busy: %s", error)
                else:
                    return
