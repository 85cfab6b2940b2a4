"""Office files that may not be opened, each with a sentence that says why."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest

from plans.reading.readers import office
from plans.reading.readers.office import OfficeKind, check_office_file, office_kind
from plans.reading.source_table import SourceError
from plans.reports.writers import FORMATS
from tests.reports.samples import sample

RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture(params=list(OfficeKind))
def kind(request: pytest.FixtureRequest) -> OfficeKind:
    found: OfficeKind = request.param
    return found


@pytest.fixture
def whole(kind: OfficeKind) -> bytes:
    return FORMATS[kind.value].write(sample())


def with_parts(data: bytes, parts: Mapping[str, bytes], *, packed: bool = True) -> bytes:
    """The office file with further parts, or others in place of those of the same name."""
    out = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", method) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name) or old.read(name))
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name])
    return out.getvalue()


def relationship(kind: str, target: str) -> bytes:
    return (
        f'<Relationships xmlns="{RELS}"><Relationship Id="rId1" Type="{TYPES}/{kind}" '
        f'Target="{target}" TargetMode="External"/></Relationships>'
    ).encode()


def refusal(data: bytes, kind: OfficeKind) -> str:
    with pytest.raises(SourceError) as caught:
        check_office_file(data, kind)
    return str(caught.value)


def test_what_the_tracker_writes_may_be_opened(whole: bytes, kind: OfficeKind) -> None:
    assert check_office_file(whole, kind) == whole
    assert office_kind(whole) is kind


def test_the_kind_is_told_from_the_content() -> None:
    assert office_kind(b"Part I\n") is None
    assert office_kind(b"PK\x03\x04 and no more") is None
    assert office_kind(b"") is None


def test_a_file_of_the_other_kind_is_refused(whole: bytes, kind: OfficeKind) -> None:
    other = next(one for one in OfficeKind if one is not kind)
    assert refusal(whole, other) == f"this is no .{other} file, whatever its name says"


def test_an_empty_file_is_refused(kind: OfficeKind) -> None:
    assert refusal(b"", kind) == "the file is empty"


def test_a_large_file_is_refused_before_it_is_opened(
    kind: OfficeKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "MAX_BYTES", 2_000_000)
    assert refusal(b"PK" + b"\0" * 2_000_000, kind) == (
        "the file is larger than 2 MB; a plan's document is far smaller"
    )


def test_an_encrypted_file_is_refused(kind: OfficeKind) -> None:
    data = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 64 + "EncryptedPackage".encode("utf-16-le")
    assert refusal(data, kind).startswith("the file is encrypted")


def test_an_old_format_is_refused(kind: OfficeKind) -> None:
    data = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 64
    assert refusal(data, kind) == f"the file has an old office format; save it as .{kind}"


def test_macros_are_refused(whole: bytes, kind: OfficeKind) -> None:
    folder = "word" if kind is OfficeKind.DOCX else "xl"
    data = with_parts(whole, {f"{folder}/vbaProject.bin": b"Sub AutoOpen()"})
    assert refusal(data, kind) == (
        f"the file holds macros ({folder}/vbaProject.bin); save it as .{kind}"
    )


def test_embedded_files_are_refused(whole: bytes, kind: OfficeKind) -> None:
    data = with_parts(whole, {"word/embeddings/oleObject1.bin": b"MZ"})
    assert "another file or a program inside" in refusal(data, kind)


@pytest.mark.parametrize("link", ["externalLinkPath", "image", "oleObject", "subDocument"])
def test_a_link_that_a_program_would_follow_is_refused(
    whole: bytes, kind: OfficeKind, link: str
) -> None:
    data = with_parts(whole, {"x/_rels/y.xml.rels": relationship(link, "file:///etc/passwd")})
    assert refusal(data, kind) == (
        f"the file is linked to another one ({link}: file:///etc/passwd); "
        "break the link and save again"
    )


@pytest.mark.parametrize("link", ["hyperlink", "attachedTemplate"])
def test_a_link_of_which_only_words_are_taken_is_let_through(
    whole: bytes, kind: OfficeKind, link: str
) -> None:
    data = with_parts(whole, {"x/_rels/y.xml.rels": relationship(link, "https://example.org/")})
    assert check_office_file(data, kind) == data


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused(whole: bytes, kind: OfficeKind, encoding: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    )
    data = with_parts(whole, {"docProps/core.xml": text.encode(encoding)})
    assert refusal(data, kind) == (
        "the part docProps/core.xml declares a document type or entities; it is not read"
    )


def test_a_part_that_is_no_xml_is_refused(whole: bytes, kind: OfficeKind) -> None:
    data = with_parts(whole, {"docProps/core.xml": b"not xml"})
    assert refusal(data, kind).startswith("the part docProps/core.xml is no XML")


def test_a_part_that_unpacks_a_thousandfold_is_refused(whole: bytes, kind: OfficeKind) -> None:
    data = with_parts(whole, {"docProps/big.bin": b"\0" * 5_000_000})
    assert refusal(data, kind) == (
        "the part docProps/big.bin unpacks to far more than the file holds; it is not opened"
    )


def test_parts_that_unpack_to_too_much_together_are_refused(
    whole: bytes, kind: OfficeKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "MAX_UNPACKED", 50_000)
    data = with_parts(whole, {"docProps/big.bin": bytes(range(256)) * 300})
    assert "unpacks to far more" in refusal(data, kind)


def test_a_size_that_is_a_lie_is_found_out(whole: bytes, kind: OfficeKind) -> None:
    data = with_parts(whole, {"docProps/big.bin": b"\0" * 5_000_000})
    true, stated_size = (5_000_000).to_bytes(4, "little"), (500).to_bytes(4, "little")
    assert "damaged" in refusal(data.replace(true, stated_size), kind)


def test_too_many_parts_are_refused(
    whole: bytes, kind: OfficeKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "MAX_PARTS", 3)
    assert "at most 3 are read" in refusal(whole, kind)


def test_a_file_cut_short_is_refused(whole: bytes, kind: OfficeKind) -> None:
    assert refusal(whole[: len(whole) // 2], kind) == (
        f"this is no .{kind} file, whatever its name says"
    )


def test_a_damaged_file_is_refused(whole: bytes, kind: OfficeKind) -> None:
    packed = bytearray(with_parts(whole, {}))
    packed[200:260] = b"\xff" * 60
    assert "damaged" in refusal(bytes(packed), kind)


@pytest.mark.parametrize("name", ["[Content_Types].xml", "[content_types].xml"])
def test_a_file_whose_list_of_parts_does_not_name_what_is_read_is_refused(
    name: str, whole: bytes, kind: OfficeKind
) -> None:
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            listed = part == "[Content_Types].xml"
            new.writestr(name if listed else part, types if listed else old.read(part))

    assert "damaged" in refusal(out.getvalue(), kind)
