"""The secret key of a site with an embedded database: made once, kept beside the database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

KEY_BYTES = 64
LEAST_LENGTH = 50
LEAST_VARIETY = 5


class SecretKeyError(ValueError):
    """A secret key that protects nothing, or a key file that cannot be used."""


def check_secret_key(key: str) -> str:
    """Return ``key`` when it is long and varied enough; :class:`SecretKeyError` otherwise."""
    weak = len(key) < LEAST_LENGTH or len(set(key)) < LEAST_VARIETY
    if weak or key.startswith("django-insecure"):
        raise SecretKeyError(
            f"the key is too easy to guess; it needs {LEAST_LENGTH} random characters or more"
        )
    return key


def kept_secret_key(path: Path) -> str:
    """The key in the file at ``path``, which is made, readable by its owner only, when absent.

    Two processes that start together get the same key, and a process killed on the way leaves no
    half-written one: the key is written to a file of its own and takes its name in one step.

    Raises :class:`SecretKeyError` when the file cannot be made or read, is readable by others, or
    holds no usable key.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            raise SecretKeyError(f"{path} can be read by others; run chmod 600 on it")
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise SecretKeyError(f"{path} cannot be used: {reason}") from error
    try:
        return check_secret_key(key)
    except SecretKeyError as error:
        raise SecretKeyError(f"{path}: {error}; remove the file to have a new one made") from error


def _make(path: Path) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            # Another process was quicker: its key stands.
            return
    finally:
        draft.unlink()
