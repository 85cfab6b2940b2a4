"""Template tags and filters of the plans' pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from plans import permissions
from plans.catalogue.queries.browsing import fold
from plans.catalogue.queries.element_state import Tally
from plans.models import CATEGORY_LABELS, PlanVersion, TimeFrame
from plans.text import prose
from plans.text.categories import Category
from plans.text.differences import Change, count_words, diff_words
from plans.text.timeframes import ScheduleState
from plans.web import labels
from plans.web.recovery import SEALED_FIELD, unseal_input

register = template.Library()

# Each state has a shape of its own, so that it is told apart without colour. All are drawn in a
# square of 16 units; "hollow" ones are outlines.
_SHAPES: dict[str, tuple[str, bool]] = {
    "overdue": ("M8 1 15.5 15H.5Z", False),
    "due_soon": ("M8 1.6 14.6 14H1.4Z", True),
    "on_schedule": ("M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2Z", True),
    "open_ended": ("M1.5 8h11M9 4l4.5 4L9 12", True),
    "not_datable": ("M2.5 8h11", True),
    "done": ("M2 8.5 6.2 13 14 3.5", True),
    "not_started": ("M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2Z", True),
    "in_progress": ("M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 2v10A5 5 0 0 1 8 3Z", False),
    "continuing": ("M1.5 8h11M9 4l4.5 4L9 12", True),
    "completed": ("M2 8.5 6.2 13 14 3.5", True),
    "postponed": ("M4.5 2.5v11M11.5 2.5v11", True),
    "not_reported": ("M2.5 8h11", True),
}


def _shape(value: str) -> SafeString:
    return drawn(*_SHAPES[value])


def drawn(path: str, hollow: bool) -> SafeString:
    """A shape in a square of 16 units, for the eye alone: words stand beside it."""
    return format_html(
        '<svg class="shape{}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>',
        " hollow" if hollow else "",
        path,
    )


@register.simple_tag
def category(value: str) -> SafeString:
    """A status category as shape and word."""
    member = Category(value)
    return format_html(
        '<span class="state category-{}">{}{}</span>',
        member.value,
        _shape(member.value),
        CATEGORY_LABELS[member],
    )


@register.simple_tag
def schedule(value: str | None) -> SafeString:
    """A schedule state as shape and word; nothing where there is no state."""
    if value is None:
        return SafeString("")
    member = ScheduleState(value)
    return format_html(
        '<span class="state schedule-{}">{}{}</span>',
        member.value,
        _shape(member.value),
        labels.SCHEDULE_LABELS[member],
    )


@register.filter
def schedule_meaning(value: str) -> str:
    """What a schedule state means, as a sentence."""
    return str(labels.SCHEDULE_MEANINGS[ScheduleState(value)])


@register.simple_tag
def bar(counts: Mapping[str, int], kind: str) -> SafeString:
    """Counts as one bar of 100 units, split in proportion, in the order of ``counts``.

    ``kind`` is "category" or "schedule". A picture beside the numbers, which say the same.
    """
    total = sum(counts.values())
    pieces, start = [], 0.0
    for value, count in counts.items():
        if count:
            width = 100 * count / total
            pieces.append((kind, value, f"{start:.3f}", f"{width:.3f}"))
            start += width
    return format_html(
        '<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"'
        ' focusable="false">{}</svg>',
        format_html_join(
            "", '<rect class="fill {}-{}" x="{}" y="0" width="{}" height="4"/>', pieces
        ),
    )


@register.inclusion_tag("catalogue/partials/counts.html")
def counts(tally: Tally, kind: str, address: str = "", query: str = "") -> dict[str, Any]:
    """The counts of a tally, each with its state, leading to the list of them at ``address``.

    ``query`` is what else the list is narrowed by. Counts of zero are left out.
    """
    values = tally.categories if kind == "category" else tally.schedule
    return {
        "kind": kind,
        "entries": [(value, count) for value, count in values.items() if count],
        "address": address,
        "query": query,
    }


@register.filter
def day(value: date | None) -> str:
    """A day in words: “31 August 2000”; nothing for None."""
    return labels.day(value) if value else ""


@register.filter
def version_date(version: PlanVersion) -> str:
    """The date of a version as far as its sources state it: a day, a month or a year."""
    return labels.partial_date(version.dated_on, version.date_precision)


@register.filter
def rule_sentences(frame: TimeFrame) -> list[str]:
    """The rule of a time-frame as sentences."""
    return labels.rule_sentences(frame.rule)


@register.filter
def place(block_id: str) -> str:
    """Where a block stands in the source, in words."""
    return labels.describe_place(block_id)


@register.filter
def narrative(text: str) -> SafeString:
    """Plain text as paragraphs and lists."""
    blocks = prose.parse(text)
    pieces: list[SafeString] = []
    for index, block in enumerate(blocks):
        before = blocks[index - 1].kind if index else None
        after = blocks[index + 1].kind if index + 1 < len(blocks) else None
        if block.kind == "paragraph":
            pieces.append(format_html("<p>{}</p>", block.text))
            continue
        if before != "bullet":
            pieces.append(SafeString("<ul>"))
        pieces.append(format_html("<li>{}</li>", block.text))
        if after != "bullet":
            pieces.append(SafeString("</ul>"))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


@register.filter
def marked(text: str, words: list[str]) -> SafeString:
    """``text`` with every occurrence of ``words`` marked, accents and capitals aside."""
    if not words:
        return conditional_escape(text)
    folded = fold(text)
    inside = bytearray(len(text))
    for word in {fold(word) for word in words}:
        at = folded.find(word)
        while at >= 0:
            inside[at : at + len(word)] = b"\1" * len(word)
            at = folded.find(word, at + 1)
    pieces: list[SafeString] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or inside[end] != inside[start]:
            piece = text[start:end]
            pieces.append(
                format_html("<mark>{}</mark>", piece)
                if inside[start]
                else conditional_escape(piece)
            )
            start = end
    return format_html_join("", "{}", ((piece,) for piece in pieces))


@register.simple_tag
def missing_words() -> SafeString:
    """What stands where the conversion lost an element's words."""
    return format_html(
        '<span class="missing">[…] <small>{}</small></span>',
        _("The words of this element are missing in the source."),
    )


@register.filter
def can_report(user: Any) -> bool:
    """Whether the person takes part in open rounds. False for nobody at all."""
    return bool(user) and permissions.can_report(user)


@register.filter
def is_secretariat(user: Any) -> bool:
    """Whether the person does the secretariat's work."""
    return bool(user) and permissions.is_secretariat(user)


@register.filter
def is_administrator(user: Any) -> bool:
    """Whether the person looks after units and people."""
    return bool(user) and permissions.is_administrator(user)


@register.simple_tag(takes_context=True)
def recovered_text(context: dict[str, Any]) -> str:
    """The text sealed into the request, "" when there is none."""
    request = context.get("request")
    sealed = unseal_input(request.POST.get(SEALED_FIELD, "")) if request else None
    return sealed.text if sealed else ""


@register.inclusion_tag("web/partials/difference.html")
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
