"""Helpers for tests of pages."""

from __future__ import annotations

import html
import re


def text_of(content: bytes) -> str:
    """What is read on a page: its text without markup, white space folded."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content.decode())).split())
