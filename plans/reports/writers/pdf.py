"""The report as PDF: paper A4, tagged for readers who hear it (PDF/UA-1), to be kept (PDF/A-2a).

Typst sets it, by the template ``report.typ``. The texts go there as JSON, so that nothing in them
is taken for markup. The fonts are those that Typst carries; none of the machine's is used, and no
clock: the same table gives the same bytes everywhere. It runs in a process of its own, which a
report without end cannot make outgrow its limits of time and memory.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import chain
from pathlib import Path
from typing import Any

from plans.reports.changes import Comparison
from plans.reports.labels import Labels, labels_for
from plans.reports.layout import LayoutRow, PartLayout, Slot, lay_out
from plans.reports.table import IssueCell, ReportTable, StatusCell, TimeFrameCell
from plans.reports.writers import (
    Progress,
    ProgressCounter,
    UnfitTextError,
    WriterError,
    no_progress,
    printed,
    typst_process,
)
from plans.reports.writers.compared import ComparedTexts, printed_table
from plans.reports.writers.printed import PLAIN_TEXTS, CellTexts, CoverNotes, numbered_title
from plans.text.differences import Change, ChangeKind, DiffBlock

# -- Data for the template -------------------------------------------------------------------------

# Words of a cell: as they are, or in pieces, each with what became of it.
Runs = str | list[tuple[ChangeKind, str]]
# A piece of the cover's text: words, or a footnote's mark and words, to be set at this place.
Piece = str | tuple[str, str]

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{2}))?", re.IGNORECASE)
_LONGEST_RUNNING_TITLE = 120
_ISSUE, _ELEMENTS, _TIME_FRAME, _STATUS = printed.LETTERS
# How many stand on a line of the cover.
_COVER = 70
# A longer title of an issue might not have room on a page, and may be broken. A longer context may
# be broken because it would leave too much room empty on the page before.
_LONGEST_WHOLE_TITLE = 400
_LONGEST_WHOLE_TEXT = 400
_LONG_RUN = re.compile(rf"[^\s\-/–—]{{{_TIME_FRAME // 2},}}")
_WIDE = frozenset("WMÆŒ@%—mw")


def data_of(
    table: ReportTable, texts: CellTexts = PLAIN_TEXTS, progress: Progress = no_progress
) -> dict[str, Any]:
    """The report as values of JSON, named as the template reads them.

    ``texts`` are the words in its cells. ``progress`` is told how many elements are done.

    Raises ReportTableError, as ``lay_out`` does, for a table at odds with itself.
    """
    labels = labels_for(table.version.language)
    head, cover = table.round, table.cover
    language, region = _language(table.version.language)
    title = printed.xml_line(table.title) or table.plan.slug
    notes = CoverNotes(cover)
    return {
        "lang": language,
        "region": region,
        "title": title,
        "date": {"year": head.as_at.year, "month": head.as_at.month, "day": head.as_at.day},
        "draft": labels.draft if head.state == "open" else None,
        "sha256": head.record_sha256 if head.state == "closed" else None,
        "symbol": _printable(head.stated_symbol, _COVER),
        "session": _printable(head.session, _COVER) if head.stated_symbol else "",
        "running-title": textwrap.shorten(title, _LONGEST_RUNNING_TITLE, placeholder=" […]"),
        "agenda-item": _pieces(notes, cover.agenda_item),
        "heading": _pieces(notes, table.title),
        "paragraphs": [
            {
                "number": f"{_printable(paragraph.number, _COVER)}." if paragraph.number else "",
                "text": _pieces(notes, paragraph.text),
            }
            for paragraph in cover.paragraphs
        ],
        "place-date": _printable(cover.place_date, _COVER),
        "unmarked-footnotes": [
            (_printable(note.mark, _COVER), _printable(note.text, _COVER)) for note in notes.unmet()
        ],
        "appendix": labels.appendix,
        "continued": labels.continued,
        "parts": _parts(lay_out(table), labels, texts, ProgressCounter(progress)),
    }


def _pieces(notes: CoverNotes, text: str) -> list[Piece]:
    """``text`` with the footnotes whose marks it has first."""
    pieces = (
        _printable(piece, _COVER)
        if isinstance(piece, str)
        else (piece.note.mark, _printable(piece.note.text, _COVER))
        for piece in notes.pieces(text)
    )
    return [piece for piece in pieces if piece]


def _parts(
    layouts: Sequence[PartLayout], labels: Labels, texts: CellTexts, count: ProgressCounter
) -> list[dict[str, Any]]:
    first = 0
    parts: list[dict[str, Any]] = []
    for layout in layouts:
        part = layout.part
        end = f"end-{len(parts)}"
        widths = (_ISSUE, _ELEMENTS, _TIME_FRAME, _STATUS)
        parts.append(
            {
                "title": printed.part_title(part, labels),
                "columns": [
                    _printable(text, width)
                    for text, width in zip(part.columns, widths, strict=True)
                ],
                "rows": list(_rows(layout.rows, first, labels, end, texts, count)),
                "end": end,
            }
        )
        first += len(layout.rows)
    return parts


def _rows(
    rows: Sequence[LayoutRow],
    first: int,
    labels: Labels,
    end: str,
    texts: CellTexts,
    count: ProgressCounter,
) -> Iterator[dict[str, Any]]:
    """The rows of a Part, numbered on from ``first``; ``end`` marks what follows the last."""
    # The headings have their own rule below, and none parts a parent's title from its sub-issues.
    after_title, level = True, 2
    for index, row in enumerate(rows):
        issue: dict[str, Any] | None = None
        if row.start is not None:
            following = index + row.start.rowspan
            after = rows[following].start if following < len(rows) else None
            # A heading may lie no more than one level below the one before it.
            level = min(level + 1, 4 if row.start.issue.parent else 3)
            issue = {
                "number": _printable(printed.issue_number(row.start.issue), _ISSUE),
                "title": _title(row.start.issue, texts),
                "opening": _opening(rows, index, texts),
                "next": _opening(rows, following, texts)
                if row.start.heads_next and after
                else None,
                "span": row.start.rowspan,
                "level": level,
                "title-start": f"title-{first + index}",
                "title-end": f"title-end-{first + index}",
                "following": end if after is None else f"title-{first + following}",
            }
        yield {
            "kind": row.kind.value,
            "rule": issue is not None and not after_title,
            "issue": issue,
            "reference": row.element.reference if row.element else "",
            "text": _runs(texts.element(row.element), _ELEMENTS) if row.element else "",
            "blocks": _block_runs(texts.content(row), _ELEMENTS),
            "introduces": _introduces(rows, index),
            "time-frame": _slot(row.time_frame, labels, _TIME_FRAME, texts),
            "status": _slot(row.status, labels, _STATUS, texts),
        }
        if row.element is not None:
            count.row()
        if row.start is not None:
            after_title = row.start.heads_next


def _opening(rows: Sequence[LayoutRow], index: int, texts: CellTexts) -> dict[str, Any] | None:
    """What may not be parted at the beginning of the issue whose rows begin here; None for much."""
    start = rows[index].start
    if start is None or len(start.issue.title) > _LONGEST_WHOLE_TITLE:
        return None
    blocks = texts.content(rows[index]) if _introduces(rows, index) else ()
    return {"title": _title(start.issue, texts), "blocks": _block_runs(blocks, _ELEMENTS)}


def _title(issue: IssueCell, texts: CellTexts) -> Runs:
    return _runs(numbered_title(issue, texts.title(issue)), _ISSUE)


def _introduces(rows: Sequence[LayoutRow], index: int) -> bool:
    """Whether the next row says what this one announces, and may not stand on a later page."""
    row = rows[index]
    if row.element is not None or not 0 < len(row.text) <= _LONGEST_WHOLE_TEXT:
        return False
    return index + 1 < len(rows) and rows[index + 1].start is None


def _slot(
    slot: Slot[TimeFrameCell] | Slot[StatusCell] | None,
    labels: Labels,
    width: int,
    texts: CellTexts,
) -> dict[str, Any] | None:
    if slot is None:
        return None
    return {
        "span": slot.rowspan,
        "see": printed.see_text(slot, labels) or None,
        "target": slot.see.target if slot.see is not None else "",
        "blocks": _block_runs(texts.slot(slot), width),
        "remark": _printable(texts.remark(slot), width),
    }


def _block_runs(blocks: Sequence[DiffBlock], width: int) -> list[tuple[bool, Runs]]:
    return [(block.kind == "bullet", _runs(block.shown, width)) for block in blocks]


def _runs(pieces: Sequence[Change], width: int) -> Runs:
    if all(piece.kind == "same" for piece in pieces):
        return _printable("".join(piece.text for piece in pieces), width)
    return [(piece.kind, _printable(piece.text, width)) for piece in pieces]


def _printable(text: str, width: int) -> str:
    """``text`` as it can be set in a column that holds ``width`` letters.

    A run of letters that is longer, such as an address, may break anywhere.
    """
    plain = printed.xml_text(text).replace("\t", " ")
    return _LONG_RUN.sub(lambda match: _with_breaks(match[0], width), plain)


def _with_breaks(run: str, width: int) -> str:
    weights = [1.8 if letter in _WIDE else 1.4 if letter.isupper() else 1.0 for letter in run]
    return "\u200b".join(run) if sum(weights) > width else run


def _language(tag: str) -> tuple[str, str | None]:
    """Language and region of a tag such as "fr-CH"; English for what is no such tag."""
    match = _LANGUAGE.fullmatch(tag.strip())
    if match is None:
        return "en", None
    return match[1].lower(), match[2].upper() if match[2] else None


# -- File ------------------------------------------------------------------------------------------

TEMPLATE = Path(__file__).with_name("report.typ")
# What a report takes grows in proportion to its rows: 10,000 of them have taken 25 seconds on an
# idle machine, and 3 GB. Whoever waits for it may set narrower limits around it.
SECONDS = 240
MEMORY = 4 * 1024**3

# How Typst names the characters that no font has, and those for private use.
_UNPRINTABLE = re.compile(r'the (?:text|PDF contains the codepoint) `"(.+?)"`', re.DOTALL)
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")


def write(table: ReportTable, *, progress: Progress = no_progress) -> bytes:
    """The report as PDF; as ``write_within``, with ``SECONDS`` and ``MEMORY``.

    In a process that may have only so much memory itself, it is that much.
    """
    memory = _own_limit() or MEMORY
    return write_within(table, seconds=SECONDS, memory=memory, progress=progress)


def write_within(
    table: ReportTable, *, seconds: float, memory: int, progress: Progress = no_progress
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


def write_comparison(comparison: Comparison, *, progress: Progress = no_progress) -> bytes:
    """The comparison of two reports as PDF, with the limits of ``write``.

    Removed words are struck through and stand in brackets, added ones are underlined. ``progress``
    is told how many elements are prepared. Raises ReportTableError and WriterError, as ``write``.
    """
    key = labels_for(comparison.new.version.language).diff.printed_key
    table = printed_table(comparison, key)
    return typeset(
        data_of(table, ComparedTexts(comparison), progress),
        as_at=table.round.as_at,
        texts=chain(texts_of(comparison.new), texts_of(comparison.old)),
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
        "parent": os.getpid(),
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
        output = done.stderr.decode(errors="replace").strip()
        if "memory allocation" in output or "MemoryError" in output:
            raise WriterError(f"the PDF needs more than {memory // 1024**2:,} MB of memory")
        last = output.splitlines()[-1] if output else f"status {done.returncode}"
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
    letters = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), match[1])
    codes = " ".join(f"U+{ord(letter):04X}" for letter in letters)
    place = next((place for place, text in texts if letters in text), "the report")
    return UnfitTextError(f"{place}: the fonts of the PDF do not have “{letters}” ({codes})")


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
