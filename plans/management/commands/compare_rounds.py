"""Write what changed between two rounds to a file or to standard output."""

from __future__ import annotations

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
from plans.reports.changes import View, filter_comparison
from plans.reports.compare import compare
from plans.reports.table import ReportTable
from plans.reports.writers import COMPARISON_FORMATS as FORMATS
from plans.reports.writers import WriterError

_FORMAT_NAMES = ",".join(FORMATS)

_EPILOG = """\
examples:
  manage.py compare_rounds technical-cooperation 2000-08-31 2001-02-28 --output changes.html
  manage.py compare_rounds technical-cooperation 2000-08-31 2001-02-28 --format docx \\
      --all-rows --output changes.docx

In the HTML and the PDF removed words are struck through and added ones underlined; in the DOCX
they are revisions. Without --all-rows only the rows that changed are written.
"""


class Command(PlanCommand):
    """``manage.py compare_rounds PLAN DATE DATE``; see its ``--help``."""

    help = (
        "Compare the progress reports of two reporting rounds of a plan version row by row and\n"
        "word by word, whichever date is named first."
    )

    epilog = _EPILOG

    def add_arguments(self, parser: CommandParser) -> None:
        add_plan(parser)
        parser.add_argument(
            "dates",
            metavar="DATE",
            nargs=2,
            help="the dates of the two rounds, such as 2000-08-31",
        )
        add_version(parser)
        parser.add_argument(
            "--format",
            metavar=f"{{{_FORMAT_NAMES}}}",
            default="html",
            help="the format to write; html by default",
        )
        parser.add_argument(
            "--all-rows", action="store_true", help="also write the rows that did not change"
        )
        parser.add_argument(
            "--output",
            metavar="FILE",
            default="",
            help="the file to write; standard output by default, or when FILE is -",
        )

    def handle(self, *args: object, **options: Any) -> None:
        """Write the comparison. Raises CommandError, before anything is written, if it cannot."""
        format_ = FORMATS.get(options["format"])
        if format_ is None:
            raise CommandError(
                f"--format {options['format']}: no such format; choose one of {_FORMAT_NAMES}"
            )
        first, second = sorted(day_named("DATE", text) for text in options["dates"])
        if first == second:
            raise CommandError("a report cannot be compared with itself; name two dates")
        version = version_named(options["plan"], options["version"])
        rounds = [round_named(version, as_at) for as_at in (first, second)]
        for round_ in rounds:
            if not round_.is_closed:
                self.stderr.write(
                    f"Note: the round as at {round_.as_at} is open; its texts are drafts."
                )
        old, new = map(_table, rounds)
        whole = compare(old, new)
        shown = filter_comparison(whole, View.ALL if options["all_rows"] else View.CHANGES)
        try:
            content = write(format_, shown)
        except (ReportTableError, WriterError) as error:
            raise CommandError(f"{format_.label}: {error}") from error
        counts = whole.counts
        self.stderr.write(
            f"{counts.changed} of {counts.elements} action elements changed; "
            f"{counts.removed_words} words removed, {counts.added_words} added"
        )
        to_output(self, options["output"], content)


def _table(round_: ReportingRound) -> ReportTable:
    try:
        return report_table(round_)
    except (MissingRecordError, ReportTableError) as error:
        raise CommandError(f"the round as at {round_.as_at}: {error}") from error
