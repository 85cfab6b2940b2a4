"""The kept files: names that are safe, whole files only, and room for those used last."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from plans.exports.shelf import Shelf, file_name

RELEASE = "0123456789abcdef"


def name(number: int) -> str:
    return file_name(release=RELEASE, sha256=f"{number:064x}", extension="pdf")


def kept(shelf: Shelf) -> list[str]:
    return sorted(path.name for path in shelf.folder.iterdir())


def content(shelf: Shelf, name: str) -> bytes | None:
    file = shelf.open(name)
    if file is None:
        return None
    with file:
        return file.read()


def test_what_was_kept_is_found_by_another_process_later(tmp_path: Path) -> None:
    Shelf(tmp_path / "files", 100).keep(name(1), b"a report")

    later = Shelf(tmp_path / "files", 100)

    assert (content(later, name(1)), later.size(name(1))) == (b"a report", 8)


def test_what_was_not_kept_is_not_there(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "files", 100)

    assert (content(shelf, name(1)), shelf.size(name(1))) == (None, None)


def test_the_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    Shelf(tmp_path / "files", 100).keep(name(1), b"a report")

    assert (tmp_path / "files").stat().st_mode & 0o777 == 0o700


def test_another_release_or_record_or_format_is_another_file(tmp_path: Path) -> None:
    names = {
        file_name(release=release, sha256=sha256, extension=extension)
        for release in (RELEASE, "f" * 16)
        for sha256 in ("a" * 64, "b" * 64)
        for extension in ("pdf", "docx")
    }

    assert len(names) == 8


@pytest.mark.parametrize(
    ("release", "sha256", "extension"),
    [
        (RELEASE, "a" * 63, "pdf"),
        (RELEASE, "../" + "a" * 61, "pdf"),
        ("../../../../../..", "a" * 64, "pdf"),
        (RELEASE, "a" * 64, "../pdf"),
        (RELEASE, "a" * 64, ""),
        (RELEASE, "a" * 64, "pdf\n"),
    ],
)
def test_no_name_leads_out_of_the_folder(release: str, sha256: str, extension: str) -> None:
    with pytest.raises(ValueError, match=r"is no name of a kept file$"):
        file_name(release=release, sha256=sha256, extension=extension)


def test_a_name_that_was_not_made_here_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^'\.\./secret' is no name of a kept file$"):
        Shelf(tmp_path, 100).open("../secret")


def test_the_file_that_was_used_longest_ago_makes_room(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 25)
    for number in (1, 2):
        shelf.keep(name(number), b"0123456789")
        os.utime(tmp_path / name(number), (number, number))
    content(shelf, name(1))

    shelf.keep(name(3), b"0123456789")

    assert kept(shelf) == [name(1), name(3)]


def test_the_newest_file_stays_whatever_its_size(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 5)
    shelf.keep(name(1), b"0123")

    shelf.keep(name(2), b"0123456789")

    assert kept(shelf) == [name(2)]


def test_files_of_others_in_the_folder_stay(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"0123456789")

    Shelf(tmp_path, 5).keep(name(1), b"0123456789")

    assert (tmp_path / "notes.txt").exists()


def test_a_limit_of_0_keeps_nothing(tmp_path: Path) -> None:
    Shelf(tmp_path / "files", 0).keep(name(1), b"a report")

    assert not (tmp_path / "files").exists()


def test_a_file_that_makes_room_is_still_read_to_its_end(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 10)
    shelf.keep(name(1), b"0123456789")
    file = shelf.open(name(1))
    assert file is not None
    shelf.keep(name(2), b"0123456789")

    with file:
        assert (file.read(), kept(shelf)) == (b"0123456789", [name(2)])
