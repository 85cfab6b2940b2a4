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
