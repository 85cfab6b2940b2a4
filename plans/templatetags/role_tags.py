"""What a person may do at all, for the navigation. The server checks each deed by itself."""

from __future__ import annotations

from typing import Any

from django import template

from plans import rules

register = template.Library()


@register.filter
def reports(user: Any) -> bool:
    """Whether the person takes part in open rounds. False for nobody at all."""
    return bool(user) and rules.reports(user)


@register.filter
def keeps_rounds(user: Any) -> bool:
    """Whether the person does the secretariat's work."""
    return bool(user) and rules.keeps_rounds(user)


@register.filter
def administers(user: Any) -> bool:
    """Whether the person looks after units and people."""
    return bool(user) and rules.is_administrator(user)
