"""The report as PDF."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import page as page_validation
import pytest
from hypothesis import given, settings
from pypdf import PdfReader

from plans.reports.canonical import from_data, to_data
from plans.reports.layout import lay_out
from plans.reports.table import ReportTable
from plans.reports.writers import FORMATS, WriterError
from plans.reports.writers.pdf import write_within
from tests.reports.printed import expected_cells, real_report
from tests.reports.samples import SHA256, sample
from tests.reports.tagged_pdf import Node, structure, table_cells
from tests.strategies import report_tables

MM = 72 / 25.4


def write(table: ReportTable) -> bytes:
    return FORMATS["pdf"].write(table)


def squeezed(text: str) -> str:
    """Without white space, and without the places where a long word may break."""
    return "".join(text.replace("\u200b", "").split())


def cells(content: bytes) -> list[list[tuple[int, str]]]:
    return [
        [(column, squeezed(text)) for column, text in table_cells(table)]
        for table in structure(content).all("Table")
    ]


def expected(table: ReportTable) -> list[list[tuple[int, str]]]:
    return [
        [
            (column, squeezed(text))
            for column, text in expected_cells(table, layout)
            if squeezed(text)
        ]
        for layout in lay_out(table)
    ]


def reader(content: bytes) -> Any:
    return PdfReader(io.BytesIO(content))


def page_texts(content: bytes) -> list[str]:
    return [page.extract_text() for page in reader(content).pages]


def first_element(table: ReportTable, text: str) -> ReportTable:
    part = table.parts[0]
    elements = (replace(part.elements[0], text=text), *part.elements[1:])
    return replace(table, parts=(replace(part, elements=elements), *table.parts[1:]))


@pytest.fixture(scope="module")
def real() -> bytes:
    return write(real_report())


def test_every_cell_of_the_real_report_has_its_words_in_its_column_and_row(real: bytes) -> None:
    assert cells(real) == expected(real_report())


def _plain(value: Any) -> Any:
    """Texts without letters that the fonts have not; that those are refused is tested below."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return "".join(
            letter if letter in "\n\t–“”•¹²éßñÇ" or " " <= letter <= "~" else "x"
            for letter in value
        )
    return value


@given(report_tables())
@settings(max_examples=25)
def test_every_cell_of_any_report_has_its_words_in_its_column_and_row(table: ReportTable) -> None:
    plain = from_data(_plain(to_data(table)))
    if plain.version.language == "ar":
        # Words of both directions in one line are in the file in the order in which they are seen.
        plain = replace(plain, version=replace(plain.version, language="en"))
    assert cells(write(plain)) == expected(plain)


def test_a_report_from_right_to_left_has_its_letters_in_the_same_cells() -> None:
    table = first_element(sample(), "بيان سياسة")
    table = replace(table, version=replace(table.version, language="ar"))
    content = write(table)
    assert [[(column, sorted(text)) for column, text in part] for part in cells(content)] == [
        [(column, sorted(text)) for column, text in part] for part in expected(table)
    ]
    assert reader(content).trailer["/Root"]["/Lang"] == "ar"


def test_the_cover_says_what_the_report_s_cover_says(real: bytes) -> None:
    cover = real_report().cover
    said = squeezed(structure(real).text)
    for text in (cover.agenda_item, cover.title, cover.place_date):
        assert squeezed(text) in said
    for note in cover.footnotes:
        assert squeezed(f"{note.mark}{note.text}") in said
    assert [paragraph.number for paragraph in cover.paragraphs] == ["1", "2", "3", "4", "5"]


def test_footnotes_stand_at_the_foot_of_the_cover(real: bytes) -> None:
    text = page_texts(real)[0]
    assert text.index("Geneva, 5 October 2000.") < text.index("GB.276/TC/2.")
    assert text.index("GB.276/TC/2.") < text.index("GB.279/PFA/6.")


def test_a_footnote_is_bound_to_its_mark(real: bytes) -> None:
    assert [note.text for note in structure(real).all("Note")] == [
        "¹GB.276/TC/2.",
        "²GB.279/PFA/8.",
        "³GB.279/TC/1.",
        "⁴GB.279/PFA/6.",
    ]


def test_a_footnote_without_its_mark_in_the_text_is_printed_all_the_same() -> None:
    table = sample()
    (note,) = table.cover.footnotes
    cover = replace(table.cover, footnotes=(note, replace(note, mark="*", text="Not marked.")))
    assert "* Not marked." in page_texts(write(replace(table, cover=cover)))[0]


