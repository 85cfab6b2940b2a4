"""A part of a file, for whoever goes on with a download that broke off (RFC 9110, section 14)."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase

# One range; of several, which few ask for, the whole file is the allowed answer.
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass
class _Window:
    """The next ``left`` bytes of an open file, to be read like a file."""

    file: BinaryIO
    left: int

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(data)
        return data

    def close(self) -> None:
        self.file.close()


def ranged(
    request: HttpRequest, file: BinaryIO, tag: str | None, **options: Any
) -> HttpResponseBase:
    """The open ``file``, or the part of it that is asked for, with ``options`` of FileResponse.

    ``tag`` is its entity tag: whoever has a part of another file gets the whole of this one. 416
    for a part that lies behind the end.
    """
    size = os.fstat(file.fileno()).st_size
    part = _part(request, tag, size)
    if part is None:
        return FileResponse(file, headers={"Accept-Ranges": "bytes"}, **options)
    start, stop = part
    if start >= stop:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    file.seek(start)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(stop - start),
        "Content-Range": f"bytes {start}-{stop - 1}/{size}",
    }
    window = cast(BinaryIO, _Window(file, stop - start))
    return FileResponse(window, status=206, headers=headers, **options)


def _part(request: HttpRequest, tag: str | None, size: int) -> tuple[int, int] | None:
    """From which byte to before which the file is asked for; None for the whole."""
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if found is None or request.method != "GET":
        return None
    if request.headers.get("If-Range", tag) != tag:
        return None
    first, last = found.groups()
    if first:
        if last and int(last) < int(first):
            # A range that ends before it begins is none.
            return None
        return int(first), min(int(last) + 1, size) if last else size
    if last:
        return max(0, size - int(last)), size
    return None
