"""Opening a reporting round, with an empty status for every element; and its cover."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from plans import permissions
from plans.models import (
    ActionElement,
    AuditEntry,
    Lineage,
    PlanVersion,
    ReportingRound,
    StatusCover,
    StatusSnapshot,
)
from plans.statuses.services.workflow import check_manager, check_open
from plans.text import prose
from plans.text.categories import Category
from plans.web.refusals import InvalidError, NotAllowedError, StaleCoverError


def open_round(
    *,
    version: PlanVersion,
    by: User,
    as_at: date,
    symbol: str = "",
    session: str = "",
    agenda_item: str = "",
    title: str = "",
    reports_due_on: date | None = None,
) -> ReportingRound:
    """Open a reporting round on ``version``, with an empty status for every element.

    Elements are grouped as in the newest round before; those that no status covered then get one
    each. Before the first round of a version, that is the newest closed round of the version
    before, with the elements that they were then. Raises NotAllowedError, and InvalidError when
    another round is open, there is one as at that date, or a later one.
    """
    if not permissions.can_open_round(by, version):
        raise NotAllowedError(_("Only the secretariat opens rounds."))
    with transaction.atomic():
        # Locking the version keeps two people from opening a round at once.
        PlanVersion.objects.select_for_update().get(pk=version.pk)
        _check_opening(version, as_at, reports_due_on)
        earlier = version.rounds.order_by("-as_at").first() or _round_before(version, as_at)
        round_ = ReportingRound(
            version=version,
            as_at=as_at,
            label=label_for(as_at, version.language),
            symbol=symbol,
            session=session,
            agenda_item=agenda_item,
            title=title or (earlier.title if earlier else ""),
            reports_due_on=reports_due_on,
        )
        validate(round_)
        round_.save()
        _make_statuses(round_, earlier)
        AuditEntry.objects.create(
            action=AuditEntry.Action.ROUND_OPENED, actor=by, round=round_, subject=round_.label
        )
        return round_


def label_for(as_at: date, language: str) -> str:
    """The heading of the status column, in the language of the plan."""
    with override(language):
        return _("Status as at %(date)s") % {"date": date_format(as_at, "j F Y")}


def validate(round_: ReportingRound) -> None:
    """Check every field of ``round_``. Raises InvalidError that names the first one at fault."""
    try:
        round_.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidError(messages[0], field="" if field == NON_FIELD_ERRORS else field) from error


def _round_before(version: PlanVersion, as_at: date) -> ReportingRound | None:
    """The newest closed round of the version before, as far as everybody may see it."""
    if version.based_on is None or not version.based_on.published:
        return None
    rounds = version.based_on.rounds.filter(state=ReportingRound.State.CLOSED, as_at__lt=as_at)
    return rounds.order_by("-as_at").first()


def _make_statuses(round_: ReportingRound, earlier: ReportingRound | None) -> None:
    """An empty status for every element, grouped as ``earlier`` grouped them."""
    group_of: dict[int, int] = {}
    if earlier is not None:
        group_of = dict(
            StatusCover.objects.filter(round=earlier).values_list("element_id", "snapshot_id")
        )
        if earlier.version_id != round_.version_id:
            group_of = _handed_down(round_.version, group_of)
    groups: dict[tuple[str, int], list[int]] = {}
    elements = ActionElement.objects.filter(version=round_.version_id)
    for pk in elements.order_by("issue__ordinal", "ordinal").values_list("pk", flat=True):
        key = ("group", group_of[pk]) if pk in group_of else ("single", pk)
        groups.setdefault(key, []).append(pk)
    snapshots = StatusSnapshot.objects.bulk_create(
        StatusSnapshot(round=round_, ordinal=ordinal, category=Category.NOT_REPORTED)
        for ordinal in range(1, len(groups) + 1)
    )
    StatusCover.objects.bulk_create(
        StatusCover(round=round_, snapshot=snapshot, element_id=pk)
        for snapshot, members in zip(snapshots, groups.values(), strict=True)
        for pk in members
    )


def _handed_down(version: PlanVersion, group_of: Mapping[int, int]) -> dict[int, int]:
    """The groups of the version before, for the elements that its elements became.

    An element that was merged out of several groups, or moved to another issue, has none.
    """
    links = list(
        Lineage.objects.filter(version=version, earlier__isnull=False, later__isnull=False)
        .order_by("pk")
        .values_list("earlier_id", "later_id", "earlier__issue_id", "later__issue_id")
    )
    became: dict[int, Counter[int]] = {}
    for _earlier, _later, issue_before, issue in links:
        became.setdefault(issue_before, Counter())[issue] += 1
    found: dict[int, set[int | None]] = {}
    for earlier, later, issue_before, issue in links:
        stayed = became[issue_before][issue] == max(became[issue_before].values())
        found.setdefault(later, set()).add(group_of.get(earlier) if stayed else None)
    return {
        later: group
        for later, groups in found.items()
        if len(groups) == 1 and (group := next(iter(groups))) is not None
    }


def _check_opening(version: PlanVersion, as_at: date, reports_due_on: date | None) -> None:
    for other in version.rounds.all():
        if other.as_at == as_at:
            raise InvalidError(_("There is a round as at this date already."), field="as_at")
        if not other.is_closed:
            raise InvalidError(_("Close the open round before you open another."))
        if other.as_at > as_at:
            raise InvalidError(
                _("A later round has been reported already; choose a later date."), field="as_at"
            )


# -- The cover ------------------------------------------------------------------------------------

CoverParagraphs = Sequence[tuple[str, str]]
Footnotes = Sequence[tuple[str, str]]


def edit_cover(
    *,
    round_id: int,
    by: User,
    agenda_item: str,
    title: str,
    symbol: str,
    symbol_inferred: bool,
    session: str,
    paragraphs: CoverParagraphs,
    footnotes: Footnotes,
    place_date: str,
    reports_due_on: date | None,
    base: str | None = None,
) -> ReportingRound:
    """Replace the cover of an open round. ``paragraphs`` are (number, text), ``footnotes``
    (mark, text); empty ones are left out.

    ``base`` is the ``cover_fingerprint`` of the cover that the edit started from. Raises
    StaleCoverError when it is another one now, so that nobody's edits are overwritten unseen.
    """
    with transaction.atomic():
        round_ = ReportingRound.objects.locked().get(pk=round_id)
        check_manager(round_, by)
        check_open(round_)
        if base is not None and base != cover_fingerprint(round_):
            raise StaleCoverError(
                _("Somebody else saved the cover while you were writing. Nothing was overwritten.")
            )
        lay_on_cover(
            round_,
            agenda_item=agenda_item,
            title=title,
            symbol=symbol,
            symbol_inferred=symbol_inferred,
            session=session,
            paragraphs=paragraphs,
            footnotes=footnotes,
            place_date=place_date,
        )
        round_.reports_due_on = reports_due_on
        validate(round_)
        round_.save()
        AuditEntry.objects.create(action=AuditEntry.Action.COVER_EDITED, actor=by, round=round_)
        return round_


def cover_fingerprint(round_: ReportingRound) -> str:
    """A hash of all that ``edit_cover`` changes."""
    fields = (
        round_.agenda_item,
        round_.title,
        round_.symbol,
        round_.symbol_inferred,
        round_.session,
        round_.paragraphs,
        round_.footnotes,
        round_.place_date,
        round_.reports_due_on,
    )
    return hashlib.sha256(json.dumps(fields, default=str, sort_keys=True).encode()).hexdigest()


def lay_on_cover(
    round_: ReportingRound,
    *,
    agenda_item: str,
    title: str,
    symbol: str,
    symbol_inferred: bool,
    session: str,
    paragraphs: CoverParagraphs,
    footnotes: Footnotes,
    place_date: str,
) -> None:
    """Set the texts of the cover of ``round_``, in memory only: for saving, and for a preview.

    Each text loses what nobody can see in print; title, agenda item, place and date keep their
    lines, everything else is one line. Paragraphs and footnotes without text are left out.
    """
    round_.agenda_item = _lines(agenda_item)
    round_.title = _lines(title)
    round_.symbol = prose.one_line(symbol)
    round_.symbol_inferred = symbol_inferred
    round_.session = prose.one_line(session)
    round_.paragraphs = [
        {"number": prose.one_line(number), "text": text}
        for number, typed in paragraphs
        if (text := prose.one_line(typed))
    ]
    round_.footnotes = [
        {"mark": prose.one_line(mark), "text": text}
        for mark, typed in footnotes
        if (text := prose.one_line(typed))
    ]
    round_.place_date = _lines(place_date)


def _lines(text: str) -> str:
    """``text`` without what cannot be seen, line by line; empty lines are left out."""
    return "\n".join(line for typed in text.splitlines() if (line := prose.one_line(typed)))
