"""The report as Akoma Ntoso, the OASIS standard for parliamentary and legal documents (1.0).

The cover is a ``doc`` with numbered paragraphs; the appendix is a ``doc`` of its own, attached to
it, with a ``part`` for each Part and the Part's table inside. What the words do not show, which
element belongs to which issue and which cell covers it, is said once in the appendix's metadata, as
an outline that points into the table. docs/formats.md tells those who read the file what is where.

Markup is put together as strings, so every text goes through ``akn_markup``. Dates are the round's,
never the clock's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from plans.reports.labels import Labels, labels_for
from plans.reports.layout import PartLayout, lay_out
from plans.reports.table import (
    ElementCell,
    Footnote,
    IssueCell,
    PartTable,
    ReportTable,
    VersionHead,
)
from plans.reports.writers import Progress, ProgressCounter, no_progress
from plans.reports.writers.akn_table import (
    AknTables,
    AppendixIds,
    UniqueIds,
    attributes,
    plain_number,
    text,
)
from plans.reports.writers.printed import CoverNotes, NoteMark

# -- Cover -----------------------------------------------------------------------------------------


class AknCover:
    """Writes the cover of one report.

    A footnote stands as ``authorialNote`` in the place of its mark, where the mark is met first; a
    later mark is a ``noteRef`` to it. One whose mark cannot be found stands in the conclusions. So
    the texts are to be written in their order: ``preface``, ``body``, ``conclusions``, each once.
    """

    def __init__(self, table: ReportTable, labels: Labels, ids: UniqueIds) -> None:
        self._table = table
        self._labels = labels
        self._ids = ids
        self._notes = CoverNotes(table.cover)
        self._placed: dict[str, str] = {}

    def preface(self) -> str:
        """The document's symbol and session, the item of the agenda, and the title."""
        table, cover, head = self._table, self._table.cover, self._table.round
        parts = []
        if head.state != "closed":
            parts.append(f"<p><docStatus>{text(self._labels.draft)}</docStatus></p>")
        if head.stated_symbol:
            symbol = f"<docNumber>{text(head.symbol)}</docNumber>"
            if head.session:
                symbol += f" · <session>{text(head.session)}</session>"
            parts.append(f"<p>{symbol}</p>")
        if cover.agenda_item:
            parts.append(f'<p class="agendaItem">{self._with_notes(cover.agenda_item)}</p>')
        title = self._with_notes(table.title)
        parts.append(f"<longTitle><p><docTitle>{title}</docTitle></p></longTitle>")
        return "".join(parts)

    def body(self) -> str:
        """The paragraphs; an empty one where the cover has none, because something must stand."""
        return "".join(
            self._paragraph(paragraph.number, paragraph.text)
            for paragraph in self._table.cover.paragraphs
        ) or ("<p/>")

    def conclusions(self) -> str:
        """Place and date, and the footnotes that no mark leads to; "" for none of these."""
        cover = self._table.cover
        parts = (
            [f'<p class="placeAndDate">{text(cover.place_date)}</p>'] if cover.place_date else []
        )
        parts += (f"<p>{self._note(note)}</p>" for note in self._notes.unmet())
        return "".join(parts)

    def _paragraph(self, number: str, content: str) -> str:
        own = self._ids.below("", "para", number)
        printed_number = f"<num>{text(number)}.</num>" if number else ""
        return (
            f'<paragraph eId="{own}">{printed_number}'
            f'<content eId="{self._ids.new(f"{own}__content")}"><p>{self._with_notes(content)}</p>'
            "</content></paragraph>"
        )

    def _with_notes(self, content: str) -> str:
        """``content``, each footnote or a pointer to it in the place of its mark."""
        return "".join(
            text(piece) if isinstance(piece, str) else self._mark(piece)
            for piece in self._notes.pieces(content, repeated=True)
        )

    def _mark(self, mark: NoteMark) -> str:
        if mark.is_first:
            return self._note(mark.note)
        marker = attributes({"marker": mark.note.mark})
        return f'<noteRef href="#{self._placed[mark.note.mark]}"{marker}/>'

    def _note(self, note: Footnote) -> str:
        own = self._ids.below("", "authorialNote", note.mark)
        self._placed.setdefault(note.mark, own)
        marker = attributes({"marker": note.mark})
        return (
            f'<authorialNote eId="{own}"{marker} placement="bottom">'
            f"<p>{text(note.text)}</p></authorialNote>"
        )


# -- Metadata --------------------------------------------------------------------------------------
# A document is named on three levels: the work (this report), its expression (in one language) and
# its manifestation (as XML). Names follow the standard's naming convention; ``un`` stands where a
# law has its country, as in the documents of the United Nations system.

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
    stated = attributes({"value": head.stated_symbol or None})
    symbol = f"<FRBRnumber{stated}/>" if stated else ""
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
    normalised = tag.strip().replace("_", "-")
    return normalised if _TAG.fullmatch(normalised) else "und"


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


