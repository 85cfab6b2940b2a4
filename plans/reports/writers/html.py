"""The report as HTML: its body, for a page to embed, and a whole file that stands alone.

Strings are put together by hand: for the table's hundreds of small cells that takes a fraction of
the time that a template engine needs. So every text goes through ``escape``, and no other
function of this module lets a text of the table through as it is.

Markup carries classes and no styles. What the adopted text does not say is written only on
request (``extras``), and then stands in elements of class ``extra``, which are not for paper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from plans.reports.labels import MISSING_MARK, Labels, direction, labels_for
from plans.reports.layout import (
    CrossReference,
    IssueStart,
    LayoutRow,
    PartLayout,
    Slot,
    lay_out,
)
from plans.reports.table import (
    Cover,
    ElementCell,
    Footnote,
    IssueCell,
    NoteCell,
    ReportTable,
    StatusCell,
    TimeFrameCell,
)
from plans.reports.writers.printed import CoverNotes, NoteMark, list_markup
from plans.text import prose

_COLUMN_CLASSES = ("col-issue", "col-elements", "col-time-frame", "col-status")
_COLUMN_GROUP = "".join(f'<col class="{name}">' for name in _COLUMN_CLASSES)
# The file loads nothing and runs nothing, wherever it is opened.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def write(table: ReportTable, *, styles: tuple[str, ...] = ()) -> bytes:
    """The report as an HTML file that stands alone, with ``styles`` (texts of CSS) inside.

    It is the official table, without anything that is only for the screen. Raises ValueError for
    a style that would end its own element, and ReportTableError as ``lay_out`` does.
    """
    return stand_alone(table, body(table), styles)


def stand_alone(table: ReportTable, markup: str, styles: tuple[str, ...]) -> bytes:
    """An HTML file around ``markup``, which was made of ``table``, with ``styles`` inside.

    Raises ValueError for a style that would end its own element.
    """
    css = "\n".join(styles)
    if "</style" in css.lower():
        raise ValueError("a stylesheet holds </style")
    language = escape(table.version.language)
    title = escape(" ".join(table.title.split()))
    return (
        f'<!DOCTYPE html>\n<html lang="{language}" dir="{direction(table.version.language)}">\n'
        f'<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{css}\n</style>\n</head>\n"
        f"<body>\n<main>\n{markup}\n</main>\n</body>\n</html>\n"
    ).encode()


def body(table: ReportTable, *, extras: bool = False) -> str:
    """The report's HTML: its cover and its appendix, in one ``article``.

    The cover's title is the only ``h1``. Element rows and issues carry their references as ids.
    With ``extras``: references, schedule states, categories, editorial notes, and a symbol that
    was inferred. Raises ReportTableError, as ``lay_out`` does, for a table at odds with itself.
    """
    labels = labels_for(table.version.language)
    return article(
        table, HtmlTables(labels, extras=extras), cover_of(table, labels, extras=extras), "report"
    )


def article(table: ReportTable, appendix: HtmlTables, cover: str, classes: str) -> str:
    """The ``article`` of a report: the markup of its ``cover``, and its appendix.

    Raises ReportTableError, as ``lay_out`` does, for a table at odds with itself.
    """
    language, labels = table.version.language, appendix.labels
    # Set by the style sheet, across every page on paper: what is read back has no such word.
    draft = f' data-draft="{escape(labels.draft)}"' if table.round.state != "closed" else ""
    parts = [
        f'<article class="{classes}" lang="{escape(language)}" dir="{direction(language)}"{draft}>',
        cover,
        # On a narrow screen the tables scroll sideways, which a keyboard can do only in what takes
        # the focus.
        '<section class="report-appendix" aria-labelledby="appendix" tabindex="0">',
        f'<h2 id="appendix">{escape(labels.appendix)}</h2>',
        *(
            appendix.part(layout, table.round.label, f"part-{index}")
            for index, layout in enumerate(lay_out(table), 1)
        ),
        "</section>\n</article>",
    ]
    return "\n".join(parts)


def status_words(text: str) -> str:
    """What the report prints in the cell of a status with this narrative; for previews."""
    return _prose(text)


def cover(table: ReportTable) -> str:
    """What the report prints on its cover; for previews, on a page that has an ``h1`` already."""
    language = table.version.language
    return (
        f'<article class="report" lang="{escape(language)}" dir="{direction(language)}">'
        f"{cover_of(table, labels_for(language), extras=False, title_tag='h2')}</article>"
    )


def cover_of(table: ReportTable, labels: Labels, *, extras: bool, title_tag: str = "h1") -> str:
    cover = table.cover
    texts = _CoverMarkup(cover)
    parts = ['<section class="report-cover">']
    parts += _symbol(table, labels, extras=extras)
    if cover.agenda_item:
        parts.append(f'<p class="report-agenda">{texts.text(cover.agenda_item)}</p>')
    title = texts.text(table.title)
    parts.append(f'<{title_tag} class="report-title">{title}</{title_tag}>')
    for paragraph in cover.paragraphs:
        number = escape(paragraph.number)
        mark = f'<span class="paragraph-number">{number}.</span> ' if number else ""
        parts.append(f'<p class="report-paragraph">{mark}{texts.text(paragraph.text)}</p>')
    if cover.place_date:
        parts.append(f'<p class="report-place">{lines(cover.place_date)}</p>')
    if cover.footnotes:
        parts.append(
            f'<section class="report-footnotes" aria-label="{escape(labels.footnotes)}">'
            + texts.footnotes()
            + "</section>"
        )
    parts.append("</section>")
    return "\n".join(parts)


def _symbol(table: ReportTable, labels: Labels, *, extras: bool) -> list[str]:
    head = table.round
    if not head.symbol:
        return []
    symbol = " · ".join(escape(text) for text in (head.symbol, head.session) if text)
    if not head.symbol_inferred:
        return [f'<p class="report-symbol">{symbol}</p>']
    if extras:
        return [f'<p class="report-symbol extra">{symbol} ({escape(labels.inferred)})</p>']
    return []


class _CoverMarkup:
    """Escapes the texts of a cover, and links its footnotes with the marks in them."""

    def __init__(self, cover: Cover) -> None:
        self._footnotes = cover.footnotes
        self._notes = CoverNotes(cover)

    def text(self, text: str) -> str:
        return "".join(
            lines(piece) if isinstance(piece, str) else self._mark(piece)
            for piece in self._notes.pieces(text, repeated=True)
        )

    def _mark(self, mark: NoteMark) -> str:
        number = next(n for n, note in enumerate(self._footnotes, 1) if note is mark.note)
        anchor = f' id="footnote-mark-{number}"' if mark.is_first else ""
        link = f'<a class="footnote-mark"{anchor} href="#footnote-{number}">'
        return f"{link}{escape(mark.note.mark)}</a>"

    def footnotes(self) -> str:
        """The footnotes; those whose marks the texts have lead back to them."""
        return "".join(
            f'<p id="footnote-{number}">{self._back(note, number)} {lines(note.text)}</p>'
            for number, note in enumerate(self._footnotes, 1)
        )

    def _back(self, note: Footnote, number: int) -> str:
        mark = escape(note.mark)
        if not self._notes.is_met(note):
            return mark
        return f'<a class="footnote-mark" href="#footnote-mark-{number}">{mark}</a>'


class HtmlTables:
    """Writes the Parts' tables.

    What stands in the cells is written by ``title``, ``content``, ``element``, ``time_frame`` and
    ``status``, each of which gives markup in which every text of the table is escaped.
    """

    def __init__(self, labels: Labels, *, extras: bool) -> None:
        self.extras = extras
        self.labels = labels
        self.see = escape(labels.see)

    def part(self, layout: PartLayout, label: str, anchor: str) -> str:
        part = layout.part
        title = f"{escape(self.labels.part)} {escape(part.number)} – {escape(part.title)}"
        headings = "".join(
            f'<th scope="col" class="{name}">{lines(heading)}</th>'
            for name, heading in zip(_COLUMN_CLASSES, part.columns, strict=True)
        )
        parts = [
            f'<table class="report-part" id="{anchor}">',
            f'<caption class="visually-hidden"><h3>{title}</h3>{escape(label)}</caption>',
            f"<colgroup>{_COLUMN_GROUP}</colgroup>",
            f'<thead><tr><th colspan="4" scope="colgroup" class="report-part-title">{title}</th>',
            f"</tr>\n<tr>{headings}</tr></thead>",
        ]
        for row in layout.rows:
            if row.start is not None:
                if row is not layout.rows[0]:
                    parts.append("</tbody>")
                parts.append(_issue_body(row.start))
            parts.append(self.row(row))
        parts.append("</tbody></table>" if layout.rows else "</table>")
        return "\n".join(parts)

    def row(self, row: LayoutRow) -> str:
        name = f"row-{row.kind.value.replace('_', '-')}"
        anchor = f' id="{escape(row.element.reference)}"' if row.element is not None else ""
        if row.start is not None:
            issue = row.start.issue
            opening = (
                f'<tr class="{name} issue-start"{anchor}>'
                f'<th scope="rowgroup"{_span(row.start.rowspan)} class="col-issue">'
                f'<span class="issue-number">{_issue_number(issue.number)}</span> '
                f'<span class="issue-title">{self.title(issue)}</span></th>'
            )
            notes = self.notes(issue.notes)
        else:
            opening, notes = f'<tr class="{name}"{anchor}>', ""
        return (
            f'{opening}<td class="col-elements">{self.content(row)}{notes}</td>'
            f"{self.slot(row.time_frame, 'col-time-frame', self.time_frame)}"
            f"{self.slot(row.status, 'col-status', self.status)}</tr>"
        )

    def title(self, issue: IssueCell) -> str:
        return lines(issue.title)

    def content(self, row: LayoutRow) -> str:
        if row.element is not None:
            return self.element(row.element)
        return _prose(row.text)

    def element(self, element: ElementCell) -> str:
        if element.missing_in_source:
            explanation = "extra" if self.extras else "visually-hidden"
            text = (
                f'<li class="missing">{MISSING_MARK} '
                f'<span class="{explanation}">{escape(self.labels.missing)}</span></li>'
            )
        else:
            text = f"<li>{lines(element.text)}</li>"
        if not self.extras:
            return f"<ul>{text}</ul>"
        reference = escape(element.reference)
        return (
            f'<ul>{text}</ul><p class="extra"><a class="reference" href="#{reference}">'
            f"{reference}</a></p>{self.notes(element.notes)}"
        )

    def slot(
        self,
        slot: Slot[TimeFrameCell] | Slot[StatusCell] | None,
        column: str,
        write: Callable[..., str],
    ) -> str:
        if slot is None:
            return ""
        if slot.cell is not None:
            content = write(slot.cell)
        elif slot.see is not None:
            content = self.pointer(slot.see)
        else:
            content = ""
        return f'<td{_span(slot.rowspan)} class="{column}">{content}</td>'

    def pointer(self, see: CrossReference) -> str:
        link = f'<a href="#{escape(see.target)}">{escape(see.text)}</a>'
        return f'<p class="see">{self.see} {link}</p>'

    def time_frame(self, frame: TimeFrameCell) -> str:
        return _prose(frame.text)

    def status(self, status: StatusCell) -> str:
        text = _prose(status.text)
        if not self.extras:
            return text
        states = "".join(
            f'<li><a href="#{escape(reference)}">{escape(reference)}</a> '
            f"{word_of('state', state, self.labels.schedule)}</li>"
            for reference, state in status.schedule.items()
        )
        category = word_of("category", status.category, self.labels.categories)
        return f'{text}<div class="extra"><p>{category}</p><ul class="states">{states}</ul></div>'

    def notes(self, notes: tuple[NoteCell, ...]) -> str:
        if not self.extras:
            return ""
        return "".join(
            f'<p class="extra note note-{escape(note.confidence)}"><strong>'
            f"{escape(self.labels.note)}</strong> "
            f"({escape(self.labels.confidences.get(note.confidence, note.confidence))}): "
            f"{lines(note.text)}</p>"
            for note in notes
        )


def word_of(kind: str, value: str, names: Mapping[str, str]) -> str:
    """A schedule state or category in words; the style sheet adds a shape and a colour."""
    return f'<span class="{kind} {kind}-{escape(value)}">{escape(names.get(value, value))}</span>'


def _issue_body(start: IssueStart) -> str:
    name = "issue issue-parent" if start.heads_next else "issue"
    return f'<tbody class="{name}" id="{escape(start.issue.reference)}">'


def _issue_number(number: str) -> str:
    """As printed: "1." but "1(a)"."""
    return f"{number}." if number.isdecimal() else escape(number)


def _span(rowspan: int) -> str:
    return f' rowspan="{rowspan}"' if rowspan > 1 else ""


def _prose(text: str) -> str:
    """Plain text as paragraphs and lists."""
    return list_markup((block.kind == "bullet", escape(block.text)) for block in prose.parse(text))


def lines(text: str) -> str:
    """A short text, its line breaks kept."""
    escaped = escape(text)
    return escaped.replace("\n", "<br>") if "\n" in escaped else escaped
