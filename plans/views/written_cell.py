"""The cell of a status as it will be printed."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe

from plans import prose
from plans.reports.writers import html


def written_cell(text: str) -> SafeString:
    """The inside of the status's cell, made by the writer of the report from the cleaned text.

    The writer escapes every text that goes through it, and its own tests hold it to that.
    """
    return mark_safe(html.status_words(prose.clean(text)))  # noqa: S308
