"""Reading a long document and matching a long plan: pages that tell how far they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client

from plans.models import AuditEntry, PlanVersion, Role, SeedDraft, SourceDocument
from plans.reading.readers import flat
from plans.reading.source_table import SourceError
from plans.seeding import in_steps
from plans.seeding.queries import drafts as seeding_selectors
from plans.seeding.queries import matching as matching_selectors
from plans.seeding.services import matching as service
from plans.seeding.services.matching import Alike
from plans.web.caching import LRUCache
from tests.factories import make_user, make_version
from tests.pages import text_of
from tests.reading.documents import bullets, table
from tests.seeding.cases import Seeding
from tests.seeding.matching_cases import begin_after, make_base, mend

pytestmark = pytest.mark.django_db(transaction=True)

SHEET = "Part,Issue number,Issue title,Element,Time-frame\n" + "".join(
    f"I,{n},Issue {n},element {n} of the plan.,2001\n" for n in range(1, 6)
)


@pytest.fixture(autouse=True)
def _long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five elements are a long plan here, read two at once, and nothing is remembered."""
    monkeypatch.setattr(in_steps, "_LONG", 4)
    monkeypatch.setattr(flat, "_AT_ONCE", 2)
    readings = LRUCache(seeding_selectors._read, most=4)
    monkeypatch.setattr(seeding_selectors, "_READINGS", readings)
    monkeypatch.setattr(
        seeding_selectors, "_CORRECTED", LRUCache(seeding_selectors._correct, most=4)
    )
    proposals = LRUCache(matching_selectors._PROPOSALS._make, most=4)
    monkeypatch.setattr(matching_selectors, "_PROPOSALS", proposals)


@pytest.fixture
def browser(client: Client) -> Client:
    client.force_login(make_user("ada", Role.ADMINISTRATOR))
    return client


def pieces(answer: HttpResponseBase) -> Iterator[str]:
    assert (answer.status_code, answer.streaming) == (200, True)
    return (
        piece.decode() for piece in cast(Iterator[bytes], iter(cast(StreamingHttpResponse, answer)))
    )


def told(sent: list[str]) -> list[str]:
    """The steps of a page, in words."""
    return [text_of(piece.encode()) for piece in sent if piece.startswith("<li>")]


# -- Reading ---------------------------------------------------------------------------------------


def upload(browser: Client, content: str, *, place: str = "new") -> HttpResponseBase:
    document = SimpleUploadedFile("plan.csv", content.encode())
    return cast(HttpResponseBase, browser.post("/seed/", {"place": place, "document": document}))


def test_every_step_of_reading_is_told_and_the_last_piece_leads_on(browser: Client) -> None:
    sent = list(pieces(upload(browser, SHEET)))
    assert told(sent) == [
        "Rows read: 2 of 5",
        "Rows read: 4 of 5",
        "Rows read: 5 of 5",
        "Blocks told apart: 24 of 24",
        "Action elements found: 5 of 5",
        "Words placed: 57 of 57",
    ]
    page = "".join(sent)
    draft = SeedDraft.objects.get()
    assert "Reading plan.csv" in text_of(sent[0].encode())
    assert "plan.csv is read" in text_of(page.encode())
    assert f'<a class="button" href="/seed/{draft.pk}/">' in page
    assert (page.count("<html"), page.rstrip()[-7:], "<!--" in page) == (1, "</html>", False)


