"""Helpers for tests of pages."""

from __future__ import annotations

import html
import re

from lxml import html as lxml_html


def text_of(content: bytes) -> str:
    """What is read on a page: its text without markup, white space folded."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content.decode())).split())


def texts_at(content: bytes, path: str) -> list[str]:
    """What is read at each place of a page that the XPath finds, white space folded."""
    found = lxml_html.fromstring(content).xpath(path)
    return [" ".join(element.text_content().split()) for element in found]
