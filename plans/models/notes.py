"""Editorial notes: what a careful editor decided where the source is damaged."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from plans.models.structure import ActionElement, Issue, PlanVersion


class EditorialNoteManager(models.Manager["EditorialNote"]):
    def get_by_natural_key(self, plan: str, version: str, ordinal: int) -> EditorialNote:
        return self.get(version__plan__slug=plan, version__slug=version, ordinal=ordinal)


class EditorialNote(models.Model):
    """What a careful editor decided where the source is damaged, and why.

    It stands at exactly one issue or one element.
    """

    class Confidence(models.TextChoices):
        HIGH = "high", _("high")
        MEDIUM = "medium", _("medium")
        LOW = "low", _("low")

    version = models.ForeignKey(
        PlanVersion, models.CASCADE, related_name="notes", verbose_name=_("plan version")
    )
    issue = models.ForeignKey(
        Issue,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notes",
        verbose_name=_("issue"),
    )
    element = models.ForeignKey(
        ActionElement,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notes",
        verbose_name=_("action element"),
    )
    ordinal = models.PositiveIntegerField(_("position in the version"))
    text = models.TextField(_("note"))
    confidence = models.CharField(
        _("confidence"), max_length=6, choices=Confidence.choices, default=Confidence.HIGH
    )

    objects = EditorialNoteManager()

    class Meta:
        verbose_name = _("editorial note")
        verbose_name_plural = _("editorial notes")
        ordering = ("version", "ordinal")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "ordinal"], name="note_ordinal_unique_in_version"
            ),
            models.CheckConstraint(
                condition=Q(issue__isnull=True, element__isnull=False)
                | Q(issue__isnull=False, element__isnull=True),
                name="note_stands_at_one_place",
            ),
            models.CheckConstraint(
                condition=Q(confidence__in=["high", "medium", "low"]),
                name="note_confidence_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{Truncator(self.text).words(10)} ({self.confidence})"

    def natural_key(self) -> tuple[str, str, int]:
        return (*self.version.natural_key(), self.ordinal)

    natural_key.dependencies = ("plans.planversion",)  # type: ignore[attr-defined]
