"""What people are busy with: texts that they have not saved yet, and who is at a status now.

Neither is a change of a status: a working copy is its writer's own, and goes with their next save.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from plans.models import Presence, StatusRevision, StatusSnapshot, WorkingCopy
from plans.statuses.services.workflow import check_editor, check_length
from plans.text import prose
from plans.text.categories import Category
from plans.web.refusals import InvalidError

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
    snapshot = StatusSnapshot.objects.with_round().get(pk=snapshot_id)
    check_editor(snapshot, by)
    newest = snapshot.newest_revision() if base_revision < snapshot.revision else None
    return store_working_copy(
        snapshot=snapshot,
        by=by,
        base_revision=base_revision,
        category=category,
        text=text,
        newest=newest,
    )


def store_working_copy(
    *,
    snapshot: StatusSnapshot,
    by: User,
    base_revision: int,
    category: str,
    text: str,
    newest: StatusRevision | None,
) -> WorkingCopy | None:
    """As ``autosave``, for callers who have checked that ``by`` may edit the status. One query.

    ``newest`` is the last revision of ``snapshot``; it matters only where it is newer than
    ``base_revision``. Raises InvalidError.
    """
    check_length(text)
    if category not in {known.value for known in Category}:
        raise InvalidError(_("Choose the progress from the list."), field="category")
    if not 0 <= base_revision <= snapshot.revision:
        raise InvalidError(_("There is no such revision of this status."))
    if base_revision < snapshot.revision and _is_resent(newest, by, category, text):
        discard_working_copy(snapshot_id=snapshot.pk, by=by)
        return None
    copy = WorkingCopy(
        snapshot=snapshot,
        user=by,
        base_revision=base_revision,
        category=category,
        text=_storable(text),
        saved_at=timezone.now(),
    )
    WorkingCopy.objects.bulk_create(
        [copy],
        update_conflicts=True,
        unique_fields=["snapshot", "user"],
        update_fields=["base_revision", "category", "text", "saved_at"],
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


def _is_resent(newest: StatusRevision | None, by: User, category: str, text: str) -> bool:
    """Whether the newest revision is what ``by`` is sending again."""
    return (
        newest is not None
        and newest.by_id == by.pk
        and (newest.category, newest.text) == (category, prose.clean(text))
    )


def _storable(text: str) -> str:
    # PostgreSQL takes no NUL, and no database a half of a character.
    plain = text.replace("\r\n", "\n").replace("\0", "")
    return plain.encode("utf-8", "ignore").decode()
