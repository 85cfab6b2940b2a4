"""What stands on every page of the Word document: the hash of a record, and “Draft”."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any
from zipfile import ZipFile

import docx

from plans.reports.table import ReportTable
from plans.reports.writers.docx import write
from plans.reports.writers.docx_template import TEMPLATE
from tests.reports.docx_cases import marks, opened
from tests.reports.samples import SHA256, sample


def of_an_open_round(**changes: Any) -> ReportTable:
    head = replace(sample().round, state="open", record_sha256=None, **changes)
    return replace(sample(), round=head)


def test_every_page_of_an_open_round_says_draft_and_states_no_hash() -> None:
    document = opened(of_an_open_round())
    assert marks(document, "header") == [["Draft[Draft]"], ["Draft[Draft]"]]
    assert marks(document, "footer") == [["1"], ["1"]]


def test_no_page_of_a_closed_round_says_draft_and_each_states_the_record_s_hash() -> None:
    document = opened(sample())
    assert marks(document, "header") == [[""], [""]]
    assert marks(document, "footer") == [["1", f"SHA-256 {SHA256}"]] * 2
    with ZipFile(io.BytesIO(write(sample()))) as packed:
        assert [name for name in packed.namelist() if b"textpath" in packed.read(name)] == []


def test_draft_stands_below_the_symbol_where_there_is_one() -> None:
    document = opened(of_an_open_round(symbol_inferred=False))
    assert marks(document, "header") == [["Draft[Draft]"], ["GB.279/TC/2", "Draft[Draft]"]]


def test_an_open_round_in_french_says_so_in_french() -> None:
    table = replace(of_an_open_round(), version=replace(sample().version, language="fr"))
    assert marks(opened(table), "header")[0] == ["Projet[Projet]"]


def test_a_template_s_own_header_keeps_its_words_beside_the_mark() -> None:
    own = docx.Document(io.BytesIO(TEMPLATE.read_bytes()))
    own.sections[0].header.paragraphs[0].text = "Our own head"
    own.sections[0].different_first_page_header_footer = True
    stream = io.BytesIO()
    own.save(stream)
    content = write(of_an_open_round(), template=stream.getvalue())
    document = docx.Document(io.BytesIO(content))
    assert marks(document, "header") == [["Our own head", "Draft[Draft]"]] * 2
    assert marks(document, "first_page_header") == [["Draft[Draft]"]] * 2


def test_pages_that_face_each_other_are_all_marked() -> None:
    own = docx.Document(io.BytesIO(TEMPLATE.read_bytes()))
    own.settings.odd_and_even_pages_header_footer = True
    stream = io.BytesIO()
    own.save(stream)
    closed = docx.Document(io.BytesIO(write(sample(), template=stream.getvalue())))
    assert marks(closed, "even_page_footer") == [[f"SHA-256 {SHA256}"]] * 2
    open_ = docx.Document(io.BytesIO(write(of_an_open_round(), template=stream.getvalue())))
    assert marks(open_, "even_page_header") == [["Draft[Draft]"]] * 2
