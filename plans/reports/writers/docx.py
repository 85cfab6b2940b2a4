"""The report as a document for word processors, to be translated and edited.

Headings, bullets, footnotes, repeated head rows, merged cells and page numbers are real ones. How
they look is said by the styles of a template, the file ``report.docx`` beside this module or
another that has styles of the names in ``Style``. What the template's pages hold is not taken
over, apart from a header and a footer of its last section.
"""

from __future__ import annotations

import io
from copy import deepcopy
from datetime import datetime, time
from typing import Any

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION_START
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.parser import parse_xml
from docx.shared import Mm, Twips

from plans.reports.layout import lay_out
from plans.reports.progress import Count, Progress, untold
from plans.reports.table import ReportTable
from plans.reports.words import direction, words_for
from plans.reports.writers import printed
from plans.reports.writers.docx_cover import Cover
from plans.reports.writers.docx_marks import mark_as_draft, state_record
from plans.reports.writers.docx_markup import NAMESPACES, Markup, Revisions, Style
from plans.reports.writers.docx_table import Appendix
from plans.reports.writers.docx_template import (
    PAGE,
    append,
    emptied,
    fill,
    opened,
    own_template,
    set_language,
    style_ids,
)
from plans.reports.writers.package import repacked
from plans.reports.writers.texts import PLAIN, Texts

_SHORT, _LONG = Mm(210), Mm(297)
_MARGIN = Mm(15)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LONGEST_PROPERTY = 255


def write(
    table: ReportTable,
    *,
    template: bytes | None = None,
    texts: Texts = PLAIN,
    revisions: Revisions | None = None,
    progress: Progress = untold,
) -> bytes:
    """The report as DOCX in the styles of the DOCX ``template``; without one, of ``TEMPLATE``.

    ``texts`` are the words in its cells; those that came or went are ``revisions``. ``progress`` is
    told how many elements are written. The same arguments give the same bytes. Raises TemplateError
    for a template that does not fit, and ReportTableError, as ``lay_out`` does, for a table at odds
    with itself.
    """
    document = opened(own_template() if template is None else template)
    language = table.version.language
    words = words_for(language)
    markup = Markup(style_ids(document), direction(language) == "rtl", revisions)
    set_language(document, language)
    _properties(document, table)
    cover = Cover(table, markup)
    paragraphs = cover.paragraphs()
    appendix_section = emptied(document)
    for paragraph in paragraphs:
        append(document, paragraph)
    _pages(document, appendix_section, table, markup)
    if table.round.state != "closed":
        mark_as_draft(document, words.draft, markup)
    elif table.round.record_sha256 is not None:
        state_record(document, table.round.record_sha256, markup)
    _footnotes(document, cover.footnotes())
    append(document, markup.paragraph(Style.APPENDIX, markup.text(words.appendix)))
    layouts = lay_out(table)
    width = (_LONG - 2 * _MARGIN) // Twips(1)
    count = Count(progress)
    appendix = Appendix(layouts, words, markup, width=width, texts=texts, count=count)
    for index, laid_out in enumerate(layouts):
        if index:
            # Two tables that touch would become one.
            append(document, _slight(markup, "<w:pageBreakBefore/>"))
        append(document, appendix.part(laid_out, table.round.label))
    if layouts:
        append(document, _slight(markup, ""))
    stream = io.BytesIO()
    document.save(stream)
    return repacked(stream.getvalue())


def _properties(document: Document, table: ReportTable) -> None:
    """What the file says of itself; its times are the round's date, not the clock's."""
    properties, head = document.core_properties, table.round
    title = printed.one_line(table.cover.title or table.plan.title)
    properties.title = title[:_LONGEST_PROPERTY]
    properties.subject = printed.one_line(head.label)[:_LONGEST_PROPERTY]
    properties.language = printed.one_line(table.version.language)
    properties.author = properties.last_modified_by = ""
    properties.identifier = head.record_sha256 or ""
    properties.content_status = head.state
    properties.revision = 1
    properties.created = properties.modified = datetime.combine(head.as_at, time())


def _pages(document: Document, appendix: Any, table: ReportTable, markup: Markup) -> None:
    """End the cover's section: it is portrait, what follows is landscape, pages are numbered."""
    body: Any = document.element.body
    cover = deepcopy(appendix)
    body[-2].get_or_add_pPr().append(cover)
    for name in ("headerReference", "footerReference"):
        for reference in appendix.findall(f"{_W}{name}"):
            appendix.remove(reference)
    first, second = document.sections
    first.orientation, first.page_width, first.page_height = WD_ORIENT.PORTRAIT, _SHORT, _LONG
    second.orientation, second.page_width, second.page_height = WD_ORIENT.LANDSCAPE, _LONG, _SHORT
    second.start_type = WD_SECTION_START.NEW_PAGE
    second.left_margin = second.right_margin = second.top_margin = second.bottom_margin = _MARGIN
    second.header_distance = second.footer_distance = _MARGIN // 2
    if markup.from_right:
        for properties in (cover, appendix):
            for grid in properties.findall(f"{_W}docGrid"):
                properties.remove(grid)
            properties.append(parse_xml(f"<w:bidi {NAMESPACES}/>"))
    if first.footer.is_linked_to_previous:
        fill(first.footer, markup.paragraph(Style.FOOTER, PAGE))
    symbol = "" if table.round.symbol_inferred else table.round.symbol
    if symbol and first.header.is_linked_to_previous:
        # The cover states the symbol itself.
        fill(second.header, markup.paragraph(Style.HEADER, markup.text(symbol)))


def _footnotes(document: Document, content: bytes) -> None:
    """Add the part that holds the footnotes, in the place of any that the template has."""
    rels = document.part.rels
    for key in [key for key, rel in rels.items() if rel.reltype == RELATIONSHIP_TYPE.FOOTNOTES]:
        del rels[key]
    name = PackURI("/word/footnotes.xml")
    part = Part(name, CONTENT_TYPE.WML_FOOTNOTES, content, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _slight(markup: Markup, properties: str) -> str:
    """A paragraph that takes no room, where the format wants one."""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{markup.style(Style.TEXT)}"/>{properties}'
        '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
        '<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
    )
