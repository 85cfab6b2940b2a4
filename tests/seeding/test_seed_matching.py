"""The page on which a draft is matched to the version before."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from plans.reading.matching import read_stated
from plans.seeding.services import matching as service
from plans.seeding.services.matching import Alike
from tests.pages import text_of
from tests.seeding.cases import Seeding, begin
from tests.seeding.matching_cases import (
    begin_after,
    make_base,
    matching,
    mend,
    row_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeding() -> Seeding:
    return begin_after(make_base())


@pytest.fixture
def ada(client: Client, seeding: Seeding) -> Client:
    client.force_login(seeding.admin)
    return client


def address(seeding: Seeding) -> str:
    return f"/seed/{seeding.pk}/matching/"


def change_address(seeding: Seeding, later: str) -> str:
    return f"{address(seeding)}{row_of(seeding, later).row.fingerprint}/"


def test_the_rows_are_proposed_in_plan_order_with_what_changed(
    ada: Client, seeding: Seeding
) -> None:
    answer = ada.get(address(seeding))
    text = text_of(answer.content)

    places = [
        text.index(row)
        for row in (
            "reworded I.1.1 → became I.1.1",
            "split I.1.2 → became I.1.2, I.1.3",
            "moved I.1.3 → became I.1.4",
            "same I.2.1 → became I.2.1",
            "dropped I.2.2 → became –",
            "new – → became I.2.2",
        )
    ]
    assert places == sorted(places)
    assert "0 of 6 decided." in text
    assert "94 % alike · similar words, the same neighbours, the same reference" in text
    assert re.search(r"<ins>.*?thorough", answer.content.decode())


def test_rows_are_narrowed_by_kind_and_by_what_is_undecided(ada: Client, seeding: Seeding) -> None:
    service.accept_alike(**seeding.known, alike=Alike.SAME)

    def shown(query: str) -> list[str]:
        page = ada.get(f"{address(seeding)}?{query}").context["page"]
        return [row.kind.value for row in page]

    assert shown("kind=split") == ["split"]
    assert shown("kind=same") == ["same"]
    assert shown("kind=same&left=1") == []
    assert shown("left=1") == ["reworded", "split", "moved", "dropped", "new"]
    assert shown("kind=burnt&page=-7") == [
        *("reworded", "split", "moved", "same", "dropped", "new"),
    ]


def test_a_proposal_is_accepted_and_the_place_in_the_list_kept(
    ada: Client, seeding: Seeding
) -> None:
    answer = ada.post(
        address(seeding),
        {
            "base_revision": seeding.draft.revision,
            "accept": row_of(seeding, "I.1.1").row.fingerprint,
            "reason": "A word more.",
            "query": "page=1&left=1&next=//elsewhere",
            "at": "1",
        },
    )

    assert answer.headers["Location"] == f"{address(seeding)}?page=1&left=1#row-1"
    decision = row_of(seeding, "I.1.1").decision
    assert decision is not None
    assert decision.reason == "A word more."


@pytest.mark.parametrize(("alike", "count"), [("same", 1), ("renumbered", 1)])
def test_what_is_alike_is_accepted_in_one_click(
    ada: Client, seeding: Seeding, alike: str, count: int
) -> None:
    data = {"base_revision": seeding.draft.revision, "alike": alike}
    text = text_of(ada.post(address(seeding), data, follow=True).content)

    assert f"{count} proposal is accepted." in text
    assert f"{count} of 6 decided." in text


def test_a_decision_is_withdrawn(ada: Client, seeding: Seeding) -> None:
    service.accept_alike(**seeding.known, alike=Alike.ALL)
    key = row_of(seeding, "I.1.1").row.fingerprint

    ada.post(address(seeding), {"base_revision": seeding.draft.revision, "withdraw": key})

    assert row_of(seeding, "I.1.1").decision is None
    assert matching(seeding).decided_count == 5


def test_partners_are_chosen_from_the_closest_or_by_reference(
    ada: Client, seeding: Seeding
) -> None:
    place = change_address(seeding, "I.1.3")
    page = text_of(ada.get(place).content)
    answer = ada.post(
        place,
        {
            "base_revision": seeding.draft.revision,
            "later": ["I.1.3"],
            "other_later": "I.1.2 ,I.1.4",
            "earlier": ["I.1.2"],
            "other_earlier": "",
            "reason": "Three of one.",
            "query": "page=1",
        },
    )

    assert "I.1.2 training of staff in the field, and a manual" in page
    assert answer.headers["Location"] == f"{address(seeding)}?page=1"
    row = row_of(seeding, "I.1.3")
    assert (row.kind, row.row.proposal.later) == ("split", ("I.1.2", "I.1.3", "I.1.4"))


def test_a_choice_that_cannot_be_is_given_back_with_a_sentence(
    ada: Client, seeding: Seeding
) -> None:
    answer = ada.post(
        change_address(seeding, "I.1.3"),
        {
            "base_revision": seeding.draft.revision,
            "earlier": [],
            "other_earlier": "I.9.9",
            "later": ["I.1.3"],
            "other_later": "",
            "reason": "I know it <b>well</b>.",
        },
    )

    assert answer.status_code == 422
    assert "no element I.9.9" in text_of(answer.content)
    assert "I know it &lt;b&gt;well&lt;/b&gt;." in answer.content.decode()
    assert matching(seeding).decided_count == 0


def test_without_a_reason_nothing_is_changed(ada: Client, seeding: Seeding) -> None:
    data = {"base_revision": seeding.draft.revision, "later": ["I.1.3"]}
    answer = ada.post(change_address(seeding, "I.1.3"), data)

    assert answer.status_code == 422
    assert "This field is required." in text_of(answer.content)


def test_a_row_that_is_no_more_leads_back_to_the_list(ada: Client, seeding: Seeding) -> None:
    answer = ada.get(f"{address(seeding)}{'0' * 64}/", follow=True)

    assert answer.redirect_chain == [(address(seeding), 302)]
    assert "not proposed any more" in text_of(answer.content)


def test_who_decides_on_a_page_that_is_out_of_date_is_told(ada: Client, seeding: Seeding) -> None:
    place, old = change_address(seeding, "I.1.3"), seeding.draft.revision
    service.accept_alike(**seeding.known, alike=Alike.SAME)

    accepted = ada.post(address(seeding), {"base_revision": old, "alike": "renumbered"})
    changed = ada.post(
        place,
        {"base_revision": old, "later": ["I.1.3"], "earlier": [], "reason": "I typed this."},
    )

    assert (accepted.status_code, changed.status_code) == (409, 409)
    assert "I typed this." in text_of(changed.content)
    assert matching(seeding).decided_count == 1


def test_decisions_that_fell_are_named(ada: Client, seeding: Seeding) -> None:
    service.accept_alike(**seeding.known, alike=Alike.ALL)
    mend(seeding, "p1.r1.c2.b1", "of the office;")

    text = text_of(ada.get(address(seeding)).content)

    assert "1 decision does not fit any more" in text
    assert "Decide it anew: I.1.1 → I.1.1" in text
    assert "5 of 6 decided." in text


def test_the_first_version_of_a_plan_has_no_such_page(client: Client) -> None:
    seeding = begin()
    client.force_login(seeding.admin)

    assert client.get(address(seeding)).status_code == 404


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_page_costs_the_same_queries_for_any_number_of_elements(
    elements: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    issues = {"1. Standards": [f"element {number} of the plan;" for number in range(elements)]}
    seeding = begin_after(make_base(issues), issues)
    service.accept_alike(**seeding.known, alike=Alike.ALL)
    client.force_login(seeding.admin)
    client.get(address(seeding))

    with django_assert_num_queries(7):
        answer = client.get(address(seeding))

    assert len(answer.context["page"]) == elements


def test_a_long_plan_is_shown_fifty_rows_at_a_time(client: Client) -> None:
    issues = {"1. Standards": [f"element {number} of the plan;" for number in range(120)]}
    seeding = begin_after(make_base(issues), issues)
    client.force_login(seeding.admin)

    answer = client.get(f"{address(seeding)}?page=3")

    assert len(answer.context["page"]) == 20
    assert "Page 3 of 3" in text_of(answer.content)


# -- The file of decisions -------------------------------------------------------------------------


def send_file(ada: Client, seeding: Seeding, content: bytes, **changed: str) -> HttpResponse:
    file = SimpleUploadedFile("plan.toml", content)
    sent = {"base_revision": str(seeding.draft.revision), "file": "1", "query": "page=1"}
    found: HttpResponse = ada.post(
        address(seeding), {**sent, "decisions": file, **changed}, follow=True
    )
    return found


def test_the_decisions_are_downloaded_and_put_in_force_again(ada: Client, seeding: Seeding) -> None:
    service.accept_alike(**seeding.known, alike=Alike.SAME, reason="Read.")
    answer = ada.get(f"/seed/{seeding.pk}/matching.toml")
    assert answer["Content-Disposition"] == 'attachment; filename="plan-matching.toml"'
    assert [one.later for one in read_stated(answer.text)] == [("I.2.1",)]
    service.withdraw(**seeding.known, fingerprint=row_of(seeding, "I.2.1").row.fingerprint)

    text = text_of(send_file(ada, seeding, answer.content).content)

    assert "1 decision from the file is in force." in text
    assert "1 of 6 decided." in text


def test_what_is_proposed_can_be_gone_through_elsewhere(ada: Client, seeding: Seeding) -> None:
    link = f"/seed/{seeding.pk}/matching.toml?proposed=1"
    assert f'href="{link}"' in ada.get(address(seeding)).text
    send_file(ada, seeding, ada.get(link).content)
    assert matching(seeding).decided_count == 6


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"\xff", "This is no file of decisions: it is not UTF-8 text."),
        (b"[document]", "Unknown section 'document'; write [[became]]."),
        (b"[[became]]\nlater = ['I.9.9']\nreason = 'r'", "The new version has no element I.9.9."),
        (b"", "The submitted file is empty."),
        (b"#" * 2_000_001, "at most"),
    ],
)
def test_a_file_that_does_not_fit_changes_nothing(
    ada: Client, seeding: Seeding, content: bytes, complaint: str
) -> None:
    text = text_of(send_file(ada, seeding, content).content)
    assert complaint in text
    assert "0 of 6 decided." in text


def test_a_file_for_a_draft_that_was_changed_is_refused(ada: Client, seeding: Seeding) -> None:
    answer = send_file(ada, seeding, b"# nothing", base_revision="7")
    assert answer.status_code == 409
    assert "Nothing was overwritten" in answer.text
