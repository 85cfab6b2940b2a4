"""The files that somebody names for a command to read or write as text.

Each failure is a CommandError in one clear line that begins with the file's name, and ends the
command with status 2.
"""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import CommandError

from plans.files import write_atomically
from plans.importing.corrections import CorrectionError, Corrections, read_corrections
from plans.importing.readers.kinds import MAX_BYTES

BAD_INPUT = 2


def read_bytes(path: Path) -> bytes:
    """The file's bytes, but no more than a reader of documents takes and one."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", returncode=BAD_INPUT) from error


def corrections_in(path: Path) -> Corrections:
    """The corrections file."""
    try:
        return read_corrections(read_bytes(path).decode("utf-8-sig"))
    except (CorrectionError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}", returncode=BAD_INPUT) from error


def write_text(path: Path, text: str) -> None:
    """Write the whole file, or leave it as it was."""
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", returncode=BAD_INPUT) from error
