"""Files with a unit's rows as the unit filled them in."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plans.models.people import Unit
from plans.models.rounds import ReportingRound


class ReturnedFile(models.Model):
    """A file as it was uploaded, and the rows that were read from it.

    It is pending until somebody applies or discards it. An applied file is kept as the unit sent
    it; a discarded one is deleted, and the audit keeps its hash.
    ``rows`` is a list of what ``plans.unit_files.reading.ReturnedRow.as_json`` makes.
    """

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("file of a unit", "waiting")
        APPLIED = "applied", pgettext_lazy("file of a unit", "applied")

    round = models.ForeignKey(
        ReportingRound,
        models.PROTECT,
        related_name="returned_files",
        verbose_name=_("reporting round"),
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="returned_files", verbose_name=_("unit")
    )
    name = models.CharField(_("name of the file"), max_length=200)
    kind = models.CharField(
        _("kind of file"), max_length=4, help_text=_("Told from its content: “docx”.")
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveIntegerField(_("size in bytes"))
    content = models.BinaryField(_("content"))
    rows = models.JSONField(_("rows"), default=list)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.PENDING)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("applied by"),
    )
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)

    class Meta:
        verbose_name = _("file of a unit")
        verbose_name_plural = _("files of units")
        ordering = ("-uploaded_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "unit", "sha256"],
                condition=Q(state="pending"),
                name="returned_file_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(state="pending", applied_at__isnull=True)
                | Q(state="applied", applied_at__isnull=False),
                name="returned_file_applied_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.sha256[:12]})"

    def get_absolute_url(self) -> str:
        return reverse("plans:returned_file", args=[self.round_id, self.pk])
