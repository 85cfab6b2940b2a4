"""The report as Akoma Ntoso, the OASIS standard for parliamentary and legal documents (1.0).

The cover is a ``doc`` with numbered paragraphs; the appendix is a ``doc`` of its own, attached to
it, with a ``part`` for each Part and the Part's table inside. What the words do not show, which
element belongs to which issue and which cell covers it, is said once in the appendix's metadata, as
an outline that points into the table. docs/formats.md tells those who read the file what is where.

Markup is put together as strings, so every text goes through ``akn_markup``. Dates are the round's,
never the clock's.
"""

from __future__ import annotations

from plans.reports.layout import lay_out
from plans.reports.progress import Count, Progress, untold
from plans.reports.table import ReportTable
from plans.reports.words import words_for
from plans.reports.writers.akn_cover import Cover
from plans.reports.writers.akn_ids import Ids
from plans.reports.writers.akn_markup import attributes, text
from plans.reports.writers.akn_meta import (
    APPENDIX,
    MAIN,
    TRACKER,
    identification,
    references,
    xml_language,
)
from plans.reports.writers.akn_outline import outline
from plans.reports.writers.akn_table import Appendix, Names

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"


def write(table: ReportTable, *, progress: Progress = untold) -> bytes:
    """The report as UTF-8 XML, valid by the standard's schema; the same table gives the same bytes.

    ``progress`` is told how many elements are written.

    Raises ReportTableError, as ``lay_out`` does, for a table at odds with itself.
    """
    words = words_for(table.version.language)
    language = xml_language(table.version.language)
    said_in = attributes({"xml:lang": language})
    ids = Ids()
    cover = Cover(table, words, ids)
    layouts = lay_out(table)
    title = table.cover.title or table.plan.title
    names = Names(layouts, ids)
    appendix = Appendix(words, names, ids, Count(progress))
    parts = [appendix.part(index, laid_out) for index, laid_out in enumerate(layouts)]
    # In their order: a footnote stands where its mark is met first.
    preface, body, conclusions = cover.preface(), cover.body(), cover.conclusions()
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<akomaNtoso xmlns="{NAMESPACE}">',
        '<doc name="report" contains="originalVersion">',
        f"<meta>{identification(table, MAIN, title)}{references(table)}</meta>",
        f"<preface{said_in}>{preface}</preface>",
        f"<mainBody{said_in}>{body}</mainBody>",
        f"<conclusions{said_in}>{conclusions}</conclusions>" if conclusions else "",
        f'<attachments><attachment eId="{ids.new("att_1")}">',
        f"<heading{said_in}>{text(words.appendix)}</heading>",
        '<doc name="appendix" contains="originalVersion">',
        f"<meta>{identification(table, APPENDIX, words.appendix)}"
        f'<proprietary source="#{TRACKER}">{outline(layouts, names)}</proprietary></meta>',
        f"<mainBody{said_in}>",
        *(parts or ["<p/>"]),
        "</mainBody>",
        "</doc></attachment></attachments>",
        "</doc>",
        "</akomaNtoso>\n",
    ]
    return "\n".join(line for line in lines if line).encode()
