"""What the review calls roles, operations and confidence, and the reasons that it proposes."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plans.importing.draft import Confidence, Role

ROLE_LABELS: dict[Role, Promise] = {
    Role.ISSUE: pgettext_lazy("role", "issue"),
    Role.CONTEXT: pgettext_lazy("role", "context"),
    Role.GROUP_HEADING: pgettext_lazy("role", "group heading"),
    Role.LEAD_IN: pgettext_lazy("role", "lead-in"),
    Role.ELEMENT: pgettext_lazy("role", "element"),
    Role.TIME_FRAME: pgettext_lazy("role", "time-frame"),
    Role.STATUS: pgettext_lazy("role", "status"),
    Role.PART: pgettext_lazy("role", "Part"),
    Role.COLUMN: pgettext_lazy("role", "column heading"),
    Role.AGENDA_ITEM: pgettext_lazy("role", "agenda item"),
    Role.TITLE: pgettext_lazy("role", "title"),
    Role.PARAGRAPH: pgettext_lazy("role", "paragraph"),
    Role.FOOTNOTE: pgettext_lazy("role", "footnote"),
    Role.PLACE_DATE: pgettext_lazy("role", "place and date"),
    Role.FURNITURE: pgettext_lazy("role", "page furniture"),
    Role.DUPLICATE: pgettext_lazy("role", "duplicate"),
    Role.UNPLACED: pgettext_lazy("role", "without a place"),
}

CONFIDENCE_LABELS: dict[Confidence, Promise] = {
    Confidence.HIGH: pgettext_lazy("confidence", "sure"),
    Confidence.MEDIUM: pgettext_lazy("confidence", "likely"),
    Confidence.LOW: pgettext_lazy("confidence", "unsure"),
}

OPERATION_LABELS: dict[str, tuple[Promise, str]] = {
    "cover": (_("Cover elements"), "c"),
    "assign": (_("Assign a role"), "a"),
    "split": (_("Split"), "s"),
    "join": (_("Join"), "j"),
    "move": (_("Move"), "m"),
    "drop": (_("Duplicate or furniture"), "d"),
    "ditto": (_("Ditto mark"), "t"),
    "missing": (_("Missing element"), "x"),
    "category": (_("Category"), "g"),
    "note": (_("Editorial note"), "e"),
    "accept": (_("Accept as it is"), "o"),
}
"""Every operation by its name: what it is called, and the key that asks for it."""

REASONS: dict[str, tuple[Promise, ...]] = {
    "cover": (
        _("It speaks of the same thing as these elements."),
        _("It stands beside them in the source."),
        _("In order: the first for the first element, and so on."),
        _("It is left for the only element that has none of its own."),
    ),
    "assign": (
        _("Its words say what it is."),
        _("It stands in the wrong column of the source."),
        _("Bullets ran together for want of their signs."),
    ),
    "split": (
        _("Several texts ran together in the source."),
        _("A time-frame ran into the words beside it."),
        _("A title ran into the sentence after it."),
    ),
    "join": (
        _("One text, torn apart by the end of a page."),
        _("One paragraph of the source, and one text."),
    ),
    "move": (
        _("It speaks of what stands there."),
        _("It had slipped down beside the next row."),
        _("It was torn out of the table."),
    ),
    "drop": (
        _("It says again what stands there already."),
        _("It is printed again because a new page begins."),
        _("It belongs to the page, not to the plan."),
    ),
    "ditto": (_("Ditto marks repeat the words above them."),),
    "missing": (
        _("The list breaks off, and something stands beside it that no element speaks of."),
        _("A status reports on something that no element speaks of."),
    ),
    "category": (_("The words of the status say so."),),
    "note": (
        _("The source leaves two readings."),
        _("The source is damaged here."),
    ),
    "accept": (
        _("The document itself has it so; nothing is lost."),
        _("The tracker read it right."),
        _("It makes no difference to the plan."),
    ),
}
"""Reasons to choose from, by operation."""

MISSING_NOTE = _("The words of this element are missing in the source.")