# -- Outline ---------------------------------------------------------------------------------------
# A table shows on paper which elements belong to an issue; a program would have to count its rows.
# So the metadata of the appendix has the same once more without the words: Parts, issues, groups
# and elements, each with its reference and the id of its place, and each element with the ids of
# the cells of its time-frame and its status.

OUTLINE_NAMESPACE = "urn:x-tracker:report-outline:1"


def outline(layouts: Sequence[PartLayout], names: AppendixIds) -> str:
    """The ``outline`` element, of ``OUTLINE_NAMESPACE``."""
    parts = (
        _PartOutline(own, layout.part, names).markup()
        for own, layout in zip(names.parts, layouts, strict=True)
    )
    return f'<outline xmlns="{OUTLINE_NAMESPACE}">\n{"".join(parts)}</outline>'


class _PartOutline:
    """Writes the outline of one Part."""

    def __init__(self, own: str, part: PartTable, names: AppendixIds) -> None:
        self._own = own
        self._part = part
        self._names = names
        self._elements: dict[str, dict[str, ElementCell]] = {}
        self._children: dict[str | None, list[IssueCell]] = defaultdict(list)
        for issue in part.issues:
            # A parent stands before its sub-issues; any other parent is none of this outline's.
            known = issue.parent if issue.parent in self._elements else None
            self._elements[issue.reference] = {}
            self._children[known].append(issue)
        for element in part.elements:
            self._elements[element.issue][element.reference] = element

    def markup(self) -> str:
        opening = attributes({"number": self._part.number, "href": f"#{self._own}"})
        issues = "".join(map(self._issue, self._children[None]))
        return f"<part{opening}>\n{issues}</part>\n"

    def _issue(self, issue: IssueCell) -> str:
        own = self._names.issues[issue.reference]
        opening = attributes(
            {"reference": issue.reference, "number": issue.number, "href": f"#{own}"}
        )
        groups = "".join(self._groups(issue))
        below = "".join(map(self._issue, self._children[issue.reference]))
        return f"<issue{opening}>\n{groups}{below}</issue>\n"

    def _groups(self, issue: IssueCell) -> Iterator[str]:
        texts = iter(self._names.texts[issue.reference])
        if issue.context:
            next(texts)
        waiting = dict(self._elements[issue.reference])
        for group in issue.groups:
            heading = f"#{next(texts)}" if group.heading else None
            lead_in = f"#{next(texts)}" if group.lead_in else None
            elements = [waiting.pop(reference) for reference in group.elements]
            opening = attributes({"heading": heading, "leadIn": lead_in})
            yield f"<group{opening}>\n{''.join(map(self._element, elements))}</group>\n"
        if waiting:
            yield f"<group>\n{''.join(map(self._element, waiting.values()))}</group>\n"

    def _element(self, element: ElementCell) -> str:
        names = self._names
        values = {
            "reference": element.reference,
            "href": f"#{names.elements[element.reference]}",
            "timeFrame": f"#{names.time_frames[element.time_frame]}"
            if element.time_frame
            else None,
            "status": f"#{names.statuses[element.status]}" if element.status else None,
        }
        return f"<element{attributes(values)}/>\n"


# -- Document --------------------------------------------------------------------------------------

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"


def write(table: ReportTable, *, progress: Progress = no_progress) -> bytes:
    """The report as UTF-8 XML, valid by the standard's schema; the same table gives the same bytes.

    ``progress`` is told how many elements are written.

    Raises ReportTableError, as ``lay_out`` does, for a table at odds with itself.
    """
    labels = labels_for(table.version.language)
    language = xml_language(table.version.language)
    language_attribute = attributes({"xml:lang": language})
    ids = UniqueIds()
    cover = AknCover(table, labels, ids)
    layouts = lay_out(table)
    title = table.title
    names = AppendixIds(layouts, ids)
    appendix = AknTables(labels, names, ids, ProgressCounter(progress))
    parts = [appendix.part(index, layout) for index, layout in enumerate(layouts)]
    # In their order: a footnote stands where its mark is met first.
    preface, body, conclusions = cover.preface(), cover.body(), cover.conclusions()
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<akomaNtoso xmlns="{NAMESPACE}">',
        '<doc name="report" contains="originalVersion">',
        f"<meta>{identification(table, MAIN, title)}{references(table)}</meta>",
        f"<preface{language_attribute}>{preface}</preface>",
        f"<mainBody{language_attribute}>{body}</mainBody>",
        f"<conclusions{language_attribute}>{conclusions}</conclusions>" if conclusions else "",
        f'<attachments><attachment eId="{ids.new("att_1")}">',
        f"<heading{language_attribute}>{text(labels.appendix)}</heading>",
        '<doc name="appendix" contains="originalVersion">',
        f"<meta>{identification(table, APPENDIX, labels.appendix)}"
        f'<proprietary source="#{TRACKER}">{outline(layouts, names)}</proprietary></meta>',
        f"<mainBody{language_attribute}>",
        *(parts or ["<p/>"]),
        "</mainBody>",
        "</doc></attachment></attachments>",
        "</doc>",
        "</akomaNtoso>\n",
    ]
    return "\n".join(line for line in lines if line).encode()
