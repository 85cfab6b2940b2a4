"""``manage.py parse_plan``: a plan's document to a fixture, with an account of every word."""

from __future__ import annotations

import difflib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from plans.management.arguments import BAD_INPUT, corrections_in, read_bytes, write_text
from plans.reading.corrections import CorrectionError, Corrections
from plans.reading.pipeline import NO_CORRECTIONS, Parsed, parse_document
from plans.reading.source_table import SourceError

_DIFF_LINES = 60
_DIFF_WIDTH = 200


class Command(BaseCommand):
    help = (
        "Reads a plan from a document and writes it as a fixture for loaddata. Its kind is told "
        "from the content: text of a Governing Body document (its table's cells separated by "
        "tabs), a table in a document for word processors (.docx) or web page (.html), or a "
        "sheet with one row for each element (.xlsx, .csv). What cannot be placed is "
        "listed with its place; no word is dropped and none is made up. Exit status: 0 when all "
        "is well, 1 when the fixture is stale (--check) or words are unplaced (--account, or "
        "with --corrections), 2 when the document or the corrections cannot be read."
    )
    requires_system_checks = ()  # Reads files alone; needs no database.

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "source", type=Path, help="the document: text, .docx, .html, .xlsx or .csv"
        )
        parser.add_argument(
            "--corrections", type=Path, metavar="FILE", help="what a person decided (TOML)"
        )
        parser.add_argument(
            "--output",
            type=Path,
            metavar="FIXTURE",
            help="where to write the fixture; standard output when neither --account nor this",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing; fail with a diff when the file at --output is not up to date",
        )
        parser.add_argument(
            "--account",
            action="store_true",
            help="print where every word went, ending with the number of unplaced words",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["source"]
        output: Path | None = options["output"]
        if options["check"] and output is None:
            raise CommandError("--check needs --output, the fixture to check", returncode=BAD_INPUT)
        given = options["corrections"]
        corrections = NO_CORRECTIONS if given is None else corrections_in(given)
        parsed = self._parse(source, corrections, given)
        self._print_anomalies(parsed)
        if options["check"] and output is not None:
            self._check(output, parsed.fixture())
        elif output is not None:
            self._write(output, parsed.fixture())
        elif not options["account"]:
            self.stdout.write(parsed.fixture(), ending="")
        if options["account"]:
            self.stdout.write(f"placed right without a correction: {parsed.measure}")
            self.stdout.write(parsed.account.report())
        must_balance = options["account"] or options["corrections"] is not None
        if must_balance and not parsed.account.balances:
            raise CommandError(f"{source}: {parsed.account.unplaced} words have no place")

    def _parse(self, source: Path, corrections: Corrections, path: Path | None) -> Parsed:
        data = read_bytes(source)
        try:
            return parse_document(data, name=source.name, corrections=corrections)
        except SourceError as error:
            raise CommandError(f"{source}: {error}", returncode=BAD_INPUT) from error
        except CorrectionError as error:
            raise CommandError(f"{path}: {error}", returncode=BAD_INPUT) from error

    def _print_anomalies(self, parsed: Parsed) -> None:
        anomalies = sorted(parsed.outline.anomalies, key=lambda anomaly: anomaly.line)
        for anomaly in anomalies:
            if anomaly.is_open:
                self.stderr.write(str(anomaly))
        left = sum(anomaly.is_open for anomaly in anomalies)
        repaired = sum(anomaly.repaired for anomaly in anomalies)
        accepted = sum(bool(anomaly.accepted) for anomaly in anomalies)
        also = f", {accepted} accepted as they are" if accepted else ""
        self.stderr.write(f"{left} anomalies to look at, {repaired} repaired{also}")

    def _write(self, output: Path, fixture: str) -> None:
        write_text(output, fixture)
        self.stderr.write(f"wrote {output}")

    def _check(self, output: Path, fixture: str) -> None:
        committed = read_bytes(output).decode(errors="replace") if output.exists() else ""
        if committed == fixture:
            self.stderr.write(f"{output} is up to date")
            return
        diff = difflib.unified_diff(
            committed.splitlines(), fixture.splitlines(), str(output), "parsed", lineterm="", n=1
        )
        for _, line in zip(range(_DIFF_LINES), diff, strict=False):
            self.stdout.write(line[:_DIFF_WIDTH])
        raise CommandError(f"{output} is stale; write it anew with parse_plan --output")
