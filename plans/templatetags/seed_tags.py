"""What the pages of seeding show: where a thing is mended, and what will be made."""

from __future__ import annotations

from django import template
from django.apps import apps
from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plans import wording
from plans.importing.draft import Anomaly
from plans.importing.heads import DocumentHead
from plans.importing.progress import Step
from plans.models import SeedDraft
from plans.services.seeding.commit import Blocker, DryRun
from plans.templatetags.review_tags import place_id

register = template.Library()


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
def kinds(run: DryRun) -> list[tuple[str, int]]:
    """What rows will be made: the name of each kind, and how many."""
    return [(kind_label(name), count) for name, count in run.counts.items()]


# What is done in a step that writes no rows: see ``plans.importing.progress``.
_DONE: dict[str, Promise] = {
    "sheet read": _("sheets read"),
    "row read": _("rows read"),
    "line read": _("lines read"),
    "block told": _("blocks told apart"),
    "element found": _("action elements found"),
    "word placed": _("words placed"),
    "element same": _("elements with the same words as before"),
    "pair compared": _("pairs of the other elements compared"),
    "element matched": _("elements matched"),
}


def step_line(step: Step) -> str:
    """A step that is done in a line: “rows read: 500 of 4,992”."""
    return gettext("%(kind)s: %(done)s of %(of)s") % {
        "kind": _DONE.get(step.name) or kind_label(step.name),
        "done": f"{step.done:,}",
        "of": f"{step.of:,}",
    }


def kind_label(name: str) -> str:
    """What rows of a model, named in small letters, are called."""
    return str(apps.get_model("plans", name)._meta.verbose_name_plural)
