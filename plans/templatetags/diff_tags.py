"""Showing what changed between two narratives, word by word."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from plans.reports.diff import Change, count_words, diff_words

register = template.Library()


@register.inclusion_tag("plans/partials/difference.html")
def difference(old: str, new: str, language: str = "") -> dict[str, Any]:
    """Both texts in one: what was removed struck through, what was added underlined.

    Says how many words were removed and added. ``language`` is that of the texts. Pages that use
    it link ``css/difference.css``.
    """
    changes = diff_words(old, new)
    removed, added = count_words(changes)
    return {
        "pieces": format_html_join("", "{}", ((_piece(change),) for change in changes)),
        "differs": any(change.kind != "same" for change in changes),
        "removed": removed,
        "added": added,
        "language": language,
    }


def _piece(change: Change) -> SafeString:
    if change.kind == "same":
        return conditional_escape(change.text)
    text = change.text
    if not text.strip():
        if "\n" not in text:
            # Only a space between two words came or went: nothing to point at.
            return conditional_escape(text if change.kind == "added" else "")
        # A break alone cannot be seen, so it is given its sign.
        text = "¶" + text
    # Many screen readers keep silent about <del> and <ins>.
    before, after = (
        (_("[removed:"), _("end of removed]"))
        if change.kind == "removed"
        else (_("[added:"), _("end of added]"))
    )
    return format_html(
        '<{0}><span class="visually-hidden">{1} </span>{2}'
        '<span class="visually-hidden"> {3}</span></{0}>',
        "del" if change.kind == "removed" else "ins",
        before,
        text,
        after,
    )
