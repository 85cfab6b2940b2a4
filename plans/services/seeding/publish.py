"""Publishing a version that was seeded: from then on everybody can read it."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from plans.models import AuditEntry, PlanVersion
from plans.services import audit
from plans.services.errors import InvalidError
from plans.services.seeding.guards import check_seeder, locked_version


def publish_version(*, version_id: int, by: User) -> PlanVersion:
    """Publish a version. Its wording then changes only through a corrigendum.

    Raises NotAllowedError, InvalidError when it is published already, and StaleDraftError when it
    was taken back in between.
    """
    check_seeder(by)
    with transaction.atomic():
        version = locked_version(version_id)
        if version.published:
            raise InvalidError(_("This version is published already."))
        version.published = True
        version.save(update_fields=["published"])
        audit.record(
            AuditEntry.Action.VERSION_PUBLISHED,
            actor=by,
            subject=f"{version.plan} – {version.symbol}",
        )
        return version
