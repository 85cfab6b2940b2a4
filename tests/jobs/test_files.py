"""Files that were made once and are kept."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage
from django.db import OperationalError
from django.utils import timezone

from plans.jobs import files
from plans.models import StoredFile
from plans.web.build import build_id

pytestmark = pytest.mark.django_db

PLAN = hashlib.sha256(b"a plan").hexdigest()
OTHER = hashlib.sha256(b"another plan").hexdigest()


def key(sha256: str = PLAN) -> str:
    return files.file_key(sha256, "pdf")


def read(key: str) -> bytes | None:
    file = files.open_file(key)
    if file is None:
        return None
    with file:
        content: bytes = file.read()
    return content


def names(settings: LazySettings) -> list[str]:
    folder = Path(settings.TRACKER_FILES)
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*"))


def age(key: str, **ago: int) -> None:
    StoredFile.objects.filter(key=key).update(used_at=timezone.now() - timedelta(**ago))


@pytest.fixture(params=["folder", "elsewhere"])
def storage(request: pytest.FixtureRequest, settings: LazySettings) -> Storage:
    """The default storage: a folder, or one that has no files on this machine."""
    if request.param == "elsewhere":
        memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
        settings.STORAGES = settings.STORAGES | {"default": memory}
    return default_storage


def test_a_file_comes_back_as_it_was_stored(storage: Storage) -> None:
    stored = files.store(key(), b"%PDF")

    assert read(key()) == b"%PDF"
    assert (stored.name, stored.size) == (f"{build_id()}/{PLAN}.pdf", 4)
    assert stored.sha256 == hashlib.sha256(b"%PDF").hexdigest()
    assert dict(files.stored([key(), key(OTHER)])) == {key(): stored}


def test_what_was_not_stored_is_not_there(storage: Storage) -> None:
    assert read(key()) is None


def test_a_file_stored_twice_is_there_once(storage: Storage) -> None:
    first = files.store(key(), b"%PDF")
    second = files.store(key(), b"%PDF")

    assert first.pk == second.pk
    assert storage.listdir(build_id())[1] == [f"{PLAN}.pdf"]


def test_files_are_for_their_owner_alone(settings: LazySettings) -> None:
    files.store(key(), b"%PDF")

    folder = Path(settings.TRACKER_FILES) / build_id()
    modes = [path.stat().st_mode & 0o777 for path in (folder, folder / f"{PLAN}.pdf")]
    assert modes == [0o700, 0o600]


@pytest.mark.parametrize("sha256", ["../../etc/passwd", PLAN[1:], PLAN.upper(), f"{PLAN}\n"])
def test_what_is_no_hash_makes_no_key(sha256: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        files.file_key(sha256, "pdf")


def test_what_a_killed_process_left_half_written_is_not_read(storage: Storage) -> None:
    storage.save(key(), ContentFile(b"%P"))

    assert read(key()) is None
    files.store(key(), b"%PDF")
    assert read(key()) == b"%PDF"


def test_of_those_who_store_a_file_at_once_one_does(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = storage.save

    def meanwhile(name: str, content: Any) -> str:
        saved = save(name, content)
        monkeypatch.undo()
        files.store(key(), b"%PDF")
        return saved

    monkeypatch.setattr(default_storage, "save", meanwhile)
    stored = files.store(key(), b"%PDF")

    assert StoredFile.objects.get() == stored
    assert [f"{build_id()}/{name}" for name in storage.listdir(build_id())[1]] == [stored.name]
    assert read(key()) == b"%PDF"


@pytest.mark.parametrize("left", [None, b"", b"%P"])
def test_a_file_that_was_lost_is_made_again(storage: Storage, left: bytes | None) -> None:
    stored = files.store(key(), b"%PDF")
    storage.delete(stored.name)
    if left is not None:
        storage.save(stored.name, ContentFile(left))

    assert read(key()) is None
    files.store(key(), b"%PDF")
    assert read(key()) == b"%PDF"


def test_a_file_that_is_missing_is_stored_anew_unasked(storage: Storage) -> None:
    stored = files.store(key(), b"%PDF")
    storage.delete(stored.name)

    files.store(key(), b"%PDF")

    assert (read(key()), StoredFile.objects.count()) == (b"%PDF", 1)


def test_the_files_used_longest_ago_make_room(settings: LazySettings, storage: Storage) -> None:
    settings.TRACKER_FILES_SIZE = 1
    keys = [key(hashlib.sha256(b"%d" % number).hexdigest()) for number in range(4)]
    for place, name in enumerate(keys):
        files.store(name, bytes(400_000))
        age(name, days=10 - place)
    # The first is used again.
    read(keys[0])

    assert files.prune() == 2
    assert [read(name) is not None for name in keys] == [True, False, False, True]
    assert len(storage.listdir(build_id())[1]) == 2


def test_what_was_used_just_now_makes_no_room(settings: LazySettings) -> None:
    settings.TRACKER_FILES_SIZE = 0
    files.store(key(), b"%PDF")
    files.store(key(OTHER), b"%PDF")
    age(key(OTHER), hours=2)

    assert files.prune() == 1
    assert (read(key()), read(key(OTHER))) == (b"%PDF", None)


def test_a_file_is_read_while_somebody_else_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    files.store(key(), b"%PDF")
    age(key(), hours=2)

    def locked(*args: object, **kwargs: object) -> int:
        raise OperationalError("database is locked")

    monkeypatch.setattr("django.db.models.query.QuerySet.update", locked)

    assert read(key()) == b"%PDF"


def test_what_was_left_without_a_row_is_removed_after_a_day(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.store(key(), b"%PDF")
    storage.save(f"{build_id()}/left.pdf", ContentFile(b"%P"))
    storage.save("somebody/elses.pdf", ContentFile(b"%P"))

    assert files.sweep() == 0
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr("plans.jobs.files.timezone.now", lambda: tomorrow)
    assert files.sweep() == 1

    assert storage.listdir(build_id())[1] == [f"{PLAN}.pdf"]
    assert storage.exists("somebody/elses.pdf")


def test_where_nothing_was_ever_stored_nothing_is_removed() -> None:
    assert files.sweep() == 0
