"""A comparison of two reports as HTML: for a page to embed, and a whole file that stands alone.

Removed words stand in ``del`` and added ones in ``ins``, each with words for those who hear the
page, since many screen readers keep silent about either. Every text goes through ``escape``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from plans.reports.changes import Comparison, Outcome, StatusChange
from plans.reports.labels import labels_for
from plans.reports.layout import LayoutRow
from plans.reports.table import ElementCell, IssueCell, StatusCell, TimeFrameCell
from plans.reports.writers import html
from plans.reports.writers.compared import ComparedTexts, printed_table, remarks, status_blocks
from plans.reports.writers.printed import list_markup
from plans.text.differences import Change, DiffBlock, diff_blocks

_CLASSES = "report comparison"


def write_comparison(comparison: Comparison, *, styles: tuple[str, ...] = ()) -> bytes:
    """The comparison as an HTML file that stands alone, with ``styles`` (texts of CSS) inside."""
    labels = labels_for(comparison.new.version.language).diff
    table = printed_table(comparison, labels.screen_key)
    cover = html.cover_of(table, labels_for(table.version.language), extras=False)
    markup = html.article(table, _ComparedTables(comparison, None), cover, _CLASSES)
    return html.stand_alone(table, markup, styles)


def body(comparison: Comparison, *, address: Callable[[str], str]) -> str:
    """The rows of the comparison, in one ``article`` without a cover; "" when there are none.

    Element rows carry their references as ids, and lead to the element's page, which is at
    ``address`` of its reference. Raises ReportTableError for tables at odds with themselves.
    """
    if not comparison.parts:
        return ""
    table = printed_table(comparison, "")
    return html.article(table, _ComparedTables(comparison, address), "", _CLASSES)


class _ComparedTables(html.HtmlTables):
    def __init__(self, comparison: Comparison, address: Callable[[str], str] | None) -> None:
        language = comparison.new.version.language
        super().__init__(labels_for(language), extras=False)
        self._comparison = comparison
        self._texts = ComparedTexts(comparison)
        self._address = address
        self._diff_labels = labels_for(language).diff

    def title(self, issue: IssueCell) -> str:
        return self._inline(self._texts.title(issue))

    def content(self, row: LayoutRow) -> str:
        if row.element is not None:
            return self.element(row.element)
        return self._blocks(self._texts.content(row))

    def element(self, element: ElementCell) -> str:
        words = self._inline(self._texts.element(element))
        reference, link = escape(element.reference), escape(self._diff_labels.link)
        if self._address is None:
            links = f'<a class="reference" href="#{reference}">{reference}</a>'
        else:
            links = (
                f'<a class="reference" href="{escape(self._address(element.reference))}">'
                f'{reference}</a> <a class="permalink" href="#{reference}" '
                f'title="{link}"><span aria-hidden="true">#</span>'
                f'<span class="visually-hidden">{link}: {reference}</span>'
                "</a>"
            )
        return f'<ul><li>{words}</li></ul><p class="extra">{links}</p>'

    def time_frame(self, frame: TimeFrameCell) -> str:
        return self._blocks(diff_blocks(self._comparison.time_frames[frame.id].words))

    def status(self, status: StatusCell) -> str:
        change = self._comparison.statuses[status.id]
        remark_text = "; ".join(remarks(change, self._diff_labels))
        remark = (
            f'<p class="remark outcome-{escape(change.outcome.value)}">{escape(remark_text)}</p>'
            if remark_text
            else ""
        )
        return f"{remark}{self._blocks(status_blocks(change))}{self._states(change)}"

    def _states(self, change: StatusChange) -> str:
        """The category, and the schedule states that are other than they were."""
        if change.outcome is Outcome.AWAITED:
            return ""
        items = []
        old, new = change.categories
        if new is not None or old is not None:
            items.append(self._states_of("category", old, new))
        for reference in change.covers:
            then, now = change.schedule(reference)
            if then and now and then != now and new is not None and old is not None:
                link = f'<a href="#{escape(reference)}">{escape(reference)}</a>'
                items.append(f"{link} {self._states_of('state', then, now)}")
        lines = "".join(f"<li>{line}</li>" for line in items)
        return f'<div class="extra"><ul class="states">{lines}</ul></div>' if items else ""

    def _states_of(self, kind: str, old: str | None, new: str | None) -> str:
        names = self.labels.categories if kind == "category" else self.labels.schedule
        if old == new:
            return html.word_of(kind, new or "", names)
        states = []
        if old is not None:
            states.append(self._as_change("removed", html.word_of(kind, old, names)))
        if new is not None:
            states.append(self._as_change("added", html.word_of(kind, new, names)))
        return " ".join(states)

    def _blocks(self, blocks: Iterable[DiffBlock]) -> str:
        return list_markup((block.kind == "bullet", self._inline(block.shown)) for block in blocks)

    def _inline(self, pieces: Iterable[Change]) -> str:
        return "".join(self._as_change(piece.kind, html.lines(piece.text)) for piece in pieces)

    def _as_change(self, kind: str, markup: str) -> str:
        if kind == "same":
            return markup
        tag = "del" if kind == "removed" else "ins"
        before, after = self._diff_labels.removed if kind == "removed" else self._diff_labels.added
        return (
            f'<{tag}><span class="visually-hidden">{escape(before)} </span>{markup}'
            f'<span class="visually-hidden"> {escape(after)}</span></{tag}>'
        )
