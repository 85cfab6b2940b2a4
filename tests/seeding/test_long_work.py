"""Reading, matching and committing what is long: jobs, what they leave, and the way back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from plans.catalogue.queries import lineage
from plans.jobs.attempts import Attempt, perform
from plans.jobs.services import begin_again, cancel
from plans.models import (
    ActionElement,
    AuditEntry,
    Issue,
    Job,
    Part,
    Plan,
    PlanVersion,
    Record,
    ReportingRound,
    Role,
    SeedDraft,
    SourceDocument,
)
from plans.reading.readers import flat
from plans.reading.source_table import SourceError
from plans.seeding.queries import drafts as queries
from plans.seeding.services import commit
from plans.seeding.services import matching as matching_service
from plans.seeding.services.matching import Alike
from tests.factories import make_user, make_version
from tests.jobs.working import begun, work_off
from tests.pages import text_of
from tests.reading.documents import bullets, table
from tests.seeding.cases import TEXT, Seeding, begin, forget_readings
from tests.seeding.matching_cases import begin_after, make_base, mend

pytestmark = pytest.mark.django_db(transaction=True)

SHEET = "Part,Issue number,Issue title,Element,Time-frame\n" + "".join(
    f"I,{n},Issue {n},element {n} of the plan.,2001\n" for n in range(1, 6)
)
Stages = list[tuple[str, int, int]]


@pytest.fixture(autouse=True)
def _long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every document is a long one here, five elements are many, and nothing is remembered."""
    monkeypatch.setattr(queries, "LONG_DOCUMENT", 0)
    monkeypatch.setattr(lineage, "MANY_ELEMENTS", 4)
    monkeypatch.setattr(flat, "_AT_ONCE", 2)
    monkeypatch.setattr(commit, "_AT_ONCE", 2)
    forget_readings()


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> Stages:
    """What all jobs report, in order."""
    reports: Stages = []

    def progress(self: Attempt, stage: str, done: int, total: int) -> None:
        reports.append((stage, done, total))
        self.check()

    monkeypatch.setattr(Attempt, "progress", progress)
    return reports


@pytest.fixture
def browser(client: Client) -> Client:
    client.force_login(make_user("ada", Role.ADMINISTRATOR))
    return client


def sent_to_job(answer: HttpResponse) -> Job:
    """The one job that waits, to whose page the answer leads."""
    job = Job.objects.get(state=Job.State.WAITING)
    assert (answer.status_code, answer["Location"]) == (302, f"/jobs/{job.pk}/")
    return job


def done(browser: Client, job: Job) -> str:
    """Do the job; the address of what came of it."""
    work_off()
    job.refresh_from_db()
    assert (job.state, job.failure_message) == (Job.State.SUCCEEDED, "")
    page = browser.get(f"/jobs/{job.pk}/").text
    assert f'<a class="button" href="{job.next_url}">' in page
    return job.next_url


def refused(browser: Client, job: Job, reason: str) -> str:
    """Do the job, which is refused for that reason; the address of its form."""
    work_off()
    job.refresh_from_db()
    assert (job.state, job.failure) == (Job.State.FAILED, Job.Failure.REFUSED)
    page = browser.get(f"/jobs/{job.pk}/").text
    assert reason in text_of(page.encode())
    return page.partition(">Back to the form<")[0].rpartition('href="')[2].partition('"')[0]


# -- Reading --------------------------------------------------------------------------------------


def upload(browser: Client, content: str, *, place: str = "new") -> Any:
    document = SimpleUploadedFile("plan.csv", content.encode())
    return browser.post("/seed/", {"place": place, "document": document})


def test_a_long_document_is_read_by_a_job_that_leads_to_its_draft(
    browser: Client, stages: Stages
) -> None:
    job = sent_to_job(upload(browser, SHEET))
    assert not SourceDocument.objects.exists()
    assert "Reading plan.csv" in text_of(browser.get(f"/jobs/{job.pk}/").content)
    address = done(browser, job)
    draft = SeedDraft.objects.get()
    assert (address, draft.file_name) == (f"/seed/{draft.pk}/", "plan.csv")
    assert bytes(draft.document.content) == SHEET.encode()
    assert stages == [
        ("rows", 2, 5),
        ("rows", 4, 5),
        ("rows", 5, 5),
        ("blocks", 24, 24),
        ("elements", 5, 5),
        ("words", 57, 57),
    ]


