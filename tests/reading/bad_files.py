"""Files that are no document of a plan, or one that must not be opened, each with what is said."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import cache

from plans.reading.readers.kinds import kind_of
from plans.reading.source_table import SourceError
from plans.reports.writers import FORMATS
from tests.reading.documents import bullets, table
from tests.reading.test_office import relationship, with_parts
from tests.reports.samples import sample

OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 64
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


def complaint_of(data: bytes) -> str:
    """The sentence by which ``data`` is refused as a document of no kind."""
    try:
        kind_of(data)
    except SourceError as error:
        return str(error)
    raise AssertionError("it is a document")


EMPTY = complaint_of(b"")


@cache
def word() -> bytes:
    """A Word document that is whole."""
    return FORMATS["docx"].write(sample())


def _noise() -> bytes:
    return b"\x01\xfe" + random.Random(5).randbytes(3_000)


BAD_FILES: Mapping[str, tuple[str, Callable[[], bytes], str]] = {
    "a PDF file": ("plan.pdf", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "this is a PDF file;"),
    "a picture": (
        "plan.docx",
        lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        "this is a picture (PNG), not a document",
    ),
    "random bytes": ("plan.docx", _noise, "its bytes are neither text nor an office file"),
    "a text without a table": ("plan.txt", lambda: b"Dear all,\n\nhello.\n", "no table found"),
    "an encrypted document": (
        "plan.docx",
        lambda: OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"),
        "the file is encrypted; open it with its password and save it without one",
    ),
    "an old document": (
        "plan.doc",
        lambda: OLD_OFFICE,
        "the file has an old office format; save it as .docx",
    ),
    "a part that unpacks to far too much": (
        "plan.docx",
        lambda: with_parts(word(), {"docProps/big.bin": b"\0" * 5_000_000}),
        "the part docProps/big.bin unpacks to far more than the file holds; it is not opened",
    ),
    "external entities": (
        "plan.docx",
        lambda: with_parts(word(), {"docProps/core.xml": ENTITIES}),
        "the part docProps/core.xml declares a document type or entities; it is not read",
    ),
    "a linked file": (
        "plan.docx",
        lambda: with_parts(
            word(), {"word/_rels/x.xml.rels": relationship("oleObject", "file:///etc/passwd")}
        ),
        "the file is linked to another one (oleObject: file:///etc/passwd); break the link",
    ),
    "macros": (
        "plan.docm",
        lambda: with_parts(word(), {"word/vbaProject.bin": b"Sub AutoOpen()"}),
        "the file holds macros (word/vbaProject.bin); save it as .docx",
    ),
    "a table of five columns": (
        "plan.txt",
        lambda: b"Part I \xe2\x80\x93 Work\n\nOne\tTwo\tThree\tFour\tFive\n",
        "line 3: a table of 5 columns",
    ),
}
"""What it is, to its name, its bytes, and a part of the sentence that says what is wrong."""

ODD_TEXTS: Mapping[str, tuple[str, str]] = {
    "numbers that jump": (
        table(("1. One", bullets("a;"), "2001", ""), ("4. Four", bullets("b;"), "2001", "")),
        "the number 4 stands after 1",
    ),
    "numbers that stand twice": (
        table(("1. One", bullets("a;"), "2001", ""), ("1. Other", bullets("b;"), "2001", "")),
        "the number of I.1 stands twice",
    ),
}
"""What is odd about a text that can be read, to the text, and what is said of it."""
