"""Databases, caches and mail servers named by an address, as settings of Django.

Pure functions. Their complaints never repeat the address itself: it may hold a password.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

DatabaseSettings: TypeAlias = dict[str, Any]
CacheSettings: TypeAlias = dict[str, Any]
T = TypeVar("T")

DATABASE_FORMS: Final = "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME"
CACHE_FORMS: Final = (
    "write database: , redis://USER:PASSWORD@HOST:PORT/NUMBER or rediss://… for TLS"
)
EMAIL_FORMS: Final = (
    "write console: , smtp://HOST:PORT , smtp+tls://USER:PASSWORD@HOST:PORT "
    "or smtps://USER:PASSWORD@HOST:PORT"
)

# WAL lets readers go on while one writes; IMMEDIATE takes the write lock at the start of a
# transaction, where waiting for it is possible, and not in the middle, where it is refused.
SQLITE_OPTIONS: Final = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
CONNECTION_SECONDS: Final = 60

# What libpq understands and an operator has a reason to set.
LIBPQ_TEXTS: Final = frozenset(
    {"application_name", "options", "sslcert", "sslkey", "sslmode", "sslrootcert"}
)
SSL_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")

# The table of the migration tracker.0001_cache_table.
CACHE_TABLE: Final = "tracker_cache"
# Beyond this, entries go before their time. It is out of reach: entries live for minutes.
CACHE_ENTRIES: Final = 1_000_000
# A Redis that does not answer must not hold a request for ever.
REDIS_SECONDS: Final = 5


class AddressError(ValueError):
    """An address that cannot be meant; the text says why, without repeating the address."""


class EmailSettings(NamedTuple):
    """Django's settings of outgoing mail."""

    backend: str
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    use_tls: bool = False
    use_ssl: bool = False


def read_database_url(address: str, base_dir: Path) -> DatabaseSettings:
    """Read the address of a database into an entry of Django's ``DATABASES``.

    ``sqlite:///FILE`` is taken from ``base_dir``, ``sqlite:////FILE`` from the root.
    ``postgresql://`` (or ``postgres://``) takes, after a question mark, ``pool`` (on unless 0),
    ``pool_min_size``, ``pool_max_size``, ``pool_timeout`` (seconds), ``connect_timeout`` (seconds),
    ``host`` (a directory, for a socket) and the texts of :data:`LIBPQ_TEXTS`.

    Raises :class:`AddressError`.
    """
    parts = _split(address, DATABASE_FORMS)
    if parts.scheme == "sqlite":
        return _sqlite(parts, base_dir)
    if parts.scheme in ("postgres", "postgresql"):
        return _postgresql(parts)
    raise AddressError(f"the scheme {parts.scheme!r} is not known; {DATABASE_FORMS}")


def _sqlite(parts: SplitResult, base_dir: Path) -> DatabaseSettings:
    if parts.netloc or not parts.path.startswith("/") or parts.query or parts.fragment:
        raise AddressError("an SQLite address has a file and nothing else; write sqlite:///FILE")
    name = unquote(parts.path[1:])
    if not name or name.endswith("/") or name == ":memory:" or "\0" in name:
        raise AddressError("an SQLite address needs a file; write sqlite:///FILE")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": base_dir / name,
        "CONN_MAX_AGE": CONNECTION_SECONDS,
        "OPTIONS": dict(SQLITE_OPTIONS),
    }


def _postgresql(parts: SplitResult) -> DatabaseSettings:
    query = _query(parts)
    socket = query.pop("host", "")
    if socket and parts.hostname:
        raise AddressError("the host is given twice")
    pooled = _number(query.pop("pool", "1"), "pool", least=0, most=1) == 1
    pool = {
        "min_size": _number(query.pop("pool_min_size", "1"), "pool_min_size", least=0, most=1000),
        "max_size": _number(query.pop("pool_max_size", "10"), "pool_max_size", least=1, most=1000),
        "timeout": _number(query.pop("pool_timeout", "10"), "pool_timeout", least=1, most=600),
    }
    if pool["min_size"] > pool["max_size"]:
        raise AddressError("pool_min_size is larger than pool_max_size")
    options: dict[str, Any] = {
        "connect_timeout": _number(
            query.pop("connect_timeout", "10"), "connect_timeout", least=1, most=600
        )
    }
    for key, value in query.items():
        if key not in LIBPQ_TEXTS:
            raise AddressError(f"the option {key!r} is not known")
        if key == "sslmode" and value not in SSL_MODES:
            raise AddressError(f"sslmode is none of {', '.join(SSL_MODES)}")
        options[key] = value
    if pooled:
        options["pool"] = pool
    name = unquote(parts.path.removeprefix("/"))
    if not name or "/" in name:
        raise AddressError(f"it names no database; {DATABASE_FORMS}")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": socket or unquote(parts.hostname or ""),
        "PORT": str(_port(parts, DATABASE_FORMS) or ""),
        # A pool keeps connections by itself; Django refuses to keep them a second time.
        "CONN_MAX_AGE": 0 if pooled else CONNECTION_SECONDS,
        "CONN_HEALTH_CHECKS": not pooled,
        "OPTIONS": options,
    }


