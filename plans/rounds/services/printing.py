"""What is amiss with a report as it would be printed: asked before it is closed and stays so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from plans.exports.queries import report_table
from plans.exports.services import elements_of, write
from plans.models import ReportingRound
from plans.reports.writers import FORMATS, UnfitTextError, WriterError
from plans.reports.writers.pdf import texts_of

# Latin letters and their punctuation, which every font has: nothing to try out.
_COMMON = re.compile("[\n\t -~\u00a0-\u024f\u2010-\u2027\u20ac]*")

# What the cover of a document of the Governing Body has. Footnotes it may do without.
_COVER = frozenset({"symbol", "session", "agenda_item", "title", "paragraphs", "place_date"})


@dataclass(frozen=True, slots=True)
class ClosingWarning:
    """Something to mend before a round is closed, which does not stand in the way of closing it.

    ``problem`` is a sentence without its full stop, ``detail`` what it ends with in English
    whatever the language, and ``advice`` whole sentences.
    """

    about: Literal["cover", "pdf"]
    problem: str
    advice: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{' '.join(filter(None, (self.problem, self.detail)))}. {self.advice}"


def warnings_of(round_: ReportingRound) -> tuple[ClosingWarning, ...]:
    """What the secretariat should know before it closes ``round_``; nothing of a closed round.

    The report is the whole one, with its drafts: for those who keep the round. The seven queries of
    ``report_table``, and one.
    """
    if round_.is_closed:
        return ()
    return tuple(filter(None, (_of_cover(round_), _of_pdf(round_))))


def _of_cover(round_: ReportingRound) -> ClosingWarning | None:
    missing = [
        str(field.verbose_name)
        for field in ReportingRound._meta.fields
        if field.name in _COVER and not getattr(round_, field.name)
    ]
    if not missing:
        return None
    return ClosingWarning(
        "cover",
        _("The cover lacks: %(names)s") % {"names": ", ".join(missing)},
        _("A closed round is printed with the cover that it had when it was closed."),
    )


def _of_pdf(round_: ReportingRound) -> ClosingWarning | None:
    """Which words keep the PDF from being made. One that would take long is not tried."""
    pdf = FORMATS["pdf"]
    if elements_of(round_) > pdf.at_once:
        return None
    table = report_table(round_)
    if all(_COMMON.fullmatch(text) for _place, text in texts_of(table)):
        return None
    try:
        write(pdf, table)
    except UnfitTextError as error:
        return ClosingWarning(
            "pdf",
            _("As the draft report stands now, its PDF cannot be made:"),
            _(
                "Return that text or change it before you close the round; afterwards there will "
                "be no PDF of this report."
            ),
            str(error),
        )
    except WriterError:
        # Nothing that other words would mend; whoever asks for the file is told.
        return None
    return None
