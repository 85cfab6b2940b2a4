"""Files that came back changed, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from plans.returned import docx as docx_writer
from plans.returned import xlsx as xlsx_writer
from plans.returned.reading import Reading, read
from tests.plans.returned.files import edited_sheet
from tests.plans.returned.samples import sample_sheet

XLSX = xlsx_writer.write(sample_sheet())
DOCX = docx_writer.write(sample_sheet())


def returned(data: bytes) -> Reading:
    return read(data, "en", longest=20_000)


def sheet(edit: Callable[[Worksheet], Any]) -> bytes:
    return edited_sheet(XLSX, edit)
