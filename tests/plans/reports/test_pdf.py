"""The report as PDF: its words, its tags, its bytes."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace
from pathlib import Path

import page
import pytest
from pypdf import PdfReader

from plans import prose
from plans.reports.layout import lay_out
from plans.reports.table import ReportTable
from plans.reports.writers import WriterError
from plans.reports.writers.pdf import write, write_within
from tests.plans.reports.printed import expected_cells, real_report


@pytest.fixture(scope="module")
def real_pdf() -> bytes:
    return write(real_report())


def text_of(pdf: bytes) -> str:
    return " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf)).pages)


def opened(table: ReportTable, agenda_item: str = "") -> ReportTable:
    return replace(
        table,
        round=replace(table.round, state="open", record_sha256=None),
        cover=replace(table.cover, agenda_item=agenda_item),
    )


def test_every_word_of_the_table_is_printed(real_pdf: bytes) -> None:
    # A letter at a time, because a word may be parted at the end of a line.
    table = real_report()
    expected: Counter[str] = Counter()
    for part in lay_out(table):
        for _, text in expected_cells(table, part):
            expected.update("".join(prose.words(text)))
    printed = Counter("".join(text_of(real_pdf).split()))
    assert {sign: count for sign, count in (expected - printed).items() if sign.isalnum()} == {}


def test_the_cover_stands_upright_and_the_appendix_across(real_pdf: bytes) -> None:
    pages = PdfReader(io.BytesIO(real_pdf)).pages
    across = [sheet.mediabox.width > sheet.mediabox.height for sheet in pages]
    assert across == [False, *[True] * (len(pages) - 1)]


def test_the_column_headings_stand_on_every_page_of_the_appendix(real_pdf: bytes) -> None:
    appendix = PdfReader(io.BytesIO(real_pdf)).pages[1:]
    label = "Status as at 31 August 2000"
    assert [label in " ".join(sheet.extract_text().split()) for sheet in appendix] == [True] * len(
        appendix
    )


def test_it_is_tagged_for_those_who_hear_it(real_pdf: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(real_pdf)
    assert page.validate_pdf(str(path), profile=page.ValidationProfile.PDF_UA_1).is_compliant


def test_the_same_report_gives_the_same_bytes(real_pdf: bytes) -> None:
    assert write(real_report()) == real_pdf


def test_a_closed_round_carries_its_hash_and_an_open_one_is_a_draft(real_pdf: bytes) -> None:
    sha256 = str(real_report().round.record_sha256)
    for pdf, hashed, draft in (
        (real_pdf, True, False),
        (write(opened(real_report())), False, True),
    ):
        # On the cover, where no status begins with the word.
        cover = "".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())
        assert (sha256 in cover, "Draft" in cover) == (hashed, draft)


def test_markup_in_the_words_is_printed_as_typed() -> None:
    typed = '#panic("x") *b* $x$ @see [c]'
    assert typed in " ".join(text_of(write(opened(real_report(), typed))).split())


def test_letters_that_no_font_has_are_named() -> None:
    with pytest.raises(WriterError, match="漢"):
        write(opened(real_report(), "漢字"))


def test_a_report_that_takes_too_long_is_refused() -> None:
    with pytest.raises(WriterError, match=r"was not ready after 0\.01 seconds"):
        write_within(real_report(), seconds=0.01, memory=4 * 1024**3)
