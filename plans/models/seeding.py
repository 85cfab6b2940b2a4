"""Versions on their way in: the documents that were uploaded, and what people decide about them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plans.models.base import KeptForEver
from plans.models.structure import Plan, PlanVersion


class SourceDocument(KeptForEver):
    """A document as it was uploaded, byte for byte. The same content is kept once.

    ``name`` and ``uploaded_by`` are those of the first upload.
    """

    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True)
    name = models.CharField(_("name of the file"), max_length=200)
    kind = models.CharField(
        _("kind of document"), max_length=10, help_text=_("Told from its content: “docx”.")
    )
    size = models.PositiveIntegerField(_("size in bytes"))
    content = models.BinaryField(_("content"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now)

    class Meta(KeptForEver.Meta):
        verbose_name = _("source document")
        verbose_name_plural = _("source documents")
        ordering = ("-uploaded_at", "-pk")

    def __str__(self) -> str:
        return f"{self.name} ({self.sha256[:12]})"


class SeedDraft(models.Model):
    """A plan version on its way from its document into the tracker.

    ``mapping`` says which column of a sheet is which, and is empty where the reader knows by
    itself. ``head`` is the ``[document]`` section of a corrections file, dates in ISO 8601. The
    first ``position`` steps are in force; those above were undone and can be redone. A change
    names the ``revision`` that it started from.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("version being seeded", "draft")
        COMMITTED = "committed", pgettext_lazy("version being seeded", "committed")
        DISCARDED = "discarded", pgettext_lazy("version being seeded", "discarded")

    document = models.ForeignKey(
        SourceDocument, models.PROTECT, related_name="drafts", verbose_name=_("source document")
    )
    file_name = models.CharField(_("name of the file"), max_length=200)
    plan = models.ForeignKey(
        Plan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="drafts",
        verbose_name=pgettext_lazy("implementation plan", "plan"),
        help_text=_("Empty for the first version of a new plan."),
    )
    base = models.ForeignKey(
        PlanVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="drafts_after",
        verbose_name=_("version before"),
    )
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    head = models.JSONField(_("what the document does not print"), default=dict, blank=True)
    with_round = models.BooleanField(
        _("with its statuses"),
        default=True,
        help_text=_("Whether the status column becomes a closed round."),
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT)
    position = models.PositiveIntegerField(_("steps in force"), default=0)
    revision = models.PositiveIntegerField(_("revision"), default=0)
    version = models.OneToOneField(
        PlanVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="seeded_from",
        verbose_name=_("version made of it"),
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now)

    class Meta:
        verbose_name = _("draft of a version")
        verbose_name_plural = _("drafts of versions")
        ordering = ("-changed_at", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "committed", "discarded"]),
                name="seed_draft_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="committed", version__isnull=False)
                | (~Q(state="committed") & Q(version__isnull=True)),
                name="seed_draft_version_when_committed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.head.get('version_symbol') or self.file_name} ({self.state})"

    def get_absolute_url(self) -> str:
        return reverse("plans:seed_draft", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def has_columns(self) -> bool:
        """Whether the document is a sheet, whose columns a person may have to name."""
        return self.document.kind in ("xlsx", "csv")


class SeedStep(models.Model):
    """One correction of a draft: an operation as a corrections file holds it.

    Steps are numbered from 1. A new step takes the place of those that were undone.
    """

    draft = models.ForeignKey(
        SeedDraft, models.CASCADE, related_name="steps", verbose_name=_("draft of a version")
    )
    number = models.PositiveIntegerField(_("number"))
    operation = models.JSONField(_("operation"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("correction of a draft")
        verbose_name_plural = _("corrections of drafts")
        ordering = ("draft", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["draft", "number"], name="seed_step_number_unique_in_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.operation.get('op', '')}"
