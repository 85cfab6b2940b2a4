"""The real report says the same words in the same cells in every format.

Each file is read by a program that knows nothing of the writers, and told as the printed table is:
its Parts with their titles, headings and rows, each row with the cells that begin in it.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import docx
import pytest
from lxml import etree, html
from openpyxl import load_workbook

from plans.reports.canonical import from_data
from plans.reports.layout import PartLayout, lay_out
from plans.reports.table import ReportTable
from plans.reports.writers import FORMATS
from plans.reports.writers.akn import NAMESPACE
from plans.reports.writers.csv import COLUMNS, element_rows
from plans.text import prose
from tests.reports import docx_cases, test_akn, test_docx
from tests.reports.printed import expected_cells, real_report
from tests.reports.tagged_pdf import Node, structure

A = f"{{{NAMESPACE}}}"
W = test_docx.W

# Column (1 to 4), how many rows high, and the words without white space.
Cell = tuple[int, int, str]


@dataclass(frozen=True)
class Part:
    """One Part as it is read out of a file. Blank cells are left out."""

    title: str
    columns: tuple[str, ...]
    rows: list[list[Cell]]


def squeezed(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


def filled(cells: Iterable[tuple[int, int, str]]) -> list[Cell]:
    return [(column, span, squeezed(text)) for column, span, text in cells if squeezed(text)]


def placed(rows: Iterable[Sequence[tuple[int, str]]]) -> Iterator[list[Cell]]:
    """The cells of each row in their columns, which the spans of the rows above leave them."""
    free_from = dict.fromkeys((1, 2, 3, 4), 0)
    for number, row in enumerate(rows):
        columns = [column for column in free_from if free_from[column] <= number]
        cells = []
        for column, (span, text) in zip(columns, row, strict=True):
            free_from[column] = number + span
            cells.append((column, span, text))
        yield filled(cells)


# -- What is expected ------------------------------------------------------------------------------


def expected(table: ReportTable) -> list[Part]:
    return [
        Part(
            squeezed(f"Part {layout.part.number} – {layout.part.title}"),
            tuple(map(squeezed, layout.part.columns)),
            list(expected_rows(table, layout)),
        )
        for layout in lay_out(table)
    ]


def expected_rows(table: ReportTable, layout: PartLayout) -> Iterator[list[Cell]]:
    texts = iter(expected_cells(table, layout))
    for row in layout.rows:
        spans = {
            1: row.start.rowspan if row.start else 0,
            2: 1 if row.element or row.text else 0,
            3: row.time_frame.rowspan if row.time_frame and filled_slot(row.time_frame) else 0,
            4: row.status.rowspan if row.status and filled_slot(row.status) else 0,
        }
        cells = []
        for column, span in spans.items():
            if span:
                found, text = next(texts)
                assert found == column
                cells.append((column, span, text))
        yield filled(cells)


def filled_slot(slot: Any) -> bool:
    return slot.see is not None or bool(slot.cell is not None and slot.cell.text)


# -- How each format is read -----------------------------------------------------------------------


def read_html(content: bytes) -> list[Part]:
    parts = []
    for table in html.document_fromstring(content.decode()).iter("table"):
        for hidden in table.find_class("visually-hidden"):
            hidden.drop_tree()
        title, *columns = (head.text_content() for head in table.find("thead").iter("th"))
        rows = (
            [(int(cell.get("rowspan", "1")), html_text(cell)) for cell in row]
            for row in table.iterfind("tbody/tr")
        )
        parts.append(Part(squeezed(title), tuple(map(squeezed, columns)), list(placed(rows))))
    return parts


def html_text(cell: Any) -> str:
    for item in cell.iter("li"):
        item.text = f"{prose.BULLET}{item.text or ''}"
    return str(cell.text_content())


def read_pdf(content: bytes) -> list[Part]:
    parts = []
    for table in structure(content).all("Table"):
        title, columns, *rows = (nodes(row) for row in table.all("TR"))
        body = ([(cell.rowspan, cell.text) for cell in row] for row in rows)
        heads = tuple(squeezed(cell.text) for cell in columns)
        parts.append(Part(squeezed(title[0].text), heads, list(placed(body))))
    return parts


def nodes(row: Node) -> list[Node]:
    return [cell for cell in row.children if isinstance(cell, Node)]


def read_docx(content: bytes) -> list[Part]:
    document = docx.Document(io.BytesIO(content))
    parts = []
    for table in document.tables:
        title, columns, *rows = table._tbl.tr_lst
        heads = tuple(squeezed(test_docx.Reader().text(cell)) for cell in columns.tc_lst)
        below = [[cell.vMerge for cell in row.tc_lst] for row in rows]
        body = []
        for number, row in enumerate(rows):
            cells = []
            for column, cell in enumerate(row.tc_lst):
                if cell.vMerge != "continue":
                    span = 1
                    while (
                        cell.vMerge == "restart"
                        and number + span < len(below)
                        and below[number + span][column] == "continue"
                    ):
                        span += 1
                    cells.append((column + 1, span, test_docx.cell_text(document, cell)))
            body.append(filled(cells))
        parts.append(Part(squeezed(test_docx.Reader().text(title)), heads, body))
    return parts


def read_xlsx(content: bytes) -> list[Part]:
    """Rows that are too high for a sheet are several of its rows, so spans are counted in those
    that hold something in the second column, which every row but a mere title does."""
    parts = []
    for sheet in load_workbook(io.BytesIO(content)).worksheets[:-1]:
        rows: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for row in sheet.iter_rows(min_row=3, max_col=4):
            for cell in row:
                if cell.value is not None:
                    rows[cell.row].append((cell.column, str(cell.value)))
        last = {(r.min_row, r.min_col): r.max_row for r in sheet.merged_cells.ranges}
        body = [
            filled(
                (column, sum(row <= each <= last.get((row, column), row) for each in rows), text)
                for column, text in cells
            )
            for row, cells in rows.items()
        ]
        heads = tuple(squeezed(str(cell.value)) for cell in sheet[2][:4])
        parts.append(Part(squeezed(str(sheet["A1"].value)), heads, body))
    return parts


def read_akn(content: bytes) -> list[Part]:
    parts = []
    for part in etree.fromstring(content).iter(f"{A}part"):
        title = f"{part.find(f'{A}num').text} – {part.find(f'{A}heading').text}"
        heads, *rows = part.find(f"{A}content/{A}table")
        columns = tuple(squeezed("".join(cell.itertext())) for cell in heads)
        body = (
            [(int(cell.get("rowspan", "1")), test_akn.cell_text(cell)) for cell in row]
            for row in rows
        )
        parts.append(Part(squeezed(title), columns, list(placed(body))))
    return parts


READERS: dict[str, Callable[[bytes], list[Part]]] = {
    "html": read_html,
    "pdf": read_pdf,
    "docx": read_docx,
    "xlsx": read_xlsx,
    "akn": read_akn,
}


def written(name: str) -> bytes:
    return FORMATS[name].write(real_report())


@pytest.mark.parametrize("name", READERS)
def test_every_cell_has_its_words_its_row_its_column_and_its_height(name: str) -> None:
    found = READERS[name](written(name))
    for part, its_expected in zip(found, expected(real_report()), strict=True):
        assert (part.title, part.columns) == (its_expected.title, its_expected.columns)
        assert part.rows == its_expected.rows


def test_what_is_expected_is_the_whole_report() -> None:
    rows = [row for part in expected(real_report()) for row in part.rows]
    assert len([row for row in rows if any(column == 2 for column, _, _ in row)]) > 100
    assert sum(text.startswith("•") for row in rows for column, _, text in row if column == 2) == 78


def test_the_csv_has_every_field_of_every_element() -> None:
    text = written("csv").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        list(COLUMNS),
        *element_rows(real_report()),
    ]


def test_the_json_is_the_report() -> None:
    assert from_data(json.loads(written("json"))) == real_report()


# -- The cover -------------------------------------------------------------------------------------


def expected_cover() -> list[str]:
    cover = real_report().cover
    numbered = [f"{paragraph.number}.{paragraph.text}" for paragraph in cover.paragraphs]
    return [squeezed(t) for t in (cover.agenda_item, cover.title, *numbered, cover.place_date)]


def expected_notes() -> list[str]:
    return [squeezed(f"{note.mark}{note.text}") for note in real_report().cover.footnotes]


def html_cover(content: bytes) -> tuple[list[str], list[str]]:
    (cover,) = html.document_fromstring(content.decode()).find_class("report-cover")
    (notes,) = cover.find_class("report-footnotes")
    texts = [squeezed(child.text_content()) for child in cover if child is not notes]
    return texts, [squeezed(note.text_content()) for note in notes]


def pdf_cover(content: bytes) -> tuple[list[str], list[str]]:
    root = structure(content)
    notes = [squeezed(note.text) for note in root.all("Note")]
    (document,) = nodes(root)
    texts = []
    for child in nodes(document):
        if child.text == "Appendix":
            break
        # A note stands in the tree where its mark is, and is read in its own place below.
        texts.append(squeezed(without_notes(child)))
    return texts, notes


def without_notes(node: Node) -> str:
    return "".join(
        child if isinstance(child, str) else "" if child.kind == "Note" else without_notes(child)
        for child in node.children
    )


def docx_cover(content: bytes) -> tuple[list[str], list[str]]:
    document = docx.Document(io.BytesIO(content))
    notes = test_docx.member(real_report(), "word/footnotes.xml").iterchildren()
    real = [note for note in notes if note.get(f"{W}type") is None]
    marked = [
        squeezed(f"{docx_cases.FIGURES[number]}{test_docx.Reader().text(note)}")
        for number, note in enumerate(real, 1)
    ]
    return [squeezed(text) for _, text in test_docx.cover(document)], marked


def akn_cover(content: bytes) -> tuple[list[str], list[str]]:
    main = etree.fromstring(content).find(f"{A}doc")
    places = (main.find(f"{A}{name}") for name in ("preface", "mainBody", "conclusions"))
    texts = [squeezed(test_akn.printed_text(child)) for place in places for child in place]
    notes = [
        squeezed(f"{note.get('marker')}{''.join(note.itertext())}")
        for note in main.iter(f"{A}authorialNote")
    ]
    return texts, notes


@pytest.mark.parametrize("name", ["html", "pdf", "docx", "akn"])
def test_the_cover_says_the_same_words_in_the_same_order(name: str) -> None:
    readers = {"html": html_cover, "pdf": pdf_cover, "docx": docx_cover, "akn": akn_cover}
    assert readers[name](written(name)) == (expected_cover(), expected_notes())
