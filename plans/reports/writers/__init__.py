"""The formats that a report can be written in.

A writer is a module of this package with a function ``write(table, …) -> bytes`` that knows the
report table and nothing else, and perhaps a function ``write_comparison`` that knows the comparison
of two. It is imported when it is first used, so that a heavy library costs only those who ask for
its format. A further format is a further entry of ``FORMATS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module
from typing import Any, Literal

from plans.reports.changes import Comparison, Shown, filter_comparison
from plans.reports.compare import compare
from plans.reports.table import ReportTable

# -- Progress --------------------------------------------------------------------------------------

Progress = Callable[[int], None]
"""Is told, again and again, how many action elements are done."""


def no_progress(_done: int) -> None:
    """A Progress that nobody wants to know."""


class ProgressCounter:
    """Counts the rows of elements as they are done, and tells ``progress`` how many elements are.

    ``rows`` is how many rows each element has in the file.
    """

    def __init__(self, progress: Progress, *, rows: int = 1) -> None:
        self._progress = progress
        self._each = rows
        self._rows = 0

    def row(self) -> None:
        """One more row of an element is done."""
        self._rows += 1
        self._progress(self._rows // self._each)


# -- Formats ---------------------------------------------------------------------------------------


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
    ``function`` is that of ``module``, one of this package, that writes it.
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
    function: str = "write"

    def file_name(self, plan: str, version: str, as_at: date) -> str:
        """What the file of a report is called; ``plan`` and ``version`` are slugs."""
        return f"{plan}-{version}-{as_at.isoformat()}.{self.extension}"

    def write(
        self,
        table: ReportTable | Comparison,
        *,
        styles: tuple[str, ...] = (),
        template: bytes | None = None,
        progress: Progress = no_progress,
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
        content = getattr(writer, self.function)(table, **options)
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


COMPARISON_FORMATS: Mapping[str, Format] = {
    name: replace(
        FORMATS[name],
        module=module,
        function="write_comparison",
        stylesheets=(*FORMATS[name].stylesheets, *stylesheets),
    )
    for name, module, stylesheets in (
        ("html", "compared_html", ("css/difference.css", "css/compare.css")),
        ("pdf", "pdf", ()),
        ("docx", "docx", ()),
    )
}
"""The formats of a comparison, by name. Their writers take a Comparison."""


def document_of(
    tables: Sequence[ReportTable], shown: Shown | None = None
) -> ReportTable | Comparison:
    """The report, if ``shown`` is None; else of two, the earlier first, the rows that changed so.

    Never raises for one table, nor for two on one plan version.
    """
    if shown is None:
        (table,) = tables
        return table
    old, new = tables
    return filter_comparison(compare(old, new), shown)


def formats_of(shown: Shown | None) -> Mapping[str, Format]:
    """The formats, by name, of what ``document_of`` gives for ``shown``."""
    return FORMATS if shown is None else COMPARISON_FORMATS


def elements_in(document: ReportTable | Comparison) -> int:
    """How many action elements stand in the document, as it is to be written."""
    return sum(len(part.elements) for part in document.parts)
