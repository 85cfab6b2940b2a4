"""What browsers are told, who may come in, and who is kept out."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.contrib.auth import get_user_model
from django.core.cache import cache, caches
from django.http import HttpResponse
from django.test import Client, RequestFactory

from tests.factories import PASSWORD, make_user
from tracker.clients import client_address

pytestmark = pytest.mark.django_db

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@pytest.mark.parametrize("path", ["/sign-in/", "/admin/login/", "/no/such/page", "/healthz"])
def test_every_answer_carries_the_strict_policy(client: Client, path: str) -> None:
    policy = client.get(path).headers["Content-Security-Policy"]

    assert sorted(policy.split("; ")) == sorted(POLICY.split("; "))


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Frame-Options", "DENY"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_every_answer_carries_the_protective_header(
    client: Client, header: str, value: str
) -> None:
    assert client.get("/sign-in/").headers[header] == value


def sign_in(client: Client, password: str, **extra: str) -> HttpResponse:
    data = {"username": "reader", "password": password}
    return client.post("/sign-in/", data, **extra)  # type: ignore[arg-type, return-value]


def test_the_right_password_signs_in(client: Client) -> None:
    make_user("reader")

    answer = sign_in(client, PASSWORD)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_after_five_wrong_passwords_even_the_right_one_is_refused(client: Client) -> None:
    make_user("reader")
    statuses = [sign_in(client, "wrong").status_code for _ in range(5)]

    answer = sign_in(client, PASSWORD)

    assert statuses == [200, 200, 200, 200, 429]
    assert answer.status_code == 429
    assert "Too many attempts to sign in" in answer.content.decode()


@pytest.mark.parametrize("handler", ["database.AxesDatabaseHandler", "cache.AxesCacheHandler"])
def test_a_lock_out_outlasts_whatever_else_is_kept(
    client: Client, settings: LazySettings, handler: str
) -> None:
    """Wherever attempts are counted: in a table of their own, or in the shared cache."""
    settings.AXES_HANDLER = f"axes.handlers.{handler}"
    cache.clear()
    make_user("reader")
    for _ in range(5):
        sign_in(client, "wrong")
    for number in range(200):
        cache.set(f"other-{number}", number)
        caches["pages"].set(f"other-{number}", number)

    assert sign_in(client, PASSWORD).status_code == 429
    assert cache.get("other-0") == 0


def test_a_colleague_at_another_address_is_not_shut_out(client: Client) -> None:
    make_user("reader")
    for _ in range(5):
        sign_in(client, "wrong", REMOTE_ADDR="192.0.2.1")

    assert sign_in(client, PASSWORD, REMOTE_ADDR="192.0.2.2").status_code == 302


def test_the_admin_is_throttled_as_well(client: Client) -> None:
    data = {"username": "reader", "password": "wrong"}
    for _ in range(5):
        client.post("/admin/login/", data)

    assert client.post("/admin/login/", data).status_code == 429


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.7", "192.0.2.1"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.9, 198.51.100.7", "203.0.113.9"),
        (2, "198.51.100.7", "192.0.2.1"),
        (1, "not an address", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_the_client_is_who_the_outermost_trusted_proxy_saw(
    settings: LazySettings, proxies: int, forwarded: str, address: str
) -> None:
    settings.TRACKER_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)

    assert client_address(request) == address


def test_sign_out_needs_a_post(client: Client) -> None:
    client.force_login(make_user("reader"))

    assert client.get("/sign-out/").status_code == 405
    assert "_auth_user_id" in client.session


def test_sign_out_signs_out(client: Client) -> None:
    client.force_login(make_user("reader"))

    client.post("/sign-out/")

    assert "_auth_user_id" not in client.session


def test_a_new_password_is_kept_with_argon2(settings: LazySettings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    user = get_user_model().objects.create_user("new", password=PASSWORD)

    assert user.password.split("$")[0] == "argon2"
