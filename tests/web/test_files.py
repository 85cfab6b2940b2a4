"""Writing files whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from plans.web.files import write_all_atomically, write_atomically


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_all_files_are_written(tmp_path: Path) -> None:
    write_all_atomically({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    assert [(tmp_path / name).read_bytes() for name in ("a", "b")] == [b"1", b"2"]
    assert names(tmp_path) == ["a", "b"]


def test_when_one_cannot_be_written_the_others_keep_what_they_had(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(FileNotFoundError):
        write_all_atomically({tmp_path / "a": b"new", tmp_path / "nowhere" / "b": b"2"})
    assert ((tmp_path / "a").read_bytes(), names(tmp_path)) == (b"old", ["a"])


def test_a_folder_in_the_place_of_a_file_is_noticed_before_any_file_is_replaced(
    tmp_path: Path,
) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "b").mkdir()
    with pytest.raises(IsADirectoryError) as caught:
        write_all_atomically({tmp_path / "a": b"new", tmp_path / "b": b"2"})
    assert caught.value.filename == str(tmp_path / "b")
    assert ((tmp_path / "a").read_bytes(), names(tmp_path)) == (b"old", ["a", "b"])


def test_one_file_is_replaced_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"something longer")
    write_atomically(tmp_path / "a", b"new")
    assert ((tmp_path / "a").read_bytes(), names(tmp_path)) == (b"new", ["a"])
