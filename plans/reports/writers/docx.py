"""The report as a document for word processors, to be translated and edited.

Headings, bullets, footnotes, repeated head rows, merged cells and page numbers are real ones. How
they look is said by the styles of a template, the file ``report.docx`` beside this module or
another that has styles of the names in ``Style``. What the template's pages hold is not taken
over, apart from a header and a footer of its last section.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, time
from typing import Any
from xml.sax.saxutils import quoteattr

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION_START
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.parser import parse_xml
from docx.section import Section, _Footer, _Header
from docx.shared import Mm, Twips

from plans.reports.changes import Comparison
from plans.reports.labels import direction, labels_for
from plans.reports.layout import lay_out
from plans.reports.table import Footnote, ReportTable
from plans.reports.writers import Progress, ProgressCounter, no_progress, printed
from plans.reports.writers.compared import ComparedTexts, printed_table
from plans.reports.writers.docx_table import NAMESPACES, DocxTables, Markup, Revisions, Style
from plans.reports.writers.docx_template import (
    PAGE,
    append_markup,
    clear_body,
    default_template,
    fill_part,
    open_template,
    parsed,
    set_language,
    style_ids,
)
from plans.reports.writers.printed import (
    PLAIN_TEXTS,
    CellTexts,
    CoverNotes,
    repack_zip,
    xml_line,
    xml_text,
)

# -- Cover -----------------------------------------------------------------------------------------

_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/>'
    "</w:r></w:p></w:footnote>"
)


class DocxCover:
    """Writes the cover of one report.

    A footnote whose mark stands in the text becomes a real one. It is numbered by the word
    processor when its mark is the number that it would get so, and else keeps its mark. One whose
    mark cannot be found is printed at the end of the cover.
    """

    def __init__(self, table: ReportTable, markup: Markup) -> None:
        self._table = table
        self._markup = markup
        self._notes = CoverNotes(table.cover)
        self._footnotes: list[str] = []
        self._numbered = 0

    def paragraphs(self) -> list[str]:
        """The cover's paragraphs, of which there is at least one. To be called once."""
        table, markup, cover = self._table, self._markup, self._table.cover
        head = table.round
        parts = []
        if head.stated_symbol:
            symbol = " · ".join(text for text in (head.symbol, head.session) if text)
            parts.append(markup.paragraph(Style.SYMBOL, markup.text(symbol)))
        if cover.agenda_item:
            parts.append(markup.paragraph(Style.AGENDA, self._with_notes(cover.agenda_item)))
        title = self._with_notes(table.title)
        parts.append(markup.paragraph(Style.TITLE, title))
        for paragraph in cover.paragraphs:
            number = markup.text(f"{paragraph.number}.\t") if paragraph.number else ""
            text = number + self._with_notes(paragraph.text)
            parts.append(markup.paragraph(Style.PARAGRAPH, text))
        if cover.place_date:
            parts.append(markup.paragraph(Style.PLACE, markup.text(cover.place_date)))
        for note in self._notes.unmet():
            text = markup.text(f"{note.mark} {note.text}")
            parts.append(markup.paragraph(Style.FOOTNOTE, text))
        return parts

    def footnotes(self) -> bytes:
        """The document's footnotes, as ``paragraphs`` has met them."""
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f"<w:footnotes {NAMESPACES}>{_SEPARATORS}{''.join(self._footnotes)}</w:footnotes>"
        ).encode()

    def _with_notes(self, text: str) -> str:
        """Runs of ``text``, each footnote's mark in it a reference where it is met first."""
        return "".join(
            self._markup.text(piece) if isinstance(piece, str) else self._reference(piece.note)
            for piece in self._notes.pieces(text)
        )

    def _reference(self, note: Footnote) -> str:
        number, markup = len(self._footnotes) + 1, self._markup
        mark = f'<w:rStyle w:val="{markup.style(Style.FOOTNOTE_MARK)}"/>'
        if unicodedata.normalize("NFKC", note.mark) == str(self._numbered + 1):
            self._numbered += 1
            reference = markup.run(f'<w:footnoteReference w:id="{number}"/>', properties=mark)
            own = markup.run("<w:footnoteRef/>", properties=mark)
        else:
            # A raised figure is raised by itself, an asterisk is as printed: neither takes a style.
            shown = f"<w:t>{xml_text(note.mark)}</w:t>"
            reference = markup.run(
                f'<w:footnoteReference w:customMarkFollows="1" w:id="{number}"/>{shown}'
            )
            own = markup.run(shown)
        text = own + markup.text(f" {note.text}")
        paragraph = markup.paragraph(Style.FOOTNOTE, text)
        self._footnotes.append(f'<w:footnote w:id="{number}">{paragraph}</w:footnote>')
        return reference


