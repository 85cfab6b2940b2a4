"""Narratives: plain text and its paragraphs and bullets."""

from __future__ import annotations

import unicodedata
from time import process_time
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.text.prose import ProseBlock, clean, parse, render, unprintable, words

NARRATIVE = """Collaboration with the Turin Centre has included a joint conference on emerging good
practices in Business Development Services.

• The TURIN SME programmes are the fastest growing at the Centre.
• Work on technical exchanges
will be pursued in 2001.

Annual meetings planned."""


def paragraph(text: str) -> ProseBlock:
    return ProseBlock("paragraph", text)


def bullet(text: str) -> ProseBlock:
    return ProseBlock("bullet", text)


def test_a_narrative_is_read_into_paragraphs_and_bullets() -> None:
    assert parse(NARRATIVE) == (
        paragraph(
            "Collaboration with the Turin Centre has included a joint conference on emerging good "
            "practices in Business Development Services."
        ),
        bullet("The TURIN SME programmes are the fastest growing at the Centre."),
        bullet("Work on technical exchanges will be pursued in 2001."),
        paragraph("Annual meetings planned."),
    )


def test_bullets_are_written_on_neighbouring_lines_and_the_rest_apart() -> None:
    blocks = [paragraph("One."), bullet("Two;"), bullet("three."), paragraph("Four."), bullet("5")]
    assert render(blocks) == "One.\n\n• Two;\n• three.\n\nFour.\n\n• 5"


def test_no_blocks_are_written_as_nothing() -> None:
    assert render([]) == ""


@pytest.mark.parametrize("text", ["", " \n\n\t", "•", "- \n* \n\n–"])
def test_a_text_without_words_has_no_blocks(text: str) -> None:
    assert parse(text) == ()


@pytest.mark.parametrize(
    "line",
    [
        "• point",
        "•point",
        "•\tpoint",
        "· point",
        "- point",
        "* point",
        "– point",
        "— point",
        "  - point",
        "o\tpoint",
        "§\tpoint",
        "\uf0b7\tpoint",
        "\uf0a7 point",
        "▪\u00a0point",
        "• – point",
        "•\npoint",
    ],
)
def test_every_usual_bullet_sign_begins_a_bullet(line: str) -> None:
    assert parse(line) == (bullet("point"),)


@pytest.mark.parametrize(
    "line", ["-5 degrees", "*footnote", "o clock", "§ 5 applies", "–point", "a • b", "1. point"]
)
def test_signs_that_belong_to_words_begin_no_bullet(line: str) -> None:
    assert parse(line) == (paragraph(line),)


@pytest.mark.parametrize(
    "text",
    ["", " ", "two  spaces", " edge", "two\nlines", "• sign", "- sign", "o\tsign", "tab\tbed"],
)
@pytest.mark.parametrize("kind", ["paragraph", "bullet"])
def test_a_block_refuses_a_text_that_is_not_one_plain_line(
    kind: Literal["paragraph", "bullet"], text: str
) -> None:
    with pytest.raises(ValueError, match="not the text of one paragraph or bullet"):
        ProseBlock(kind, text)


@pytest.mark.parametrize(
    ("pasted", "cleaned"),
    [
        ("one\r\n\r\ntwo\rthree", "one\n\ntwo three"),
        ("one\x0btwo", "one two"),
        ("one\x0ctwo", "one\n\ntwo"),
        ("one\u2029two\u2028three", "one\n\ntwo three"),
        ("  much \t  space  ", "much space"),
        ("\uf0b7\tfirst\no\tsecond\n\u00a7\tthird", "• first\n• second\n• third"),
        ("nul\x00 bell\x07 esc\x1b", "nul bell esc"),
        ("zero\u200bwidth \ufefftext", "zerowidth text"),
        ("soft\u00adhyphen", "softhyphen"),
        ("evil \u202etxt.exe\u202c end", "evil txt.exe end"),
        ("\u2067isolate\u2069", "isolate"),
        ("half \ud800 character", "half character"),
        ("cafe\u0301", "café"),
        ("e\u200b\u0301", "é"),
        ("<b>not markup</b> & so on", "<b>not markup</b> & so on"),
    ],
)
def test_pasted_text_is_brought_to_the_stored_form(pasted: str, cleaned: str) -> None:
    assert clean(pasted) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "Objectif\u00a0: achevé",
        "Vraiment\u202f?",
        "«\u00a0Travail décent\u00a0»",
        "10\u00a0% de 1\u202f000\u00a0000\u00a0$",
    ],
)
def test_no_break_spaces_of_french_typography_are_kept(text: str) -> None:
    assert clean(text) == text


