"""Returned files that may not be opened, and damaged ones."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.reading.source_table import SourceError
from plans.unit_files import reading as reading_module
from plans.unit_files import xlsx as xlsx_writer
from tests.reading.test_office import relationship, with_parts
from tests.unit_files.fault_cases import DOCX, XLSX, returned, sheet
from tests.unit_files.samples import sample_row, sample_sheet


@pytest.mark.parametrize("data", [XLSX, DOCX], ids=["xlsx", "docx"])
@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"x/vbaProject.bin": b"Sub A()"}, "holds macros"),
        ({"docProps/bomb.bin": b"\0" * 5_000_000}, "unpacks to far more"),
        (
            {"x/_rels/y.xml.rels": relationship("externalLinkPath", "file:///etc/passwd")},
            "is linked to another one",
        ),
        (
            {"docProps/core.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'},
            "declares a document type or entities",
        ),
    ],
    ids=["macro", "bomb", "link", "entity"],
)
def test_what_is_dangerous_is_refused(data: bytes, parts: dict[str, bytes], said: str) -> None:
    with pytest.raises(SourceError, match=said):
        returned(with_parts(data, parts))


@pytest.mark.parametrize("limit", ["MAX_UNPACKED", "MAX_XML"])
def test_a_file_that_unpacks_to_more_than_rows_take_is_refused(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_module, limit, 10_000)

    with pytest.raises(SourceError, match="far more than the rows of a unit take"):
        returned(XLSX)


def test_a_large_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_module, "MAX_BYTES", 1_000_000)

    with pytest.raises(SourceError, match="larger than 1 MB; the rows of a unit take far less"):
        returned(b"PK" + b"\0" * 1_000_000)


def test_a_sheet_with_far_too_many_rows_or_columns_is_refused() -> None:
    with pytest.raises(SourceError, match="has more than 2000 rows"):
        returned(sheet(lambda page: page.cell(1_048_576, 1, "x")))
    with pytest.raises(SourceError, match="row 9 of the sheet “Rows” has cells beyond column AN"):
        returned(sheet(lambda page: page.cell(9, 16_384, "x")))


def test_cells_merged_over_the_whole_sheet_are_nothing_to_a_reader() -> None:
    with zipfile.ZipFile(io.BytesIO(XLSX)) as archive:
        content = archive.read("xl/worksheets/sheet1.xml")
    content = content.replace(b'ref="A1:G1"', b'ref="A1:XFD1048576"')

    reading = returned(with_parts(XLSX, {"xl/worksheets/sheet1.xml": content}))

    assert (reading.faults, len(reading.rows)) == ((), 4)


def test_a_document_that_nests_without_end_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(DOCX)) as archive:
        content = archive.read("word/document.xml")
    deep = b"<w:smartTag>" * 20_000 + b"</w:smartTag>" * 20_000
    content = content.replace(b"<w:tbl>", b"<w:p>" + deep + b"</w:p><w:tbl>", 1)

    with pytest.raises(SourceError, match="nests its parts too deeply"):
        returned(with_parts(DOCX, {"word/document.xml": content}))


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
@settings(max_examples=100)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_and_never_a_failure(data: st.DataObject) -> None:
    whole = {"xlsx": XLSX, "docx": DOCX}[data.draw(st.sampled_from(["xlsx", "docx"]))]
    names = zipfile.ZipFile(io.BytesIO(whole)).namelist()
    name = data.draw(st.sampled_from([n for n in names if n.endswith((".xml", ".rels"))]))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        content = archive.read(name)
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, 200))
    other = data.draw(st.sampled_from([b"", b"<x/>", b'"', b"0", b"-1", b"A1:B2"]))
    spoilt = content[:start] + other + content[start + length :]

    try:
        reading = returned(with_parts(whole, {name: spoilt or b" "}))
    except SourceError:
        return
    assert reading.key is None or reading.key.unit == "evaluation"


def test_a_text_of_hostile_signs_is_told_apart_from_what_a_file_writes_for_them() -> None:
    texts = ["_x000D_", "_x005F_", "x005F_", "a_x0041_b"]
    rows = [sample_row(number, text=text) for number, text in enumerate(texts, 1)]

    assert [row.text for row in returned(xlsx_writer.write(sample_sheet(*rows))).rows] == texts


def test_a_workbook_whose_list_of_parts_names_none_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(XLSX)) as archive:
        types = archive.read("[Content_Types].xml")
    types = types.replace(b"/xl/workbook.xml", b"/xl/nothing.xml")

    with pytest.raises(SourceError, match="file is damaged"):
        returned(with_parts(XLSX, {"[Content_Types].xml": types}))