def test_the_page_of_a_job_names_its_stage(browser: Client) -> None:
    job = sent_to_job(upload(browser, SHEET))
    attempt = begun(job)
    Job.objects.filter(pk=job.pk).update(stage="rows", done=2, total=5)
    assert "Rows read: 2 of 5" in text_of(browser.get(f"/jobs/{job.pk}/").content)
    perform(attempt)


def test_what_a_job_read_is_read_no_more_by_any_process(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = done(browser, sent_to_job(upload(browser, SHEET)))
    monkeypatch.setattr(queries, "read_source", None)
    for _process in range(2):
        forget_readings()
        assert "Action elements 5" in text_of(browser.get(address).content)


def test_a_cancelled_upload_leaves_nothing(browser: Client) -> None:
    job = sent_to_job(upload(browser, SHEET))
    attempt = begun(job)
    cancel(job)
    perform(attempt)
    assert (SourceDocument.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_an_attempt_that_was_given_up_begins_no_second_draft(browser: Client) -> None:
    job = sent_to_job(upload(browser, SHEET))
    first = begun(job)
    job.refresh_from_db()
    begin_again(job)
    work_off()
    perform(first)
    assert (SeedDraft.objects.count(), AuditEntry.objects.count()) == (1, 1)


def test_a_short_document_is_read_at_once(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "LONG_DOCUMENT", len(SHEET))
    answer = upload(browser, SHEET)
    assert answer["Location"] == f"/seed/{SeedDraft.objects.get().pk}/"
    assert browser.get(answer["Location"]).status_code == 200
    assert not Job.objects.exists()


def test_what_is_no_document_is_refused_at_once(browser: Client) -> None:
    assert upload(browser, "\0" * 100).status_code == 422
    assert not Job.objects.exists()


def test_what_turns_out_bad_leads_back_to_the_form_as_it_was(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = make_version()
    place = f"version:{version.pk}"
    job = sent_to_job(upload(browser, SHEET, place=place))

    def torn(*_args: object) -> None:
        raise SourceError("the file is torn", line=3)

    monkeypatch.setattr(flat._FlatReader, "_row", torn)
    page = browser.get(refused(browser, job, "line 3: the file is torn")).text
    assert "Document: Line 3: the file is torn." in text_of(page.encode())
    assert f'<option value="{place}" selected>' in page
    assert not SourceDocument.objects.exists()


@pytest.mark.parametrize("gone", ["plan", "version"])
def test_what_it_comes_after_may_be_taken_back_meanwhile(browser: Client, gone: str) -> None:
    version = make_version()
    place = f"version:{version.pk}" if gone == "version" else f"plan:{version.plan_id}"
    job = sent_to_job(upload(browser, SHEET, place=place))
    PlanVersion.objects.all().delete()
    Plan.objects.all().delete()
    refused(browser, job, "was taken back meanwhile")
    assert not SeedDraft.objects.exists()


def test_a_refusal_is_shown_to_those_alone_who_may_see_the_job(
    browser: Client, client: Client
) -> None:
    job = sent_to_job(upload(browser, SHEET))
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.FAILED,
        failure=Job.Failure.REFUSED,
        failure_message="the secret",
        finished_at=job.created_at,
    )
    assert "The secret." in browser.get(f"/seed/?refused={job.pk}").text
    for asked in (str(job.pk + 1), "x", "9" * 4_400, "-1"):
        answer = browser.get("/seed/", {"refused": asked})
        assert (answer.status_code, "The secret." in answer.text) == (200, False)


# -- A draft whose document another process has read -----------------------------------------------


@pytest.mark.parametrize("page", ["", "head/", "review/?section=1", "commit/"])
def test_a_page_waits_for_a_job_that_reads_the_document(browser: Client, page: str) -> None:
    seeding = begin(admin=make_user("bob", Role.ADMINISTRATOR))
    address = f"/seed/{seeding.pk}/{page}"
    job = sent_to_job(browser.get(address))
    assert done(browser, job) == address
    assert browser.get(address).status_code == 200


def test_what_cannot_be_read_is_tried_once_and_the_page_says_why(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeding = begin(admin=make_user("bob", Role.ADMINISTRATOR))
    forget_readings()

    def torn(*_args: object, **_kwargs: object) -> None:
        raise SourceError("the file is torn")

    monkeypatch.setattr(queries, "read_source", torn)
    refused(browser, sent_to_job(browser.get(f"/seed/{seeding.pk}/")), "the file is torn")
    assert "The file is torn." in text_of(browser.get(f"/seed/{seeding.pk}/").content)


def test_a_sheet_whose_columns_nobody_named_leads_to_the_draft(browser: Client) -> None:
    unknown = SHEET.replace("Issue title,Element", "This,That")
    address = done(browser, sent_to_job(upload(browser, unknown)))
    assert done(browser, sent_to_job(browser.get(address))) == address
    assert "Say which column holds what" in text_of(browser.get(address).content)


# -- Matching -------------------------------------------------------------------------------------


ISSUES = {
    f"{n}. Issue {n}": [f"element {n} of the plan;", f"another element {n} for everybody."]
    for n in range(1, 4)
}
REWORDED = ISSUES | {"3. Issue 3": ["element 3 of the plan;", "another element 3 for most people."]}
MATCHED = [("same", 5, 6), ("pairs", 1, 1), ("matched", 6, 6)]


@pytest.fixture
def after(browser: Client) -> Seeding:
    """A draft after a version of six elements."""
    seeding = begin_after(make_base(ISSUES), REWORDED, admin=make_user("bob", Role.ADMINISTRATOR))
    browser.force_login(seeding.admin)
    forget_readings()
    return seeding


def test_a_long_plan_is_matched_by_a_job(
    browser: Client, after: Seeding, stages: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/seed/{after.pk}/matching/?left=1"
    job = sent_to_job(browser.get(address))
    title = text_of(browser.get(f"/jobs/{job.pk}/").content)
    assert "Matching plan.txt to GB.276/TC/2" in title
    assert done(browser, job) == address
    assert stages[-3:] == MATCHED
    monkeypatch.setattr(lineage, "match", None)
    forget_readings()
    answer = browser.get(address)
    assert answer.context["undecided"] is True
    text = text_of(answer.content)
    assert "0 of 6 decided." in text
    assert "reworded I.3.2 → became I.3.2" in text


def test_it_is_matched_again_after_a_correction(browser: Client, after: Seeding) -> None:
    address = f"/seed/{after.pk}/matching/"
    done(browser, sent_to_job(browser.get(address)))
    matching_service.accept_alike(**after.known, alike=Alike.ALL)
    assert browser.get(address).status_code == 200
    mend(after, "p1.r1.c2.b2", "for everybody.")
    done(browser, sent_to_job(browser.get(address)))
    assert "1 decision does not fit any more" in text_of(browser.get(address).content)


def test_what_is_decided_is_taken_without_waiting(browser: Client, after: Seeding) -> None:
    answer = browser.post(
        f"/seed/{after.pk}/matching/", {"base_revision": after.draft.revision, "alike": "all"}
    )
    assert answer["Location"].startswith(f"/seed/{after.pk}/matching/")
    assert after.draft.decisions.count() == 6


# -- Committing -----------------------------------------------------------------------------------


MADE = (Plan, PlanVersion, Part, Issue, ActionElement, ReportingRound, Record)
NOTHING = [0] * len(MADE)
ALL = [1, 1, 1, 2, 3, 1, 1]


def made() -> list[int]:
    """How many rows there are of each model."""
    return [model._base_manager.count() for model in MADE]


@pytest.fixture
def seeding(browser: Client) -> Seeding:
    seeding = begin(TEXT, admin=make_user("bob", Role.ADMINISTRATOR))
    browser.force_login(seeding.admin)
    return seeding


def send(browser: Client, seeding: Seeding, **form: str) -> Job:
    sent = {"base_revision": seeding.draft.revision, **form}
    return sent_to_job(browser.post(f"/seed/{seeding.pk}/commit/", sent))


def test_a_long_version_is_made_by_a_job_that_leads_on(
    browser: Client, seeding: Seeding, stages: Stages
) -> None:
    job = send(browser, seeding)
    assert made() == NOTHING
    address = done(browser, job)
    assert made() == ALL
    version = PlanVersion.objects.get()
    assert (seeding.draft.version, version.published) == (version, False)
    assert address == f"/seed/{seeding.pk}/"
    rows = list(stages)
    done(browser, sent_to_job(browser.get(address)))
    assert f"/seed/{seeding.pk}/publish/" in browser.get(address).text
    assert rows == [
        ("plan", 1, 1),
        ("planversion", 1, 1),
        ("part", 1, 1),
        ("issue", 2, 2),
        ("elementgroup", 2, 2),
        ("timeframe", 2, 3),
        ("timeframe", 3, 3),
        ("actionelement", 2, 3),
        ("actionelement", 3, 3),
        ("reportinground", 1, 1),
        ("statussnapshot", 2, 3),
        ("statussnapshot", 3, 3),
        ("statuscover", 2, 3),
        ("statuscover", 3, 3),
        ("statusrevision", 2, 3),
        ("statusrevision", 3, 3),
        ("record", 1, 1),
    ]


def test_an_attempt_that_was_given_up_makes_nothing(browser: Client, seeding: Seeding) -> None:
    job = send(browser, seeding)
    first = begun(job)
    job.refresh_from_db()
    begin_again(job)
    perform(first)
    assert (made(), seeding.draft.state, seeding.draft.revision) == (NOTHING, "draft", 0)
    work_off()
    assert made() == ALL


def test_who_cancels_leaves_nothing_and_can_come_again(browser: Client, seeding: Seeding) -> None:
    job = send(browser, seeding)
    attempt = begun(job)
    browser.post(f"/jobs/{job.pk}/", {"action": "cancel"})
    perform(attempt)
    assert (made(), seeding.draft.state) == (NOTHING, "draft")
    done(browser, send(browser, seeding))
    assert made() == ALL


def test_a_failure_in_the_middle_is_shown_and_leaves_nothing(
    browser: Client, seeding: Seeding, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_rows = commit.write_rows

    def fails(*args: Any, **kwargs: Any) -> None:
        write_rows(*args, **kwargs)
        raise RuntimeError("the secret of the program")

    monkeypatch.setattr(commit, "write_rows", fails)
    job = send(browser, seeding)
    work_off()
    job.refresh_from_db()
    assert (job.state, job.failure) == (Job.State.FAILED, Job.Failure.ERROR)
    page = browser.get(f"/jobs/{job.pk}/").text
    assert "the secret" not in page
    assert f"/seed/{seeding.pk}/commit/" in page
    assert made() == NOTHING
    assert (seeding.draft.state, AuditEntry.objects.count()) == ("draft", 1)


def test_an_administrator_who_comes_second_is_told(browser: Client, seeding: Seeding) -> None:
    job = send(browser, seeding)
    other = make_user("carol", Role.ADMINISTRATOR)
    commit.commit_draft(**seeding.known | {"by": other})
    refused(browser, job, "This document has become a plan version already")
    assert made() == ALL


def test_a_refused_commit_leads_back_to_the_form_as_it_was(
    browser: Client, seeding: Seeding, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = send(browser, seeding, anomalies_seen="on")
    Plan.objects.create(slug="plan", title="Another")
    address = refused(browser, job, "There is a plan")
    done(browser, sent_to_job(browser.get(address)))
    form = browser.get(address)
    assert form.context["form"]["anomalies_seen"].value() is True
    assert "There is a plan" in str(form.context["form"].non_field_errors())


def test_a_stale_commit_is_refused_at_once(browser: Client, seeding: Seeding) -> None:
    answer = browser.post(f"/seed/{seeding.pk}/commit/", {"base_revision": 7})
    assert answer.status_code == 409
    assert not Job.objects.exists()


def test_the_commit_page_says_of_a_long_plan_what_comes(browser: Client, seeding: Seeding) -> None:
    address = f"/seed/{seeding.pk}/commit/"
    done(browser, sent_to_job(browser.get(address)))
    assert "It is a long plan: the next page shows how far it is." in browser.get(address).text


def test_what_will_be_made_is_found_after_the_matching(
    browser: Client, after: Seeding, stages: Stages
) -> None:
    address = f"/seed/{after.pk}/commit/"
    done(browser, sent_to_job(browser.get(address)))
    assert stages[-3:] == MATCHED
    assert "1 problem to fix first" in text_of(browser.get(address).content)
    matching_service.accept_alike(**after.known, alike=Alike.ALL)
    page = browser.get(address).text
    revision = page.partition('name="base_revision" value="')[2].partition('"')[0]
    sent = {"base_revision": revision, "anomalies_seen": "on"}
    done(browser, sent_to_job(browser.post(address, sent)))
    assert PlanVersion.objects.count() == 2


def test_a_text_of_many_lines_is_read_line_by_line(browser: Client, stages: Stages) -> None:
    rows = [(f"{n}. Issue", bullets("one;", "two."), "2001", "Done.") for n in range(1, 6)]
    document = SimpleUploadedFile("plan.txt", table(*rows).encode())
    done(browser, sent_to_job(browser.post("/seed/", {"place": "new", "document": document})))
    assert stages[0] == ("lines", 9, 9)
