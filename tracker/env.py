"""Typed readers of the environment.

Every setting that an operator may change comes through one of these readers. A value that cannot be
meant raises :class:`ConfigurationError`, whose text is one line that names the variable, what is
wrong with it, and what would be right; ``manage.py`` and the server print that line and stop.
An empty variable counts as unset. Values that are secret never appear in a message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

from tracker.addresses import (
    AddressError,
    CacheSettings,
    DatabaseSettings,
    EmailSettings,
    read_cache_url,
    read_database_url,
    read_email_url,
)

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})

_HOST = re.compile(r"\.?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]", re.IGNORECASE)

_MAILBOX = re.compile(r"[^@\s]+@[^@\s]+")


class ConfigurationError(ImproperlyConfigured):
    """A variable of the environment says something that cannot be meant."""

    def __init__(self, variable: str, complaint: str) -> None:
        super().__init__(" ".join(f"{variable}: {complaint}".split()))
        self.variable = variable


@dataclass(frozen=True, slots=True)
class Env:
    """The environment, read by type.

    ``variables`` is usually ``os.environ``; relative paths are taken from ``base_dir``.
    """

    variables: Mapping[str, str]
    base_dir: Path

    def text(self, name: str, default: str = "") -> str:
        """The value without blanks around it, or ``default`` when unset."""
        return self.variables.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool) -> bool:
        """Yes or no: 1, true, yes, on; 0, false, no, off, in any case."""
        value = self.text(name)
        if not value:
            return default
        if value.lower() in TRUE_WORDS:
            return True
        if value.lower() in FALSE_WORDS:
            return False
        raise ConfigurationError(name, f"{value!r} is neither yes nor no; write 1 or 0")

    def integer(self, name: str, *, default: int, least: int, most: int) -> int:
        """A whole number from ``least`` to ``most``, both allowed."""
        value = self.text(name)
        if not value:
            return default
        try:
            number = int(value) if value.isascii() else None
        except ValueError:
            number = None
        if number is None:
            raise ConfigurationError(name, f"{value!r} is not a whole number")
        if not least <= number <= most:
            raise ConfigurationError(name, f"{number} is not between {least} and {most}")
        return number

    def items(self, name: str, default: tuple[str, ...] = ()) -> list[str]:
        """The values of a comma-separated list, in order, without empty ones."""
        value = self.text(name)
        if not value:
            return list(default)
        return [item for item in (part.strip() for part in value.split(",")) if item]

    def hosts(self, name: str, default: tuple[str, ...], *, any_allowed: bool) -> list[str]:
        """Host names: no scheme, port or path. ``*`` only when ``any_allowed``."""
        hosts = self.items(name, default)
        for host in hosts:
            if host == "*":
                if not any_allowed:
                    raise ConfigurationError(
                        name, "'*' would answer to any name; list the names of this site"
                    )
            elif not _HOST.fullmatch(host):
                raise ConfigurationError(
                    name, f"{host!r} is not a host name; leave out scheme, port and path"
                )
        return hosts

    def origins(self, name: str) -> list[str]:
        """Origins such as ``https://plans.example.org``: scheme and host, no path."""
        origins = self.items(name)
        for origin in origins:
            try:
                parts = urlsplit(origin)
                whole = f"{parts.scheme}://{parts.netloc}"
                good = parts.scheme in ("http", "https") and bool(parts.hostname)
                _ = parts.port  # raises when it is not a number
            except ValueError:
                good, whole = False, ""
            if not good or origin != whole:
                raise ConfigurationError(
                    name, f"{origin!r} is not an origin; write https://HOST without a path"
                )
        return origins

    def own_address(self, name: str) -> str:
        """Where people reach this site: one origin as in :meth:`origins`, or "" when unset."""
        origins = self.origins(name)
        if len(origins) > 1:
            raise ConfigurationError(name, "a site has one address of its own; write one")
        return origins[0] if origins else ""

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        """One of ``choices``, written in any case."""
        value = self.text(name, default).upper()
        if value not in choices:
            raise ConfigurationError(name, f"{value!r} is none of {', '.join(choices)}")
        return value

    def email_address(self, name: str, default: str) -> str:
        """An e-mail address, with or without a name: ``Tracker <tracker@example.org>``."""
        value = self.text(name, default)
        address = parseaddr(value)[1]
        if not _MAILBOX.fullmatch(address):
            raise ConfigurationError(name, f"{value!r} is not an e-mail address")
        return value

    def time_zone(self, name: str, default: str) -> str:
        """The name of a time zone that this machine knows, such as ``Europe/Zurich``."""
        value = self.text(name, default)
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ConfigurationError(
                name, f"{value!r} is not a time zone; write one such as Europe/Zurich"
            ) from error
        return value

    def file(self, name: str) -> Path | None:
        """A file that is there and can be read; None when unset."""
        value = self.text(name)
        if not value:
            return None
        path = self.base_dir / value
        try:
            with path.open("rb"):
                return path
        except OSError as error:
            raise ConfigurationError(
                name, f"{path} cannot be read ({error.strerror or error}); name a file"
            ) from error

    def database(self, name: str, default: str) -> DatabaseSettings:
        """The database at an address; see :func:`tracker.addresses.read_database_url`."""
        try:
            return read_database_url(self.text(name, default), self.base_dir)
        except AddressError as error:
            raise ConfigurationError(name, str(error)) from error

    def cache(self, name: str, default: str) -> CacheSettings:
        """The shared cache at an address; see :func:`tracker.addresses.read_cache_url`."""
        try:
            found = read_cache_url(self.text(name, default))
        except AddressError as error:
            raise ConfigurationError(name, str(error)) from error
        if "redis" in found["BACKEND"] and find_spec("redis") is None:
            raise ConfigurationError(
                name,
                "the Python package redis is not installed here; install it, or write database:",
            )
        return found

    def email(self, name: str, default: str) -> EmailSettings:
        """Where mail goes; see :func:`tracker.addresses.read_email_url`."""
        try:
            return read_email_url(self.text(name, default))
        except AddressError as error:
            raise ConfigurationError(name, str(error)) from error
