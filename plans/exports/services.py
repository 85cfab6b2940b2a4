"""Reports and comparisons as files: what each is made of, where it is kept, and long work.

A file is stored by the SHA-256 of its content, which is the canonical JSON of its reports: whoever
sees the same content has the same file, and content that changed has another. What takes long is a
job; see ``plans.exports.tasks``.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.db import OperationalError
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from plans.exports.queries import visible_report
from plans.jobs import files
from plans.jobs.services import enqueue
from plans.models import ActionElement, Job, ReportingRound
from plans.permissions import Person
from plans.reports.canonical import canonical_json, sha256_of
from plans.reports.changes import Comparison, Shown, View, shown_named
from plans.reports.table import ReportTable
from plans.reports.writers import Format, WriterError, document_of, formats_of
from plans.web.shortcuts import ReportHead

logger = logging.getLogger(__name__)

EXPORT_JOB = "export"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a report is on the site, or what changed between two.

    ``days`` are those of its rounds, the earlier first. ``shown`` are the rows of a comparison, and
    None for a report.
    """

    plan: str
    version: str
    days: tuple[date, ...]
    shown: Shown | None = None

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Place:
        """The place that ``data`` was made of."""
        days = tuple(map(date.fromisoformat, data["days"]))
        shown = None if data["shown"] is None else shown_named(data["shown"])
        return cls(data["plan"], data["version"], days, shown)

    def data(self) -> dict[str, Any]:
        """The place as plain values."""
        return {
            "plan": self.plan,
            "version": self.version,
            "days": [day.isoformat() for day in self.days],
            "shown": None if self.shown is None else self.shown.value,
        }

    @property
    def formats(self) -> Mapping[str, Format]:
        """The formats that it can be written in, by name."""
        return formats_of(self.shown)

    @property
    def page(self) -> str:
        """The address of its page."""
        name = "plans:report" if self.shown is None else "plans:comparison"
        return reverse(name, args=[self.plan, self.version, *self.days]) + self._query

    def file(self, format_: Format) -> str:
        """The address of its file."""
        name = "plans:report_file" if self.shown is None else "plans:comparison_file"
        args = [self.plan, self.version, *self.days, format_.extension]
        return reverse(name, args=args) + self._query

    def file_name(self, format_: Format) -> str:
        """What its file is called where it is saved."""
        parts = [self.plan, self.version, *map(str, self.days), *filter(None, [self._rows])]
        return f"{'-'.join(parts)}.{format_.extension}"

    @property
    def _rows(self) -> str:
        return "" if self.shown in (None, View.CHANGES) else self.shown.value

    @property
    def _query(self) -> str:
        return f"?rows={self._rows}" if self._rows else ""


@dataclass(frozen=True, slots=True)
class Document:
    """A report or comparison, with the heads of its reports as whoever asks may see them now."""

    place: Place
    heads: tuple[ReportHead, ...]

    @property
    def is_final(self) -> bool:
        """Whether it is the same for everybody and for ever, because no round is open."""
        return all(head.is_closed for head in self.heads)

    @property
    def sha256(self) -> str | None:
        """The hash of its content; None while a round is open, where it depends on who asks."""
        hashes = [
            head.record_sha256 for head in self.heads if head.is_closed and head.record_sha256
        ]
        return _combined(hashes, self.place.shown) if len(hashes) == len(self.heads) else None

    def is_of(self, tables: Sequence[ReportTable]) -> bool:
        """Whether ``tables`` are the closed reports that ``heads`` name.

        Between reading a head and the table a round may have been reopened or closed anew.
        """
        return self.sha256 is not None and [table.round.record_sha256 for table in tables] == [
            head.record_sha256 for head in self.heads
        ]


def content_sha256(tables: Sequence[ReportTable], shown: Shown | None) -> str:
    """The hash of the content of a file made of ``tables``; of a closed report its record's."""
    hashes = [table.round.record_sha256 or sha256_of(canonical_json(table)) for table in tables]
    return _combined(hashes, shown)


def _combined(hashes: Sequence[str], shown: Shown | None) -> str:
    if shown is None:
        return hashes[0]
    return hashlib.sha256(repr(("comparison", shown.value, *hashes)).encode()).hexdigest()


def visible_tables(user: Person, rounds: Iterable[ReportingRound]) -> list[ReportTable]:
    """The reports of ``rounds`` as ``user`` may see them. Raises what ``visible_report`` raises."""
    return [visible_report(user, round_) for round_ in rounds]


def elements_of(round_: ReportingRound) -> int:
    """How many action elements a report of the round has. One query."""
    return ActionElement.objects.filter(version=round_.version_id).count()


# -- Writing --------------------------------------------------------------------------------------


def write(format_: Format, table: ReportTable | Comparison) -> bytes:
    """The report or comparison in ``format_``, with the site's style sheets and template.

    Raises ReportTableError for a table at odds with itself, and WriterError; that, too, for a style
    sheet or template that cannot be read.
    """
    styles = tuple(map(_stylesheet, format_.stylesheets))
    return format_.write(
        table, styles=styles, template=docx_template() if format_.templated else None
    )


