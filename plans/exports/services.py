"""What people can have as a file: the report of a round, or what changed from one to another."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings

from plans.exports import formats
from plans.exports.queries import visible_report
from plans.exports.shelf import Shelf, file_name
from plans.models import ActionElement, Record, ReportingRound
from plans.permissions import Person
from plans.reports.canonical import canonical_json
from plans.reports.changes import Shown
from plans.reports.table import ReportTable
from plans.reports.writers import Format, document_of, formats_of
from plans.web.build import build_id
from plans.web.shortcuts import ReportHead


@dataclass(frozen=True, slots=True)
class Document:
    """One report, or of two reports on a plan version, the earlier first, what changed.

    ``heads`` are those of the reports, as whoever asks was found to see them. ``shown`` are the
    rows of a comparison, and None for a report.
    """

    heads: tuple[ReportHead, ...]
    shown: Shown | None = None

    @property
    def is_final(self) -> bool:
        """Whether it is the same for everybody and for ever, because no round is open."""
        return all(head.is_closed for head in self.heads)

    @property
    def formats(self) -> Mapping[str, Format]:
        """The formats that it can be written in, by name."""
        return formats_of(self.shown)

    @property
    def label(self) -> str:
        """What the log calls it."""
        return " / ".join(head.label for head in self.heads)

    @property
    def sha256(self) -> str | None:
        """The hash of all that makes its files what they are; None while a round is open.

        That of a report is its record's.
        """
        hashes = [head.record_sha256 for head in self.heads if head.is_closed]
        if len(hashes) < len(self.heads) or None in hashes:
            return None
        if self.shown is None:
            return hashes[0]
        named = repr(("comparison", self.shown.value, *hashes))
        return hashlib.sha256(named.encode()).hexdigest()

    def file_name(self, format_: Format) -> str | None:
        """The name of its file among the kept ones; None for what is never kept."""
        sha256 = self.sha256
        if sha256 is None:
            return None
        return file_name(release=build_id(), sha256=sha256, extension=format_.extension)

    def tables(self, user: Person, rounds: Sequence[ReportingRound]) -> list[ReportTable]:
        """The reports of its ``rounds``, which are in the order of ``heads``.

        Raises what ``visible_report`` raises.
        """
        return [visible_report(user, round_) for round_ in rounds]

    def reports(self, user: Person, rounds: Sequence[ReportingRound]) -> list[str]:
        """As ``tables``, each in canonical JSON; that of a closed round is its record."""
        return [
            _record(head) if head.is_closed else canonical_json(visible_report(user, round_))
            for head, round_ in zip(self.heads, rounds, strict=True)
        ]

    def records(self) -> list[str]:
        """The reports of a final document in canonical JSON, as their records have them."""
        return [_record(head) for head in self.heads]

    def is_of(self, tables: Sequence[ReportTable]) -> bool:
        """Whether ``tables`` are the closed reports that ``heads`` name.

        Between reading a head and the table a round may have been reopened or closed anew.
        """
        return self.sha256 is not None and [table.round.record_sha256 for table in tables] == [
            head.record_sha256 for head in self.heads
        ]


def elements_of(round_: ReportingRound) -> int:
    """How many action elements a report of the round has. One query."""
    return ActionElement.objects.filter(version=round_.version_id).count()


def _record(head: ReportHead) -> str:
    # A round that was reopened and closed again unchanged has two records of the same content.
    records = Record.objects.filter(round=head.round_id, sha256=head.record_sha256)
    return records.values_list("content", flat=True)[:1].get()


# -- The files of documents: those that no longer change are written once and kept, others  -------
# What takes long is not written here but in a process of its own; see ``long_exports``.


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
