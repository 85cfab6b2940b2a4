"""Print what changed from one version of a plan to another."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandError, CommandParser

from plans.catalogue.queries.changes import (
    Entry,
    IssueSection,
    RowsShown,
    VersionChanges,
    VersionRow,
    compared_versions,
)
from plans.management.arguments import PlanCommand, add_plan, version_named
from plans.models import PlanVersion
from plans.text.differences import diff_words

CHANGED = 3
"""The exit status of ``--exit-code`` when something changed; errors have 1."""

_KIND_WIDTH = len("renumbered")
_MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
_EPILOG = """\
Elements are told by the lineage that was kept when the later version was seeded, also through
versions in between. Where none was kept they are matched by their words, order and numbering;
the second line says which. In the texts [-this-] was removed and {+this+} was added.

exit status:
  0  done; with --exit-code, nothing changed
  1  an error, told in one line
  3  with --exit-code, something changed

examples:
  manage.py compare_versions technical-cooperation gb276-tc-2 gb282-tc-3
  manage.py compare_versions technical-cooperation gb276-tc-2 gb282-tc-3 --all
  manage.py compare_versions technical-cooperation gb276-tc-2 gb282-tc-3 --json > changes.json
"""


class Command(PlanCommand):
    """``manage.py compare_versions PLAN A B``; see its ``--help``."""

    help = (
        "Print what changed from version A of a plan to version B, in the order of B: elements\n"
        "that were reworded, moved, split, merged, added or dropped, time-frames, headings."
    )
    epilog = _EPILOG

    def add_arguments(self, parser: CommandParser) -> None:
        add_plan(parser)
        parser.add_argument("earlier", metavar="A", help="a version, such as gb276-tc-2")
        parser.add_argument("later", metavar="B", help="the version to compare it with")
        parser.add_argument("--all", action="store_true", help="print what did not change too")
        parser.add_argument("--json", action="store_true", help="print JSON instead of text")
        parser.add_argument(
            "--exit-code", action="store_true", help="exit with 3 when something changed"
        )

    def handle(self, *args: object, **options: Any) -> None:
        """Print the comparison. Raises CommandError for what there is not."""
        earlier = version_named(options["plan"], options["earlier"])
        later = version_named(options["plan"], options["later"])
        if earlier == later:
            raise CommandError("a version cannot be compared with itself: name two")
        found = compared_versions(later.plan, earlier, later)
        entries = found.entries(RowsShown.ALL if options["all"] else RowsShown.CHANGES)
        if options["json"]:
            content = json.dumps(_as_json(found, entries), ensure_ascii=False, indent=1)
            self.stdout.write(content)
        else:
            self.stdout.write("\n".join(_lines(found, entries)))
        counts = found.counts()
        if options["exit_code"] and (counts["changes"] or counts["issues"]):
            sys.exit(CHANGED)


def _lines(found: VersionChanges, entries: list[Entry]) -> Iterator[str]:
    yield f"{found.earlier.plan.slug}: {found.earlier.symbol} -> {found.later.symbol}"
    yield (
        "by the lineage that was kept"
        if found.stored
        else "as proposed from the words; no lineage was kept"
    )
    counts = {name: count for name, count in found.counts().items() if count}
    yield ", ".join(f"{name.replace('_', '-')} {count}" for name, count in counts.items())
    width = max((len(_references(entry.row)) for entry in entries if entry.row), default=0)
    section: IssueSection | None = None
    for entry in entries:
        if entry.section is not section:
            section = entry.section
            yield ""
            yield from _of_issue(section)
        if entry.row is not None:
            yield from _of_row(entry.row, width)


def _of_issue(section: IssueSection) -> Iterator[str]:
    before, after = section.before, section.after
    issue = section.issue
    state = "" if before and after else "  (new)" if after else "  (dropped)"
    title = issue.title
    if before and after and before.title != after.title:
        title = _marked(before.title, after.title)
    yield f"{issue.reference}  {' '.join(title.split())}{state}"
    if before and after and before.context != after.context:
        yield f"    context: {_marked(before.context, after.context)}"


def _of_row(row: VersionRow, width: int) -> Iterator[str]:
    kind = "renumbered" if row.only_renumbered else row.kind.value
    yield (
        f"  {kind:<{_KIND_WIDTH}}  {_references(row):<{width}}"
        f"{f'  ({row.reason})' if row.reason else ''}"
    ).rstrip()
    yield f"    {_marked(*row.words) or '(missing in the source)'}"
    if row.frame_changed:
        yield f"    time-frame: {_marked(*row.frames)}"


def _references(row: VersionRow) -> str:
    return " -> ".join(
        ", ".join(element.reference for element in side) or "-" for side in (row.earlier, row.later)
    )


def _marked(old: str, new: str) -> str:
    """Both texts in one line, with signs around what was removed and what was added."""
    pieces = []
    for change in diff_words(old, new):
        text = " / ".join(filter(None, change.text.split("\n")))
        body = text.strip()
        if not body:
            pieces.append(" ")
            continue
        lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        pieces.append(f"{lead}{_MARKS[change.kind].format(body)}{tail}")
    return " ".join("".join(pieces).split())


def _as_json(found: VersionChanges, entries: list[Entry]) -> dict[str, Any]:
    sections = {id(entry.section): entry.section for entry in entries}
    return {
        "schema": "tracker.versions/1",
        "plan": found.earlier.plan.slug,
        "earlier": _version(found.earlier),
        "later": _version(found.later),
        "lineage": "kept" if found.stored else "proposed",
        "counts": found.counts(),
        "issues": [
            {
                "earlier": section.before.reference if section.before else None,
                "later": section.after.reference if section.after else None,
                "title": [issue.title if issue else None for issue in sides],
                "context": [issue.context if issue else None for issue in sides],
            }
            for section in sections.values()
            for sides in ((section.before, section.after),)
        ],
        "elements": [_row(entry.row) for entry in entries if entry.row is not None],
    }


def _version(version: PlanVersion) -> dict[str, Any]:
    return {"slug": version.slug, "symbol": version.symbol, "date": version.iso_date}


def _row(row: VersionRow) -> dict[str, Any]:
    return {
        "kind": row.kind.value,
        "only_renumbered": row.only_renumbered,
        "earlier": [element.reference for element in row.earlier],
        "later": [element.reference for element in row.later],
        "text": list(row.words),
        "time_frame": list(row.frames),
        "reason": row.reason,
    }
