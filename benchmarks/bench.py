"""What the report costs, in ratios: no figure here passes or fails anything.

Times depend on the machine; ratios much less. The yardstick is a Django view without middleware
that returns the very bytes of the report's page. Servers run with the tracker's own gunicorn
configuration on loopback, each with two workers; the kinds of request take turns in short batches,
so that whatever else the machine does falls on all alike.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from benchmarks import correcting, matching, seeding
from benchmarks.growth import growth
from benchmarks.meanwhile import meanwhile
from benchmarks.printing import printing
from benchmarks.server import Connection, Server, header, serving

ROUNDS = 8
CLIENTS = 4
SCALES = {1: "once", 10: "tenfold", 100: "hundredfold"}
SCALE = max(SCALES)
FIXTURE = "technical-cooperation"


@dataclass
class Kind:
    """One kind of request, and what its batches have cost so far."""

    name: str
    server: Server
    path: str
    batch: int
    headers: Mapping[str, str] = field(default_factory=dict)
    expected: int = 200
    requests: int = 0
    cpu: float = 0.0
    wall: float = 0.0

    @property
    def cpu_each(self) -> float:
        """CPU seconds of the workers for one request."""
        return self.cpu / self.requests

    @property
    def rate(self) -> float:
        """Requests answered in a second."""
        return self.requests / self.wall

    def run(self, *, counted: bool = True) -> None:
        """Send one batch from several clients at once. Raises RuntimeError at a wrong answer."""
        faults: list[str] = []

        def client() -> None:
            connection = Connection(self.server)
            try:
                for _ in range(self.batch // CLIENTS):
                    status, _, _ = connection.get(self.path, self.headers)
                    if status != self.expected:
                        faults.append(f"{self.path}: {status}, not {self.expected}")
                        return
            except OSError as error:
                faults.append(f"{self.path}: {error}")
            finally:
                connection.close()

        clients = [Thread(target=client) for _ in range(CLIENTS)]
        cpu, wall = self.server.cpu_seconds(), time.perf_counter()
        for thread in clients:
            thread.start()
        for thread in clients:
            thread.join()
        if faults:
            raise RuntimeError(faults[0])
        if counted:
            self.cpu += self.server.cpu_seconds() - cpu
            self.wall += time.perf_counter() - wall
            self.requests += self.batch // CLIENTS * CLIENTS


def main() -> int:
    """Measure and print. Returns the exit status: 2 where there is nothing to measure with."""
    if not Path("/proc/self/smaps_rollup").exists():
        print("The benchmark reads /proc; it runs on Linux only.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder, ExitStack() as stack:
        environment = {
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "STATIC_ROOT": f"{folder}/static",
            "TRACKER_FILES": f"{folder}/files",
            "SECRET_KEY": "",
            "TRACKER_PUBLIC": "1",
            "LOG_LEVEL": "ERROR",
        }
        _prepare(environment)
        for line in _growth():
            print(line, flush=True)
        for line in matching.growth():
            print(line, flush=True)
        for line in correcting.growth():
            print(line, flush=True)
        for line in seeding.growth():
            print(line, flush=True)
        for line in _writing(Path(folder)):
            print(line, flush=True)
        for line in _served(stack, environment, Path(folder)):
            print(line, flush=True)
        for line in _meanwhile(environment):
            print(line, flush=True)
    return 0


def _prepare(environment: Mapping[str, str]) -> None:
    """Make the database, with the real plan and generated ones, and the static files."""
    os.environ.update(environment)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks.generate import generate

    print(f"Preparing the real plan and one up to {SCALE} times its size…", flush=True)
    call_command("migrate", verbosity=0)
    call_command("loaddata", FIXTURE, verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    for scale, slug in SCALES.items():
        generate(scale=scale, slug=slug, closed=True)


def _writing(folder: Path) -> Iterator[str]:
    """What files cost, written apart from database and server."""
    from benchmarks.generate import ELEMENTS_PER_UNIT

    yield from growth(
        {scale: _record(slug, folder) for scale, slug in SCALES.items()}, ELEMENTS_PER_UNIT
    )
    yield from printing(_record(FIXTURE, folder))


def _record(slug: str, folder: Path) -> Path:
    """A file with the record of the one closed round of a plan."""
    from plans.models import Record

    path = folder / f"{slug}.record"
    content = Record.objects.get(round__version__plan__slug=slug).content
    path.write_text(content, encoding="utf-8")
    return path


def _meanwhile(environment: Mapping[str, str]) -> Iterator[str]:
    from django.urls import reverse

    from benchmarks.generate import report_again
    from plans.models import Plan, ReportingRound

    round_ = ReportingRound.objects.get(version__plan__slug=SCALES[SCALE])
    version, later = round_.version, report_again(round_)
    place = [version.plan.slug, version.slug, round_.as_at]
    compared = reverse("plans:comparison_file", args=[*place, later.as_at, "docx"])
    files = {
        "spreadsheet": reverse("plans:report_file", args=[*place, "xlsx"]),
        "comparison as Word document": f"{compared}?rows=all",
    }
    yield from meanwhile(environment, Plan.objects.get(slug=FIXTURE).get_absolute_url(), files)


def _growth() -> list[str]:
    """CPU time for one element, in a plan of the real size and in one of ``SCALE`` times that."""
    from benchmarks.generate import ELEMENTS_PER_UNIT
    from plans.exports.queries import build_from_database
    from plans.models import ReportingRound
    from plans.reports.writers import FORMATS, html

    rounds = ReportingRound.objects.select_related("version__plan")
    small = rounds.get(version__plan__slug=SCALES[1])
    large = rounds.get(version__plan__slug=SCALES[SCALE])
    lines = [f"CPU time for one element, at {SCALE} times the size against the real size:"]
    steps: list[tuple[str, Callable[[ReportingRound], object]]] = [
        ("database to page body", lambda round_: html.body(build_from_database(round_))),
        ("database to CSV", lambda round_: FORMATS["csv"].write(build_from_database(round_))),
        ("database to JSON", lambda round_: FORMATS["json"].write(build_from_database(round_))),
    ]
    for name, step in steps:
        once = _least_cpu(lambda step=step: step(small), times=30)  # type: ignore[misc]
        many = _least_cpu(lambda step=step: step(large), times=3)  # type: ignore[misc]
        each, each_of_many = once / ELEMENTS_PER_UNIT, many / (ELEMENTS_PER_UNIT * SCALE)
        lines.append(f"  {name:<38} {each_of_many / each:6.2f}")
    return lines


def _least_cpu(work: Callable[[], object], *, times: int) -> float:
    """The least CPU time, in seconds, that ``work`` took in so many runs."""
    least = float("inf")
    for _ in range(times):
        start = time.process_time()
        work()
        least = min(least, time.process_time() - start)
    return least


def _served(stack: ExitStack, environment: Mapping[str, str], folder: Path) -> list[str]:
    from plans.models import ReportingRound

    round_ = ReportingRound.objects.get(version__plan__slug=FIXTURE)
    page = round_.get_absolute_url()
    real = stack.enter_context(serving("tracker.settings", environment))
    fresh = stack.enter_context(serving("benchmarks.fresh_settings", environment))
    connection = Connection(fresh)
    _, head, body = connection.get(page)
    connection.close()
    tag = header(head, "etag")
    bare_body = folder / "body"
    bare_body.write_bytes(body)
    bare = stack.enter_context(
        serving("benchmarks.bare_settings", {**environment, "BARE_BODY": str(bare_body)})
    )
    address = page.rstrip("/")
    yardstick = Kind("bare view, the same bytes", bare, "/", 400)
    kinds = [
        yardstick,
        Kind("report, rendered afresh", fresh, page, 80),
        Kind("report, from its cache", real, page, 200),
        Kind("report, 304", real, page, 200, {"If-None-Match": tag}, expected=304),
        Kind("CSV, written afresh", fresh, f"{address}.csv", 80),
        Kind("JSON, written afresh", fresh, f"{address}.json", 80),
        Kind("plan, to browse", fresh, round_.version.get_absolute_url(), 40),
    ]
    for kind in kinds:
        kind.run(counted=False)
    for _ in range(ROUNDS):
        for kind in kinds:
            kind.run()
    return _table(yardstick, kinds, len(body), real)


def _table(yardstick: Kind, kinds: list[Kind], size: int, real: Server) -> list[str]:
    lines = [
        f"Against a bare Django view, the report's {size:,} bytes, {CLIENTS} clients at once:",
        f"  {'':<38} {'CPU':>8} {'requests/s':>12} {'CPU ms':>8}",
    ]
    lines += (
        f"  {kind.name:<38} {kind.cpu_each / yardstick.cpu_each:7.1f}× "
        f"{kind.rate / yardstick.rate:11.2f}× {kind.cpu_each * 1000:8.2f}"
        for kind in kinds
    )
    lines.append(f"Memory of the two workers (PSS): {real.pss_megabytes():.0f} MB")
    return lines
