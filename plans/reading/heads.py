"""What a document does not print about itself: which plan, version and round it is of.

It comes from the ``[document]`` section of the corrections; what is not said there is taken from
the document where it can be, and from its file's name otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from plans.reading.corrections import CorrectionError
from plans.reading.outline import Outline
from plans.text.slugs import MAX_SLUG, RESERVED_SLUGS, hyphened, is_slug
from plans.text.timeframes import Precision, read_rule

# -- Dates in headings ----------------------------------------------------------------------------

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAY = re.compile(r"\d{1,2}(?:er|st|nd|rd|th)?\s(?:de\s)?[^\W\d]+\.?\s(?:de\s|del\s)?\d{4}")


def day_in(text: str, *, language: str = "en") -> date | None:
    """The first full date in ``text``, such as that in “Status as at 31 August 2000”; or None.

    A date may be written as 2000-08-31 too.
    """
    for match in _DAY.finditer(" ".join(text.split())):
        rule = read_rule(match[0], language=language)
        if rule.due_on is not None and rule.precision is Precision.DAY:
            return rule.due_on
    for match in _ISO_DAY.finditer(text):
        try:
            return date.fromisoformat(match[0])
        except ValueError:
            continue
    return None


_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """``version_date`` is ISO 8601 as far as it is known, or "". ``as_at`` is None for a document
    without a round, or one whose status column names no date."""

    plan_slug: str
    plan_title: str
    version_slug: str
    version_symbol: str
    version_session: str
    version_date: str
    language: str
    as_at: date | None
    round_symbol: str
    round_symbol_inferred: bool
    round_session: str

    @property
    def version_dated_on(self) -> date | None:
        """The version's date with 1 for what is not known."""
        match = _DATE.fullmatch(self.version_date)
        if match is None:
            return None
        return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))

    @property
    def version_date_precision(self) -> str:
        return {4: "year", 7: "month"}.get(len(self.version_date), "day")


def language_of(document: Mapping[str, Any]) -> str:
    """The document's language, English when nothing is said."""
    return _text(document, "language") or "en"


def read_head(document: Mapping[str, Any], outline: Outline, *, file_stem: str) -> DocumentHead:
    """Put together the head of a document.

    ``document`` is the ``[document]`` section, perhaps empty. Its ``with_round``, when it is false,
    leaves the statuses out. Raises CorrectionError for a key
    that is unknown or a value that is none.
    """
    unknown = set(document) - {*DocumentHead.__slots__, "with_round"}
    if unknown:
        raise CorrectionError(f"[document] does not know {min(unknown)!r}")
    language = language_of(document)
    slug = hyphened(file_stem) or "plan"
    if slug in RESERVED_SLUGS:
        slug = f"{slug}-1"
    version_date = _text(document, "version_date")
    with_round = outline.has_round and truth_of(document, "with_round", otherwise=True)
    head = DocumentHead(
        plan_slug=_slug_value(document, "plan_slug") or slug,
        plan_title=_text(document, "plan_title") or outline.cover.title or file_stem,
        version_slug=_slug_value(document, "version_slug") or slug,
        version_symbol=_text(document, "version_symbol") or file_stem[:MAX_SLUG],
        version_session=_text(document, "version_session"),
        version_date=version_date,
        language=language,
        as_at=_as_at(document, outline, language) if with_round else None,
        round_symbol=_text(document, "round_symbol"),
        round_symbol_inferred=truth_of(document, "round_symbol_inferred", otherwise=False),
        round_session=_text(document, "round_session"),
    )
    try:
        known = not version_date or head.version_dated_on is not None
    except ValueError:
        known = False
    if not known:
        raise CorrectionError("[document] version_date: write 1999, 1999-11 or 1999-11-17")
    return head


def _as_at(document: Mapping[str, Any], outline: Outline, language: str) -> date | None:
    value = document.get("as_at")
    if value is not None:
        if not isinstance(value, date):
            raise CorrectionError("[document] as_at: write a date such as 2000-08-31")
        return value
    # A status column that names no date is as at the day of the document.
    return day_in(outline.round_label, language=language) or day_in(
        outline.cover.place_date, language=language
    )


def _text(document: Mapping[str, Any], key: str) -> str:
    value = document.get(key, "")
    if not isinstance(value, str):
        raise CorrectionError(f"[document] {key}: write a text")
    return value


def truth_of(document: Mapping[str, Any], key: str, *, otherwise: bool) -> bool:
    """What a ``[document]`` section says of ``key``: true or false; ``otherwise`` when nothing.

    Raises CorrectionError for anything else.
    """
    value = document.get(key, otherwise)
    if not isinstance(value, bool):
        raise CorrectionError(f"[document] {key}: write true or false")
    return value


def _slug_value(document: Mapping[str, Any], key: str) -> str:
    value = _text(document, key)
    if value and not is_slug(value):
        raise CorrectionError(f"[document] {key}: write small letters, digits and hyphens")
    if value in RESERVED_SLUGS:
        raise CorrectionError(f"[document] {key}: “{value}” stands in addresses; write another")
    return value
