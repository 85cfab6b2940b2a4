"""A function in a process of its own, within limits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from plans.jobs import limits
from plans.jobs.limits import LimitError, ProcessEndedError, ProgramError, RefusalError
from tests.jobs.working import ROOT, is_running, wait_until

GIGABYTE = 2**30


def run(
    target: str, payload: bytes = b"", *, seconds: float = 60, memory: int = GIGABYTE
) -> tuple[bytes, list[tuple[str, int, int]]]:
    """What comes back, and what was reported."""
    reports: list[tuple[str, int, int]] = []
    content = limits.run(
        f"tests.jobs.targets.{target}",
        payload,
        seconds=seconds,
        memory=memory,
        progress=lambda *report: reports.append(report),
        check=lambda: None,
    )
    return content, reports


def test_what_the_function_returns_comes_back_with_its_reports() -> None:
    content, reports = run("reverse", b"plan" * 250_000)

    assert content == b"nalp" * 250_000
    assert reports[0] == ("reversing", 0, 1_000_000)
    assert reports[-2:] == [("reversing", 1_000_000, 1_000_000), ("packing", 0, 0)]


def test_the_process_knows_neither_the_key_nor_the_way_to_the_database() -> None:
    assert {"SECRET_KEY", "DATABASE_URL"} <= set(os.environ)

    content, _ = run("environment")

    assert set(json.loads(content)) <= {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR"}


def test_the_process_lets_others_go_first_with_all_of_its_session() -> None:
    content, _ = run("priority")

    assert json.loads(content) == [min(os.nice(0) + 10, 19), 10]


def test_a_refusal_is_raised_with_its_words() -> None:
    with pytest.raises(RefusalError, match=r"^no tea today$"):
        run("refuse", b"tea")


def test_an_error_of_the_program_is_raised_with_its_traceback() -> None:
    with pytest.raises(ProgramError, match="nowhere"):
        run("go_wrong")


def test_more_memory_than_allowed_is_told_as_such() -> None:
    with pytest.raises(LimitError) as found:
        run("take_memory", b"%d" % (2 * GIGABYTE))

    assert found.value.limit == "memory"


def test_more_time_than_allowed_is_told_as_such() -> None:
    with pytest.raises(LimitError) as found:
        run("burn", seconds=0.5)

    assert found.value.limit == "time"


def test_more_of_the_processor_than_allowed_is_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    # As if the parent did not look at the clock.
    monkeypatch.setattr("plans.jobs.limits.time.monotonic", lambda: 0.0)

    with pytest.raises(LimitError) as found:
        run("burn", seconds=0.01)

    assert found.value.limit == "time"


def test_a_process_that_is_killed_is_told_as_such() -> None:
    with pytest.raises(ProcessEndedError):
        run("die")


def test_what_the_function_started_ends_with_it() -> None:
    sleeper, _ = run("leave_a_sleeper")

    wait_until(lambda: not is_running(int(sleeper)))


def test_work_that_is_not_wanted_any_more_is_ended(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid_file"

    def check() -> None:
        if pid_file.exists() and pid_file.read_text():
            raise InterruptedError

    with pytest.raises(InterruptedError):
        limits.run(
            "tests.jobs.targets.sleep",
            str(pid_file).encode(),
            seconds=60,
            memory=GIGABYTE,
            progress=lambda *report: None,
            check=check,
        )

    assert not is_running(int(pid_file.read_text()))


def test_the_process_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid_file"
    code = (
        "from plans.jobs import limits; limits.run('tests.jobs.targets.sleep', "
        f"{os.fspath(pid_file)!r}.encode(), seconds=60, memory=2**30, "
        "progress=lambda *report: None, check=lambda: None)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    try:
        wait_until(lambda: pid_file.exists() and bool(pid_file.read_text()))
        child = int(pid_file.read_text())
        assert is_running(child)
    finally:
        parent.kill()
        parent.wait()

    wait_until(lambda: not is_running(child))
