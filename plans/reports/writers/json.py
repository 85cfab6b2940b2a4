"""The report as JSON, schema ``tracker.report/1``.

Keys are sorted and there is no spare space: the bytes are those of the record, except that
``record_sha256`` holds the record's hash. Who sets it to null again and takes the SHA-256 can check
that the file is what was published. ``SCHEMA_FILE`` describes every field, as JSON Schema.
"""

from __future__ import annotations

from pathlib import Path

from plans.reports.canonical import to_json
from plans.reports.table import ReportTable

SCHEMA_FILE = Path(__file__).with_name("tracker.report-1.json")


def write(table: ReportTable) -> bytes:
    """The report as UTF-8 JSON on one line; the same table gives the same bytes."""
    return to_json(table)
