"""System checks of the project."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings

from plans.reports.writers.docx_template import TEMPLATE
from tests.reading.bad_files import EMPTY
from tests.reports.templates import house_template, remade
from tests.tracker.test_server import PATIENCE, ROOT, SERVER, command, environment, free_port
from tracker.checks import (
    debug_stays_at_home,
    docx_template_fits,
    files_can_be_kept,
    public_names_need_tls,
)


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
    ("name", "ids"),
    [("new/files", []), ("taken", ["tracker.W002"]), ("taken/files", ["tracker.W002"])],
)
def test_a_folder_that_cannot_keep_files_is_said_to_be_none(
    settings: LazySettings, tmp_path: Path, name: str, ids: list[str]
) -> None:
    (tmp_path / "taken").write_text("a file, and no folder")
    settings.TRACKER_FILES = tmp_path / name

    assert [message.id for message in files_can_be_kept(None)] == ids


# -- The template of the Word documents ------------------------------------------------------------


def complaints(settings: LazySettings, path: Path | None) -> list[tuple[str | None, str]]:
    settings.TRACKER_DOCX_TEMPLATE = path
    return [(message.id, str(message.msg)) for message in docx_template_fits(None)]


def stored(content: bytes, folder: Path) -> Path:
    path = folder / "house.docx"
    path.write_bytes(content)
    return path


def test_no_template_of_one_s_own_is_no_fault(settings: LazySettings) -> None:
    assert complaints(settings, None) == []


@pytest.mark.parametrize("make", [TEMPLATE.read_bytes, house_template])
def test_a_template_with_all_styles_fits(
    make: Callable[[], bytes], settings: LazySettings, tmp_path: Path
) -> None:
    assert complaints(settings, stored(make(), tmp_path)) == []


def test_a_template_that_is_not_there_is_named(settings: LazySettings, tmp_path: Path) -> None:
    path = tmp_path / "gone.docx"

    assert complaints(settings, path) == [
        (
            "tracker.E002",
            f"TRACKER_DOCX_TEMPLATE: {path}: it cannot be read (No such file or directory).",
        )
    ]


def without_two_styles() -> bytes:
    return remade(lambda xml: xml.replace("Table Text", "Mine").replace("Agenda Item", "Mine too"))


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (without_two_styles, "the template has no style named Table Text, Agenda Item"),
        (lambda: b"no document", "this is no .docx file, whatever its name says"),
        (lambda: b"", EMPTY),
    ],
)
def test_a_template_that_does_not_fit_is_named_with_what_it_lacks(
    make: Callable[[], bytes], complaint: str, settings: LazySettings, tmp_path: Path
) -> None:
    path = stored(make(), tmp_path)

    assert complaints(settings, path) == [
        ("tracker.E002", f"TRACKER_DOCX_TEMPLATE: {path}: {complaint}.")
    ]


def start(place: Path, template: Path) -> tuple[int, str]:
    """The exit status of a command and what it says on standard error."""
    done = subprocess.run(
        command("manage.py", "check"),
        cwd=ROOT,
        env=environment(place, TRACKER_DOCX_TEMPLATE=str(template)),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_no_command_starts_with_a_template_that_does_not_fit(tmp_path: Path) -> None:
    path = stored(without_two_styles(), tmp_path)

    status, said = start(tmp_path, path)

    assert status == 1
    assert (
        f"?: (tracker.E002) TRACKER_DOCX_TEMPLATE: {path}: "
        "the template has no style named Table Text, Agenda Item.\n"
    ) in said


def test_no_command_starts_with_a_template_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "gone.docx"

    assert start(tmp_path, path) == (
        2,
        f"configuration error: TRACKER_DOCX_TEMPLATE: {path} cannot be read "
        "(No such file or directory); name a file\n",
    )


def test_the_server_does_not_start_with_a_template_that_does_not_fit(tmp_path: Path) -> None:
    path = stored(without_two_styles(), tmp_path)
    (tmp_path / "static").mkdir()

    done = subprocess.run(
        SERVER,
        cwd=ROOT,
        env=environment(tmp_path, TRACKER_DOCX_TEMPLATE=str(path), PORT=str(free_port())),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert (done.returncode, done.stderr) == (
        2,
        f"configuration error: TRACKER_DOCX_TEMPLATE: {path}: "
        "the template has no style named Table Text, Agenda Item.\n",
    )


def test_a_template_that_fits_is_no_fault(tmp_path: Path) -> None:
    status, _ = start(tmp_path, stored(house_template(), tmp_path))

    assert status == 0
