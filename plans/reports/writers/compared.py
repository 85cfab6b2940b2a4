"""A comparison of two reports as something to read: its cover, and the words in its cells. Pure.

It is set as the report is, by the same writers: ``printed_table`` makes it a report table, whose
cells hold what ``ComparedTexts`` says of them. The formats are those of ``COMPARISON_FORMATS``.
"""

from __future__ import annotations

from dataclasses import replace

from plans.reports.changes import Comparison, Outcome, StatusChange, Trait, View
from plans.reports.labels import DiffLabels, labels_for
from plans.reports.layout import LayoutRow, RowKind, Slot
from plans.reports.table import (
    Cover,
    CoverParagraph,
    ElementCell,
    IssueCell,
    PartTable,
    ReportTable,
    RoundHead,
    StatusCell,
    TimeFrameCell,
)
from plans.reports.writers.printed import CellTexts
from plans.text.differences import Change, DiffBlock, diff_blocks

_LISTED = (
    Outcome.NEWLY_REPORTED,
    Outcome.REWORDED,
    Outcome.RECATEGORISED,
    Outcome.NO_LONGER_REPORTED,
    Outcome.UNCHANGED,
    Outcome.AWAITED,
    Outcome.NEVER_REPORTED,
    Trait.GROUPING,
    Trait.WORDING,
)


def printed_table(comparison: Comparison, key: str) -> ReportTable:
    """The comparison as a report table with a short cover; ``key`` explains there how it is marked.

    It is a draft when one of the rounds is open. Its hash is that of both records.
    """
    old, new = comparison.old, comparison.new
    labels = labels_for(new.version.language).diff
    states = {old.round.state, new.round.state}
    hashes = [table.round.record_sha256 for table in (old, new) if table.round.record_sha256]
    return replace(
        new,
        round=RoundHead(
            as_at=new.round.as_at,
            label=f"{new.round.label} / {old.round.label}",
            state="open" if "open" in states else "closed",
            symbol="",
            symbol_inferred=False,
            session="",
            record_sha256=" / ".join(hashes) if len(hashes) == 2 else None,
        ),
        cover=_cover(comparison, labels, key),
        parts=tuple(_part(part, comparison, labels) for part in comparison.parts),
    )


def _cover(comparison: Comparison, labels: DiffLabels, key: str) -> Cover:
    old, new, counts = comparison.old, comparison.new, comparison.counts
    numbers = [
        labels.count.format(what=_sentence(labels.shown(shown)), count=counts.of(shown))
        for shown in _LISTED
        if counts.of(shown)
    ]
    total = labels.count.format(what=labels.elements, count=counts.elements)
    word_counts = labels.word_counts.format(removed=counts.removed_words, added=counts.added_words)
    shown = labels.shown(comparison.shown)
    if not isinstance(comparison.shown, View):
        shown = labels.count.format(what=_sentence(shown), count=counts.of(comparison.shown))
    paragraphs = (
        "\n".join(dict.fromkeys(text for text in (new.plan.title, new.version.symbol) if text)),
        labels.compared.format(new=_named(new, labels), old=_named(old, labels)),
        "\n".join((total, *numbers)),
        f"{word_counts} {key}",
        shown,
    )
    return Cover(
        agenda_item="",
        title=labels.title,
        paragraphs=tuple(CoverParagraph("", text) for text in paragraphs),
        footnotes=(),
        place_date="",
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _named(table: ReportTable, labels: DiffLabels) -> str:
    """A report by its label, and by its symbol where the document states one."""
    head = table.round
    details = [head.stated_symbol] if head.stated_symbol else []
    details += [labels.draft] if head.state == "open" else []
    return f"{head.label} ({', '.join(details)})" if details else head.label


def _part(part: PartTable, comparison: Comparison, labels: DiffLabels) -> PartTable:
    first, second, third, _ = part.columns
    old, new = comparison.old.round.label, comparison.new.round.label
    return replace(part, columns=(first, second, third, f"{new}\n{labels.compared_with}\n{old}"))


class ComparedTexts(CellTexts):
    """The words of both reports, marked."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self._labels = labels_for(comparison.new.version.language).diff

    def title(self, issue: IssueCell) -> tuple[Change, ...]:
        return self._comparison.issues[issue.reference].title

    def element(self, element: ElementCell) -> tuple[Change, ...]:
        return self._comparison.elements[element.reference].words

    def content(self, row: LayoutRow) -> tuple[DiffBlock, ...]:
        if row.group is not None:
            change = self._comparison.groups[row.group]
            heading = row.kind is RowKind.HEADING
            return diff_blocks(change.heading if heading else change.lead_in)
        if row.kind is RowKind.CONTEXT and row.start is not None:
            return diff_blocks(self._comparison.issues[row.start.issue.reference].context)
        return ()

    def slot(self, slot: Slot[TimeFrameCell] | Slot[StatusCell]) -> tuple[DiffBlock, ...]:
        if slot.cell is None:
            return ()
        if isinstance(slot.cell, TimeFrameCell):
            return diff_blocks(self._comparison.time_frames[slot.cell.id].words)
        return status_blocks(self._comparison.statuses[slot.cell.id])

    def remark(self, slot: Slot[TimeFrameCell] | Slot[StatusCell]) -> str:
        if not isinstance(slot.cell, StatusCell):
            return ""
        return "; ".join(remarks(self._comparison.statuses[slot.cell.id], self._labels))


def status_blocks(change: StatusChange) -> tuple[DiffBlock, ...]:
    """The words in the cell of a status. None while it is awaited: nothing was taken back yet."""
    return () if change.outcome is Outcome.AWAITED else diff_blocks(change.words)


def remarks(change: StatusChange, labels: DiffLabels) -> list[str]:
    """What stands above the words of a status in small type, because its words do not show it."""
    texts = []
    if change.outcome is not Outcome.UNCHANGED:
        texts.append(labels.outcomes[change.outcome])
    if change.regrouped:
        texts.append(labels.traits[Trait.GROUPING])
    return texts