# -- Headers and footers ---------------------------------------------------------------------------
# “Draft”, or the hash of the record, is put into the headers or footers that the document has by
# then, those of the template too, and into new ones where there are none.

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VML = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
# Of the letters across the page, in points, and their place: over the middle, behind the text.
_WIDTH_OF_A_LETTER, _HEIGHT, _WIDEST = 80, 110, 440
_PLACE = (
    "position:absolute;margin-left:0;margin-top:0;width:{width}pt;height:{height}pt;rotation:315;"
    "z-index:-251658752;mso-position-horizontal:center;"
    "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
    "mso-position-vertical-relative:margin"
)
# A shape made of letters, as word processors know it by number; its path is a plain rectangle.
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
    'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/>'
    '<v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>'
    '<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>'
    '<v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>'
    '<v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/>'
    '<v:f eqn="sum @6 0 @5"/></v:formulas><v:path textpathok="t" o:connecttype="rect"/>'
    '<v:textpath on="t" fitshape="t"/></v:shapetype>'
)


def mark_as_draft(document: Document, word: str, markup: Markup) -> None:
    """Set ``word`` pale across every page, and as a text in its header."""
    for number, header in enumerate(_pages_docx_marks(document, "header"), 1):
        _append(header, markup.paragraph(Style.HEADER, markup.text(word)))
        paragraphs = _element(header).findall(f"{_W}p")
        paragraphs[-1].append(parse_xml(_watermark(word, number)))


def state_record(document: Document, sha256: str, markup: Markup) -> None:
    """Set the hash of the closed round's record in every footer, below what stands there."""
    for footer in _pages_docx_marks(document, "footer"):
        _append(footer, markup.paragraph(Style.FOOTER, markup.text(f"SHA-256 {sha256}")))


def _pages_docx_marks(document: Document, what: str) -> Iterator[_Header | _Footer]:
    """Each header or footer that some page shows; made where a page would show none."""
    odd_and_even = document.settings.odd_and_even_pages_header_footer
    for index, section in enumerate(document.sections):
        for part in _kinds(section, what, odd_and_even=odd_and_even):
            if part.is_linked_to_previous:
                if index:
                    continue
                part.is_linked_to_previous = False
                for child in list(_element(part)):
                    _element(part).remove(child)
            yield part


def _kinds(section: Section, what: str, *, odd_and_even: bool) -> Iterator[_Header | _Footer]:
    yield getattr(section, what)
    if section.different_first_page_header_footer:
        yield getattr(section, f"first_page_{what}")
    if odd_and_even:
        yield getattr(section, f"even_page_{what}")


def _append(part: _Header | _Footer, paragraph: str) -> None:
    _element(part).append(parsed(paragraph))


def _element(part: _Header | _Footer) -> Any:
    return part._element