def test_the_cover_is_upright_a4_and_the_appendix_lies_across(real: bytes) -> None:
    sizes = [
        (round(page.mediabox.width / MM), round(page.mediabox.height / MM))
        for page in reader(real).pages
    ]
    assert sizes == [(210, 297)] + [(297, 210)] * (len(sizes) - 1)
    assert len(sizes) == 11


def test_part_and_columns_are_named_on_every_page_of_the_appendix(real: bytes) -> None:
    for text in page_texts(real)[1:]:
        assert "Part I" in text
        for heading in ("Issues to be addressed", "Time-frame", "Status as at 31 August 2000"):
            assert heading in text


def test_an_issue_that_goes_on_is_named_on_the_next_page(real: bytes) -> None:
    texts = [squeezed(text) for text in page_texts(real)]
    assert [text.count("(continued)") for text in texts] == [0, 0, 0, 1, 0, 1, 0, 1, 1, 1, 1]
    assert "2(c)Focusingonenterprisepromotion(continued)" in texts[3]


def test_an_issue_with_little_left_is_named_by_its_number_on_the_next_page(real: bytes) -> None:
    text = page_texts(real)[7]
    assert "3. (continued)" in text
    assert "Improving human resources" not in text


def test_no_rule_parts_an_issue_from_what_of_it_stands_overleaf(real: bytes) -> None:
    pages = reader(real).pages
    going_on = [
        page for page, after in pairwise(pages) if "(continued)" in squeezed(after.extract_text())
    ]
    assert [len(_rules(page)) for page in going_on] == [2, 2, 1, 2, 1, 2]
    for page in going_on:
        foot = 18 * MM
        lowest = min(base for _, base, text in _placed(page) if text.strip() and base > foot)
        assert all(rule > lowest for rule in _rules(page))


def _rules(page: Any) -> list[float]:
    """How high on the page each rule between two issues stands."""
    found: list[float] = []
    width = 0.0

    def visit(operator: bytes, operands: list[Any], matrix: list[float], _: object) -> None:
        nonlocal width
        if operator == b"w":
            width = float(operands[0])
        elif operator == b"S" and width == 0.45:
            found.append(matrix[5])

    page.extract_text(visitor_operand_before=visit)
    return found


def test_what_is_repeated_on_pages_is_said_once_to_those_who_listen(real: bytes) -> None:
    said = structure(real).text
    assert said.count("Issues to be addressed") == 3
    assert "continued)" not in said
    assert "SHA-256" not in said


def test_nothing_is_printed_outside_the_margins() -> None:
    long_words = "incomprehensibilities" * 12
    table = first_element(sample(), long_words)
    status = replace(table.parts[0].statuses[0], text=f"{long_words}\n\n" + "words " * 3000)
    table = replace(table, parts=(replace(table.parts[0], statuses=(status,)), *table.parts[1:]))
    content = write(table)
    assert cells(content) == expected(table)
    for page in reader(content).pages:
        for left, base, text in _placed(page):
            if text.strip():
                assert 17 * MM < left < page.mediabox.width - 17 * MM
                assert 6 * MM < base < page.mediabox.height - 6 * MM


def _placed(page: Any) -> list[tuple[float, float, str]]:
    found: list[tuple[float, float, str]] = []

    def visit(text: str, matrix: list[float], text_matrix: list[float], *_: object) -> None:
        x, y = text_matrix[4], text_matrix[5]
        left = x * matrix[0] + y * matrix[2] + matrix[4]
        found.append((left, x * matrix[1] + y * matrix[3] + matrix[5], text))

    page.extract_text(visitor_text=visit)
    return found


def test_the_bookmarks_lead_to_parts_and_issues_once(real: bytes) -> None:
    found: list[tuple[int, str, int]] = []
    file = reader(real)

    def walk(entries: list[Any], level: int) -> None:
        for entry in entries:
            if isinstance(entry, list):
                walk(entry, level + 1)
            else:
                number = file.get_destination_page_number(entry)
                found.append((level, entry.title, -1 if number is None else number + 1))

    walk(file.outline, 1)
    table = real_report()
    assert [title for level, title, _ in found if level == 2] == [
        f"Part {part.number} – {part.title}" for part in table.parts
    ]
    assert len([level for level, _, _ in found if level > 2]) == sum(
        len(part.issues) for part in table.parts
    )
    assert found[3:5] == [
        (3, "1. A coherent programme", 2),
        (
            4,
            "1(a) Ensuring that technical cooperation is coherent in its focus, supports the four "
            "strategic objectives and the two cross-cutting themes of development and gender, and "
            "pursues their implicit goal of promoting fundamental principles and rights at work "
            "and international labour standards",
            2,
        ),
    ]


