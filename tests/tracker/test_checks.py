"""System checks of the project."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from tracker.checks import debug_stays_at_home, public_names_need_tls


@pytest.mark.parametrize(
    ("debug", "hosts", "ids"),
    [
        (True, ["plans.example.org"], ["tracker.E001"]),
        (True, ["localhost", "127.0.0.1"], []),
        (False, ["plans.example.org"], []),
    ],
)
def test_debug_may_serve_this_machine_only(
    settings: LazySettings, debug: bool, hosts: list[str], ids: list[str]
) -> None:
    settings.DEBUG, settings.ALLOWED_HOSTS = debug, hosts

    assert [message.id for message in debug_stays_at_home(None)] == ids


@pytest.mark.parametrize(
    ("tls", "hosts", "ids"),
    [
        (False, ["plans.example.org"], ["tracker.W001"]),
        (True, ["plans.example.org"], []),
        (False, ["localhost"], []),
    ],
)
def test_a_site_with_a_name_of_its_own_needs_tls(
    settings: LazySettings, tls: bool, hosts: list[str], ids: list[str]
) -> None:
    settings.TRACKER_TLS, settings.ALLOWED_HOSTS = tls, hosts

    assert [message.id for message in public_names_need_tls(None)] == ids
