"""How long others wait for a page while somebody's long file is being written."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median, quantiles
from threading import Event, Thread

from benchmarks.server import Connection, Server, header, serving, working

CLIENTS = 4
_IDLE_ANSWERS = 400
_POLL_SECONDS = 0.5
_MOVING, _READY = 202, 200


@dataclass
class Waits:
    """How long each answer took, in seconds, while nothing else went on and while it did."""

    idle: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)


def meanwhile(environment: Mapping[str, str], page: str, files: Mapping[str, str]) -> Iterator[str]:
    """Lines that say what asking for each of ``files`` does to those who read ``page``.

    A worker of its own writes them. ``files`` are addresses, by what to call them.
    """
    yield f"Reading a page, {CLIENTS} at once, while a file of the largest plan is written:"
    yield f"  {'':<52} {'median':>8} {'slowest of 100':>15}"
    for name, file in files.items():
        with serving("tracker.settings", environment) as server, working(environment):
            waits = _measure(server, page, file)
        usual = median(waits.busy) / median(waits.idle)
        slowest = _slowest(waits.busy) / _slowest(waits.idle)
        yield f"  {name:<52} {usual:7.1f}× {slowest:14.1f}×"


def _measure(server: Server, page: str, file: str) -> Waits:
    waits, busy, done = Waits(), Event(), Event()
    faults: list[str] = []

    def read() -> None:
        connection = Connection(server)
        try:
            connection.get(page)
            while not done.is_set():
                during, start = busy.is_set(), time.perf_counter()
                status, _, _ = connection.get(page)
                if status != _READY:
                    faults.append(f"{page}: {status}")
                    return
                if during == busy.is_set():
                    (waits.busy if during else waits.idle).append(time.perf_counter() - start)
        except OSError as error:
            faults.append(f"{page}: {error}")
        finally:
            connection.close()

    readers = [Thread(target=read) for _ in range(CLIENTS)]
    for reader in readers:
        reader.start()
    while len(waits.idle) < _IDLE_ANSWERS and not faults:
        time.sleep(0.05)
    busy.set()
    try:
        _fetch(server, file)
    finally:
        done.set()
        for reader in readers:
            reader.join()
    if faults:
        raise RuntimeError(faults[0])
    return waits


def _fetch(server: Server, file: str) -> None:
    """Ask for the file until it is there. Raises RuntimeError when it is not to be had."""
    connection = Connection(server)
    try:
        path = file
        while True:
            status, head, _ = connection.get(path)
            if status == _READY:
                return
            if status == _MOVING:
                time.sleep(_POLL_SECONDS)
            elif status == 302:
                path = header(head, "location")
            else:
                raise RuntimeError(f"{path}: {status}")
    finally:
        connection.close()


def _slowest(waits: list[float]) -> float:
    return quantiles(waits, n=100)[-1]
