"""What every change of a draft begins with: who asks, and whether the draft is as they saw it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from plans import permissions
from plans.models import AuditEntry, PlanVersion, SeedDraft
from plans.reading.corrections import CorrectionError, Corrections
from plans.reading.pipeline import Parsed
from plans.reading.progress import Progress, no_progress
from plans.reading.source_table import SourceError
from plans.seeding.queries.drafts import parsed
from plans.web.refusals import InvalidError, NotAllowedError, StaleDraftError


def check_seeder(by: User) -> None:
    """Raises NotAllowedError for whoever is no administrator."""
    if not permissions.can_seed(by):
        raise NotAllowedError(_("Only administrators seed versions."))


def draft_as_seen(draft_id: int, by: User, base_revision: int) -> SeedDraft:
    """The draft, if it is as ``by`` saw it. Not locked: for the checks that take time.

    Raises NotAllowedError, StaleDraftError and SeedDraft.DoesNotExist.
    """
    check_seeder(by)
    draft = _drafts().get(pk=draft_id)
    _check_as_seen(draft, base_revision)
    return draft


@contextmanager
def changing(draft_id: int, by: User, base_revision: int) -> Iterator[SeedDraft]:
    """A transaction in which the draft is locked, as ``by`` saw it; afterwards it is saved with
    its next revision.

    Raises NotAllowedError, StaleDraftError and SeedDraft.DoesNotExist.
    """
    check_seeder(by)
    with transaction.atomic():
        draft = _drafts().select_for_update(of=("self",)).get(pk=draft_id)
        _check_as_seen(draft, base_revision)
        yield draft
        draft.revision += 1
        draft.changed_at = timezone.now()
        draft.save()


def locked_version(version_id: int) -> PlanVersion:
    """The version with its plan, locked. Belongs in a transaction.

    Raises StaleDraftError when it was taken back in between.
    """
    versions = PlanVersion.objects.select_for_update(of=("self",)).select_related("plan")
    version = versions.filter(pk=version_id).first()
    if version is None:
        raise StaleDraftError(
            _("The version was taken back in another window or by somebody else.")
        )
    return version


def checked(
    draft: SeedDraft, corrections: Corrections, *, progress: Progress = no_progress
) -> Parsed:
    """The document of ``draft`` as it reads with ``corrections``.

    Raises InvalidError, whose sentence names the place, when it cannot be read or one does not
    fit.
    """
    try:
        return parsed(draft, corrections=corrections, progress=progress)
    except (CorrectionError, SourceError) as error:
        raise InvalidError(str(error)) from error


def note(
    action: AuditEntry.Action, draft: SeedDraft, by: User, *, what: str, why: str = ""
) -> None:
    """Write down what was done to a draft, in the transaction of the change."""
    subject = f"{draft.file_name}: {what}" if what else draft.file_name
    AuditEntry.objects.create(action=action, actor=by, subject=subject, reason=why)


def storable(value: Any) -> Any:
    """``value``, a piece of JSON, without what no database takes: NUL and halves of characters."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "ignore").decode()
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value


def _drafts() -> QuerySet[SeedDraft]:
    return SeedDraft.objects.select_related("document", "plan", "base").defer("document__content")


def _check_as_seen(draft: SeedDraft, base_revision: int) -> None:
    if draft.state == SeedDraft.State.COMMITTED:
        raise StaleDraftError(
            _("This document has become a plan version already; the draft is closed.")
        )
    if draft.state == SeedDraft.State.DISCARDED:
        raise StaleDraftError(_("This draft was discarded."))
    if draft.revision != base_revision:
        raise StaleDraftError(
            _(
                "The draft was changed in another window or by somebody else. Nothing was "
                "overwritten: look at what it is now, and do your change again."
            )
        )
