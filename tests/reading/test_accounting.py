"""Every word ends up in one place; nothing is lost or made up."""

from __future__ import annotations

from dataclasses import replace

from plans.reading.accounting import UnplacedWords, take_account
from plans.reading.draft import Draft
from plans.reading.outline import Outline, build_outline
from plans.reading.readers.gb_text import read
from tests.reading.documents import bullets, draft_of, table

TEXT = "FIRST ITEM ON THE AGENDA\n\n1. The Office acts.¹\n\n¹ GB.1/2.\n\n" + table(
    ("1. One", bullets("first;", "second."), "May 2000", "Talks went well.")
)
SOURCE = read(TEXT.encode(), name="plan.txt")


def parts() -> tuple[Draft, Outline]:
    draft = draft_of(TEXT)
    return draft, build_outline(draft)


def test_a_whole_document_balances() -> None:
    account = take_account(SOURCE, *parts())
    assert account.balances
    assert (account.read, account.placed, account.boilerplate, account.duplicates) == (35, 35, 0, 0)
    assert account.report().splitlines()[-1] == "0 unplaced words"


def test_a_piece_that_disappears_is_named_with_its_line() -> None:
    draft, _ = parts()
    draft.pieces = [piece for piece in draft if piece.id != "p1.r1.c2.b2"]
    account = take_account(SOURCE, draft, build_outline(draft))
    assert account.unplaced_words == (UnplacedWords(10, "p1.r1.c2.b2", ("second.",)),)
    assert not account.balances


def test_a_word_lost_in_reading_is_named_with_its_line() -> None:
    source = replace(SOURCE, raw_words=(*SOURCE.raw_words, (99, ("unheard",))))
    account = take_account(source, *parts())
    assert account.unplaced_words == (UnplacedWords(99, "", ("unheard",)),)


def test_a_word_that_the_outline_adds_is_invented() -> None:
    draft, outline = parts()
    made_up = replace(outline, cover=replace(outline.cover, title="Quite new"))
    account = take_account(SOURCE, draft, made_up)
    assert account.invented == ("Quite", "new")
    assert not account.balances


def test_a_word_that_the_outline_leaves_out_is_unplaced() -> None:
    draft, outline = parts()
    account = take_account(SOURCE, draft, replace(outline, statuses=()))
    assert account.unplaced_words == (UnplacedWords(10, "p1.r1.c4.b1", ("Talks", "went", "well.")),)


def test_a_line_that_finds_no_place_is_reported_by_line() -> None:
    text = TEXT + "\nA stray remark of some kind.\n"
    draft = draft_of(text)
    account = take_account(read(text.encode(), name="x"), draft, build_outline(draft))
    assert account.report().splitlines()[-2:] == [
        "  line 12 (p1.x1): A stray remark of some kind.",
        "6 unplaced words",
    ]
