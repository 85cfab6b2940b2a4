"""Runs Typst by itself: reads a request from standard input, writes a PDF to standard output.

Started by ``plans.reports.writers.pdf`` as a file, without the project around it, so it may import
nothing of the project. The request is JSON: ``template`` (a path), ``data`` (a text), ``moment``
(ISO 8601), ``memory`` (bytes) and ``parent`` (the id of the process that started it, with which it
ends). On an error of Typst's it exits with status 3, and writes JSON with ``message`` to standard
output instead.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

FAILED = 3
_PR_SET_PDEATHSIG = 1


def main() -> int:
    """Answer one request; the status to exit with."""
    request = json.load(sys.stdin.buffer)
    _end_with(request["parent"])
    _limit_memory(request["memory"])
    import typst

    template = Path(request["template"])
    try:
        content = typst.compile(
            template,
            root=template.parent,
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": request["data"]},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=datetime.fromisoformat(request["moment"]),
        )
    except typst.TypstError as error:
        sys.stdout.write(json.dumps({"message": error.message}))
        return FAILED
    if not isinstance(content, bytes):
        raise TypeError(f"Typst gave {type(content).__name__}, not bytes")
    sys.stdout.buffer.write(content)
    return 0


def _end_with(parent: int) -> None:
    """Let the kernel kill this process when the one that started it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        # It ended before that was asked for.
        os.kill(os.getpid(), signal.SIGKILL)


def _limit_memory(limit: int) -> None:
    """Let this process have no more than ``limit`` bytes, where the system can see to that."""
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    raise SystemExit(main())
