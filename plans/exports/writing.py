"""Writes a file in the child process of a job: without the settings, and without the database."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence

from plans.jobs.limits import Progress, RefusalError
from plans.reports.canonical import ReportTableError, from_data, to_json
from plans.reports.changes import Shown, shown_named
from plans.reports.table import ReportTable
from plans.reports.writers import Format, WriterError, document_of, elements_in, formats_of

TARGET = f"{__name__}.write"


def packed(
    tables: Sequence[ReportTable], shown: Shown | None, format_: Format, template: bytes | None
) -> bytes:
    """What ``write`` takes: what to write, on a line, then each report on one."""
    order = {
        "format": format_.name,
        "shown": None if shown is None else shown.value,
        "template": None if template is None else b64encode(template).decode(),
    }
    return b"\n".join([json.dumps(order).encode(), *map(to_json, tables)])


def write(payload: bytes, progress: Progress) -> bytes:
    """The file that ``packed`` describes. Raises RefusalError for what cannot be written."""
    head, *reports = payload.split(b"\n")
    order = json.loads(head)
    shown = None if order["shown"] is None else shown_named(order["shown"])
    template = None if order["template"] is None else b64decode(order["template"])
    format_ = formats_of(shown)[order["format"]]
    try:
        document = document_of([from_data(json.loads(report)) for report in reports], shown)
        total = elements_in(document)

        def tell(done: int) -> None:
            if format_.counts == "nothing":
                progress("writing", 0, 0)
            elif done < total:
                stage = "preparing" if format_.counts == "prepared" else "writing"
                progress(stage, done, total)
            else:
                progress("setting" if format_.counts == "prepared" else "packing", 0, 0)

        tell(0)
        return format_.write(document, template=template, progress=tell)
    except (ReportTableError, WriterError) as error:
        raise RefusalError(str(error)) from error
