"""The report as PDF: paper A4, tagged for readers who hear it (PDF/UA-1), to be kept (PDF/A-2a).

Typst sets it, by the template ``report.typ``. The texts go there as JSON, so that nothing in them
is taken for markup. The fonts are those that Typst carries; none of the machine's is used, and no
clock: the same table gives the same bytes everywhere. It runs in a process of its own, which a
report without end cannot make outgrow its limits of time and memory.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from plans.reports.progress import Progress, untold
from plans.reports.table import ReportTable
from plans.reports.writers import UnfitTextError, WriterError, typst_process
from plans.reports.writers.pdf_data import data_of

TEMPLATE = Path(__file__).with_name("report.typ")
# What a report takes grows in proportion to its rows: 10,000 of them have taken 25 seconds on an
# idle machine, and 3 GB. Whoever waits for it may set narrower limits around it.
SECONDS = 240
MEMORY = 4 * 1024**3

# How Typst names the characters that no font has, and those for private use.
_UNPRINTABLE = re.compile(r'the (?:text|PDF contains the codepoint) `"(.+?)"`', re.DOTALL)
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")


def write(table: ReportTable, *, progress: Progress = untold) -> bytes:
    """The report as PDF; as ``write_within``, with ``SECONDS`` and ``MEMORY``.

    In a process that may have only so much memory itself, it is that much.
    """
    memory = _own_limit() or MEMORY
    return write_within(table, seconds=SECONDS, memory=memory, progress=progress)


def write_within(
    table: ReportTable, *, seconds: float, memory: int, progress: Progress = untold
) -> bytes:
    """The report as PDF, made within so many ``seconds`` and bytes of ``memory``.

    ``progress`` is told how many elements are prepared; of setting them, nothing can be told.

    Raises ReportTableError, as ``lay_out`` does, for a table at odds with itself. Raises
    WriterError for a report that needs more time or memory, and for one with characters that the
    fonts do not have; it says which, and where they stand.
    """
    return typeset(
        data_of(table, progress=progress),
        as_at=table.round.as_at,
        texts=texts_of(table),
        seconds=seconds,
        memory=memory,
    )


def typeset(
    data: Mapping[str, Any],
    *,
    as_at: date,
    texts: Iterable[tuple[str, str]],
    seconds: float = SECONDS,
    memory: int = MEMORY,
) -> bytes:
    """The PDF of what ``data_of`` gave, which says of itself that it was made on ``as_at``.

    Raises WriterError as ``write_within`` does; ``texts`` are the printed ones, each after the
    place to name for it.
    """
    request = {
        "template": str(TEMPLATE),
        "data": json.dumps(data, ensure_ascii=False),
        "moment": datetime.combine(as_at, time(), UTC).isoformat(),
        "memory": memory,
    }
    try:
        done = subprocess.run(  # noqa: S603 - this Python, and a file beside this one
            [sys.executable, "-I", typst_process.__file__],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise WriterError(f"the PDF was not ready after {seconds:g} seconds") from error
    if done.returncode == typst_process.FAILED:
        raise _explained(texts, json.loads(done.stdout)["message"])
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        if "memory allocation" in said or "MemoryError" in said:
            raise WriterError(f"the PDF needs more than {memory // 1024**2:,} MB of memory")
        last = said.splitlines()[-1] if said else f"status {done.returncode}"
        raise WriterError(f"the PDF could not be made: {last}")
    return done.stdout


def _own_limit() -> int | None:
    """How many bytes of memory this process may have; None for as many as there are."""
    try:
        import resource
    except ImportError:
        return None
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if limit == resource.RLIM_INFINITY else limit


def _explained(texts: Iterable[tuple[str, str]], message: str) -> WriterError:
    """What Typst said, in terms of the report."""
    match = _UNPRINTABLE.search(message)
    if match is None:
        return WriterError(f"the PDF could not be made: {message}")
    found = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), match[1])
    codes = " ".join(f"U+{ord(letter):04X}" for letter in found)
    place = next((place for place, text in texts if found in text), "the report")
    return UnfitTextError(f"{place}: the fonts of the PDF do not have “{found}” ({codes})")


def texts_of(table: ReportTable) -> Iterator[tuple[str, str]]:
    """Every printed text, after the place to name for it."""
    cover = table.cover
    for text in (cover.agenda_item, cover.title, cover.place_date, table.plan.title):
        yield "the cover", text
    for paragraph in cover.paragraphs:
        yield f"the cover, paragraph {paragraph.number}", paragraph.text
    for note in cover.footnotes:
        yield f"the cover, footnote {note.mark}", note.text
    for part in table.parts:
        for text in (part.title, *part.columns):
            yield f"Part {part.number}", text
        for issue in part.issues:
            for text in (issue.number, issue.title, issue.context):
                yield issue.reference, text
            for group in issue.groups:
                yield issue.reference, f"{group.heading or ''}\n{group.lead_in or ''}"
        for element in part.elements:
            yield element.reference, element.text
        for frame in part.time_frames:
            yield f"the time-frame of {frame.covers[0]}", frame.text
        for status in part.statuses:
            yield f"the status of {status.covers[0]}", status.text
