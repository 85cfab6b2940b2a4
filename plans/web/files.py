"""Writing files so that nobody ever sees half of one. Pure: no Django."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``, whole or not at all.

    An existing file keeps its content until the new one is complete. Raises OSError.
    """
    write_all_atomically({path: data})


def write_all_atomically(files: Mapping[Path, bytes]) -> None:
    """Write all ``files``, each whole, or none of them.

    The contents are on the disk before the first file gets its name or is replaced. Raises OSError.
    """
    umask = os.umask(0)
    os.umask(umask)
    waiting: list[tuple[Path, Path]] = []
    try:
        for path, data in files.items():
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            waiting.append((Path(name), path))
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o666 & ~umask)
        for complete, path in waiting:
            complete.replace(path)
    except BaseException:
        for complete, _ in waiting:
            complete.unlink(missing_ok=True)
        raise
