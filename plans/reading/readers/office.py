"""The zip file around a DOCX or XLSX, opened with care before any library sees it.

What a document of a plan has no use for is refused: macros, links that a program would follow,
document types and entities, encryption, and archives that unpack to far more than they hold.
Hyperlinks stay, because their words are words; nothing here ever follows one.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from enum import StrEnum
from typing import IO, Any
from xml.parsers import expat

from defusedxml.ElementTree import fromstring

from plans.reading.source_table import SourceError

MAX_BYTES = 20_000_000
"""Of the file. A plan's document of a hundred pages has a fiftieth of that."""
MAX_UNPACKED = 200_000_000
MAX_PARTS = 2_000
# Real parts of repeated table markup pack to a hundredth; a bomb to a thousandth.
_MAX_RATIO = 400
_SMALL = 1_000_000

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# Word notes where a document's template lay; nothing of it is in the document.
_HARMLESS = frozenset({"hyperlink", "attachedTemplate"})
_CONTENT_TYPES = "[Content_Types].xml"


class OfficeKind(StrEnum):
    DOCX = "docx"
    XLSX = "xlsx"


_MAIN_PART = {OfficeKind.DOCX: "word/document.xml", OfficeKind.XLSX: "xl/workbook.xml"}


def office_kind(data: bytes) -> OfficeKind | None:
    """Which kind of office file ``data`` is, by what is in it; None for anything else.

    Never raises: a file that is one but may not be opened is for ``check_office_file``.
    """
    if not data.startswith(b"PK"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, struct.error, ValueError, OSError, NotImplementedError):
        return None
    return next((kind for kind, part in _MAIN_PART.items() if part in names), None)


def check_office_file(data: bytes, kind: OfficeKind) -> bytes:
    """``data`` as it came, once it is known to be a file of ``kind`` that is safe to open.

    Raises SourceError, in words for the person who sent the file, for any that is not.
    """
    if len(data) > MAX_BYTES:
        raise SourceError(
            f"the file is larger than {MAX_BYTES // 1_000_000} MB; a plan's document is far smaller"
        )
    if not data:
        raise SourceError("the file is empty")
    if data.startswith(_OLD_OFFICE):
        if _ENCRYPTED in data:
            raise SourceError(
                "the file is encrypted; open it with its password and save it without one"
            )
        raise SourceError(f"the file has an old office format; save it as .{kind}")
    if office_kind(data) is not kind:
        raise SourceError(f"this is no .{kind} file, whatever its name says")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_names(archive, kind)
            _check_sizes(archive)
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    _check_xml(archive.read(name), name)
            _check_main_part(archive, kind)
            _check_links(archive)
    except SourceError:
        raise
    except (
        zipfile.BadZipFile,
        struct.error,
        ValueError,
        OSError,
        zlib.error,
        EOFError,
        OverflowError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise SourceError(f"the .{kind} file is damaged: {error}") from error
    return data


def _check_names(archive: zipfile.ZipFile, kind: OfficeKind) -> None:
    members = archive.infolist()
    if len(members) > MAX_PARTS:
        raise SourceError(f"the file has {len(members)} parts; at most {MAX_PARTS} are read")
    seen: set[str] = set()
    for member in members:
        name = member.filename.casefold()
        if name in seen:
            raise SourceError(f"the file has the part {member.filename} twice")
        seen.add(name)
        if member.flag_bits & 0x1:
            raise SourceError(
                "the file is encrypted; open it with its password and save it without one"
            )
        if "vbaproject" in name or "vbadata" in name:
            raise SourceError(f"the file holds macros ({member.filename}); save it as .{kind}")
        if "/activex/" in name or "/embeddings/" in name:
            raise SourceError(
                f"the file holds another file or a program inside ({member.filename}); "
                "take it out and save again"
            )
    if _CONTENT_TYPES.casefold() not in seen:
        raise SourceError(f"this is no .{kind} file: the list of its parts is missing")


def _check_sizes(archive: zipfile.ZipFile) -> None:
    unpacked = 0
    for member in archive.infolist():
        unpacked += member.file_size
        swollen = member.file_size > _SMALL and (
            member.file_size > _MAX_RATIO * max(member.compress_size, 1)
        )
        if swollen or unpacked > MAX_UNPACKED:
            raise SourceError(
                f"the part {member.filename} unpacks to far more than the file holds; "
                "it is not opened"
            )
    # What the directory of the archive says of sizes may be a lie, which reading finds out.
    for member in archive.infolist():
        with archive.open(member) as stream:
            size = sum(map(len, _pieces(stream, member.file_size + 1)))
        if size != member.file_size:
            raise SourceError(f"the part {member.filename} has another size than the file says")


def _pieces(stream: IO[bytes], limit: int) -> Iterator[bytes]:
    """The stream's content in pieces, no more than a piece beyond ``limit`` bytes."""
    taken = 0
    while taken <= limit and (piece := stream.read(65_536)):
        taken += len(piece)
        yield piece


class _PrologRead(Exception):  # noqa: N818 - not an error: the way to stop the parser
    pass


def _check_xml(content: bytes, name: str) -> None:
    """Refuse a part with a document type, without which there are no entities."""

    def refuse(*_: object) -> None:
        raise SourceError(f"the part {name} declares a document type or entities; it is not read")

    def stop(*_: object) -> None:
        raise _PrologRead

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = stop
    try:
        parser.Parse(content, True)
    except _PrologRead:
        pass
    except (expat.ExpatError, LookupError, ValueError) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(f"the part {name} is no XML: {error}") from error


def _check_main_part(archive: zipfile.ZipFile, kind: OfficeKind) -> None:
    """Refuse a file whose list of parts does not name the part that holds what is read."""
    main = f"/{_MAIN_PART[kind]}"
    name = next(name for name in archive.namelist() if name.casefold() == _CONTENT_TYPES.casefold())
    types = list(_parsed(archive, name))
    overridden = any(element.get("PartName", "").casefold() == main for element in types)
    if not overridden and not any(
        element.get("Extension") == "xml" and element.get("ContentType", "").endswith("main+xml")
        for element in types
    ):
        raise SourceError(f"the .{kind} file is damaged: the list of its parts names no {main}")


def _parsed(archive: zipfile.ZipFile, name: str) -> Any:
    try:
        return fromstring(archive.read(name))
    except (SyntaxError, LookupError, ValueError) as error:
        raise SourceError(f"the part {name} is no XML: {error}") from error


def _check_links(archive: zipfile.ZipFile) -> None:
    for name in archive.namelist():
        if not name.endswith(".rels"):
            continue
        for relationship in _parsed(archive, name).iter(_RELATIONSHIP):
            kind = relationship.get("Type", "").rpartition("/")[2]
            if kind in {"externalLink", "externalLinkPath"} or (
                relationship.get("TargetMode") == "External" and kind not in _HARMLESS
            ):
                target = relationship.get("Target", "")[:80]
                raise SourceError(
                    f"the file is linked to another one ({kind}: {target}); "
                    "break the link and save again"
                )
