"""What ``seed_version`` tells: the columns of a sheet, and what will be made of a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from plans.importing.readers import Columns
from plans.importing.readers.mapping import letter_of, name_of
from plans.models import SeedDraft
from plans.services.seeding.commit import DryRun
from plans.templatetags.seed_tags import kind_label, language_name

# What mends a thing that stands in the way, by the page on which it is mended.
_MENDED_WITH: Mapping[str, str] = {
    "columns": "--columns",
    "head": "--symbol, --slug, --as-at and the other options of the head",
    "review": "--corrections",
    "matching": "--matching or --accept",
}


def columns_told(columns: Columns) -> Iterator[str]:
    """The columns of a sheet, each with its heading, what it is told to hold, and a sample."""
    row = columns.mapping.header
    place = f"sheet {columns.sheet}, row {row}" if columns.sheet else f"row {row}"
    yield f"The headings in {place}:"
    for column in columns.columns:
        field = f" = {name_of(column.field)}" if column.field else ""
        sample = f"   such as “{column.samples[0][:40]}”" if column.samples else ""
        yield f"  {letter_of(column.index)}{field}   {column.heading or '–'}{sample}"
    if len(columns.sheets) > 1:
        yield f"Its sheets: {', '.join(columns.sheets)}"


def dry_run_told(draft: SeedDraft, run: DryRun) -> Iterator[str]:
    """What will be made, as the page says it."""
    yield from _version_told(draft, run)
    for part in run.parts:
        title = f" – {part.title}" if part.title else ""
        yield (
            f"  Part {part.number}{title}: {part.issues} issues, {part.elements} elements "
            f"({part.missing} missing in the source), {part.time_frames} time-frames"
        )
    rows = ", ".join(f"{kind_label(name)} {count}" for name, count in run.counts.items())
    yield f"  rows: {rows}"
    if run.accepted:
        yield f"  odd places accepted as they are: {len(run.accepted)}"


def objections_told(run: DryRun) -> Iterator[str]:
    """What is odd in the document, and what stands in the way and what mends it."""
    for anomaly in run.anomalies:
        yield f"odd: {anomaly}"
    for blocker in run.blockers:
        place = f" ({blocker.place})" if blocker.place else ""
        yield f"in the way: {blocker.message}{place} Mend it with {_MENDED_WITH[blocker.step]}."


def _version_told(draft: SeedDraft, run: DryRun) -> Iterator[str]:
    head = run.head
    yield f"{head.plan_slug} {head.version_slug}, {head.version_symbol}:"
    told = {
        "plan": head.plan_title + (", new" if run.makes_plan else ""),
        "session": head.version_session,
        "date": head.version_date,
        "language": language_name(head.language),
        "based on": draft.base.symbol if draft.base else "",
        "address": f"/plans/{head.plan_slug}/{head.version_slug}/",
        "statuses": _statuses_told(run),
    }
    yield from (f"  {name}: {what}" for name, what in told.items() if what)
    if run.makes_plan and run.title_from_file:
        yield "  The title is taken from the name of the file; say it with --title."
    if not draft.head.get("version_symbol"):
        yield "  The symbol is taken from the name of the file; say it with --symbol."


def _statuses_told(run: DryRun) -> str:
    if not run.makes_round:
        left_out = "left out; they stay in the document only"
        return left_out if run.statuses_left_out else "the document has none"
    inferred = " (inferred)" if run.head.round_symbol_inferred else ""
    symbol = f", {run.head.round_symbol}{inferred}" if run.head.round_symbol else ""
    return f"{run.round_label}: a closed reporting round with its record{symbol}"
