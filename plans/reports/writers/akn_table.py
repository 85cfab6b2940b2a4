"""The tables of the Parts in Akoma Ntoso. Pure.

The first cell of an issue holds a ``tblock`` with its number and title, the cell of an element a
list of one ``item`` whose number is the element's reference. What stands beside an element is a
cell whose id is the element's and the number of the column.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from plans.reports.labels import Labels
from plans.reports.layout import IssueStart, LayoutRow, PartLayout, RowKind, Slot
from plans.reports.table import ElementCell, StatusCell, TimeFrameCell
from plans.reports.writers import ProgressCounter, printed
from plans.reports.writers.printed import list_markup, xml_line, xml_text
from plans.text.prose import ProseBlock

# -- Ids -------------------------------------------------------------------------------------------
# The ``eId`` of each part of the document. By the standard's naming convention it is the id of what
# is around the part, two underscores, the kind of the element in its short form, one underscore and
# its number: ``part_I__tblock_1-a__item_2``.
# Here the number comes from the plan's own reference and not from the place in the table, so that
# an id stays the same when the elements before it change.

_NOT_IN_A_NUMBER = re.compile(r"[\W_]+")


class UniqueIds:
    """Gives ids, no two alike."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, wanted: str) -> str:
        """``wanted``, or with the first number after it that makes it unlike all others."""
        name, count = wanted, 1
        while name in self._taken:
            count += 1
            name = f"{wanted}-{count}"
        self._taken.add(name)
        return name

    def below(self, around: str, kind: str, number: str) -> str:
        """A new id of the element ``kind`` with ``number``, within the element ``around`` if any.

        ``number`` is as printed: its letters and figures are kept, what stands between them
        becomes a hyphen.
        """
        own = f"{kind}_{plain_number(number) or '0'}"
        return self.new(f"{around}__{own}" if around else own)


def plain_number(number: str) -> str:
    """Such as "1-a" for "1(a)."; "" for what has neither letters nor figures."""
    return _NOT_IN_A_NUMBER.sub("-", unicodedata.normalize("NFKC", number)).strip("-")


def number_within(reference: str, around: str) -> str:
    """What ``reference`` adds to the one ``around`` it: "2" for "I.1(a).2" in "I.1(a)"."""
    return reference.removeprefix(around) if reference.startswith(around) else reference


# -- Texts and attributes --------------------------------------------------------------------------
# No other module of the writer lets a text of the report through as it is.

_IN_ATTRIBUTES = {'"': "&quot;"}


def text(content: str) -> str:
    """A text, its line breaks kept as ``br``."""
    escaped = escape(xml_text(content))
    return escaped.replace("\n", "<br/>") if "\n" in escaped else escaped


def value(content: str) -> str:
    """A text as the value of an attribute, on one line, without its quotes."""
    return escape(xml_line(content), _IN_ATTRIBUTES)


def attributes(values: Mapping[str, str | None]) -> str:
    """Attributes with a space before each; those that are None are left out."""
    return "".join(
        f' {name}="{value(content)}"' for name, content in values.items() if content is not None
    )


def block_markup(content: Iterable[ProseBlock], name: str = "") -> str:
    """Paragraphs, those of the class ``name``, and lists of bullets."""
    opening = f"<p{attributes({'class': name or None})}>"
    return list_markup(((block.kind == "bullet", text(block.text)) for block in content), opening)


# -- Tables ----------------------------------------------------------------------------------------

_CLASSES = {
    RowKind.CONTEXT: "context",
    RowKind.HEADING: "groupHeading",
    RowKind.LEAD_IN: "leadIn",
}
_TEXTS, _TIME_FRAME, _STATUS = "2", "3", "4"


class AppendixIds:
    """The ids of all that stands in the appendix.

    ``parts`` are those of the Parts in their order; ``issues`` and ``elements`` are by reference,
    ``texts``, by the issue's reference, are those of its context, headings and lead-ins in order;
    ``time_frames`` and ``statuses``, by the ids of the report table, are those of the cells where
    they are printed.
    """

    def __init__(self, layouts: Sequence[PartLayout], ids: UniqueIds) -> None:
        self._ids = ids
        self.parts: list[str] = []
        self.issues: dict[str, str] = {}
        self.elements: dict[str, str] = {}
        self.texts: dict[str, list[str]] = defaultdict(list)
        self.time_frames: dict[str, str] = {}
        self.statuses: dict[str, str] = {}
        for layout in layouts:
            self._name(layout)

    def _name(self, layout: PartLayout) -> None:
        part, ids = layout.part, self._ids
        own = ids.below("", "part", part.number)
        self.parts.append(own)
        issue = ""
        for row in layout.rows:
            if row.start is not None:
                issue = row.start.issue.reference
                within = number_within(issue, f"{part.number}.")
                self.issues[issue] = ids.below(own, "tblock", within)
            if row.element is not None:
                self._name_element(row, row.element, issue)
            elif row.kind is not RowKind.TITLE:
                texts = self.texts[issue]
                place = f"{_TEXTS}-{len(texts) + 1}"
                texts.append(ids.below(self.issues[issue], "td", place))

    def _name_element(self, row: LayoutRow, element: ElementCell, issue: str) -> None:
        ids, within = self._ids, number_within(element.reference, f"{issue}.")
        own = self.elements[element.reference] = ids.below(self.issues[issue], "item", within)
        if row.time_frame is not None and row.time_frame.cell is not None:
            self.time_frames[row.time_frame.cell.id] = ids.below(own, "td", _TIME_FRAME)
        if row.status is not None and row.status.cell is not None:
            self.statuses[row.status.cell.id] = ids.below(own, "td", _STATUS)