def test_what_was_read_is_remembered_for_the_next_page(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(pieces(upload(browser, SHEET)))
    draft = SeedDraft.objects.get()
    monkeypatch.setattr(seeding_selectors, "reading_source", None)
    assert "Action elements 5" in text_of(browser.get(f"/seed/{draft.pk}/").content)


@pytest.mark.parametrize("read", [0, 1, 2, 4, 6])
def test_whoever_goes_away_while_it_is_read_leaves_nothing(browser: Client, read: int) -> None:
    answer = upload(browser, SHEET)
    coming = pieces(answer)
    for _ in range(read):
        next(coming)
    answer.close()
    assert (SourceDocument.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_a_short_document_is_answered_at_once(browser: Client) -> None:
    short = "".join(SHEET.splitlines(keepends=True)[:3])
    assert upload(browser, short).status_code == 302
    assert SeedDraft.objects.count() == 1


def test_what_is_bad_at_once_is_answered_with_the_form(browser: Client) -> None:
    answer = upload(browser, "\0" * 100)
    assert (answer.status_code, answer.streaming) == (422, False)


def test_what_turns_out_bad_while_it_is_read_ends_with_the_form_as_it_was(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = make_version()
    other = SimpleUploadedFile("plan.csv", SHEET.encode())
    place = f"version:{version.pk}"

    def torn(*_args: object) -> None:
        raise SourceError("the file is torn", line=3)

    answer = browser.post("/seed/", {"place": place, "document": other})
    monkeypatch.setattr(flat._Flat, "_row", torn)
    page = "".join(pieces(answer))
    assert "Document: Line 3: the file is torn." in text_of(page.encode())
    assert f'<option value="{place}" selected>' in page
    assert 'action="/seed/"' in page
    assert not SourceDocument.objects.exists()


def test_a_text_of_many_lines_is_told_line_by_line(browser: Client) -> None:
    rows = [(f"{n}. Issue", bullets("one;", "two."), "2001", "Done.") for n in range(1, 6)]
    document = SimpleUploadedFile("plan.txt", table(*rows).encode())
    sent = list(pieces(browser.post("/seed/", {"place": "new", "document": document})))
    assert told(sent)[0] == "Lines read: 9 of 9"


# -- Matching --------------------------------------------------------------------------------------


ISSUES = {
    f"{n}. Issue {n}": [f"element {n} of the plan;", f"another element {n} for everybody."]
    for n in range(1, 4)
}
REWORDED = ISSUES | {"3. Issue 3": ["element 3 of the plan;", "another element 3 for most people."]}


@pytest.fixture
def seeding(browser: Client) -> Seeding:
    base: PlanVersion = make_base(ISSUES)
    seeding = begin_after(base, REWORDED, admin=make_user("bob", Role.ADMINISTRATOR))
    browser.force_login(seeding.admin)
    return seeding


def test_a_long_plan_is_matched_while_the_page_is_sent(browser: Client, seeding: Seeding) -> None:
    address = f"/seed/{seeding.pk}/matching/"
    sent = list(pieces(browser.get(f"{address}?left=1")))
    assert told(sent) == [
        "Elements with the same words as before: 5 of 6",
        "Pairs of the other elements compared: 1 of 1",
        "Elements matched: 6 of 6",
    ]
    page = "".join(sent)
    text = text_of(page.encode())
    assert "What became of the elements of GB.276/TC/2" in text_of(sent[0].encode())
    assert "0 of 6 decided." in text
    assert "reworded I.3.2 → became I.3.2" in text
    assert (page.count("<html"), page.count("<h1"), page.rstrip()[-7:]) == (1, 1, "</html>")
    # Now it is remembered, and the page is one like any other.
    answer = browser.get(f"{address}?left=1")
    assert (answer.streaming, answer.context["undecided"]) == (False, True)


def test_it_is_matched_again_after_a_correction(browser: Client, seeding: Seeding) -> None:
    address = f"/seed/{seeding.pk}/matching/"
    list(pieces(browser.get(address)))
    service.accept_alike(**seeding.known, alike=Alike.ALL)
    assert browser.get(address).streaming is False
    mend(seeding, "p1.r1.c2.b2", "for everybody.")
    text = text_of("".join(pieces(browser.get(address))).encode())
    assert "1 decision does not fit any more" in text


def test_whoever_goes_away_while_it_is_matched_can_come_again(
    browser: Client, seeding: Seeding
) -> None:
    address = f"/seed/{seeding.pk}/matching/"
    answer = browser.get(address)
    next(pieces(answer))
    answer.close()
    assert "Elements matched: 6 of 6" in "".join(pieces(browser.get(address)))


# -- Before the commit -----------------------------------------------------------------------------


def test_what_will_be_made_of_a_long_draft_is_found_while_the_page_is_sent(
    browser: Client, seeding: Seeding
) -> None:
    address = f"/seed/{seeding.pk}/commit/"
    sent = list(pieces(browser.get(address)))
    assert told(sent) == [
        "Elements with the same words as before: 5 of 6",
        "Pairs of the other elements compared: 1 of 1",
        "Elements matched: 6 of 6",
    ]
    page = "".join(sent)
    assert "What will be made" in text_of(sent[0].encode())
    assert "1 thing stands in the way" in text_of(page.encode())
    assert (page.count("<html"), page.count("<h1"), page.rstrip()[-7:]) == (1, 1, "</html>")
    # Now it is remembered, and the page is one like any other.
    assert browser.get(address).streaming is False


def test_a_long_draft_that_was_found_can_be_committed_from_the_same_page(
    browser: Client, seeding: Seeding, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.accept_alike(**seeding.known, alike=Alike.ALL)
    proposals = LRUCache(matching_selectors._PROPOSALS._make, most=4)
    monkeypatch.setattr(matching_selectors, "_PROPOSALS", proposals)
    page = "".join(pieces(browser.get(f"/seed/{seeding.pk}/commit/")))
    form = {
        "base_revision": page.partition('name="base_revision" value="')[2].partition('"')[0],
        "anomalies_seen": "on",
    }
    assert page.count('name="csrfmiddlewaretoken"') >= 1
    assert browser.post(f"/seed/{seeding.pk}/commit/", form).status_code == 302
    assert PlanVersion.objects.count() == 2
