"""Sheets of a workbook that hold the printed table, its cells merged, to a source table. Pure.

The tracker's own workbooks say in a hidden column what stands in each row. Other sheets of three or
four columns are tables too when their cells are merged over rows or hold whole lists.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence

from plans.reading.progress import Progress, no_progress
from plans.reading.readers.sheets import Sheet, SheetRow
from plans.reading.readers.tables import COLUMNS, Grid, GridCell, GridRow, Loose, Text, pages_of
from plans.reading.source_table import BlockKind, Remark, SourceTable
from plans.reports.hints import Hint, RowHint, read_hint
from plans.text.prose import BULLET, one_line, parse, words

HINTS = max(COLUMNS)
"""The column of the hints, from 0."""
_ONE_LINE = frozenset({RowHint.PART, RowHint.COLUMNS})


def is_hinted(sheet: Sheet) -> bool:
    """True for a sheet of a workbook that the tracker wrote which holds a Part."""
    return any(hint_of(row) is not None for row in sheet.rows[:2])


def is_table(sheet: Sheet) -> bool:
    """True for a sheet that looks like a printed table, and not like a row for each element."""
    if sheet.columns not in COLUMNS:
        return False
    merged = any(one.last_row > one.first_row and one.first_column > 0 for one in sheet.merged)
    return merged or any(
        len(parse(text)) > 1 for row in sheet.rows if (text := row.texts.get(1)) is not None
    )


def hint_of(row: SheetRow) -> Hint | None:
    return read_hint(row.texts.get(HINTS, ""))


def read_tables(
    sheets: Sequence[Sheet],
    others: Sequence[Sheet],
    *,
    name: str,
    sha256: str,
    progress: Progress = no_progress,
) -> SourceTable:
    """The source table of ``sheets``, each of them a Part or more; ``others`` are not read.

    Reports the rows after each sheet. Raises SourceError as ``pages_of`` does.
    """
    parts: list[Grid | Loose] = []
    names: dict[int, str] = {}
    raw: list[tuple[int, tuple[str, ...]]] = []
    remarks: list[Remark] = []
    before = 0
    of = sum(len(sheet.rows) for sheet in sheets)
    for sheet in sheets:
        hinted = is_hinted(sheet)
        for row in sheet.rows:
            line = before + row.number
            names[line] = sheet.where(row.number)
            raw.append((line, tuple(_row_words(row, hinted=hinted))))
        remarks += (Remark(before + row, message) for row, message in sheet.remarks)
        parts += _parts(sheet, before, hinted=hinted)
        before += sheet.rows[-1].number
        progress("rows", len(raw), of)
    pages, found = pages_of(parts)
    remarks += found
    if others:
        listed = ", ".join(other.name for other in others)
        message = f"the sheets beside those of the Parts are not read: {listed}"
        remarks.append(Remark(1, message, repaired=all(map(is_hinted, sheets))))
    return SourceTable(
        name=name,
        sha256=sha256,
        pages=pages,
        raw_words=tuple(raw),
        line_names=names,
        remarks=tuple(remarks),
    )


def _row_words(row: SheetRow, *, hinted: bool) -> Iterator[str]:
    for column, text in row.texts.items():
        if not (hinted and column == HINTS):
            yield from words(text)


def _parts(sheet: Sheet, before: int, *, hinted: bool) -> Iterator[Grid | Loose]:
    """What stands above the table as text, and the table."""
    rows = list(sheet.rows)
    if not hinted:
        first = next((i for i, row in enumerate(rows) if len(row.texts) >= min(COLUMNS)), 0)
        above, rows = rows[:first], rows[first:]
        yield Loose(
            [
                (before + row.number, Text(one_line(text)))
                for row in above
                for text in row.texts.values()
                if words(text)
            ]
        )
    yield _grid(sheet, rows, before, hinted=hinted)


def _grid(sheet: Sheet, rows: Sequence[SheetRow], before: int, *, hinted: bool) -> Grid:
    numbers = [row.number for row in rows]
    width = min(max(sheet.columns, 1), HINTS) if hinted else sheet.columns
    merged = {(one.first_row, one.first_column): one for one in sheet.merged}
    starting: dict[int, list[int]] = defaultdict(list)
    for one in sheet.merged:
        starting[one.first_row].append(one.first_column)
    found = []
    for row in rows:
        hint = hint_of(row) if hinted else None
        cells = []
        blank = {column for column in starting.get(row.number, ()) if column < width}
        for column in sorted(blank | set(row.texts)):
            text = row.texts.get(column, "")
            if hinted and column == HINTS:
                continue
            found_range = merged.get((row.number, column))
            last_row = found_range.last_row if found_range else row.number
            last_column = found_range.last_column if found_range else column
            # A long row that was made several of the sheet is one row again.
            spanned = bisect_right(numbers, last_row) - bisect_left(numbers, row.number)
            link = sheet.links.get((row.number, column))
            cells.append(
                GridCell(
                    start=column,
                    width=min(last_column - column + 1, width),
                    texts=_texts(text, hint, column),
                    rows=spanned,
                    link=_anchor(link[0], link[1]) if link else None,
                )
            )
        found.append(
            GridRow(
                line=before + row.number,
                where=sheet.where(row.number),
                cells=cells,
                hint=hint,
                anchors=(_anchor(sheet.name, row.number),),
            )
        )
    return Grid(f"sheet {sheet.name}", found, width, tuple(range(width)))


def _anchor(sheet: str, row: int) -> str:
    return f"{row}:{sheet}"


def _texts(text: str, hint: Hint | None, column: int) -> list[Text]:
    if hint is not None and (column == 0 or hint.row in _ONE_LINE):
        return [Text(one_line(text))] if words(text) else []
    if hint is not None and column == 1 and hint.row in (RowHint.ELEMENT, RowHint.MISSING):
        line = one_line(text.removeprefix(BULLET))
        return [Text(line, BlockKind.BULLET, True)] if words(line) else []
    return [
        Text(block.text, BlockKind(block.kind), block.kind == "bullet")
        for block in parse(text)
        if words(block.text)
    ]
