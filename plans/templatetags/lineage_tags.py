"""Showing what became of elements from one version to the next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from plans.importing.matching import Kind, Reason, Row, VersionElement
from plans.models import KIND_LABELS
from plans.templatetags.plan_tags import drawn

register = template.Library()

# Told apart without colour, as the states of plan_tags are.
_SHAPES: dict[Kind, tuple[str, bool]] = {
    Kind.SAME: ("M2.5 5.5h11M2.5 10.5h11", True),
    Kind.REWORDED: ("M3 13l1-4 7-7 3 3-7 7Z", True),
    Kind.MOVED: ("M1.5 8h11M9 4l4.5 4L9 12", True),
    Kind.SPLIT: ("M1.5 8H7l6.5-5M7 8l6.5 5", True),
    Kind.MERGED: ("M14.5 8H9L2.5 3M9 8l-6.5 5", True),
    Kind.NEW: ("M8 2.5v11M2.5 8h11", True),
    Kind.DROPPED: ("M3.5 3.5l9 9M12.5 3.5l-9 9", True),
}
_WHY: dict[Reason, Promise] = {
    Reason.SAME_WORDS: _("the same words"),
    Reason.SIMILAR_WORDS: _("similar words"),
    Reason.WORDS_TOGETHER: _("together the same words"),
    Reason.SAME_REFERENCE: _("the same reference"),
    Reason.SAME_ISSUE: _("the same issue"),
    Reason.OTHER_ISSUE: _("another issue"),
    Reason.SAME_NEIGHBOURS: _("the same neighbours"),
    Reason.ONLY_RENUMBERED: _("only its number changed"),
    Reason.NOTHING_SIMILAR: _("nothing similar in the other version"),
}


@register.simple_tag
def became(kind: str) -> SafeString:
    """What became of an element, as shape and word."""
    member = Kind(kind)
    return format_html(
        '<span class="state became-{}">{}{}</span>',
        member.value,
        drawn(*_SHAPES[member]),
        KIND_LABELS[member],
    )


@register.filter
def why(reasons: tuple[Reason, ...]) -> str:
    """Why elements are proposed as belonging together, in a line."""
    return ", ".join(str(_WHY[reason]) for reason in reasons)


@register.inclusion_tag("plans/partials/words_of_both.html")
def words_of_both(row: Row, language: str) -> dict[str, Any]:
    """The words of the earlier and of the later elements, with what changed between them.

    Pages that use it link ``css/difference.css``.
    """
    return {
        "both": bool(row.earlier and row.later),
        "earlier": together(row.earlier),
        "later": together(row.later),
        "language": language,
    }


def together(elements: Iterable[VersionElement]) -> str:
    """The words of elements as one text, a paragraph for each."""
    return "\n\n".join(element.text for element in elements)
