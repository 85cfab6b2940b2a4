"""Template tags and filters."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.catalogue.queries.browsing import fold
from plans.templatetags.plan_tags import bar, category, marked, narrative, schedule
from plans.text.categories import Category
from plans.text.timeframes import ScheduleState


def test_a_category_is_said_by_a_shape_and_a_word() -> None:
    said = category("in_progress")

    assert (said.count("<svg"), said.endswith("in progress</span>")) == (1, True)


@pytest.mark.parametrize("state", ScheduleState)
def test_every_schedule_state_has_a_shape(state: ScheduleState) -> None:
    assert schedule(state.value).count("<path") == 1


def test_no_two_schedule_states_have_the_same_shape() -> None:
    shapes = [re.findall(r"<svg.*</svg>", schedule(state.value))[0] for state in ScheduleState]

    assert len(set(shapes)) == len(ScheduleState)


def test_no_two_categories_have_the_same_shape() -> None:
    shapes = [re.findall(r"<svg.*</svg>", category(value.value))[0] for value in Category]

    assert len(set(shapes)) == len(Category)


def test_no_schedule_state_is_said_with_nothing() -> None:
    assert schedule(None) == ""


def test_a_bar_is_split_in_proportion_and_leaves_out_zeros() -> None:
    drawn = bar({"overdue": 1, "due_soon": 0, "done": 3}, "schedule")

    assert re.findall(r'class="fill ([\w-]+)" x="([\d.]+)" y="0" width="([\d.]+)"', drawn) == [
        ("schedule-overdue", "0.000", "25.000"),
        ("schedule-done", "25.000", "75.000"),
    ]


def test_a_bar_of_nothing_is_empty() -> None:
    assert "<rect" not in bar({"overdue": 0}, "schedule")


def test_a_narrative_becomes_paragraphs_and_lists() -> None:
    assert narrative("One.\n\n• a & b;\n• c.\n\nTwo.") == (
        "<p>One.</p><ul><li>a &amp; b;</li><li>c.</li></ul><p>Two.</p>"
    )


def test_words_are_marked_whatever_their_accents_and_capitals() -> None:
    assert marked("L'Éducation ouvrière", ["education"]) == (
        "L&#x27;<mark>Éducation</mark> ouvrière"
    )


def test_words_that_overlap_are_marked_as_one() -> None:
    assert marked("cooperation", ["cooper", "operation"]) == "<mark>cooperation</mark>"


def test_without_words_nothing_is_marked() -> None:
    assert marked("a < b", []) == "a &lt; b"


@given(st.text(), st.lists(st.text(min_size=1), max_size=4))
def test_marking_changes_no_letter(text: str, words: list[str]) -> None:
    shown = marked(text, words)

    from html import unescape

    plain = re.sub(r"</?mark>", "", str(shown))
    assert unescape(plain) == unescape(str(marked(text, [])))


@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)
