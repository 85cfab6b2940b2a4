"""Template tags of seeding: a document under review, its matching, and what will be made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from plans.models import KIND_LABELS, SeedDraft
from plans.reading.draft import Anomaly
from plans.reading.heads import DocumentHead
from plans.reading.matching import LineageKind, MatchingRow, Reason, VersionElement
from plans.reading.source_table import BlockRole
from plans.seeding.forms.steps import OPERATION_LABELS, ROLE_LABELS
from plans.seeding.services.commit import Blocker, DryRun, row_label
from plans.templatetags.plan_tags import drawn
from plans.web import labels as wording

# -- Review of a document -------------------------------------------------------------------------

register = template.Library()

# Told apart without colour, as the states of plan_tags are.
_TEXT = ("M2 4h12M2 8h12M2 12h7", True)
_SHAPES: dict[BlockRole, tuple[str, bool]] = {
    BlockRole.ISSUE: ("M2 2h12v12H2Z", False),
    BlockRole.CONTEXT: _TEXT,
    BlockRole.GROUP_HEADING: ("M3 2v12M13 2v12M3 8h10", True),
    BlockRole.LEAD_IN: ("M2 4h12M2 8h8M12.5 6.5v.5M12.5 11v.5", True),
    BlockRole.ELEMENT: ("M8 4a4 4 0 1 1 0 8A4 4 0 0 1 8 4Z", False),
    BlockRole.TIME_FRAME: ("M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM8 4.5V8l2.5 2", True),
    BlockRole.STATUS: ("M2 2.5h12v8H7L3.5 14v-3.5H2Z", True),
    BlockRole.PART: ("M1 5h14v6H1Z", False),
    BlockRole.COLUMN: ("M2 3h12v10H2ZM2 6.5h12M8 6.5V13", True),
    BlockRole.AGENDA_ITEM: _TEXT,
    BlockRole.TITLE: _TEXT,
    BlockRole.PARAGRAPH: _TEXT,
    BlockRole.FOOTNOTE: ("M8 3v8M4.5 5l7 4M11.5 5l-7 4", True),
    BlockRole.PLACE_DATE: ("M2 4h12v10H2ZM2 7h12M5 2v3M11 2v3", True),
    BlockRole.BOILERPLATE: ("M1.5 8h3M6.5 8h3M11.5 8h3", True),
    BlockRole.DUPLICATE: ("M5.5 5.5h8v8h-8ZM2.5 10.5v-8h8", True),
    BlockRole.UNPLACED: ("M8 1.6 14.6 14H1.4ZM8 6v4", True),
}


@register.simple_tag
def role_mark(value: str) -> SafeString:
    """A role as shape and word."""
    role = BlockRole(value)
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


@register.simple_tag
def step_address(draft: SeedDraft, about: Blocker | Anomaly) -> str:
    """Where what stands in the way is mended, at the very block it is about.

    An anomaly is looked at on the review page.
    """
    step = about.step if isinstance(about, Blocker) else "review"
    address = reverse(f"plans:seed_{step}", args=[draft.pk])
    if step != "review" or not about.place:
        return address
    return f"{address}?{urlencode({'block': about.place})}#at-{place_id(about.place)}"


@register.filter
def language_name(code: str) -> str:
    """What the language ``code`` is called; the code itself of one that the tracker has not."""
    return str(dict(settings.LANGUAGES).get(code, code))


@register.filter
def head_date(head: DocumentHead) -> str:
    """The date of the version to be made, as far as it is known, in words; "" for none."""
    return wording.partial_date(head.version_dated_on, head.version_date_precision)


@register.simple_tag
def kinds(run: DryRun) -> list[tuple[str | Promise, int]]:
    """What rows will be made: the name of each kind, and how many."""
    return [(row_label(name), count) for name, count in run.counts.items()]


# -- Matching -------------------------------------------------------------------------------------

# Told apart without colour, as the states of plan_tags are.
_SHAPES_LINEAGE_TAGS: dict[LineageKind, tuple[str, bool]] = {
    LineageKind.SAME: ("M2.5 5.5h11M2.5 10.5h11", True),
    LineageKind.REWORDED: ("M3 13l1-4 7-7 3 3-7 7Z", True),
    LineageKind.MOVED: ("M1.5 8h11M9 4l4.5 4L9 12", True),
    LineageKind.SPLIT: ("M1.5 8H7l6.5-5M7 8l6.5 5", True),
    LineageKind.MERGED: ("M14.5 8H9L2.5 3M9 8l-6.5 5", True),
    LineageKind.NEW: ("M8 2.5v11M2.5 8h11", True),
    LineageKind.DROPPED: ("M3.5 3.5l9 9M12.5 3.5l-9 9", True),
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
    member = LineageKind(kind)
    return format_html(
        '<span class="state became-{}">{}{}</span>',
        member.value,
        drawn(*_SHAPES_LINEAGE_TAGS[member]),
        KIND_LABELS[member],
    )


@register.filter
def why(reasons: tuple[Reason, ...]) -> str:
    """Why elements are proposed as belonging together, in a line."""
    return ", ".join(str(_WHY[reason]) for reason in reasons)


@register.inclusion_tag("catalogue/partials/words_of_both.html")
def words_of_both(row: MatchingRow, language: str) -> dict[str, Any]:
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
