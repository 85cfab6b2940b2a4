"""The template that documents for word processors are written in, and what is put into it. Pure."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import docx
from docx.document import Document
from docx.oxml.parser import parse_xml
from docx.section import _Footer, _Header

from plans.reports.writers import WriterError, printed
from plans.reports.writers.docx_table import NAMESPACES, Style

TEMPLATE = Path(__file__).with_name("report.docx")

PAGE = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
"""The number of the page, in a paragraph."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Word processors look for their dictionaries by language and country.
_COUNTRIES = {"en": "en-GB", "fr": "fr-FR", "es": "es-ES", "ar": "ar-SA"}


class TemplateError(WriterError):
    """A template that cannot be opened, or has not all styles. The message says which."""


def check_template(template: bytes) -> None:
    """Raise TemplateError, which says why, when a report cannot be written with ``template``."""
    document = open_template(template)
    style_ids(document)
    _run_defaults(document)


@cache
def default_template() -> bytes:
    """The bytes of ``TEMPLATE``, read once."""
    return TEMPLATE.read_bytes()


def open_template(template: bytes) -> Document:
    """The DOCX ``template``. Raises TemplateError when it is none."""
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


def style_ids(document: Document) -> dict[Style, str]:
    """The template's ids of the styles, which are found by name, in large or small letters.

    Raises TemplateError, which names those that are missing.
    """
    ids = {str(style.name).casefold(): style.style_id for style in document.styles if style.name}
    missing = [style.value for style in Style if style.value.casefold() not in ids]
    if missing:
        raise TemplateError(f"the template has no style named {', '.join(missing)}")
    return {style: ids[style.value.casefold()] for style in Style}


def set_language(document: Document, language: str) -> None:
    """Say in which language the document is written, for spelling and for reading aloud.

    Raises TemplateError for a template without default properties of runs.
    """
    defaults = _run_defaults(document)
    for element in defaults.findall(f"{_W}lang"):
        defaults.remove(element)
    code = printed.xml_line(_COUNTRIES.get(language, language))
    element = parse_xml(f"<w:lang {NAMESPACES}/>")
    for name in ("val", "eastAsia", "bidi"):
        element.set(f"{_W}{name}", code)
    defaults.append(element)


def _run_defaults(document: Document) -> Any:
    styles: Any = document.styles.element
    defaults = styles.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr")
    if defaults is None:
        raise TemplateError("the template has no default properties of runs (w:rPrDefault)")
    return defaults


def clear_body(document: Document) -> Any:
    """Remove the template's pages; the properties of its last section."""
    body: Any = document.element.body
    section = body.get_or_add_sectPr()
    for child in list(body):
        if child is not section:
            body.remove(child)
    return section


def append_markup(document: Document, markup: str) -> None:
    """Put a paragraph or table at the document's end, before the properties of its last section."""
    body: Any = document.element.body
    body[-1].addprevious(parsed(markup))


def parsed(markup: str) -> Any:
    """The element of a paragraph, or of a table that declares the namespaces itself."""
    if markup.startswith("<w:p>"):
        markup = markup.replace("<w:p>", f"<w:p {NAMESPACES}>", 1)
    return parse_xml(markup)


def fill_part(part: _Header | _Footer, paragraph: str) -> None:
    """Make ``paragraph`` all that a header or footer holds."""
    part.is_linked_to_previous = False
    element: Any = part._element
    for child in list(element):
        element.remove(child)
    element.append(parsed(paragraph))
