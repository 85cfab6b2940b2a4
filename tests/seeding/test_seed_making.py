"""The page of a long version in the making: what it says at each stage, and what it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from django.db import OperationalError
from django.http import StreamingHttpResponse
from django.test import Client

from plans.models import (
    ActionElement,
    AuditEntry,
    Issue,
    Part,
    Plan,
    PlanVersion,
    Record,
    ReportingRound,
    Role,
    SeedDraft,
)
from plans.reading.progress import Step
from plans.seeding.services import commit
from plans.seeding.services import commit as rows
from plans.seeding.services.commit import write_rows
from tests.factories import make_user
from tests.pages import text_of
from tests.seeding.cases import Seeding, begin

pytestmark = pytest.mark.django_db(transaction=True)

MADE = (Plan, PlanVersion, Part, Issue, ActionElement, ReportingRound, Record)


@pytest.fixture
def seeding(monkeypatch: pytest.MonkeyPatch) -> Seeding:
    """A draft that counts as long, of whose rows two are written at once."""
    monkeypatch.setattr(commit, "_LONG", 1)
    monkeypatch.setattr(rows, "_AT_ONCE", 2)
    return begin()


@pytest.fixture
def browser(client: Client, seeding: Seeding) -> Client:
    client.force_login(seeding.admin)
    return client


def send(browser: Client, seeding: Seeding) -> StreamingHttpResponse:
    sent = {"base_revision": seeding.draft.revision}
    answer = browser.post(f"/seed/{seeding.pk}/commit/", sent)
    assert (answer.status_code, answer.streaming) == (200, True)
    return cast(StreamingHttpResponse, answer)


def pieces(answer: StreamingHttpResponse) -> Iterator[str]:
    return (piece.decode() for piece in cast(Iterator[bytes], iter(answer)))


def made() -> list[int]:
    """How many rows there are of each model."""
    return [model.objects.count() for model in MADE]


NOTHING = [0] * len(MADE)


def test_every_step_is_told_as_it_is_done(browser: Client, seeding: Seeding) -> None:
    sent = list(pieces(send(browser, seeding)))
    assert [text_of(piece.encode()) for piece in sent[1:-3]] == [
        "Plans: 1 of 1",
        "Plan versions: 1 of 1",
        "Parts: 1 of 1",
        "Issues: 2 of 2",
        "Element groups: 2 of 2",
        "Time-frames: 2 of 3",
        "Time-frames: 3 of 3",
        "Action elements: 2 of 3",
        "Action elements: 3 of 3",
        "Reporting rounds: 1 of 1",
        "Status snapshots: 2 of 3",
        "Status snapshots: 3 of 3",
        "Elements covered by statuses: 2 of 3",
        "Elements covered by statuses: 3 of 3",
        "Status revisions: 2 of 3",
        "Status revisions: 3 of 3",
        "Records: 1 of 1",
    ]


def test_the_first_piece_says_what_is_done_before_anything_is_written(
    browser: Client, seeding: Seeding
) -> None:
    first = text_of(next(pieces(send(browser, seeding))).encode())
    assert "Document read: 3 action elements" in first
    assert "Checked: nothing stands in the way of" in first
    assert made() == NOTHING


def test_the_last_piece_leads_on_to_the_version(browser: Client, seeding: Seeding) -> None:
    page = "".join(pieces(send(browser, seeding)))
    version = PlanVersion.objects.get()
    assert f"The version {version.symbol} is made" in text_of(page.encode())
    assert f'<a class="button" href="/seed/{seeding.pk}/">' in page
    assert f'<a href="{version.get_absolute_url()}">' in page
    assert page.rstrip().endswith("</html>")
    assert (page.count("<html"), page.count("<ol class"), "<!--" in page) == (1, 1, False)
    assert (seeding.draft.version, version.published) == (version, False)


def test_the_answer_is_not_held_back_on_its_way(browser: Client, seeding: Seeding) -> None:
    answer = send(browser, seeding)
    assert answer["X-Accel-Buffering"] == "no"
    assert not answer.has_header("Content-Length")
    assert "no-store" in answer["Cache-Control"]
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    answer.close()


@pytest.mark.parametrize("read", [0, 1, 2, 9, 18])
def test_whoever_goes_away_leaves_nothing_and_can_come_again(
    browser: Client, seeding: Seeding, read: int
) -> None:
    answer = send(browser, seeding)
    coming = pieces(answer)
    for _ in range(read):
        next(coming)
    answer.close()
    assert made() == NOTHING
    assert (seeding.draft.state, seeding.draft.revision) == ("draft", 0)
    assert "is made" in "".join(pieces(send(browser, seeding)))
    assert made() == [1, 1, 1, 2, 3, 1, 1]


def test_a_failure_in_the_middle_is_told_and_leaves_nothing(
    browser: Client, seeding: Seeding, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **kwargs: Any) -> Iterator[Step]:
        yield from write_rows(*args, **kwargs)
        raise OperationalError("the disk is full")

    monkeypatch.setattr(commit, "write_rows", fails)
    page = "".join(pieces(send(browser, seeding)))
    assert "Records: 1 of 1" in page
    assert "Nothing was made" in page
    assert "The server's log says why." in text_of(page.encode())
    assert "the disk is full" not in page
    assert page.rstrip().endswith("</html>")
    assert made() == NOTHING
    assert (seeding.draft.state, AuditEntry.objects.count()) == ("draft", 1)


def test_an_administrator_who_comes_second_is_told_at_the_end(
    browser: Client, seeding: Seeding
) -> None:
    answer = send(browser, seeding)
    other = make_user("bob", Role.ADMINISTRATOR)
    commit.commit_draft(**seeding.known | {"by": other})
    page = text_of("".join(pieces(answer)).encode())
    assert "Nothing was made" in page
    assert "This document has become a plan version already; the draft is closed." in page
    assert made() == [1, 1, 1, 2, 3, 1, 1]


def test_what_can_be_refused_beforehand_has_a_page_of_its_own(
    browser: Client, seeding: Seeding
) -> None:
    answer = browser.post(f"/seed/{seeding.pk}/commit/", {"base_revision": 7})
    assert (answer.status_code, answer.streaming) == (409, False)
    Plan.objects.create(slug="plan", title="Another")
    answer = browser.post(f"/seed/{seeding.pk}/commit/", {"base_revision": 0})
    assert (answer.status_code, answer.streaming) == (422, False)
    assert SeedDraft.objects.get().state == "draft"


def test_the_commit_page_says_of_a_long_plan_what_comes(browser: Client, seeding: Seeding) -> None:
    page = browser.get(f"/seed/{seeding.pk}/commit/").text
    assert "It is a long plan: the next page shows how far it is." in page
