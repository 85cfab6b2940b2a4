"""From a sheet with one row for each element to a source table, once its columns are known.

Each row says itself what it holds, so nothing is guessed later. A blank cell of a Part, an issue,
a context, a heading or a lead-in means “as above”, and so does one that repeats the words above it.
A time-frame or status whose words are those of the row above, in the same issue (a status: in the
same Part), is one cell beside both rows; where the sheet numbers its time-frames and statuses, the
numbers decide. Rows without an element give titles and contexts. What stands in columns of which
nothing is read becomes page furniture. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

from plans.reading.progress import Progress, no_progress
from plans.reading.readers.mapping import ColumnField as F
from plans.reading.readers.mapping import ColumnMapping, letter_of
from plans.reading.readers.sheets import Sheet, SheetRow
from plans.reading.readers.xlsx import MONTHS
from plans.reading.source_table import (
    BlockKind,
    BlockRole,
    Remark,
    SourceBlock,
    SourceCell,
    SourceError,
    SourcePage,
    SourceRow,
    SourceTable,
)
from plans.reports.labels import labels_for
from plans.text.categories import Category
from plans.text.prose import one_line, parse, words

# -- Texts ----------------------------------------------------------------------------------------

YES = frozenset({"yes", "y", "true", "1", "x", "oui", "vrai", "sí", "si", "verdadero"})
_NUMBERED_PART = re.compile(r"(?:[^\W\d]+\s+)?([IVXLC]{1,7}|\d{1,3}|[A-Z])\.?", re.IGNORECASE)


# A sheet says Part, issue and context again in every row, and asks for each of them several times.
_ROWS_LAST_SEEN = 512


@lru_cache(maxsize=_ROWS_LAST_SEEN)
def line_of(text: str) -> str:
    """``text`` as one line, without signs of bullets at the beginnings of its lines."""
    return one_line(" ".join(block.text for block in parse(text)))


def part_text(number: str, title: str) -> str:
    """A Part's heading from the cells of its number and title."""
    number, title = line_of(number), line_of(title)
    match = _NUMBERED_PART.fullmatch(number)
    if match and title:
        return f"Part {match[1].upper()} – {title}"
    return " ".join(text for text in (number, title) if text)


def issue_text(number: str, title: str) -> str:
    """An issue's heading from the cells of its number and title."""
    number, title = line_of(number), line_of(title)
    number = f"{number}." if number.isdecimal() else number
    return " ".join(text for text in (number, title) if text)


def category_of(text: str) -> str | None:
    """The value of the category that ``text`` names, in any language that reports are in."""
    wanted = one_line(text).casefold()
    for language in ("en", "fr", "es"):
        for value, label in labels_for(language).categories.items():
            if wanted in (str(value).casefold(), label.casefold()):
                return str(Category(value).value)
    return None


def row_words(row: SheetRow, mapping: ColumnMapping) -> Iterator[str]:
    """The words of a row, cell by cell; those of Parts and issues as their headings have them."""
    texts = dict(row.texts)
    for number, title, join in (
        (F.PART, F.PART_TITLE, part_text),
        (F.PARENT_NUMBER, F.PARENT_TITLE, issue_text),
        (F.ISSUE_NUMBER, F.ISSUE_TITLE, issue_text),
    ):
        columns = [mapping.column(number), mapping.column(title)]
        cells = [texts.pop(column, "") if column is not None else "" for column in columns]
        yield from _words_of(join(*cells))
    for text in texts.values():
        yield from _words_of(text)


@lru_cache(maxsize=_ROWS_LAST_SEEN)
def _words_of(text: str) -> tuple[str, ...]:
    return tuple(words(text))


# -- Headings -------------------------------------------------------------------------------------

_HEADED = (
    (F.ISSUE_TITLE, F.ISSUE_NUMBER),
    (F.ELEMENT,),
    (F.TIME_FRAME,),
)


