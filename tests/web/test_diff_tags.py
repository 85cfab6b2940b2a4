"""Two texts shown in one."""

from __future__ import annotations

from django.template import Context, Template

from tests.pages import text_of


def rendered(old: str, new: str) -> str:
    template = Template("{% load plan_tags %}{% difference old new 'en' %}")
    return template.render(Context({"old": old, "new": new}))


def test_removed_and_added_words_are_marked_for_the_eye_and_for_the_ear() -> None:
    assert text_of(rendered("It is done.", "It was done.").encode()) == (
        "1 word removed, 1 word added "
        "It [removed: is end of removed] [added: was end of added] done."
    )


def test_words_that_look_like_markup_are_escaped() -> None:
    page = rendered("", "<script>alert(1)</script>")

    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_break_that_came_is_given_a_sign() -> None:
    assert "¶" in rendered("One. Two.", "One.\n\nTwo.")


def test_two_equal_texts_are_said_to_be_equal() -> None:
    assert "The two texts are the same, word for word." in rendered("One.", "One.")
