"""The cover of a round: what stands on it, and changing it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from plans.models import AuditEntry, ReportingRound
from plans.people import services as audit
from plans.rounds.services.opening import validate
from plans.statuses.services.checks import check_open, check_secretariat, locked_round
from plans.text import prose
from plans.web.refusals import StaleCoverError

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
        round_ = locked_round(round_id)
        check_secretariat(round_, by)
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
        audit.record_audit(AuditEntry.Action.COVER_EDITED, actor=by, round_=round_)
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
    """Set what stands on the cover of ``round_``, in memory only: for saving, and for a preview.

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
