"""The text that came along through the sign-in page."""

from __future__ import annotations

from typing import Any

from django import template

from plans.forms import carried

register = template.Library()


@register.simple_tag(takes_context=True)
def carried_text(context: dict[str, Any]) -> str:
    """The text that the request carries, "" when there is none."""
    request = context.get("request")
    brought = carried.unseal(request.POST.get(carried.FIELD, "")) if request else None
    return brought.text if brought else ""