def docx_template() -> bytes | None:
    """What the file of ``TRACKER_DOCX_TEMPLATE`` held when this process first asked for it.

    None when the setting is not set, and the writer's own template is to be taken. Raises
    WriterError when the file cannot be read.
    """
    path = settings.TRACKER_DOCX_TEMPLATE
    return _read(path) if path is not None else None


@cache
def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        # Readers of the site may see this: not the place of the file.
        raise WriterError(
            f"the template of TRACKER_DOCX_TEMPLATE cannot be read: {error.strerror or error}"
        ) from error


def _stylesheet(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise WriterError(f"the style sheet {name} is missing from the installation")
    return Path(found).read_text(encoding="utf-8")


def write_now(document: Document, tables: Sequence[ReportTable], format_: Format) -> bytes:
    """The file of ``tables``, which is stored if it is that of a final document.

    Raises what ``write`` raises.
    """
    content = write(format_, document_of(tables, document.place.shown))
    if document.sha256 is not None and document.is_of(tables) and settings.TRACKER_FILES_SIZE:
        key = files.file_key(document.sha256, format_.extension)
        try:
            files.store(key, content)
        except (OSError, OperationalError) as error:
            # The reader gets the file all the same; the next one has it written again.
            logger.warning("the file %s could not be stored: %s", key, error)
    return content


# -- Jobs -----------------------------------------------------------------------------------------


def request_file(
    place: Place,
    rounds: Sequence[ReportingRound],
    format_: Format,
    sha256: str,
    *,
    user: Person,
    elements: int,
) -> Job:
    """The job that makes the file of the content ``sha256``; a new one unless one is under way.

    One that failed is returned as well: the same content fails again, unless somebody tries it on
    purpose. The file of closed rounds is made for everybody, any other for ``user`` alone.
    """
    public = all(round_.is_closed for round_ in rounds)
    key = f"{EXPORT_JOB}:{files.file_key(sha256, format_.extension)}"
    if not public:
        key = f"{key}:{user.pk}"
    last = Job.objects.filter(key=key).first()
    if last is not None and (last.is_active or last.state == Job.State.FAILED):
        return last
    shown = place.shown
    return enqueue(
        EXPORT_JOB,
        key=key,
        arguments={**place.data(), "format": format_.name},
        requested_by=user if isinstance(user, User) else None,
        public=public,
        next_url=place.file(format_),
        variant=format_.name if shown is None else f"{format_.name}-{shown.value}",
        size=elements,
    )


def request_all_files(round_: ReportingRound, sha256: str, *, by: User) -> None:
    """Have the files of a round that was closed made before anybody asks for them.

    ``sha256`` is that of its record. Belongs to the transaction around it.
    """
    if not settings.TRACKER_FILES_SIZE:
        return
    version = round_.version
    place = Place(version.plan.slug, version.slug, (round_.as_at,))
    elements = elements_of(round_)
    for format_ in report_formats():
        request_file(place, [round_], format_, sha256, user=by, elements=elements)


# -- Available formats ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """A format to choose. ``size`` is that of the file in bytes, None when it is not known.

    ``label`` names the kind of file, and ``use`` says what it is good for; "" for a format that
    nobody has described.
    """

    format: Format
    label: Promise | str
    use: Promise | str
    size: int | None


# What a file of each format is, and what it is for, by the name of the format. For people before
# those for programs; formats that are not named here come last.
_KINDS: Mapping[str, tuple[Promise | str, Promise | str]] = {
    "pdf": ("PDF", gettext_lazy("the official document, to print and to keep")),
    "docx": (gettext_lazy("Word document"), gettext_lazy("to edit and to translate")),
    "xlsx": (
        gettext_lazy("Spreadsheet"),
        gettext_lazy("a sheet for each Part, and one with a row for each element"),
    ),
    "csv": ("CSV", gettext_lazy("one row for each element, for any spreadsheet or database")),
    "json": ("JSON", gettext_lazy("all that the report holds, for programs")),
    "akn": (
        "Akoma Ntoso XML",
        gettext_lazy("the document’s structure, for legal and parliamentary systems"),
    ),
}


def report_formats() -> list[Format]:
    """The formats that a report is available in as a file; the page itself is the HTML."""
    return available_formats(None)


def available_formats(shown: Shown | None) -> list[Format]:
    """As ``report_formats``, of a comparison unless ``shown`` is None."""
    order = list(_KINDS)
    return sorted(
        (format_ for format_ in formats_of(shown).values() if format_.name != "html"),
        key=lambda format_: order.index(format_.name) if format_.name in order else len(order),
    )


def choice(format_: Format, size: int | None = None) -> Choice:
    """The format as it is offered; ``size`` in bytes, None when it is not known."""
    return Choice(format_, *_KINDS.get(format_.name, (format_.label, "")), size=size)
