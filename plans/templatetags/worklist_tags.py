"""Template tags of the worklist."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.forms.worklist import STAGE_LABELS
from plans.selectors.worklist import Stage

register = template.Library()


@register.simple_tag
def stage(value: str) -> str:
    """How far a status is, in words."""
    return str(STAGE_LABELS[Stage(value)])


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
