"""What the tests of long exports share: processes that a test starts end with it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from plans.exports import long_exports
from tests.exports.long_files import Started


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """Every process that a test starts; those that still run are ended afterwards."""
    processes = Started()
    popen = subprocess.Popen

    def start(*words: Any, **options: Any) -> subprocess.Popen[bytes]:
        process: subprocess.Popen[bytes] = popen(*words, **options)
        processes.append(process)
        return process

    monkeypatch.setattr(long_exports.subprocess, "Popen", start)
    yield processes
    for process in processes:
        process.kill()
        process.wait()
