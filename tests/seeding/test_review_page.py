"""The review of a draft, without scripts: every edit operation, every refusal."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from plans.models import Role, SeedDraft, SeedStep
from plans.reading.corrections import CorrectionError
from plans.seeding.services import drafts
from tests.factories import make_user
from tests.pages import text_of
from tests.reading.documents import bullets, table
from tests.seeding.cases import NOTE, SPLIT, Seeding, begin

pytestmark = pytest.mark.django_db

BLOCK = "p1.r2.c4.b1"


@pytest.fixture
def seeding(client: Client) -> Seeding:
    """A draft, whose administrator is signed in."""
    seeding = begin()
    client.force_login(seeding.admin)
    return seeding


def address(seeding: Seeding) -> str:
    return f"/seed/{seeding.pk}/review/"


def send(client: Client, seeding: Seeding, action: str, **data: Any) -> HttpResponse:
    """Send a form of the page as it is now."""
    sent = {
        "action": action,
        "base_revision": str(seeding.draft.revision),
        "section": "1",
        "reason": "as the editor says",
        **data,
    }
    return client.post(address(seeding), sent)  # type: ignore[return-value]


def operations(seeding: Seeding) -> list[dict[str, Any]]:
    draft = seeding.draft
    found = draft.steps.filter(number__lte=draft.position).order_by("number")
    return [step.operation for step in found]


def test_the_page_shows_what_each_block_was_taken_for_and_what_is_left(
    client: Client, seeding: Seeding
) -> None:
    words = text_of(client.get(address(seeding)).content)
    assert "Words without a place 0" in words
    assert "To look at 0" in words
    assert "Part I – Work" in words
    assert "element p1.r1.c2.b2 → I.1.1" in words
    assert "time-frame p1.r2.c3.b1 → I.2.1" in words


def test_a_category_and_what_its_status_covers_are_words_apart(
    client: Client, seeding: Seeding
) -> None:
    both = ["p1.r1.c2.b3", "p1.r2.c2.b1"]
    seeding.add({"op": "cover", "block": BLOCK, "elements": both, "reason": "It is about both."})
    said = {"op": "category", "block": BLOCK, "category": "completed", "reason": "It says so."}
    seeding.add(said)
    page = client.get(f"{address(seeding)}?section=1")
    assert "completed covers I.1.2, I.2.1" in text_of(page.content)


def test_the_page_begins_with_the_first_thing_to_look_at(client: Client) -> None:
    row = ("1. One", bullets("first;", "second."), "", "Work goes on, as people say.")
    lost = table(row) + "\nA line that nobody knows the place of\n"
    seeding = begin("FIRST ITEM ON THE AGENDA\n\n" + table(row) + "\n" + lost)
    client.force_login(seeding.admin)

    page = client.get(address(seeding))

    assert page.context["section"].page == 2
    after = page.context["after"]
    assert after.place == "p2.x1"
    assert "a heading torn out of the table" in text_of(page.content)


def test_a_chosen_block_is_shown_with_what_can_be_done(client: Client, seeding: Seeding) -> None:
    page = client.get(address(seeding), {"block": BLOCK})
    words = text_of(page.content)
    assert "1 block chosen" in words
    assert page.context["form"].op == "cover"
    assert "Split s" in words
    page = client.get(address(seeding), {"block": BLOCK, "op": "split"})
    assert page.context["form"].op == "split"


def test_a_block_that_is_not_there_is_not_chosen(client: Client, seeding: Seeding) -> None:
    page = client.get(address(seeding), {"block": "p9.r9.c9.b9", "op": "split", "section": "99"})
    assert page.status_code == 200
    assert page.context["choice"].pieces == ()


STEPS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("assign", {"role": "furniture"}, {"block": BLOCK, "role": "furniture"}),
    ("split", {"cut": "1"}, {"block": BLOCK, "at": ["in April 2001."]}),
    ("join", {"block": ["p1.r1.c4.b1", "p1.r1.c4.b2"], "place_1": "1", "place_2": "2"},
     {"blocks": ["p1.r1.c4.b1", "p1.r1.c4.b2"]}),
    ("move", {"side": "after", "to": "p1.r1.c2.b2"}, {"block": BLOCK, "after": "p1.r1.c2.b2"}),
    ("drop", {"what": "furniture"}, {"block": BLOCK}),
    ("cover", {"elements": ["p1.r1.c2.b3"]}, {"block": BLOCK, "elements": ["p1.r1.c2.b3"]}),
    ("missing", {"id": "missing.I.2.1", "side": "after", "note": "Lost."},
     {"id": "missing.I.2.1", "after": BLOCK, "note": "Lost.", "confidence": "medium"}),
    ("category", {"category": "completed"}, {"block": BLOCK, "category": "completed"}),
    ("note", {"note": "Torn.", "confidence": "low"},
     {"block": BLOCK, "note": "Torn.", "confidence": "low"}),
]  # fmt: skip


@pytest.mark.parametrize(("op", "data", "keys"), STEPS, ids=[op for op, _data, _keys in STEPS])
def test_each_operation_is_a_form_whose_step_is_kept(
    client: Client, seeding: Seeding, op: str, data: dict[str, Any], keys: dict[str, Any]
) -> None:
    answer = send(client, seeding, op, **({"block": BLOCK} | data))
    assert answer.status_code == 302
    (made,) = operations(seeding)
    made.pop("begins", None)
    assert made == {"op": op, "reason": "as the editor says"} | keys
    page = text_of(client.get(answer["Location"]).content)
    assert "Step 1 is saved" in page
    assert "as the editor says" in page


def test_a_ditto_mark_is_resolved(client: Client) -> None:
    row = ("1. One", bullets("first;", "second."), '<p>May 2000</p> <p>" "</p>', "Work goes on.")
    seeding = begin(table(row))
    client.force_login(seeding.admin)
    answer = send(client, seeding, "ditto", block="p1.r1.c3.b2", of="p1.r1.c3.b1")
    assert answer.status_code == 302
    assert operations(seeding)[0]["of"] == "p1.r1.c3.b1"


def test_after_a_split_the_first_piece_is_chosen(client: Client, seeding: Seeding) -> None:
    answer = send(client, seeding, "split", block=BLOCK, cut="1")
    assert answer["Location"] == f"{address(seeding)}?section=1&block={BLOCK}%231"


def test_a_step_without_a_reason_is_refused_and_what_was_typed_stays(
    client: Client, seeding: Seeding
) -> None:
    answer = send(client, seeding, "note", block=BLOCK, note="A note <b>typed</b>.", reason="")
    assert answer.status_code == 422
    assert "Give a reason: choose one, or write your own." in answer.text
    assert "A note &lt;b&gt;typed&lt;/b&gt;." in answer.text
    assert operations(seeding) == []


def test_a_step_that_does_not_fit_is_refused_with_its_sentence_and_what_was_typed_stays(
    client: Client, seeding: Seeding
) -> None:
    said = {"what": "duplicate", "of_id": "p1.r1.c2.b2", "note": "A note of mine."}
    answer = send(client, seeding, "drop", block=BLOCK, **said)
    assert answer.status_code == 422
    assert f"block {BLOCK} says more than block p1.r1.c2.b2" in text_of(answer.content)
    assert "A note of mine." in answer.text
    assert "as the editor says" in answer.text
    assert operations(seeding) == []


def test_what_cannot_be_done_with_a_block_is_refused(client: Client, seeding: Seeding) -> None:
    answer = send(client, seeding, "cover", block="p1.r1.c2.b2", elements="p1.r1.c2.b2")
    assert answer.status_code == 422
    assert "This cannot be done with what is chosen." in answer.text


@pytest.mark.parametrize("action", ["", "burn", "go_to"])
def test_an_action_that_there_is_not_is_refused(
    client: Client, seeding: Seeding, action: str
) -> None:
    answer = send(client, seeding, action)
    assert answer.status_code == 422
    assert "Choose what is to be done." in answer.text


def test_steps_are_undone_and_done_again(client: Client, seeding: Seeding) -> None:
    seeding.add(NOTE)
    seeding.add(SPLIT)
    answer = send(client, seeding, "undo")
    assert answer["Location"] == f"{address(seeding)}?section=1&block={BLOCK}"
    assert seeding.ops() == ["note"]
    assert "Undone: step 2." in text_of(client.get(answer["Location"]).content)
    answer = send(client, seeding, "redo")
    assert "Done again: step 2." in text_of(client.get(answer["Location"]).content)
    assert seeding.ops() == ["note", "split"]
    send(client, seeding, "go_to", position="0")
    assert seeding.ops() == []


def test_there_is_nothing_to_undo_in_the_beginning(client: Client, seeding: Seeding) -> None:
    answer = send(client, seeding, "undo")
    assert answer.status_code == 422
    assert "There is no correction to undo." in answer.text


def test_a_stale_step_shows_what_came_in_between_and_keeps_what_was_typed(
    client: Client, seeding: Seeding
) -> None:
    seeding.add(NOTE)
    seen = str(SeedStep.objects.get().pk)
    base = str(seeding.draft.revision)
    other = Seeding(make_user("bo", Role.ADMINISTRATOR), seeding.pk)
    other.add(SPLIT)
    data = {"block": "p1.r1.c2.b2", "note": "My own note.", "seen": seen}

    answer = send(client, seeding, "note", base_revision=base, **data)

    words = text_of(answer.content)
    assert answer.status_code == 409
    assert "What came in between: Split p1.r2.c4.b1 bo," in words
    assert "The date is printed twice." in words
    assert "My own note." in answer.text
    assert seeding.ops() == ["note", "split"]
    # Saving again is deliberate: the form now names the revision that was shown.
    assert answer.context["form"]["base_revision"].value() == str(seeding.draft.revision)
    assert send(client, seeding, "note", **data).status_code == 302
    assert seeding.ops() == ["note", "split", "note"]


def test_a_stale_step_says_that_what_was_seen_was_undone(client: Client, seeding: Seeding) -> None:
    seeding.add(NOTE)
    seen, base = str(SeedStep.objects.get().pk), str(seeding.draft.revision)
    drafts.undo(**seeding.known)
    answer = send(client, seeding, "undo", base_revision=base, seen=seen)
    assert answer.status_code == 409
    assert "The last step that you saw has been undone." in answer.text


def test_a_stale_step_on_a_block_that_is_gone_gives_back_what_was_typed(
    client: Client, seeding: Seeding
) -> None:
    seeding.add(SPLIT)
    base = str(seeding.draft.revision)
    drafts.undo(**seeding.known)
    said = {"note": "A note at a piece that is no more."}
    answer = send(client, seeding, "note", base_revision=base, block=f"{BLOCK}#2", **said)
    assert answer.status_code == 422
    assert "The block that you chose is no longer there." in answer.text
    assert "A note at a piece that is no more." in answer.text


def test_a_draft_that_was_discarded_is_shown_and_not_changed(
    client: Client, seeding: Seeding
) -> None:
    drafts.discard(**seeding.known)
    page = client.get(address(seeding), {"block": BLOCK})
    assert page.status_code == 200
    assert page.context["form"] is None
    answer = send(client, seeding, "note", block=BLOCK, note="Too late, said the editor.")
    assert answer.status_code == 409
    assert "This draft was discarded." in answer.text
    assert "Too late, said the editor." in answer.text


def test_who_is_not_signed_in_any_more_gets_back_what_they_typed(
    client: Client, seeding: Seeding
) -> None:
    client.logout()
    answer = send(client, seeding, "note", block=BLOCK, note="Words that took some time.")
    assert answer.status_code == 401
    assert "Words that took some time." in answer.text
    assert operations(seeding) == []


@pytest.mark.parametrize("role", [None, Role.OFFICER, Role.SECRETARIAT])
def test_for_others_there_is_no_review(client: Client, role: Role | None) -> None:
    seeding = begin()
    client.force_login(make_user("other", role))
    assert client.get(address(seeding)).status_code == 404
    assert send(client, seeding, "undo").status_code == 404


def test_a_document_that_cannot_be_read_as_described_is_said_to_be_so(
    client: Client, seeding: Seeding, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(draft: SeedDraft) -> None:
        raise CorrectionError("operation 1 (note): the source has no block 'p9'")

    monkeypatch.setattr("plans.seeding.views.review.review_page", torn)
    answer = client.get(address(seeding))
    assert answer.status_code == 422
    assert "the source has no block" in answer.text


def test_a_page_of_a_long_document_is_as_light_as_one_of_a_short_one(client: Client) -> None:
    found = [
        table(*((f"{n}. Issue", bullets(f"element {n}."), "May 2000", "Work.") for n in range(40)))
        for _table in range(30)
    ]
    seeding = begin("\n".join(found))
    client.force_login(seeding.admin)
    page = client.get(address(seeding), {"section": "29", "block": "p15.r1.c2.b1"}).text
    assert page.count('class="piece ') == 1 + 4 * 30
    assert page.count('id="section-') == 2 * 8 + 1 + 2 + 1
    assert page.count("<option") <= 3 * 30


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_page_costs_as_many_queries_however_long_the_document_and_the_steps(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    found = [(f"{n}. Issue", bullets(f"element {n}."), "May 2000", "Work goes on.") for n in
             range(1, rows + 1)]  # fmt: skip
    seeding = begin(table(*found))
    for _step in range(rows):
        seeding.add(NOTE | {"block": "p1.r1.c2.b1"})
    client.force_login(seeding.admin)
    client.get(address(seeding))
    with django_assert_num_queries(5):
        client.get(address(seeding), {"block": "p1.r1.c2.b1"})
