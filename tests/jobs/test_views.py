"""The page of a job."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from plans.jobs.services import enqueue
from plans.models import Job, Role
from tests.factories import make_user
from tests.jobs.working import begun, work_off
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client: Client) -> User:
    """Somebody without a role, signed in as ``client``."""
    user = make_user()
    client.force_login(user)
    return user


def job_of(user: User | None, kind: str = "make_unit", **more: Any) -> Job:
    values: dict[str, Any] = {"key": kind, "arguments": {"slug": "training"}}
    return enqueue(kind, requested_by=user, **values | more)


def page(job: Job) -> str:
    return reverse("plans:job", args=[job.pk])


def show(client: Client, job: Job, **headers: str) -> HttpResponse:
    answer = client.get(page(job), headers=headers)
    assert isinstance(answer, HttpResponse)
    return answer


# -- Who may see it -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [(None, 404), (Role.OFFICER, 404), (Role.SECRETARIAT, 404), (Role.ADMINISTRATOR, 202)],
)
def test_the_job_of_somebody_else_is_there_for_administrators_only(
    client: Client, role: Role | None, status: int
) -> None:
    job = job_of(make_user("asker"))
    client.force_login(make_user("other", role))

    assert show(client, job).status_code == status


def test_who_asked_for_a_job_sees_it(client: Client, person: User) -> None:
    answer = show(client, job_of(person))

    assert (answer.status_code, answer["Cache-Control"]) == (
        202,
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )


def test_who_is_not_signed_in_is_sent_there_whether_or_not_there_is_a_job(client: Client) -> None:
    job = job_of(make_user("asker"))

    answers = [client.get(address) for address in (page(job), f"/jobs/{job.pk + 1}/")]

    assert [answer.status_code for answer in answers] == [302, 302]


def test_a_job_that_nobody_asked_for_is_not_that_of_a_stranger(client: Client) -> None:
    assert show(client, job_of(None)).status_code == 302


def test_a_public_job_may_be_seen_by_everybody(client: Client) -> None:
    assert show(client, job_of(make_user("asker"), public=True)).status_code == 202


def test_a_public_job_is_not_public_where_sign_in_comes_first(
    client: Client, settings: LazySettings
) -> None:
    settings.TRACKER_PUBLIC = False

    assert show(client, job_of(None, public=True)).status_code == 302


@pytest.mark.parametrize("number", ["0", "999999999", "9" * 10, "9" * 4400])
def test_a_job_that_is_not_there_is_not_found(client: Client, person: User, number: str) -> None:
    assert client.get(f"/jobs/{number}/").status_code == 404


# -- What it shows --------------------------------------------------------------------------------


def test_a_job_that_waits_says_how_many_come_before_it(client: Client, person: User) -> None:
    for number in range(3):
        job = job_of(person, key=str(number))

    answer = show(client, job)

    assert answer.context["before"] == 2  # type: ignore[attr-defined]
    assert 'http-equiv="refresh"' in answer.content.decode()
    assert answer["Retry-After"] == "3"


def test_a_job_under_way_shows_its_stage_and_how_far_it_is(client: Client, person: User) -> None:
    job = job_of(person)
    begun(job)
    Job.objects.update(stage="naming", done=1200, total=7000)

    content = show(client, job).content.decode()

    assert 'max="7000" value="1200"' in content
    assert "Naming the unit: 1,200 of 7,000" in text_of(content.encode())


def test_a_job_of_unknown_length_is_measured_by_the_last_one(client: Client, person: User) -> None:
    last, job = (job_of(person, key=key, size=size) for key, size in (("last", 10), ("now", 40)))
    now = timezone.now()
    begun(job)
    Job.objects.filter(pk=last.pk).update(
        state="succeeded", started_at=now - timedelta(seconds=25), finished_at=now
    )

    time = show(client, job).context["time"]  # type: ignore[attr-defined]

    assert time.expected == 100


def test_a_job_begun_again_says_so(client: Client, person: User) -> None:
    job = job_of(person)
    first = show(client, job).content.decode()
    Job.objects.update(attempt=2)

    assert "job-again" not in first
    assert "attempt 2 of 3" in show(client, job).content.decode()


def test_a_job_that_is_done_leads_to_its_result(client: Client, person: User) -> None:
    job = job_of(person, next_url="/plans/?a=1&b=2")
    work_off()

    answer = show(client, job)

    assert (answer.status_code, answer["Refresh"]) == (200, "1; url=/plans/?a=1&b=2")
    assert 'href="/plans/?a=1&amp;b=2"' in answer.content.decode()
    assert 'http-equiv="refresh"' not in answer.content.decode()


def test_the_page_leads_where_its_kind_says(client: Client, person: User) -> None:
    job = job_of(person)

    content = show(client, job).content.decode()

    assert f'<a href="/units/?job={job.pk}&amp;now=1">The units &amp; theirs</a>' in content


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        ("refused", "not today &lt;b&gt;"),
        ("time", "longer than is allowed"),
        ("memory", "more memory than is allowed"),
        ("ended", "3 times without a result"),
        ("error", "log says more"),
    ],
)
def test_a_job_that_failed_says_why(client: Client, person: User, failure: str, words: str) -> None:
    job = job_of(person)
    message = "not today <b>" if failure == "refused" else ""
    Job.objects.update(
        state="failed", failure=failure, failure_message=message, finished_at=timezone.now()
    )

    answer = show(client, job)

    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_a_script_gets_what_has_changed(client: Client, person: User) -> None:
    job = job_of(person)

    answer = show(client, job, hx_request="true")
    content = answer.content.decode()
    known = answer.context["news"]  # type: ignore[attr-defined]
    again = client.get(page(job), {"news": known}, headers={"hx-request": "true"}).content.decode()

    assert content.lstrip().startswith('<div id="job"')
    assert "hx-swap-oob" in content
    assert "hx-swap-oob" not in again


def test_a_script_loads_the_page_when_the_job_has_ended(client: Client, person: User) -> None:
    job = job_of(person)
    work_off()

    assert show(client, job, hx_request="true")["HX-Refresh"] == "true"


def test_a_kind_of_job_that_is_gone_has_no_page(client: Client, person: User) -> None:
    assert show(client, job_of(person, "no_such_kind")).status_code == 404


# -- Cancelling and trying again ------------------------------------------------------------------


def test_who_asked_for_a_job_cancels_it(client: Client, person: User) -> None:
    job = job_of(person)

    answer = client.post(page(job), {"action": "cancel"})

    job.refresh_from_db()
    assert (answer.status_code, answer["Location"], job.state) == (302, page(job), "cancelled")
    assert show(client, job).status_code == 200


def test_nobody_else_cancels_a_public_job(client: Client, person: User) -> None:
    job = job_of(make_user("asker"), public=True)

    client.post(page(job), {"action": "cancel"})

    job.refresh_from_db()
    assert job.state == "waiting"
    assert 'value="cancel"' not in show(client, job).content.decode()


def test_a_job_that_failed_is_tried_again(client: Client, person: User) -> None:
    job = job_of(person, "refuse")
    work_off()

    answer = client.post(page(job), {"action": "again"})

    again = Job.objects.latest("pk")
    assert (again.pk != job.pk, again.state, answer["Location"]) == (True, "waiting", page(again))


def test_a_job_that_is_done_is_not_done_again(client: Client, person: User) -> None:
    job = job_of(person)
    work_off()

    client.post(page(job), {"action": "again"})

    assert Job.objects.count() == 1


def test_a_form_of_somebody_else_is_refused(person: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person)
    job = job_of(person)

    assert strict.post(page(job), {"action": "cancel"}).status_code == 403

    job.refresh_from_db()
    assert job.state == "waiting"
