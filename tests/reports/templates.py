"""Templates of Word documents, made from the one that comes with the program."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from zipfile import ZipFile

from plans.reports.writers.docx_template import TEMPLATE


def remade(change: Callable[[str], str], part: str = "word/styles.xml") -> bytes:
    """The template, the XML of one part changed."""
    changed = io.BytesIO()
    with ZipFile(TEMPLATE) as source, ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            target.writestr(name, change(content) if name == part else content)
    return changed.getvalue()


@cache
def house_template() -> bytes:
    """A template in another face."""
    return remade(lambda xml: xml.replace("Times New Roman", "Garamond"))
