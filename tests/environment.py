"""What the machine offers to the tests."""

from __future__ import annotations

import os
from pathlib import Path

SYSTEM_CHROMIUM = Path("/usr/bin/chromium")
# Reasons that begin so are named once more at the end of a run.
NOT_RUN = "not run: "


def in_ci() -> bool:
    """Whether what is missing must fail: ``CI`` is set, to anything but no."""
    return os.environ.get("CI", "").strip().lower() not in ("", "0", "false", "no")


def soak(times: int) -> int:
    """``times`` as often as ``make soak`` asks for (``SOAK``), which is once in every other run."""
    return times * int(os.environ.get("SOAK", "1"))
