"""The files of documents: those that no longer change are written once and kept, others never.

What takes long is not written here but in a process of its own; see ``long_exports``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings

from plans import formats
from plans.models import ReportingRound
from plans.reports.documents import document_of
from plans.reports.shelf import Shelf
from plans.reports.writers import Format
from plans.rules import Person
from plans.services.documents import Document

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was just written. ``lasting``: it is that of the final document asked for."""

    content: bytes
    lasting: bool


def shelf() -> Shelf:
    """Where the files of final documents are kept, as the settings say."""
    return Shelf(settings.TRACKER_FILES, settings.TRACKER_FILES_SIZE * 1024**2)


def kept_file(document: Document, format_: Format) -> BinaryIO | None:
    """The kept file of a final document, for the caller to close; None when there is none.

    Whether the person may see its reports was asked when its heads were fetched.
    """
    name = document.file_name(format_)
    return None if name is None else shelf().open(name)


def kept_size(document: Document, format_: Format) -> int | None:
    """The size in bytes of the document's file, if it is kept."""
    name = document.file_name(format_)
    return None if name is None else shelf().size(name)


def kept_sizes(document: Document, formats: Iterable[Format]) -> Mapping[str, int]:
    """The size in bytes of each file of the document that is kept, by the name of its format."""
    found = {format_.name: kept_size(document, format_) for format_ in formats}
    return {name: size for name, size in found.items() if size is not None}


def write_file(
    *, user: Person, document: Document, rounds: Sequence[ReportingRound], format_: Format
) -> Written:
    """Write the document of ``rounds`` as ``user`` may see it, and keep the file if it is final.

    Between reading its heads and the reports a round may be reopened or closed anew; what is
    written then is not taken for the document. Raises what ``visible_report`` and
    ``formats.write`` raise.
    """
    tables = document.tables(user, rounds)
    name = document.file_name(format_)
    content = formats.write(format_, document_of(tables, document.shown))
    lasting = document.is_of(tables)
    if lasting and name is not None:
        try:
            shelf().keep(name, content)
        except OSError as error:
            # The reader gets the file all the same; the next one has it written again.
            logger.warning("the file %s could not be kept: %s", name, error.strerror or error)
    return Written(content, lasting)
