"""The cover of the report as WordprocessingML, with footnotes at the foot of their page. Pure."""

from __future__ import annotations

import unicodedata

from plans.reports.table import Footnote, ReportTable
from plans.reports.writers.docx_markup import NAMESPACES, Markup, Style
from plans.reports.writers.printed import FINDABLE_MARK, xml_text

_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/>'
    "</w:r></w:p></w:footnote>"
)


class Cover:
    """Writes the cover of one report.

    A footnote whose mark stands in the text becomes a real one. It is numbered by the word
    processor when its mark is the number that it would get so, and else keeps its mark. One whose
    mark cannot be found is printed at the end of the cover.
    """

    def __init__(self, table: ReportTable, markup: Markup) -> None:
        self._table = table
        self._markup = markup
        self._notes: dict[str, Footnote] = {}
        for note in table.cover.footnotes:
            if FINDABLE_MARK.fullmatch(note.mark):
                self._notes.setdefault(note.mark, note)
        self._found: dict[str, str] = {}
        self._numbered = 0

    def paragraphs(self) -> list[str]:
        """The cover's paragraphs, of which there is at least one. To be called once."""
        table, markup, cover = self._table, self._markup, self._table.cover
        head = table.round
        parts = []
        if head.symbol and not head.symbol_inferred:
            said = " · ".join(text for text in (head.symbol, head.session) if text)
            parts.append(markup.paragraph(Style.SYMBOL, markup.text(said)))
        if cover.agenda_item:
            parts.append(markup.paragraph(Style.AGENDA, self._marked(cover.agenda_item)))
        title = self._marked(cover.title or table.plan.title)
        parts.append(markup.paragraph(Style.TITLE, title))
        for paragraph in cover.paragraphs:
            number = markup.text(f"{paragraph.number}.\t") if paragraph.number else ""
            text = number + self._marked(paragraph.text)
            parts.append(markup.paragraph(Style.PARAGRAPH, text))
        if cover.place_date:
            parts.append(markup.paragraph(Style.PLACE, markup.text(cover.place_date)))
        for note in cover.footnotes:
            if note.mark not in self._found or self._notes[note.mark] is not note:
                text = markup.text(f"{note.mark} {note.text}")
                parts.append(markup.paragraph(Style.FOOTNOTE, text))
        return parts

    def footnotes(self) -> bytes:
        """The document's footnotes, as ``paragraphs`` has met them."""
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f"<w:footnotes {NAMESPACES}>{_SEPARATORS}{''.join(self._found.values())}</w:footnotes>"
        ).encode()

    def _marked(self, text: str) -> str:
        """Runs of ``text``, each footnote's mark in it a reference where it is met first."""
        pieces, start = [], 0
        for match in FINDABLE_MARK.finditer(text):
            note = self._notes.get(match[0])
            if note is not None and note.mark not in self._found:
                pieces += [self._markup.text(text[start : match.start()]), self._reference(note)]
                start = match.end()
        return "".join(pieces) + self._markup.text(text[start:])

    def _reference(self, note: Footnote) -> str:
        number, markup = len(self._found) + 1, self._markup
        mark = f'<w:rStyle w:val="{markup.style(Style.FOOTNOTE_MARK)}"/>'
        if unicodedata.normalize("NFKC", note.mark) == str(self._numbered + 1):
            self._numbered += 1
            reference = markup.run(f'<w:footnoteReference w:id="{number}"/>', properties=mark)
            own = markup.run("<w:footnoteRef/>", properties=mark)
        else:
            # A raised figure is raised by itself, an asterisk is as printed: neither takes a style.
            shown = f"<w:t>{xml_text(note.mark)}</w:t>"
            reference = markup.run(
                f'<w:footnoteReference w:customMarkFollows="1" w:id="{number}"/>{shown}'
            )
            own = markup.run(shown)
        text = own + markup.text(f" {note.text}")
        paragraph = markup.paragraph(Style.FOOTNOTE, text)
        self._found[note.mark] = f'<w:footnote w:id="{number}">{paragraph}</w:footnote>'
        return reference
