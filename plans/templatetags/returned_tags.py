"""Template tags of the page on which a unit's file is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from plans.returned.judging import RowState

register = template.Library()

_LABELS: dict[RowState, Promise] = {
    RowState.UNCHANGED: _("unchanged"),
    RowState.CHANGED: _("changed"),
    RowState.UNTOUCHED: _("left as sent"),
    RowState.CONFLICT: _("conflict"),
    RowState.HANDED_IN: _("submitted or cleared already; to change it, return it first"),
    RowState.REGROUPED: _("its elements are grouped otherwise now"),
    RowState.NOT_THEIRS: _("not this unit's to report on any more"),
    RowState.UNKNOWN_BASE: _("written from a revision that is not here"),
}


@register.simple_tag
def row_state(value: str) -> SafeString:
    """What a row of a file is, in words."""
    state = RowState(value)
    return format_html('<span class="tag tag-row-{}">{}</span>', state.value, _LABELS[state])


@register.filter
def at(values: Mapping[Any, Any], key: Any) -> Any:
    """What stands under ``key``, None when nothing does."""
    return values.get(key)
