"""What became of elements from one version of the plan to the next, and corrigenda."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plans.models.base import KeptForEver, NaturalKeyed
from plans.models.seeding import SeedDraft
from plans.models.structure import ActionElement, ElementGroup, Issue, Part, PlanVersion, TimeFrame
from plans.reading.matching import LineageKind

KIND_LABELS: dict[LineageKind, Promise] = {
    LineageKind.SAME: pgettext_lazy("element in the next version", "same"),
    LineageKind.REWORDED: pgettext_lazy("element in the next version", "reworded"),
    LineageKind.MOVED: pgettext_lazy("element in the next version", "moved"),
    LineageKind.SPLIT: pgettext_lazy("element in the next version", "split"),
    LineageKind.MERGED: pgettext_lazy("element in the next version", "merged"),
    LineageKind.NEW: pgettext_lazy("element in the next version", "new"),
    LineageKind.DROPPED: pgettext_lazy("element in the next version", "dropped"),
}
KIND_CHOICES = [(kind.value, label) for kind, label in KIND_LABELS.items()]
_KIND_VALUES = [kind.value for kind in LineageKind]


class Lineage(NaturalKeyed):
    """A link from an element to what it became in the version after; or that it was new or dropped.

    An element that was split has a link to each of its pieces, one that was merged a link from
    each. ``version`` is the later version; the earlier one is what it is based on.
    ``decided_by`` and ``decided_at`` are null where a fixture does not tell them.
    """

    natural_fields = ("version", "earlier__reference", "later__reference")

    version = models.ForeignKey(
        PlanVersion, models.CASCADE, related_name="lineage", verbose_name=_("plan version")
    )
    earlier = models.ForeignKey(
        ActionElement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lineage_to_later",
        verbose_name=_("earlier element"),
        help_text=_("Empty for an element that is new."),
    )
    later = models.ForeignKey(
        ActionElement,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="lineage_to_earlier",
        verbose_name=_("later element"),
        help_text=_("Empty for an element that was dropped."),
    )
    kind = models.CharField(_("what became of it"), max_length=8, choices=KIND_CHOICES)
    reason = models.TextField(_("reason"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("link to the version before")
        verbose_name_plural = _("links to the version before")
        ordering = ("version", "later__issue__ordinal", "later__ordinal", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["earlier", "later"],
                condition=Q(earlier__isnull=False, later__isnull=False),
                name="lineage_pair_unique",
            ),
            models.UniqueConstraint(
                fields=["version", "earlier"],
                condition=Q(later__isnull=True),
                name="lineage_dropped_once",
            ),
            models.UniqueConstraint(
                fields=["version", "later"],
                condition=Q(earlier__isnull=True),
                name="lineage_new_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=_KIND_VALUES), name="lineage_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=LineageKind.NEW, earlier__isnull=True, later__isnull=False)
                | Q(kind=LineageKind.DROPPED, earlier__isnull=False, later__isnull=True)
                | (
                    Q(earlier__isnull=False, later__isnull=False)
                    & ~Q(kind__in=[LineageKind.NEW, LineageKind.DROPPED])
                ),
                name="lineage_ends_fit_kind",
            ),
        ]

    def __str__(self) -> str:
        earlier, later = self._references()
        return f"{earlier or '–'} → {later or '–'} ({self.kind})"

    def _references(self) -> tuple[str, str]:
        return (
            self.earlier.reference if self.earlier else "",
            self.later.reference if self.later else "",
        )


class MatchDecision(models.Model):
    """What a person decided of elements while their version is still a draft.

    ``earlier`` and ``later`` are references. The decision holds as long as the elements have the
    references and words of which ``fingerprint`` was made.
    """

    draft = models.ForeignKey(
        SeedDraft,
        models.CASCADE,
        related_name="decisions",
        verbose_name=_("draft of a version"),
    )
    earlier = models.JSONField(_("earlier elements"), default=list, blank=True)
    later = models.JSONField(_("later elements"), default=list, blank=True)
    fingerprint = models.CharField(_("references and words"), max_length=64)
    reason = models.TextField(_("reason"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now)

    class Meta:
        verbose_name = _("decision on elements of a draft")
        verbose_name_plural = _("decisions on elements of drafts")
        ordering = ("draft", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["draft", "fingerprint"], name="match_decision_once_in_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{', '.join(self.earlier) or '–'} → {', '.join(self.later) or '–'}"


HOLDERS = ("part", "issue", "group", "time_frame", "element")
"""The fields of a corrigendum of which exactly one says what holds the words."""

AMENDABLE: dict[tuple[str, str], Promise] = {
    ("element", "text"): _("words of the element"),
    ("time_frame", "text"): _("time-frame"),
    ("group", "heading"): _("heading of the group"),
    ("group", "lead_in"): _("lead-in of the group"),
    ("issue", "title"): _("title of the issue"),
    ("issue", "context"): _("context of the issue"),
    ("part", "title"): _("title of the Part"),
    ("part", "issues_heading"): _("heading of the first column"),
    ("part", "elements_heading"): _("heading of the second column"),
    ("part", "time_frame_heading"): _("heading of the third column"),
}
"""The texts that a corrigendum can change, by holder and field."""


class Corrigendum(KeptForEver, NaturalKeyed):
    """One text of a plan version that was changed after it was adopted, and why.

    Exactly one of ``HOLDERS`` is set. The database changes the wording of a published version
    only to what its newest corrigendum says (``plans.triggers``).
    """

    natural_fields = ("version", "number")

    version = models.ForeignKey(
        PlanVersion, models.PROTECT, related_name="corrigenda", verbose_name=_("plan version")
    )
    number = models.PositiveIntegerField(_("number in the version"))
    part = models.ForeignKey(Part, models.PROTECT, null=True, blank=True, related_name="corrigenda")
    issue = models.ForeignKey(
        Issue, models.PROTECT, null=True, blank=True, related_name="corrigenda"
    )
    group = models.ForeignKey(
        ElementGroup, models.PROTECT, null=True, blank=True, related_name="corrigenda"
    )
    time_frame = models.ForeignKey(
        TimeFrame, models.PROTECT, null=True, blank=True, related_name="corrigenda"
    )
    element = models.ForeignKey(
        ActionElement, models.PROTECT, null=True, blank=True, related_name="corrigenda"
    )
    field = models.CharField(_("which text"), max_length=20)
    old_words = models.TextField(_("words before"), blank=True)
    new_words = models.TextField(_("words after"), blank=True)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta(KeptForEver.Meta):
        verbose_name = _("corrigendum")
        verbose_name_plural = _("corrigenda")
        ordering = ("version", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "number"], name="corrigendum_number_unique_in_version"
            ),
            models.CheckConstraint(
                condition=(
                    Q(part__isnull=False, issue=None, group=None, time_frame=None, element=None)
                    | Q(part=None, issue__isnull=False, group=None, time_frame=None, element=None)
                    | Q(part=None, issue=None, group__isnull=False, time_frame=None, element=None)
                    | Q(part=None, issue=None, group=None, time_frame__isnull=False, element=None)
                    | Q(part=None, issue=None, group=None, time_frame=None, element__isnull=False)
                ),
                name="corrigendum_stands_at_one_place",
            ),
            models.CheckConstraint(
                condition=~Q(old_words=models.F("new_words")), name="corrigendum_changes_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} corrigendum {self.number}"

    @property
    def holder(self) -> str:
        """Which of ``HOLDERS`` is set."""
        return next(name for name in HOLDERS if getattr(self, f"{name}_id") is not None)

    @property
    def label(self) -> Promise:
        """What was changed, in words."""
        return AMENDABLE[self.holder, self.field]