def test_other_no_break_spaces_become_ordinary_ones() -> None:
    assert clean("the\u00a0Turin \u00a0 Centre") == "the Turin Centre"


@pytest.mark.parametrize(
    "text", ["العمل اللائق (ILO) للجميع", "\u200fשלום\u200e abc", "می\u200cخواهم", "👩\u200d🏫"]
)
def test_right_to_left_text_and_joiners_are_left_alone(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("length", "cleaned"),
    [
        (100, "One two.\n\n• Three four"),
        (22, "One two.\n\n• Three four"),
        (21, "One two.\n\n• Three"),
        (17, "One two.\n\n• Three"),
        (16, "One two."),
        (11, "One two."),
        (7, "One"),
        (3, "One"),
        (2, "On"),
        (0, ""),
        (-5, ""),
    ],
)
def test_a_text_that_is_too_long_is_cut_after_a_whole_word(length: int, cleaned: str) -> None:
    assert clean("One two.\n\n- Three four", max_length=length) == cleaned


def test_words_leave_out_bullet_signs_and_keep_dashes_inside_a_line() -> None:
    text = "First – and\u00a0second •third\n- fourth\n• fifth-rate"
    assert words(text) == ["First", "–", "and", "second", "third", "fourth", "fifth-rate"]


def test_words_are_compared_with_composed_accents() -> None:
    assert words(unicodedata.normalize("NFD", "À l'été")) == ["À", "l'été"]


FRAGMENTS = st.sampled_from(
    [
        "•",
        "·",
        "-",
        "–",
        "*",
        "o\t",
        "§\t",
        "\uf0b7",
        "\n",
        "\n\n",
        "\r",
        "\t",
        " ",
        "\u00a0",
        "\u202f",
        ":",
        "«",
        "»",
        "1",
        "word",
        "e",
        "\u0301",
        "\u200b",
        "\u202e",
        "\x0c",
        "\x00",
    ]
)
TEXTS = st.one_of(st.text(), st.lists(FRAGMENTS, max_size=25).map("".join))


@given(TEXTS)
def test_written_blocks_are_read_back(text: str) -> None:
    blocks = parse(text)
    assert parse(render(blocks)) == blocks


@given(TEXTS, st.none() | st.integers(-2, 60))
def test_cleaning_twice_changes_nothing_more(text: str, max_length: int | None) -> None:
    once = clean(text, max_length=max_length)
    assert clean(once, max_length=max_length) == once


@given(TEXTS, st.integers(0, 60))
def test_cleaned_text_is_never_longer_than_asked(text: str, max_length: int) -> None:
    assert len(clean(text, max_length=max_length)) <= max_length


@given(TEXTS)
def test_cleaned_text_can_be_stored_and_is_canonical(text: str) -> None:
    cleaned = clean(text)
    assert render(parse(cleaned)) == cleaned
    assert unicodedata.normalize("NFC", cleaned) == cleaned
    assert "\x00" not in cleaned
    cleaned.encode("utf-8")


@given(TEXTS)
def test_cleaning_loses_no_word(text: str) -> None:
    assert words(clean(text)) == words(text)


@pytest.mark.parametrize("unit", ["- ", "•", "\u00a0", " \n", "o\t", "a\n", "a ", "• \n"])
def test_time_grows_in_step_with_hostile_length(unit: str) -> None:
    def cost(length: int) -> float:
        text = (unit * length)[:length]
        begun = process_time()
        clean(text, max_length=length // 2)
        words(text)
        return process_time() - begun

    cost(2_000)
    short = min(cost(20_000) for _ in range(3))
    # Ten times the length; a quadratic step would cost a hundred times as much.
    assert cost(200_000) < 35 * short + 0.5


def test_characters_that_cannot_be_printed_are_counted() -> None:
    assert unprintable("a\x00b\x07c\u200b\u202ed\ud800") == 5


def test_line_ends_tabs_and_plain_direction_marks_are_not_counted() -> None:
    assert unprintable("a\r\n\tb\u2028c\x0c\u200fd\u00a0e") == 0
