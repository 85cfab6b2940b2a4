"""Issuing a corrigendum: the only way in which the wording of a version changes once it is made."""

from __future__ import annotations

from typing import TypeAlias

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from plans import prose
from plans.models import (
    AMENDABLE,
    ActionElement,
    AuditEntry,
    Corrigendum,
    ElementGroup,
    Issue,
    Part,
    PlanVersion,
    TimeFrame,
)
from plans.services import audit
from plans.services.errors import InvalidError, StaleDraftError
from plans.services.seeding.guards import check_seeder, storable
from plans.timeframes import read_rule

Amended: TypeAlias = Part | Issue | ElementGroup | TimeFrame | ActionElement

MAX_WORDS = 20_000
MAX_REASON = 2_000
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
        audit.record(
            AuditEntry.Action.WORDING_AMENDED,
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
    if len(why) > MAX_REASON:
        raise InvalidError(
            _("At most %(count)d characters are taken.") % {"count": MAX_REASON}, field="reason"
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
