"""The report as a document for word processors."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zipfile import ZipFile

import pytest
from docx.document import Document
from docx.oxml.parser import parse_xml
from docx.table import Table
from hypothesis import given, settings

from plans.reports.labels import labels_for
from plans.reports.layout import lay_out
from plans.reports.table import Cover, CoverParagraph, Footnote, ReportTable
from plans.reports.writers.docx import write
from tests.reports.docx_cases import Reader, W, cover, opened, style_of
from tests.reports.printed import expected_cells, real_report
from tests.reports.samples import sample
from tests.strategies import report_tables


def member(table: ReportTable, name: str) -> Any:
    """One part of the file, as a tree."""
    with ZipFile(io.BytesIO(write(table))) as packed:
        return parse_xml(packed.read(name))


def cell_text(document: Document, cell: Any) -> str:
    """A cell as a stored narrative, its bullets with their sign."""
    reader = Reader()
    found = []
    for paragraph in cell.iterchildren(f"{W}p"):
        bullet = style_of(document, paragraph) == "List Bullet"
        text = reader.text(paragraph)
        found.append((bullet, f"• {text}" if bullet else text))
    pieces = []
    for index, (bullet, text) in enumerate(found):
        if index:
            pieces.append("\n" if bullet and found[index - 1][0] else "\n\n")
        pieces.append(text)
    return "".join(pieces)


def cells(document: Document, table: Table) -> list[tuple[int, str]]:
    """Column and text of each filled cell below the two rows of headings."""
    found = []
    for row in table._tbl.tr_lst[2:]:
        for column, cell in enumerate(row.tc_lst, 1):
            text = cell_text(document, cell)
            if text:
                assert cell.vMerge != "continue"
                found.append((column, text))
    return found


def test_the_cover_has_its_paragraphs_in_their_styles() -> None:
    assert cover(opened(sample())) == [
        ("Agenda Item", "SECOND ITEM ON THE AGENDA"),
        ("Title", "Progress report"),
        ("Body Text", "1.\tThe plan¹ was adopted."),
        ("Place and Date", "Geneva, 5 October 2000."),
    ]


def test_the_symbol_is_printed_when_the_document_states_it() -> None:
    known = replace(sample(), round=replace(sample().round, symbol_inferred=False))
    document = opened(known)
    assert cover(document)[0] == ("Document Symbol", "GB.279/TC/2 · 279th Session")
    assert [p.text for p in document.sections[1].header.paragraphs] == ["GB.279/TC/2"]


def test_a_symbol_that_was_inferred_is_nowhere_in_the_document() -> None:
    with ZipFile(io.BytesIO(write(sample()))) as packed:
        assert [n for n in packed.namelist() if b"GB.279/TC/2" in packed.read(n)] == []


def test_a_footnote_is_a_real_one() -> None:
    (note,) = [
        note
        for note in member(sample(), "word/footnotes.xml").iterchildren()
        if note.get(f"{W}type") is None
    ]
    assert (note.get(f"{W}id"), Reader().text(note)) == ("1", " GB.276/TC/2.")
    (reference,) = member(sample(), "word/document.xml").iter(f"{W}footnoteReference")
    assert dict(reference.attrib) == {f"{W}id": "1"}


def with_cover(text: str, *marks: str) -> ReportTable:
    notes = tuple(Footnote(mark, f"Note {number}.") for number, mark in enumerate(marks, 1))
    paragraphs = (CoverParagraph("", text),)
    return replace(sample(), cover=Cover("", "Title", paragraphs, notes, ""))


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        ("A¹ and B².", ("¹", "²"), []),
        ("A² and B¹.", ("¹", "²"), []),
        ("A* and B¹.", ("*", "¹"), []),
        ("A¹ and again¹.", ("¹",), []),
        ("A¹.", ("¹", "²"), ["² Note 2."]),
        ("A1.", ("1",), ["1 Note 1."]),
        ("A¹.", ("¹", "¹"), ["¹ Note 2."]),
    ],
)
def test_marks_are_shown_as_printed_and_what_has_none_stands_at_the_end(
    text: str, marks: tuple[str, ...], expected: list[str]
) -> None:
    assert cover(opened(with_cover(text, *marks))) == [
        ("Title", "Title"),
        ("Body Text", text),
        *(("footnote text", note) for note in expected),
    ]


def test_the_cover_is_portrait_and_the_appendix_landscape_on_a4() -> None:
    sizes = [
        (str(s.orientation), round(s.page_width.mm), round(s.page_height.mm))
        for s in opened(sample()).sections
        if s.page_width and s.page_height
    ]
    assert sizes == [("PORTRAIT (0)", 210, 297), ("LANDSCAPE (1)", 297, 210)]


def test_every_page_has_its_number_at_the_foot() -> None:
    first, second = opened(sample()).sections
    (field,) = first.footer._element.iter(f"{W}fldSimple")
    assert field.get(f"{W}instr") == " PAGE "
    assert second.footer.is_linked_to_previous


def test_headings_are_real_ones_from_the_appendix_down_to_the_groups() -> None:
    document = opened(sample())
    found = [
        (style_of(document, paragraph), Reader().text(paragraph))
        for paragraph in document.element.body.iter(f"{W}p")
    ]
    assert [(style, text) for style, text in found if style.startswith("Heading")] == [
        ("Heading 1", "Appendix"),
        ("Heading 2", "Part I – Relevance & effect"),
        ("Heading 3", "1. A coherent programme"),
        ("Heading 3", "1(a) Focus"),
        ("Heading 4", "General"),
        ("Heading 2", "Part II – Quality"),
        ("Heading 3", "1. Structure"),
    ]


def test_a_part_s_title_and_headings_are_repeated_on_every_page() -> None:
    table = opened(sample()).tables[0]
    repeated = [r.find(f"{W}trPr/{W}tblHeader") is not None for r in table._tbl.tr_lst]
    assert repeated == [True, True, *[False] * 6]
    assert [cell.text for cell in table.rows[1].cells] == list(sample().parts[0].columns)


def with_element(text: str, *, context: str = "To be coherent, there will be:") -> ReportTable:
    """The sample, with other words for the first element of its second issue, and before it."""
    table = sample()
    part = table.parts[0]
    parent, issue = part.issues
    element, *others = part.elements
    part = replace(
        part,
        issues=(parent, replace(issue, context=context)),
        elements=(replace(element, text=text), *others),
    )
    return replace(table, parts=(part, *table.parts[1:]))


def held(table: ReportTable) -> list[tuple[bool, set[bool]]]:
    """Of each row of the first Part whether it is not to be broken, and whether its paragraphs
    stay with the next row."""
    rows = opened(table).tables[0]._tbl.tr_lst[2:]
    return [
        (
            row.find(f"{W}trPr/{W}cantSplit") is not None,
            {paragraph.find(f"{W}pPr/{W}keepNext") is not None for paragraph in row.iter(f"{W}p")},
        )
        for row in rows
    ]


def test_what_introduces_an_element_stays_with_it_by_every_paragraph_of_its_row() -> None:
    introduces, follows = (True, {True}), (True, {False})
    assert held(sample()) == [
        *(introduces, introduces, follows),  # parent's title, context, element
        *(introduces, introduces, follows),  # group heading, lead-in, element
    ]


def test_a_row_that_introduces_nothing_stays_with_no_other() -> None:
    table = sample()
    part = table.parts[0]
    issue = replace(part.issues[1], parent=None, groups=())
    part = replace(part, issues=(issue, part.issues[0]), elements=())
    rows = held(replace(table, parts=(part,)))
    assert rows == [(True, {False}), (True, {False})]


def test_the_row_of_an_element_may_break_across_pages_when_it_is_long() -> None:
    assert [
        held(with_element(text))[2][0] for text in ("six lines " * 36, "seven lines " * 36)
    ] == [
        True,
        False,
    ]


def test_a_text_as_high_as_a_page_may_break_and_only_the_title_above_it_stays_with_it() -> None:
    rows = held(with_element("a policy statement;", context="A long context. " * 120))
    assert rows[:2] == [(True, {True}), (False, {False})]


def test_texts_that_together_are_as_high_as_a_page_are_parted() -> None:
    rows = held(with_element("a policy statement;", context="Not a short context. " * 68))
    assert rows[:2] == [(True, {False}), (True, {True})]


def test_cells_that_span_rows_are_merged() -> None:
    rows = opened(sample()).tables[0]._tbl.tr_lst[2:]
    assert [[cell.vMerge for cell in row.tc_lst] for row in rows] == [
        [None, None, None, None],
        ["restart", None, None, None],
        ["continue", None, "restart", None],
        ["continue", None, "continue", None],
        ["continue", None, "continue", None],
        ["continue", None, "continue", None],
    ]


def test_a_pointer_leads_to_the_element_that_it_names() -> None:
    tree = member(sample(), "word/document.xml")
    (link,) = tree.iter(f"{W}hyperlink")
    marks = list(tree.iter(f"{W}bookmarkStart"))
    (mark,) = [m for m in marks if not m.get(f"{W}name").startswith("_row_")]
    assert link.get(f"{W}anchor") == mark.get(f"{W}name") == "element_1"
    assert Reader().text(mark.getparent()) == "a policy statement;"


def test_every_row_has_an_invisible_name_that_says_what_stands_in_it() -> None:
    tree = member(sample(), "word/document.xml")
    names = [mark.get(f"{W}name") for mark in tree.iter(f"{W}bookmarkStart")]
    ids = [mark.get(f"{W}id") for mark in tree.iter(f"{W}bookmarkStart")]
    assert [name for name in names if name.startswith("_row_")] == [
        *("_row_2_part", "_row_3_columns", "_row_4_title", "_row_5_context"),
        *("_row_6_element_in_progress", "_row_7_heading", "_row_8_lead_in", "_row_9_missing"),
        *("_row_10_part", "_row_11_columns", "_row_12_element"),
    ]
    assert len(ids) == len(set(ids))


def test_bullets_are_those_of_a_list() -> None:
    document = opened(sample())
    style = document.styles["List Bullet"].element
    assert style.find(f"{W}pPr/{W}numPr/{W}numId").get(f"{W}val") == "1"
    assert "•" not in "".join(document.element.body.itertext())


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "en-GB"), ("fr", "fr-FR"), ("ar", "ar-SA"), ("pt", "pt")]
)
def test_the_document_says_its_language(language: str, expected: str) -> None:
    table = replace(sample(), version=replace(sample().version, language=language))
    (lang,) = member(table, "word/styles.xml").iter(f"{W}lang")
    assert (lang.get(f"{W}val"), opened(table).core_properties.language) == (expected, language)


def test_arabic_runs_from_right_to_left() -> None:
    arabic = replace(sample(), version=replace(sample().version, language="ar"))
    tree = member(arabic, "word/document.xml")
    runs = list(tree.iter(f"{W}r"))
    assert len(list(tree.iter(f"{W}rtl"))) == len(runs) > 0
    assert len(list(tree.iter(f"{W}bidiVisual"))) == 2


def test_the_properties_state_the_report_its_record_and_no_person() -> None:
    found = opened(sample()).core_properties
    assert (found.title, found.subject, found.author, found.last_modified_by) == (
        "Progress report",
        "Status as at 31 August 2000",
        "",
        "",
    )
    assert (found.identifier, found.content_status, found.revision) == ("ab" * 32, "closed", 1)
    moment = datetime(2000, 8, 31, tzinfo=UTC)
    assert (found.created, found.modified) == (moment, moment)


def test_the_same_report_gives_the_same_bytes_on_another_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = write(sample())
    monkeypatch.setenv("TZ", "Pacific/Apia")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert write(sample()) == first


def test_the_document_loads_nothing_from_outside() -> None:
    with ZipFile(io.BytesIO(write(sample()))) as packed:
        rels = b"".join(packed.read(n) for n in packed.namelist() if n.endswith(".rels"))
    assert b"TargetMode" not in rels


def test_characters_that_xml_forbids_are_left_out() -> None:
    assert cover(opened(with_cover("a\x00b\ud800c\uffff")))[1] == ("Body Text", "abc")


def as_printed(table: ReportTable) -> list[str]:
    """The texts of the cover, which must all be found in its paragraphs."""
    front = table.cover
    texts = [front.agenda_item, front.title or table.plan.title]
    texts += [f"{p.number}.\t{p.text}" if p.number else p.text for p in front.paragraphs]
    return [text for text in [*texts, front.place_date] if text]


@settings(max_examples=40)
@given(report_tables())
def test_every_cell_is_that_of_the_report_table(table: ReportTable) -> None:
    document = opened(table)
    layouts = lay_out(table)
    assert len(document.tables) == len(layouts)
    for found, layout in zip(document.tables, layouts, strict=True):
        assert cells(document, found) == expected_cells(table, layout)


@settings(max_examples=40)
@given(report_tables())
def test_every_text_of_the_cover_is_printed(table: ReportTable) -> None:
    found = [text for style, text in cover(opened(table)) if style != "Document Symbol"]
    assert [text for text in as_printed(table) if text not in found] == []


@settings(max_examples=40)
@given(report_tables())
def test_every_footnote_is_printed_once(table: ReportTable) -> None:
    notes = member(table, "word/footnotes.xml").iterchildren()
    real = [Reader().text(note) for note in notes if note.get(f"{W}type") is None]
    at_the_end = [text for style, text in cover(opened(table)) if style == "footnote text"]
    assert len(real) + len(at_the_end) == len(table.cover.footnotes)


def test_the_real_report_s_cells_are_those_of_its_table() -> None:
    document = opened(real_report())
    layouts = lay_out(real_report())
    found = [cells(document, table) for table in document.tables]
    assert found == [expected_cells(real_report(), layout) for layout in layouts]
    words = labels_for("en")
    assert [table.rows[0].cells[0].text for table in document.tables] == [
        f"{words.part} {layout.part.number} – {layout.part.title}" for layout in layouts
    ]


def test_the_real_cover_is_printed_word_for_word_with_four_footnotes() -> None:
    found = [text for _, text in cover(opened(real_report()))]
    assert found == as_printed(real_report())
    notes = member(real_report(), "word/footnotes.xml").iterchildren()
    texts = [Reader().text(note) for note in notes if note.get(f"{W}type") is None]
    assert texts == [" GB.276/TC/2.", " GB.279/PFA/8.", " GB.279/TC/1.", " GB.279/PFA/6."]
