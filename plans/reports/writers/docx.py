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
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION_START
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.parser import parse_xml
from docx.section import _Footer, _Header
from docx.shared import Mm, Twips

from plans.reports.layout import lay_out
from plans.reports.table import ReportTable
from plans.reports.words import direction, words_for
from plans.reports.writers import WriterError, printed
from plans.reports.writers.docx_cover import Cover
from plans.reports.writers.docx_marks import mark_as_draft, state_record
from plans.reports.writers.docx_markup import NAMESPACES, Markup, Revisions, Style
from plans.reports.writers.docx_table import Appendix
from plans.reports.writers.package import repacked
from plans.reports.writers.texts import PLAIN, Texts

TEMPLATE = Path(__file__).with_name("report.docx")

_SHORT, _LONG = Mm(210), Mm(297)
_MARGIN = Mm(15)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LONGEST_PROPERTY = 255
# Word processors look for their dictionaries by language and country.
_COUNTRIES = {"en": "en-GB", "fr": "fr-FR", "es": "es-ES", "ar": "ar-SA"}
_PAGE = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


class TemplateError(WriterError):
    """A template that cannot be opened, or has not all styles. The message says which."""


def write(
    table: ReportTable,
    *,
    template: bytes | None = None,
    texts: Texts = PLAIN,
    revisions: Revisions | None = None,
) -> bytes:
    """The report as DOCX in the styles of the DOCX ``template``; without one, of ``TEMPLATE``.

    ``texts`` are the words in its cells; those that came or went are ``revisions``. The same
    arguments give the same bytes. Raises TemplateError for a template that does not fit, and
    ReportTableError, as ``lay_out`` does, for a table at odds with itself.
    """
    document = _opened(_own_template() if template is None else template)
    language = table.version.language
    words = words_for(language)
    markup = Markup(_style_ids(document), direction(language) == "rtl", revisions)
    _language(document, _COUNTRIES.get(language, language))
    _properties(document, table)
    cover = Cover(table, markup)
    paragraphs = cover.paragraphs()
    appendix_section = _emptied(document)
    for paragraph in paragraphs:
        _append(document, paragraph)
    _pages(document, appendix_section, table, markup)
    if table.round.state != "closed":
        mark_as_draft(document, words.draft, markup)
    elif table.round.record_sha256 is not None:
        state_record(document, table.round.record_sha256, markup)
    _footnotes(document, cover.footnotes())
    _append(document, markup.paragraph(Style.APPENDIX, markup.text(words.appendix)))
    layouts = lay_out(table)
    width = (_LONG - 2 * _MARGIN) // Twips(1)
    appendix = Appendix(layouts, words, markup, width=width, texts=texts)
    for index, laid_out in enumerate(layouts):
        if index:
            # Two tables that touch would become one.
            _append(document, _slight(markup, "<w:pageBreakBefore/>"))
        _append(document, appendix.part(laid_out, table.round.label))
    if layouts:
        _append(document, _slight(markup, ""))
    stream = io.BytesIO()
    document.save(stream)
    return repacked(stream.getvalue())


def check_template(template: bytes) -> None:
    """Raise TemplateError, which says why, when a report cannot be written with ``template``."""
    document = _opened(template)
    _style_ids(document)
    _run_defaults(document)


@cache
def _own_template() -> bytes:
    return TEMPLATE.read_bytes()


def _opened(template: bytes) -> Document:
    try:
        document = docx.Document(io.BytesIO(template))
    except (ValueError, KeyError, OSError, BadZipFile) as error:
        raise TemplateError(f"the template is not a DOCX file: {error}") from error
    _detach(document)
    return document


def _detach(document: Document) -> None:
    """Forget which template the template was made with: its address is nobody's business."""
    settings: Any = document.settings.element
    for element in settings.findall(f"{_W}attachedTemplate"):
        settings.remove(element)
    rels = document.part._settings_part.rels
    for key in [key for key, rel in rels.items() if rel.reltype.endswith("/attachedTemplate")]:
        del rels[key]


def _style_ids(document: Document) -> dict[Style, str]:
    """The template's ids of the styles, which are found by name, in large or small letters."""
    found = {str(style.name).casefold(): style.style_id for style in document.styles if style.name}
    missing = [style.value for style in Style if style.value.casefold() not in found]
    if missing:
        raise TemplateError(f"the template has no style named {', '.join(missing)}")
    return {style: found[style.value.casefold()] for style in Style}


def _language(document: Document, language: str) -> None:
    """Say in which language the document is written, for spelling and for reading aloud."""
    defaults = _run_defaults(document)
    for element in defaults.findall(f"{_W}lang"):
        defaults.remove(element)
    element = parse_xml(f"<w:lang {NAMESPACES}/>")
    for name in ("val", "eastAsia", "bidi"):
        element.set(f"{_W}{name}", printed.one_line(language))
    defaults.append(element)


def _run_defaults(document: Document) -> Any:
    styles: Any = document.styles.element
    defaults = styles.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr")
    if defaults is None:
        raise TemplateError("the template has no default properties of runs (w:rPrDefault)")
    return defaults


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


def _emptied(document: Document) -> Any:
    """Remove the template's pages; the properties of its last section."""
    body: Any = document.element.body
    section = body.get_or_add_sectPr()
    for child in list(body):
        if child is not section:
            body.remove(child)
    return section


def _append(document: Document, markup: str) -> None:
    """Put a paragraph or table at the document's end, before the properties of its last section."""
    body: Any = document.element.body
    if markup.startswith("<w:p>"):
        markup = markup.replace("<w:p>", f"<w:p {NAMESPACES}>", 1)
    body[-1].addprevious(parse_xml(markup))


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
        _fill(first.footer, markup.paragraph(Style.FOOTER, _PAGE))
    symbol = "" if table.round.symbol_inferred else table.round.symbol
    if symbol and first.header.is_linked_to_previous:
        # The cover states the symbol itself.
        _fill(second.header, markup.paragraph(Style.HEADER, markup.text(symbol)))


def _fill(part: _Header | _Footer, paragraph: str) -> None:
    part.is_linked_to_previous = False
    element: Any = part._element
    for child in list(element):
        element.remove(child)
    element.append(parse_xml(paragraph.replace("<w:p>", f"<w:p {NAMESPACES}>", 1)))


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
