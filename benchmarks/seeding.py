"""What seeding a version costs as the plan grows, in ratios, on SQLite and on PostgreSQL.

Generated plans, each twice the size of the one before, have a version; the report of each as CSV,
one element in seven reworded, is seeded as the next one. ``python -m benchmarks.seeding`` measures
on the database of ``DATABASE_URL``, which is to be empty, and prints JSON: for each number of
elements the CPU seconds that each step took, those of the database server's process for this
connection included. All sizes are measured in turn, several times over, in processes that begin
alike, as those of the server do; of each the least counts. They are taken as it is, and with
Python's collector of cycles held.
"""

from __future__ import annotations

import csv
import gc
import io
import json
import multiprocessing
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from benchmarks.server import ROOT, TICKS, cpu_ticks
from tests.postgres import ServerMissingError, own_server

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from plans.models import PlanVersion

# Times the size of the real plan: about 1,250 elements, and so on to about 10,000.
SCALES = (16, 32, 64, 128)
TURNS = 3
STEPS = ("upload", "matching", "accepting", "dry run", "commit")
_Result = TypeVar("_Result")


def growth() -> Iterator[str]:
    """Lines that say what an element costs in each step, against one among half as many."""
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
        yield from _lines("SQLite", f"sqlite:///{folder}/seeding.sqlite3")
    try:
        with own_server() as address:
            yield from _lines("PostgreSQL", address)
    except ServerMissingError as error:
        yield f"Seeding on PostgreSQL is not measured: {error}"


def _lines(name: str, address: str) -> Iterator[str]:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.seeding"],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "SECRET_KEY": secrets.token_urlsafe(60),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    found = {int(size): steps for size, steps in json.loads(run.stdout).items()}
    sizes = sorted(found)
    yield (
        f"Seeding on {name}, CPU time for one element against one among half as many "
        "(and with the collector of cycles held):"
    )
    for step in STEPS:
        doublings = "  ".join(
            f"{size:,}: {_ratio(found, 0, step, half, size):.2f} "
            f"({_ratio(found, 1, step, half, size):.2f})"
            for half, size in pairwise(sizes)
        )
        spent = ", ".join(f"{size:,}: {found[size][0][step]:.2f} s" for size in sizes)
        yield f"  {step:<10} {doublings}   in all, {spent}"


def _ratio(
    found: Mapping[int, Sequence[Mapping[str, float]]], turn: int, step: str, half: int, size: int
) -> float:
    """What an element costs among ``size``, against what it costs among ``half`` as many."""
    return found[size][turn][step] / size / (found[half][turn][step] / half)


def main() -> int:
    """Measure on the database of ``DATABASE_URL``."""
    import django

    django.setup()
    from django.core.management import call_command

    from plans.models import Role
    from tests.factories import make_user

    call_command("migrate", verbosity=0)
    by = make_user("ada", Role.ADMINISTRATOR)
    plans = [plan_and_next(scale) for scale in SCALES]
    sizes = [base.elements.count() for base, _content in plans]
    found: dict[int, list[dict[str, float]]] = {size: [{}, {}] for size in sizes}
    for _turn in range(TURNS):
        for size, (base, content) in zip(sizes, plans, strict=True):
            for held in (False, True):
                spent = _in_its_own_process(by, base, content, held=held)
                least = found[size][held]
                least.update({step: min(least.get(step, t), t) for step, t in spent.items()})
    print(json.dumps(found))
    return 0


def _in_its_own_process(
    by: User, base: PlanVersion, content: bytes, *, held: bool
) -> dict[str, float]:
    """As ``seeded``, in a process that remembers nothing of the work before.

    What is loaded so far is frozen, as it is in the server before it makes its workers.
    """
    from django.db import connection

    connection.close()
    gc.collect()
    gc.freeze()
    own = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(1, mp_context=own, initializer=gc.disable if held else None) as pool:
        return pool.submit(seeded, by, base, content).result()


def plan_and_next(scale: int) -> tuple[PlanVersion, bytes]:
    """A version, and the document that comes after it."""
    from benchmarks.generate import generate
    from plans.exports.queries import build_from_database
    from plans.reports.writers import FORMATS

    round_ = generate(scale=scale, slug=f"plan-{scale}")
    written = FORMATS["csv"].write(build_from_database(round_)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(written)))
    for row in rows[::7]:
        row["Element"] += " Regional offices take part from the start."
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return round_.version, out.getvalue().encode()


def seeded(by: User, base: PlanVersion, content: bytes) -> dict[str, float]:
    """CPU seconds for each step. The version is not kept."""
    from django.db import transaction

    from plans.seeding.queries.drafts import find_draft, parsed
    from plans.seeding.queries.matching import matching_of
    from plans.seeding.services.commit import dry_run, make_version, prepare_commit
    from plans.seeding.services.drafts import set_head, start_draft
    from plans.seeding.services.matching import Alike, accept_alike

    def known() -> dict[str, object]:
        found = find_draft(by, draft.pk)
        assert found is not None
        return {"draft_id": draft.pk, "by": by, "base_revision": found.revision}

    spent: dict[str, float] = {}
    with transaction.atomic():
        draft = _timed(
            spent,
            "upload",
            lambda: start_draft(by=by, name="next.csv", content=content, plan=base.plan, base=base),
        )
        draft = set_head(
            draft_id=draft.pk,
            by=by,
            base_revision=draft.revision,
            head=draft.head | {"version_symbol": "GB.282/TC/1"},
        )
        _timed(spent, "matching", lambda: matching_of(draft, base))
        accepted = {**known(), "alike": Alike.ALL}
        _timed(spent, "accepting", lambda: accept_alike(**accepted))  # type: ignore[arg-type]
        _timed(spent, "dry run", lambda: dry_run(draft, parsed(draft)))
        prepared = prepare_commit(**known(), anomalies_seen=True)  # type: ignore[arg-type]
        _timed(spent, "commit", lambda: make_version(prepared))
        transaction.set_rollback(True)
    return spent


def _timed(spent: dict[str, float], step: str, work: Callable[[], _Result]) -> _Result:
    start = _cpu_seconds()
    result = work()
    spent[step] = _cpu_seconds() - start
    return result


def _cpu_seconds() -> float:
    """CPU time so far, of this process and of the one that the database server has for it."""
    from django.db import connection

    own = time.process_time()
    if connection.vendor != "postgresql":
        return own
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return own + cpu_ticks(cursor.fetchone()[0]) / TICKS


if __name__ == "__main__":
    raise SystemExit(main())
