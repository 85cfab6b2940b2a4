"""Who did what and when, and which reminders went out."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plans.models.base import KeptForEver
from plans.models.people import Unit
from plans.models.rounds import ReportingRound


class AuditEntry(KeptForEver):
    """One change that somebody made. Entries are added, never changed or deleted.

    ``subject`` says in words what it was done to (“II.1.1–II.1.3”), so that the entry can be
    read when its object has changed.
    """

    class Action(models.TextChoices):
        ROUND_OPENED = "round_opened", pgettext_lazy("audit", "opened a round")
        ROUND_CLOSED = "round_closed", pgettext_lazy("audit", "closed a round")
        ROUND_REOPENED = "round_reopened", pgettext_lazy("audit", "reopened a round")
        COVER_EDITED = "cover_edited", pgettext_lazy("audit", "edited the cover")
        GROUPING_CHANGED = "grouping_changed", pgettext_lazy("audit", "changed the grouping")
        STATUS_SAVED = "status_saved", pgettext_lazy("audit", "saved a status")
        STATUS_REAFFIRMED = "status_reaffirmed", pgettext_lazy("audit", "reaffirmed a status")
        STATUS_SUBMITTED = "status_submitted", pgettext_lazy("audit", "submitted a status")
        STATUS_WITHDRAWN = "status_withdrawn", pgettext_lazy("audit", "withdrew a status")
        STATUS_RETURNED = "status_returned", pgettext_lazy("audit", "returned a status")
        STATUS_CLEARED = "status_cleared", pgettext_lazy("audit", "cleared a status")
        STATUS_NOT_REPORTED = "not_reported", pgettext_lazy("audit", "set “not reported”")
        STATUS_REOPENED = "status_reopened", pgettext_lazy("audit", "reopened a status")
        FILE_RECEIVED = "file_received", pgettext_lazy("audit", "uploaded a unit's file")
        FILE_APPLIED = "file_applied", pgettext_lazy("audit", "applied a unit's file")
        FILE_DISCARDED = "file_discarded", pgettext_lazy("audit", "threw a unit's file away")
        REOPENING_REVOKED = "reopening_revoked", pgettext_lazy("audit", "revoked a reopening")
        UNIT_NAMED = "unit_named", pgettext_lazy("audit", "made or renamed a unit")
        UNITS_ASSIGNED = "units_assigned", pgettext_lazy("audit", "assigned elements to units")
        MEMBERS_CHANGED = "members_changed", pgettext_lazy("audit", "changed a unit's members")
        ROLES_CHANGED = "roles_changed", pgettext_lazy("audit", "changed a person's roles")
        SEED_STARTED = "seed_started", pgettext_lazy("audit", "began to seed a version")
        SEED_DESCRIBED = "seed_described", pgettext_lazy("audit", "described a document")
        SEED_CORRECTED = "seed_corrected", pgettext_lazy("audit", "corrected a document's reading")
        SEED_UNDONE = "seed_undone", pgettext_lazy("audit", "undid or redid a correction")
        SEED_DISCARDED = "seed_discarded", pgettext_lazy("audit", "discarded a draft version")
        SEED_MATCHED = (
            "seed_matched",
            pgettext_lazy("audit", "matched elements to their version before"),
        )
        VERSION_SEEDED = "version_seeded", pgettext_lazy("audit", "seeded a version")
        VERSION_PUBLISHED = "version_published", pgettext_lazy("audit", "published a version")
        VERSION_TAKEN_BACK = "version_taken_back", pgettext_lazy("audit", "took a version back")
        LINEAGE_CHANGED = (
            "lineage_changed",
            pgettext_lazy("audit", "changed what became of elements"),
        )
        WORDING_AMENDED = "wording_amended", pgettext_lazy("audit", "issued a corrigendum")

    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    action = models.CharField(_("what"), max_length=20, choices=Action.choices)
    round = models.ForeignKey(
        ReportingRound,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="audit_entries",
        verbose_name=_("reporting round"),
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
    )
    subject = models.TextField(_("to what"), blank=True)
    reason = models.TextField(_("reason or comment"), blank=True)

    class Meta(KeptForEver.Meta):
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.subject}".rstrip()


class SentReminder(models.Model):
    """That a person was reminded of a round on a day."""

    round = models.ForeignKey(
        ReportingRound,
        models.CASCADE,
        related_name="reminders",
        verbose_name=_("reporting round"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("person"),
    )
    sent_on = models.DateField(_("sent on"))

    class Meta:
        verbose_name = _("reminder sent")
        verbose_name_plural = _("reminders sent")
        ordering = ("-sent_on",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "user", "sent_on"], name="reminder_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.sent_on}"
