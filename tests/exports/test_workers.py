"""Long files made by workers in processes of their own, and by servers that share them."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client
from pypdf import PdfReader

from plans.exports.queries import report_table
from plans.models import Job, ReportingRound, Role, StoredFile
from plans.reports.writers import FORMATS
from tests.exports.long_files import ask, job_of, signed_in, status_of
from tests.factories import make_report
from tests.jobs.working import PATIENCE, asked, beside, is_running, wait_until, work_off, worker
from tests.pages import text_of

pytestmark = pytest.mark.django_db(transaction=True)
FILE = "/plans/technical-cooperation/gb276-tc-2/report/2000-08-31.pdf"


def long_report(*, closed: bool = True) -> ReportingRound:
    """A report whose PDF takes long."""
    return make_report(elements=FORMATS["pdf"].at_once + 1, closed=closed)


def is_at(job: Job, *stages: str) -> bool:
    return job_of(job).stage in stages


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        # A thread may end meanwhile.
        with suppress(OSError):
            children += map(int, task.read_text().split())
    return children + [each for child in children for each in descendants(child)]


def ended(job: Job) -> bool:
    return not job_of(job).is_active


# -- Workers --------------------------------------------------------------------------------------


def test_a_pdf_whose_worker_is_killed_is_begun_again_and_ends_and_the_page_says_so(
    client: Client,
) -> None:
    round_ = long_report()
    job = ask(client, FILE)
    with worker() as first:
        # The child that writes, and Typst, which it has started.
        wait_until(lambda: len(descendants(first.pid)) == 2)
        children = descendants(first.pid)
        first.kill()
        first.wait()
    assert (job_of(job).state, job.attempt) == ("running", 1)
    wait_until(lambda: not any(map(is_running, children)))

    pages = []
    with worker():
        wait_until(lambda: job_of(job).attempt == 2)
        pages.append(text_of(client.get(f"/jobs/{job.pk}/").content))
        wait_until(lambda: ended(job))

    assert "attempt 2 of 3" in pages[0]
    assert (job.state, job.attempt) == ("succeeded", 2)
    assert client.get(FILE).getvalue() == FORMATS["pdf"].write(report_table(round_))


def test_a_pdf_that_is_cancelled_is_not_made(client: Client) -> None:
    long_report()
    somebody = signed_in("somebody")
    job = ask(somebody, FILE)
    with worker():
        wait_until(lambda: is_at(job, "preparing", "setting"))
        somebody.post(f"/jobs/{job.pk}/", {"action": "cancel"})
        # The worker is free for the next one only when it has given this one up.
        following = asked()
        wait_until(lambda: ended(following))

    assert (status_of(job), status_of(following)) == ("cancelled", "succeeded")
    assert StoredFile.objects.count() == 0


def test_a_file_whose_process_ends_three_times_says_why(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_report()
    job = ask(client, FILE)
    monkeypatch.setattr("plans.exports.tasks.TARGET", "tests.jobs.targets.die")
    work_off()

    page = text_of(client.get(f"/jobs/{job.pk}/").content)

    assert (status_of(job), job.attempt, StoredFile.objects.count()) == ("failed", 3, 0)
    assert "3 times without a result" in page


# -- Two servers on one database and one storage --------------------------------------------------


class Server:
    """A web server beside the test, as a person who is signed in there meets it."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self.port = port
        self.cookies = cookies

    def get(self, path: str) -> tuple[int, str, bytes]:
        """Status, Location and content."""
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> int:
        """The status."""
        self.get(path)
        token = self.cookies["csrftoken"]
        return self._ask("POST", path, urlencode(fields | {"csrfmiddlewaretoken": token}))[0]

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={self.cookies[name]}" for name in self.cookies)}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        for name, value in re.findall(r"(\w+)=([^;]*)", answer.headers.get("Set-Cookie", "")):
            if name == "csrftoken":
                self.cookies[name] = value
        content = answer.read()
        connection.close()
        return answer.status, answer.headers.get("Location", ""), content


@contextmanager
def server(client: Client) -> Iterator[Server]:
    """A server with one process, met with the session of ``client``."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    command = ("-m", "gunicorn", "-c", "tracker/gunicorn_conf.py", "tracker.wsgi")
    with beside(*command, PORT=str(port), WEB_CONCURRENCY="1"):
        wait_until(lambda: _listens(port))
        yield Server(port, cookies)


def _listens(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


def words_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_two_servers_make_a_file_once_show_the_same_progress_and_hand_out_what_was_saved() -> None:
    round_ = long_report(closed=False)
    round_.snapshots.filter(ordinal=1).update(state="draft")
    secretary = signed_in("secretary", Role.SECRETARIAT)
    with server(secretary) as first, server(secretary) as second:
        asked_for = [each.get(FILE)[:2] for each in (first, second, first)]
        page = asked_for[0][1]
        Job.objects.update(state="running", stage="preparing", done=123, total=501)
        shown = [text_of(each.get(page)[2]) for each in (second, first)]
        Job.objects.update(state="waiting", stage="", done=0, total=0)
        with worker():
            wait_until(lambda: second.get(page)[0] == 200)
            made = [each.get(FILE) for each in (first, second)]
            before = (Job.objects.filter(kind="export").count(), StoredFile.objects.count())

            saved = first.post(
                f"/rounds/{round_.pk}/statuses/1/",
                text="Saved through the first server.",
                category="completed",
                base_revision=str(round_.snapshots.get(ordinal=1).revision),
                action="save",
            )
            again = second.get(FILE)[1]
            wait_until(lambda: first.get(again)[0] == 200)
            later = [each.get(FILE) for each in (second, first)]

    assert asked_for == [(302, page)] * 3
    assert ["123 of 501" in text for text in shown] == [True, True]
    assert made[0] == made[1]
    assert (made[0][0], before) == (200, (1, 1))
    assert (saved, again != page, later[0] == later[1]) == (302, True, True)
    assert ["Saved through" in words_of(file[2]) for file in (made[0], later[0])] == [False, True]
