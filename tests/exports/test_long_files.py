"""Files that take long: asked for at their own address, made by a job, and fetched there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from plans.exports.queries import report_table, visible_report
from plans.models import Job, ReportingRound, Role, StoredFile
from plans.reports.writers import COMPARISON_FORMATS, FORMATS, Format
from plans.rounds.services.closing import close_round
from plans.web.refusals import GapsError
from tests.exports.long_files import (
    ask,
    job_of,
    make_instant,
    officers_round,
    save,
    signed_in,
    status_of,
)
from tests.factories import close, make_plan, make_report, make_round, make_status, make_user
from tests.jobs.working import work_off
from tests.pages import text_of
from tests.reports.templates import house_template

pytestmark = pytest.mark.django_db
REPORT = "/plans/technical-cooperation/gb276-tc-2/report/2000-08-31"
FILE = f"{REPORT}.csv"
DRAFT = "Nobody else may read this draft."
NAMES = [name for name in FORMATS if name != "html"]


@pytest.fixture(autouse=True)
def _long_from_one_element(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, format_ in FORMATS.items():
        monkeypatch.setitem(FORMATS, name, replace(format_, at_once=0))


# -- Of closed rounds -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_file_of_a_closed_round_is_what_the_writer_writes_of_its_record(
    name: str, client: Client
) -> None:
    round_ = make_report()
    address = f"{REPORT}.{FORMATS[name].extension}"
    job = ask(client, address)

    work_off()
    answer = client.get(address)

    content = FORMATS[name].write(report_table(round_))
    assert (status_of(job), answer.getvalue() == content) == ("succeeded", True)
    assert (answer["Cache-Control"], answer["Accept-Ranges"]) == ("public, no-cache", "bytes")


@pytest.mark.parametrize(("elements", "long"), [(2, False), (1, True)])
def test_a_file_is_long_from_so_many_elements(
    elements: int, long: bool, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_report()
    monkeypatch.setitem(FORMATS, "csv", replace(FORMATS["csv"], at_once=elements))

    assert client.get(FILE).status_code == (302 if long else 200)


def test_the_formats_that_take_long_are_known() -> None:
    assert {name: format_.at_once for name, format_ in COMPARISON_FORMATS.items()} == {
        "html": 10_000,
        "pdf": 500,
        "docx": 3_000,
    }


def test_the_way_to_the_job_is_kept_by_nobody(client: Client) -> None:
    make_report()

    assert client.get(FILE)["Cache-Control"] == "private, no-store"


def test_those_who_ask_for_the_same_file_wait_for_the_same_job(client: Client) -> None:
    make_report()
    somebody = signed_in("somebody")

    jobs = {
        ask(each, FILE).pk for each in (client, somebody, signed_in("secretary", Role.SECRETARIAT))
    }

    assert (len(jobs), Job.objects.count()) == (1, 1)
    assert [each.get(f"/jobs/{min(jobs)}/").status_code for each in (client, somebody)] == [202] * 2


def test_a_file_that_was_made_is_not_made_again(client: Client) -> None:
    make_report()
    ask(client, FILE)
    work_off()

    answers = [client.get(FILE).status_code for _ in range(2)]

    assert (answers, Job.objects.count(), StoredFile.objects.count()) == ([200, 200], 1, 1)


def test_a_file_that_made_room_is_made_again(client: Client) -> None:
    make_report()
    ask(client, FILE)
    work_off()
    StoredFile.objects.all().delete()

    ask(client, FILE)
    work_off()

    assert client.get(FILE).status_code == 200


def test_a_stored_file_that_took_long_is_answered_304(client: Client) -> None:
    make_report()
    ask(client, FILE)
    work_off()
    tag = client.get(FILE)["ETag"]

    assert client.get(FILE, headers={"If-None-Match": tag}).status_code == 304


def test_a_round_closed_anew_has_a_file_of_its_own(client: Client) -> None:
    round_ = make_report()
    ask(client, FILE)
    work_off()
    round_.state = ReportingRound.State.OPEN
    round_.save(update_fields=["state"])
    round_.snapshots.filter(ordinal=1).update(text="Another text altogether.")
    close(round_)

    ask(client, FILE)
    work_off()

    assert (b"Another text altogether." in client.get(FILE).getvalue(), stored()) == (True, 2)


def test_a_round_closed_again_unchanged_has_two_records_and_one_file(client: Client) -> None:
    round_ = make_report()
    ask(client, FILE)
    work_off()
    close(round_)

    assert (client.get(FILE).status_code, round_.records.count(), stored()) == (200, 2, 1)


def test_a_round_reopened_meanwhile_gives_its_drafts_to_nobody(client: Client) -> None:
    round_ = make_report()
    job = ask(client, FILE)
    ReportingRound.objects.filter(pk=round_.pk).update(state=ReportingRound.State.OPEN)

    work_off()

    assert (status_of(job), stored()) == ("failed", 0)


def test_a_long_file_is_stored_even_where_no_short_one_is(
    client: Client, settings: LazySettings
) -> None:
    settings.TRACKER_FILES_SIZE = 0
    make_report()
    ask(client, FILE)

    work_off()

    assert client.get(FILE).status_code == 200


@pytest.mark.parametrize("address", [f"{REPORT}.exe", f"{REPORT}.html"])
def test_an_unknown_format_begins_nothing(client: Client, address: str) -> None:
    make_report()

    assert (client.get(address).status_code, Job.objects.count()) == (404, 0)


def test_a_word_document_is_made_from_the_site_s_template(
    client: Client, settings: LazySettings, tmp_path: Path
) -> None:
    round_ = make_report()
    path = tmp_path / "house.docx"
    path.write_bytes(house_template())
    settings.TRACKER_DOCX_TEMPLATE = path
    ask(client, f"{REPORT}.docx")
    work_off()

    content = FORMATS["docx"].write(report_table(round_), template=house_template())
    assert client.get(f"{REPORT}.docx").getvalue() == content


# -- Of open rounds -------------------------------------------------------------------------------


def test_the_file_of_an_open_round_is_what_the_person_may_see() -> None:
    round_, secretary = make_report(closed=False), signed_in("secretary", Role.SECRETARIAT)
    ask(secretary, FILE)
    work_off()

    answer = secretary.get(FILE)

    expected = FORMATS["csv"].write(visible_report(User.objects.get(), round_))
    assert (answer.getvalue(), answer["Cache-Control"]) == (expected, "private, no-store")
    assert not answer.has_header("ETag")


def test_everybody_gets_of_an_open_round_what_they_may_see() -> None:
    officers_round(DRAFT)
    secretary, officer = (
        signed_in("secretary", Role.SECRETARIAT),
        signed_in("officer", Role.OFFICER),
    )
    for each in (secretary, officer):
        ask(each, FILE)
    work_off()

    files = [each.get(FILE).getvalue().decode() for each in (secretary, officer)]

    assert [DRAFT in file for file in files] == [True, False]


def test_who_sees_the_same_content_finds_it_made() -> None:
    make_report(closed=False)
    secretary, colleague = (
        signed_in(name, Role.SECRETARIAT) for name in ("secretary", "colleague")
    )
    job = ask(secretary, FILE)
    work_off()

    assert colleague.get(FILE).status_code == 200
    assert colleague.get(f"/jobs/{job.pk}/").status_code == 404


@pytest.mark.parametrize("role", [None, Role.OFFICER])
def test_an_open_rounds_file_exists_only_for_those_who_see_the_round(role: Role | None) -> None:
    make_report(closed=False)

    assert signed_in("somebody", role).get(FILE).status_code == (404 if role is None else 302)


def test_a_status_saved_is_in_the_next_file_that_is_asked_for() -> None:
    round_, secretary = make_report(closed=False), signed_in("secretary", Role.SECRETARIAT)
    first = ask(secretary, FILE)
    work_off()
    save(round_, "Saved after the file was made.")

    second = ask(secretary, FILE)
    work_off()

    assert first.pk != second.pk
    assert b"Saved after the file was made." in secretary.get(FILE).getvalue()


def test_a_status_saved_while_the_job_waits_is_in_its_file() -> None:
    round_, secretary = make_report(closed=False), signed_in("secretary", Role.SECRETARIAT)
    ask(secretary, FILE)
    save(round_, "Saved while the job waited.")

    work_off()

    assert b"Saved while the job waited." in secretary.get(FILE).getvalue()


def test_a_status_saved_while_the_file_is_written_has_it_made_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    round_, secretary = make_report(closed=False), signed_in("secretary", Role.SECRETARIAT)
    make_instant(monkeypatch, before=lambda: save(round_, "Saved meanwhile."))
    first = ask(secretary, FILE)
    work_off()
    monkeypatch.undo()
    monkeypatch.setitem(FORMATS, "csv", replace(FORMATS["csv"], at_once=0))

    second = ask(secretary, FILE)
    work_off()

    assert (first.next_url, status_of(first), first.pk != second.pk) == (FILE, "succeeded", True)
    assert b"Saved meanwhile." in secretary.get(FILE).getvalue()


def test_the_drafts_of_an_open_round_do_not_outlive_its_closing() -> None:
    version = make_plan()
    round_, secretary = make_round(version), signed_in("secretary", Role.SECRETARIAT)
    make_status(round_, version.elements.all(), text="A draft.", state="draft")
    ask(secretary, FILE)
    work_off()
    close(round_)

    assert secretary.get(FILE).status_code == 302


def test_who_loses_a_role_loses_what_they_asked_for_before() -> None:
    officers_round(DRAFT)
    secretary = signed_in("secretary", Role.SECRETARIAT)
    asked = ask(secretary, FILE)
    work_off()
    waiting = signed_in("other", Role.SECRETARIAT)
    save(ReportingRound.objects.get(), DRAFT.upper())
    refused = ask(waiting, FILE)
    officer = make_user("officer", Role.OFFICER)
    User.objects.get(username="secretary").groups.set(officer.groups.all())
    User.objects.get(username="other").groups.clear()

    work_off()

    assert (status_of(asked), status_of(refused)) == ("succeeded", "failed")
    assert (secretary.get(FILE).status_code, waiting.get(FILE).status_code) == (302, 404)


# -- The page of the job --------------------------------------------------------------------------


def test_the_page_says_what_is_made_and_leads_to_it(client: Client) -> None:
    make_report()
    job = ask(client, f"{REPORT}.docx")
    waiting = client.get(f"/jobs/{job.pk}/")
    work_off()

    done = client.get(f"/jobs/{job.pk}/")

    assert "31 August 2000: Word document" in text_of(waiting.content)
    assert f'<a href="{REPORT}/">' in waiting.content.decode()
    assert (waiting.status_code, done["Refresh"]) == (202, f"1; url={REPORT}.docx")


def test_how_long_a_file_takes_is_expected_of_the_next_of_its_format(client: Client) -> None:
    make_report()
    make_report(slug="another-plan")
    first = ask(client, FILE)
    work_off()
    now = timezone.now()
    Job.objects.filter(pk=first.pk).update(started_at=now - timedelta(seconds=40), finished_at=now)
    addresses = [FILE.replace("technical-cooperation", "another-plan")]
    addresses += [address.replace(".csv", ".docx") for address in addresses]
    jobs = [ask(client, address) for address in addresses]
    Job.objects.filter(pk__in=[job.pk for job in jobs]).update(state="running", started_at=now)

    expected = [client.get(f"/jobs/{job.pk}/").context["time"].expected for job in jobs]

    assert expected == [40, None]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("pdf", "\U0001f600 smiling", "the status of I.1.1: "),
        ("xlsx", "word " * 7000, "a text of more than 32,767 characters fits no cell"),
    ],
)
def test_a_report_that_the_format_cannot_hold_says_so_and_leads_to_the_others(
    name: str, text: str, words: str, client: Client
) -> None:
    version = make_plan()
    round_ = make_round(version)
    make_status(round_, version.elements.all(), text=text)
    close(round_)
    job = ask(client, f"{REPORT}.{name}")
    work_off()

    page = client.get(f"/jobs/{job.pk}/").content.decode()

    assert (job.pk, words in text_of(page.encode())) == (ask(client, f"{REPORT}.{name}").pk, True)
    others = [other for other in ("pdf", "docx", "xlsx", "csv", "json", "xml") if other != name]
    assert [other for other in others if f'<a href="{REPORT}.{other}">' in page] == others
    assert f'<a href="{REPORT}.{name}">' not in page


def test_a_record_that_is_not_what_its_hash_says_gives_no_file(client: Client) -> None:
    round_ = make_report()
    first = round_.records.get()
    round_.records.create(
        number=2, content=first.content, sha256="f" * 64, previous_sha256=first.sha256
    )
    job = ask(client, FILE)
    work_off()

    page = text_of(client.get(f"/jobs/{job.pk}/").content)

    assert (f"not what the SHA-256 {'f' * 64} was taken of" in page, stored()) == (True, 0)


def test_a_template_that_cannot_be_read_gives_no_file_and_is_not_named(
    client: Client, settings: LazySettings, tmp_path: Path
) -> None:
    make_report()
    job = ask(client, f"{REPORT}.docx")
    settings.TRACKER_DOCX_TEMPLATE = tmp_path / "gone.docx"
    work_off()

    page = text_of(client.get(f"/jobs/{job.pk}/").content)

    assert ("TRACKER_DOCX_TEMPLATE" in page, str(tmp_path) in page) == (True, False)


@pytest.mark.parametrize(
    ("name", "value", "failure"), [("SECONDS", 0.01, "time"), ("MEMORY", 64, "refused")]
)
def test_a_file_that_takes_too_much_is_given_up(
    client: Client, settings: LazySettings, name: str, value: float, failure: str
) -> None:
    setattr(settings, f"TRACKER_EXPORT_{name}", value)
    make_report()
    job = ask(client, f"{REPORT}.pdf")

    work_off()

    job.refresh_from_db()
    assert (job.state, job.failure, stored()) == ("failed", failure, 0)


def test_a_file_that_failed_is_tried_again_on_purpose_alone(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_report()
    job = ask(client, FILE)
    with monkeypatch.context() as patch:
        make_instant(patch, before=lambda: 1 / 0)
        work_off()
    page = f"/jobs/{job.pk}/"

    asked = client.get(FILE)
    tried = client.post(page, {"action": "again"})
    work_off()

    assert (asked["Location"], tried["Location"] != page) == (page, True)
    assert client.get(FILE).status_code == 200


def test_a_file_that_was_cancelled_is_begun_anew_when_somebody_asks(client: Client) -> None:
    make_report()
    somebody = signed_in("somebody")
    job = ask(somebody, FILE)
    somebody.post(f"/jobs/{job.pk}/", {"action": "cancel"})

    work_off()

    assert (status_of(job), stored(), ask(client, FILE).pk != job.pk) == ("cancelled", 0, True)


# -- Files that are made before anybody asks ------------------------------------------------------


def test_the_files_of_a_round_are_made_when_it_is_closed(client: Client) -> None:
    round_, secretary = make_report(closed=False), make_user("secretary", Role.SECRETARIAT)
    close_round(round_id=round_.pk, by=secretary)
    work_off()
    round_.refresh_from_db()

    table = report_table(round_)
    for name in NAMES:
        answer = client.get(f"{REPORT}.{FORMATS[name].extension}")
        assert (name, answer.getvalue()) == (name, FORMATS[name].write(table))
    assert stored() == len(NAMES)


def test_nothing_is_made_of_a_round_that_could_not_be_closed() -> None:
    round_, secretary = make_round(make_plan()), make_user("secretary", Role.SECRETARIAT)
    with pytest.raises(GapsError):
        close_round(round_id=round_.pk, by=secretary)

    assert Job.objects.count() == 0


def stored() -> int:
    return StoredFile.objects.count()


def test_a_format_has_one_job_whatever_it_is_called(client: Client) -> None:
    """The job names its format as ``FORMATS`` does, and its file by the extension."""
    make_report()

    job = ask(client, f"{REPORT}.xml")

    akn: Format = FORMATS["akn"]
    arguments: dict[str, Any] = job_of(job).arguments
    assert (arguments["format"], job.key.rpartition(".")[2]) == ("akn", akn.extension)