def _watermark(word: str, number: int) -> str:
    quoted = quoteattr(xml_line(word))
    width = min(_WIDEST, _WIDTH_OF_A_LETTER * len(word))
    style = _PLACE.format(width=width, height=_HEIGHT * width // (_WIDTH_OF_A_LETTER * len(word)))
    return (
        f"<w:r {NAMESPACES} {_VML}><w:rPr><w:noProof/></w:rPr><w:pict>{_SHAPE_TYPE}"
        f'<v:shape id="Draft{number}" o:spid="_x0000_s{2048 + number}" type="#_x0000_t136" '
        f'alt={quoted} style="{style}" o:allowincell="f" fillcolor="#d0d0d0" stroked="f">'
        '<v:fill opacity=".5"/>'
        f'<v:textpath style="font-family:&quot;Times New Roman&quot;;font-size:1pt" '
        f"string={quoted}/></v:shape></w:pict></w:r>"
    )


# -- Document --------------------------------------------------------------------------------------

_SHORT, _LONG = Mm(210), Mm(297)
_MARGIN = Mm(15)
_LONGEST_PROPERTY = 255


def write(
    table: ReportTable,
    *,
    template: bytes | None = None,
    texts: CellTexts = PLAIN_TEXTS,
    revisions: Revisions | None = None,
    progress: Progress = no_progress,
) -> bytes:
    """The report as DOCX in the styles of the DOCX ``template``; without one, of ``TEMPLATE``.

    ``texts`` are the words in its cells; those that came or went are ``revisions``. ``progress`` is
    told how many elements are written. The same arguments give the same bytes. Raises TemplateError
    for a template that does not fit, and ReportTableError, as ``lay_out`` does, for a table at odds
    with itself.
    """
    document = open_template(default_template() if template is None else template)
    language = table.version.language
    labels = labels_for(language)
    markup = Markup(style_ids(document), direction(language) == "rtl", revisions)
    set_language(document, language)
    _properties(document, table)
    cover = DocxCover(table, markup)
    paragraphs = cover.paragraphs()
    appendix_section = clear_body(document)
    for paragraph in paragraphs:
        append_markup(document, paragraph)
    _pages(document, appendix_section, table, markup)
    if table.round.state != "closed":
        mark_as_draft(document, labels.draft, markup)
    elif table.round.record_sha256 is not None:
        state_record(document, table.round.record_sha256, markup)
    _footnotes(document, cover.footnotes())
    append_markup(document, markup.paragraph(Style.APPENDIX, markup.text(labels.appendix)))
    layouts = lay_out(table)
    width = (_LONG - 2 * _MARGIN) // Twips(1)
    count = ProgressCounter(progress)
    appendix = DocxTables(layouts, labels, markup, width=width, texts=texts, count=count)
    for index, layout in enumerate(layouts):
        if index:
            # Two tables that touch would become one.
            append_markup(document, _slight(markup, "<w:pageBreakBefore/>"))
        append_markup(document, appendix.part(layout, table.round.label))
    if layouts:
        append_markup(document, _slight(markup, ""))
    stream = io.BytesIO()
    document.save(stream)
    return repack_zip(stream.getvalue())


def write_comparison(
    comparison: Comparison, *, template: bytes | None = None, progress: Progress = no_progress
) -> bytes:
    """The comparison of two reports as DOCX, in which what came and what went are revisions.

    Translators see in them what to translate anew, and whoever hears the text is told of each.
    Accepting all of them leaves the words of the new report, rejecting all those of the old, with
    the small remarks above them. They are the new report's, and of the day that it is as at.
    ``template`` and ``progress`` are as for ``write``, which says what is raised.
    """
    head = comparison.new.round
    key = labels_for(comparison.new.version.language).diff.revisions_key
    return write(
        printed_table(comparison, key),
        template=template,
        texts=ComparedTexts(comparison),
        revisions=Revisions(head.label, head.as_at),
        progress=progress,
    )


def _properties(document: Document, table: ReportTable) -> None:
    """What the file says of itself; its times are the round's date, not the clock's."""
    properties, head = document.core_properties, table.round
    title = printed.xml_line(table.title)
    properties.title = title[:_LONGEST_PROPERTY]
    properties.subject = printed.xml_line(head.label)[:_LONGEST_PROPERTY]
    properties.language = printed.xml_line(table.version.language)
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
        fill_part(first.footer, markup.paragraph(Style.FOOTER, PAGE))
    symbol = table.round.stated_symbol
    if symbol and first.header.is_linked_to_previous:
        # The cover states the symbol itself.
        fill_part(second.header, markup.paragraph(Style.HEADER, markup.text(symbol)))


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
