"""What became of the elements of the version before: decided on the draft, kept as lineage."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from typing import TypeAlias

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans import permissions
from plans.catalogue.queries.lineage import proposals, version_elements
from plans.models import (
    KIND_LABELS,
    ActionElement,
    AuditEntry,
    Lineage,
    MatchDecision,
    PlanVersion,
    SeedDraft,
)
from plans.reading.corrections import CorrectionError
from plans.reading.matching import LineageKind, Stated, VersionElement, fingerprint, kind_of
from plans.reading.progress import Progress, no_progress
from plans.reading.source_table import SourceError
from plans.seeding.queries.matching import DecidedRow, Matching, matching_of
from plans.seeding.services.drafts import changing, draft_as_seen, note, storable
from plans.text import prose
from plans.web.refusals import InvalidError, NotAllowedError, StaleDraftError, UndecidedError

Sides: TypeAlias = tuple[Sequence[VersionElement], Sequence[VersionElement]]
Decided: TypeAlias = tuple[Sides, str]
"""The elements of a decision, and its reason."""

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
    matching = matching_for(draft_as_seen(draft_id, by, base_revision))
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
    matching = matching_for(draft_as_seen(draft_id, by, base_revision))
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
) -> LineageKind:
    """Say that the elements ``earlier`` became the elements ``later``, both by references.

    Without ``later`` they were dropped, without ``earlier`` these are new; what it is called
    follows from how many there are and from their words. Decisions that took any of them
    elsewhere are withdrawn. Raises NotAllowedError, StaleDraftError, and InvalidError for
    references that there are not, for none at all, and without a reason.
    """
    matching = matching_for(draft_as_seen(draft_id, by, base_revision))
    before, after = chosen_elements(earlier, matching.earlier, later, matching.later)
    clean = stated_reason(reason)
    kind = kind_of(before, after)
    with changing(draft_id, by, base_revision) as draft:
        _withdraw(draft, [(before, after)])
        _add(draft, [((before, after), clean)], by)
        what = _describe(kind, (before, after))
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


def replace_decisions(
    *, draft_id: int, by: User, base_revision: int, stated: Sequence[Stated]
) -> int:
    """Put a file of decisions in the place of all decisions so far; how many there are.

    Raises NotAllowedError, StaleDraftError, and InvalidError, whose sentence names the decision,
    when one does not fit, or is not what is proposed and says no reason: then nothing is changed.
    """
    matching = matching_for(draft_as_seen(draft_id, by, base_revision))
    proposed = {
        (proposal.earlier, proposal.later)
        for proposal in proposals(tuple(matching.earlier), tuple(matching.later))
    }
    find = (_ByReference(matching.earlier), _ByReference(matching.later))
    decisions = [_fitting(one, proposed, find) for one in stated]
    with changing(draft_id, by, base_revision) as draft:
        draft.decisions.all().delete()
        _add(draft, decisions, by)
        what = _("%(count)d decisions from a file") % {"count": len(decisions)}
        note(AuditEntry.Action.SEED_MATCHED, draft, by, what=what)
    return len(decisions)


class _ByReference:
    """Elements of a version, found by their references and put in its order."""

    def __init__(self, elements: Sequence[VersionElement]) -> None:
        self.places = {element.reference: place for place, element in enumerate(elements)}
        self.elements = elements

    def among(self, references: Iterable[str]) -> list[VersionElement]:
        """The elements of those references, as far as there are any."""
        places = (self.places[one] for one in references if one in self.places)
        return [self.elements[place] for place in sorted(places)]


def _fitting(
    stated: Stated,
    proposed: Collection[tuple[tuple[str, ...], tuple[str, ...]]],
    find: tuple[_ByReference, _ByReference],
) -> Decided:
    """The decision with its elements and its reason. Raises InvalidError that names it."""
    try:
        sides = chosen_elements(
            stated.earlier,
            find[0].among(stated.earlier),
            stated.later,
            find[1].among(stated.later),
        )
        named = [tuple(element.reference for element in side) for side in sides]
        as_proposed = (named[0], named[1]) in proposed
        reason = _clean(stated.reason) if as_proposed else stated_reason(stated.reason)
    except InvalidError as error:
        raise InvalidError(f"{stated.named()}: {error}") from error
    kind = kind_of(*sides)
    if stated.kind not in (None, kind):
        raise InvalidError(
            _("%(decision)s: by the words of its elements it is now “%(kind)s”; look at it again.")
            % {"decision": stated.named(), "kind": KIND_LABELS[kind]}
        )
    if stated.fingerprint and stated.fingerprint != fingerprint(*sides):
        raise InvalidError(
            _(
                "%(decision)s: its elements have other words now than when it was taken; look at "
                "it again, and leave its fingerprint out if it still holds."
            )
            % {"decision": stated.named()}
        )
    return sides, reason


def undecided(matching: Matching) -> str:
    """What is undecided yet, the first of it by name, in a sentence."""
    left = matching.undecided
    named = "; ".join(
        _describe(row.kind, (row.row.earlier, row.row.later)) for row in left[:_NAMED_AT_MOST]
    )
    return ngettext(
        "What became of the elements is not decided yet in %(count)d place: %(named)s.",
        "What became of the elements is not decided yet in %(count)d places, the first of "
        "them: %(named)s.",
        len(left),
    ) % {"count": len(left), "named": named}


def matching_for(draft: SeedDraft, *, progress: Progress = no_progress) -> Matching:
    """What became of every element of the version before. Raises InvalidError when there is none,
    or the document cannot be read."""
    if draft.base is None:
        raise InvalidError(_("This is the first version of its plan; there is nothing to match."))
    try:
        return matching_of(draft, draft.base, progress=progress)
    except (CorrectionError, SourceError) as error:
        raise InvalidError(str(error)) from error


def _accept(
    matching: Matching, rows: Sequence[DecidedRow], by: User, base_revision: int, reason: str
) -> int:
    clean = _clean(reason)
    with changing(matching.draft.pk, by, base_revision) as draft:
        sides = [(row.row.earlier, row.row.later) for row in rows]
        _withdraw(draft, sides)
        _add(draft, [(side, clean) for side in sides], by)
        what = (
            _describe(rows[0].kind, sides[0])
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


def _add(draft: SeedDraft, decisions: Iterable[Decided], by: User) -> None:
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
            for (before, after), reason in decisions
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


def describe_match(kind: LineageKind, before: Iterable[str], after: Iterable[str]) -> str:
    """What became of elements in a line: “I.1.1 → I.1.1, I.1.2 (split)”."""
    return f"{', '.join(before) or '–'} → {', '.join(after) or '–'} ({KIND_LABELS[kind]})"


def _describe(kind: LineageKind, sides: Sides) -> str:
    return describe_match(kind, *([element.reference for element in side] for side in sides))


# -- Changing the lineage of a version ------------------------------------------------------------


def change_lineage(
    *,
    version_id: int,
    by: User,
    earlier: Collection[str],
    later: Collection[str],
    reason: str,
) -> LineageKind:
    """Say that the elements ``earlier`` of the version before became the elements ``later``.

    Both are references, as for ``plans.seeding.services.matching.decide``. Links that took any of
    them elsewhere go; an element that has none left was dropped, or is new. Raises
    NotAllowedError, InvalidError, and PlanVersion.DoesNotExist.
    """
    if not permissions.can_seed(by):
        raise NotAllowedError(_("Only administrators change what became of elements."))
    with transaction.atomic():
        version = (
            PlanVersion.objects.select_for_update(of=("self",))
            .select_related("plan", "based_on")
            .get(pk=version_id)
        )
        if version.based_on is None:
            raise InvalidError(_("This is the first version of its plan."))
        sides = chosen_elements(
            earlier, version_elements(version.based_on), later, version_elements(version)
        )
        clean = stated_reason(reason)
        kind = kind_of(*sides)
        before = _keys(version.based_on, [element.reference for element in sides[0]])
        after = _keys(version, [element.reference for element in sides[1]])
        _relink(version, before, after, kind, by, clean)
        AuditEntry.objects.create(
            action=AuditEntry.Action.LINEAGE_CHANGED,
            actor=by,
            subject=f"{version.plan} – {version.symbol}: {describe_match(kind, earlier, later)}",
            reason=clean,
        )
    return kind


def _relink(
    version: PlanVersion,
    before: list[int],
    after: list[int],
    kind: LineageKind,
    by: User,
    reason: str,
) -> None:
    """Put links between all of ``before`` and all of ``after`` in the place of those they had."""

    def link(earlier: int | None, later: int | None, kind: LineageKind) -> Lineage:
        return Lineage(
            version=version,
            earlier_id=earlier,
            later_id=later,
            kind=kind,
            reason=reason,
            decided_by=by,
            decided_at=timezone.now(),
        )

    old = Lineage.objects.filter(version=version).filter(Q(earlier__in=before) | Q(later__in=after))
    ends = list(old.values_list("earlier_id", "later_id"))
    old.delete()
    left = Lineage.objects.filter(version=version)
    lost_before = {end for end, _later in ends if end} - set(before)
    lost_after = {end for _earlier, end in ends if end} - set(after)
    affected = list(left.filter(Q(earlier__in=lost_before) | Q(later__in=lost_after)))
    _rename_lonely(left, affected)
    lost_before -= {one.earlier_id for one in affected if one.earlier_id}
    lost_after -= {one.later_id for one in affected if one.later_id}
    # Of what is new or was dropped there is one link, with an open end.
    earlier_ends: list[int | None] = [*before] or [None]
    later_ends: list[int | None] = [*after] or [None]
    Lineage.objects.bulk_create(
        [
            *(link(one, other, kind) for one in earlier_ends for other in later_ends),
            *(link(one, None, LineageKind.DROPPED) for one in sorted(lost_before)),
            *(link(None, other, LineageKind.NEW) for other in sorted(lost_after)),
        ]
    )


def _rename_lonely(links: QuerySet[Lineage], affected: Iterable[Lineage]) -> None:
    """Give links that were of a split or a merger, and are alone now, the kind that fits them."""
    for one in affected:
        if one.earlier is None or one.later is None:
            continue
        if links.filter(Q(earlier=one.earlier) | Q(later=one.later)).count() == 1:
            sides = ([_as_matched(end)] for end in (one.earlier, one.later))
            one.kind = kind_of(*sides)
            one.save(update_fields=["kind"])


def _as_matched(element: ActionElement) -> VersionElement:
    return VersionElement(element.reference, element.issue.reference, "", element.text)


def _keys(version: PlanVersion, references: Collection[str]) -> list[int]:
    elements = ActionElement.objects.filter(version=version, reference__in=references)
    return list(elements.order_by("issue__ordinal", "ordinal").values_list("pk", flat=True))


# -- Storing the lineage of a new version ---------------------------------------------------------


def check_unchanged(matching: Matching) -> None:
    """That the version before still has the elements that ``matching`` is about. One query.

    A draft names its revision, so what was decided on it cannot have changed unseen; the version
    before can, by a corrigendum. Raises StaleDraftError.
    """
    if version_elements(matching.base) != list(matching.earlier):
        raise StaleDraftError(
            _(
                "The version before was changed in the meantime. Nothing was made: look at what "
                "became of its elements again."
            )
        )


def store_lineage(matching: Matching, version: PlanVersion) -> int:
    """Keep what was decided as the lineage of ``version``, which was just made of the draft.

    Called inside the transaction that commits the draft; the number of links. The units that
    answered for an element answer for what it became. Raises UndecidedError while anything is
    undecided.
    """
    if matching.undecided:
        raise UndecidedError(undecided(matching), count=len(matching.undecided))
    before = _primary_keys(matching.base)
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


def _primary_keys(version: PlanVersion) -> dict[str, int]:
    elements = ActionElement.objects.filter(version=version)
    return dict(elements.values_list("reference", "pk"))