def read_cache_url(address: str) -> CacheSettings:
    """Read where the shared cache is into an entry of Django's ``CACHES``.

    ``database:`` is a table of the database. ``redis://`` and, with TLS, ``rediss://`` name a Redis
    server; port 6379 and database number 0 unless given.

    Raises :class:`AddressError`.
    """
    parts = _split(address, CACHE_FORMS)
    if parts.scheme == "database":
        if parts.netloc or parts.path or parts.query or parts.fragment:
            raise AddressError(f"database takes nothing after the colon; {CACHE_FORMS}")
        return {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": CACHE_TABLE,
            "OPTIONS": {"MAX_ENTRIES": CACHE_ENTRIES},
        }
    if parts.scheme not in ("redis", "rediss"):
        raise AddressError(f"the scheme {parts.scheme!r} is not known; {CACHE_FORMS}")
    if not parts.hostname or parts.query or parts.fragment:
        raise AddressError(f"a Redis address has a host and no options; {CACHE_FORMS}")
    if parts.username and not parts.password:
        raise AddressError("a Redis user needs a password")
    _port(parts, CACHE_FORMS)
    number = parts.path.removeprefix("/")
    if number:
        _number(number, "the number of the Redis database", least=0, most=65535)
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        # In a list: Django splits a text at commas and semicolons, which a password may hold.
        "LOCATION": [address],
        "OPTIONS": {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS},
    }


def read_email_url(address: str) -> EmailSettings:
    """Read where mail goes: ``console:``, ``smtp://``, ``smtp+tls://`` or ``smtps://``.

    ``smtp+tls`` begins in the clear and turns to TLS (port 587 unless given); ``smtps`` is TLS
    from the first byte (port 465 unless given).

    Raises :class:`AddressError`.
    """
    parts = _split(address, EMAIL_FORMS)
    if parts.scheme == "console":
        if parts.netloc or parts.path or parts.query:
            raise AddressError(f"console takes nothing after the colon; {EMAIL_FORMS}")
        return EmailSettings("django.core.mail.backends.console.EmailBackend")
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if parts.scheme not in ports:
        raise AddressError(f"the scheme {parts.scheme!r} is not known; {EMAIL_FORMS}")
    if not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise AddressError(f"a mail address has a host and no path; {EMAIL_FORMS}")
    if bool(parts.username) != bool(parts.password):
        raise AddressError("a mail user and a mail password go together")
    return EmailSettings(
        "django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=_port(parts, EMAIL_FORMS) or ports[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp+tls",
        use_ssl=parts.scheme == "smtps",
    )


def _split(address: str, forms: str) -> SplitResult:
    return _quietly(lambda: urlsplit(address), f"it is not an address; {forms}")


def _port(parts: SplitResult, forms: str) -> int | None:
    return _quietly(lambda: parts.port, f"the port is not a number up to 65535; {forms}")


def _quietly(read: Callable[[], T], complaint: str) -> T:
    # The library's own messages quote what they could not read, which may be a password.
    try:
        return read()
    except ValueError:
        raise AddressError(complaint) from None


def _query(parts: SplitResult) -> dict[str, str]:
    pairs = _quietly(
        lambda: parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)),
        "what follows the question mark is not NAME=VALUE&NAME=VALUE",
    )
    found = dict(pairs)
    if len(found) != len(pairs):
        raise AddressError("an option is given twice")
    return found


def _number(value: str, option: str, *, least: int, most: int) -> int:
    words = {"true": "1", "yes": "1", "on": "1", "false": "0", "no": "0", "off": "0"}
    value = words.get(value.lower(), value) if (least, most) == (0, 1) else value
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise AddressError(f"{option} is not a whole number from {least} to {most}")
    return int(value)
