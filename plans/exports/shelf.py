"""Where the files of closed rounds are kept, so that each is written once. Pure.

A file is found by the release of the program that wrote it and by the hash of the record that it
was written of: what one of them makes another file is another file's name. So nothing kept is ever
out of date, it is only no longer asked for, and in the end makes room. The folder may be shared by
the processes of a machine and outlives them; losing it costs only the time to write again.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from plans.web.files import write_privately

_RELEASE = re.compile(r"[0-9a-f]{16}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_EXTENSION = re.compile(r"[a-z0-9]{1,10}")
_HOUR = 60 * 60
_NAME = re.compile(rf"{_RELEASE.pattern}-{_SHA256.pattern}\.{_EXTENSION.pattern}")


def file_name(*, release: str, sha256: str, extension: str) -> str:
    """The name of a kept file. Raises ValueError for parts that are none, such as a path."""
    name = f"{release}-{sha256}.{extension}"
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"{name!r} is no name of a kept file")
    return name


@dataclass(frozen=True, slots=True)
class Shelf:
    """The kept files, in ``folder``, together no larger than ``limit`` bytes; 0 keeps none.

    The one written last stays whatever its size. All names come from ``file_name``.
    """

    folder: Path
    limit: int

    def size(self, name: str) -> int | None:
        """How many bytes the file has; None when it is not there."""
        try:
            return self._path(name).stat().st_size
        except OSError:
            return None

    def open(self, name: str) -> BinaryIO | None:
        """The file, to be read and closed by the caller; None when it is not there.

        What was opened can be read to its end, even if it has to make room meanwhile.
        """
        path = self._path(name)
        try:
            file = path.open("rb")
        except OSError:
            return None
        # Of the time at which a file was used last, the oldest makes room first.
        with suppress(OSError):
            os.utime(path)
        return file

    def keep(self, name: str, data: bytes) -> None:
        """Write a file, whole or not at all, and make room for it. Raises OSError."""
        if self.limit == 0:
            return
        path = self._path(name)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_privately(path, data)
        self._make_room(path)

    def _path(self, name: str) -> Path:
        if _NAME.fullmatch(name) is None:
            raise ValueError(f"{name!r} is no name of a kept file")
        return self.folder / name

    def _make_room(self, newest: Path) -> None:
        found = []
        for path in self.folder.iterdir():
            with suppress(OSError):
                if path != newest and _NAME.fullmatch(path.name):
                    state = path.stat()
                    found.append((state.st_mtime_ns, state.st_size, path))
                elif _is_abandoned(path):
                    path.unlink()
        room = self.limit - newest.stat().st_size - sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if room >= 0:
                return
            # Another process may have removed it, which makes as much room.
            path.unlink(missing_ok=True)
            room += size


def _is_abandoned(path: Path) -> bool:
    """Whether this is a file that a process had begun to write when it was ended."""
    name = path.name.removeprefix(".").rpartition(".")[0]
    return _NAME.fullmatch(name) is not None and path.stat().st_mtime < time.time() - _HOUR
