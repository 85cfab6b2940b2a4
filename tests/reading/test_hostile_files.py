"""Damaged and hostile office files and pages: a plan or a clear refusal, and no lost word."""

from __future__ import annotations

import io
import zipfile
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.reading.readers import columns_of, read_source
from plans.reading.readers.kinds import SourceKind, kind_of
from plans.reading.source_table import SourceError
from plans.reports.writers import FORMATS
from tests.reading.test_hostile import holds
from tests.reading.test_office import with_parts
from tests.reports.samples import sample

FORMS = ("docx", "xlsx", "html", "csv")
SCRAPS = (b"<", b">", b'"', b"&", b"-1", b"99999999999", b"\xff", b"\0", b"</w:tc>", b"<td>")
PARTS = {
    "docx": ("word/document.xml", "word/styles.xml", "word/numbering.xml", "word/footnotes.xml"),
    "xlsx": (
        *("xl/worksheets/sheet1.xml", "xl/worksheets/sheet3.xml", "xl/sharedStrings.xml"),
        *("xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"),
    ),
}


@cache
def whole(form: str) -> bytes:
    return FORMATS[form].write(sample(), styles=tuple("" for _ in FORMATS[form].stylesheets))


@cache
def part(form: str, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(whole(form))) as archive:
        return archive.read(name)


edits = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(0, 60), st.sampled_from(SCRAPS)), max_size=6
)


def edited(data: bytes, edits_: list[tuple[int, int, bytes]]) -> bytes:
    """``data`` with pieces cut out and scraps put in."""
    for place, length, scrap in edits_:
        at = place % (len(data) + 1)
        data = data[:at] + scrap + data[at + length :]
    return data


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60)
@given(changes=edits)
def test_bytes_changed_anywhere(form: str, changes: list[tuple[int, int, bytes]]) -> None:
    holds(edited(whole(form), changes))


@pytest.mark.parametrize("form", PARTS)
@settings(max_examples=80)
@given(data=st.data())
def test_bytes_changed_in_a_part_of_an_office_file(form: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(PARTS[form]))
    changed = edited(part(form, name), data.draw(edits))
    holds(with_parts(whole(form), {name: changed or b" "}))


@settings(max_examples=60)
@given(
    data=st.binary(max_size=300), start=st.sampled_from([b"", b"PK\x03\x04", b"<html>", b"a,b\n"])
)
def test_bytes_of_any_kind_have_a_kind_or_are_refused(data: bytes, start: bytes) -> None:
    try:
        kind = kind_of(start + data)
    except SourceError:
        return
    if kind is SourceKind.CSV:
        assert columns_of(start + data).sheets == ("",)


# Traps of workbooks

SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def book(sheet: str) -> bytes:
    """A workbook whose first sheet is this markup, the texts of its cells inside it."""
    names = [f"xl/worksheets/sheet{number}.xml" for number in (2, 3)]
    empty = f"<worksheet {MAIN}><sheetData/></worksheet>".encode()
    return with_parts(
        whole("xlsx"),
        {SHEET: f"<worksheet {MAIN}>{sheet}</worksheet>".encode(), **dict.fromkeys(names, empty)},
    )


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = f'<row r="1">{cell("A1", "Issue")}{cell("B1", "Action")}</row>'
FIRST = f'<row r="2">{cell("A2", "1. One")}{cell("B2", "one.")}</row>'


@pytest.mark.parametrize(
    "extra",
    [
        '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        '<mergeCells><mergeCell ref="A2:A1048576"/><mergeCell ref="A2:A1048576"/></mergeCells>',
        '<hyperlinks><hyperlink ref="A1" location="\'Nowhere\'!A1"/></hyperlinks>',
        '<hyperlinks><hyperlink ref="A1" location="nothing at all"/></hyperlinks>',
    ],
)
def test_ranges_beyond_all_measure_cost_nothing(extra: str) -> None:
    data = book(f"<dimension ref='A1:XFD1048576'/><sheetData>{HEAD}{FIRST}</sheetData>{extra}")
    source = read_source(data, name="plan.xlsx")
    assert [row.line for row in source.pages[1].rows] == [1, 2]


def test_rows_and_cells_without_text_are_as_if_they_were_not_there() -> None:
    empty = "".join(f'<row r="{n}" s="1"><c r="XFD{n}" s="1"/></row>' for n in range(3, 5_000))
    data = book(f'<sheetData>{HEAD}{FIRST}{empty}<row r="1048576" s="1"/></sheetData>')
    assert len(read_source(data, name="plan.xlsx").pages[1].rows) == 2


def test_a_text_in_the_last_column_is_refused_with_its_place() -> None:
    data = book(f'<sheetData>{HEAD}{FIRST}<row r="3">{cell("XFD3", "x")}</row></sheetData>')
    with pytest.raises(SourceError, match=r"^sheet Part I, row 3: more than 200 columns$"):
        read_source(data, name="plan.xlsx")


def test_more_rows_than_a_plan_can_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from plans.reading.readers import xlsx

    monkeypatch.setattr(xlsx, "MAX_ROWS", 100)
    rows = "".join(f'<row r="{n}">{cell(f"A{n}", "x")}</row>' for n in range(2, 110))
    with pytest.raises(SourceError, match=r"^sheet Part I: more than 100 rows$"):
        read_source(book(f"<sheetData>{HEAD}{rows}</sheetData>"), name="plan.xlsx")


def test_one_long_text_used_a_thousandfold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from plans.reading.readers import xlsx

    monkeypatch.setattr(xlsx, "_MAX_CHARACTERS", 100_000)
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 400))
    strings = f"<sst {MAIN}><si><t>{'x' * 1000}</t></si></sst>".encode()
    data = with_parts(
        book(f"<sheetData>{HEAD}{rows}</sheetData>"), {"xl/sharedStrings.xml": strings}
    )
    with pytest.raises(SourceError, match=r"holds far more text than a plan$"):
        read_source(data, name="plan.xlsx")


def test_a_text_that_is_not_there_is_refused() -> None:
    data = book(f'<sheetData>{HEAD}<row r="2"><c r="A2" t="s"><v>9999</v></c></row></sheetData>')
    with pytest.raises(SourceError, match=r"^the workbook is damaged: cell A2 names a text"):
        read_source(data, name="plan.xlsx")


# Traps of documents

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def document(body: str) -> bytes:
    content = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    return with_parts(whole("docx"), {"word/document.xml": content.encode()})


@pytest.mark.parametrize("tag", ["w:sdt", "w:tbl", "w:p", "w:ins"])
def test_elements_nested_without_end_are_refused_or_read(tag: str) -> None:
    with pytest.raises(SourceError):
        read_source(document(f"<{tag}>" * 5_000 + f"</{tag}>" * 5_000), name="plan.docx")


def test_columns_beyond_all_measure_are_kept_within_it() -> None:
    row = '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p/></w:tc></w:tr>'
    with pytest.raises(SourceError, match="no table found"):
        read_source(document(f"<w:tbl>{row * 200}</w:tbl>"), name="plan.docx")
