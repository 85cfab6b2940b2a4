"""The order of the plan, said for programs: what belongs to what, and where it stands. Pure.

A table shows on paper which elements belong to an issue; a program would have to count its rows.
So the metadata of the appendix hold the same once more without the words: Parts, issues in issues,
groups and elements, each with its reference and the id of its place, and each element with the ids
of the cells of its time-frame and its status, wherever these are printed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from plans.reports.layout import PartLayout
from plans.reports.table import ElementCell, IssueCell, PartTable
from plans.reports.writers.akn_markup import attributes
from plans.reports.writers.akn_table import Names

NAMESPACE = "urn:x-tracker:report-outline:1"


def outline(layouts: Sequence[PartLayout], names: Names) -> str:
    """The ``outline`` element, of ``NAMESPACE``."""
    parts = (
        _Part(own, laid_out.part, names).markup()
        for own, laid_out in zip(names.parts, layouts, strict=True)
    )
    return f'<outline xmlns="{NAMESPACE}">\n{"".join(parts)}</outline>'


class _Part:
    """Writes the outline of one Part."""

    def __init__(self, own: str, part: PartTable, names: Names) -> None:
        self._own = own
        self._part = part
        self._names = names
        self._elements: dict[str, dict[str, ElementCell]] = {}
        self._children: dict[str | None, list[IssueCell]] = defaultdict(list)
        for issue in part.issues:
            # A parent stands before its sub-issues; any other parent is none of this outline's.
            known = issue.parent if issue.parent in self._elements else None
            self._elements[issue.reference] = {}
            self._children[known].append(issue)
        for element in part.elements:
            self._elements[element.issue][element.reference] = element

    def markup(self) -> str:
        opening = attributes({"number": self._part.number, "href": f"#{self._own}"})
        issues = "".join(map(self._issue, self._children[None]))
        return f"<part{opening}>\n{issues}</part>\n"

    def _issue(self, issue: IssueCell) -> str:
        own = self._names.issues[issue.reference]
        opening = attributes(
            {"reference": issue.reference, "number": issue.number, "href": f"#{own}"}
        )
        groups = "".join(self._groups(issue))
        below = "".join(map(self._issue, self._children[issue.reference]))
        return f"<issue{opening}>\n{groups}{below}</issue>\n"

    def _groups(self, issue: IssueCell) -> Iterator[str]:
        texts = iter(self._names.texts[issue.reference])
        if issue.context:
            next(texts)
        waiting = dict(self._elements[issue.reference])
        for group in issue.groups:
            heading = f"#{next(texts)}" if group.heading else None
            lead_in = f"#{next(texts)}" if group.lead_in else None
            elements = [waiting.pop(reference) for reference in group.elements]
            opening = attributes({"heading": heading, "leadIn": lead_in})
            yield f"<group{opening}>\n{''.join(map(self._element, elements))}</group>\n"
        if waiting:
            yield f"<group>\n{''.join(map(self._element, waiting.values()))}</group>\n"

    def _element(self, element: ElementCell) -> str:
        names = self._names
        values = {
            "reference": element.reference,
            "href": f"#{names.elements[element.reference]}",
            "timeFrame": f"#{names.time_frames[element.time_frame]}"
            if element.time_frame
            else None,
            "status": f"#{names.statuses[element.status]}" if element.status else None,
        }
        return f"<element{attributes(values)}/>\n"
