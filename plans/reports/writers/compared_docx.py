"""A comparison of two reports for word processors: what came and what went are revisions.

Real revisions and no mere strokes, because of those who work with the file. Translators see what
to translate anew, and their programs pass over removed words; whoever hears the text is told of
each; and accepting all of them leaves the words of the new report, rejecting all those of the old,
with the small remarks above them.
"""

from __future__ import annotations

from plans.reports.changes import Comparison
from plans.reports.labels import labels_for
from plans.reports.writers import Progress, docx, untold
from plans.reports.writers.compared import ComparedTexts, printed_table
from plans.reports.writers.docx_table import Revisions


def write(
    comparison: Comparison, *, template: bytes | None = None, progress: Progress = untold
) -> bytes:
    """The comparison as DOCX. The revisions are the new report's, and of the day that it is as at.

    ``template`` and ``progress`` are as for the DOCX of a report. Raises ReportTableError and
    WriterError, as that does.
    """
    head = comparison.new.round
    key = labels_for(comparison.new.version.language).diff.revisions_key
    return docx.write(
        printed_table(comparison, key),
        template=template,
        texts=ComparedTexts(comparison),
        revisions=Revisions(head.label, head.as_at),
        progress=progress,
    )
