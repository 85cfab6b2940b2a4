"""The files of reports: those of closed rounds are written once and kept, others never.

What takes long is not written here but in a process of its own; see ``long_exports``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings

from plans import formats
from plans.models import ReportingRound
from plans.release import release
from plans.reports.build import visible_report
from plans.reports.shelf import Shelf, file_name
from plans.reports.writers import Format
from plans.rules import Person
from plans.selectors import ReportHead

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was just written. ``lasting``: it is that of the closed report asked for."""

    content: bytes
    lasting: bool


def shelf() -> Shelf:
    """Where the files of closed rounds are kept, as the settings say."""
    return Shelf(settings.TRACKER_FILES, settings.TRACKER_FILES_SIZE * 1024**2)


def kept_file(head: ReportHead, format_: Format) -> BinaryIO | None:
    """The kept file of a closed report, for the caller to close; None when there is none.

    Whether the person may see the report was asked when ``head`` was fetched.
    """
    name = kept_name(head, format_)
    return None if name is None else shelf().open(name)


def kept_sizes(head: ReportHead, formats: Iterable[Format]) -> Mapping[str, int]:
    """The size in bytes of each file of the report that is kept, by the name of its format."""
    names = {format_.name: kept_name(head, format_) for format_ in formats}
    found = {key: shelf().size(name) for key, name in names.items() if name is not None}
    return {key: size for key, size in found.items() if size is not None}


def write_file(
    *, user: Person, head: ReportHead, round_: ReportingRound, format_: Format
) -> Written:
    """Write the report as ``user`` may see it, and keep the file if it is a closed round's.

    Between reading ``head`` and the table a round may be reopened or closed anew; what is written
    then is not taken for the report that ``head`` names. Raises what ``visible_report`` and
    ``formats.write`` raise.
    """
    table = visible_report(user, round_)
    name = kept_name(head, format_)
    content = formats.write(format_, table)
    lasting = round_.is_closed and table.round.record_sha256 == head.record_sha256
    if lasting and name is not None:
        try:
            shelf().keep(name, content)
        except OSError as error:
            # The reader gets the file all the same; the next one has it written again.
            logger.warning("the file %s could not be kept: %s", name, error.strerror or error)
    return Written(content, lasting)


def kept_name(head: ReportHead, format_: Format) -> str | None:
    """The name of the report's file among the kept ones; None for what is never kept."""
    if not head.is_closed or head.record_sha256 is None:
        return None
    return file_name(release=release(), sha256=head.record_sha256, extension=format_.extension)
