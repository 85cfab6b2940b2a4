"""Writing a status: what the page shows, who may open it, and what its buttons do."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from plans.models import Role
from plans.statuses.services import workflow as statuses
from tests.factories import make_user
from tests.scenes import (
    CLEAN,
    EARLIER,
    TYPED,
    Scene,
    field_of,
    set_scene_apart,
    text_of,
)

pytestmark = pytest.mark.django_db


# Costs


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_edit_page_costs_the_same_queries_for_any_number_of_elements(
    elements: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = set_scene_apart(elements)
    client = case.client()

    with django_assert_num_queries(12):
        client.get(case.address())


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_edit_page_of_a_status_of_many_elements_costs_the_same_queries(
    elements: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = set_scene_apart(elements)
    case.round.covers.update(snapshot=case.snapshot())
    client = case.client()

    with django_assert_num_queries(12):
        client.get(case.address())


@pytest.mark.parametrize("elements", [1, 3, 30])
@pytest.mark.parametrize("action", ["save", "submit", "next", "submit_next"])
def test_saving_costs_the_same_queries_for_any_number_of_elements(
    elements: int, action: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = set_scene_apart(elements)
    case.round.covers.update(snapshot=case.snapshot())
    client = case.client()

    with django_assert_num_queries(14):
        case.post(action, client=client, text=TYPED, category="completed")


def test_reaffirming_costs_no_more_queries_than_saving(
    case: Scene, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = case.client()

    with django_assert_num_queries(14):
        case.post("reaffirm", client=client)


def test_saving_on_behalf_of_a_unit_costs_no_more_queries_than_saving_ones_own(
    case: Scene, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = case.client(case.secretary)

    with django_assert_num_queries(14):
        case.post("save", client=client, text=TYPED, on_behalf_of="evaluation")


@pytest.mark.parametrize("writer", ["officer", "secretary"])
def test_a_stale_save_costs_few_queries(
    writer: str, case: Scene, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    case.save(text="A colleague wrote this.", category="continuing", by=case.secretary)
    client = case.client(getattr(case, writer))
    unit = {"on_behalf_of": "evaluation"} if writer == "secretary" else {}

    with django_assert_max_num_queries(18):
        answer = case.post("save", client=client, text=TYPED, category="completed", **unit)

    assert (answer.status_code, answer.context["mine"]) == (409, TYPED)


# The page


def test_the_page_shows_the_element_its_time_frame_and_rule_and_the_earlier_report(
    case: Scene,
) -> None:
    said = text_of(case.client().get(case.address(3)))

    assert "Element I.1.3 will be carried out." in said
    assert "Completed by April 2000" in said
    assert "Due by 30 April 2000." in said
    assert "overdue" in said
    assert EARLIER in said


def test_the_field_is_empty_before_the_first_save_and_no_category_is_chosen(case: Scene) -> None:
    form = case.client().get(case.address()).context["form"]

    assert (form["text"].value(), form["category"].value(), form["base_revision"].value()) == (
        "",
        "",
        0,
    )


def test_the_cell_is_shown_as_the_report_prints_it(case: Scene) -> None:
    answer = case.post("preview", text=TYPED)

    assert answer.context["cell"] == (
        "<p>The manual was issued.</p><ul><li>in English;</li><li>in French.</li></ul>"
    )
    assert (field_of(answer), case.snapshot().revision) == (TYPED, 0)


def test_the_preview_alone_is_the_same_cell(case: Scene) -> None:
    answer = case.client().post(case.address(1, "preview/"), {"text": "<b>5 < 6</b>"})

    assert b"<p>&lt;b&gt;5 &lt; 6&lt;/b&gt;</p>" in answer.content


def test_the_form_alone_stands_in_a_row_of_the_browse_table(case: Scene) -> None:
    answer = case.client().get(case.address(1, "inline/"), {"next": "/plans/x/"})

    assert answer.content.count(b"<html") == 0
    assert b'<input type="hidden" name="next" value="/plans/x/">' in answer.content


# Rights


@pytest.mark.parametrize(
    ("name", "code"),
    [("reader", 404), ("outsider", 404), ("officer", 200), ("secretary", 200), ("ada", 200)],
)
@pytest.mark.parametrize("piece", ["", "history/", "inline/"])
def test_the_pages_of_a_status_exist_for_those_who_may_write_it(
    piece: str, name: str, code: int, case: Scene
) -> None:
    user = {
        "reader": make_user("reader"),
        "ada": make_user("ada", Role.ADMINISTRATOR),
    }.get(name) or getattr(case, name)

    assert case.client(user).get(case.address(1, piece)).status_code == code


@pytest.mark.parametrize("piece", ["", "kept/", "preview/", "presence/"])
@pytest.mark.parametrize("name", ["reader", "outsider"])
def test_what_somebody_may_not_see_they_cannot_post_to(piece: str, name: str, case: Scene) -> None:
    user = make_user("reader") if name == "reader" else case.outsider
    answer = case.client(user).post(
        case.address(1, piece), {"text": "x", "base_revision": 0, "action": "save"}
    )

    assert (answer.status_code, case.snapshot().revision) == (404, 0)


@pytest.mark.parametrize("address", ["/rounds/1000/statuses/1/", f"/rounds/{10**30}/statuses/1/"])
def test_a_status_that_does_not_exist_is_not_found(address: str, case: Scene) -> None:
    client = case.client()

    assert client.get(address).status_code == 404
    assert client.post(address, {"text": "x"}).status_code == 404


# Buttons


def test_a_draft_is_saved_cleaned_and_the_person_goes_back_where_they_were(case: Scene) -> None:
    answer = case.post("save", text=TYPED, category="completed", next="/worklist/?q=manual")
    snapshot = case.snapshot()

    assert answer["Location"] == "/worklist/?q=manual"
    assert (snapshot.state, snapshot.text, snapshot.category, snapshot.revision) == (
        "draft",
        CLEAN,
        "completed",
        1,
    )


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:x"])
def test_nobody_is_sent_to_another_site(elsewhere: str, case: Scene) -> None:
    assert case.post("save", text=TYPED, next=elsewhere)["Location"] == "/worklist/"


def test_saving_and_submitting_is_one_revision(case: Scene) -> None:
    case.post("submit", text=TYPED, category="completed")
    (revision,) = case.snapshot().revisions.all()

    assert (case.snapshot().state, revision.action, revision.text, revision.by) == (
        "submitted",
        "submitted",
        CLEAN,
        case.officer,
    )


def test_save_and_next_leads_on_in_the_filtered_worklist(case: Scene) -> None:
    answer = case.post("next", 3, text=TYPED, next="/worklist/?state=all")

    assert answer["Location"] == f"/worklist/after/{case.round.pk}/3/?state=all"


def test_what_is_submitted_can_be_withdrawn(case: Scene) -> None:
    case.post("submit", text=TYPED, category="completed")
    answer = case.post("withdraw", base_revision=1)

    assert (case.snapshot().state, case.snapshot().text) == ("draft", CLEAN)
    assert answer["Location"] == f"{case.address()}?next=%2Fworklist%2F"


def test_the_page_of_a_submitted_status_offers_to_withdraw_and_nothing_else(case: Scene) -> None:
    case.post("submit", text=TYPED, category="completed")
    page = case.client().get(case.address()).content.decode()

    assert re.findall(r'name="action" value="(\w+)"', page) == ["withdraw"]


def test_a_button_that_the_page_does_not_have_changes_nothing(case: Scene) -> None:
    answer = case.post("clear", text=TYPED)

    assert (answer.status_code, field_of(answer), case.snapshot().revision) == (422, TYPED, 0)


# On behalf


def test_the_secretariat_must_say_on_whose_behalf_it_enters_a_status(case: Scene) -> None:
    answer = case.post("save", client=case.client(case.secretary), text=TYPED)

    assert answer.status_code == 422
    assert "Say on whose behalf you enter this." in text_of(answer)
    assert field_of(answer) == TYPED


def test_the_unit_is_told_what_was_entered_on_its_behalf(
    case: Scene, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    case.officer.email = "olga@example.org"
    case.officer.save()
    with django_capture_on_commit_callbacks(execute=True):
        case.post("save", client=case.client(case.secretary), text=TYPED, on_behalf_of="evaluation")
    revision = case.snapshot().revisions.get()

    assert (revision.by, revision.on_behalf_of) == (case.secretary, case.unit)
    assert [message.to for message in mail.outbox] == [["olga@example.org"]]


def test_a_unit_that_does_not_answer_for_the_elements_cannot_be_named(case: Scene) -> None:
    answer = case.post(
        "save", client=case.client(case.secretary), text=TYPED, on_behalf_of="training"
    )

    assert (answer.status_code, case.snapshot().revision) == (422, 0)


def test_for_elements_of_no_unit_the_secretariat_names_none(case: Scene) -> None:
    case.snapshot().elements.get().units.clear()
    answer = case.post("save", client=case.client(case.secretary), text=TYPED)

    assert (answer.status_code, case.snapshot().revision) == (302, 1)


# History


def test_the_history_tells_who_did_what_and_shows_the_differences(case: Scene) -> None:
    case.post("submit", text="The manual was issued.", category="completed")
    statuses.clear_status(
        snapshot_id=case.snapshot().pk,
        by=case.secretary,
        base_revision=1,
        text="The manual was published.",
    )
    answer = case.client().get(case.address(1, "history/"))
    said = text_of(answer)

    assert [entry.revision.action for entry in answer.context["entries"]] == [
        "cleared",
        "submitted",
    ]
    assert "submitted on" in said
    assert "by olga" in said
    assert "by ines" in said
    assert "<del>" in answer.content.decode()


@pytest.mark.parametrize("revisions", [1, 3, 30])
def test_the_history_costs_the_same_queries_for_any_number_of_revisions(
    revisions: int, case: Scene, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(revisions):
        case.post("save", text=f"Text {number}.", base_revision=number)
    client = case.client()

    with django_assert_num_queries(8):
        client.get(case.address(1, "history/"))
