"""A comparison of two reports as PDF, tagged and kept as the report's is."""

from __future__ import annotations

from itertools import chain

from plans.reports.changes import Comparison
from plans.reports.labels import labels_for
from plans.reports.writers import Progress, pdf, untold
from plans.reports.writers.compared import ComparedTexts, printed_table
from plans.reports.writers.pdf import data_of


def write(comparison: Comparison, *, progress: Progress = untold) -> bytes:
    """The comparison as PDF; ``progress`` is told how many of its elements are prepared.

    Removed words are struck through and stand in brackets, added ones are underlined. Raises
    ReportTableError and WriterError, as the PDF of a report does.
    """
    key = labels_for(comparison.new.version.language).diff.printed_key
    table = printed_table(comparison, key)
    return pdf.typeset(
        data_of(table, ComparedTexts(comparison), progress),
        as_at=table.round.as_at,
        texts=chain(pdf.texts_of(comparison.new), pdf.texts_of(comparison.old)),
    )
