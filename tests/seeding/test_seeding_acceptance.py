"""What is odd and right as it stands, accepted on the page of the review, without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from plans.reading.corrections import read_corrections
from plans.seeding.services import drafts
from tests.pages import text_of
from tests.reading.test_acceptances import (
    ANOTHER,
    FOUR,
    JUMP,
    NAMELESS,
    NONE,
    OTHER,
    TEXT,
    TWICE,
)
from tests.seeding.cases import Seeding, begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeding(client: Client) -> Seeding:
    """A draft of a document with five odd places, whose administrator is signed in."""
    seeding = begin(TEXT)
    client.force_login(seeding.admin)
    return seeding


def address(seeding: Seeding) -> str:
    return f"/seed/{seeding.pk}/review/"


def words_of(client: Client, seeding: Seeding, **query: Any) -> str:
    return text_of(client.get(address(seeding), query).content)


def accept(
    client: Client, seeding: Seeding, odd: str, block: str | list[str], **said: str
) -> HttpResponse:
    """Send the form as the page has it for ``block``."""
    sent = {
        "action": "accept",
        "base_revision": str(seeding.draft.revision),
        "section": "1",
        "block": block,
        "odd": odd,
        "reason": "It is printed so.",
        **said,
    }
    return client.post(address(seeding), sent)  # type: ignore[return-value]


def test_each_odd_place_leads_to_its_form(client: Client, seeding: Seeding) -> None:
    page = client.get(address(seeding))
    link = f"?section=1&amp;block={FOUR}&amp;op=accept#panel"
    # At the block, and in the list of what is to be looked at.
    assert page.text.count(f'href="{link}"') == 2
    form = client.get(address(seeding), {"section": "1", "block": FOUR, "op": "accept"})
    assert form.context["form"].op == "accept"
    assert [value for value, _label in form.context["form"].fields["odd"].choices] == [JUMP]
    assert form.context["form"]["odd"].value() == JUMP


def test_what_is_accepted_is_counted_and_listed_with_its_reason(
    client: Client, seeding: Seeding
) -> None:
    assert "To look at 5" in words_of(client, seeding)
    answer = accept(client, seeding, JUMP, FOUR)
    assert answer.status_code == 302
    words = text_of(client.get(answer["Location"]).content)
    assert "Step 1 is saved: Accept as it is." in words
    assert "To look at 4 1 of 5 looked at" in words
    assert "1 of 5 looked at and accepted as they are" in words
    assert f"{FOUR} line 6 {JUMP} Accepted as it is: It is printed so." in words
    assert f"Accepted as it is: {JUMP} – It is printed so." in words


def test_the_way_through_leaves_out_what_is_accepted(client: Client, seeding: Seeding) -> None:
    accept(client, seeding, JUMP, FOUR)
    page = client.get(address(seeding), {"section": "1", "block": OTHER})
    assert page.context["after"].place == NAMELESS


def test_an_acceptance_is_undone_and_done_again(client: Client, seeding: Seeding) -> None:
    accept(client, seeding, TWICE, OTHER)
    for action, left in (("undo", 5), ("redo", 4)):
        sent = {"action": action, "base_revision": str(seeding.draft.revision)}
        assert client.post(address(seeding), sent).status_code == 302
        assert f"To look at {left}" in words_of(client, seeding)


def test_several_blocks_that_are_odd_alike_are_accepted_in_one_step(
    client: Client, seeding: Seeding
) -> None:
    assert accept(client, seeding, NONE, [NAMELESS, ANOTHER]).status_code == 302
    page = client.get(address(seeding))
    assert [one.place for one in page.context["page"].review.findings] == [OTHER, FOUR, NAMELESS]


def test_blocks_that_are_not_odd_alike_are_not_accepted_together(
    client: Client, seeding: Seeding
) -> None:
    answer = accept(client, seeding, JUMP, [FOUR, NAMELESS])
    assert answer.status_code == 422
    assert "This cannot be done with what is chosen." in answer.text
    assert seeding.ops() == []


@pytest.mark.parametrize(
    ("odd", "reason", "complaint"),
    [
        (JUMP, "", "Give a reason: choose one, or write your own."),
        ("", "It is printed so.", "Choose what is right as it stands."),
        (TWICE, "It is printed so.", "Select a valid choice."),
    ],
)
def test_an_acceptance_that_is_not_whole_is_refused(
    client: Client, seeding: Seeding, odd: str, reason: str, complaint: str
) -> None:
    answer = accept(client, seeding, odd, FOUR, reason=reason)
    assert (answer.status_code, complaint in answer.text) == (422, True)
    assert seeding.ops() == []


def test_what_is_odd_no_more_gets_a_clear_word(client: Client, seeding: Seeding) -> None:
    seen = str(seeding.draft.revision)
    seeding.add({"op": "drop", "block": FOUR, "reason": "It belongs to the page."})
    answer = accept(client, seeding, JUMP, FOUR, base_revision=seen)
    # That block has become page furniture, about which nothing is odd.
    assert answer.status_code == 422
    assert "This cannot be done with what is chosen." in answer.text


def test_the_corrections_file_takes_acceptances_out_and_in(
    client: Client, seeding: Seeding
) -> None:
    accept(client, seeding, JUMP, FOUR)
    accept(client, seeding, NONE, [NAMELESS, ANOTHER], note="They have no numbers.")
    file = client.get(f"/seed/{seeding.pk}/corrections.toml").content
    one, two = read_corrections(file.decode()).operations
    assert one.item() == {
        "op": "accept",
        "odd": JUMP,
        "block": FOUR,
        "begins": "4. Four",
        "reason": "It is printed so.",
    }
    assert two.blocks() == [NAMELESS, ANOTHER]
    other = begin(TEXT, admin=seeding.admin)
    sent = {"base_revision": "0", "corrections": SimpleUploadedFile("c.toml", file)}
    assert client.post(f"/seed/{other.pk}/", sent).status_code == 302
    assert client.get(f"/seed/{other.pk}/corrections.toml").content == file
    assert "3 of 5 looked at" in words_of(client, other)


def test_a_file_that_accepts_what_is_not_odd_is_refused_with_its_place(
    client: Client, seeding: Seeding
) -> None:
    file = f'[[operation]]\nop = "accept"\nblock = "{OTHER}"\nodd = "{JUMP}"\nreason = "So."\n'
    sent = {"base_revision": "0", "corrections": SimpleUploadedFile("c.toml", file.encode())}
    answer = client.post(f"/seed/{seeding.pk}/", sent)
    assert answer.status_code == 422
    assert f"nothing is odd at block {OTHER} like this: “{JUMP}”" in text_of(answer.content)
    assert seeding.ops() == []


def test_words_without_a_place_are_not_for_accepting(client: Client) -> None:
    lost = begin(TEXT + "\nA line that nobody knows the place of\n")
    client.force_login(lost.admin)
    odd = "a heading torn out of the table"
    assert accept(client, lost, odd, "p1.x1").status_code == 302
    review = client.get(address(lost)).context["page"].review
    assert [(one.place, one.message) for one in review.findings][-1] == ("p1.x1", "")
    assert review.account.unplaced == 8


def test_a_closed_draft_offers_no_acceptance(client: Client, seeding: Seeding) -> None:
    drafts.discard(**seeding.known)
    assert "op=accept" not in client.get(address(seeding), {"block": FOUR}).text
