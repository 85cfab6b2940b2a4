"""Files that came back changed, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from plans.unit_files import docx as docx_writer
from plans.unit_files import xlsx as xlsx_writer
from plans.unit_files.reading import ParsedFile, read
from tests.unit_files.files import edited_sheet
from tests.unit_files.samples import sample_sheet

XLSX = xlsx_writer.write(sample_sheet())
DOCX = docx_writer.write(sample_sheet())


def returned(data: bytes) -> ParsedFile:
    return read(data, "en", longest=20_000)


def sheet(edit: Callable[[Worksheet], Any]) -> bytes:
    return edited_sheet(XLSX, edit)
