"""The secret key that a site makes for itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tracker.secret import SecretKeyError, check_secret_key, kept_secret_key


def test_the_key_is_made_once_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "data" / "key"

    first, second = kept_secret_key(file), kept_secret_key(file)

    assert first == second == file.read_text().strip()
    assert len(first) == 86


def test_only_its_owner_can_read_the_key(tmp_path: Path) -> None:
    kept_secret_key(tmp_path / "key")

    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_nothing_else_is_left_beside_the_key(tmp_path: Path) -> None:
    kept_secret_key(tmp_path / "key")

    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_all_who_start_together_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: kept_secret_key(tmp_path / "key"), range(64)))

    assert len(keys) == 1


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    kept_secret_key(file)
    file.chmod(0o644)

    with pytest.raises(SecretKeyError) as caught:
        kept_secret_key(file)

    assert str(caught.value) == f"{file} can be read by others; run chmod 600 on it"


def test_an_emptied_key_file_is_refused_and_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.touch(mode=0o600)

    with pytest.raises(SecretKeyError, match="remove the file to have a new one made"):
        kept_secret_key(file)

    assert file.read_text() == ""


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SecretKeyError) as caught:
        kept_secret_key(tmp_path / "file" / "key")

    assert str(caught.value)[: len(str(tmp_path))] == str(tmp_path)


@pytest.mark.parametrize("key", ["short", "a" * 80, "django-insecure-" + "abcdefghij" * 6])
def test_a_key_that_can_be_guessed_is_refused(key: str) -> None:
    with pytest.raises(SecretKeyError):
        check_secret_key(key)
