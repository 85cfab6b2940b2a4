"""What changed between two narratives, word by word."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.text import prose
from plans.text.differences import Change, count_words, diff_words, smooth_changes
from tests.strategies import texts


def same(text: str) -> Change:
    return Change("same", text)


def removed(text: str) -> Change:
    return Change("removed", text)


def added(text: str) -> Change:
    return Change("added", text)


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        pytest.param("", "", (), id="nothing"),
        pytest.param("One two.", "One two.", (same("One two."),), id="the same"),
        pytest.param("", "One two.", (added("One two."),), id="first words"),
        pytest.param("One two.", "", (removed("One two."),), id="all words gone"),
        pytest.param(
            "It is under discussion.",
            "It has been under further discussion.",
            (
                same("It "),
                removed("is "),
                added("has been "),
                same("under "),
                added("further "),
                same("discussion."),
            ),
            id="words replaced and inserted",
        ),
        pytest.param(
            "Work began", "Work began in May", (same("Work began"), added(" in May")), id="end"
        ),
        pytest.param(
            "Work began in May", "Work began", (same("Work began"), removed(" in May")), id="cut"
        ),
        pytest.param(
            "Done.\n\nMore follows.",
            "Done.\n\n• More follows.",
            (same("Done."), removed("\n\n"), added("\n\n• "), same("More follows.")),
            id="a paragraph becomes a bullet and its words stay",
        ),
        pytest.param(
            "• one;\n• two;\n• three.",
            "• one;\n• three.",
            (same("• one;\n• "), removed("two;\n• "), same("three.")),
            id="a bullet goes",
        ),
        pytest.param(
            "Done  in\tMay.\r\n- first",
            "Done in May.\n\n• first",
            (same("Done in May.\n\n• first"),),
            id="the same once both are cleaned",
        ),
    ],
)
def test_changes_are_told_word_by_word(old: str, new: str, changes: tuple[Change, ...]) -> None:
    assert diff_words(old, new) == changes


def test_words_removed_and_added_are_counted_without_bullet_signs() -> None:
    changes = diff_words("One two.\n\n• three", "One\n\n• three four five")

    assert count_words(changes) == (1, 2)


TEXTS = st.text(alphabet="ab \n•-", max_size=60)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_off_the_changes_to_the_letter(old: str, new: str) -> None:
    changes = diff_words(old, new)

    assert "".join(c.text for c in changes if c.kind != "added") == prose.clean(old)
    assert "".join(c.text for c in changes if c.kind != "removed") == prose.clean(new)


@given(TEXTS, TEXTS)
def test_no_change_is_empty_and_no_two_neighbours_are_of_one_kind(old: str, new: str) -> None:
    changes = diff_words(old, new)

    assert all(change.text for change in changes)
    assert all(one.kind != other.kind for one, other in pairwise(changes))


@pytest.mark.parametrize("vocabulary", [1, 2, 95, 100, 300, 3000])
def test_the_longest_texts_are_compared_in_no_time_whatever_they_repeat(vocabulary: int) -> None:
    words = [chr(0x4E00 + index) for index in range(vocabulary)]
    old = " ".join((words * 10_000)[:10_000])
    new = " ".join((words[::-1] * 10_000)[:10_000])

    started = time.process_time()
    changes = diff_words(old, new)

    assert time.process_time() - started < 5
    assert "".join(c.text for c in changes if c.kind != "removed") == new


def test_a_passage_written_anew_is_shown_whole() -> None:
    old = "First consultative meetings held between the regions and headquarters this year."
    new = "All work was finished in December and the Committee will be informed next March."

    assert smooth_changes(diff_words(old, new)) == (Change("removed", old), Change("added", new))


def test_a_line_of_which_little_was_kept_is_shown_whole() -> None:
    old = "A guide was issued in March and is on the intranet.\n\nThis stays as it was."
    new = "All work was done in May, and the Committee knows.\n\nThis stays as it is."

    assert smooth_changes(diff_words(old, new)) == (
        Change("removed", "A guide was issued in March and is on the intranet."),
        Change("added", "All work was done in May, and the Committee knows."),
        Change("same", "\n\nThis stays as it "),
        Change("removed", "was."),
        Change("added", "is."),
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # One word for another, twice: what stands between is no island.
        ("It is late and dear.", "It was late and cheap."),
        # Three words are a phrase that was kept, in a text of which as much stays as goes.
        ("a b c d in the meantime g h i j, as before.", "m n o in the meantime s t, as before."),
    ],
)
def test_words_that_were_kept_stay_in_their_place(old: str, new: str) -> None:
    assert smooth_changes(diff_words(old, new)) == diff_words(old, new)


@given(texts, texts)
def test_smoothing_keeps_both_texts_to_the_letter(old: str, new: str) -> None:
    changes = smooth_changes(diff_words(old, new))

    assert "".join(c.text for c in changes if c.kind != "added") == prose.clean(old)
    assert "".join(c.text for c in changes if c.kind != "removed") == prose.clean(new)
    assert all(change.text for change in changes)
    assert all(one.kind != other.kind for one, other in pairwise(changes))
