"""The XML of texts and attributes in Akoma Ntoso. Pure.

No other module of the writer lets a text of the report through as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

from plans.prose import Block
from plans.reports.writers.printed import one_line, xml_text

_IN_ATTRIBUTES = {'"': "&quot;"}


def text(content: str) -> str:
    """A text, its line breaks kept as ``br``."""
    escaped = escape(xml_text(content))
    return escaped.replace("\n", "<br/>") if "\n" in escaped else escaped


def value(content: str) -> str:
    """A text as the value of an attribute, on one line, without its quotes."""
    return escape(one_line(content), _IN_ATTRIBUTES)


def attributes(values: Mapping[str, str | None]) -> str:
    """Attributes with a space before each; those that are None are left out."""
    return "".join(
        f' {name}="{value(content)}"' for name, content in values.items() if content is not None
    )


def blocks(found: Iterable[Block], name: str = "") -> str:
    """Paragraphs, those of the class ``name``, and lists of bullets."""
    parts: list[str] = []
    in_list = False
    opening = f"<p{attributes({'class': name or None})}>"
    for block in found:
        bullet = block.kind == "bullet"
        if bullet != in_list:
            parts.append("<ul>" if bullet else "</ul>")
            in_list = bullet
        content = text(block.text)
        parts.append(f"<li>{content}</li>" if bullet else f"{opening}{content}</p>")
    if in_list:
        parts.append("</ul>")
    return "".join(parts)
