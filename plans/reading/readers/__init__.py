"""Readers: from the bytes of a document to the source table. They judge nothing.

The kind of a document is told from its content. Libraries of one format are imported when a
document of that format is read. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from plans.reading.progress import Progress, no_progress
from plans.reading.readers import gb_text
from plans.reading.readers import sheets as delimited
from plans.reading.readers.flat import read_flat
from plans.reading.readers.kinds import SourceKind, kind_of
from plans.reading.readers.mapping import ColumnField, ColumnMapping, guess_mapping
from plans.reading.readers.sheet_tables import is_hinted, is_table, read_tables
from plans.reading.readers.sheets import Sheet
from plans.reading.source_table import SourceError, SourceTable

_SAMPLES = 3
_SAMPLE_LENGTH = 160


class MappingNeededError(SourceError):
    """A sheet whose columns nobody has named, and whose headings say too little."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column of a sheet: its number from 0, its heading, a few different texts of it, cut
    short, and what its heading says that it holds (None when that is unknown)."""

    index: int
    heading: str
    samples: tuple[str, ...]
    field: ColumnField | None


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one sheet of a file.

    ``sheets`` are the names of all its sheets that hold anything, ("",) for CSV; ``mapping`` is
    the likeliest, from which a person may start. ``tables`` are the names of the sheets that are
    read as the printed table while nobody says what the columns hold; none of a sheet with a row
    for each element.
    """

    sheet: str
    sheets: tuple[str, ...]
    columns: tuple[SheetColumn, ...]
    mapping: ColumnMapping
    tables: tuple[str, ...] = ()


def columns_of(data: bytes, *, sheet: str = "", header: int | None = None) -> Columns:
    """The columns of a CSV or XLSX file, to be shown to a person who says what they are.

    ``sheet`` and ``header`` (the number of the row with the headings, from 1) are the likeliest
    where nothing is said. Raises SourceError for any other kind of file, and an unknown sheet.
    """
    sheets = _sheets(data, kind_of(data), no_progress)
    chosen = _chosen(sheets, sheet)
    mapping = chosen.likeliest()
    if header is not None:
        row = next((row for row in chosen.rows if row.number == header), None)
        if row is None:
            raise SourceError("no headings of columns stand there", where=chosen.where(header))
        mapping = guess_in(chosen, header)
    below = [row for row in chosen.rows if row.number > (mapping.header or 0)]
    head = next((row.texts for row in chosen.rows if row.number == mapping.header), {})
    found = []
    for index in range(chosen.columns):
        texts = dict.fromkeys(
            row.texts[index][:_SAMPLE_LENGTH] for row in below if index in row.texts
        )
        if texts or index in head:
            samples = tuple(list(texts)[:_SAMPLES])
            found.append(
                SheetColumn(index, head.get(index, ""), samples, mapping.fields.get(index))
            )
    names = tuple(one.name for one in sheets)
    tables = tuple(one.name for one in _tables(sheets))
    return Columns(chosen.name, names, tuple(found), mapping, tables)


def read_source(
    data: bytes,
    *,
    name: str,
    mapping: ColumnMapping | None = None,
    progress: Progress = no_progress,
) -> SourceTable:
    """Read a document of any kind.

    ``name`` is its file name, kept as provenance. ``mapping`` says which column is what, for CSV
    and XLSX; without it the headings must say so. Raises MappingNeededError when they do not, and
    SourceError when the document cannot be read, with the place to blame.
    """
    kind = kind_of(data)
    if kind is SourceKind.TEXT:
        return gb_text.read(data, name=name, progress=progress)
    if kind in (SourceKind.CSV, SourceKind.XLSX):
        return _read_sheets(data, kind, name, mapping, progress)
    if kind is SourceKind.DOCX:
        from plans.reading.readers import docx

        return docx.read(data, name=name, progress=progress)
    from plans.reading.readers import html

    return html.read(data, name=name, progress=progress)


def guess_in(sheet: Sheet, header: int) -> ColumnMapping:
    """The likeliest mapping of a sheet whose headings stand in the row ``header``."""
    row = next(row for row in sheet.rows if row.number == header)
    return guess_mapping(sheet.headings(row), sheet=sheet.name, header=header)


def _sheets(data: bytes, kind: SourceKind, progress: Progress) -> Sequence[Sheet]:
    if kind is SourceKind.CSV:
        return (delimited.read_rows(data),)
    if kind is SourceKind.XLSX:
        from plans.reading.readers import xlsx

        return xlsx.read_sheets(data, progress)
    raise SourceError("only CSV files and workbooks have columns to be named")


def _chosen(sheets: Sequence[Sheet], name: str) -> Sheet:
    """The sheet of that name, or the one whose headings are known best."""
    if name:
        for sheet in sheets:
            if sheet.name == name:
                return sheet
        raise SourceError(f"the workbook has no sheet {name!r}")
    return max(sheets, key=lambda sheet: len(sheet.likeliest().fields))


def _tables(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets that hold the printed table: those that say so, or else those that look it."""
    hinted = [sheet for sheet in sheets if is_hinted(sheet)]
    return hinted or [sheet for sheet in sheets if is_table(sheet)]


def _read_sheets(
    data: bytes, kind: SourceKind, name: str, mapping: ColumnMapping | None, progress: Progress
) -> SourceTable:
    sheets = _sheets(data, kind, progress)
    sha256 = hashlib.sha256(data).hexdigest()
    if mapping is None:
        tables = _tables(sheets)
        if tables:
            others = [sheet for sheet in sheets if sheet not in tables]
            return read_tables(tables, others, name=name, sha256=sha256, progress=progress)
    sheet = _chosen(sheets, mapping.sheet if mapping else "")
    if mapping is None:
        mapping = sheet.likeliest()
        if not mapping.is_enough:
            raise MappingNeededError(
                "say which column holds what: the headings of the columns do not tell",
                where=sheet.where(mapping.header or 1),
            )
    elif mapping.header is None:
        mapping = ColumnMapping(mapping.fields, mapping.sheet, sheet.likeliest().header)
    return read_flat(sheet, mapping, name=name, sha256=sha256, progress=progress)
