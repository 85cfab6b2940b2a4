"""Readers of the environment: what they give, and the one line that they refuse with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tracker import env as env_module
from tracker.addresses import (
    SQLITE_OPTIONS,
    AddressError,
    read_cache_url,
    read_database_url,
    read_email_url,
)
from tracker.env import ConfigurationError, Env

BASE = Path("/srv/tracker")


def env(**variables: str) -> Env:
    return Env(variables, BASE)


@pytest.mark.parametrize("word", ["1", "true", "YES", "On", " 1 "])
def test_a_flag_is_on(word: str) -> None:
    assert env(X=word).flag("X", default=False) is True


@pytest.mark.parametrize("word", ["0", "false", "NO", "Off"])
def test_a_flag_is_off(word: str) -> None:
    assert env(X=word).flag("X", default=True) is False


def test_an_empty_variable_counts_as_unset() -> None:
    assert env(X="  ").flag("X", default=True) is True


def test_a_list_is_read_in_order_without_empty_items() -> None:
    assert env(X="b, a,,c ,").items("X") == ["b", "a", "c"]


def test_a_file_is_taken_from_the_project_and_no_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "house.docx").write_bytes(b"")
    place = Env({"X": "house.docx"}, tmp_path)
    assert (place.file("X"), place.file("Y")) == (tmp_path / "house.docx", None)


READERS: list[tuple[Callable[[Env], Any], str, str]] = [
    (lambda e: e.flag("X", default=False), "ja", "X: 'ja' is neither yes nor no; write 1 or 0"),
    (
        lambda e: e.integer("X", default=1, least=1, most=9),
        "1.5",
        "X: '1.5' is not a whole number",
    ),
    (lambda e: e.integer("X", default=1, least=1, most=9), "10", "X: 10 is not between 1 and 9"),
    (
        lambda e: e.integer("X", default=1, least=1, most=9),
        "٣",
        "X: '٣' is not a whole number",
    ),
    (
        lambda e: e.hosts("X", (), any_allowed=False),
        "a.example,https://b.example",
        "X: 'https://b.example' is not a host name; leave out scheme, port and path",
    ),
    (
        lambda e: e.hosts("X", (), any_allowed=False),
        "*",
        "X: '*' would answer to any name; list the names of this site",
    ),
    (
        lambda e: e.origins("X"),
        "plans.example.org",
        "X: 'plans.example.org' is not an origin; write https://HOST without a path",
    ),
    (
        lambda e: e.origins("X"),
        "https://plans.example.org/",
        "X: 'https://plans.example.org/' is not an origin; write https://HOST without a path",
    ),
    (
        lambda e: e.time_zone("X", "UTC"),
        "../../etc/passwd",
        "X: '../../etc/passwd' is not a time zone; write one such as Europe/Zurich",
    ),
    (
        lambda e: e.choice("X", "INFO", ("INFO", "DEBUG")),
        "loud",
        "X: 'LOUD' is none of INFO, DEBUG",
    ),
    (
        lambda e: e.file("X"),
        "/no/such/file.docx",
        "X: /no/such/file.docx cannot be read (No such file or directory); name a file",
    ),
    (lambda e: e.email_address("X", ""), "nobody", "X: 'nobody' is not an e-mail address"),
    (
        lambda e: e.database("X", ""),
        "mysql://h/n",
        "X: the scheme 'mysql' is not known; "
        "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME",
    ),
    (
        lambda e: e.cache("X", ""),
        "memcached://h",
        "X: the scheme 'memcached' is not known; "
        "write database: , redis://USER:PASSWORD@HOST:PORT/NUMBER or rediss://… for TLS",
    ),
    (
        lambda e: e.email("X", ""),
        "console:there",
        "X: console takes nothing after the colon; write console: , smtp://HOST:PORT , "
        "smtp+tls://USER:PASSWORD@HOST:PORT or smtps://USER:PASSWORD@HOST:PORT",
    ),
]


@pytest.mark.parametrize(("read", "value", "line"), READERS, ids=[line for _, _, line in READERS])
def test_a_wrong_value_is_refused_in_one_line(
    read: Callable[[Env], Any], value: str, line: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(env(X=value))

    assert str(caught.value) == line


def test_hosts_are_names_addresses_and_subdomain_wildcards() -> None:
    value = "plans.example.org,.example.net,127.0.0.1,[::1]"

    assert env(X=value).hosts("X", (), any_allowed=False) == value.split(",")


def test_an_origin_may_have_a_port() -> None:
    assert env(X="https://a.example:8443").origins("X") == ["https://a.example:8443"]


def test_any_host_is_allowed_where_the_caller_says_so() -> None:
    assert env(X="*").hosts("X", (), any_allowed=True) == ["*"]


def test_sqlite_is_taken_from_the_project_and_waits_for_its_turn() -> None:
    assert read_database_url("sqlite:///var/db.sqlite3", BASE) == {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BASE / "var/db.sqlite3",
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


def test_four_slashes_mean_the_root() -> None:
    settings = read_database_url("sqlite:////data/a%20b.sqlite3", BASE)

    assert settings["NAME"] == Path("/data/a b.sqlite3")


def test_two_databases_do_not_share_their_options() -> None:
    read_database_url("sqlite:///a", BASE)["OPTIONS"]["timeout"] = 1

    assert SQLITE_OPTIONS["timeout"] == 20


def test_postgresql_has_a_pool_and_so_keeps_no_connections_itself() -> None:
    address = "postgresql://u%40x:p%2Fw@db.example:5433/plans?sslmode=require&pool_max_size=4"

    assert read_database_url(address, BASE) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "plans",
        "USER": "u@x",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "5433",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {
            "connect_timeout": 10,
            "sslmode": "require",
            "pool": {"min_size": 1, "max_size": 4, "timeout": 10},
        },
    }


def test_postgresql_without_a_pool_keeps_connections_for_a_minute() -> None:
    settings = read_database_url("postgres:///plans?host=/run/postgresql&pool=no", BASE)

    assert (settings["HOST"], settings["CONN_MAX_AGE"], settings["OPTIONS"]) == (
        "/run/postgresql",
        60,
        {"connect_timeout": 10},
    )


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("sqlite://db.sqlite3", "an SQLite address has a file and nothing else"),
        ("sqlite:///", "an SQLite address needs a file"),
        ("sqlite:///:memory:", "an SQLite address needs a file"),
        ("postgres://h/n?sslmode=perhaps", "sslmode is none of disable, allow, prefer"),
        ("postgres://h/n?color=red", "the option 'color' is not known"),
        ("postgres://h/n?pool=2", "pool is not a whole number from 0 to 1"),
        ("postgres://h/n?pool_min_size=9&pool_max_size=3", "pool_min_size is larger than"),
        ("postgres://h/n?pool=1&pool=0", "an option is given twice"),
        ("postgres://h/n?host=/tmp", "the host is given twice"),
        ("postgres://u:hunter2@h:port/n", "the port is not a number up to 65535"),
        ("postgres://u:hunter2@h/", "it names no database"),
        ("postgres://u:hunter2@[h/n", "it is not an address"),
    ],
)
def test_a_wrong_database_is_refused_without_showing_its_password(
    address: str, complaint: str
) -> None:
    with pytest.raises(AddressError) as caught:
        read_database_url(address, BASE)

    assert str(caught.value)[: len(complaint)] == complaint
    assert "hunter2" not in str(caught.value)


def test_the_cache_is_a_table_with_room_for_whatever_counts() -> None:
    settings = env().cache("X", "database:")

    assert settings["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    assert settings["OPTIONS"]["MAX_ENTRIES"] >= 100_000


@pytest.mark.parametrize(
    "address",
    ["redis://cache.internal", "rediss://u:a,b%3Bc@h:6380/3", "redis://:p@[::1]/0", "redis://h/"],
)
def test_the_cache_is_a_redis_whose_address_stays_whole(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(env_module, "find_spec", lambda name: name)

    settings = env(X=address).cache("X", "database:")

    assert settings["BACKEND"] == "django.core.cache.backends.redis.RedisCache"
    assert settings["LOCATION"] == [address]


def test_a_redis_needs_the_package_that_speaks_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env_module, "find_spec", lambda name: None)

    with pytest.raises(ConfigurationError, match=r"^X: the Python package redis is not installed"):
        env(X="redis://h").cache("X", "database:")


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("database:main", "database takes nothing after the colon"),
        ("redis://", "a Redis address has a host and no options"),
        ("redis://:hunter2@h?db=1", "a Redis address has a host and no options"),
        ("redis://hunter2@h", "a Redis user needs a password"),
        ("redis://u:hunter2@h:port", "the port is not a number up to 65535"),
        ("redis://u:hunter2@h/first", "the number of the Redis database is not a whole number"),
        ("redis://u:hunter2@h/1/2", "the number of the Redis database is not a whole number"),
        ("redis://u:hunter2@[h/1", "it is not an address"),
    ],
)
def test_a_wrong_cache_is_refused_without_showing_its_password(
    address: str, complaint: str
) -> None:
    with pytest.raises(AddressError) as caught:
        read_cache_url(address)

    assert str(caught.value)[: len(complaint)] == complaint
    assert "hunter2" not in str(caught.value)


def test_mail_goes_to_the_console_or_to_a_server() -> None:
    console = read_email_url("console:")
    server = read_email_url("smtp+tls://me%40example.org:a%3Ab@mail.example.org")

    assert console.backend == "django.core.mail.backends.console.EmailBackend"
    assert server == (
        "django.core.mail.backends.smtp.EmailBackend",
        "mail.example.org",
        587,
        "me@example.org",
        "a:b",
        True,
        False,
    )


@pytest.mark.parametrize(
    ("address", "port", "use_tls", "use_ssl"),
    [
        ("smtp://h", 25, False, False),
        ("smtp+tls://h", 587, True, False),
        ("smtps://h", 465, False, True),
        ("smtps://h:2525", 2525, False, True),
    ],
)
def test_each_kind_of_mail_server_has_its_port(
    address: str, port: int, use_tls: bool, use_ssl: bool
) -> None:
    settings = read_email_url(address)

    assert (settings.port, settings.use_tls, settings.use_ssl) == (port, use_tls, use_ssl)


@pytest.mark.parametrize("address", ["mail.example.org", "smtp://", "smtp://u@h", "smtp://h/x"])
def test_a_wrong_mail_server_is_refused(address: str) -> None:
    with pytest.raises(AddressError):
        read_email_url(address)


def test_a_site_has_one_address_of_its_own_or_none() -> None:
    assert env(X="https://a.example").own_address("X") == "https://a.example"
    assert env().own_address("X") == ""
    with pytest.raises(ConfigurationError, match=r"^X: a site has one address of its own"):
        env(X="https://a.example,https://b.example").own_address("X")
