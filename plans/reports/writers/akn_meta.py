"""Who, what and when: the metadata of an Akoma Ntoso document. Pure.

A document is named on three levels: the work (this report), its expression (in one language) and
its manifestation (as XML). Names follow the standard's naming convention; ``un`` stands where a
law has its country, as in the documents of the United Nations system.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from plans.reports.table import ReportTable, VersionHead
from plans.reports.writers.akn_ids import plain_number
from plans.reports.writers.akn_markup import attributes

JURISDICTION = "un"
# Ids of the two that the metadata name: whose report it is, and what made the file.
SECRETARIAT, TRACKER = "secretariat", "tracker"

CONTENT_TYPE = "application/akn+xml"

# By ISO 639-2/T, which the convention asks for.
_LANGUAGES = {
    "ar": "ara",
    "de": "deu",
    "en": "eng",
    "es": "spa",
    "fr": "fra",
    "it": "ita",
    "ja": "jpn",
    "pt": "por",
    "ru": "rus",
    "zh": "zho",
}
_THREE_LETTERS = re.compile(r"[a-z]{3}")
_TAG = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Component:
    """One of the documents in the file: its name in addresses, and its subtype."""

    name: str
    subtype: str


MAIN = Component("main", "report")
APPENDIX = Component("appendix", "appendix")


def identification(table: ReportTable, component: Component, title: str) -> str:
    """The ``identification`` of one document: its work, its expression and its manifestation."""
    head = table.round
    day = head.as_at.isoformat()
    number = plain_number(f"{table.plan.slug}-{table.version.slug}") or "report"
    language = _three_letters(table.version.language)
    work = f"/akn/{JURISDICTION}/doc/report/{day}/{number}"
    expression = f"{work}/{language}@{day}"
    stated = head.symbol and not head.symbol_inferred
    symbol = f"<FRBRnumber{attributes({'value': head.symbol})}/>" if stated else ""
    record = {"record-sha256": head.record_sha256} if head.record_sha256 else {}
    # An open round's text is not yet anybody's word.
    authoritative = "true" if head.state == "closed" else "false"
    return (
        f'<identification source="#{TRACKER}">'
        "<FRBRWork>"
        f"{_core(f'{work}/!{component.name}', work, day, {'title': title})}"
        f'<FRBRcountry value="{JURISDICTION}"/><FRBRsubtype value="{component.subtype}"/>'
        f"{symbol}"
        "</FRBRWork><FRBRExpression>"
        f"{_core(f'{expression}/!{component.name}', expression, day, record)}"
        f'<FRBRauthoritative value="{authoritative}"/><FRBRlanguage language="{language}"/>'
        "</FRBRExpression><FRBRManifestation>"
        f"{_core(f'{expression}/!{component.name}.xml', f'{expression}.xml', day, {})}"
        f'<FRBRformat value="{CONTENT_TYPE}"/>'
        "</FRBRManifestation></identification>"
    )


def references(table: ReportTable) -> str:
    """The ``references`` of the first document, for all in the file.

    They name whose report it is, what made the file, and the plan that is reported on.
    """
    version = table.version
    return (
        f'<references source="#{TRACKER}">{_plan(version) if version.date else ""}'
        f'<TLCOrganization eId="{SECRETARIAT}" '
        f'href="/akn/ontology/organization/{JURISDICTION}/secretariat" showAs="Secretariat"/>'
        f'<TLCObject eId="{TRACKER}" '
        f'href="/akn/ontology/object/{JURISDICTION}/implementation-plan-tracker" '
        'showAs="Implementation-plan tracker"/></references>'
    )


def xml_language(tag: str) -> str:
    """``tag`` as a value of ``xml:lang``; "und" for what is no tag of a language."""
    found = tag.strip().replace("_", "-")
    return found if _TAG.fullmatch(found) else "und"


def _core(this: str, uri: str, day: str, aliases: Mapping[str, str]) -> str:
    also = "".join(
        f"<FRBRalias{attributes({'name': name, 'value': alias})}/>"
        for name, alias in aliases.items()
    )
    return (
        f"<FRBRthis{attributes({'value': this})}/><FRBRuri{attributes({'value': uri})}/>{also}"
        f'<FRBRdate date="{day}" name="as-at"/><FRBRauthor href="#{SECRETARIAT}"/>'
    )


def _plan(version: VersionHead) -> str:
    number = plain_number(version.slug) or "plan"
    href = f"/akn/{JURISDICTION}/doc/plan/{version.date}/{number}"
    return f'<activeRef eId="plan"{attributes({"href": href, "showAs": version.symbol})}/>'


def _three_letters(tag: str) -> str:
    primary = tag.replace("_", "-").partition("-")[0].strip().lower()
    if primary in _LANGUAGES:
        return _LANGUAGES[primary]
    return primary if _THREE_LETTERS.fullmatch(primary) else "und"
