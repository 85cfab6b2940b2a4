"""System checks of the project."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from tracker.checks import debug_stays_at_home, files_can_be_kept, public_names_need_tls


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


@pytest.mark.parametrize(
    ("name", "size", "ids"),
    [
        ("new/files", 1000, []),
        ("taken", 1000, ["tracker.W002"]),
        ("taken/files", 1000, ["tracker.W002"]),
        ("taken", 0, []),
    ],
)
def test_a_folder_that_cannot_keep_files_is_said_to_be_none(
    settings: LazySettings, tmp_path: Path, name: str, size: int, ids: list[str]
) -> None:
    (tmp_path / "taken").write_text("a file, and no folder")
    settings.TRACKER_FILES, settings.TRACKER_FILES_SIZE = tmp_path / name, size

    assert [message.id for message in files_can_be_kept(None)] == ids
