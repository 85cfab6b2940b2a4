"""What kind of document some bytes are, told from the bytes and not from a name. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

from plans.reading.readers import office
from plans.reading.readers.mapping import guess_mapping
from plans.reading.readers.office import OfficeKind
from plans.reading.readers.sheets import cell_counts, decoded, delimiter_of
from plans.reading.source_table import SourceError

MAX_BYTES = office.MAX_BYTES


class SourceKind(StrEnum):
    """The kinds of document that can be read. ``TEXT`` is the Governing Body text dialect."""

    TEXT = "text"
    HTML = "html"
    DOCX = "docx"
    XLSX = "xlsx"
    CSV = "csv"


_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What other files begin with, and what a person calls them.
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF file; save or export the document as .docx or text first"),
    (b"{\\rtf", "a rich text file (.rtf); save it as .docx"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"BM", "a picture (BMP)"),
    (b"RIFF", "a picture or a sound (RIFF)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"7z\xbc\xaf", "a compressed archive (7-Zip)"),
    (b"Rar!", "a compressed archive (RAR)"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
)
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body|main|table)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(r"\s*<\?xml\b|\s*<!DOCTYPE\b", re.IGNORECASE)
_START = 20_000


def kind_of(data: bytes) -> SourceKind:
    """The kind of document that ``data`` is.

    Raises SourceError, which says what the bytes look like, for anything that cannot be read as a
    plan's document. A document of the right kind may still be refused by its reader.
    """
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise SourceError("the file is empty")
    if len(data) > MAX_BYTES:
        raise SourceError(
            f"the file is larger than {MAX_BYTES // 1_000_000} MB; a plan's document is far smaller"
        )
    if data.startswith(b"PK"):
        return _archive(data)
    if data.startswith(_OLD_OFFICE):
        # Encrypted, or of an old format: the check of office files says which.
        office.check_office_file(data, OfficeKind.DOCX)
    other = next((name for start, name in _OTHERS if data.startswith(start)), None)
    if other is not None and (b"\0" in data[:_START] or not data[:4].isalpha()):
        raise SourceError(f"this is {other}, not a document that can be read here")
    try:
        text, _ = decoded(data)
    except SourceError as error:
        if _is_utf8(data):
            # A text with a NUL in it: its reader names the line.
            return SourceKind.TEXT
        raise SourceError(
            "this is no document: its bytes are neither text nor an office file"
        ) from error
    if _HTML.match(text[:_START].removeprefix("\ufeff")):
        return SourceKind.HTML
    if _XML.match(text[:_START].removeprefix("\ufeff")):
        raise SourceError("this is an XML file, not a document that can be read here")
    return SourceKind.CSV if _is_csv(text) else SourceKind.TEXT


def _archive(data: bytes) -> SourceKind:
    kind = office.office_kind(data)
    if kind is OfficeKind.DOCX:
        return SourceKind.DOCX
    if kind is OfficeKind.XLSX:
        return SourceKind.XLSX
    if b"application/vnd.oasis.opendocument" in data[:200]:
        raise SourceError("this is an OpenDocument file; save it as .docx or .xlsx")
    if b"[Content_Types].xml" in data or b"word/" in data or b"xl/" in data:
        raise SourceError("this is an office file that is damaged, or of a kind not read here")
    raise SourceError("this is a zip archive, not a document; unpack it first")


def _is_csv(text: str) -> bool:
    """True for a text whose records are mostly of as many cells as its headings.

    A table of the text dialect is parted by tabs too, but has three or four columns; a sheet with
    one row for each element that is parted by tabs has more, and is known by its headings.
    """
    delimiter = delimiter_of(text)
    counts = cell_counts(text, delimiter)
    lines = text[:_START].splitlines()[:15]
    heads = {len(cells) for line in lines if (cells := _sheet_head(line, delimiter))}
    most = 0.6 * len(counts)
    if delimiter != "\t" and any(counts.count(head) >= most for head in heads):
        return True
    tabs = [count for line in text.split("\n") if (count := line.count("\t"))]
    if tabs and max(tabs) in (2, 3):
        return False
    if sum(count > 1 for count in counts) < max(1, most):
        return False
    if heads or delimiter == "\t":
        return bool(heads)
    return counts[0] > 2 and counts.count(counts[0]) >= 0.8 * len(counts)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _sheet_head(line: str, delimiter: str) -> list[str]:
    """The cells of a line that holds the headings of a sheet; none for any other line."""
    cells = [cell.strip(" \"'\ufeff") for cell in line.split(delimiter)]
    return cells if len(cells) > 1 and guess_mapping(cells).is_enough else []