@dataclass(frozen=True)
class Headings:
    """The row of ``sheet`` that holds the headings, of the columns that ``mapping`` names."""

    sheet: Sheet
    mapping: ColumnMapping
    row: SheetRow

    @property
    def with_status(self) -> bool:
        """Whether the table has a fourth column."""
        return bool({F.STATUS, F.CATEGORY} & set(self.mapping.fields.values()))

    @cached_property
    def used(self) -> frozenset[int]:
        """The columns of the sheet whose headings are those of the table."""
        return frozenset(self._columns().values())

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The headings of the table's columns; the last with the date of the round."""
        headed = self._columns()
        columns = [headed.get(number) for number in range(1, 5 if self.with_status else 4)]
        texts = [self.row.texts.get(c, "") if c is not None else "" for c in columns]
        if self.with_status:
            texts[3] = f"{texts[3]} {_day_after(texts[3], self._dated())}"
        return tuple(line_of(text) for text in texts)

    @property
    def unused_texts(self) -> list[str]:
        """The headings of the sheet that are none of the table's."""
        return [text for index, text in self.row.texts.items() if index not in self.used]

    def row_of(self, page: int) -> SourceRow:
        """The headings over the table of that page."""
        line = self.row.number
        blocks = [
            SourceBlock(
                f"p{page}.r0.c{number}.b1", BlockKind.PARAGRAPH, text, line, role=BlockRole.COLUMN
            )
            for number, text in enumerate(self.texts, 1)
        ]
        cells = tuple(SourceCell((block,) if block.text else ()) for block in blocks)
        return SourceRow(number=0, line=line, cells=cells, declared=True)

    def _columns(self) -> dict[int, int]:
        """The columns of the table, from 1, by the column of the sheet whose heading they take."""
        fields = [*_HEADED, *([(F.AS_AT,) if self._dated() else (F.STATUS, F.CATEGORY)])]
        found: dict[int, int] = {}
        for number, names in enumerate(fields[: 4 if self.with_status else 3], 1):
            columns = (self.mapping.column(name) for name in names)
            column = next((column for column in columns if column is not None), None)
            if column is not None:
                found[number] = column
        return found

    def _dated(self) -> str:
        """The date of the round, from the first row that states it."""
        column = self.mapping.column(F.AS_AT)
        if column is None:
            return ""
        rows = (row for row in self.sheet.rows if row.number > self.row.number)
        return next((row.texts[column] for row in rows if column in row.texts), "")


def _day_after(heading: str, day: str) -> str:
    """``day`` as it is printed after an English ``heading``; as it stands in any other language,
    or when it is not written as 2000-08-31."""
    if not heading.casefold().rstrip().endswith("as at"):
        return day
    try:
        at = date.fromisoformat(day.strip())
    except ValueError:
        return day
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


# Rows between two reports of progress: some tenths of a second.
_AT_ONCE = 500


def read_flat(
    sheet: Sheet,
    mapping: ColumnMapping,
    *,
    name: str,
    sha256: str,
    progress: Progress = no_progress,
) -> SourceTable:
    """The source table of ``sheet``, read as ``mapping`` says.

    Raises SourceError for a mapping that names what the sheet has not.
    """
    mapping.check()
    header = next((row for row in sheet.rows if row.number == mapping.header), None)
    if header is None:
        raise SourceError(f"{sheet.where(mapping.header or 1)}: no headings of columns stand there")
    beyond = next((i for i in mapping.fields if not 0 <= i < max(sheet.columns, 1)), None)
    if beyond is not None:
        last = letter_of(max(sheet.columns, 1) - 1)
        raise SourceError(f"the sheet has no column {letter_of(beyond)}; its last is {last}")
    return _FlatReader(sheet, mapping, header).table(name, sha256, progress)


@dataclass
class _Cell:
    """A time-frame or status that has been met: its cell and its words' blocks."""

    id: str
    text: str
    blocks: list[str]


@dataclass
class _PartState:
    """What the rows above have said, in one Part."""

    page: int
    part: str
    blocks: dict[str, list[str]] = field(default_factory=dict)
    top: str = ""
    issue: str = ""
    number: str = ""
    context: str = ""
    group: tuple[str, str] = ("", "")
    frame: _Cell | None = None
    status: _Cell | None = None
    rows: list[SourceRow] = field(default_factory=list)
    loose: list[SourceBlock] = field(default_factory=list)


