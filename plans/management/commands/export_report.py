"""Write a round's report to a file, to standard output, or to a folder in every format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from plans.exports.queries import MissingRecordError, report_table
from plans.exports.services import write
from plans.management.arguments import (
    PlanCommand,
    add_plan,
    add_version,
    day_named,
    round_named,
    to_output,
    version_named,
)
from plans.models import ReportingRound
from plans.reports.canonical import ReportTableError
from plans.reports.table import ReportTable
from plans.reports.writers import FORMATS, Format, WriterError
from plans.web.files import write_all_atomically

_FORMAT_NAMES = ",".join(FORMATS)

_EPILOG = f"""\
A plan, a version and a round are named as in the address of their page,
/plans/PLAN/VERSION/report/DATE/.

examples:
  manage.py export_report technical-cooperation --format html --output report.html
  manage.py export_report technical-cooperation --as-at 2000-08-31 --format csv > report.csv
  manage.py export_report technical-cooperation --format docx --output report.docx
  manage.py export_report technical-cooperation --all reports/

Formats: {_FORMAT_NAMES.replace(",", ", ")}. The HTML file stands alone, with its style sheet
inside. The JSON of a closed round is what its record holds, together with the record's SHA-256.
The Akoma Ntoso is XML. With --all the files are named as those that the site offers, and are
written together: when one format cannot be written, none is.
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
        add_plan(parser)
        add_version(parser)
        parser.add_argument(
            "--as-at",
            metavar="DATE",
            default="",
            help="the date of the round, such as 2000-08-31; the newest one by default",
        )
        parser.add_argument(
            "--format", metavar=f"{{{_FORMAT_NAMES}}}", default="", help="the format to write"
        )
        parser.add_argument(
            "--all",
            metavar="DIR",
            default="",
            help="write every format into this folder, which is made when it is not there",
        )
        parser.add_argument(
            "--output",
            metavar="FILE",
            default="",
            help="the file to write; it is replaced only once the whole report is written; "
            "standard output by default, or when FILE is -",
        )

    def handle(self, *args: object, **options: Any) -> None:
        """Write the report. Raises CommandError, before anything is written, when it cannot."""
        asked = _formats(options)
        as_at = day_named("--as-at", options["as_at"]) if options["as_at"] else None
        round_ = round_named(version_named(options["plan"], options["version"]), as_at)
        if not round_.is_closed:
            self.stderr.write(
                f"Note: the round as at {round_.as_at} is open; its texts are drafts."
            )
        table = _table(round_)
        if options["all"]:
            self._to_folder(Path(options["all"]), table, asked)
            return
        content = _content(asked[0], table)
        to_output(self, options["output"], content)

    def _to_folder(self, folder: Path, table: ReportTable, asked: Sequence[Format]) -> None:
        """Write all formats, and say on standard error how far it is."""
        contents = {}
        for number, format_ in enumerate(asked, 1):
            self.stderr.write(f"{number} of {len(asked)}: {format_.label}")
            name = format_.file_name(table.plan.slug, table.version.slug, table.round.as_at)
            contents[folder / name] = _content(format_, table)
        _to_new_files(folder, contents)
        for path in contents:
            self.stdout.write(str(path))


def _formats(options: dict[str, Any]) -> list[Format]:
    """The formats that the command line asks for, one at least."""
    if options["format"] and options["all"]:
        raise CommandError("--format names one format and --all takes every one; leave one of them")
    if options["all"]:
        if options["output"]:
            raise CommandError("--output names one file; with --all the files have their own names")
        return list(FORMATS.values())
    if not options["format"]:
        raise CommandError(
            f"say what to write: --format with one of {_FORMAT_NAMES}, or --all with a folder"
        )
    format_ = FORMATS.get(options["format"])
    if format_ is None:
        raise CommandError(
            f"--format {options['format']}: no such format; choose one of {_FORMAT_NAMES}"
        )
    return [format_]


def _table(round_: ReportingRound) -> ReportTable:
    try:
        return report_table(round_)
    except (MissingRecordError, ReportTableError) as error:
        raise CommandError(f"the round as at {round_.as_at}: {error}") from error


def _content(format_: Format, table: ReportTable) -> bytes:
    try:
        return write(format_, table)
    except (ReportTableError, WriterError) as error:
        raise CommandError(
            f"the round as at {table.round.as_at}, as {format_.label}: {error}"
        ) from error


def _to_new_files(folder: Path, contents: Mapping[Path, bytes]) -> None:
    made = not folder.exists()
    try:
        folder.mkdir(exist_ok=True)
        write_all_atomically(contents)
    except OSError as error:
        if made and folder.is_dir():
            # Nobody else may have put anything into it; if so, it stays.
            with suppress(OSError):
                folder.rmdir()
        place = error.filename if isinstance(error, IsADirectoryError) else folder
        raise CommandError(f"cannot write {place}: {error.strerror or error}") from error
