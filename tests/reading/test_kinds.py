"""What kind of document some bytes are, and what is said of those that are none."""

from __future__ import annotations

import io
import zipfile

import pytest

from plans.reading.readers import kinds, read_source
from plans.reading.readers.kinds import SourceKind, kind_of
from plans.reading.source_table import SourceError
from plans.reports.writers import FORMATS
from tests.reading.documents import table
from tests.reading.test_real_document import SOURCE
from tests.reports.printed import real_report

TEXT = table(("1. Title", "• first.", "Ongoing", "Done."))


@pytest.mark.parametrize("format_", ["html", "docx", "xlsx", "csv"])
def test_the_tracker_s_own_files_are_told_apart(format_: str) -> None:
    styles = tuple("" for _ in FORMATS[format_].stylesheets)
    assert kind_of(FORMATS[format_].write(real_report(), styles=styles)).value == format_


def test_the_text_dialect_is_text_whatever_it_says() -> None:
    assert kind_of(SOURCE.read_bytes()) is SourceKind.TEXT
    assert kind_of(TEXT.encode()) is SourceKind.TEXT
    assert kind_of(b"\xef\xbb\xbf" + TEXT.encode()) is SourceKind.TEXT
    assert kind_of(b"A plan, an issue, an action\nand no table at all\n") is SourceKind.TEXT
    assert kind_of(("Issue, action, deadline, status\n" + TEXT).encode()) is SourceKind.TEXT


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><p>",
        "\ufeff <!-- saved --> <html>",
        "<TABLE>",
        "<?xml version='1.0'?><html>",
    ],
)
def test_html_is_known_by_how_it_begins(text: str) -> None:
    assert kind_of(text.encode()) is SourceKind.HTML


def archive(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b" \n\t\r\n", "the file is empty"),
        (b"%PDF-1.7\n", "this is a PDF file; save or export the document as .docx or text first"),
        (b"\x89PNG\r\n\x1a\n\0", "this is a picture (PNG)"),
        (b"\xff\xd8\xff\xe0\0", "this is a picture (JPEG)"),
        (b"{\\rtf1 Hello}", "this is a rich text file (.rtf); save it as .docx"),
        (b"MZ\x90\0\x03", "this is a program"),
        (b"<?xml version='1.0'?><plan/>", "this is an XML file"),
        (bytes(range(256)) * 4, "this is no document: its bytes are neither text nor an office"),
        (archive(readme=b"Hello"), "this is a zip archive, not a document; unpack it first"),
        (
            archive(mimetype=b"application/vnd.oasis.opendocument.text"),
            "this is an OpenDocument file; save it as .docx or .xlsx",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "the file has an old office format"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "the file is encrypted; open it with its password and save it without one",
        ),
    ],
)
def test_what_is_no_document_is_refused_by_what_it_looks_like(data: bytes, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_source(data, name="plan.docx")
    assert str(caught.value)[: len(message)] == message


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "MAX_BYTES", 1_000_000)
    with pytest.raises(SourceError, match=r"^the file is larger than 1 MB;"):
        kind_of(b"a\tb\tc\n" * 200_000)


def test_a_table_of_five_columns_is_refused_with_its_place() -> None:
    with pytest.raises(SourceError, match=r"^line 3: a table of 5 columns; expected three or four"):
        read_source(b"Part I - Work\n\nA\tB\tC\tD\tE\n1\t2\t3\t4\t5\n", name="plan.txt")
