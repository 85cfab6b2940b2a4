"""What became of the elements of the version before: decided on the draft, kept when it is
committed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from typing import TypeAlias

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans import prose
from plans.importing.blocks import SourceError
from plans.importing.corrections import CorrectionError
from plans.importing.matching import Kind, VersionElement, fingerprint, kind_of
from plans.models import (
    KIND_LABELS,
    ActionElement,
    AuditEntry,
    Lineage,
    MatchDecision,
    PlanVersion,
    SeedDraft,
)
from plans.selectors.matching import DecidedRow, Matching, matching_of
from plans.services.errors import InvalidError, UndecidedError
from plans.services.seeding.guards import changing, draft_as_seen, note, storable

Sides: TypeAlias = tuple[Sequence[VersionElement], Sequence[VersionElement]]

MAX_REASON = 2000
_NAMED_AT_MOST = 5


class Alike(StrEnum):
    """Proposals that are accepted together."""

    SAME = "same"
    RENUMBERED = "renumbered"
    ALL = "all"


def accept(
    *, draft_id: int, by: User, base_revision: int, fingerprints: Collection[str], reason: str = ""
) -> int:
    """Accept proposals as they stand; the number of rows accepted.

    Raises NotAllowedError, StaleDraftError, and InvalidError for a row that is not proposed, or
    is decided already.
    """
    matching = _matching(draft_as_seen(draft_id, by, base_revision))
    open_rows = {row.row.fingerprint: row for row in matching.undecided}
    if not fingerprints or not open_rows.keys() >= set(fingerprints):
        raise InvalidError(_("This is not proposed any more; look at what is proposed now."))
    rows = [row for key, row in open_rows.items() if key in set(fingerprints)]
    return _accept(matching, rows, by, base_revision, reason)


def accept_alike(
    *, draft_id: int, by: User, base_revision: int, alike: Alike, reason: str = ""
) -> int:
    """Accept at once all that is proposed as the same, as only renumbered, or at all.

    The number of rows accepted. Raises NotAllowedError, StaleDraftError, and InvalidError when
    there is nothing of that sort.
    """
    matching = _matching(draft_as_seen(draft_id, by, base_revision))
    rows = {
        Alike.SAME: matching.same,
        Alike.RENUMBERED: matching.renumbered,
        Alike.ALL: matching.undecided,
    }[alike]
    if not rows:
        raise InvalidError(_("There is nothing of this sort left to accept."))
    return _accept(matching, rows, by, base_revision, reason)


def decide(
    *,
    draft_id: int,
    by: User,
    base_revision: int,
    earlier: Collection[str],
    later: Collection[str],
    reason: str,
) -> Kind:
    """Say that the elements ``earlier`` became the elements ``later``, both by references.

    Without ``later`` they were dropped, without ``earlier`` these are new; what it is called
    follows from how many there are and from their words. Decisions that took any of them
    elsewhere are withdrawn. Raises NotAllowedError, StaleDraftError, and InvalidError for
    references that there are not, for none at all, and without a reason.
    """
    matching = _matching(draft_as_seen(draft_id, by, base_revision))
    before, after = chosen_elements(earlier, matching.earlier, later, matching.later)
    clean = stated_reason(reason)
    kind = kind_of(before, after)
    with changing(draft_id, by, base_revision) as draft:
        _withdraw(draft, [(before, after)])
        _add(draft, [(before, after)], by, clean)
        what = _told(kind, (before, after))
        note(AuditEntry.Action.SEED_MATCHED, draft, by, what=what, why=clean)
    return kind


def chosen_elements(
    earlier: Collection[str],
    every_earlier: Sequence[VersionElement],
    later: Collection[str],
    every_later: Sequence[VersionElement],
) -> Sides:
    """The elements that a person named by references, each side in its order.

    Raises InvalidError for references that there are not, and for what no decision can be about.
    """
    before = _named(earlier, every_earlier, "earlier")
    after = _named(later, every_later, "later")
    if not before and not after:
        raise InvalidError(_("Choose at least one element."), field="later")
    if not before and len(after) > 1:
        raise InvalidError(_("Elements that are new are decided one by one."), field="later")
    if not after and len(before) > 1:
        raise InvalidError(_("Elements that were dropped are decided one by one."), field="earlier")
    return before, after


def stated_reason(reason: str) -> str:
    """The reason in one line. Raises InvalidError when there is none, or it is too long."""
    clean = _clean(reason)
    if not clean:
        raise InvalidError(_("Say why, in a few words."), field="reason")
    return clean


def withdraw(*, draft_id: int, by: User, base_revision: int, fingerprint: str) -> MatchDecision:
    """Take a decision back; what it was about is proposed again.

    Raises NotAllowedError, StaleDraftError, and InvalidError when there is no such decision.
    """
    with changing(draft_id, by, base_revision) as draft:
        decision = draft.decisions.filter(fingerprint=fingerprint).first()
        if decision is None:
            raise InvalidError(_("There is no such decision any more."))
        note(AuditEntry.Action.SEED_MATCHED, draft, by, what=f"−{decision}")
        decision.delete()
        return decision


def keep_lineage(draft: SeedDraft, version: PlanVersion) -> int:
    """Keep what was decided as the lineage of ``version``, which was just made of ``draft``.

    Called inside the transaction that commits the draft; the number of links. Without a version
    before there are none. The units that answered for an element answer for what it became. Raises
    UndecidedError while anything is undecided.
    """
    if draft.base is None:
        return 0
    matching = _matching(draft)
    if matching.undecided:
        raise UndecidedError(undecided(matching), count=len(matching.undecided))
    before = _primary_keys(draft.base)
    after = _primary_keys(version)
    links = [
        Lineage(
            version=version,
            earlier_id=before[earlier] if earlier else None,
            later_id=after[later] if later else None,
            kind=row.kind,
            reason=row.decision.reason,
            decided_by_id=row.decision.decided_by_id,
            decided_at=row.decision.decided_at,
        )
        for row in matching.rows
        if row.decision is not None
        for earlier in row.row.proposal.earlier or ("",)
        for later in row.row.proposal.later or ("",)
    ]
    Lineage.objects.bulk_create(links, batch_size=500)
    _hand_down_units(version, links)
    return len(links)


def _hand_down_units(version: PlanVersion, links: Iterable[Lineage]) -> None:
    """Give the later elements the units of the earlier ones.

    Otherwise they would belong to no unit, and every officer would answer for them.
    """
    assigned = ActionElement.units.through
    pairs = [(link.earlier_id, link.later_id) for link in links if link.earlier_id]
    units: dict[int, list[int]] = {}
    for element, unit in assigned.objects.filter(
        actionelement__lineage_to_later__version=version
    ).values_list("actionelement_id", "unit_id"):
        units.setdefault(element, []).append(unit)
    handed = {(later, unit) for earlier, later in pairs if later for unit in units.get(earlier, ())}
    assigned.objects.bulk_create(
        (assigned(actionelement_id=later, unit_id=unit) for later, unit in sorted(handed)),
        batch_size=500,
    )


def undecided(matching: Matching) -> str:
    """What is undecided yet, the first of it by name, in a sentence."""
    left = matching.undecided
    named = "; ".join(
        _told(row.kind, (row.row.earlier, row.row.later)) for row in left[:_NAMED_AT_MOST]
    )
    return ngettext(
        "What became of the elements is not decided yet in %(count)d place: %(named)s.",
        "What became of the elements is not decided yet in %(count)d places, the first of "
        "them: %(named)s.",
        len(left),
    ) % {"count": len(left), "named": named}


def _matching(draft: SeedDraft) -> Matching:
    if draft.base is None:
        raise InvalidError(_("This is the first version of its plan; there is nothing to match."))
    try:
        return matching_of(draft, draft.base)
    except (CorrectionError, SourceError) as error:
        raise InvalidError(str(error)) from error


def _accept(
    matching: Matching, rows: Sequence[DecidedRow], by: User, base_revision: int, reason: str
) -> int:
    clean = _clean(reason)
    with changing(matching.draft.pk, by, base_revision) as draft:
        sides = [(row.row.earlier, row.row.later) for row in rows]
        _withdraw(draft, sides)
        _add(draft, sides, by, clean)
        what = (
            _told(rows[0].kind, sides[0])
            if len(rows) == 1
            else _("%(count)d proposals accepted") % {"count": len(rows)}
        )
        note(AuditEntry.Action.SEED_MATCHED, draft, by, what=what, why=clean)
    return len(rows)


def _withdraw(draft: SeedDraft, sides: Iterable[Sides]) -> None:
    """Delete the decisions on any of these elements: what is decided now takes their place."""
    gone: set[str] = set()
    come: set[str] = set()
    for before, after in sides:
        gone.update(element.reference for element in before)
        come.update(element.reference for element in after)
    overtaken = [
        decision.pk
        for decision in draft.decisions.all()
        if not (gone.isdisjoint(decision.earlier) and come.isdisjoint(decision.later))
    ]
    if overtaken:
        draft.decisions.filter(pk__in=overtaken).delete()


def _add(draft: SeedDraft, sides: Iterable[Sides], by: User, reason: str) -> None:
    MatchDecision.objects.bulk_create(
        (
            MatchDecision(
                draft=draft,
                earlier=[element.reference for element in before],
                later=[element.reference for element in after],
                fingerprint=fingerprint(before, after),
                reason=reason,
                decided_by=by,
            )
            for before, after in sides
        ),
        batch_size=500,
    )


def _named(
    references: Collection[str], elements: Sequence[VersionElement], field: str
) -> list[VersionElement]:
    """The elements of these references, in their order. Raises InvalidError that names others."""
    wanted = set(references)
    found = [element for element in elements if element.reference in wanted]
    unknown = sorted(wanted.difference(element.reference for element in found))
    if unknown:
        message = (
            _("The version before has no element %(reference)s.")
            if field == "earlier"
            else _("The new version has no element %(reference)s.")
        )
        raise InvalidError(message % {"reference": unknown[0]}, field=field)
    return found


def _clean(reason: str) -> str:
    clean = prose.one_line(storable(reason))
    if len(clean) > MAX_REASON:
        raise InvalidError(
            _("A reason has at most %(max)d characters.") % {"max": MAX_REASON}, field="reason"
        )
    return clean


def _primary_keys(version: PlanVersion) -> dict[str, int]:
    elements = ActionElement.objects.filter(version=version)
    return dict(elements.values_list("reference", "pk"))


def in_words(kind: Kind, before: Iterable[str], after: Iterable[str]) -> str:
    """What became of elements in a line: “I.1.1 → I.1.1, I.1.2 (split)”."""
    return f"{', '.join(before) or '–'} → {', '.join(after) or '–'} ({KIND_LABELS[kind]})"


def _told(kind: Kind, sides: Sides) -> str:
    return in_words(kind, *([element.reference for element in side] for side in sides))
