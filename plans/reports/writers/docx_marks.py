"""What stands on every page of the document beside its text: “Draft”, or the record's hash.

Both are put into the headers and footers that the document has when they are called, those of the
template too, and into new ones where there are none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import quoteattr

from docx.document import Document
from docx.oxml.parser import parse_xml
from docx.section import Section, _Footer, _Header

from plans.reports.writers.docx_markup import NAMESPACES, Markup, Style
from plans.reports.writers.printed import one_line

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
    for number, header in enumerate(_pages(document, "header"), 1):
        _append(header, markup.paragraph(Style.HEADER, markup.text(word)))
        paragraphs = _element(header).findall(f"{_W}p")
        paragraphs[-1].append(parse_xml(_watermark(word, number)))


def state_record(document: Document, sha256: str, markup: Markup) -> None:
    """Set the hash of the closed round's record in every footer, below what stands there."""
    for footer in _pages(document, "footer"):
        _append(footer, markup.paragraph(Style.FOOTER, markup.text(f"SHA-256 {sha256}")))


def _pages(document: Document, what: str) -> Iterator[_Header | _Footer]:
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
    _element(part).append(parse_xml(paragraph.replace("<w:p>", f"<w:p {NAMESPACES}>", 1)))


def _element(part: _Header | _Footer) -> Any:
    return part._element


def _watermark(word: str, number: int) -> str:
    said = quoteattr(one_line(word))
    width = min(_WIDEST, _WIDTH_OF_A_LETTER * len(word))
    style = _PLACE.format(width=width, height=_HEIGHT * width // (_WIDTH_OF_A_LETTER * len(word)))
    return (
        f"<w:r {NAMESPACES} {_VML}><w:rPr><w:noProof/></w:rPr><w:pict>{_SHAPE_TYPE}"
        f'<v:shape id="Draft{number}" o:spid="_x0000_s{2048 + number}" type="#_x0000_t136" '
        f'alt={said} style="{style}" o:allowincell="f" fillcolor="#d0d0d0" stroked="f">'
        '<v:fill opacity=".5"/>'
        f'<v:textpath style="font-family:&quot;Times New Roman&quot;;font-size:1pt" '
        f"string={said}/></v:shape></w:pict></w:r>"
    )
