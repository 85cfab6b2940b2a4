"""The page of a file that takes long: how far it is, that it is ready, or why it is not."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from plans.exports import long_exports
from plans.exports.job_files import Done, Failure
from plans.exports.long_exports import Progress, State
from plans.exports.queries import report_table
from plans.models import ReportingRound, Role
from plans.reports.writers import FORMATS
from tests.exports.making_cases import at, said, wait
from tests.factories import make_plan, make_report, make_round, make_status, make_unit, make_user

pytestmark = pytest.mark.django_db
REPORT = "/plans/technical-cooperation/gb276-tc-2/report/2000-08-31"
FILE, PAGE = f"{REPORT}.csv", f"{REPORT}/csv/"
DRAFT = "Nobody else may read this draft."


@pytest.fixture(autouse=True)
def _long_from_one_element(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TRACKER_EXPORTS = 2
    monkeypatch.setitem(FORMATS, "csv", replace(FORMATS["csv"], at_once=0))


def count(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the writer of the format tell of elements as they are ``what``."""
    monkeypatch.setitem(FORMATS, "csv", replace(FORMATS["csv"], counts=what))  # type: ignore[arg-type]


def bar(answer: Any) -> dict[str, str]:
    """What the bar of the page shows, and what it is called."""
    page = answer.content.decode()
    label = re.search(r'<label for="making-progress">(.*)</label>', page)
    found = re.search(r'<progress id="making-progress" .*max="(\d+)" value="(\d+)">', page)
    assert label is not None
    assert found is not None
    return {"max": found[1], "value": found[2], "label": label[1]}


def officers_scene() -> None:
    """An open round whose only status is a draft of the unit ``evaluation``."""
    version = make_plan()
    element = version.elements.first()
    assert element is not None
    element.units.add(make_unit("evaluation"))
    make_status(make_round(version), [element], text=DRAFT, state="draft")


# -- The way to the file --------------------------------------------------------------------------


def test_a_file_that_takes_long_leads_to_its_page(client: Client) -> None:
    make_report()

    answer = client.get(FILE)

    assert (answer.status_code, answer["Location"], answer["Cache-Control"]) == (
        302,
        PAGE,
        "private, no-store",
    )


def test_the_page_leads_to_the_file_that_then_is_there_for_everybody(client: Client) -> None:
    round_ = make_report()

    ready = wait(client, PAGE)
    answer = Client().get(FILE)

    content = FORMATS["csv"].write(report_table(round_))
    assert (ready["Refresh"], answer.getvalue(), answer["Cache-Control"]) == (
        f"1; url={FILE}",
        content,
        "public, no-cache",
    )


def test_a_kept_file_that_took_long_is_answered_304(client: Client) -> None:
    make_report()
    wait(client, PAGE)
    tag = client.get(FILE)["ETag"]

    assert client.get(FILE, headers={"If-None-Match": tag}).status_code == 304


def test_a_file_that_is_written_at_once_has_no_such_page(
    client: Client, settings: LazySettings
) -> None:
    make_report()
    settings.TRACKER_EXPORTS = 0

    answer = client.get(PAGE)

    assert (answer.status_code, answer["Location"]) == (302, FILE)


def test_an_unknown_format_has_no_page(client: Client) -> None:
    make_report()

    assert client.get(f"{REPORT}/exe/").status_code == 404


