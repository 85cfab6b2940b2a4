"""The page of a file that takes long, as the tests ask for it."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from plans.exports import long_exports
from plans.exports.long_exports import Progress
from tests.pages import text_of

# Only a machine in trouble takes so long; no test waits for it to pass.
PATIENCE = 60.0


def at(progress: Progress, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the file be as far as ``progress`` says, whoever asks."""
    monkeypatch.setattr(long_exports, "follow", lambda **_: progress)


def wait(client: Client, page: str) -> HttpResponse:
    """Ask until the page stops looking again."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = client.get(page)
        if answer.status_code != 202:
            return answer  # type: ignore[return-value]
        time.sleep(0.02)
    raise AssertionError("the file is still in the making")


def said(answer: Any) -> str:
    """What the part of the page that changes says."""
    found = re.search(r'<div id="making".*?\n</div>', answer.content.decode(), re.DOTALL)
    assert found is not None
    return text_of(found[0].encode())