@pytest.mark.parametrize("make", [real_report, sample])
def test_the_file_is_accessible_by_pdf_ua_1(
    make: Callable[[], ReportTable], tmp_path: Path
) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(write(make()))
    profile = page_validation.ValidationProfile.PDF_UA_1
    assert page_validation.validate_pdf(str(path), profile=profile).is_compliant


def test_the_file_states_its_standards_title_and_language(real: bytes) -> None:
    root = reader(real).trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert root["/Lang"] == "en"
    assert reader(real).metadata.title == real_report().cover.title


def test_all_fonts_are_in_the_file(real: bytes) -> None:
    for page in reader(real).pages:
        for font in page["/Resources"]["/Font"].values():
            (descendant,) = font.get_object()["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"].get_object()
            assert descriptor.keys() & {"/FontFile2", "/FontFile3"}


def test_a_closed_round_gives_the_same_bytes_at_any_hour(
    real: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert write(real_report()) == real
    information = reader(real).metadata
    assert information["/CreationDate"] == information["/ModDate"] == "D:20000831000000Z"


def test_the_foot_of_a_closed_round_states_its_hash_and_no_page_says_draft() -> None:
    for text in page_texts(write(sample())):
        assert f"SHA-256 {SHA256}" in text
        assert "Draft" not in text


def test_every_page_of_an_open_round_says_draft_and_states_no_hash() -> None:
    table = sample()
    for text in page_texts(write(replace(table, round=replace(table.round, state="open")))):
        assert "Draft" in text
        assert "SHA-256" not in text


def test_an_open_round_in_french_says_so_in_french() -> None:
    table = sample()
    content = write(
        replace(
            table,
            version=replace(table.version, language="fr-CH"),
            round=replace(table.round, state="open"),
        )
    )
    assert "Projet" in page_texts(content)[0]
    assert reader(content).trailer["/Root"]["/Lang"] == "fr-CH"


def test_a_stated_symbol_stands_on_the_cover_and_in_the_running_head() -> None:
    table = sample()
    stated = replace(table, round=replace(table.round, symbol_inferred=False))
    cover, appendix = page_texts(write(stated))
    assert "GB.279/TC/2\n279th Session" in cover
    assert "GB.279/TC/2" in appendix


def test_an_inferred_symbol_is_not_printed(real: bytes) -> None:
    assert "GB.279/TC/2" not in "".join(page_texts(real))


def test_pages_are_numbered_and_their_number_is_told(real: bytes) -> None:
    assert "1 / 11" in page_texts(real)[0]
    assert "11 / 11" in page_texts(real)[10]


def test_the_syntax_of_the_template_prints_as_typed() -> None:
    hostile = '#panic("x") $a$ *b* _c_ `d` \\ e -- f ~ @g <h> = i "j" #sys.inputs // k /* l */'
    content = write(first_element(sample(), hostile))
    assert (2, squeezed(f"•{hostile}")) in cells(content)[0]


def test_a_pointer_leads_to_where_the_status_is_printed(real: bytes) -> None:
    links = [
        link.text
        for table in structure(real).all("Table")
        for link in table.all("Link")
        if isinstance(link, Node)
    ]
    assert links == ["see II.1", "see II.1"]


def test_letters_that_no_font_has_are_named_with_their_place() -> None:
    with pytest.raises(WriterError) as caught:
        write(first_element(sample(), "a 漢 b"))
    assert str(caught.value) == ("I.1(a).1: the fonts of the PDF do not have “漢” (U+6F22)")


def test_letters_for_private_use_are_named_with_their_place() -> None:
    table = sample()
    cover = replace(table.cover, place_date="Geneva \ue000")
    with pytest.raises(WriterError) as caught:
        write(replace(table, cover=cover))
    assert str(caught.value) == ("the cover: the fonts of the PDF do not have “\ue000” (U+E000)")


def test_a_report_that_takes_too_long_is_refused() -> None:
    with pytest.raises(WriterError, match=r"^the PDF was not ready after 0\.001 seconds$"):
        write_within(sample(), seconds=0.001, memory=2**32)


def test_in_a_process_that_may_have_little_memory_itself_that_is_what_is_too_much() -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (160 * 2**20, 160 * 2**20))\n"
        "from tests.reports.printed import real_report\n"
        "from plans.reports.writers import WriterError, pdf\n"
        "try: pdf.write(real_report())\n"
        "except WriterError as error: print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout == "the PDF needs more than 160 MB of memory\n"


def test_a_report_that_takes_too_much_memory_is_refused() -> None:
    with pytest.raises(WriterError, match=r"^the PDF needs more than 150 MB of memory$"):
        write_within(real_report(), seconds=50, memory=150 * 2**20)
