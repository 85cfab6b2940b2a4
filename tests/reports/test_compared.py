"""A comparison of two reports as HTML, PDF and DOCX."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import page as page_validation
import pytest
from docx.oxml.parser import parse_xml
from pypdf import PdfReader

from plans.reports.changes import Comparison, Outcome, View, filter_comparison
from plans.reports.compare import compare
from plans.reports.labels import labels_for
from plans.reports.layout import lay_out
from plans.reports.table import ReportTable
from plans.reports.writers import COMPARISON_FORMATS as FORMATS
from plans.reports.writers.compared import ComparedTexts, printed_table
from plans.reports.writers.compared_html import body
from plans.text import prose
from tests.reports.printed import real_report
from tests.reports.tables import Said, report
from tests.reports.tagged_pdf import structure, table_cells

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def write(comparison: Comparison, name: str) -> bytes:
    return FORMATS[name].write(comparison)


def address(reference: str) -> str:
    return f"/element/{reference}/"


@cache
def real_comparison() -> Comparison:
    """The real report, compared with one in which every third status was written further, every
    third one anew, and one element was corrected."""
    old = real_report()
    statuses = {status.id: status for part in old.parts for status in part.statuses}
    for index, status in enumerate(list(statuses.values())):
        if index % 3 == 0:
            text = f"{status.text}\n\n• A meeting was held;\n• another one will be."
            statuses[status.id] = replace(status, text=text)
        elif index % 3 == 1:
            text = "Completed in December 2000."
            statuses[status.id] = replace(status, text=text, category="completed")
    parts = [
        replace(part, statuses=tuple(statuses[status.id] for status in part.statuses))
        for part in old.parts
    ]
    element = replace(parts[0].elements[0], text="a policy document on technical cooperation;")
    parts[0] = replace(parts[0], elements=(element, *parts[0].elements[1:]))
    head = replace(
        old.round,
        as_at=date(2001, 2, 28),
        label="Status as at 28 February 2001",
        symbol="GB.280/TC/2",
        symbol_inferred=False,
        record_sha256="b" * 64,
    )
    return compare(old, replace(old, round=head, parts=tuple(parts)))


def two(old: str, new: str, **heads: str) -> Comparison:
    return compare(
        report({1: Said(old), 2: Said("Same.")}),
        report({1: Said(new), 2: Said("Same.")}, as_at=date(2001, 2, 28), **heads),
    )


# -- The cover ------------------------------------------------------------------------------------


def test_the_cover_says_which_rounds_are_compared_and_counts() -> None:
    table = printed_table(real_comparison(), "The key.")

    assert [paragraph.text for paragraph in table.cover.paragraphs] == [
        "Implementation plan on the role of the ILO in technical cooperation\nGB.276/TC/2",
        "Status as at 28 February 2001 (GB.280/TC/2), compared with Status as at 31 August 2000.",
        "Action elements: 78\nReworded: 43\nUnchanged: 31\nReported in neither: 4\n"
        "The plan’s own words corrected: 1",
        table.cover.paragraphs[3].text,
        "All elements are shown.",
    ]
    assert re.fullmatch(
        r"\d+ words removed, \d+ words added\. The key\.", table.cover.paragraphs[3].text
    )


def test_a_comparison_with_an_open_round_is_a_draft_without_a_hash() -> None:
    head = printed_table(two("Old.", "New.", state="open"), "").round

    assert (head.state, head.record_sha256) == ("open", None)


def test_a_comparison_of_closed_rounds_carries_the_hashes_of_both_records() -> None:
    head = printed_table(real_comparison(), "").round

    assert head.record_sha256 == f"{real_report().round.record_sha256} / {'b' * 64}"


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_outcome_trait_and_view_has_its_words(language: str) -> None:
    words = labels_for(language).diff

    assert set(words.outcomes) == set(Outcome)
    assert set(words.views) == set(View)
    assert len(words.traits) == 4


# -- HTML -----------------------------------------------------------------------------------------


def test_removed_words_are_struck_and_added_ones_marked_and_both_are_said() -> None:
    markup = body(two("It is late.", "It is done."), address=address)

    assert (
        '<p>It is <del><span class="visually-hidden">[removed: </span>late.'
        '<span class="visually-hidden"> end of removed]</span></del> '
        '<ins><span class="visually-hidden">[added: </span>done.'
        '<span class="visually-hidden"> end of added]</span></ins></p>'
    ) in markup


def test_every_text_is_escaped_wherever_it_stands() -> None:
    hostile = "<b>&</b>"
    table = report({1: Said(hostile)})
    part = table.parts[0]
    issue = replace(
        part.issues[0],
        title=hostile,
        context=hostile,
        groups=(replace(part.issues[0].groups[0], heading=hostile, lead_in=hostile),),
    )
    part = replace(
        part,
        title=hostile,
        columns=(hostile,) * 4,
        issues=(issue,),
        elements=(replace(part.elements[0], text=hostile),),
        time_frames=(replace(part.time_frames[0], text=hostile),),
    )
    new = replace(table, parts=(part,), round=replace(table.round, label=hostile))

    for comparison in (compare(table, new), compare(new, table), compare(new, new)):
        for markup in (body(comparison, address=address), write(comparison, "html").decode()):
            assert "<b>" not in markup
            assert "&lt;b&gt;&amp;&lt;/b&gt;" in markup


def test_a_row_has_its_reference_as_anchor_and_leads_to_the_element() -> None:
    markup = body(two("Old.", "New."), address=address)

    assert '<tr class="row-element" id="I.1.1">' in markup
    assert '<a class="reference" href="/element/I.1.1/">I.1.1</a>' in markup
    assert '<a class="permalink" href="#I.1.1"' in markup


def test_a_changed_category_and_schedule_state_stand_below_the_words() -> None:
    comparison = compare(
        report({1: Said("Old.", "in_progress", "on_schedule")}),
        report({1: Said("New.", "completed", "done")}),
    )

    markup = re.sub(r"<[^>]+>", " ", body(comparison, address=address).partition("extra")[2])

    said = " ".join(markup.split())
    assert "[removed: in progress end of removed] [added: completed end of added]" in said
    assert "I.1.1 [removed: on schedule end of removed] [added: done end of added]" in said


def test_nothing_is_struck_while_a_status_is_awaited() -> None:
    comparison = compare(
        report({1: Said("Old words.")}),
        report({1: Said("", "not_reported")}, state="open"),
    )

    markup = body(comparison, address=address)

    assert ("<del>" in markup, "nothing reported yet" in markup) == (False, True)


def test_a_comparison_without_rows_has_no_markup() -> None:
    assert body(filter_comparison(two("Same.", "Same."), View.CHANGES), address=address) == ""


# -- DOCX -----------------------------------------------------------------------------------------


def paragraphs(cell: Any, dropped: str) -> str:
    """The text of a cell once all revisions of the kind ``dropped`` are gone.

    Remarks are left out. Where the end of a paragraph is gone, the next one goes on in its place.
    """
    found, current = [], ""
    for paragraph in cell.iterfind(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val")
        if style == "TableReference":
            continue
        for run in paragraph.iter(f"{W}r"):
            if run.getparent().tag != f"{W}{dropped}":
                current += "".join(node.text or "" for node in run.iter(f"{W}t", f"{W}delText"))
        if paragraph.find(f"{W}pPr/{W}rPr/{W}{dropped}") is None:
            found.append(current)
            current = ""
    return "\n".join(filter(None, (" ".join(text.split()) for text in [*found, current])))


def docx_statuses(content: bytes, dropped: str) -> list[str]:
    with ZipFile(io.BytesIO(content)) as packed:
        body = parse_xml(packed.read("word/document.xml")).find(f"{W}body")
    texts = []
    for table in body.iterfind(f"{W}tbl"):
        for row in list(table.iterfind(f"{W}tr"))[2:]:
            texts.append(paragraphs(list(row.iterfind(f"{W}tc"))[-1], dropped))
    return [text for text in texts if text]


def expected_statuses(comparison: Comparison, dropped: str) -> list[str]:
    table = printed_table(comparison, "")
    found = []
    for layout in lay_out(table):
        for row in layout.rows:
            if row.status is None:
                continue
            if row.status.see is not None:
                continue
            if row.status.cell is not None:
                change = comparison.statuses[row.status.cell.id]
                text = "".join(one.text for one in change.words if one.kind != dropped)
                found.append("\n".join(block.text for block in prose.parse(text)))
    return [text for text in found if text]


@pytest.mark.parametrize(("dropped", "kind"), [("del", "removed"), ("ins", "added")])
def test_accepting_all_revisions_leaves_the_new_report_and_rejecting_them_the_old_one(
    dropped: str, kind: str
) -> None:
    comparison = real_comparison()

    assert docx_statuses(write(comparison, "docx"), dropped) == expected_statuses(comparison, kind)


def test_revisions_are_numbered_once_and_name_the_new_round() -> None:
    with ZipFile(io.BytesIO(write(real_comparison(), "docx"))) as packed:
        tree = parse_xml(packed.read("word/document.xml"))

    revisions = list(tree.iter(f"{W}ins", f"{W}del"))
    numbers = [revision.get(f"{W}id") for revision in revisions]
    assert len(numbers) == len(set(numbers)) == 98
    assert {(one.get(f"{W}author"), one.get(f"{W}date")) for one in revisions} == {
        ("Status as at 28 February 2001", "2001-02-28T00:00:00Z")
    }


def test_the_document_opens_and_has_a_table_for_each_part() -> None:
    document = docx.Document(io.BytesIO(write(real_comparison(), "docx")))

    assert len(document.tables) == 3


def test_what_became_of_a_status_stands_above_its_words_in_the_document() -> None:
    document = docx.Document(io.BytesIO(write(two("Late.", "Done."), "docx")))
    (table,) = document.tables
    styles = [
        [paragraph.style.name for paragraph in cell.paragraphs if paragraph.style is not None]
        for cell in table.columns[3].cells
        if "reworded" in cell.text
    ]
    assert styles == [["Table Reference", "Table Text"]]


# -- PDF ------------------------------------------------------------------------------------------


def squeezed(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


def bracketed(pieces: Any) -> str:
    return "".join(f"[{one.text}]" if one.kind == "removed" else one.text for one in pieces)


def expected_fourth_column(comparison: Comparison) -> list[str]:
    texts = ComparedTexts(comparison)
    found = []
    for layout in lay_out(printed_table(comparison, "")):
        for row in layout.rows:
            if row.status is None:
                continue
            if row.status.see is not None:
                found.append(f"see {row.status.see.text}")
                continue
            blocks = texts.slot(row.status)
            said = "".join(
                f"{'•' if block.kind == 'bullet' else ''}{bracketed(block.shown)}"
                for block in blocks
            )
            found.append(texts.remark(row.status) + said)
    return [squeezed(text) for text in found if squeezed(text)]


@pytest.mark.parametrize("shown", [View.CHANGES, View.ALL])
def test_every_status_of_the_real_comparison_stands_in_the_pdf_with_its_marks(shown: View) -> None:
    comparison = filter_comparison(real_comparison(), shown)

    tables = list(structure(write(comparison, "pdf")).all("Table"))

    found = [
        squeezed(text) for table in tables for column, text in table_cells(table) if column == 4
    ]
    assert found == expected_fourth_column(comparison)


def test_the_pdf_conforms_to_pdf_ua_and_says_how_it_is_marked(tmp_path: Path) -> None:
    content = write(real_comparison(), "pdf")
    path = tmp_path / "changes.pdf"
    path.write_bytes(content)

    profile = page_validation.ValidationProfile.PDF_UA_1
    assert page_validation.validate_pdf(path, profile=profile).is_compliant
    cover = " ".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())
    assert "stand in square brackets; words that were added are underlined." in cover


def test_struck_and_underlined_words_are_tagged_as_such() -> None:
    reader: Any = PdfReader(io.BytesIO(write(two("Late.", "Done."), "pdf")))

    assert decorations(reader.trailer["/Root"]["/StructTreeRoot"]) == {"/LineThrough", "/Underline"}


def decorations(element: Any) -> set[str]:
    element = element.get_object()
    if not hasattr(element, "get"):
        return set()
    attributes = element.get("/A", [])
    found = set()
    for attribute in attributes if isinstance(attributes, list) else [attributes]:
        kind = attribute.get_object().get("/TextDecorationType")
        found |= {str(kind)} if kind else set()
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        found |= decorations(kid)
    return found


# -- Every format ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_rounds_give_the_same_bytes(name: str) -> None:
    comparison = real_comparison()

    assert write(comparison, name) == write(compare(comparison.old, comparison.new), name)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("language", ["fr", "es", "ar"])
def test_every_language_can_be_written(name: str, language: str) -> None:
    def translated(table: ReportTable) -> ReportTable:
        return replace(table, version=replace(table.version, language=language))

    comparison = two("Avant.", "Après.")
    comparison = compare(translated(comparison.old), translated(comparison.new))

    assert len(write(comparison, name)) > 1000


@pytest.mark.parametrize("name", FORMATS)
def test_a_view_without_any_row_can_be_written(name: str) -> None:
    assert len(write(filter_comparison(two("Same.", "Same."), View.CHANGES), name)) > 1000


def test_the_heading_of_the_fourth_column_names_both_rounds() -> None:
    assert printed_table(real_comparison(), "").parts[0].columns[3] == (
        "Status as at 28 February 2001\ncompared with\nStatus as at 31 August 2000"
    )
