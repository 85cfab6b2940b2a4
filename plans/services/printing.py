"""Whether a report can be printed as it stands: asked before it is closed and stays as it is."""

from __future__ import annotations

import re

from plans import formats
from plans.models import ReportingRound
from plans.reports.build import visible_report
from plans.reports.writers import FORMATS, UnfitTextError, WriterError
from plans.reports.writers.pdf import texts_of
from plans.rules import Person
from plans.services.documents import elements_of

# Latin letters and their punctuation, which every font has: nothing to try out.
_COMMON = re.compile("[\n\t -~\u00a0-\u024f\u2010-\u2027\u20ac]*")


def unprintable(*, user: Person, round_: ReportingRound) -> str | None:
    """Which words of the report keep its PDF from being made, and where; None when none do.

    The report is the one that ``user`` may see, drafts included. One whose PDF would take long is
    not tried. Raises what ``visible_report`` raises.
    """
    pdf = FORMATS["pdf"]
    if elements_of(round_) > pdf.at_once:
        return None
    table = visible_report(user, round_)
    if all(_COMMON.fullmatch(text) for _, text in texts_of(table)):
        return None
    try:
        formats.write(pdf, table)
    except UnfitTextError as error:
        return str(error)
    except WriterError:
        # Nothing that other words would mend; whoever asks for the file is told.
        return None
    return None
