"""The arguments of ``seed_version``, and the files and columns that they name.

Each function raises CommandError, which names the file or the option, with ``BAD_INPUT``.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from plans.importing.blocks import SourceError
from plans.importing.matching import MatchingFileError, Stated, read_stated
from plans.importing.readers import columns_of
from plans.importing.readers.mapping import ColumnMapping, mapping_of_section
from plans.management.naming import add_person
from plans.management.own_files import BAD_INPUT, read_bytes
from plans.services.seeding.matching import Alike

HEAD = {
    "title": "plan_title",
    "symbol": "version_symbol",
    "slug": "version_slug",
    "session": "version_session",
    "date": "version_date",
    "language": "language",
    "as_at": "as_at",
    "round_symbol": "round_symbol",
    "round_session": "round_session",
}
EPILOG = """\
examples:
  manage.py seed_version plan.docx --plan technical-cooperation --base gb276-tc-2 \\
      --symbol GB.282/TC/1 --session "282nd Session" --date 2001-11 --accept all --dry-run
  manage.py seed_version report.txt --plan technical-cooperation --corrections report.toml
  manage.py seed_version plan.xlsx --plan technical-cooperation \\
      --columns A=issue-number,B=issue-title,C=element,D=time-frame
  manage.py seed_version plan.docx --plan technical-cooperation --base gb276-tc-2 \\
      --dry-run --write-matching became.toml      then edit became.toml, and
  manage.py seed_version plan.docx --plan technical-cooperation --base gb276-tc-2 \\
      --matching became.toml

Nothing is kept unless all of it is: when something stands in the way, it is listed and the exit
status is 1; when a file or an option says what cannot be, it is 2. Nothing is ever asked for.
"""


def add_arguments(parser: CommandParser) -> None:
    """All arguments of ``seed_version``."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the document")
    parser.add_argument(
        "--plan", required=True, help="the plan; one that there is not is made under this name"
    )
    parser.add_argument(
        "--base", metavar="VERSION", default="", help="the version of the plan before it"
    )
    parser.add_argument(
        "--corrections",
        type=Path,
        metavar="FILE",
        help="what a person decided (TOML), as the pages of the document let it be downloaded",
    )
    _add_columns(parser)
    _add_head(parser)
    _add_matching(parser)
    parser.add_argument(
        "--odd-is-fine",
        action="store_true",
        help="say that you have looked at the odd places, which are listed",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be made, and make nothing"
    )
    parser.add_argument("--publish", action="store_true", help="publish the version as well")
    add_person(parser)


def _add_columns(parser: CommandParser) -> None:
    columns = parser.add_argument_group(
        "columns of a sheet", "needed where its headings do not tell; they are listed then"
    )
    columns.add_argument(
        "--columns",
        metavar="A=WHAT,B=WHAT",
        default="",
        help="what the columns hold, in the words of the page: A=issue-number,C=element; a "
        "column that is not named counts as page furniture",
    )
    columns.add_argument("--sheet", default="", help="the sheet of the workbook")
    columns.add_argument(
        "--header", type=int, metavar="ROW", help="the number of the row with the headings"
    )


def _add_head(parser: CommandParser) -> None:
    head = parser.add_argument_group("what the document does not print about itself")
    head.add_argument("--title", default="", help="the title of a plan that is made")
    head.add_argument("--symbol", default="", help="the symbol of the document")
    head.add_argument(
        "--slug",
        default="",
        help="the short name of the version; made from its symbol unless said",
    )
    head.add_argument("--session", default="", help="the session that adopted it")
    head.add_argument("--date", default="", help="its date: 1999, 1999-11 or 1999-11-17")
    head.add_argument("--language", default="", help="its language: en, fr or es")
    head.add_argument(
        "--as-at", metavar="DATE", default="", help="the day that its statuses describe"
    )
    head.add_argument(
        "--round-symbol", metavar="S", default="", help="the symbol of the progress report"
    )
    head.add_argument(
        "--round-symbol-inferred",
        action="store_true",
        help="that symbol is inferred, not printed in the document",
    )
    head.add_argument(
        "--round-session", metavar="S", default="", help="the session of the progress report"
    )
    head.add_argument(
        "--without-statuses", action="store_true", help="make no round of its status column"
    )


def _add_matching(parser: CommandParser) -> None:
    matching = parser.add_argument_group("what became of the elements of the version before")
    matching.add_argument(
        "--matching", type=Path, metavar="FILE", help="what a person decided of them (TOML)"
    )
    matching.add_argument(
        "--accept",
        choices=[alike.value for alike in Alike],
        default="",
        help="accept what is proposed about the others: those that stayed the same, also "
        "those that were only renumbered, or all",
    )
    matching.add_argument(
        "--write-matching",
        type=Path,
        metavar="FILE",
        help="write what is decided, and proposed of the others, to be edited for --matching",
    )


def mapping_said(options: dict[str, Any], content: bytes) -> ColumnMapping | None:
    """What the columns hold, as far as the command line says it; as on the page, what it leaves
    open is told by the headings of the sheet and row that it names."""
    sheet, header = options["sheet"], options["header"]
    try:
        if options["columns"]:
            return replace(
                mapping_of_section(_columns(options["columns"])), sheet=sheet, header=header
            )
        if sheet or header is not None:
            return columns_of(content, sheet=sheet, header=header).mapping
    except SourceError as error:
        option = "--columns" if options["columns"] else "--sheet, --header"
        raise CommandError(f"{option}: {error}", returncode=BAD_INPUT) from error
    return None


def _columns(text: str) -> dict[str, str]:
    """The ``[columns]`` section that is written as A=issue-number,C=element."""
    section: dict[str, str] = {}
    for item in text.split(","):
        letter, equals, what = (piece.strip() for piece in item.partition("="))
        if not equals:
            raise SourceError(f"{item.strip()!r} says nothing; write A=issue-number,C=element")
        if letter.upper() in section:
            raise SourceError(f"column {letter.upper()} is named twice")
        section[letter.upper()] = what
    return section


def decisions_in(path: Path | None) -> tuple[Stated, ...] | None:
    if path is None:
        return None
    try:
        return read_stated(read_bytes(path).decode("utf-8-sig"))
    except (MatchingFileError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}", returncode=BAD_INPUT) from error
