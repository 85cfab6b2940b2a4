"""Showing how far statuses have come: the stages of a round."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from plans.forms.worklist import STAGE_LABELS
from plans.selectors.cockpit import StageCounts
from plans.selectors.worklist import Stage
from plans.templatetags.plan_tags import drawn

register = template.Library()

# Told apart without colour, as the states of plan_tags are.
_SHAPES: dict[Stage, tuple[str, bool]] = {
    Stage.EMPTY: ("M2.5 8h11", True),
    Stage.DRAFT: ("M3 13l1-4 7-7 3 3-7 7Z", True),
    Stage.RETURNED: ("M13.5 13.5v-4a4 4 0 0 0-4-4h-7M6.5 1.5l-4 4 4 4", True),
    Stage.SUBMITTED: ("M8 14V3M3 7.5 8 2.5l5 5", True),
    Stage.CLEARED: ("M2 8.5 6.2 13 14 3.5", True),
    Stage.NOT_REPORTED: ("M3.5 3.5l9 9m0-9-9 9", True),
}


@register.simple_tag
def stage_mark(value: Stage) -> SafeString:
    """A stage as shape and word."""
    member = Stage(value)
    return format_html(
        '<span class="state stage-{}">{}{}</span>',
        member.value,
        drawn(*_SHAPES[member]),
        STAGE_LABELS[member],
    )


@register.inclusion_tag("plans/partials/round_stages.html")
def stages(progress: StageCounts) -> dict[str, Any]:
    """How many statuses are in which stage: a bar, and the numbers that it pictures.

    The bar goes from what is done to what is not begun. Stages without a status are left out.
    """
    order = (
        Stage.CLEARED,
        Stage.SUBMITTED,
        Stage.RETURNED,
        Stage.DRAFT,
        Stage.EMPTY,
        Stage.NOT_REPORTED,
    )
    counts = {stage: progress.counts[stage] for stage in order}
    return {
        "counts": counts,
        "entries": [(stage, count) for stage, count in counts.items() if count],
        "total": progress.total,
    }
