"""The files of a report: the menu that offers them, and those of closed rounds, which are kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import caches
from django.test import Client

from plans.exports.services import report_formats
from plans.models import ReportingRound, Role, StoredFile
from plans.reports.writers import FORMATS, Format
from tests.factories import close, make_plan, make_report, make_round, make_status, make_user
from tests.pages import text_of

pytestmark = pytest.mark.django_db
REPORT = "/plans/technical-cooperation/gb276-tc-2/report/2000-08-31"
NAMES = [format_.name for format_ in report_formats()]


def address(name: str) -> str:
    return f"{REPORT}.{FORMATS[name].extension}"


def menu(client: Client) -> list[str]:
    """What each entry of the menu says."""
    page = client.get(f"{REPORT}/").content.decode()
    found = re.search(r'<details class="download-menu">.*?</details>', page, re.DOTALL)
    assert found is not None
    return [text_of(entry.encode()) for entry in re.findall(r"<a .*?</a>", found[0], re.DOTALL)]


def cached_files() -> list[str]:
    return sorted(StoredFile.objects.values_list("key", flat=True))


# -- The menu -------------------------------------------------------------------------------------


def test_the_menu_says_of_each_format_what_it_is_and_what_it_is_for(client: Client) -> None:
    make_report()

    assert menu(client)[:5] == [
        "PDF the official document, to print and to keep",
        "Word document to edit and to translate",
        "Spreadsheet a sheet for each Part, and one with a row for each element",
        "CSV one row for each element, for any spreadsheet or database",
        "JSON all that the report holds, for programs",
    ]


def test_the_menu_leads_to_a_file_of_each_format(client: Client) -> None:
    make_report()

    page = client.get(f"{REPORT}/").content.decode()

    found = re.findall(rf'<a href="{REPORT}\.(\w+)"\s+type="([^"]+)">', page)
    assert found == [(format_.extension, format_.content_type) for format_ in report_formats()]


def test_a_format_that_nobody_has_described_is_offered_by_its_name(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_report()
    new = Format("odt", "odt", "application/vnd.oasis.opendocument.text", "ODT", "odt")
    formats: Mapping[str, Format] = {**FORMATS, "odt": new}
    monkeypatch.setattr("plans.reports.writers.FORMATS", formats)

    assert menu(client)[-1] == "ODT"


def test_the_menu_names_the_size_of_a_file_once_it_is_known(client: Client) -> None:
    make_report()
    before = client.get(f"{REPORT}/")
    size = len(client.get(address("csv")).getvalue())
    caches["pages"].clear()

    after = client.get(f"{REPORT}/", headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert menu(client)[3:5] == [
        f"CSV one row for each element, for any spreadsheet or database {size} bytes",
        "JSON all that the report holds, for programs",
    ]


def test_no_size_is_named_for_an_open_round(client: Client) -> None:
    make_report(closed=False)
    client.force_login(make_user("secretariat", Role.SECRETARIAT))
    client.get(address("csv")).getvalue()

    assert menu(client)[3] == "CSV one row for each element, for any spreadsheet or database"


# -- Kept files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_a_closed_round_is_kept_for_every_process_and_after_a_restart(
    name: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_report()
    first = client.get(address(name)).getvalue()
    caches["pages"].clear()
    monkeypatch.delattr(f"plans.reports.writers.{FORMATS[name].module}.{FORMATS[name].function}")

    again = Client().get(address(name))

    assert (again.getvalue(), int(again["Content-Length"])) == (first, len(first))


def test_the_name_of_a_kept_file_holds_the_hash_of_the_record(client: Client) -> None:
    record = make_report().records.get()

    client.get(address("csv")).getvalue()

    (name,) = cached_files()
    assert re.fullmatch(rf"[0-9a-f]{{16}}/{record.sha256}\.csv", name) is not None


def test_a_round_that_was_reopened_and_closed_again_has_a_new_file(client: Client) -> None:
    round_ = make_report()
    before = client.get(address("csv"))
    first = before.getvalue()
    round_.state = ReportingRound.State.OPEN
    round_.save(update_fields=["state"])
    round_.snapshots.filter(ordinal=1).update(text="Another text altogether.")
    close(round_)

    after = client.get(address("csv"), headers={"If-None-Match": before["ETag"]})

    assert (
        after.status_code,
        b"Another text altogether." in first,
        b"Another text altogether." in after.getvalue(),
    ) == (200, False, True)


def test_another_release_of_the_program_writes_its_own_file(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_report()
    client.get(address("csv")).getvalue()
    monkeypatch.setattr("plans.jobs.files.build_id", lambda: "f" * 16)

    client.get(address("csv")).getvalue()

    assert len(cached_files()) == 2


@pytest.mark.parametrize("name", NAMES)
def test_no_short_file_of_an_open_round_is_kept(name: str, client: Client) -> None:
    version = make_plan()
    make_status(make_round(version), version.elements.all(), state="draft")
    client.force_login(make_user("secretariat", Role.SECRETARIAT))

    answer = client.get(address(name))

    assert (answer.status_code, answer["Cache-Control"], cached_files()) == (
        200,
        "private, no-store",
        [],
    )


def test_a_kept_file_is_not_given_to_those_for_whom_the_reopened_round_does_not_exist(
    client: Client,
) -> None:
    round_ = make_report()
    client.get(address("csv")).getvalue()
    ReportingRound.objects.filter(pk=round_.pk).update(state=ReportingRound.State.OPEN)

    assert client.get(address("csv")).status_code == 404


def test_without_room_for_kept_files_the_file_is_written_for_each_reader(
    client: Client, settings: LazySettings
) -> None:
    settings.TRACKER_FILES_SIZE = 0
    make_report()

    first, second = (client.get(address("csv")).getvalue() for _ in range(2))

    assert (first == second, cached_files()) == (True, [])


def test_a_file_that_cannot_be_kept_is_given_all_the_same(
    client: Client, settings: LazySettings, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file, and no folder")
    settings.MEDIA_ROOT = tmp_path / "taken"
    make_report()

    answer = client.get(address("csv"))

    assert answer.getvalue().startswith(b"\xef\xbb\xbfPart,")
