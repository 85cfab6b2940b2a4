"""The words in each cell of the table, for printed formats: as they are, or marked. Pure."""

from __future__ import annotations

from plans.reports.diff import Change
from plans.reports.layout import Row, Slot
from plans.reports.marked import MarkedBlock, unmarked
from plans.reports.table import ElementCell, IssueCell, StatusCell, TimeFrameCell
from plans.reports.writers import printed


class Texts:
    """What is printed in the cells of a report: its words, none of them marked."""

    def title(self, issue: IssueCell) -> tuple[Change, ...]:
        """An issue's title, without its number."""
        return (Change("same", issue.title),)

    def element(self, element: ElementCell) -> tuple[Change, ...]:
        """The words beside an element's bullet."""
        return (Change("same", printed.element_text(element)),)

    def content(self, row: Row) -> tuple[MarkedBlock, ...]:
        """The second column of a row that holds no element."""
        return unmarked(printed.row_blocks(row))

    def slot(self, slot: Slot[TimeFrameCell] | Slot[StatusCell]) -> tuple[MarkedBlock, ...]:
        """A cell of the third or fourth column; nothing for a pointer and for a blank."""
        return unmarked(printed.slot_blocks(slot))

    def remark(self, slot: Slot[TimeFrameCell] | Slot[StatusCell]) -> str:
        """What stands above the words in small type; "" for nothing."""
        return ""


PLAIN = Texts()


def numbered(issue: IssueCell, title: tuple[Change, ...]) -> tuple[Change, ...]:
    """The pieces of an issue's title, with its number before them."""
    number = f"{printed.issue_number(issue)} "
    if title and title[0].kind == "same":
        return (Change("same", number + title[0].text), *title[1:])
    return (Change("same", number), *title)
