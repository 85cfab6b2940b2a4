"""What people are busy with: texts that they have not saved yet, and who is at a status now.

Neither is a change of a status: a working copy is its writer's own, and goes with their next save.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from plans import permissions
from plans.models import Presence, StatusSnapshot, WorkingCopy
from plans.statuses.queries.status import covered_units
from plans.statuses.services.checks import check_length
from plans.text import prose
from plans.text.categories import Category
from plans.web.refusals import InvalidError, NotAllowedError, RoundClosedError

PRESENT_FOR = timedelta(minutes=2)
"""How long after the last sign of life somebody counts as present."""


def autosave(
    *, snapshot_id: int, by: User, base_revision: int, category: str, text: str
) -> WorkingCopy | None:
    """Keep what ``by`` has typed into a status, in place of what was kept before.

    The text is kept as it was typed, but for characters that no database takes. ``base_revision``
    is the one that the person started from; a newer one may have been saved since. Returns None,
    and keeps nothing, for the very text that they have saved already: a late message of a page
    that is gone must not offer it again. Raises NotAllowedError, RoundClosedError, and
    InvalidError for a text, category or number that cannot be.
    """
    snapshot = _editable(snapshot_id, by)
    check_length(text)
    if category not in {known.value for known in Category}:
        raise InvalidError(_("Choose a category from the list."), field="category")
    if not 0 <= base_revision <= snapshot.revision:
        raise InvalidError(_("There is no such revision of this status."))
    if base_revision < snapshot.revision and _just_saved(snapshot, by, category, text):
        discard_working_copy(snapshot_id=snapshot_id, by=by)
        return None
    copy, _made = WorkingCopy.objects.update_or_create(
        snapshot=snapshot,
        user=by,
        defaults={
            "base_revision": base_revision,
            "category": category,
            "text": _storable(text),
            "saved_at": timezone.now(),
        },
    )
    return copy


def discard_working_copy(*, snapshot_id: int, by: User) -> bool:
    """Throw away what ``by`` has typed into a status and not saved. True when there was any."""
    return bool(WorkingCopy.objects.filter(snapshot=snapshot_id, user=by).delete()[0])


def touch_presence(*, snapshot_id: int, by: User) -> None:
    """Note that ``by`` has the status open now. One query.

    Callers have checked that the person may edit it.
    """
    Presence.objects.bulk_create(
        [Presence(snapshot_id=snapshot_id, user=by, seen_at=timezone.now())],
        update_conflicts=True,
        unique_fields=["snapshot", "user"],
        update_fields=["seen_at"],
    )


def others_present(*, snapshot_id: int, but: User) -> list[Presence]:
    """Who else had the status open in the last two minutes, by name. One query."""
    return list(
        Presence.objects.filter(snapshot=snapshot_id, seen_at__gte=timezone.now() - PRESENT_FOR)
        .exclude(user=but)
        .select_related("user")
        .order_by("user__username")
    )


def _editable(snapshot_id: int, by: User) -> StatusSnapshot:
    snapshot = StatusSnapshot.objects.select_related("round__version").get(pk=snapshot_id)
    units = covered_units(snapshot)
    if not permissions.can_see_status(by, snapshot.round, units):
        raise NotAllowedError(_("These elements are another unit's to report on."))
    if snapshot.is_locked:
        raise RoundClosedError(_("The round is closed; nothing in it can be changed."))
    if not permissions.can_edit_snapshot(by, snapshot, units):
        raise NotAllowedError(_("These elements are another unit's to report on."))
    return snapshot


def _just_saved(snapshot: StatusSnapshot, by: User, category: str, text: str) -> bool:
    """Whether the newest revision is what ``by`` is sending again."""
    newest = snapshot.revisions.order_by("-number").first()
    return (
        newest is not None
        and newest.by_id == by.pk
        and (newest.category, newest.text) == (category, prose.clean(text))
    )


def _storable(text: str) -> str:
    # PostgreSQL takes no NUL, and no database a half of a character.
    plain = text.replace("\r\n", "\n").replace("\0", "")
    return plain.encode("utf-8", "ignore").decode()
