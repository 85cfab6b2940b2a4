"""Files that were made once and are kept, in Django's default storage.

A file is found by the build of the program that wrote it and the SHA-256 of the content that it was
made of: other content, or another program, has another key. So nothing kept is ever out of date;
it is only not asked for any more, and makes room in the end. A file counts once its row is there,
which is written when the storage has all of it; whatever else lies there, such as what a killed
process left half written, is never read, and removed after a day.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final, TypeVar

import msgspec
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import OperationalError, transaction
from django.db.models import Sum
from django.utils import timezone

from plans.models import StoredFile
from plans.web.build import build_id

logger = logging.getLogger(__name__)

_KEY = re.compile(r"[0-9a-f]{16}/[0-9a-f]{64}\.[a-z0-9]{1,10}")
_BUILD = re.compile(r"[0-9a-f]{16}")
# A file used so lately stays whatever the limit: somebody may be about to fetch it. How exactly it
# is known when a file was used, so that reading one does not write each time.
_RECENT: Final = timedelta(hours=1)
_ABANDONED: Final = timedelta(days=1)

_Value = TypeVar("_Value")


def file_key(sha256: str, extension: str) -> str:
    """The key of the file that this program makes of the content with this SHA-256.

    Raises ValueError for parts that are none, such as a path.
    """
    key = f"{build_id()}/{sha256}.{extension}"
    if _KEY.fullmatch(key) is None:
        raise ValueError(f"{key!r} is no key of a stored file")
    return key


def stored(keys: Iterable[str]) -> Mapping[str, StoredFile]:
    """The files that there are, by their keys; one query."""
    return {file.key: file for file in StoredFile.objects.filter(key__in=list(keys))}


def open_file(key: str) -> File[Any] | None:
    """The file, for the caller to read and close; None when there is none, to be made anew."""
    found = StoredFile.objects.filter(key=key).first()
    if found is None:
        return None
    try:
        file = default_storage.open(found.name)
    except FileNotFoundError:
        file = None
    if file is None or file.size != found.size:
        logger.warning("the stored file %s is lost", found.name)
        if file is not None:
            file.close()
        _remove(found)
        return None
    now = timezone.now()
    if found.used_at < now - _RECENT:
        try:
            with transaction.atomic():
                StoredFile.objects.filter(pk=found.pk).update(used_at=now)
        except OperationalError as error:
            # Nobody goes without the file because somebody else is writing.
            logger.warning("the use of %s was not noted: %s", key, error)
    return file


def store(key: str, content: bytes) -> StoredFile:
    """Store a file unless it is there already. Can be repeated; needs no transaction."""
    found = StoredFile.objects.filter(key=key).first()
    if found is not None and default_storage.exists(found.name):
        return found
    # Where the name is taken, by what has no row, the storage chooses another.
    name = default_storage.save(key, ContentFile(content))
    now = timezone.now()
    with transaction.atomic():
        if found is not None:
            StoredFile.objects.filter(pk=found.pk).delete()
        file, _ = StoredFile.objects.get_or_create(
            key=key,
            defaults={
                "name": name,
                "size": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "created_at": now,
                "used_at": now,
            },
        )
    if file.name != name:
        # Another process stored it meanwhile.
        default_storage.delete(name)
    return file


def value_key(name: str, made_of: Any) -> str:
    """The key of the value called ``name`` that this program makes of ``made_of``.

    ``made_of`` is made of what msgspec encodes: texts, numbers, lists, dataclasses.
    """
    return file_key(hashlib.sha256(msgspec.msgpack.encode((name, made_of))).hexdigest(), "msgpack")


def store_value(key: str, value: Any) -> None:
    """Store what was made and is to be had by other processes; like ``made_of`` in kind."""
    store(key, msgspec.msgpack.encode(value))


def stored_value(key: str, type_: type[_Value]) -> _Value | None:
    """The value that was stored under ``key``; None when there is none, to be made anew."""
    file = open_file(key)
    if file is None:
        return None
    with file:
        return msgspec.msgpack.decode(file.read(), type=type_)


def prune() -> int:
    """Remove the files used longest ago, down to ``TRACKER_FILES_SIZE``; how many."""
    limit = settings.TRACKER_FILES_SIZE * 1024**2
    total = StoredFile.objects.aggregate(total=Sum("size"))["total"] or 0
    removed = 0
    unused = StoredFile.objects.filter(used_at__lt=timezone.now() - _RECENT).order_by("used_at")
    for file in unused.iterator():
        if total <= limit:
            break
        _remove(file)
        total -= file.size
        removed += 1
    return removed


def sweep() -> int:
    """Remove what was stored more than a day ago and has no row; how many."""
    try:
        folders, _ = default_storage.listdir("")
    except FileNotFoundError:
        return 0
    before, removed = timezone.now() - _ABANDONED, 0
    for folder in filter(_BUILD.fullmatch, folders):
        names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        known = set(
            StoredFile.objects.filter(name__startswith=f"{folder}/").values_list("name", flat=True)
        )
        for name in names:
            if name not in known and default_storage.get_modified_time(name) < before:
                default_storage.delete(name)
                removed += 1
    return removed


def _remove(file: StoredFile) -> None:
    # The row first: without the file it would promise what is not there.
    StoredFile.objects.filter(pk=file.pk).delete()
    default_storage.delete(file.name)
