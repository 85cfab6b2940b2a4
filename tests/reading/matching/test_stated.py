"""A file of decisions: what it says, and what is refused with its place."""

from __future__ import annotations

import pytest

from plans.reading.matching import LineageKind, MatchingFileError, Stated, read_stated, write_stated

DECISIONS = (
    Stated(1, ("I.1.1",), ("I.1.1", "I.1.2"), "Cut in two.", LineageKind.SPLIT, "ab" * 32),
    Stated(2, ("I.1.2",), (), kind=LineageKind.DROPPED),
    Stated(3, (), ("I.2.1",), "It is “new”."),
)
FILE = """\
[[became]]
kind = "split"
earlier = [
    "I.1.1",
]
later = [
    "I.1.1",
    "I.1.2",
]
reason = "Cut in two."
fingerprint = "abababababababababababababababababababababababababababababababab"

[[became]]
kind = "dropped"
earlier = [
    "I.1.2",
]

[[became]]
later = [
    "I.2.1",
]
reason = "It is “new”."
"""


def test_decisions_are_written_and_read_back() -> None:
    assert write_stated(DECISIONS) == FILE
    assert read_stated(FILE) == DECISIONS


def test_a_file_of_no_decisions_is_one() -> None:
    assert read_stated("") == ()
    assert write_stated(()) == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("became = ", "not a file of decisions: "),
        ("[document]", "unknown section 'document'; write [[became]]"),
        ("became = 1", "write [[became]] for every decision"),
        ("[[became]]\nreason = 'r'", "decision 1: needs 'earlier' or 'later', or both"),
        ("became = [1]", "decision 1: needs 'earlier' or 'later', or both"),
        ("[[became]]\nlater = 'I.1.1'", "decision 1: 'later' is a list of references"),
        ("[[became]]\nlater = ['']", "decision 1: 'later' is a list of references"),
        (
            "[[became]]\nlater = ['I.1.1']\ncolour = 1",
            "decision 1 (– → I.1.1): does not know 'colour'",
        ),
        (
            "[[became]]\nearlier = ['I.1.1']\nreason = 1",
            "decision 1 (I.1.1 → –): 'reason' is a text",
        ),
        (
            "[[became]]\nlater = ['I.1.1']\nkind = 'burnt'",
            "decision 1 (– → I.1.1): unknown kind 'burnt'; use one of same, reworded, moved, "
            "split, merged, new, dropped",
        ),
        (
            "[[became]]\nlater = ['I.1.1']\n[[became]]\nlater = ['I.1.1', 'I.1.2']\n"
            "earlier = ['I.1.1']",
            "decision 2 (I.1.1 → I.1.1, I.1.2): later I.1.1 is in decision 1 already",
        ),
    ],
)
def test_what_is_no_such_file_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(MatchingFileError) as refused:
        read_stated(text)
    assert str(refused.value).startswith(message)
