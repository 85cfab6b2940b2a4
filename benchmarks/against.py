"""What pages and saves cost against another checkout of the tracker, in turns in one run.

``python -m benchmarks.against CHECKOUT`` runs the same requests through the code of both checkouts,
each in a process with an SQLite database of its own, and prints for each kind of request the CPU
time and the number of queries, and their ratio. The addresses of pages do not change, nor do the
commands and models that make the data; so any release can be measured against any other.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROUNDS, BATCH = 12, 8
AS_AT, NEXT = "2000-08-31", "2001-02-28"
VERSION = "/plans/technical-cooperation/gb276-tc-2/"
PAGES = {
    "plans": ("reader", "/"),
    "overview of a plan": ("reader", "/plans/technical-cooperation/"),
    "plan, to browse": ("reader", VERSION),
    "plan, filtered": ("reader", f"{VERSION}?q=training"),
    "issue": ("reader", f"{VERSION}I.1(a)/"),
    "element": ("reader", f"{VERSION}I.1(a).2/"),
    "report, closed": ("reader", f"{VERSION}report/{AS_AT}/"),
    "report, open": ("secretariat", f"{VERSION}report/{NEXT}/"),
    "comparison, open": ("secretariat", f"{VERSION}compare/{AS_AT}/{NEXT}/"),
    "CSV": ("secretariat", f"{VERSION}report/{NEXT}.csv"),
    "worklist": ("officer", "/worklist/"),
    "status, to write": ("officer", "/rounds/{round}/statuses/1/"),
    "history of a status": ("officer", "/rounds/{round}/statuses/1/history/"),
    "rounds": ("secretariat", "/rounds/"),
    "cockpit": ("secretariat", "/rounds/{round}/"),
    "clearing": ("secretariat", "/rounds/{round}/clearing/"),
    "closing": ("secretariat", "/rounds/{round}/close/"),
    "units": ("administrator", "/units/"),
    "people": ("administrator", "/people/"),
    "assignment": ("administrator", f"{VERSION}units/"),
    "audit": ("administrator", "/audit/"),
    "seeding": ("administrator", "/seed/"),
}
SAVES = ("save of a status", "stale save of a status")


class Side:
    """A process that answers requests with the code of one checkout."""

    def __init__(self, checkout: Path, folder: Path) -> None:
        folder.mkdir()
        environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "STATIC_ROOT": f"{folder}/static",
            "TRACKER_FILES": f"{folder}/files",
            "TRACKER_EXPORTS": "0",
            "LOG_LEVEL": "ERROR",
            "PYTHONWARNINGS": "ignore",
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "PYTHONPATH": str(checkout),
        }
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--answer"],
            cwd=checkout,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ask("")

    def ask(self, kind: str) -> dict[str, Any]:
        """Run a batch of one kind. Raises RuntimeError when the process ended."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{kind}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("a side ended; its reason stands above")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait()


def main(other: Path) -> int:
    """Measure and print. Returns the exit status."""
    with tempfile.TemporaryDirectory(prefix="tracker-against-") as folder:
        here = Side(Path(__file__).resolve().parents[1], Path(folder) / "here")
        there = Side(other.resolve(), Path(folder) / "there")
        try:
            kinds = [*PAGES, *SAVES]
            least: dict[str, list[float]] = {kind: [float("inf")] * 2 for kind in kinds}
            queries: dict[str, list[int]] = {kind: [0, 0] for kind in kinds}
            for _ in range(ROUNDS):
                for kind in kinds:
                    for index, side in enumerate((here, there)):
                        answer = side.ask(kind)
                        least[kind][index] = min(least[kind][index], answer["cpu"])
                        queries[kind][index] = answer["queries"]
        finally:
            here.close()
            there.close()
    print(f"{'':<28}{'CPU ms':>8}{'there':>8}{'ratio':>8}{'queries':>9}{'there':>7}")
    for kind in kinds:
        (mine, theirs), (few, many) = least[kind], queries[kind]
        print(
            f"{kind:<28}{mine * 1000:>8.1f}{theirs * 1000:>8.1f}{mine / theirs:>8.2f}"
            f"{few:>9}{many:>7}"
        )
    return 0


def answer() -> None:
    """Make the data, then run the batches that are asked for on standard input."""
    import time

    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth.models import Group, User
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from plans.models import PlanVersion, ReportingRound, Role, Unit

    # A stale save is answered with 409, which Django warns of.
    logging.disable(logging.WARNING)
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    call_command("migrate", verbosity=0)
    call_command("loaddata", "technical-cooperation", verbosity=0)
    version = PlanVersion.objects.get(slug="gb276-tc-2")
    unit = Unit.objects.create(slug="unit", name="Unit")
    unit.elements.set(version.elements.all())
    clients = {"reader": Client()}
    for role in Role:
        person = User.objects.create(username=role.value)
        person.groups.add(Group.objects.get_or_create(name=role.value)[0])
        unit.members.add(person)
        clients[role.value] = Client()
        clients[role.value].force_login(person)
    call_command(
        "open_round",
        "technical-cooperation",
        "--as-at",
        NEXT,
        "--by",
        Role.SECRETARIAT.value,
        stdout=sys.stderr,
    )
    round_ = ReportingRound.objects.get(state="open")

    def get(kind: str) -> None:
        who, path = PAGES[kind]
        reply = clients[who].get(path.format(round=round_.pk))
        if reply.status_code != 200:
            raise RuntimeError(f"{path}: {reply.status_code}")

    def save(kind: str) -> None:
        snapshot = round_.snapshots.order_by("ordinal")[0]
        stale = kind != SAVES[0]
        fields = {
            "base_revision": max(0, snapshot.revision - 1) if stale else snapshot.revision,
            "action": "save",
            "category": "in_progress",
            "text": f"Drafted, {time.perf_counter_ns()}.\n\n- in English;\n- in French.",
        }
        reply = clients["officer"].post(f"/rounds/{round_.pk}/statuses/1/", fields)
        if reply.status_code != (409 if stale else 302):
            raise RuntimeError(f"{kind}: {reply.status_code}")

    for line in sys.stdin:
        kind = line.strip()
        if not kind:
            print("{}", flush=True)
            continue
        run = save if kind in SAVES else get
        with CaptureQueriesContext(connection) as captured:
            run(kind)
        # Counted now: the next request empties the log.
        queries = len(captured)
        cpu = time.process_time()
        for _ in range(BATCH):
            run(kind)
        spent = (time.process_time() - cpu) / BATCH
        print(json.dumps({"cpu": spent, "queries": queries}), flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["--answer"]:
        answer()
    else:
        sys.exit(main(Path(sys.argv[1])))