@pytest.mark.parametrize("issues", [1, 3, 30])
def test_looking_again_costs_the_same_queries_for_any_number_of_issues(
    issues: int,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_report(issues=issues)
    at(Progress(State.RUNNING, 2), monkeypatch)

    with django_assert_num_queries(3):
        client.get(PAGE)


# -- What the page says ---------------------------------------------------------------------------


def test_the_page_says_how_far_a_file_is_and_how_long_it_may_take(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_report()
    count("written", monkeypatch)
    progress = Progress(State.RUNNING, 7800, Done(1200, 7800), elapsed=4.2, expected=16.4)
    at(progress, monkeypatch)

    answer = client.get(PAGE)

    assert said(answer) == (
        "The file is being made, from 7,800 action elements. 1,200 of 7,800 elements written "
        "4 seconds so far; about 12 seconds more, going by the last one like it. "
        "This page looks again every 3 seconds. You need not "
        "stay: the file will be kept, and the menu of the report leads to it."
    )
    assert bar(answer) == {
        "max": "7800",
        "value": "1200",
        "label": "1,200 of 7,800 elements written",
    }


@pytest.mark.parametrize(
    ("done", "sentence", "value", "most"),
    [
        (None, "The report is being read.", "0", "1"),
        (Done(0, 1), "0 of 1 element written", "0", "1"),
        (
            Done(7800, 7800),
            "All elements are written; the file is being put together.",
            "7800",
            "7800",
        ),
        (Done(0, 0), "All elements are written; the file is being put together.", "0", "1"),
    ],
)
def test_the_bar_of_what_is_written_row_by_row_is_that_of_its_elements(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    done: Done | None,
    sentence: str,
    value: str,
    most: str,
) -> None:
    make_report()
    count("written", monkeypatch)
    at(Progress(State.RUNNING, 7800, done, elapsed=4.2, expected=16.4), monkeypatch)

    assert bar(client.get(PAGE)) == {"max": most, "value": value, "label": sentence}


@pytest.mark.parametrize(
    ("done", "sentence"),
    [
        (None, "The report is being read."),
        (Done(100, 7800), "The data is being prepared."),
        (Done(7800, 7800), "The data is prepared; the pages are being laid out."),
    ],
)
def test_the_bar_of_what_cannot_tell_how_far_it_is_is_that_of_the_time(
    client: Client, monkeypatch: pytest.MonkeyPatch, done: Done | None, sentence: str
) -> None:
    make_report()
    count("prepared", monkeypatch)
    at(Progress(State.RUNNING, 7800, done, elapsed=4.2, expected=16.4), monkeypatch)

    assert bar(client.get(PAGE)) == {"max": "16", "value": "4", "label": sentence}


def test_without_any_measure_there_is_no_bar(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_report()
    at(Progress(State.RUNNING, 7800, Done(0, 7800), elapsed=4.2), monkeypatch)

    answer = client.get(PAGE)

    assert (
        "<progress" in answer.content.decode(),
        "The file is being written." in said(answer),
    ) == (
        False,
        True,
    )


@pytest.mark.parametrize(
    ("elapsed", "expected", "done", "sentence"),
    [
        (
            1.0,
            None,
            None,
            "1 second so far. It is the first of its kind here: nobody knows yet how long it "
            "takes.",
        ),
        (9.0, 8.0, None, "9 seconds so far, longer than the last one like it."),
        (
            7.0,
            8.0,
            Done(1, 2),
            "7 seconds so far; about 1 second more, going by the last one like it.",
        ),
        (6.0, None, Done(3, 4), "6 seconds so far; about 2 seconds more at this pace."),
        (9.0, 8.0, Done(9, 10), "9 seconds so far; about 1 second more at this pace."),
        (9.0, 8.0, Done(10, 10), "9 seconds so far, longer than the last one like it."),
    ],
)
def test_the_page_promises_only_what_is_known(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    elapsed: float,
    expected: float | None,
    done: Done | None,
    sentence: str,
) -> None:
    make_report()
    count("written", monkeypatch)
    at(Progress(State.RUNNING, 2, done, elapsed=elapsed, expected=expected), monkeypatch)

    assert f"{sentence} This page looks again" in said(client.get(PAGE))


# -- Looking again --------------------------------------------------------------------------------


def test_without_scripts_the_page_looks_again_by_itself(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_report()
    at(Progress(State.RUNNING, 2), monkeypatch)

    answer = client.get(PAGE)

    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (202, "3")
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    assert (
        f'<div id="making" hx-get="{PAGE}" hx-vals=\'{{"said": "reading"}}\' '
        'hx-trigger="every 3s" hx-swap="outerHTML">'
    ) in page
    assert '<p class="visually-hidden" id="making-said" role="status"></p>' in page


def test_a_script_gets_the_part_that_changes_alone(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_report()
    at(Progress(State.WAITING, 2), monkeypatch)

    answer = client.get(PAGE, headers={"HX-Request": "true"})

    assert answer.content.decode().startswith('<div id="making"')
    assert said(answer) == (
        "Other long files are being made. This one begins as soon as one of them is done. "
        "This page looks again every 3 seconds."
    )


@pytest.mark.parametrize(
    ("heard", "elements", "announced"),
    [
        ("reading", 0, "0 of 8 elements written"),
        ("written-0", 1, ""),
        ("written-0", 2, "2 of 8 elements written"),
        ("written-1", 3, ""),
        ("written-1", 7, "7 of 8 elements written"),
        ("written-3", 8, "All elements are written; the file is being put together."),
        ("packing", 8, ""),
    ],
)
def test_who_hears_the_page_is_told_when_a_quarter_more_is_written_and_no_oftener(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    heard: str,
    elements: int,
    announced: str,
) -> None:
    make_report()
    count("written", monkeypatch)
    at(Progress(State.RUNNING, 8, Done(elements, 8)), monkeypatch)

    answer = client.get(PAGE, {"said": heard}, headers={"HX-Request": "true"})

    news = re.findall(
        r'<div hx-swap-oob="innerHTML:#making-said">(.*)</div>', answer.content.decode()
    )
    assert news == ([announced] if announced else [])


@pytest.mark.parametrize(
    "progress",
    [Progress(State.READY, 2, size=9), Progress(State.FAILED, 2, failure=Failure("time"))],
)
def test_a_script_is_told_to_load_the_page_when_there_is_nothing_to_wait_for(
    client: Client, monkeypatch: pytest.MonkeyPatch, progress: Progress
) -> None:
    make_report()
    at(progress, monkeypatch)

    assert client.get(PAGE, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_the_page_of_a_file_that_is_ready_names_its_size(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_report()
    at(Progress(State.READY, 2, size=19_062_169), monkeypatch)

    assert said(client.get(PAGE)) == (
        "The file is ready; the download begins by itself. Download (18.2 MB)"
    )


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (Failure("time"), "The file was not made: it took longer than files may take here."),
        (
            Failure("memory"),
            "The file was not made: it needs more memory than files may take here.",
        ),
        (
            Failure("ended"),
            "The file was not made: the program that was writing it was ended before it was done.",
        ),
        (
            Failure("report", "I.1.1: a text <too> long"),
            "The file was not made, because this report cannot be written in this format: "
            "I.1.1: a text <too> long",
        ),
    ],
)
def test_a_file_that_was_not_made_says_why_and_what_to_do_instead(
    client: Client, monkeypatch: pytest.MonkeyPatch, failure: Failure, sentence: str
) -> None:
    make_report()
    at(Progress(State.FAILED, 2, failure=failure), monkeypatch)

    page = client.get(PAGE)
    others = re.findall(r'<a href="([^"]*)" type=', page.content.decode())

    assert said(page).startswith(f"{sentence} Try again The same in other formats Web page PDF – ")
    assert [address.rpartition(".")[2] for address in others] == [
        "pdf",
        "docx",
        "xlsx",
        "json",
        "xml",
    ]


def test_trying_again_begins_anew(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_report()
    with monkeypatch.context() as patch:
        patch.setattr(long_exports, "_COMMAND", (sys.executable, "-c", "raise SystemExit(1)"))
        failed = wait(client, PAGE)

    tried = client.post(PAGE)

    assert (failed.status_code, "Try again" in said(failed)) == (200, True)
    assert (tried.status_code, tried["Location"], "Refresh" in wait(client, PAGE)) == (
        302,
        PAGE,
        True,
    )


# -- Who gets it ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [None, Role.OFFICER])
def test_an_open_rounds_page_exists_only_for_those_who_see_the_round(
    client: Client, role: Role | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_report(closed=False)
    at(Progress(State.RUNNING, 2), monkeypatch)
    client.force_login(make_user("somebody", role))

    assert client.get(PAGE).status_code == (404 if role is None else 202)


def test_an_open_rounds_file_holds_what_the_person_may_see_and_is_fetched_once() -> None:
    officers_scene()
    keeper, officer = Client(), Client()
    keeper.force_login(make_user("secretariat", Role.SECRETARIAT))
    officer.force_login(make_user("officer", Role.OFFICER, units=[make_unit("finance")]))
    pages = [said(wait(client, PAGE)) for client in (keeper, officer)]

    theirs = [client.get(FILE) for client in (keeper, officer)]

    assert [DRAFT in answer.getvalue().decode() for answer in theirs] == [True, False]
    assert [answer["Cache-Control"] for answer in theirs] == ["private, no-store"] * 2
    assert keeper.get(FILE)["Location"] == PAGE
    assert "It holds drafts, and is for you alone" in pages[0]


def test_only_looking_for_an_open_rounds_file_does_not_take_it(client: Client) -> None:
    make_report(closed=False)
    client.force_login(make_user("secretariat", Role.SECRETARIAT))
    wait(client, PAGE)

    client.head(FILE)

    assert client.get(FILE).status_code == 200


def test_a_round_closed_meanwhile_has_a_page_of_its_own(client: Client) -> None:
    round_ = make_report(closed=False)
    client.force_login(make_user("secretariat", Role.SECRETARIAT))
    wait(client, PAGE)
    ReportingRound.objects.filter(pk=round_.pk).update(state=ReportingRound.State.CLOSED)

    assert client.get(FILE).status_code == 302
