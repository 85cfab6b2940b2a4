"""Reports as Word documents, opened again."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document

from plans.reports.table import ReportTable
from plans.reports.writers.docx import write

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FIGURES = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def opened(table: ReportTable) -> Document:
    return docx.Document(io.BytesIO(write(table)))


class Reader:
    """Reads texts as a person sees them, the numbers of footnotes too."""

    def __init__(self) -> None:
        self.notes = 0

    def text(self, paragraph: Any) -> str:
        return "".join(self.pieces(paragraph))

    def pieces(self, paragraph: Any) -> Iterator[str]:
        for node in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}footnoteReference"):
            if node.tag == f"{W}t":
                yield node.text or ""
            elif node.tag == f"{W}footnoteReference":
                if node.get(f"{W}customMarkFollows") is None:
                    self.notes += 1
                    yield "".join(FIGURES[int(figure)] for figure in str(self.notes))
            else:
                yield "\t" if node.tag == f"{W}tab" else "\n"


def marks(document: Document, what: str) -> list[list[str]]:
    """The texts of the headers or footers of each section, watermarks in brackets."""
    return [
        [
            Reader().text(paragraph._p)
            + "".join(f"[{mark.get('string')}]" for mark in watermarks(paragraph))
            for paragraph in getattr(section, what).paragraphs
        ]
        for section in document.sections
    ]


def watermarks(paragraph: Any) -> list[Any]:
    return list(paragraph._p.iter("{urn:schemas-microsoft-com:vml}textpath"))[1:]


def style_of(document: Document, paragraph: Any) -> str:
    style_id = paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val")
    (name,) = [s.name for s in document.styles if s.style_id == style_id]
    return str(name)


def cover(document: Document) -> list[tuple[str, str]]:
    """Style and text of each paragraph of the first section."""
    found, reader = [], Reader()
    for paragraph in document.element.body.iterchildren(f"{W}p"):
        found.append((style_of(document, paragraph), reader.text(paragraph)))
        if paragraph.find(f"{W}pPr/{W}sectPr") is not None:
            break
    return found
