"""What may happen to a version that was seeded: published, taken back, or amended."""

from __future__ import annotations

from typing import TypeAlias

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from plans.models import (
    AMENDABLE,
    ActionElement,
    AuditEntry,
    Corrigendum,
    ElementGroup,
    Issue,
    Lineage,
    Part,
    Plan,
    PlanVersion,
    SeedDraft,
    TimeFrame,
)
from plans.seeding.services.drafts import check_seeder, locked_version, storable
from plans.seeding.services.matching import stated_reason
from plans.text import prose
from plans.text.timeframes import read_rule
from plans.web.refusals import InvalidError, StaleDraftError


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
        AuditEntry.objects.create(
            action=AuditEntry.Action.VERSION_PUBLISHED,
            actor=by,
            subject=f"{version.plan} – {version.symbol}",
        )
        return version


# -- Taking back ----------------------------------------------------------------------------------


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
        AuditEntry.objects.create(
            action=AuditEntry.Action.VERSION_TAKEN_BACK,
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


# -- Corrigenda -----------------------------------------------------------------------------------

Amended: TypeAlias = Part | Issue | ElementGroup | TimeFrame | ActionElement

MAX_WORDS = 20_000
MAX_CORRIGENDUM_REASON = 2_000
_MAY_BE_EMPTY = {("issue", "context"), ("group", "heading"), ("group", "lead_in")}
# Texts of paragraphs and bullets; all others stand in one line.
_NARRATIVES = {("issue", "context")}
_HOLDER_OF: dict[type[Amended], str] = {
    Part: "part",
    Issue: "issue",
    ElementGroup: "group",
    TimeFrame: "time_frame",
    ActionElement: "element",
}


def amend_text(
    *, version: PlanVersion, at: Amended, field: str, words: str, seen: str, reason: str, by: User
) -> Corrigendum:
    """Change one text of ``version`` to ``words``, and keep what it was and why.

    ``at`` and ``field`` are one of ``AMENDABLE``; ``seen`` are the words that the change started
    from. A time-frame's rule is read anew, unless a person has set it. Reports of rounds that are
    closed stay as they are. Raises NotAllowedError, StaleDraftError when somebody changed the
    words in between, and InvalidError for words or a reason that cannot be.
    """
    check_seeder(by)
    holder = _HOLDER_OF[type(at)]
    if (holder, field) not in AMENDABLE:
        raise InvalidError(_("A corrigendum cannot change this."))
    stored = prose.clean if (holder, field) in _NARRATIVES else prose.one_line
    new, why = stored(storable(words)), prose.one_line(storable(reason))
    _check(holder, field, new, why)
    with transaction.atomic():
        # Whoever issues a corrigendum to the same version waits here.
        PlanVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
        row = type(at).objects.get(pk=at.pk)
        old: str = getattr(row, field)
        if old != seen:
            raise StaleDraftError(
                _("Somebody changed these words in between. Look at what they are now.")
            )
        if old == new:
            raise InvalidError(_("These are the words that stand there already."), field="words")
        last = (
            Corrigendum.objects.filter(version=version).aggregate(last=Max("number"))["last"] or 0
        )
        corrigendum = Corrigendum(
            version=version,
            number=last + 1,
            field=field,
            old_words=old,
            new_words=new,
            reason=why,
            by=by,
        )
        setattr(corrigendum, holder, row)
        corrigendum.save()
        _write(row, field, new, version.language)
        AuditEntry.objects.create(
            action=AuditEntry.Action.WORDING_AMENDED,
            actor=by,
            subject=f"{version.symbol} {reference_of(row)}: {corrigendum.label}",
            reason=why,
        )
        return corrigendum


def reference_of(row: Amended) -> str:
    """The reference of what was amended, or of the issue that it stands in."""
    if isinstance(row, Part):
        return row.number
    return row.reference if isinstance(row, Issue | ActionElement) else row.issue.reference


def _check(holder: str, field: str, new: str, why: str) -> None:
    if not new and (holder, field) not in _MAY_BE_EMPTY:
        raise InvalidError(_("Write the words as they should be."), field="words")
    if len(new) > MAX_WORDS:
        raise InvalidError(
            _("At most %(count)d characters are taken.") % {"count": MAX_WORDS}, field="words"
        )
    if not why:
        raise InvalidError(_("Say why the words are changed."), field="reason")
    if len(why) > MAX_CORRIGENDUM_REASON:
        raise InvalidError(
            _("At most %(count)d characters are taken.") % {"count": MAX_CORRIGENDUM_REASON},
            field="reason",
        )


def _write(row: Amended, field: str, new: str, language: str) -> None:
    setattr(row, field, new)
    changed = [field]
    if isinstance(row, ActionElement):
        row.missing_in_source = False
        changed.append("missing_in_source")
    elif isinstance(row, TimeFrame) and not row.rule_overridden:
        rule = read_rule(new, language=language)
        row.rule_kind = rule.kind
        row.starts_on, row.due_on = rule.starts_on, rule.due_on
        row.recurrence, row.precision = rule.recurrence or "", rule.precision or ""
        row.qualifier = rule.qualifier
        changed += ["rule_kind", "starts_on", "due_on", "recurrence", "precision", "qualifier"]
    row.save(update_fields=changed)
