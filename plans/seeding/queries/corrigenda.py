"""Corrigenda: those that concern an issue or an element, and the texts that one can change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise

from plans.models import AMENDABLE, ActionElement, Corrigendum, ElementGroup, Issue, Part, TimeFrame


@dataclass(frozen=True, slots=True)
class AmendableText:
    """A text that a corrigendum can change: what holds it, its field, and its words now."""

    holder: str
    field: str
    at: Part | Issue | ElementGroup | TimeFrame | ActionElement
    words: str

    @property
    def name(self) -> str:
        """How a form names it: ``element.text``."""
        return f"{self.holder}.{self.field}"

    @property
    def label(self) -> Promise:
        return AMENDABLE[self.holder, self.field]


def corrigenda_of(item: ActionElement | Issue) -> Sequence[Corrigendum]:
    """The corrigenda that concern an element or an issue, newest first. One query.

    Those of an element's time-frame and group concern it too, and those of an issue's Part,
    groups, time-frames and elements that issue.
    """
    found = Corrigendum.objects.select_related("by", "element", "time_frame", "group", "issue")
    if isinstance(item, ActionElement):
        about = Q(element=item) | Q(group=item.group_id)
        if item.time_frame_id is not None:
            about |= Q(time_frame=item.time_frame_id)
    else:
        about = Q(issue=item) | Q(part=item.part_id) | Q(element__issue=item)
        about |= Q(group__issue=item) | Q(time_frame__issue=item)
    return list(found.filter(about, version=item.version).order_by("-number"))


def amendable_texts(item: ActionElement | Issue) -> Sequence[AmendableText]:
    """The texts on the page of an element or an issue that a corrigendum can change."""
    rows: list[tuple[str, Part | Issue | ElementGroup | TimeFrame | ActionElement]]
    if isinstance(item, ActionElement):
        rows = [("element", item), ("group", item.group)]
        if item.time_frame is not None:
            rows.insert(1, ("time_frame", item.time_frame))
    else:
        rows = [("issue", item), ("part", item.part)]
    return [
        AmendableText(holder, field, row, getattr(row, field))
        for holder, row in rows
        for of, field in AMENDABLE
        if of == holder
    ]
