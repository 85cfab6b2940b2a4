"""Taking back a version that was made and not yet published, so that its document can be mended."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from plans.models import AuditEntry, Lineage, Plan, PlanVersion, SeedDraft, TimeFrame
from plans.services import audit
from plans.services.errors import InvalidError
from plans.services.seeding.guards import check_seeder, locked_version
from plans.services.seeding.matching import stated_reason


def take_back(*, version_id: int, by: User, reason: str) -> SeedDraft:
    """Delete a version that was seeded, and open the draft that it was made of again.

    What was corrected and decided on the draft is as it was before the commit. A plan that was
    made for the version, and has nothing else, goes with it. Raises NotAllowedError, InvalidError
    without a reason or for a version that something refers to, and StaleDraftError when it was
    taken back in between.
    """
    check_seeder(by)
    clean = stated_reason(reason)
    with transaction.atomic():
        version = locked_version(version_id)
        draft = SeedDraft.objects.select_for_update(of=("self",)).filter(version=version).first()
        problem = obstacle(version)
        if draft is None or problem:
            raise InvalidError(problem)
        audit.record(
            AuditEntry.Action.VERSION_TAKEN_BACK,
            actor=by,
            subject=f"{version.plan} – {version.symbol}",
            reason=clean,
        )
        draft.state = SeedDraft.State.DRAFT
        draft.version = None
        draft.revision += 1
        draft.changed_at = timezone.now()
        draft.save()
        plan = version.plan
        _delete(version)
        if draft.base_id is None and _is_empty_but_for(plan, draft):
            draft.plan = None
            draft.save(update_fields=["plan"])
            plan.delete()
        return draft


def obstacle(version: PlanVersion) -> str:
    """Why a version cannot be taken back, in a sentence; "" when it can. Five queries at most."""
    if version.published:
        return _("It is published; from now on its wording changes through a corrigendum.")
    if not SeedDraft.objects.filter(version=version).exists():
        return _("It was not made of a document that was uploaded here.")
    if version.rounds.exists():
        return _(
            "It has a reporting round, whose statuses and record are kept for ever. Publish the "
            "version and issue a corrigendum, or seed the document again under another short name."
        )
    if version.corrigenda.exists():
        return _(
            "A corrigendum to it was issued, which is kept for ever. Publish the version, or seed "
            "the document again under another short name."
        )
    if version.successors.exists() or version.drafts_after.exists():
        return _("Another version, or the draft of one, comes after it.")
    return ""


def _delete(version: PlanVersion) -> None:
    """Delete all rows of the version, those that refer to others first."""
    Lineage.objects.filter(version=version).delete()
    version.notes.all().delete()
    version.elements.all().delete()
    TimeFrame.objects.filter(issue__version=version).delete()
    version.issues.all().delete()
    version.parts.all().delete()
    version.delete()


def _is_empty_but_for(plan: Plan, draft: SeedDraft) -> bool:
    return not plan.versions.exists() and not plan.drafts.exclude(pk=draft.pk).exists()
