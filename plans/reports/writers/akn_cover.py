"""The cover of the report in Akoma Ntoso: its numbered paragraphs, and notes where they belong.

Pure.
"""

from __future__ import annotations

from plans.reports.table import Footnote, ReportTable
from plans.reports.words import Words
from plans.reports.writers.akn_ids import Ids
from plans.reports.writers.akn_markup import attributes, text
from plans.reports.writers.printed import FINDABLE_MARK


class Cover:
    """Writes the cover of one report.

    A footnote stands as ``authorialNote`` in the place of its mark, where the mark is met first; a
    later mark is a ``noteRef`` to it. One whose mark cannot be found stands in the conclusions. So
    the texts are to be written in their order: ``preface``, ``body``, ``conclusions``, each once.
    """

    def __init__(self, table: ReportTable, words: Words, ids: Ids) -> None:
        self._table = table
        self._words = words
        self._ids = ids
        self._notes: dict[str, Footnote] = {}
        for note in table.cover.footnotes:
            if FINDABLE_MARK.fullmatch(note.mark):
                self._notes.setdefault(note.mark, note)
        self._placed: dict[str, str] = {}

    def preface(self) -> str:
        """The document's symbol and session, the item of the agenda, and the title."""
        table, cover, head = self._table, self._table.cover, self._table.round
        parts = []
        if head.state != "closed":
            parts.append(f"<p><docStatus>{text(self._words.draft)}</docStatus></p>")
        if head.symbol and not head.symbol_inferred:
            said = f"<docNumber>{text(head.symbol)}</docNumber>"
            if head.session:
                said += f" · <session>{text(head.session)}</session>"
            parts.append(f"<p>{said}</p>")
        if cover.agenda_item:
            parts.append(f'<p class="agendaItem">{self._marked(cover.agenda_item)}</p>')
        title = self._marked(cover.title or table.plan.title)
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
        parts += (
            f"<p>{self._note(note)}</p>"
            for note in cover.footnotes
            if note.mark not in self._placed or self._notes[note.mark] is not note
        )
        return "".join(parts)

    def _paragraph(self, number: str, content: str) -> str:
        own = self._ids.below("", "para", number)
        printed_number = f"<num>{text(number)}.</num>" if number else ""
        return (
            f'<paragraph eId="{own}">{printed_number}'
            f'<content eId="{self._ids.new(f"{own}__content")}"><p>{self._marked(content)}</p>'
            "</content></paragraph>"
        )

    def _marked(self, content: str) -> str:
        """``content``, each footnote or a pointer to it in the place of its mark."""
        pieces, start = [], 0
        for match in FINDABLE_MARK.finditer(content):
            note = self._notes.get(match[0])
            if note is None:
                continue
            pieces.append(text(content[start : match.start()]))
            placed = self._placed.get(note.mark)
            if placed is None:
                pieces.append(self._note(note))
            else:
                marker = attributes({"marker": note.mark})
                pieces.append(f'<noteRef href="#{placed}"{marker}/>')
            start = match.end()
        return "".join(pieces) + text(content[start:])

    def _note(self, note: Footnote) -> str:
        own = self._ids.below("", "authorialNote", note.mark)
        self._placed.setdefault(note.mark, own)
        marker = attributes({"marker": note.mark})
        return (
            f'<authorialNote eId="{own}"{marker} placement="bottom">'
            f"<p>{text(note.text)}</p></authorialNote>"
        )
