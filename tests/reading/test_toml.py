"""TOML that people upload: what would take a program down is refused in words."""

from __future__ import annotations

import pytest

from plans.reading.corrections import CorrectionError, read_corrections, read_toml
from plans.reading.matching import MatchingFileError, read_stated

LONG_KEY = "a key in it has more than 50 parts"
TOO_DEEP = "it nests too deep"
HOSTILE = {
    "lists without end": ("became = " + "[" * 100_000, TOO_DEEP),
    "lists in lists": ("became = " + "[" * 600 + "]" * 600, TOO_DEEP),
    "tables in tables": ("document = " + "{a = " * 600 + "1" + "}" * 600, TOO_DEEP),
    "a number of many digits": ("became = " + "9" * 5_000, "Exceeds the limit (4300 digits)"),
    "a key of many parts": (f"[document]\na{'.a' * 200_000} = 1", LONG_KEY),
    "a key of many parts in quotes": (f"""[document]\n"a" . {"'' . " * 60}a = 1""", LONG_KEY),
    "a section of many parts": (f"[document{'.a' * 60}]", LONG_KEY),
    "a key of many parts in a table": (f"document = {{a{'.a' * 60} = 1}}", LONG_KEY),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_it_is_refused_by_both_kinds_of_file(what: str) -> None:
    text, message = HOSTILE[what]
    with pytest.raises(CorrectionError) as refused:
        read_corrections(text)
    assert str(refused.value).startswith(f"not a corrections file: {message}")
    with pytest.raises(MatchingFileError) as not_taken:
        read_stated(text)
    assert str(not_taken.value).startswith(f"not a file of decisions: {message}")


def test_what_is_long_without_being_hostile_is_read() -> None:
    letters, dots = "a" * 1_000_000, "." * 500_000
    sentences = "One sentence. And another. " * 10_000
    text = f'[[operation]]\nbegins = "{letters}"\nnote = "{dots}"\nreason = "{sentences}"'
    (item,) = read_toml(text)["operation"]
    assert item == {"begins": letters, "note": dots, "reason": sentences}
