"""Showing a document under review: roles, places and the addresses of choices."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from plans.forms.review_words import OPERATION_LABELS, ROLE_LABELS
from plans.importing.draft import Role
from plans.templatetags.plan_tags import drawn

register = template.Library()

# Told apart without colour, as the states of plan_tags are.
_TEXT = ("M2 4h12M2 8h12M2 12h7", True)
_SHAPES: dict[Role, tuple[str, bool]] = {
    Role.ISSUE: ("M2 2h12v12H2Z", False),
    Role.CONTEXT: _TEXT,
    Role.GROUP_HEADING: ("M3 2v12M13 2v12M3 8h10", True),
    Role.LEAD_IN: ("M2 4h12M2 8h8M12.5 6.5v.5M12.5 11v.5", True),
    Role.ELEMENT: ("M8 4a4 4 0 1 1 0 8A4 4 0 0 1 8 4Z", False),
    Role.TIME_FRAME: ("M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM8 4.5V8l2.5 2", True),
    Role.STATUS: ("M2 2.5h12v8H7L3.5 14v-3.5H2Z", True),
    Role.PART: ("M1 5h14v6H1Z", False),
    Role.COLUMN: ("M2 3h12v10H2ZM2 6.5h12M8 6.5V13", True),
    Role.AGENDA_ITEM: _TEXT,
    Role.TITLE: _TEXT,
    Role.PARAGRAPH: _TEXT,
    Role.FOOTNOTE: ("M8 3v8M4.5 5l7 4M11.5 5l-7 4", True),
    Role.PLACE_DATE: ("M2 4h12v10H2ZM2 7h12M5 2v3M11 2v3", True),
    Role.FURNITURE: ("M1.5 8h3M6.5 8h3M11.5 8h3", True),
    Role.DUPLICATE: ("M5.5 5.5h8v8h-8ZM2.5 10.5v-8h8", True),
    Role.UNPLACED: ("M8 1.6 14.6 14H1.4ZM8 6v4", True),
}


@register.simple_tag
def role_mark(value: str) -> SafeString:
    """A role as shape and word."""
    role = Role(value)
    return format_html(
        '<span class="state role">{}{}</span>', drawn(*_SHAPES[role]), ROLE_LABELS[role]
    )


@register.simple_tag
def choice_query(
    section: int | None = None, blocks: Iterable[str] | str = (), op: str = ""
) -> SafeString:
    """The query of an address on the review's page. It needs no escaping."""
    names = [blocks] if isinstance(blocks, str) else blocks
    pairs = [("section", str(section))] if section is not None else []
    pairs += [("block", name) for name in names if name]
    pairs += [("op", op)] if op else []
    # An ampersand that separates is written out in HTML; urlencode leaves nothing else to escape.
    return SafeString("?" + urlencode(pairs).replace("&", "&amp;"))


@register.filter
def place_id(value: str) -> str:
    """A block's id as part of an element's id and of a fragment, in which # means something."""
    return value.replace("#", "_")


@register.filter
def without(values: Iterable[str], value: str) -> list[str]:
    """``values`` but for one of them."""
    return [one for one in values if one != value]


@register.filter
def operation_label(name: str) -> str:
    """What an operation is called."""
    return str(OPERATION_LABELS[name][0])