class AknTables:
    """Writes the Parts of one report; ``count`` counts the rows of elements."""

    def __init__(
        self, labels: Labels, names: AppendixIds, ids: UniqueIds, count: ProgressCounter
    ) -> None:
        self._labels = labels
        self._names = names
        self._ids = ids
        self._count = count

    def part(self, index: int, layout: PartLayout) -> str:
        """The ``part`` of the Part with this number, counted from 0: its heading and its table."""
        part, own = layout.part, self._names.parts[index]
        heads = "".join(f"<th><p>{text(heading)}</p></th>" for heading in part.columns)
        lines = [
            f'<part eId="{own}"><num>{text(f"{self._labels.part} {part.number}")}</num>',
            f"<heading>{text(part.title)}</heading>",
            f'<content eId="{self._ids.new(f"{own}__content")}">',
            f'<table eId="{self._ids.below(own, "table", "1")}">',
            f"<tr>{heads}</tr>",
        ]
        texts: Iterator[str] = iter(())
        for row in layout.rows:
            if row.start is not None:
                texts = iter(self._names.texts[row.start.issue.reference])
            lines.append(self._row(row, texts))
            if row.element is not None:
                self._count.row()
        lines.append("</table></content></part>")
        return "\n".join(lines)

    def _row(self, row: LayoutRow, texts: Iterator[str]) -> str:
        """One row; ``texts`` are the ids that its issue's texts still have to get."""
        names = self._names
        return (
            f"<tr>{self._issue(row.start) if row.start is not None else ''}"
            f"{self._content(row, texts)}"
            f"{self._slot(row.time_frame, names.time_frames)}"
            f"{self._slot(row.status, names.statuses)}</tr>"
        )

    def _issue(self, start: IssueStart) -> str:
        issue = start.issue
        own = self._names.issues[issue.reference]
        reference = attributes({"title": issue.reference})
        # The standard wants something below a heading, be it empty.
        return (
            f'<th{_span(start.rowspan)}><tblock eId="{own}">'
            f"<num{reference}>{text(printed.issue_number(issue))}</num>"
            f"<heading>{text(issue.title)}</heading><p/></tblock></th>"
        )

    def _content(self, row: LayoutRow, texts: Iterator[str]) -> str:
        if row.element is not None:
            return f"<td>{self._element(row.element)}</td>"
        if row.kind is RowKind.TITLE:
            return "<td/>"
        content = block_markup(printed.text_blocks(row.text), _CLASSES[row.kind])
        return f'<td eId="{next(texts)}">{content}</td>'

    def _element(self, element: ElementCell) -> str:
        own = self._names.elements[element.reference]
        words = text(printed.element_text(element))
        status = ""
        if element.missing_in_source:
            status, words = ' status="incomplete"', f"<omissis>{words}</omissis>"
        return (
            f'<blockList><item eId="{own}"{status}><num>{text(element.reference)}</num>'
            f"<p>{words}</p></item></blockList>"
        )

    def _slot(
        self,
        slot: Slot[TimeFrameCell] | Slot[StatusCell] | None,
        names: Mapping[str, str],
    ) -> str:
        if slot is None:
            return ""
        if slot.see is not None:
            target = self._names.elements[slot.see.target]
            pointer = f'<ref href="#{target}">{text(slot.see.text)}</ref>'
            return f"<td{_span(slot.rowspan)}><p>{text(self._labels.see)} {pointer}</p></td>"
        own = attributes({"eId": names[slot.cell.id]} if slot.cell is not None else {})
        return _cell(own + _span(slot.rowspan), block_markup(printed.slot_blocks(slot)))


def _span(rowspan: int) -> str:
    return f' rowspan="{rowspan}"' if rowspan > 1 else ""


def _cell(opening: str, content: str) -> str:
    return f"<td{opening}>{content}</td>" if content else f"<td{opening}/>"
