"""Plans that come as documents of other people's word processors."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml.parser import parse_xml
from docx.table import Table

from plans.reading.pipeline import Parsed, parse_document
from plans.reading.readers import read_source
from plans.reading.source_table import SourceError
from plans.reports.writers.docx_table import NAMESPACES
from tests.reading.documents import statuses_of, texts_of, time_frames_of

HEADINGS = ("Issues", "Elements for action", "Time-frame", "Status as at 1 May 2001")
CONTEXT = "The work of the Office will be made better in every way, through:"


def saved(document: Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def add_table(document: Document, *rows: Sequence[str]) -> Table:
    """A table; lines of a cell are its paragraphs, those that begin with * items of a list."""
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            for index, line in enumerate(text.split("\n")):
                paragraph = cell.paragraphs[0] if not index else cell.add_paragraph()
                if line.startswith("*"):
                    paragraph.style = "List Bullet"
                paragraph.add_run(line.removeprefix("*").strip())
    return table


def with_heading(heading: str = "Part I – Work", style: str | None = None) -> Document:
    document = docx.Document()
    document.add_paragraph(heading, style=style)
    return document


def parsed(document: Document) -> Parsed:
    found = parse_document(saved(document), name="plan.docx")
    assert found.account.balances
    assert found.account.read == (
        found.account.placed + found.account.boilerplate + found.account.duplicates
    )
    return found


def remarks(document: Document) -> list[str]:
    source = read_source(saved(document), name="plan.docx")
    return [f"{source.where(remark.line)}: {remark.message}" for remark in source.remarks]


def paragraph(inner: str) -> Any:
    return parse_xml(f"<w:p {NAMESPACES}>{inner}</w:p>")


ROW = ("1. Title", f"{CONTEXT}\n* first;\n* second.", "By May 2001", "All done.")


@pytest.mark.parametrize("style", [None, "Heading 1", "Heading 2", "Title"])
def test_a_part_s_heading_is_a_heading_or_a_plain_paragraph_above_the_table(
    style: str | None,
) -> None:
    document = with_heading(style=style if style != "Title" else None)
    add_table(document, HEADINGS, ROW)
    outline = parsed(document).outline
    assert [(p.number, p.title, p.columns) for p in outline.parts] == [("I", "Work", HEADINGS)]
    assert texts_of(outline) == {"I.1.1": "first;", "I.1.2": "second."}
    assert time_frames_of(outline) == {"I.1.1": "By May 2001", "I.1.2": "By May 2001"}
    assert statuses_of(outline) == {"I.1.1": "All done.", "I.1.2": "All done."}
    assert outline.anomalies == ()


def test_a_part_s_heading_is_a_row_that_spans_the_table_also_in_its_middle() -> None:
    document = docx.Document()
    table = add_table(
        document,
        ("Part I – Work", "", "", ""),
        HEADINGS,
        ROW,
        ("Part II – More", "", "", ""),
        ("1. Other", "* third.", "Ongoing", ""),
    )
    for index in (0, 3):
        table.rows[index].cells[0].merge(table.rows[index].cells[3])
    outline = parsed(document).outline
    assert [(part.number, part.title) for part in outline.parts] == [("I", "Work"), ("II", "More")]
    assert texts_of(outline) == {"I.1.1": "first;", "I.1.2": "second.", "II.1.1": "third."}


def test_text_between_heading_and_table_does_not_hide_the_heading() -> None:
    document = with_heading()
    document.add_paragraph("Table 1")
    add_table(document, HEADINGS, ROW)
    assert [part.title for part in parsed_any(document).outline.parts] == ["Work"]


def parsed_any(document: Document) -> Parsed:
    return parse_document(saved(document), name="plan.docx")


@pytest.mark.parametrize("sign", ["•", "-", "–", "\uf0b7"])
def test_typed_bullets_are_bullets(sign: str) -> None:
    document = with_heading()
    cells = ("1. Title", f"{CONTEXT}\n{sign} first;\n{sign} second.", "", "")
    add_table(document, HEADINGS, cells)
    assert texts_of(parsed(document).outline) == {"I.1.1": "first;", "I.1.2": "second."}


def test_bullets_may_be_lines_of_one_paragraph() -> None:
    document = with_heading()
    table = add_table(document, HEADINGS, ("1. Title", CONTEXT, "", ""))
    run = table.rows[1].cells[1].add_paragraph().add_run("• first;")
    run.add_break()
    run.add_text("• second.")
    assert texts_of(parsed(document).outline) == {"I.1.1": "first;", "I.1.2": "second."}


def test_merged_cells_cover_the_elements_of_their_rows() -> None:
    document = with_heading()
    table = add_table(
        document,
        HEADINGS,
        ("1. Title", CONTEXT, "", ""),
        ("", "* first;", "By May 2001", "Done."),
        ("", "* second;", "", ""),
        ("", "* third.", "Ongoing", ""),
    )
    table.cell(1, 0).merge(table.cell(4, 0))
    table.cell(2, 2).merge(table.cell(3, 2))
    table.cell(2, 3).merge(table.cell(4, 3))
    outline = parsed(document).outline
    (issue,) = outline.issues()
    assert [(frame.text, frame.covers) for frame in issue.time_frames] == [
        ("By May 2001", ("I.1.1", "I.1.2")),
        ("Ongoing", ("I.1.3",)),
    ]
    assert [(s.text, s.covers) for s in outline.statuses] == [
        ("Done.", ("I.1.1", "I.1.2", "I.1.3"))
    ]
    assert outline.anomalies == ()


def test_as_many_time_frames_in_a_merged_cell_as_elements_beside_it_are_shared_out() -> None:
    document = with_heading()
    table = add_table(
        document,
        HEADINGS,
        ("1. Title", "* first;", "By May 2001\nOngoing", ""),
        ("", "* second.", "", ""),
    )
    table.cell(1, 2).merge(table.cell(2, 2))
    assert time_frames_of(parsed(document).outline) == {"I.1.1": "By May 2001", "I.1.2": "Ongoing"}


def test_repeated_page_heads_are_furniture() -> None:
    document = with_heading()
    add_table(document, HEADINGS, ROW)
    document.add_paragraph("Part I – Work")
    add_table(document, HEADINGS, ("2. Other", "* third.", "", ""))
    found = parsed(document)
    assert texts_of(found.outline) == {"I.1.1": "first;", "I.1.2": "second.", "I.2.1": "third."}
    assert [len(found.outline.parts), found.account.boilerplate] == [1, 15]


def test_a_plan_without_a_report_has_three_columns() -> None:
    document = with_heading()
    add_table(document, HEADINGS[:3], ROW[:3])
    outline = parsed(document).outline
    assert (outline.has_round, time_frames_of(outline)["I.1.1"]) == (False, "By May 2001")


def test_the_cover_is_read_line_by_line_with_its_footnotes() -> None:
    document = docx.Document()
    for text in ("SECOND ITEM ON THE AGENDA", "Our plan", "1. It was adopted.¹", "¹ GB.1."):
        document.add_paragraph(text)
    document.add_paragraph("Geneva, 5 October 2000.")
    document.add_paragraph("Part I – Work")
    add_table(document, HEADINGS, ROW)
    cover = parsed(document).outline.cover
    assert (cover.agenda_item, cover.title) == ("SECOND ITEM ON THE AGENDA", "Our plan")
    assert cover.paragraphs == (("1", "It was adopted.¹"),)
    assert (cover.footnotes, cover.place_date) == ((("¹", "GB.1."),), "Geneva, 5 October 2000.")


def test_numbers_that_the_word_processor_reckons_are_read() -> None:
    document = with_heading()
    table = add_table(document, HEADINGS, ("One", "* first.", "", ""), ("Two", "* second.", "", ""))
    for row in table.rows[1:]:
        row.cells[0].paragraphs[0].style = "List Number"
    outline = parsed(document).outline
    assert [(issue.number, issue.title) for issue in outline.issues()] == [
        ("1", "One"),
        ("2", "Two"),
    ]


def test_insertions_count_and_deletions_do_not() -> None:
    document = with_heading()
    table = add_table(document, HEADINGS, ("1. Title", "", "", ""))
    cell = table.rows[1].cells[1]._tc
    cell.append(
        paragraph(
            '<w:r><w:t xml:space="preserve">• a </w:t></w:r>'
            '<w:del w:id="1" w:author="x"><w:r><w:delText>bad</w:delText></w:r></w:del>'
            '<w:ins w:id="2" w:author="x"><w:r><w:t>good</w:t></w:r></w:ins>'
            "<w:r><w:t>.</w:t></w:r>"
        )
    )
    assert texts_of(parsed(document).outline) == {"I.1.1": "a good."}


def test_hidden_text_is_read_and_told_with_its_place() -> None:
    document = with_heading()
    table = add_table(document, HEADINGS, ROW)
    table.rows[1].cells[3].paragraphs[0].add_run(" Secretly so.").font.hidden = True
    assert statuses_of(parsed(document).outline)["I.1.1"] == "All done. Secretly so."
    assert remarks(document) == [
        "table 1, row 2: 2 words are hidden; they are read like the others"
    ]


def test_a_text_box_is_text_after_its_paragraph_and_only_once() -> None:
    document = with_heading()
    table = add_table(document, HEADINGS, ROW)
    box = "<w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent>"
    table.rows[1].cells[3]._tc.append(
        parse_xml(
            f'<w:p {NAMESPACES} xmlns:mc="http://schemas.openxmlformats.org/'
            f'markup-compatibility/2006"><w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice>'
            f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
        )
    )
    statuses = parsed(document).outline.statuses
    assert [status.text for status in statuses] == ["All done.", "In a box."]
    assert remarks(document) == ["table 1, row 2: a text box is read as text after its paragraph"]


def test_a_table_inside_a_cell_is_read_as_text_and_told() -> None:
    document = with_heading()
    table = add_table(document, HEADINGS, ROW)
    inner = table.rows[1].cells[3].add_table(rows=1, cols=2)
    inner.rows[0].cells[0].text, inner.rows[0].cells[1].text = "So far", "so good."
    statuses = parsed(document).outline.statuses
    assert [status.text for status in statuses] == ["All done.", "So far\n\nso good."]
    assert remarks(document) == ["table 1, row 2: a table inside is read as text"]


def test_content_controls_hide_nothing() -> None:
    document = with_heading()
    table = add_table(document, HEADINGS, ROW)
    row = table.rows[1]._tr
    row.addprevious(parse_xml(f"<w:sdt {NAMESPACES}><w:sdtContent></w:sdtContent></w:sdt>"))
    row.getprevious()[0].append(row)
    assert texts_of(parsed(document).outline) == {"I.1.1": "first;", "I.1.2": "second."}


def test_a_small_table_on_the_cover_is_read_as_text_and_told() -> None:
    document = docx.Document()
    add_table(document, ("Our plan", "2001"))
    document.add_paragraph("Part I – Work")
    add_table(document, HEADINGS, ROW)
    assert parsed_any(document).outline.cover.title == "Our plan"
    assert remarks(document) == ["table 1, row 1: table 1 has 2 columns; it is read as text"]


def test_a_table_of_five_columns_is_refused_with_its_place() -> None:
    document = with_heading()
    add_table(document, (*HEADINGS, "Unit"), (*ROW, "TC"))
    with pytest.raises(SourceError) as caught:
        read_source(saved(document), name="plan.docx")
    assert str(caught.value).startswith("table 1, row 1: a table of 5 columns; expected three or")


def test_a_document_without_a_table_is_refused() -> None:
    with pytest.raises(SourceError, match=r"^no table found; expected one of three or four"):
        read_source(saved(with_heading()), name="plan.docx")


def test_the_kind_of_a_document_that_the_tracker_wrote_and_somebody_changed_is_what_is_seen() -> (
    None
):
    from plans.reports.writers.docx import write
    from tests.reports.samples import sample

    document = docx.Document(io.BytesIO(write(sample())))
    table = document.tables[0]
    row = table.rows[-1]
    row.cells[3].paragraphs[0].text = "It was found."
    outline = parse_document(saved(document), name="plan.docx").outline
    assert statuses_of(outline)["I.1(a).2"] == "It was found."
