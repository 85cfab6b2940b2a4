"""Writing down who did what."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.utils import timezone

from plans.models import AuditEntry, ReportingRound, Unit


def record(
    action: AuditEntry.Action,
    *,
    actor: User | None,
    round_: ReportingRound | None = None,
    unit: Unit | None = None,
    subject: str = "",
    reason: str = "",
    at: datetime | None = None,
) -> AuditEntry:
    """Add an entry. Called inside the transaction of the change that it is about."""
    return AuditEntry.objects.create(
        at=at or timezone.now(),
        actor=actor,
        action=action,
        round=round_,
        unit=unit,
        subject=subject,
        reason=reason,
    )
