"""Where a command puts the file that it made. Each failure is a CommandError in one clear line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from plans.files import write_atomically


def to_output(command: BaseCommand, name: str, content: bytes) -> None:
    """Put ``content`` into the file ``name``, or to standard output when it is "" or "-"."""
    if name in ("", "-"):
        _to_standard_output(command, content)
    else:
        _to_file(Path(name), content)


def _to_standard_output(command: BaseCommand, content: bytes) -> None:
    binary = getattr(command.stdout, "buffer", None)
    if binary is None:
        try:
            command.stdout.write(content.decode(), ending="")
        except UnicodeDecodeError as error:
            raise CommandError("this format is no text; name a file with --output") from error
        return
    try:
        binary.write(content)
        binary.flush()
    except BrokenPipeError as error:
        # Python would complain once more when it flushes standard output on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise CommandError("standard output was closed before the report ended") from error


def _to_file(path: Path, content: bytes) -> None:
    try:
        if path.exists() and not path.is_file():
            # A device or a pipe is written to, not replaced; a directory is an error.
            path.write_bytes(content)
        else:
            # Through a symbolic link, it is the file behind that is replaced.
            write_atomically(path.resolve(), content)
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror or error}") from error
