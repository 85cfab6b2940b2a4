"""The empty sheet to fill in when a plan is not in a document yet: as a workbook and as CSV.

Its headings are those that ``guess_mapping`` knows, so that what comes back is read without a
question. Pure.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime

import xlsxwriter

from plans.reading.readers.mapping import ColumnField, heading_of
from plans.reports.labels import labels_for
from plans.reports.writers.printed import repack_zip

# Field, width of its column, what to write, an example.
_COLUMNS: tuple[tuple[ColumnField, int, str, str], ...] = (
    (ColumnField.PART, 8, "The number of the Part. Blank: as in the row above.", "I"),
    (ColumnField.PART_TITLE, 30, "Its title. Blank: as above.", "Relevance of the programme"),
    (
        ColumnField.ISSUE_NUMBER,
        13,
        "The number of the issue, such as 1 or 1(a). Blank: as above. An issue that only heads "
        "others has a row of its own, without an element.",
        "1(a)",
    ),
    (ColumnField.ISSUE_TITLE, 34, "Its title. Blank: as above.", "Setting priorities"),
    (
        ColumnField.CONTEXT,
        40,
        "The sentence or paragraphs before the elements of the issue. Blank: none, or as above.",
        "To set priorities, the Office will see to:",
    ),
    (
        ColumnField.GROUP_HEADING,
        22,
        "A heading inside the issue, above some of its elements. Blank: none, or as above.",
        "General",
    ),
    (
        ColumnField.LEAD_IN,
        30,
        "A sentence that leads in to some of the elements. Blank: none, or as above.",
        "In the first year:",
    ),
    (ColumnField.ELEMENT, 50, "One action element, without a bullet.", "a policy statement;"),
    (
        ColumnField.TIME_FRAME,
        20,
        "When it is to be done, in the plan's own words. The same words in the next row of the "
        "issue are the same time-frame.",
        "By end 2000",
    ),
    (
        ColumnField.CATEGORY,
        16,
        f"Progress: {', '.join(labels_for('en').categories.values())}. May be blank.",
        "in progress",
    ),
    (
        ColumnField.STATUS,
        50,
        "The status, as paragraphs and bullets (lines that begin with •). The same words in the "
        "next row are the same status. Leave the column blank for a plan without a report.",
        "A draft was discussed in March.",
    ),
    (ColumnField.AS_AT, 14, "The day as at which the statuses hold.", "2001-05-01"),
)
_SHEET = "Elements"
_HELP = "How to fill it in"


def csv_template() -> bytes:
    """The headings alone, as CSV in UTF-8 with a byte-order mark."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerow(_headings())
    return buffer.getvalue().encode("utf-8-sig")


def xlsx_template() -> bytes:
    """A workbook of two sheets: the headings, and what to write below each."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - no clock's
        head = workbook.add_format({"bold": True, "bottom": 2, "valign": "top"})
        text = workbook.add_format({"text_wrap": True, "valign": "top"})
        text_only = workbook.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        sheet = workbook.add_worksheet(_SHEET)
        sheet.freeze_panes(1, 0)
        for column, (field, width, _, _) in enumerate(_COLUMNS):
            # Texts stay texts: 1(a) is no number, and a date is in the plan's own words.
            sheet.set_column(column, column, width, text_only)
            sheet.write_string(0, column, heading_of(field), head)
        sheet = workbook.add_worksheet(_HELP)
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, 80)
        sheet.set_column(2, 2, 42)
        for column, heading in enumerate(("Column", "What to write", "For example")):
            sheet.write_string(0, column, heading, head)
        for row, (field, _, advice, example) in enumerate(_COLUMNS, 1):
            for column, content in enumerate((heading_of(field), advice, example)):
                sheet.write_string(row, column, content, text)
    return repack_zip(stream.getvalue())


def example_row() -> tuple[str, ...]:
    """A row as it may be filled in, in the order of the columns."""
    return tuple(example for *_, example in _COLUMNS)


def _headings() -> list[str]:
    return [heading_of(field) for field, *_ in _COLUMNS]
