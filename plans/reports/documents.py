"""What can be written as a file: a report, or what changed from one report to another. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from plans.reports.changes import Comparison, Shown, narrowed
from plans.reports.compare import compare
from plans.reports.table import ReportTable
from plans.reports.writers import FORMATS, Format, compared


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
    return narrowed(compare(old, new), shown)


def formats_of(shown: Shown | None) -> Mapping[str, Format]:
    """The formats, by name, of what ``document_of`` gives for ``shown``."""
    return FORMATS if shown is None else compared.FORMATS


def elements_in(document: ReportTable | Comparison) -> int:
    """How many action elements stand in the document, as it is to be written."""
    return sum(len(part.elements) for part in document.parts)
