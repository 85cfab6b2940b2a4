"""What tells one build of the program from another, for what is kept of its pages and files."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings

_SHOWN = (
    ("templates", "*.html"),
    ("static", "*.*"),
    ("locale", "*.mo"),
    ("plans", "*.py"),
    ("plans", "*.docx"),
    ("plans", "*.typ"),
    ("plans", "*.json"),
    # The libraries that write files write them as their versions do.
    ("requirements", "base.lock"),
)


def build_id() -> str:
    """A hash of all that makes pages and files what they are: templates, styles, words, code,
    libraries.

    The template of the Word documents is part of it, which may lie elsewhere. Read once in each
    process. Two processes with the same files give the same value.
    """
    path = settings.TRACKER_DOCX_TEMPLATE
    return _hash(_content(path) if path is not None else None)


@cache
def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        # No Word document can be made without its template; all else is made as ever.
        return b""


@cache
def _hash(template: bytes | None) -> str:
    digest = hashlib.sha256()
    if template is not None:
        digest.update(template + b"\0")
    base = Path(settings.BASE_DIR)
    for folder, pattern in _SHOWN:
        for path in sorted((base / folder).rglob(pattern)):
            if path.is_file():
                digest.update(path.relative_to(base).as_posix().encode() + b"\0")
                digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