class _FlatReader:
    def __init__(self, sheet: Sheet, mapping: ColumnMapping, header: SheetRow) -> None:
        self.sheet = sheet
        self.mapping = mapping
        self.header = header
        self.headings = Headings(sheet, mapping, header)
        self.with_status = self.headings.with_status
        self.pages: list[SourcePage] = []
        self.heads: dict[int, SourceBlock] = {}
        self.remarks = [Remark(row, message) for row, message in sheet.remarks]
        self.cells: dict[str, _Cell] = {}
        self.state: _PartState | None = None

    def table(self, name: str, sha256: str, progress: Progress) -> SourceTable:
        above = [row for row in self.sheet.rows if row.number < self.header.number]
        below = [row for row in self.sheet.rows if row.number > self.header.number]
        self._cover(above)
        for done, row in enumerate(below, 1):
            self._row(row)
            if done % _AT_ONCE == 0 or done == len(below):
                progress("rows", done, len(below))
        if self.state is None:
            raise SourceError(
                "no row with an element stands below the headings",
                where=self.sheet.where(self.header.number),
            )
        self._end_page()
        return SourceTable(
            name=name,
            sha256=sha256,
            pages=tuple(self.pages),
            raw_words=tuple(self._raw_words()),
            line_names={row.number: self.sheet.where(row.number) for row in self.sheet.rows},
            remarks=tuple(self.remarks),
            by_columns=True,
        )

    def _raw_words(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The words of the rows, and of the headings once for each Part."""
        for row in self.sheet.rows:
            if row is self.header:
                texts = self.headings.unused_texts
                yield row.number, tuple(word for text in texts for word in words(text))
            else:
                yield row.number, tuple(row_words(row, self.mapping))
        headings = [word for text in self.headings.texts for word in words(text)]
        for _ in self.pages[1:]:
            yield self.header.number, tuple(headings)

    # What stands above the headings

    def _cover(self, above: list[SheetRow]) -> None:
        loose: list[SourceBlock] = []
        for row in above:
            text = " ".join(map(line_of, row.texts.values()))
            loose.append(
                SourceBlock(f"p0.x{len(loose) + 1}", BlockKind.PARAGRAPH, text, row.number)
            )
        rest = " ".join(map(line_of, self.headings.unused_texts))
        if rest:
            loose.append(self._boilerplate(f"p0.x{len(loose) + 1}", rest, self.header.number))
        self.pages.append(SourcePage(number=0, head=None, rows=(), loose=tuple(loose)))

    # Rows

    def _row(self, row: SheetRow) -> None:
        values = {
            found: row.texts[column]
            for column, found in self.mapping.fields.items()
            if column in row.texts
        }
        part = part_text(values.get(F.PART, ""), values.get(F.PART_TITLE, ""))
        state = self._part(part, row)
        parent = issue_text(values.get(F.PARENT_NUMBER, ""), values.get(F.PARENT_TITLE, ""))
        if parent:
            self._parent(state, parent, row)
        number = len(state.rows)
        prefix = f"p{state.page}.r{number}"
        first = self._issue(state, values, f"{prefix}.c1", row.number)
        second = self._context(state, values, f"{prefix}.c2", row.number)
        second += self._group(state, values, f"{prefix}.c2", row.number, len(second))
        second += self._elements(values, f"{prefix}.c2", row.number, len(second))
        cells = [
            SourceCell(tuple(first)),
            SourceCell(tuple(second)),
            self._frame(state, values, prefix, row),
        ]
        if self.with_status:
            cells.append(self._status(state, values, prefix, row))
        missing = line_of(values.get(F.MISSING, "")).casefold() in YES
        state.rows.append(
            SourceRow(number, row.number, tuple(cells), declared=True, missing=missing)
        )
        self._leftovers(state, row)

    def _part(self, text: str, row: SheetRow) -> _PartState:
        state = self.state
        if state is not None and text in ("", state.part):
            if text:
                self._loose(state, text, row.number)
            return state
        if state is not None:
            self._end_page()
        page = len(self.pages)
        state = self.state = _PartState(page=page, part=text)
        if text:
            head = SourceBlock(
                f"p{page}.head", BlockKind.PARAGRAPH, text, row.number, role=BlockRole.PART
            )
            self.heads[page] = head
        state.rows.append(self.headings.row_of(page))
        return state

    def _parent(self, state: _PartState, text: str, row: SheetRow) -> None:
        if text == state.top:
            self._loose(state, text, row.number)
            return
        number = len(state.rows)
        columns = 4 if self.with_status else 3
        block = SourceBlock(
            f"p{state.page}.r{number}.c1.b1",
            BlockKind.PARAGRAPH,
            text,
            row.number,
            role=BlockRole.ISSUE,
        )
        cells = (SourceCell((block,)), *[SourceCell(())] * (columns - 1))
        state.rows.append(SourceRow(number, row.number, cells, declared=True))
        state.top = state.issue = text
        state.number = ""
        state.blocks["issue"] = [block.id]
        self._new_issue(state)

    def _issue(
        self, state: _PartState, values: Mapping[F, str], prefix: str, line: int
    ) -> list[SourceBlock]:
        number = line_of(values.get(F.ISSUE_NUMBER, ""))
        title = line_of(values.get(F.ISSUE_TITLE, ""))
        text = issue_text(number, title)
        if not text:
            return []
        same = text == state.issue or (not title and number == state.number)
        if same:
            return self._repeated(state, "issue", [(BlockKind.PARAGRAPH, text)], prefix, line, 0)
        state.issue, state.number = text, number
        if re.match(r"\d{1,3}\.\s", text):
            state.top = text
        self._new_issue(state)
        return self._new(
            state, "issue", [(BlockKind.PARAGRAPH, text)], BlockRole.ISSUE, prefix, line, 0
        )

    def _new_issue(self, state: _PartState) -> None:
        state.context, state.group, state.frame = "", ("", ""), None

    def _context(
        self, state: _PartState, values: Mapping[F, str], prefix: str, line: int
    ) -> list[SourceBlock]:
        text = values.get(F.CONTEXT, "")
        if not text:
            return []
        found = [(BlockKind(block.kind), block.text) for block in parse(text)]
        if text == state.context:
            return self._repeated(state, "context", found, prefix, line, 0)
        state.context = text
        return self._new(state, "context", found, BlockRole.CONTEXT, prefix, line, 0)

    def _group(
        self, state: _PartState, values: Mapping[F, str], prefix: str, line: int, count: int
    ) -> list[SourceBlock]:
        heading = line_of(values.get(F.GROUP_HEADING, ""))
        lead_in = line_of(values.get(F.LEAD_IN, ""))
        blocks: list[SourceBlock] = []
        new_heading = bool(heading) and heading != state.group[0]
        for key, text, role, new in (
            ("heading", heading, BlockRole.GROUP_HEADING, new_heading),
            ("lead-in", lead_in, BlockRole.LEAD_IN, new_heading or lead_in != state.group[1]),
        ):
            if not words(text):
                continue
            found = [(BlockKind.PARAGRAPH, text)]
            at = count + len(blocks)
            if new:
                blocks += self._new(state, key, found, role, prefix, line, at)
            else:
                blocks += self._repeated(state, key, found, prefix, line, at)
        if new_heading:
            state.group = (heading, lead_in)
        elif lead_in:
            state.group = (state.group[0], lead_in)
        return blocks

    def _elements(
        self, values: Mapping[F, str], prefix: str, line: int, count: int
    ) -> list[SourceBlock]:
        text = values.get(F.ELEMENT, "")
        found = parse(text)
        if not all(block.kind == "bullet" for block in found):
            # Words of one element, over whatever lines they run.
            texts = [" ".join(block.text for block in found)]
        else:
            texts = [block.text for block in found]
        return [
            SourceBlock(f"{prefix}.b{index}", BlockKind.BULLET, text, line, role=BlockRole.ELEMENT)
            for index, text in enumerate(texts, count + 1)
            if words(text)
        ]

    def _frame(
        self, state: _PartState, values: Mapping[F, str], prefix: str, row: SheetRow
    ) -> SourceCell:
        text = line_of(values.get(F.TIME_FRAME, ""))
        key = values.get(F.TIME_FRAME_ID, "")
        if not words(text):
            state.frame = None
            return SourceCell(())
        found = [(BlockKind.PARAGRAPH, text)]
        above = self.cells.get(f"frame {key}") if key else state.frame
        cell, made = self._beside(
            above, text, found, BlockRole.TIME_FRAME, f"{prefix}.c3", row.number
        )
        state.frame = made
        if key:
            self.cells.setdefault(f"frame {key}", made)
        return cell

    def _status(
        self, state: _PartState, values: Mapping[F, str], prefix: str, row: SheetRow
    ) -> SourceCell:
        text = values.get(F.STATUS, "")
        key = values.get(F.STATUS_ID, "")
        found = [(BlockKind(block.kind), block.text) for block in parse(text) if words(block.text)]
        category = self._category(values, row)
        if not found and not key:
            state.status = None
            return SourceCell((), category=category)
        above = self.cells.get(f"status {key}") if key else state.status
        cell, made = self._beside(above, text, found, BlockRole.STATUS, f"{prefix}.c4", row.number)
        state.status = made
        if key:
            self.cells.setdefault(f"status {key}", made)
        repeats = cell.points_to is not None
        return SourceCell(
            cell.blocks, points_to=cell.points_to, category=None if repeats else category
        )

    def _category(self, values: Mapping[F, str], row: SheetRow) -> str | None:
        text = values.get(F.CATEGORY, "")
        if not text:
            return None
        category = category_of(text)
        if category is None:
            known = ", ".join(labels_for("en").categories.values())
            self.remarks.append(
                Remark(row.number, f"“{text[:40]}” is no category of a status ({known})")
            )
        return category

    def _beside(
        self,
        above: _Cell | None,
        text: str,
        found: list[tuple[BlockKind, str]],
        role: BlockRole,
        prefix: str,
        line: int,
    ) -> tuple[SourceCell, _Cell]:
        """A cell of the third or fourth column, which may be that of the row above again."""
        if above is not None and above.text == text:
            blocks = [
                SourceBlock(
                    f"{prefix}.b{i}", kind, words_, line, role=BlockRole.DUPLICATE, repeats=original
                )
                for i, ((kind, words_), original) in enumerate(
                    zip(found, above.blocks, strict=True), 1
                )
            ]
            return SourceCell(tuple(blocks), points_to=above.id), above
        blocks = [
            SourceBlock(f"{prefix}.b{index}", kind, words_, line, role=role)
            for index, (kind, words_) in enumerate(found, 1)
        ]
        return SourceCell(tuple(blocks)), _Cell(prefix, text, [block.id for block in blocks])

    def _leftovers(self, state: _PartState, row: SheetRow) -> None:
        """Keep what stands in columns of which nothing is read, as page furniture."""
        read = {
            column
            for column, found in self.mapping.fields.items()
            if found not in (F.MISSING, F.CATEGORY, F.AS_AT, F.TIME_FRAME_ID, F.STATUS_ID)
        }
        texts = [line_of(text) for column, text in row.texts.items() if column not in read]
        text = " ".join(filter(words, texts))
        if words(text):
            self._loose(state, text, row.number)

    # Blocks

    def _new(
        self,
        state: _PartState,
        key: str,
        found: list[tuple[BlockKind, str]],
        role: BlockRole,
        prefix: str,
        line: int,
        count: int,
    ) -> list[SourceBlock]:
        blocks = [
            SourceBlock(f"{prefix}.b{index}", kind, text, line, role=role)
            for index, (kind, text) in enumerate(found, count + 1)
        ]
        state.blocks[key] = [block.id for block in blocks]
        return blocks

    def _repeated(
        self,
        state: _PartState,
        key: str,
        found: list[tuple[BlockKind, str]],
        prefix: str,
        line: int,
        count: int,
    ) -> list[SourceBlock]:
        return [
            SourceBlock(
                f"{prefix}.b{index}", kind, text, line, role=BlockRole.DUPLICATE, repeats=original
            )
            for index, ((kind, text), original) in enumerate(
                zip(found, state.blocks[key], strict=True), count + 1
            )
        ]

    def _loose(self, state: _PartState, text: str, line: int) -> None:
        name = f"p{state.page}.x{len(state.loose) + 1}"
        state.loose.append(self._boilerplate(name, text, line))

    def _boilerplate(self, name: str, text: str, line: int) -> SourceBlock:
        return SourceBlock(name, BlockKind.PARAGRAPH, text, line, role=BlockRole.BOILERPLATE)

    def _end_page(self) -> None:
        state = self.state
        if state is None:
            return
        self.pages.append(
            SourcePage(
                state.page, self.heads.get(state.page), tuple(state.rows), tuple(state.loose)
            )
        )
