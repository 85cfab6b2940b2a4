"""Write a round's report to a file or to standard output."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.management.base import CommandError, CommandParser

from plans.files import write_atomically
from plans.management.naming import PlanCommand, day_named, round_named, version_named
from plans.models import ReportingRound
from plans.reports.build import MissingRecordError, report_table
from plans.reports.canonical import ReportTableError
from plans.reports.table import ReportTable
from plans.reports.writers import FORMATS, Format, WriterError

_FORMAT_NAMES = ",".join(FORMATS)

_EPILOG = f"""\
A plan, a version and a round are named as in the address of their page,
/plans/PLAN/VERSION/report/DATE/.

examples:
  manage.py export_report technical-cooperation --format html --output report.html
  manage.py export_report technical-cooperation --as-at 2000-08-31 --format csv > report.csv
  manage.py export_report technical-cooperation --format docx --output report.docx

Formats: {_FORMAT_NAMES.replace(",", ", ")}. The HTML file stands alone, with its style sheet
inside. The JSON of a closed round is what its record holds, together with the record's SHA-256.
"""


class Command(PlanCommand):
    """``manage.py export_report PLAN``; see its ``--help``."""

    help = (
        "Write the tabular progress report of one reporting round to a file or to standard\n"
        "output. Without --version and --as-at: the newest published version of the plan, and\n"
        "its newest closed round; an open one, whose texts are drafts, when none is closed yet."
    )

    epilog = _EPILOG

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("plan", metavar="PLAN", help="the plan, such as technical-cooperation")
        parser.add_argument(
            "--version",
            metavar="V",
            default="",
            help="the version of the plan, such as gb276-tc-2; the newest one by default",
        )
        parser.add_argument(
            "--as-at",
            metavar="DATE",
            default="",
            help="the date of the round, such as 2000-08-31; the newest one by default",
        )
        parser.add_argument(
            "--format", metavar=f"{{{_FORMAT_NAMES}}}", required=True, help="the format to write"
        )
        parser.add_argument(
            "--output",
            metavar="FILE",
            default="-",
            help="the file to write; it is replaced only once the whole report is written; "
            "standard output by default, or when FILE is -",
        )

    def handle(self, *args: object, **options: Any) -> None:
        """Write one report. Raises CommandError, before anything is written, when it cannot."""
        format_ = FORMATS.get(options["format"])
        if format_ is None:
            raise CommandError(
                f"--format {options['format']}: no such format; choose one of {_FORMAT_NAMES}"
            )
        as_at = day_named("--as-at", options["as_at"]) if options["as_at"] else None
        round_ = round_named(version_named(options["plan"], options["version"]), as_at)
        if not round_.is_closed:
            self.stderr.write(
                f"Note: the round as at {round_.as_at} is open; its texts are drafts."
            )
        content = _content(format_, round_)
        if options["output"] == "-":
            self._to_standard_output(content)
        else:
            _to_file(Path(options["output"]), content)

    def _to_standard_output(self, content: bytes) -> None:
        binary = getattr(self.stdout, "buffer", None)
        if binary is None:
            try:
                self.stdout.write(content.decode(), ending="")
            except UnicodeDecodeError as error:
                raise CommandError("this format is no text; name a file with --output") from error
            return
        try:
            binary.write(content)
            binary.flush()
        except BrokenPipeError as error:
            # Python would complain once more when it flushes standard output on its way out.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise CommandError("standard output was closed before the report ended") from error


def _content(format_: Format, round_: ReportingRound) -> bytes:
    try:
        table: ReportTable = report_table(round_)
        return format_.write(table, styles=tuple(map(_stylesheet, format_.stylesheets)))
    except (MissingRecordError, ReportTableError, WriterError) as error:
        raise CommandError(f"the round as at {round_.as_at}: {error}") from error


def _stylesheet(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise CommandError(f"the style sheet {name} is missing from the installation")
    return Path(found).read_text(encoding="utf-8")


def _to_file(path: Path, content: bytes) -> None:
    try:
        if path.exists() and not path.is_file():
            # A device or a pipe is written to, not replaced; a directory is an error.
            path.write_bytes(content)
        else:
            # Through a symbolic link, it is the file behind that is replaced.
            write_atomically(path.resolve(), content)
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror or error}") from error
