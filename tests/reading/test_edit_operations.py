"""What an edit operation on a piece means in the words of a corrections file."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from plans.reading.correcting import apply_corrections
from plans.reading.corrections import (
    CorrectionError,
    cutting_texts,
    first_words,
    missing_id,
    possible_originals,
    read_corrections,
)
from plans.reading.draft import Draft, Piece, piece_of
from plans.reading.source_table import BlockKind, BlockRole, SourceBlock


def piece(text: str, piece_id: str = "p1.r1.c4.b1") -> Piece:
    return piece_of(SourceBlock(piece_id, BlockKind.PARAGRAPH, text, 1), BlockRole.STATUS)


def test_a_block_is_checked_by_its_first_six_words() -> None:
    assert first_words("One two  three four five six seven") == "One two  three four five six"
    assert first_words("One two") == "One two"
    assert first_words("") == ""


def test_a_cut_is_named_by_the_three_words_that_follow_it() -> None:
    text = "Training of staff goes on. Ongoing as part of the programme. Work on these items."
    assert cutting_texts(text, [5, 11]) == ["Ongoing as part", "Work on these"]


def test_a_cut_before_words_that_stand_twice_is_named_by_more_of_them() -> None:
    text = "First initiatives first half 2000 here. First initiatives first half 2000 there."
    assert cutting_texts(text, [6]) == ["First initiatives first half 2000 there."]


def test_no_text_is_cut_before_its_first_word_or_where_there_is_no_word() -> None:
    assert cutting_texts("One two three", [0, 3, -1, 99]) == []


@given(st.lists(st.sampled_from(["a", "b", "cd", "e."]), min_size=2, max_size=12), st.data())
def test_what_names_a_cut_cuts_there_and_nowhere_else(
    found: list[str], data: st.DataObject
) -> None:
    text = " ".join(found)
    places = sorted(data.draw(st.sets(st.integers(1, len(found) - 1), min_size=1)))
    try:
        at = ", ".join(f'"{one}"' for one in cutting_texts(text, places))
    except CorrectionError:
        reject()
    corrections = read_corrections(
        f'[[operation]]\nop = "split"\nblock = "p1.r1.c4.b1"\nat = [{at}]\nreason = "So."\n'
    )
    pieces = apply_corrections(Draft([piece(text)]), corrections).pieces
    expected = [found[start:end] for start, end in pairwise([0, *places, len(found)])]
    assert [one.text.split() for one in pieces] == expected


def test_words_that_are_repeated_to_the_end_cannot_be_told_apart() -> None:
    with pytest.raises(CorrectionError, match="“a b” stands there twice"):
        cutting_texts("a b a b", [2])


def test_a_block_may_repeat_what_says_as_much_or_more() -> None:
    short, long, other = piece("Work goes"), piece("Work goes on", "b"), piece("Talks", "c")
    assert possible_originals([short], [short, long, other]) == [long]
    assert possible_originals([long], [short, long, other]) == []
    assert possible_originals([short, other], [short, long, other]) == []


def test_a_missing_element_gets_an_id_that_is_free() -> None:
    assert missing_id("III.1(c)", []) == "missing.III.1(c).1"
    assert missing_id("III.1(c)", ["missing.III.1(c).1"]) == "missing.III.1(c).2"
