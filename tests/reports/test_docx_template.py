"""The template of the Word document, which a site may replace."""

from __future__ import annotations

import io
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.parser import parse_xml

from plans.reports.writers.docx import write
from plans.reports.writers.docx_table import NAMESPACES
from plans.reports.writers.docx_template import TEMPLATE, TemplateError, check_template
from tests.reports.docx_cases import W, cover
from tests.reports.samples import sample
from tests.reports.templates import remade

ATTACHED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"


def test_another_template_brings_its_own_styles() -> None:
    template = remade(
        lambda xml: xml.replace('w:styleId="Title"', 'w:styleId="Titre"').replace(
            "Times New Roman", "Garamond"
        )
    )
    document = docx.Document(io.BytesIO(write(sample(), template=template)))
    assert cover(document)[1] == ("Title", "Progress report")
    assert document.paragraphs[1]._p.pPr.pStyle.val == "Titre"
    fonts = document.styles.element.find(f".//{W}rFonts")
    assert fonts.get(f"{W}ascii") == "Garamond"


def test_a_template_s_own_footer_is_kept() -> None:
    own = docx.Document(io.BytesIO(TEMPLATE.read_bytes()))
    own.sections[0].footer.paragraphs[0].text = "Our own foot"
    stream = io.BytesIO()
    own.save(stream)
    document = docx.Document(io.BytesIO(write(sample(), template=stream.getvalue())))
    assert [s.footer.paragraphs[0].text for s in document.sections] == ["Our own foot"] * 2


def test_a_template_without_a_style_is_an_error_that_names_it() -> None:
    template = remade(lambda xml: xml.replace('w:val="Table Text"', 'w:val="Other"'))
    with pytest.raises(TemplateError, match=r"^the template has no style named Table Text$"):
        write(sample(), template=template)
    with pytest.raises(TemplateError, match=r"^the template has no style named Table Text$"):
        check_template(template)


@pytest.mark.parametrize("template", [b"", b"no zip file", b"PK\x03\x04"])
def test_a_template_that_is_no_document_is_an_error(template: bytes) -> None:
    with pytest.raises(TemplateError, match=r"^the template is not a DOCX file: "):
        write(sample(), template=template)


def test_which_template_a_template_was_made_with_is_told_to_nobody() -> None:
    own = docx.Document(io.BytesIO(TEMPLATE.read_bytes()))
    settings_part = own.part._settings_part
    address = "file:///C:/Users/somebody/Templates/House.dotx"
    key = settings_part.relate_to(address, ATTACHED, is_external=True)
    settings_part.element.insert(0, parse_xml(f'<w:attachedTemplate {NAMESPACES} r:id="{key}"/>'))
    stream = io.BytesIO()
    own.save(stream)
    assert (
        b"somebody" in stream.getvalue()
        or "word/_rels/settings.xml.rels" in ZipFile(stream).namelist()
    )
    with ZipFile(io.BytesIO(write(sample(), template=stream.getvalue()))) as packed:
        texts = b"".join(map(packed.read, packed.namelist()))
    assert [word for word in (b"somebody", b"attachedTemplate", b"External") if word in texts] == []
