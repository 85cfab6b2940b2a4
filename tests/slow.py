"""Pages that come slowly: ``TEST_SLOW_PAGES=0.5 make test TESTS=tests/browser``.

A page's first bytes then come so many seconds after it was asked for, and the others as late after
those. What a test reads without waiting for it, on a fast machine just in time, is not there yet.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

SECONDS = float(os.environ.get("TEST_SLOW_PAGES", "0"))
_FIRST = 300


class SlowPagesMiddleware:
    """Hold back a page, and then all of it but its beginning."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if not answer.get("Content-Type", "").startswith("text/html") or answer.streaming:
            return answer
        time.sleep(SECONDS)
        body: bytes = answer.content  # type: ignore[attr-defined]

        def pieces() -> Iterator[bytes]:
            yield body[:_FIRST]
            time.sleep(SECONDS)
            yield body[_FIRST:]

        slow = StreamingHttpResponse(pieces(), status=answer.status_code, headers=answer.headers)
        del slow["Content-Length"]
        slow.cookies = answer.cookies
        return slow
