"""Two texts in one, as paragraphs and bullets."""

from __future__ import annotations

import pytest
from hypothesis import given

from plans.text import prose
from plans.text.differences import DiffBlock, diff_blocks, diff_words, unchanged_blocks
from tests.strategies import texts

MARKS = {"same": "", "removed": "-", "added": "+"}


def marked(block: DiffBlock) -> str:
    """Such as ``bullet: was -old +new``."""
    pieces = (
        f"{MARKS[piece.kind]}{piece.text.strip()}" for piece in block.shown if piece.text.strip()
    )
    return f"{block.kind}: {' '.join(pieces)}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("One.\n\n• two;", "One.\n\n• two;", ["paragraph: One.", "bullet: two;"]),
        ("It is late.", "It is done.", ["paragraph: It is -late. +done."]),
        # A block that came or went is marked by its words.
        ("One.", "One.\n\nTwo.", ["paragraph: One.", "paragraph: +Two."]),
        ("One.\n\nTwo.", "Two.", ["paragraph: -One.", "paragraph: Two."]),
        (
            "• a;\n• c.",
            "• a;\n• b;\n• c.",
            ["bullet: a;", "bullet: +b;", "bullet: c."],
        ),
        # A break alone has a sign.
        ("One. Two.", "One.\n\nTwo.", ["paragraph: One.", "paragraph: +¶ Two."]),
        ("One.\n\nTwo.", "One. Two.", ["paragraph: One.", "paragraph: -¶ Two."]),
        # And so has a bullet that became a paragraph, or the other way round.
        ("One.\n\nTwo.", "One.\n\n• Two.", ["paragraph: One.", "bullet: +• Two."]),
        ("• One.", "One.", ["paragraph: -• One."]),
        # What was removed keeps its own form.
        ("One.\n\n• two.", "One.", ["paragraph: One.", "bullet: -two."]),
        ("• a\n• b", "P\n\n• b", ["bullet: -a", "paragraph: +P", "bullet: b"]),
        # A sign in running text is a word.
        ("a • b", "c • b", ["paragraph: -a +c • b"]),
    ],
)
def test_changes_stand_in_the_blocks_of_both_texts(old: str, new: str, expected: list[str]) -> None:
    assert [marked(block) for block in diff_blocks(diff_words(old, new))] == expected


@given(texts, texts)
def test_no_word_of_either_text_is_lost(old: str, new: str) -> None:
    blocks = diff_blocks(diff_words(old, new))

    for text, other in ((old, "added"), (new, "removed")):
        said = " ".join(
            "".join(piece.text for piece in block.pieces if piece.kind != other) for block in blocks
        )
        assert prose.words(said) == prose.words(prose.clean(text).replace(prose.BULLET, " "))


@given(texts)
def test_a_text_that_did_not_change_has_the_blocks_that_it_had(text: str) -> None:
    assert diff_blocks(diff_words(text, text)) == unchanged_blocks(prose.parse(prose.clean(text)))


def test_the_space_between_marked_words_is_not_marked() -> None:
    (block,) = diff_blocks(diff_words("An old word here.", "A new word here."))

    assert [(piece.kind, piece.text) for piece in block.shown] == [
        ("removed", "An old"),
        ("same", " "),
        ("added", "A new"),
        ("same", " word here."),
    ]
