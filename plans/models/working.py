"""What people are busy with: texts not yet saved, and who is looking at a status just now."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plans.models.rounds import CATEGORY_CHOICES, StatusSnapshot


class WorkingCopy(models.Model):
    """What one person has typed into one status since they last saved it.

    It survives a closed tab, a lost session and a restart; it is nobody else's to see, is no
    revision, and goes when the person saves or throws it away.
    """

    snapshot = models.ForeignKey(
        StatusSnapshot,
        models.CASCADE,
        related_name="working_copies",
        verbose_name=_("status snapshot"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="working_copies",
        verbose_name=_("person"),
    )
    base_revision = models.PositiveIntegerField(_("revision that it started from"))
    category = models.CharField(_("category"), max_length=20, choices=CATEGORY_CHOICES)
    text = models.TextField(_("narrative"), blank=True)
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("working copy")
        verbose_name_plural = _("working copies")
        ordering = ("-saved_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["snapshot", "user"], name="working_copy_once_for_each_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot} as {self.user} has it"


class Presence(models.Model):
    """That somebody had a status open for editing, last at a certain time."""

    snapshot = models.ForeignKey(
        StatusSnapshot,
        models.CASCADE,
        related_name="presences",
        verbose_name=_("status snapshot"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("person"),
    )
    seen_at = models.DateTimeField(_("last seen at"))

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        ordering = ("-seen_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["snapshot", "user"], name="presence_once_each"),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.snapshot}"
