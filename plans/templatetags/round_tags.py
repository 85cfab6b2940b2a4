"""Template tags of rounds: the stages of statuses, the worklist, and units' files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plans.rounds.queries.cockpit import StageCounts
from plans.statuses.forms import STAGE_LABELS
from plans.statuses.queries.worklist import WorklistStage
from plans.templatetags.plan_tags import drawn
from plans.unit_files.reading import RowState

register = template.Library()

# Told apart without colour, as the states of plan_tags are.
_SHAPES: dict[WorklistStage, tuple[str, bool]] = {
    WorklistStage.EMPTY: ("M2.5 8h11", True),
    WorklistStage.DRAFT: ("M3 13l1-4 7-7 3 3-7 7Z", True),
    WorklistStage.RETURNED: ("M13.5 13.5v-4a4 4 0 0 0-4-4h-7M6.5 1.5l-4 4 4 4", True),
    WorklistStage.SUBMITTED: ("M8 14V3M3 7.5 8 2.5l5 5", True),
    WorklistStage.CLEARED: ("M2 8.5 6.2 13 14 3.5", True),
    WorklistStage.NOT_REPORTED: ("M3.5 3.5l9 9m0-9-9 9", True),
}


@register.simple_tag
def stage_mark(value: WorklistStage) -> SafeString:
    """A stage as shape and word."""
    member = WorklistStage(value)
    return format_html(
        '<span class="state stage-{}">{}{}</span>',
        member.value,
        drawn(*_SHAPES[member]),
        STAGE_LABELS[member],
    )


@register.inclusion_tag("rounds/partials/stages.html")
def stages(progress: StageCounts) -> dict[str, Any]:
    """How many statuses are in which stage: a bar, and the numbers that it pictures.

    The bar goes from what is done to what is not begun. Stages without a status are left out.
    """
    order = (
        WorklistStage.CLEARED,
        WorklistStage.SUBMITTED,
        WorklistStage.RETURNED,
        WorklistStage.DRAFT,
        WorklistStage.EMPTY,
        WorklistStage.NOT_REPORTED,
    )
    counts = {stage: progress.counts[stage] for stage in order}
    return {
        "counts": counts,
        "entries": [(stage, count) for stage, count in counts.items() if count],
        "total": progress.total,
    }


# -- Worklist -------------------------------------------------------------------------------------


@register.simple_tag
def stage(value: str) -> str:
    """How far a status is, in words."""
    return str(STAGE_LABELS[WorklistStage(value)])


@register.simple_tag
def days_left(due_on: date, today: date) -> str:
    """How many days are left to a day, or since when it is over."""
    days = (due_on - today).days
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("%(count)d day left", "%(count)d days left", days) % {"count": days}
    return ngettext("%(count)d day ago", "%(count)d days ago", -days) % {"count": -days}


@register.simple_tag
def progress_bar(done: int, total: int) -> SafeString:
    """A bar filled as far as ``done`` of ``total`` reaches. The numbers stand beside it."""
    return format_html(
        '<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"'
        ' focusable="false"><rect class="fill bar-done" x="0" y="0" width="{}" height="4"/></svg>',
        f"{100 * done / total:.3f}" if total else "0",
    )


# -- Units' files ---------------------------------------------------------------------------------

_LABELS: dict[RowState, Promise] = {
    RowState.UNCHANGED: gettext_lazy("unchanged"),
    RowState.CHANGED: gettext_lazy("changed"),
    RowState.UNTOUCHED: gettext_lazy("left as sent"),
    RowState.CONFLICT: gettext_lazy("conflict"),
    RowState.HANDED_IN: gettext_lazy("submitted or cleared already; to change it, return it first"),
    RowState.REGROUPED: gettext_lazy("its elements are grouped otherwise now"),
    RowState.NOT_THEIRS: gettext_lazy("not this unit's to report on any more"),
    RowState.UNKNOWN_BASE: gettext_lazy("written from a revision that is not here"),
}


@register.simple_tag
def row_state(value: str) -> SafeString:
    """What a row of a file is, in words."""
    state = RowState(value)
    return format_html('<span class="tag tag-row-{}">{}</span>', state.value, _LABELS[state])


@register.filter
def at(values: Mapping[Any, Any], key: Any) -> Any:
    """The value under ``key``, None when there is none."""
    return values.get(key)
