"""Reader of documents for word processors: any table of three or four columns with Part headings.

Bullets may be items of lists or typed signs, cells may be merged, page heads may be repeated. Rows
of documents that the tracker wrote carry hints, and nothing is guessed in them. Headers and footers
are no part of the text, nor are comments, which are counted. Nothing is followed. Pure.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from plans.reading.progress import Progress, no_progress
from plans.reading.readers.office import OfficeKind, check_office_file
from plans.reading.readers.tables import Grid, GridCell, GridRow, Loose, Text, pages_of
from plans.reading.readers.word import (
    Paragraph,
    ParagraphReader,
    W,
    column_span,
    inside,
    number_of,
    part_tree,
    raw_words,
    row_cells,
    row_merge,
    table_rows,
    texts_of,
)
from plans.reading.source_table import BlockRole, Remark, SourceError, SourceTable
from plans.reports.hints import read_bookmark
from plans.text.prose import words

MAX_ROWS = 50_000
_BODY = (f"{W}p", f"{W}tbl")
# Styles that say what a paragraph of the cover is. The first two are everybody's; the others are
# of the tracker's own template.
_STYLES = {
    "title": BlockRole.TITLE,
    "footnote text": BlockRole.FOOTNOTE,
    "agenda item": BlockRole.AGENDA_ITEM,
    "place and date": BlockRole.PLACE_DATE,
    "document symbol": BlockRole.BOILERPLATE,
}
_OWN_STYLES = {"body text": BlockRole.PARAGRAPH, "heading 1": BlockRole.BOILERPLATE}
# Lines of these are lines of what they say, and not one text.
_LINES = frozenset({BlockRole.AGENDA_ITEM, BlockRole.TITLE, BlockRole.PLACE_DATE})


def read(data: bytes, *, name: str, progress: Progress = no_progress) -> SourceTable:
    """Read a DOCX file; reports its rows after each table.

    ``name`` is the file's name, kept as provenance. Raises SourceError for a file that may not be
    opened or cannot be understood, and for a document without a table of three or four columns.
    """
    check_office_file(data, OfficeKind.DOCX)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            reading = _DocxReader(archive)
            parts: list[Grid | Loose] = []
            for part in reading.parts():
                parts.append(part)
                if isinstance(part, Grid):
                    progress("rows", reading.rows, max(reading.rows, reading.of))
            reading.notes()
    except (KeyError, etree.XMLSyntaxError) as error:
        raise SourceError(f"the document is damaged: {error}") from error
    pages, remarks = pages_of([*parts, reading.footnotes])
    return SourceTable(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        pages=pages,
        raw_words=tuple(reading.raw()),
        line_names=reading.line_names,
        remarks=(*reading.remarks, *remarks),
    )


class _DocxReader:
    """One reading of a document. Lines are its paragraphs outside tables, its rows, its notes."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.words = ParagraphReader(
            part_tree(archive, "word/styles.xml"), part_tree(archive, "word/numbering.xml")
        )
        document = part_tree(archive, "word/document.xml")
        body = document.find(f"{W}body") if document is not None else None
        if body is None:
            raise SourceError("the document has no body")
        self.body = body
        self.is_own = any(
            read_bookmark(mark.get(f"{W}name", "")) for mark in body.iter(f"{W}bookmarkStart")
        )
        self.line = 0
        self.line_names: dict[int, str] = {}
        self.remarks: list[Remark] = []
        self.footnotes = Loose()
        self.labels: dict[Any, str] = {}
        self.elements: list[tuple[int, Any]] = []
        self.tables = self.paragraphs = self.rows = 0
        # Rows of tables within cells are not counted as read.
        self.of = sum(len(table.findall(f"{W}tr")) for table in body.iterchildren(f"{W}tbl"))

    def parts(self) -> Iterator[Grid | Loose]:
        for element in inside(self.body, *_BODY):
            if element.tag == f"{W}tbl":
                self.tables += 1
                yield self._grid(element)
            else:
                yield Loose([(line, text) for line, text in self._loose(element)])

    def notes(self) -> None:
        """Read the footnotes and endnotes whose marks were met, and count the comments."""
        for kind in ("footnote", "endnote"):
            tree = part_tree(self.archive, f"word/{kind}s.xml")
            for element in tree.findall(f"{W}{kind}") if tree is not None else ():
                key = (kind, element.get(f"{W}id", ""))
                if key not in self.words.marks:
                    continue
                line = self._next(f"{kind} {element.get(f'{W}id')}", element)
                mark = self.words.marks[key]
                texts = [
                    text.text for p in self._paragraphs(element) for text in texts_of(p, whole=True)
                ]
                text = " ".join([*([mark] if mark else []), *texts])
                if words(text):
                    self.footnotes.texts.append((line, Text(text, role=BlockRole.FOOTNOTE)))
        comments = part_tree(self.archive, "word/comments.xml")
        count = len(comments.findall(f"{W}comment")) if comments is not None else 0
        if count:
            self.remarks.append(Remark(1, f"{count} comments are not read"))

    def raw(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        for line, element in self.elements:
            found = raw_words(element, self.words, self.labels)
            if element.tag in (f"{W}footnote", f"{W}endnote"):
                kind = element.tag.removeprefix(W)
                mark = self.words.marks[kind, element.get(f"{W}id", "")]
                found = (*words(mark), *found)
            if found:
                yield line, found

    def _next(self, where: str, element: Any) -> int:
        self.line += 1
        self.line_names[self.line] = where
        self.elements.append((self.line, element))
        return self.line

    def _remark(self, message: str) -> None:
        self.remarks.append(Remark(self.line, message))

    # Paragraphs

    def _paragraph(self, element: Any) -> Iterator[Paragraph]:
        """A paragraph, and after it those of the text boxes that are anchored in it."""
        found = self.words.paragraph(element)
        if found.label:
            self.labels[element] = found.label
        if found.hidden:
            self._remark(f"{found.hidden} words are hidden; they are read like the others")
        yield found
        for box in found.boxes:
            self._remark("a text box is read as text after its paragraph")
            yield from self._paragraphs(box)

    def _paragraphs(self, element: Any) -> Iterator[Paragraph]:
        """The paragraphs of a cell, a box or a note; those of tables inside it too."""
        for node in inside(element, *_BODY):
            if node.tag == f"{W}p":
                yield from self._paragraph(node)
                continue
            self._remark("a table inside is read as text")
            for row in inside(node, f"{W}tr"):
                for cell in row_cells(row):
                    yield from self._paragraphs(cell)

    def _loose(self, element: Any) -> Iterator[tuple[int, Text]]:
        self.paragraphs += 1
        line = self._next(f"paragraph {self.paragraphs}", element)
        for found in self._paragraph(element):
            role = _STYLES.get(found.style)
            if role is None and self.is_own:
                role = _OWN_STYLES.get(found.style)
            if role in _LINES:
                lines = found.text.split("\n")
                found_texts = [
                    text
                    for piece in lines
                    for text in texts_of(_with_text(found, piece), role=role, whole=True)
                ]
            else:
                found_texts = texts_of(found, role=role, whole=role is not None)
            for text in found_texts:
                yield line, text

    # Tables

    def _grid(self, table: Any) -> Grid:
        where = f"table {self.tables}"
        rows: list[GridRow] = []
        # The cell that a vertical merge goes on with, by the column in which it starts.
        above: dict[int, GridCell] = {}
        width = 0
        for element in table_rows(table):
            if len(rows) >= MAX_ROWS:
                raise SourceError(f"more than {MAX_ROWS:,} rows", where=where)
            line = self._next(f"{where}, row {len(rows) + 1}", element)
            row = self._row(element, line, above)
            width = max(width, max((cell.start + cell.width for cell in row.cells), default=0))
            rows.append(row)
        self.rows += len(rows)
        return Grid(where, rows, width)

    def _row(self, element: Any, line: int, above: dict[int, GridCell]) -> GridRow:
        start = number_of(element, f"{W}trPr/{W}gridBefore", 0)
        cells: list[GridCell] = []
        anchors: list[str] = []
        bodies = list(row_cells(element))
        contents = [list(self._paragraphs(body)) for body in bodies]
        anchors += (name for content in contents for found in content for name in found.bookmarks)
        for body in bodies:
            # Bookmarks may stand between paragraphs as well.
            anchors += (mark.get(f"{W}name", "") for mark in body.findall(f"{W}bookmarkStart"))
        hint = next(filter(None, map(read_bookmark, anchors)), None)
        for index, (body, content) in enumerate(zip(bodies, contents, strict=True)):
            width = column_span(body)
            texts = [
                text
                for found in content
                for text in texts_of(found, whole=hint is not None, numbered_are_bullets=index > 0)
            ]
            link = next((found.link for found in content if found.link), None)
            cell = GridCell(start, width, texts, link=link)
            merge = row_merge(body)
            if merge is None:
                above.pop(start, None)
            elif merge == "continue" and start in above and not texts:
                above[start].rows += 1
                cell.rows = 0
            else:
                above[start] = cell
            cells.append(cell)
            start += width
        return GridRow(line, self.line_names[line], cells, hint, tuple(anchors))


def _with_text(found: Paragraph, text: str) -> Paragraph:
    return Paragraph(text=text, style=found.style, label=found.label)
