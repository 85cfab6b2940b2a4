"""What cannot be taken is refused with a sentence, and the text given back."""

from __future__ import annotations

import re

import pytest

from tests.factories import make_user
from tests.scenes import CLEAN, TYPED, Scene, field_of, text_of

pytestmark = pytest.mark.django_db


# Bad input


def test_an_expired_form_token_gives_the_text_back_with_a_new_form(case: Scene) -> None:
    client = case.client(csrf=True)
    answer = case.post("save", client=client, text=TYPED, category="completed", next="/x/")

    assert answer.status_code == 403
    assert [(field.name, field.text) for field in answer.context["typed"]] == [("text", TYPED)]
    assert answer.context["again"] == [
        ("text", TYPED),
        ("category", "completed"),
        ("base_revision", "0"),
        ("next", "/x/"),
    ]


def test_the_new_form_saves_the_text(case: Scene) -> None:
    client = case.client(csrf=True)
    refused = case.post("save", client=client, text=TYPED, category="completed")
    found = re.search(
        rb'action="/rounds/.*?name="csrfmiddlewaretoken" value="(\w+)"', refused.content, re.S
    )
    assert found is not None
    case.post(
        "save",
        client=client,
        csrfmiddlewaretoken=found[1].decode(),
        **dict(refused.context["again"]),
    )

    assert case.snapshot().text == CLEAN


def test_a_password_is_never_given_back(case: Scene) -> None:
    answer = case.client(csrf=True).post(
        "/sign-in/", {"username": "olga", "password": "correct horse battery staple"}
    )

    assert (answer.status_code, b"battery" in answer.content) == (403, False)


def test_a_narrative_of_a_megabyte_is_refused_and_given_back(case: Scene) -> None:
    text = "0123456789" * 100_000
    answer = case.post("save", text=text)

    assert (answer.status_code, field_of(answer) == text) == (422, True)
    assert "The text has 1000000 characters; at most 20000 can be saved." in text_of(answer)


def test_control_characters_and_direction_overrides_are_left_out_and_that_is_said(
    case: Scene,
) -> None:
    client = case.client()
    answer = case.post("save", client=client, text="a\x00b\x07c \u202ed\u200f", next="/worklist/")
    said = text_of(client.get(answer["Location"]))

    assert case.snapshot().text == "abc d\u200f"
    assert "3 characters that cannot be printed were left out." in said


@pytest.mark.parametrize("field", ["text", "category", "base_revision", "on_behalf_of", "next"])
def test_markup_in_any_field_is_shown_as_text(field: str, case: Scene) -> None:
    script = "<script>alert(1)</script>"
    answer = case.post(
        "save",
        client=case.client(case.secretary),
        **{"text": "x" * 20_001, "on_behalf_of": "evaluation"} | {field: script},
    )

    assert b"<script>alert" not in answer.content


def test_markup_in_a_narrative_is_kept_as_text_and_that_is_said(case: Scene) -> None:
    client = case.client()
    answer = case.post("save", client=client, text="<b>bold</b>", next="/worklist/")
    page = client.get(answer["Location"])

    assert case.snapshot().text == "<b>bold</b>"
    assert "The text has HTML in it, which is printed as it stands" in text_of(page)


@pytest.mark.parametrize("forged", ["seven", "-1", "", "99999999999999999999", "0.5"])
def test_a_revision_number_that_is_none_is_refused_with_both_texts(
    forged: str, case: Scene
) -> None:
    case.save(text="A colleague wrote this.", category="continuing", by=case.secretary)
    answer = case.post("save", text=TYPED, base_revision=forged)

    assert (answer.status_code, answer.context["mine"]) == (422, TYPED)
    assert case.snapshot().text == "A colleague wrote this."


def test_a_revision_of_the_future_is_refused_with_both_texts(case: Scene) -> None:
    case.save(text="A colleague wrote this.", category="continuing", by=case.secretary)
    answer = case.post("save", text=TYPED, base_revision=7)

    assert (answer.status_code, answer.context["mine"]) == (409, TYPED)


def test_a_category_that_does_not_exist_is_refused_and_the_text_given_back(case: Scene) -> None:
    answer = case.post("save", text=TYPED, category="finished")

    assert (answer.status_code, field_of(answer)) == (422, TYPED)
    assert list(answer.context["form"].errors) == ["category"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text": " \n", "category": "completed"}, "Write a status before you submit it."),
        ({"text": TYPED}, "Choose the progress."),
    ],
)
def test_what_is_not_complete_cannot_be_submitted(
    fields: dict[str, str], message: str, case: Scene
) -> None:
    answer = case.post("submit", **fields)

    assert (answer.status_code, message in text_of(answer)) == (422, True)


def test_a_post_to_a_closed_round_is_refused_and_the_text_given_back(case: Scene) -> None:
    case.close()
    answer = case.post("save", text=TYPED)

    assert answer.status_code == 409
    assert "The round as at 28 February 2001 is closed" in text_of(answer)
    assert [field.text for field in answer.context["typed"]] == [TYPED]


def test_in_a_closed_round_those_who_wrote_it_are_led_to_its_history(case: Scene) -> None:
    case.close()

    assert case.client().get(case.address())["Location"] == case.address(1, "history/")
    assert case.client(make_user("reader")).get(case.address()).status_code == 403


def test_somebody_whose_elements_were_given_to_another_unit_gets_their_text_back(
    case: Scene,
) -> None:
    case.snapshot().elements.get().units.set(case.outsider.units.all())
    answer = case.post("save", text=TYPED)

    assert answer.status_code == 404
    assert [field.text for field in answer.context["typed"]] == [TYPED]
