"""The files that a report is offered as, in the words of its menu."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plans.reports.writers import FORMATS, Format


@dataclass(frozen=True, slots=True)
class Download:
    """One entry of the menu. ``size`` is in bytes, None when it is not known.

    ``label`` names the kind of file, and ``use`` says what it is good for; "" for a format that
    nobody has described.
    """

    format: Format
    label: Promise | str
    use: Promise | str
    size: int | None


# What a file of each format is, and what it is for, by the name of the format.
_KINDS: Mapping[str, tuple[Promise | str, Promise | str]] = {
    "pdf": ("PDF", _("the official document, to print and to keep")),
    "docx": (_("Word document"), _("to edit and to translate")),
    "xlsx": (_("Spreadsheet"), _("a sheet for each Part, and one with a row for each element")),
    "csv": ("CSV", _("one row for each element, for any spreadsheet or database")),
    "json": ("JSON", _("all that the report holds, for programs")),
    "akn": ("Akoma Ntoso XML", _("the document’s structure, for legal and parliamentary systems")),
}
# For people before those for programs; formats that are not named here come last.
_ORDER = ("pdf", "docx", "xlsx", "csv", "json", "akn")


def downloads() -> list[Format]:
    """The formats that a report is offered in as a file; the page itself is the HTML."""
    offered = [format_ for format_ in FORMATS.values() if format_.name != "html"]
    return sorted(offered, key=_place)


def menu(sizes: Mapping[str, int]) -> list[Download]:
    """The entries of the menu. ``sizes`` has the files whose size in bytes is known, by format."""
    return [described(format_, sizes.get(format_.name)) for format_ in downloads()]


def described(format_: Format, size: int | None) -> Download:
    """The entry of one format; ``size`` in bytes, None when it is not known."""
    return Download(format_, *_KINDS.get(format_.name, (format_.label, "")), size=size)


def _place(format_: Format) -> int:
    return _ORDER.index(format_.name) if format_.name in _ORDER else len(_ORDER)
