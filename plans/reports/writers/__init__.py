"""The formats that a report can be written in.

A writer is a module of this package with a function ``write(table, …) -> bytes`` that knows the
report table, or else the comparison of two, and nothing else. It is imported when it is first used,
so that a heavy library costs only those who ask for its format. A further format is a further entry
of ``FORMATS``; the formats of comparisons are in ``compared``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any, Literal

from plans.reports.changes import Comparison
from plans.reports.progress import Progress, untold
from plans.reports.table import ReportTable


class WriterError(ValueError):
    """A report that a format cannot hold, or a writer without what it needs. It says which."""


class UnfitTextError(WriterError):
    """Words of the report that a format cannot hold. It says which, and where they stand."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    ``name`` is what the command line calls it; ``extension`` stands after the dot of a file name
    or address; ``label`` is a proper name, the same in every language. ``stylesheets`` are the
    static files whose text the writer wants as ``styles``, in that order. ``templated`` tells that
    the file is made from a template that may be another than the writer's own. ``at_once`` is how
    many elements it writes within about a second, so that somebody may wait for it.

    ``counts`` says what its writer tells of as it goes: elements that are written; or elements that
    are prepared for what then sets all pages and cannot tell how far it is; or nothing.
    """

    name: str
    extension: str
    content_type: str
    label: str
    module: str
    stylesheets: tuple[str, ...] = ()
    templated: bool = False
    at_once: int = 10_000
    counts: Literal["written", "prepared", "nothing"] = "nothing"

    def file_name(self, plan: str, version: str, as_at: date) -> str:
        """What the file of a report is called; ``plan`` and ``version`` are slugs."""
        return f"{plan}-{version}-{as_at.isoformat()}.{self.extension}"

    def write(
        self,
        table: ReportTable | Comparison,
        *,
        styles: tuple[str, ...] = (),
        template: bytes | None = None,
        progress: Progress = untold,
    ) -> bytes:
        """The report, or the comparison if it is a format of those, as a file.

        ``styles`` are the texts of ``stylesheets``, and ``template`` the content of the template to
        use in place of the writer's own; formats without the one or the other leave them aside.
        ``progress`` is told what the format ``counts``.
        Raises ReportTableError for a table at odds with itself, and WriterError.
        """
        writer = import_module(f"{__name__}.{self.module}")
        options: dict[str, Any] = {"styles": styles} if self.stylesheets else {}
        if self.templated:
            options["template"] = template
        if self.counts != "nothing":
            options["progress"] = progress
        content = writer.write(table, **options)
        if not isinstance(content, bytes):
            raise TypeError(f"the writer of {self.name} gave {type(content).__name__}, not bytes")
        return content


FORMATS: Mapping[str, Format] = {
    format_.name: format_
    for format_ in (
        Format(
            name="html",
            extension="html",
            content_type="text/html; charset=utf-8",
            label="HTML",
            module="html",
            stylesheets=("css/variables.css", "css/report.css"),
        ),
        Format(
            name="json",
            extension="json",
            content_type="application/json",
            label="JSON",
            module="json",
        ),
        Format(
            name="csv",
            extension="csv",
            content_type="text/csv; charset=utf-8",
            label="CSV",
            module="csv",
        ),
        Format(
            name="pdf",
            extension="pdf",
            content_type="application/pdf",
            label="PDF",
            module="pdf",
            at_once=500,
            counts="prepared",
        ),
        Format(
            name="docx",
            extension="docx",
            content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            label="DOCX",
            module="docx",
            templated=True,
            at_once=3_000,
            counts="written",
        ),
        Format(
            name="xlsx",
            extension="xlsx",
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            label="XLSX",
            module="xlsx",
            at_once=2_000,
            counts="written",
        ),
        # The type that the standard's committee gave it; the suffix tells every other program
        # that it is XML.
        Format(
            name="akn",
            extension="xml",
            content_type="application/akn+xml",
            label="Akoma Ntoso",
            module="akn",
            counts="written",
        ),
    )
}
