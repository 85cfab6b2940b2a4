"""Scrambled, truncated and hostile documents: an outline or a clear refusal, and no lost word."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from plans.reading.pipeline import Parsed, parse_document
from plans.reading.source_table import SourceError
from tests.reading.test_real_document import SOURCE

REAL = SOURCE.read_text()
LINES = REAL.split("\n")
SCRAPS = (
    "<p>",
    "</p>",
    "<ul>",
    "•",
    ";",
    ".",
    ":",
    "1.",
    "1(a)",
    "(b)",
    "May 2000",
    "\u202e",
    "&lt;",
)


def holds(data: bytes) -> Parsed | None:
    """Parse ``data``; when it is not refused, its account must add up and its fixture be made."""
    try:
        parsed = parse_document(data, name="plan.txt")
    except SourceError:
        return None
    account = parsed.account
    assert account.invented == ()
    assert account.read == (
        account.placed + account.boilerplate + account.duplicates + account.unplaced
    )
    assert all(anomaly.line >= 0 and anomaly.place for anomaly in parsed.outline.anomalies)
    references = [element.reference for element in parsed.outline.elements()]
    assert len(set(references)) == len(references)
    assert parsed.fixture().endswith("]\n")
    return parsed


@given(st.integers(0, len(REAL)), st.integers(0, len(REAL)))
@settings(max_examples=25)
def test_a_piece_cut_out_of_the_document(start: int, end: int) -> None:
    holds(REAL[start:end].encode())


@given(st.permutations(range(len(LINES))))
@settings(max_examples=15)
def test_lines_in_any_order(order: list[int]) -> None:
    holds("\n".join(LINES[index] for index in order).encode())


@given(st.lists(st.integers(0, len(LINES) - 1), max_size=40))
@settings(max_examples=15)
def test_lines_left_out_or_doubled(marks: list[int]) -> None:
    doubled = {mark for mark in marks if mark % 2}
    left_out = set(marks) - doubled
    lines = [
        copy
        for index, line in enumerate(LINES)
        if index not in left_out
        for copy in ([line, line] if index in doubled else [line])
    ]
    holds("\n".join(lines).encode())


@given(
    st.lists(st.tuples(st.integers(0, len(REAL)), st.sampled_from(SCRAPS)), min_size=1, max_size=12)
)
@settings(max_examples=25)
def test_scraps_thrown_in(scraps: list[tuple[int, str]]) -> None:
    text = REAL
    for place, scrap in sorted(scraps, reverse=True):
        text = text[:place] + scrap + text[place:]
    holds(text.encode())


CELL = st.lists(
    st.one_of(st.sampled_from((*SCRAPS, "goes on", "Ongoing", "to act")), st.text(max_size=12)),
    max_size=8,
).map(lambda parts: " ".join(parts).replace("\t", " ").replace("\n", " "))


@given(
    st.lists(st.lists(CELL, min_size=3, max_size=4).map("\t".join) | CELL, min_size=1, max_size=12)
)
@settings(max_examples=150)
def test_tables_of_anything(lines: list[str]) -> None:
    holds("\n".join(lines).encode(errors="surrogatepass"))


@given(st.binary(max_size=400))
@settings(max_examples=150)
def test_bytes_of_any_kind(data: bytes) -> None:
    holds(data)


def test_hostile_markup_stays_text() -> None:
    parsed = holds(
        b"P\n\nA\tB\tC\n1. <script>alert(1)</script>\t<ul> \xe2\x80\xa2 <img src=x onerror=y>;\t\n"
    )
    assert parsed is not None
    assert [e.text for e in parsed.outline.elements()] == ["<img src=x onerror=y>;"]
