"""Corrigenda: how the wording of a version that was published changes, and why."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plans.models.kept import KeptForEver, KeptManager
from plans.models.structure import (
    ActionElement,
    ElementGroup,
    Issue,
    Part,
    PlanVersion,
    TimeFrame,
)

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


class CorrigendumManager(KeptManager["Corrigendum"]):
    def get_by_natural_key(self, plan: str, version: str, number: int) -> Corrigendum:
        return self.get(version__plan__slug=plan, version__slug=version, number=number)


class Corrigendum(KeptForEver):
    """One text of a plan version that was changed after it was adopted, and why.

    Exactly one of ``HOLDERS`` is set. The database changes the wording of a published version
    only to what its newest corrigendum says (``plans.triggers``).
    """

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

    objects = CorrigendumManager()

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

    def natural_key(self) -> tuple[str, str, int]:
        return (*self.version.natural_key(), self.number)

    natural_key.dependencies = (  # type: ignore[attr-defined]
        "plans.planversion",
        "plans.part",
        "plans.issue",
        "plans.elementgroup",
        "plans.timeframe",
        "plans.actionelement",
    )

    @property
    def holder(self) -> str:
        """Which of ``HOLDERS`` is set."""
        return next(name for name in HOLDERS if getattr(self, f"{name}_id") is not None)

    @property
    def label(self) -> Promise:
        """What was changed, in words."""
        return AMENDABLE[self.holder, self.field]
