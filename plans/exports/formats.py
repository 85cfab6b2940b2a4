"""Reports and comparisons as this site writes them: with its style sheets, by its template."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

from plans.reports.changes import Comparison
from plans.reports.table import ReportTable
from plans.reports.writers import Format, WriterError


def write(format_: Format, table: ReportTable | Comparison) -> bytes:
    """The report in ``format_``, or the comparison if it is a format of those.

    Raises ReportTableError for a table at odds with itself, and WriterError; that, too, for a style
    sheet or template that cannot be read.
    """
    styles = tuple(map(_stylesheet, format_.stylesheets))
    return format_.write(
        table, styles=styles, template=docx_template() if format_.templated else None
    )


def docx_template() -> bytes | None:
    """What the file of ``TRACKER_DOCX_TEMPLATE`` held when this process first asked for it.

    None when the setting is not set, and the writer's own template is to be taken. Raises
    WriterError when the file cannot be read.
    """
    path = settings.TRACKER_DOCX_TEMPLATE
    return _read(path) if path is not None else None


@cache
def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        # Readers of the site may see this: not the place of the file.
        raise WriterError(
            f"the template of TRACKER_DOCX_TEMPLATE cannot be read: {error.strerror or error}"
        ) from error


def _stylesheet(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise WriterError(f"the style sheet {name} is missing from the installation")
    return Path(found).read_text(encoding="utf-8")
