"""Sheets of every shape, with texts that formats trip over."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from plans.text import prose
from plans.text.categories import Category
from plans.unit_files.sheet import REPORTABLE, Reported, RowElement, UnitRow, UnitSheet
from tests import strategies
from tests.unit_files.samples import sample_sheet

# What office formats read another way than it stands.
HOSTILE = (
    "_x000D_",
    "_x005F_x0041_",
    "'=1+1",
    '=HYPERLINK("http://example.org")',
    "1. not a list",
    "– choose –",
    "rows1:a/b/2001-02-28/c/1",
    "2001-02-28/1/3",
    "para\n\n• one\n• two\n\npara",
    "é\u0301 \u200d \u00a0: 𝔘 \ufeff",
)
# Of two signs of an escape that share an underscore, the library that writes workbooks sees one.
_TWO_IN_ONE = re.compile("_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_")
texts = st.one_of(strategies.texts, st.sampled_from(HOSTILE)).filter(
    lambda text: _TWO_IN_ONE.search(text) is None
)
narratives = st.lists(texts, max_size=3).map("\n\n".join).map(prose.clean)
stages = st.sampled_from(["empty", "draft", "returned", "submitted", "cleared"])


@st.composite
def unit_rows(draw: st.DrawFn, ordinal: int) -> UnitRow:
    """A row of up to three elements."""
    elements = tuple(
        RowElement(f"I.{ordinal}.{number}", draw(texts), draw(texts), draw(st.booleans()))
        for number in range(1, draw(st.integers(2, 4)))
    )
    before = st.builds(Reported, texts, st.sampled_from([*Category]).map(str), texts)
    return UnitRow(
        ordinal=ordinal,
        revision=draw(st.integers(0, 999)),
        elements=elements,
        time_frames=tuple(draw(st.lists(texts, max_size=2))),
        before=draw(st.none() | before),
        stage=draw(stages),
        comment=draw(texts),
        category=draw(st.sampled_from([Category.NOT_REPORTED, *REPORTABLE])).value,
        text=draw(narratives),
    )


@st.composite
def unit_sheets(draw: st.DrawFn) -> UnitSheet:
    """A sheet of one to four rows in one of the languages."""
    ordinals = draw(st.sets(st.integers(1, 40), min_size=1, max_size=4))
    rows = [draw(unit_rows(ordinal)) for ordinal in draw(st.permutations(sorted(ordinals)))]
    return sample_sheet(
        *rows,
        language=draw(st.sampled_from(["en", "fr", "es", "ar"])),
        plan_title=draw(texts),
        unit_name=draw(texts),
        label=draw(texts),
    )
